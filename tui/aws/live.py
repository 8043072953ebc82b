"""Live Tail merged with the passes: its updates as batches, its gaps, and whether the hot passes may rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event as Stop

from tui.aws.clock import Clock
from tui.aws.live_count import LiveCount
from tui.aws.live_gaps import LiveGaps
from tui.aws.live_tail import Began, LiveTail, Lost, Message, Pace, Refused, Update
from tui.aws.reading import GroupReading
from tui.aws.session import Access
from tui.aws.target import Target
from tui.flows.source import Batch, Gap, Status

# Dollars a minute of a session in us-east-1: https://aws.amazon.com/cloudwatch/pricing/
PRICE = 0.01
LOOK = 0.2  # seconds between two looks at what has come
_QUIET = 60.0  # seconds after the last sampled update until the hot passes rest again


class Live:
    """Live Tail beside the passes of one tail. Used by the tail's thread; the sessions have a thread of their own."""

    def __init__(self, access: Access, account: str, clock: Clock, pace: Pace | None = None) -> None:
        self.status = Status(price=PRICE * 60)
        self._access = access
        self._account = account
        self._clock = clock
        self._pace = pace
        self._thread: LiveTail | None = None
        self._stop: Stop | None = None
        self._gaps = LiveGaps()
        self._came = clock.told()
        self._incomplete = float("-inf")
        self._told: Status | None = None

    def start(self, readings: Sequence[GroupReading], stop: Stop) -> None:
        """Listen until `stop` is set; where that goes on already, nothing changes."""
        if self._thread is not None and self._thread.is_alive() and self._stop is stop:
            return
        self._stop = stop
        self._thread = LiveTail(self._access, _targets(readings), self._account, stop, self._pace)
        self._thread.start()

    def aim(self, readings: Sequence[GroupReading]) -> None:
        """The log groups, or the parts of them, are others now."""
        if self._thread is not None:
            self._thread.aim(_targets(readings))

    def end(self) -> None:
        """Listen no more."""
        if self._thread is not None:
            self._thread.aim(())

    def mark(self, status: Status) -> Status:
        """A status with what Live Tail has to say in it."""
        heard = self.status.mode == "live tail"  # then polling's advice, to take Live Tail, has been taken
        advice = "; ".join(dict.fromkeys(filter(None, ("" if heard else status.advice, self.status.advice))))
        return replace(status, mode=self.status.mode, advice=advice, price=self.status.price)

    def batches(self, readings: Sequence[GroupReading]) -> Iterator[Batch]:
        """What came since the last call: records, gaps that began, grew or were healed; an empty one where its status changed."""
        now, at = self._clock.now(), self._clock.told()
        for reading in readings:
            reading.opener.told = reading.opener.told or LiveCount(now)
            reading.opener.told.advance(now, reading.floor)
        while self._thread is not None and not self._thread.messages.empty():
            yield from self._heed(self._thread.messages.get_nowait(), readings)
        if healed := self._gaps.healed(min((each.swept for each in readings), default=0.0), at):
            yield Batch(at, gaps=healed)
        if self.status != self._told:
            self._told = self.status
            yield Batch(at)  # it carries the status
        rests = self.status.mode == "live tail" and now - self._incomplete > _QUIET
        for reading in readings:
            reading.rests = rests

    def _heed(self, message: Message, readings: Sequence[GroupReading]) -> Iterator[Batch]:
        now, at = self._clock.now(), self._clock.told()
        if isinstance(message, Update):
            yield from self._updated(message, readings)
        elif isinstance(message, Began):
            self._came = at
            self.status = replace(self.status, mode="live tail", advice=message.note, price=PRICE * 60)
            if gaps := self._gaps.back(at):
                yield Batch(at, gaps=gaps)
        elif isinstance(message, Lost):
            self.status = replace(self.status, mode="polling", advice="")
            yield Batch(at, gaps=(self._gaps.lost(min(self._came, at), at, now, message.reason),))
        elif isinstance(message, Refused):
            self.status = replace(self.status, mode="polling", advice=message.advice, price=0.0)

    def _updated(self, update: Update, readings: Sequence[GroupReading]) -> Iterator[Batch]:
        """An update's records, as a batch for each log group; without records it is a heartbeat."""
        now, at = self._clock.now(), self._clock.told()
        incomplete, earliest = update.sampled, at
        batches: list[Batch] = []
        for identifier, events in update.events.items():
            earliest = min(earliest, *(each.timestamp / 1000 for each in events))
            reading = _reading_of(identifier, readings)
            if reading is None:
                incomplete = True
                continue
            batch, left = reading.live(events, update.session, at)
            incomplete = incomplete or left > 0
            batches.append(batch)
        gaps: tuple[Gap, ...] = ()
        if incomplete:
            self._incomplete = now
            gaps = (self._gaps.sampled(earliest, at, now),)
        self._came = at
        first, *others = batches or [Batch(at)]
        yield replace(first, gaps=first.gaps + gaps)
        yield from (batch for batch in others if batch.records or batch.unparsed)


def _targets(readings: Sequence[GroupReading]) -> tuple[Target, ...]:
    return tuple(reading.target for reading in readings if not reading.ended)


def _reading_of(identifier: str, readings: Sequence[GroupReading]) -> GroupReading | None:
    """The log group an event is of: AWS names it by its ARN, by its name, or by account and name."""
    name = identifier.removesuffix(":*").rpartition(":")[2]
    found = [each for each in readings if each.target.group == name]
    if len(found) > 1:
        found = [each for each in found if each.target.arn == identifier] or [e for e in found if not e.target.arn]
    if not found and len(readings) == 1:
        return readings[0]
    return found[0] if found else None
