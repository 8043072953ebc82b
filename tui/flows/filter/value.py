"""What a written value means to a field of some kind: ports by name, sizes, networks, times, flags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from ipaddress import ip_network

from tui.flows.field import Kind
from tui.flows.filter.model import Absent, Between, Like, OneOf, Want, Within
from tui.flows.filter.vocabulary import (
    CANONICAL,
    EPHEMERAL,
    FLAGS,
    PATHS,
    PROTOCOL_NUMBERS,
    UPPER,
    kind_of,
)
from tui.flows.portname import PORT_NAMES

NUMBERS = (Kind.BYTE, Kind.PORT, Kind.COUNT, Kind.SECONDS)
_PORTS: dict[str, list[int]] = {}
for _number, _name in PORT_NAMES.items():
    _PORTS.setdefault(_name, []).append(_number)
_RANGE = re.compile(r"(\w+)(?:-|\.\.)(\w+)", re.ASCII)
_SIZE = re.compile(r"(\d{1,19}(?:\.\d{1,6})?)(k|m|g|t)?(ib?|b)?", re.IGNORECASE | re.ASCII)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_DURATION = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m(?:in)?)?(?:(\d{1,9})s?)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
LARGEST = {Kind.BYTE: 255, Kind.PORT: 65_535, Kind.COUNT: 2**63 - 1, Kind.SECONDS: 2**32 - 1}
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Now:
    """When and where a filter is written: Unix seconds, and the zone that its times of day are of."""

    at: float
    zone: tzinfo = UTC


class BadValueError(ValueError):
    """A value that its field cannot have; `expected` are examples of what it can."""

    def __init__(self, message: str, *expected: str) -> None:
        super().__init__(message)
        self.expected = expected


def want_of(name: str, text: str, now: Now) -> tuple[Want, ...]:
    """What `text` asks of the field `name`; several wants where one word stands for several numbers.

    Raises:
        BadValueError: it is no value of that field.
    """
    kind = kind_of(name)
    if text == "-":
        return (Absent(),)
    if kind is Kind.ADDRESS:
        return (_address(text),)
    if kind in NUMBERS:
        return _numbers(name, kind, text, now)
    if "*" in text or "?" in text:
        return (Like(text),)
    known = CANONICAL.get(name, {})
    if kind in (Kind.ACTION, Kind.STATUS) and text.lower() not in known:
        words = tuple(dict.fromkeys(known.values()))
        raise BadValueError(f"{text!r} is no {name}: it is {' or '.join(words)}", *words)
    return (OneOf((known.get(text.lower(), text.upper() if name in UPPER else text),)),)


def bound_of(name: str, text: str, now: Now) -> int:
    """The number that `text` is, to compare the field `name` with.

    Raises:
        BadValueError: it is none.
    """
    kind = kind_of(name)
    if kind not in NUMBERS:
        raise BadValueError(f"{name} has no order: use = != in or ~ with it")
    if kind is Kind.SECONDS:
        return int(moment(text, now))
    found = _one_number(name, kind, text)
    if len(found) != 1:
        raise BadValueError(f"{text} stands for several numbers: use = or in with it")
    return found[0]


def duration(text: str) -> float:
    """Seconds of `90s`, `5m`, `1h30m`, `2d`.

    Raises:
        BadValueError: it is no duration, or none that can be meant.
    """
    found = _DURATION.fullmatch(text.lower())
    if not found or not any(found.groups()):
        raise BadValueError(f"{text!r} is no duration", "90s", "5m", "1h30m")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = days * DAY + hours * 3600 + minutes * 60 + seconds
    if not 0 < total <= 3660 * DAY:
        raise BadValueError(f"{text!r} is no duration that can be meant", "90s", "5m", "1h30m")
    return float(total)


def moment(text: str, now: Now) -> float:
    """Unix seconds of `13:05`, of `2026-11-22T13:05`, of `5m` ago, or of Unix seconds themselves.

    A time of day is the last one that was: at 09:00, 13:05 is yesterday's. Without a zone it is the reader's.

    Raises:
        BadValueError: it is no time.
    """
    problem = BadValueError(f"{text!r} is no time", "13:05", "2026-11-22T13:05", "5m")
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if hours > 23 or minutes > 59 or seconds > 59:
            raise BadValueError(f"{text!r} is no time of day", "13:05", "00:30:15")
        today = datetime.fromtimestamp(now.at, now.zone)
        at = today.replace(hour=hours, minute=minutes, second=seconds, microsecond=0)
        return (at if at <= today else at - timedelta(days=1)).timestamp()
    if text.isdecimal() and text.isascii():
        if 9 <= len(text) <= 10 and int(text) <= LARGEST[Kind.SECONDS]:
            return float(int(text))
        raise problem
    try:
        return now.at - duration(text)
    except BadValueError:
        pass
    try:
        written = datetime.fromisoformat(text)
        return (written if written.tzinfo else written.replace(tzinfo=now.zone)).timestamp()
    except (ValueError, OverflowError, OSError):
        raise problem from None


def flags_of(text: str) -> int:
    """The bits of `syn`, `syn+ack` or `18`.

    Raises:
        BadValueError: a name is none of a TCP flag.
    """
    if text.isdecimal() and text.isascii() and len(text) <= 3 and int(text) <= 255:
        return int(text)
    mask = 0
    for word in text.lower().split("+"):
        if word not in FLAGS:
            raise BadValueError(f"{text!r} is no TCP flag", "syn", "syn+ack", "fin", "rst")
        mask |= FLAGS[word]
    return mask


def _address(text: str) -> Want:
    if "*" in text or "?" in text:
        return Like(text)
    try:
        return Within(ip_network(text, strict=False))
    except ValueError:
        pass
    address, slash, length = text.partition("/")
    if slash:
        try:
            ip = ip_network(address)
        except ValueError:
            pass
        else:
            most = ip.max_prefixlen
            raise BadValueError(
                f"{text}: the prefix length of an IPv{ip.version} network is 0 to {most}, not {length!r}"
            )
    raise BadValueError(f"{text!r} is no address or network", "10.0.0.5", "10.0.0.0/16", "2001:db8::/32")


def _numbers(name: str, kind: Kind, text: str, now: Now) -> tuple[Want, ...]:
    if kind is Kind.SECONDS:
        return (OneOf((int(moment(text, now)),)),)
    if name == "tcp-flags":
        return (OneOf((flags_of(text),)),)
    if kind is Kind.PORT and text.lower() == "ephemeral":
        return (Between(*EPHEMERAL),)
    try:
        return (OneOf(_one_number(name, kind, text)),)
    except BadValueError:
        found = _RANGE.fullmatch(text)
        if not found:
            raise
    low, high = (_one_number(name, kind, end)[0] for end in found.groups())
    if low > high:
        raise BadValueError(f"{text}: a range goes from the smaller to the larger")
    return (Between(low, high),)


def _one_number(name: str, kind: Kind, text: str) -> tuple[int, ...]:
    if found := _named_numbers(name, kind, text.lower()):
        return found
    size = _SIZE.fullmatch(text.replace("_", ""))
    if not size or (kind is not Kind.COUNT and (size.group(2) or size.group(3) or "." in text)):
        raise BadValueError(_no_number(name, kind, text), *_EXAMPLES.get(name, _EXAMPLES.get(kind.value, ())))
    base = 1024 if (size.group(3) or "").lower().startswith("i") else 1000
    whole, _, fraction = size.group(1).partition(".")
    factor = base ** _POWERS[(size.group(2) or "").lower()]
    number = int(whole) * factor + (int(fraction) * factor // 10 ** len(fraction) if fraction else 0)
    if number > LARGEST[kind]:
        raise BadValueError(f"{text}: {name} is {LARGEST[kind]:,} at most")
    return (number,)


def _named_numbers(name: str, kind: Kind, word: str) -> tuple[int, ...]:
    if kind is Kind.PORT:
        return tuple(_PORTS.get(word, ()))
    if name == "protocol":
        return (PROTOCOL_NUMBERS[word],) if word in PROTOCOL_NUMBERS else ()
    if name == "traffic-path":
        return PATHS.get(word, ())
    return (FLAGS[word],) if name == "tcp-flags" and word in FLAGS else ()


def _no_number(name: str, kind: Kind, text: str) -> str:
    what = {
        "protocol": "no protocol",
        "traffic-path": "no traffic path",
    }.get(name) or {Kind.PORT: "no port", Kind.COUNT: "no number"}.get(kind, "no number")
    return f"{text!r} is {what}"


_EXAMPLES: dict[str, tuple[str, ...]] = {
    "protocol": ("tcp", "udp", "icmp", "6"),
    "traffic-path": ("igw", "gateway-endpoint", "peering", "8"),
    "port": ("443", "https", "8000-8100", "ephemeral"),
    "count": ("1500", "10MB", "64KiB"),
}
