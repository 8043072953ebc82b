"""A judge so slow and plain that one can see it is right: it reads the JSON itself, and shares no code with ours.

It knows requests of which everything is told: each key has a list of values, or None where it is not in the request.
"""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import re
from fractions import Fraction
from typing import Any

Context = dict[str, list[str] | None]


def listed(value: Any) -> list[Any]:
    """One value is a list of one."""
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """A value of a condition as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def like(pattern: list[str], value: str) -> bool:
    """A pattern of characters, in which MANY and ONE stand for `*` and `?`, against a text."""
    rows = {0}
    for piece in pattern:
        if piece == "MANY":
            rows = {end for start in rows for end in range(start, len(value) + 1)}
        else:
            rows = {row + 1 for row in rows if row < len(value) and piece in {"ONE", value[row]}}
    return len(value) in rows


def pattern_of(written: str, context: Context, variables: bool, wildcards: bool) -> list[str] | None:
    """Characters and wildcards; None if a variable has no single value."""
    made: list[str] = []
    while written:
        found = re.match(r"\$\{([^{}]*)\}", written) if variables else None
        if found is None:
            char, written = written[0], written[1:]
            made.append({"*": "MANY", "?": "ONE"}.get(char, char) if wildcards else char)
            continue
        written = written[found.end() :]
        key, _, default = found[1].partition(",")
        if key in {"*", "?", "$"}:
            made.append(key)
            continue
        values = context.get(key.strip().lower())
        if values is not None and len(values) == 1 and values[0]:
            made.extend(values[0])
        elif values is None and default:
            made.extend(default.strip().strip("'"))
        else:
            return None
    return made


def seconds(written: str) -> Fraction | None:
    """A point in time."""
    if re.fullmatch(r"-?\d+(\.\d+)?", written) and not re.fullmatch(r"\d{4}", written):
        return Fraction(written)
    full = written + {4: "-01-01", 7: "-01"}.get(len(written), "")
    try:
        at = dt.datetime.fromisoformat(full)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return Fraction((at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1)) / 10**6


def number(written: str) -> Fraction | None:
    """A number."""
    return Fraction(written) if re.fullmatch(r"[+-]?\d+(\.\d+)?", written) else None


def fits(kind: str, value: str, wanted: str, context: Context, variables: bool) -> bool:
    """Whether one value fits one wanted value, by an operator without its Not."""
    if kind in {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "Bool"}:
        pattern = pattern_of(wanted, context, variables, wildcards=kind in {"StringLike", "ArnEquals", "ArnLike"})
        if pattern is None:
            return False
        if kind in {"StringEqualsIgnoreCase", "Bool"}:
            return like([each if each in {"MANY", "ONE"} else each.lower() for each in pattern], value.lower())
        if kind.startswith("Arn"):
            parts: list[list[str]] = [[]]
            for each in pattern:
                if each == ":" and len(parts) < 6:
                    parts.append([])
                else:
                    parts[-1].append(each)
            values = value.split(":", 5)
            return len(parts) == len(values) == 6 and all(like(*pair) for pair in zip(parts, values, strict=True))
        return like(pattern, value)
    if kind == "IpAddress":
        block = ipaddress.ip_network(wanted, strict=False)
        return ipaddress.ip_address(value) in block
    if kind == "BinaryEquals":
        return value == wanted or value.encode() == base64.b64decode(wanted)
    read = number if kind.startswith("Numeric") else seconds
    one, other = read(value), read(wanted)
    if one is None or other is None:
        return False
    how = kind.removeprefix("Numeric").removeprefix("Date")
    return {
        "Equals": one == other,
        "LessThan": one < other,
        "LessThanEquals": one <= other,
        "GreaterThan": one > other,
        "GreaterThanEquals": one >= other,
    }[how]


def condition_holds(operator: str, key: str, wanted: list[str], context: Context, variables: bool) -> bool:
    """One key of one operator."""
    qualifier, _, name = operator.rpartition(":")
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    values = context.get(key.lower())
    if name == "Null":
        missing = values is None or not any(values)
        return any((each == "true") == missing for each in wanted)
    if values is None and if_exists:
        return True
    negated = "Not" in name
    kind = name.replace("Not", "")

    def one(value: str) -> bool:
        return any(fits(kind, value, each, context, variables) for each in wanted) != negated

    if qualifier == "ForAllValues":
        return values is None or not any(values) or all(one(value) for value in values)
    if qualifier == "ForAnyValue":
        return values is not None and any(values) and any(one(value) for value in values)
    return negated if values is None else one(values[0])


def about(principal: Any, caller: dict[str, str]) -> bool:
    """Whether Principal names a caller: {"arn", "role", "account"}."""
    if principal == "*":
        return True
    for value in listed(principal.get("AWS", [])):
        names = {"*", caller["arn"], caller["role"], caller["account"], f"arn:aws:iam::{caller['account']}:root"}
        if value in names:
            return True
    return False


def decision(policy: dict[str, Any], caller: dict[str, str], action: str, resource: str, context: Context) -> str:
    """allowed, explicit-deny or implicit-deny."""
    variables = policy.get("Version") == "2012-10-17"
    effects = set()
    for statement in listed(policy["Statement"]):
        actions = [
            like([{"*": "MANY", "?": "ONE"}.get(char, char) for char in pattern.lower()], action.lower())
            for pattern in listed(statement.get("Action", statement.get("NotAction")))
        ]
        patterns = [
            pattern_of(written, context, variables, wildcards=True)
            for written in listed(statement.get("Resource", statement.get("NotResource")))
        ]
        resources = [pattern is not None and like(pattern, resource) for pattern in patterns]
        applies = (
            any(actions) == ("Action" in statement)
            and any(resources) == ("Resource" in statement)
            and about(statement["Principal"], caller)
            and all(
                condition_holds(operator, key, [text(each) for each in listed(wanted)], context, variables)
                for operator, keys in statement.get("Condition", {}).items()
                for key, wanted in keys.items()
            )
        )
        if applies:
            effects.add(statement["Effect"])
    if "Deny" in effects:
        return "explicit-deny"
    return "allowed" if "Allow" in effects else "implicit-deny"
