"""Which log events the reader has been told, when Live Tail and the passes over the log group bring the same ones.

Live Tail tells no eventId, so its events are known by stream, timestamp and message. Two events may agree in all three:
the passes, which do know eventIds, have the last word on how many there are. An event's reader has been told as many as
the passes have found, or as many as one session of Live Tail has brought, whichever is more. A session brings each event
once at most, so that is never too many; and in the end the passes find all, so it is never too few.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tui.aws.decode import Event

# Seconds. What Live Tail brings this long after CloudWatch received it is left to the sweep, so that no count need be
# remembered for longer. It comes in two, unless this program was stopped meanwhile.
STALE = 120.0
_REMEMBERED = 3 * STALE
_PRUNE_EVERY = 30.0
# Counts held at most, about 150 bytes each; more only while no sweep gets through, and then Live Tail's events wait for it.
MOST = 400_000


class _Count(msgspec.Struct, gc=False):
    """Of one (stream, timestamp, message): how many the passes found, one session brought, and the reader was told."""

    ingested: int
    stamp: int
    polled: int = 0
    brought: int = 0
    session: int = 0
    told: int = 0


class LiveCount:
    """Lets each event of one log group through once. Times are ms of AWS's clock, but `now`, which is seconds."""

    def __init__(self, now: float) -> None:
        self._counts: dict[int, _Count] = {}
        self._now = now
        self._pruned = now

    def __len__(self) -> int:
        return len(self._counts)

    def advance(self, now: float, floor: int) -> None:
        """It is `now`; no pass will look for events stamped before `floor` any more."""
        self._now = max(now, self._now)
        if self._now - self._pruned < _PRUNE_EVERY:
            return
        self._pruned = self._now
        before = (self._now - _REMEMBERED) * 1000
        self._counts = {
            key: count
            for key, count in self._counts.items()
            if count.ingested >= before or (count.polled < count.told and count.stamp >= floor)
        }

    def brought(self, events: Sequence[Event], session: int) -> tuple[list[Event], int]:
        """Of events that a session of Live Tail brought, those to tell now; and how many are left to the sweep."""
        stale = (self._now - STALE) * 1000
        fresh, left = [], 0
        for event in events:
            key = _key(event)
            count = self._counts.get(key)
            if event.ingestion_time < stale or (count is None and len(self._counts) >= MOST):
                left += 1
                continue
            if count is None:
                count = self._counts[key] = _Count(event.ingestion_time, event.timestamp)
            if count.session != session:
                count.session, count.brought = session, 0
            count.brought += 1
            count.ingested = max(count.ingested, event.ingestion_time)
            if count.brought > count.told:
                count.told += 1
                fresh.append(event)
        return fresh, left

    def polled(self, events: Sequence[Event]) -> list[int] | None:
        """Of events that a pass found, each known to be new by its eventId, the places of those to tell; None: all."""
        remembered = (self._now - 2 * STALE) * 1000
        places = []
        for place, event in enumerate(events):
            key = _key(event)
            count = self._counts.get(key)
            if count is None:
                places.append(place)
                if event.ingestion_time >= remembered or not event.ingestion_time:
                    self._counts[key] = _Count(event.ingestion_time, event.timestamp, polled=1, told=1)
                continue
            count.polled += 1
            count.ingested = max(count.ingested, event.ingestion_time)
            if count.polled > count.told:
                count.told += 1
                places.append(place)
        return None if len(places) == len(events) else places


def _key(event: Event) -> int:
    """64 bits: among 400,000 counts, two are taken for one with a chance of 1 in 200 million."""
    return hash((event.log_stream_name, event.timestamp, event.message))
