"""One value of a request against one value of a condition: the 27 operators of IAM, each in its positive form.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from operator import eq, ge, gt, le, lt
from types import MappingProxyType
from typing import NamedTuple

from tui.policies.context import Context
from tui.policies.glob import Tokens, has_wildcard, matcher
from tui.policies.variables import fill


class Hit(NamedTuple):
    """Whether a value fits. None: it cannot be told, because of these keys, or of this doubt.

    `mistyped`: one of the two is not what the operator compares (no number, no date, no address).
    """

    fits: bool | None
    keys: tuple[str, ...] = ()
    doubt: str = ""
    mistyped: bool = False


YES, NO = Hit(fits=True), Hit(fits=False)
Comparison = Callable[[str, str, Context, bool], Hit]
# With an exponent too: JSON takes 1e3 for a number, and writes small and large ones so.
_NUMBER = re.compile(r"\s*([+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?)\s*")
# https://www.w3.org/TR/NOTE-datetime, or seconds since 1970
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)


def _text(wildcards: bool, folded: bool) -> Comparison:
    def compare(value: str, wanted: str, context: Context, variables: bool) -> Hit:
        filled = fill(wanted, context, variables, wildcards)
        if filled.pattern is None:
            return NO
        pattern = _folded(filled.pattern) if folded else filled.pattern
        if not matcher(pattern)(value.lower() if folded else value):
            return NO
        return Hit(None, filled.unknown) if filled.unknown else YES

    return compare


@lru_cache(maxsize=4096)
def _folded(pattern: Tokens) -> Tokens:
    return tuple(token.lower() if isinstance(token, str) else token for token in pattern)


def _arn(value: str, wanted: str, context: Context, variables: bool) -> Hit:
    """ArnEquals is ArnLike: each of the six parts by itself, each may have wildcards."""
    filled = fill(wanted, context, variables, wildcards=True)
    if filled.pattern is None or not matcher(filled.pattern)(value):
        return NO  # no part can match more than the whole does
    if filled.unknown:
        return Hit(None, filled.unknown)
    if not has_wildcard(filled.pattern):
        return YES
    wanted_parts, parts = _six(filled.pattern), value.split(":", 5)
    if len(wanted_parts) < 6 or len(parts) < 6:
        return Hit(None, doubt=f"{wanted} is no whole ARN, and what AWS does with such a pattern is not documented")
    return Hit(all(matcher(pattern)(part) for pattern, part in zip(wanted_parts, parts, strict=True)))


@lru_cache(maxsize=4096)
def _six(pattern: Tokens) -> tuple[Tokens, ...]:
    """The parts of a pattern for an ARN: it is cut at its first five colons."""
    parts: list[list[object]] = [[]]
    for token in pattern:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        first, *more = token.split(":", 6 - len(parts))
        parts[-1].append(first)
        parts.extend([piece] for piece in more)
    return tuple(tuple(token for token in part if token) for part in parts)  # type: ignore[misc]  # tokens all


@lru_cache(maxsize=4096)
def number_of(text: str) -> Decimal | None:
    """An integer or decimal; None if it is not one."""
    found = _NUMBER.fullmatch(text)
    return Decimal(found[1]) if found else None


@lru_cache(maxsize=4096)
def instant_of(text: str) -> Decimal | None:
    """Seconds since 1970 of a date, or of such a number itself; None if it is neither. A time without a zone is UTC."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return number_of(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        at = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=_zone(zone),
        )
    except ValueError:
        return None
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return Decimal(since.days * 86400 + since.seconds) + Decimal(f"0.{fraction or 0}")


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    digits = text[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(ahead if text[0] == "+" else -ahead)


def _ordered(read: Callable[[str], Decimal | None], holds: Callable[[Decimal, Decimal], bool]) -> Comparison:
    def compare(value: str, wanted: str, _context: Context, _variables: bool) -> Hit:
        one, other = read(value), read(wanted)
        if one is None or other is None:
            return Hit(None, doubt=f"{_quoted(value)} and {_quoted(wanted)} cannot be compared", mistyped=True)
        return Hit(holds(one, other))

    return compare


def _bool(value: str, wanted: str, context: Context, variables: bool) -> Hit:
    return _text(wildcards=False, folded=True)(value, wanted, context, variables)


def _binary(value: str, wanted: str, _context: Context, _variables: bool) -> Hit:
    """The policy has base64; the value of the request may be given in base64 too, or as plain text."""
    try:
        meant = base64.b64decode(wanted, validate=True)
    except (binascii.Error, ValueError):
        return Hit(None, doubt=f"{_quoted(wanted)} is not base64", mistyped=True)
    return Hit(value == wanted or value.encode("utf-8", "surrogatepass") == meant)


@lru_cache(maxsize=4096)
def network_of(text: str) -> IPv4Network | IPv6Network | None:
    """A CIDR block or one address; None if it is neither."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _address(value: str, wanted: str, _context: Context, _variables: bool) -> Hit:
    block = network_of(wanted)
    try:
        address = ip_address(value.strip())
    except ValueError:
        return Hit(None, doubt=f"{_quoted(value)} is no IP address", mistyped=True)
    if block is None:
        return Hit(None, doubt=f"{_quoted(wanted)} is no CIDR block", mistyped=True)
    return Hit(address in block)


def _quoted(text: str) -> str:
    return '"' + (text if len(text) <= 60 else f"{text[:59]}…") + '"'


_EQUALS = _text(wildcards=False, folded=False)
_LIKE = _text(wildcards=True, folded=False)
_FOLDED = _text(wildcards=False, folded=True)
_ORDERS: Mapping[str, Callable[[Decimal, Decimal], bool]] = MappingProxyType(
    {"Equals": eq, "NotEquals": eq, "LessThan": lt, "LessThanEquals": le, "GreaterThan": gt, "GreaterThanEquals": ge}
)
COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {
        "StringEquals": _EQUALS,
        "StringNotEquals": _EQUALS,
        "StringEqualsIgnoreCase": _FOLDED,
        "StringNotEqualsIgnoreCase": _FOLDED,
        "StringLike": _LIKE,
        "StringNotLike": _LIKE,
        **{f"Numeric{name}": _ordered(number_of, order) for name, order in _ORDERS.items()},
        **{f"Date{name}": _ordered(instant_of, order) for name, order in _ORDERS.items()},
        "Bool": _bool,
        "BinaryEquals": _binary,
        "IpAddress": _address,
        "NotIpAddress": _address,
        **dict.fromkeys(("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"), _arn),
    }
)
# These say of a value that it fits none of theirs.
NEGATED = frozenset(name for name in COMPARISONS if "Not" in name)
# In these a `*` by itself fits every value there is.
WITH_WILDCARDS = frozenset({"StringLike", "StringNotLike"})
