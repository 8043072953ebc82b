"""One page of FilterLogEvents, and the token that says where the next one begins."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import itemgetter

import msgspec

from tui.demo.logs.refusal import invalid
from tui.demo.logs.store import END, Event, Group

TOKEN_LIFE = 24 * 3_600_000  # ms; the API reference: "The token expires after 24 hours"

piece_of = itemgetter(1)
_size = itemgetter(2)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a page holds, and how awkward CloudWatch is about it.

    `scan` is how many events one call looks at when it filters: past that, the page ends as it is. With `hiccups`, one
    page in sixteen or so is empty and another is cut short though there is more, as the API reference warns.
    """

    page_events: int = 10_000
    page_bytes: int = 1 << 20
    scan: int = 100_000
    hiccups: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """Where in a log group a reading stands: the first place not yet told, or if `backwards` the last one told."""

    place: int
    backwards: bool = False
    tries: int = 0

    def token(self, group: str, now: int) -> str:
        """The opaque text of this position, given out at `now` (ms); if 0, it never expires."""
        plain = f"{self.place:x}.{self.backwards:d}.{self.tries}.{now}"
        return urlsafe_b64encode(f"{plain}.{_seal(plain, group):08x}".encode()).decode()

    @classmethod
    def of(cls, token: str, group: str, now: int) -> Position:
        """The position a token stands for.

        Raises:
            LogsError: it was not given out for this log group, or more than 24 hours ago.
        """
        try:
            plain, _, seal = urlsafe_b64decode(token.encode()).decode().rpartition(".")
            sealed = int(seal, 16) == _seal(plain, group)
            place, backwards, tries, given = plain.split(".")
        except ValueError:
            sealed = False
        if not sealed:
            raise invalid("The specified nextToken is invalid.")
        if int(given) and now - int(given) > TOKEN_LIFE:
            raise invalid("The specified nextToken is expired.")
        return cls(int(place, 16), backwards == "1", int(tries))


def _seal(plain: str, group: str) -> int:
    return binascii.crc32(f"{group}/{plain}".encode())


@dataclass(frozen=True, slots=True)
class Choice:
    """What a FilterLogEvents call asks for: places `low` to before `high`, of some streams, with some text."""

    low: int = 0
    high: int = END
    limit: int = 10_000
    streams: Callable[[str], bool] | None = None
    pattern: Callable[[str], bool] | None = None

    def of(self, events: list[Event]) -> list[Event]:
        """Those of `events` that are asked for."""
        if (wanted := self.streams) is not None:
            events = [event for event in events if wanted(event[3])]
        if (matches := self.pattern) is not None:
            events = [event for event in events if matches(message_of(event))]
        return events

    @property
    def picks(self) -> bool:
        """Whether events are looked at one by one."""
        return self.streams is not None or self.pattern is not None


class _Message(msgspec.Struct):
    message: str


_read = msgspec.json.Decoder(_Message).decode


def message_of(event: Event) -> str:
    """The message of an event, out of its JSON."""
    return _read(event[1]).message


@dataclass(frozen=True, slots=True)
class Page:
    """The events of one page, and where the next one begins: None when nothing is left."""

    events: list[Event]
    following: Position | None = None


def page(group: Group, choice: Choice, start: Position, limits: Limits) -> Page:
    """One page of a log group, from `start` on."""
    limit = min(choice.limit, limits.page_events)
    if limits.hiccups and not start.tries:
        chance = binascii.crc32(f"{start.place:x}/{choice.high:x}".encode()) % 32
        if chance in (0, 1):
            return Page([], replace(start, tries=1))
        if chance in (2, 3):
            limit = (limit + 1) // 2
    low, high = (choice.low, min(start.place, choice.high)) if start.backwards else (start.place, choice.high)
    told: list[Event] = []
    room, scanned = limits.page_bytes, 0
    for run in group.runs(max(low, choice.low), high, backwards=start.backwards):
        chosen = choice.of(run)
        fit, room = _fitting(chosen[: limit - len(told)], room)
        if fit < len(chosen) and not told:
            fit = max(fit, 1)  # one event larger than a page is still told
        told += chosen[:fit]
        if fit < len(chosen):
            return Page(told, _after(chosen[fit - 1] if fit else None, run, start))
        scanned += len(run)
        if len(told) >= limit or (choice.picks and scanned >= limits.scan):
            return Page(told, _after(run[-1], run, start))
    return Page(told)


def _fitting(events: list[Event], room: int) -> tuple[int, int]:
    """How many of these events fit into `room` bytes, and the room that is then left."""
    sizes = list(accumulate(map(_size, events)))
    fit = bisect_right(sizes, room)
    return fit, room - (sizes[fit - 1] if fit else 0)


def _after(last: Event | None, run: list[Event], start: Position) -> Position:
    """The position after the last event told; if none of this run was told, before the run."""
    if start.backwards:
        return Position(last[0] if last else run[0][0] + 1, backwards=True)
    return Position(last[0] + 1 if last else run[0][0])
