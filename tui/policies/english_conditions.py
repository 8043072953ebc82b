"""Conditions in plain English: what is compared, how, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tui.policies.model import Condition

_NOUNS: Mapping[str, str] = MappingProxyType(
    {
        "aws:principalorgid": "the caller's organization",
        "aws:principalorgpaths": "the caller's place in its organization",
        "aws:principalaccount": "the caller's account",
        "aws:principalarn": "the caller's ARN",
        "aws:principaltype": "the kind of caller",
        "aws:username": "the caller's user name",
        "aws:userid": "the caller's unique id",
        "aws:resourceaccount": "the resource's account",
        "aws:resourceorgid": "the resource's organization",
        "aws:resourceorgpaths": "the resource's place in its organization",
        "aws:sourcevpce": "the endpoint",
        "aws:sourcevpc": "the VPC that the request comes from",
        "aws:vpcsourceip": "the caller's address in its VPC",
        "aws:sourceip": "the caller's public address (which no request through an endpoint has)",
        "aws:currenttime": "the time",
        "aws:requestedregion": "the Region",
        "s3:prefix": "the prefix that is listed",
        "s3:max-keys": "the number of keys asked for",
    }
)
_TRUE_OR_NOT: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "aws:securetransport": ("the request is encrypted (TLS)", "the request is not encrypted (no TLS)"),
        "aws:multifactorauthpresent": ("the caller used a second factor", "the caller used no second factor"),
        "aws:principalisawsservice": ("the caller is an AWS service itself", "the caller is no AWS service"),
        "aws:viaawsservice": ("an AWS service asks in the caller's name", "the caller asks itself"),
    }
)
_VERBS: Mapping[str, str] = MappingProxyType(
    {
        "StringEquals": "is",
        "StringNotEquals": "is not",
        "StringEqualsIgnoreCase": "is, in any case,",
        "StringNotEqualsIgnoreCase": "is not, in any case,",
        "StringLike": "is like",
        "StringNotLike": "is not like",
        "ArnEquals": "is like",
        "ArnLike": "is like",
        "ArnNotEquals": "is not like",
        "ArnNotLike": "is not like",
        "NumericEquals": "is",
        "NumericNotEquals": "is not",
        "NumericLessThan": "is less than",
        "NumericLessThanEquals": "is at most",
        "NumericGreaterThan": "is more than",
        "NumericGreaterThanEquals": "is at least",
        "DateEquals": "is",
        "DateNotEquals": "is not",
        "DateLessThan": "is before",
        "DateLessThanEquals": "is not after",
        "DateGreaterThan": "is after",
        "DateGreaterThanEquals": "is not before",
        "IpAddress": "is in",
        "NotIpAddress": "is not in",
        "Bool": "is",
        "BinaryEquals": "is, in base64,",
    }
)
_PREFIXES = (
    ("aws:principaltag/", "the caller's tag"),
    ("aws:resourcetag/", "the resource's tag"),
    ("aws:requesttag/", "the tag in the request"),
)
_MOST = 6


def listed(texts: Sequence[str], last: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}"


def condition_in_words(condition: Condition) -> str:
    """One condition as what follows `if`."""
    key = condition.key.lower()
    noun = _noun(condition.key)
    if condition.operator == "Null":
        wanted = {value.lower() for value in condition.values}
        told = {frozenset({"true"}): f"{noun} is not in the request", frozenset({"false"}): f"{noun} is in the request"}
        return told.get(frozenset(wanted), f"{noun} is in the request or is not")
    plain = not condition.qualifier and not condition.if_exists and len(condition.values) == 1
    if (
        condition.operator == "Bool"
        and plain
        and key in _TRUE_OR_NOT
        and condition.values[0].lower() in {"true", "false"}
    ):
        return _TRUE_OR_NOT[key][condition.values[0].lower() == "false"]
    values = [value or '""' for value in condition.values[:_MOST]]
    if len(condition.values) > _MOST:
        values.append(f"{len(condition.values) - _MOST} more")
    many = {"ForAllValues": "every value of ", "ForAnyValue": "any value of "}.get(condition.qualifier, "")
    verb = _VERBS.get(condition.operator, condition.operator)
    if not any(sign in value for value in condition.values for sign in "*?"):
        verb = verb.replace(" like", "")
    or_none = (
        f" or {noun} is not in the request" if condition.if_exists or condition.qualifier == "ForAllValues" else ""
    )
    return f"{many}{noun} {verb} {listed(values, 'or') or 'nothing'}{or_none}"


def _noun(key: str) -> str:
    lower = key.lower()
    for prefix, noun in _PREFIXES:
        if lower.startswith(prefix):
            return f"{noun} {key[len(prefix) :]}"
    return _NOUNS.get(lower, key)
