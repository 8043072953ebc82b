"""Durations, sizes and moments as a reader writes them: `90s`, `256MB`, `2026-01-31T14:05Z`, `14:05`, `5m` ago."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
# Memory is counted in 1024s, whichever way its unit is spelled.
_BYTES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_EPOCH = re.compile(r"\d{9,13}")
LONGEST = 400 * 86400.0
LARGEST = 1 << 50


class QuantityError(ValueError):
    """A quantity that cannot be read; the message is one sentence for the reader."""


def parse_duration(text: str) -> float:
    """Seconds of `90s`, `5m`, `1h30m`, `500ms`; a bare number is seconds.

    Raises:
        QuantityError: it is no duration, or longer than 400 days.
    """
    compact = "".join(text.split()).lower()
    parts = list(_DURATION.finditer(compact))
    units = [part[2] for part in parts]
    spans = "".join(part[0] for part in parts) == compact
    if not compact or not spans or (len(parts) > 1 and (None in units or len(set(units)) < len(units))):
        raise QuantityError(f"{text[:40]!r} is no duration; write it as 90s, 5m or 1h30m")
    seconds = sum(float(part[1]) * _SECONDS[part[2]] for part in parts)
    if seconds > LONGEST:
        raise QuantityError(f"{text[:40]!r} is longer than {LONGEST / 86400:.0f} days")
    return seconds


def parse_size(text: str) -> int:
    """Bytes of `256MB`, `1.5G`, `64KiB`; a bare number is bytes.

    Raises:
        QuantityError: it is no size, or larger than a pebibyte.
    """
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise QuantityError(f"{text[:40]!r} is no size; write it as 256MB or 1GB")
    size = float(found[1]) * _BYTES[found[2].lower()]
    if size > LARGEST:
        raise QuantityError(f"{text[:40]!r} is more memory than there is")
    return int(size)


def parse_zone(text: str) -> tzinfo:
    """The time zone of that name, such as `Europe/Zurich` or `UTC`.

    Raises:
        QuantityError: there is none of that name here.
    """
    try:
        return UTC if text.upper() in {"UTC", "Z"} else ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise QuantityError(f"there is no time zone {text[:40]!r}; they are named like Europe/Zurich") from None


def parse_moment(text: str, *, now: float, zone: tzinfo | None = None, after: float | None = None) -> float:
    """Unix seconds of a moment: ISO 8601, `HH:MM[:SS]`, a duration (that long ago), Unix time in s or ms, or `now`.

    A time without a zone is in `zone` (None: this machine's). A clock time is the last one before `now`, or, when
    `after` is given, the first one after that.

    Raises:
        QuantityError: it is none of these.
    """
    word = text.strip()
    if word.lower() == "now":
        return now
    if _EPOCH.fullmatch(word):
        return int(word) / (1000 if len(word) > 11 else 1)
    if clock := _CLOCK.fullmatch(word):
        return _clock_time(clock, text, now=now, zone=zone, after=after)
    with suppress(ValueError, OverflowError, OSError):
        moment = _aware(datetime.fromisoformat(word), zone).timestamp()
        if moment >= 0:
            return moment
    with suppress(QuantityError):
        # A bare number would be a guess between seconds ago and Unix time.
        if not word.replace(".", "").isdigit():
            return now - parse_duration(word)
    raise QuantityError(f"{text[:40]!r} is no time; write it as 2026-01-31T14:05Z, 14:05, 5m (ago) or Unix seconds")


def is_counted(text: str) -> bool:
    """Whether a moment is told as a distance from now (`5m`, `now`), not by a clock or a calendar."""
    word = text.strip()
    if word.lower() == "now":
        return True
    if _EPOCH.fullmatch(word):
        return False
    try:
        parse_duration(word)
    except QuantityError:
        return False
    return True


def _clock_time(clock: re.Match[str], text: str, *, now: float, zone: tzinfo | None, after: float | None) -> float:
    hour, minute, second = (int(part or 0) for part in clock.groups())
    base = datetime.fromtimestamp(now if after is None else after, UTC).astimezone(zone).replace(tzinfo=None)
    try:
        moment = base.replace(hour=hour, minute=minute, second=second, microsecond=0)
    except ValueError:
        raise QuantityError(f"{text[:40]!r} is no time of day") from None
    # Days are added to the wall clock, so that 14:05 stays 14:05 over a change of summer time.
    if after is None and moment > base:
        moment -= timedelta(days=1)
    elif after is not None and moment <= base:
        moment += timedelta(days=1)
    return _aware(moment, zone).timestamp()


def _aware(moment: datetime, zone: tzinfo | None) -> datetime:
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()
