"""Checks of a policy's own elements: Version, Sid, and what is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.model import NEW_VERSION, Condition, Statement
from tui.policies.text import Node, shown

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html, PolicyDocument
_UNUSUAL = re.compile(r"[^\t\n\r\u0020-\u00ff]")
_SID = re.compile(r"[A-Za-z0-9]*")


def check_version(case: Case) -> Iterator[Finding]:
    """MISSING_VERSION."""
    if case.policy.node.kind == "object" and case.policy.node.get("Version") is None:
        told = "the policy has no Version, so that policy variables in it are plain text"
        yield case.warning("MISSING_VERSION", case.policy.node, told, f'Begin with "Version": "{NEW_VERSION}".')


def check_characters(case: Case) -> Iterator[Finding]:
    """UNUSUAL_CHARACTER: what IAM takes in none of its policies; whether EC2 does is not known. One finding a string."""
    for node in case.policy.node.walk():
        found = _UNUSUAL.search(node.text)
        if found is not None:
            told = f"{shown(node.text)} has the character U+{ord(found.group()):04X}, which IAM refuses in its policies"
            yield case.warning(
                "UNUSUAL_CHARACTER", node, told, "Write it without; look for quotes and spaces that were pasted."
            )


def check_sids(case: Case) -> Iterator[Finding]:
    """EMPTY_SID_VALUE, UNSUPPORTED_SID, UNIQUE_SIDS_RECOMMENDED."""
    seen: dict[str, int] = {}
    for statement in case.policy.statements:
        node = statement.node.get("Sid")
        if node is None or node.kind != "string":
            continue
        if not node.text:
            yield case.suggestion("EMPTY_SID_VALUE", node, "the Sid is empty", "Name the statement, or remove the Sid.")
        elif not _SID.fullmatch(node.text):
            # Samples in AWS's own guides have hyphens in the Sid of an endpoint policy: an error it is not.
            told = f"the Sid {shown(node.text)} has characters besides letters and digits, which IAM refuses elsewhere"
            yield case.suggestion("UNSUPPORTED_SID", node, told, "Write it with letters and digits only.")
        if node.text and node.text in seen:
            told = f"statement {seen[node.text] + 1} has the Sid {shown(node.text)} too"
            yield case.warning("UNIQUE_SIDS_RECOMMENDED", node, told, "Give each statement a Sid of its own.")
        seen.setdefault(node.text, statement.index)


def check_empty_elements(case: Case) -> Iterator[Finding]:
    """EMPTY_ARRAY_ACTION, _RESOURCE, _PRINCIPAL, EMPTY_OBJECT_PRINCIPAL, EMPTY_OBJECT_CONDITION."""
    for statement in case.policy.statements:
        for element in ("Action", "Resource", "Principal"):
            node = _written(statement, element)
            if node is not None and node.kind == "array" and not node.items and element != "Principal":
                yield _nothing(case, f"EMPTY_ARRAY_{element.upper()}", node, element.lower())
            if node is not None and element == "Principal" and node.kind == "object":
                yield from _empty_principals(case, node)
        condition = statement.node.get("Condition")
        if condition is None or condition.kind != "object":
            continue
        empty = [condition] if not condition.members else [keys for _, keys in condition.members if _is_empty(keys)]
        for node in empty:
            told = "the condition is empty: it restricts nothing"
            yield case.suggestion(
                "EMPTY_OBJECT_CONDITION", node, told, "Give an operator, a key and a value, or remove it."
            )


def _written(statement: Statement, element: str) -> Node | None:
    return statement.node.get(element) or statement.node.get(f"Not{element}")


def _is_empty(keys: Node) -> bool:
    return keys.kind == "object" and not keys.members


def _empty_principals(case: Case, node: Node) -> Iterator[Finding]:
    if not node.members:
        yield _nothing(case, "EMPTY_OBJECT_PRINCIPAL", node, "principal")
    for _, values in node.members:
        if values.kind == "array" and not values.items:
            yield _nothing(case, "EMPTY_ARRAY_PRINCIPAL", values, "principal")


def _nothing(case: Case, code: str, node: Node, what: str) -> Finding:
    return case.suggestion(code, node, f"no {what} is given: the statement does nothing", f"Give at least one {what}.")


def check_empty_values(case: Case) -> Iterator[Finding]:
    """EMPTY_ARRAY_CONDITION and its forms for IfExists, ForAllValues and ForAnyValue."""
    for _, condition in case.conditions():
        if not condition.values and _written_as_array(condition, case):
            yield _empty_value(case, condition)


def _written_as_array(condition: Condition, case: Case) -> bool:
    """Whether nothing stands between the brackets, rather than something wrong."""
    # The value begins behind the key and its colon; `[` and `]` with only white space between them.
    rest = case.document.text[condition.node.end : condition.node.end + 200].split(":", 1)[-1].split("]", 1)[0]
    return rest.strip() == "["


def _empty_value(case: Case, condition: Condition) -> Finding:
    key, fix = shown(condition.key), 'Write "Null": {KEY: "true"} if the key shall be absent.'
    if condition.qualifier == "ForAllValues":
        code, told = "EMPTY_ARRAY_CONDITION_FORALLVALUES", f"without a value this holds only where {key} is absent"
    elif condition.qualifier == "ForAnyValue":
        code, told = "EMPTY_ARRAY_CONDITION_FORANYVALUE", f"without a value of {key} this never holds"
        fix = "Give a value."
    elif condition.if_exists:
        code, told = "EMPTY_ARRAY_CONDITION_IFEXISTS", f"without a value this holds only where {key} is absent"
    else:
        code, told, fix = "EMPTY_ARRAY_CONDITION", f"no value is given for {key}", "Give a value, or remove the key."
    return case.suggestion(code, condition.node, told, fix)
