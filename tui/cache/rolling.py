"""The rolling cache: the flow records of the last minutes, bounded by age and by bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl
from cachetools import TLRUCache

from tui.cache.counting import Counting
from tui.cache.digest import AGAIN, MINUTE, Digest, lateness_of
from tui.cache.ledger import Ledger
from tui.cache.renewal import SLACK, Renewal
from tui.cache.sighting import Sightings
from tui.cache.tally import Arrivals, Tally, count
from tui.flows.dtype import Dictionary, InUse
from tui.flows.logformat import Layout
from tui.flows.source import EVENT_ID, LATE, TIMESTAMP, Batch, Cause, Gap, Records, Unparsed

# A minute's frames are joined when they are more than this: many small frames cost more to look through than few.
_MOST_FRAMES = 8
_UNPARSED_KEPT = 1_000
# A clock may be off by this much before a record's own time is not believed, in minutes.
_AHEAD = 15


@dataclass(slots=True)
class _Minute:
    """The records whose capture window starts in one minute."""

    frames: dict[Layout, list[pl.DataFrame]] = field(default_factory=dict)
    size: int = 0
    records: int = 0

    def add(self, layout: Layout, frame: pl.DataFrame, *, join: bool = True) -> None:
        frames = self.frames.setdefault(layout, [])
        frames.append(frame)
        if join and len(frames) > _MOST_FRAMES:
            frames[:] = [pl.concat(frames, rechunk=True)]
        self.size += int(frame.estimated_size())
        self.records += frame.height

    def trim(self, size: int) -> int:
        """Let the records that came first go until no more than `size` bytes are left; returns how many went."""
        gone = 0
        for frames in self.frames.values():
            while frames and self.size > size:
                first = frames.pop(0)
                size_of = int(first.estimated_size())
                kept = max(0, first.height - 1 - first.height * (self.size - size) // max(1, size_of))
                self.size -= size_of
                if kept:
                    frames.insert(0, first.tail(kept).clone())
                    self.size += int(frames[0].estimated_size())
                self.records -= first.height - kept
                gone += first.height - kept
        return gone


@dataclass(frozen=True, slots=True)
class Held:
    """What the cache holds at one moment; it does not change while the cache goes on.

    `tables`: for each layout its frames, oldest minute first. Frames have the records' own columns, @log-group,
    @log-stream, @ingestion, @late, @again, `serial`, which numbers records as they came, and @timestamp where the layout has
    no start.
    `tallies`: by Unix minute. `newest` and `oldest` in Unix seconds. `rate`: records a second that CloudWatch received in
    the last minute; `recent`: accepted and rejected ones of the last five. `now` is the clock, Unix seconds. `doubled`:
    how many interfaces deliver each record more than once, which is counted once. `several`: whether several log
    groups brought records of which nobody has told the doubles. `dictionary`: what all frames are written with.
    """

    tables: tuple[tuple[Layout, tuple[pl.DataFrame, ...]], ...] = ()
    tallies: tuple[tuple[int, Tally], ...] = ()
    records: int = 0
    size: int = 0
    newest: int | None = None
    oldest: int | None = None
    late: int = 0
    rate: float = 0.0
    recent: tuple[int, int] = (0, 0)
    gaps: tuple[Gap, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    unparsed_count: int = 0
    dictionary: Dictionary = field(default_factory=lambda: InUse.dictionary)
    now: float = 0.0
    doubled: int = 0
    several: bool = False


class RollingCache:
    """Flow records by minute of capture time; late records join theirs.

    `window` in seconds after a minute's end, `size` in bytes of columns. The clock is that of the newest batch, so a
    replay and a stopped demo age as the real thing. Not thread-safe: one owner.
    """

    def __init__(self, window: int = 3600, size: int = 256 << 20) -> None:
        self.window = window
        self._now = 0.0
        self._minutes: TLRUCache[int, _Minute] = TLRUCache(
            maxsize=size,
            ttu=lambda minute, _value, _now: (minute + 1) * MINUTE + window,
            timer=lambda: self._now,
            getsizeof=lambda minute: minute.size,
        )
        self._tallies: dict[int, Tally] = {}
        self._arrivals = Arrivals()
        self._serial = 0
        self._newest: int | None = None
        self._late = 0
        self.ledger = Ledger()
        self.sightings = Sightings()
        self._counting = Counting()
        self._pruned = 0.0
        self._unparsed: deque[Unparsed] = deque(maxlen=_UNPARSED_KEPT)
        self._unparsed_count = 0
        self._dictionary = InUse.dictionary
        self._renewal: Renewal | None = None
        self._base = self._reach = 0  # values in the dictionary: when it was fresh, and now
        self._unmeasured = 0  # records that came since it was looked how many there are

    def add(self, batch: Batch) -> None:
        """Take a batch in; whatever is too old or too much leaves."""
        self._now = max(self._now, batch.at)
        for records in batch.records:
            if records.frame.height:
                self._add_records(records)
        self.ledger.take(batch)
        self._unparsed.extend(batch.unparsed)
        self._unparsed_count += len(batch.unparsed)
        self._minutes.expire()
        self._forget_tallies()
        self._renew()

    def held(self) -> Held:
        """What is held now. Costs a list of frames, no copy of data."""
        tables: dict[Layout, list[pl.DataFrame]] = {}
        records = size = 0
        minutes = sorted(self._minutes)
        for at in minutes:
            minute = self._minutes[at]
            records += minute.records
            size += minute.size
            for layout, frames in minute.frames.items():
                tables.setdefault(layout, []).extend(frames)
        return Held(
            tables=tuple((layout, tuple(frames)) for layout, frames in tables.items()),
            tallies=tuple((minute, replace(tally)) for minute, tally in sorted(self._tallies.items())),
            records=records,
            size=size,
            newest=self._newest,
            oldest=minutes[0] * MINUTE if minutes else None,
            late=self._late,
            rate=self._arrivals.counts(self._now, MINUTE)[2] / MINUTE,
            recent=self._arrivals.counts(self._now, 5 * MINUTE)[:2],
            gaps=self.ledger.gaps(),
            unparsed=tuple(self._unparsed),
            unparsed_count=self._unparsed_count,
            dictionary=self._dictionary,
            now=self._now,
            doubled=self._counting.doubled,
            several=self._counting.several,
        )

    def _add_records(self, records: Records) -> None:
        frame = self._dictionary.rewrite(self._stamped(records))
        self._measure(frame)
        self.sightings.measure(lateness_of(frame))
        if LATE in frame.columns:
            self._late += int(frame[LATE].sum())
        digest = Digest(frame, self._now)
        if digest.newest is not None:
            self._newest = max(self._newest or 0, min(digest.newest, int(self._now) + MINUTE))
        deliveries = digest.deliveries()
        self.sightings.add(deliveries, self._now)
        digest.leave_out(self._counting.spare(records.layout, deliveries))
        sums = digest.sums()
        count(self._tallies, sums)
        self._arrivals.add(sums, self._now)
        for minute, part in _by_minute(frame):
            self._put(minute, records.layout, part)

    def _stamped(self, records: Records) -> pl.DataFrame:
        """The frame with its serial numbers, the minute it belongs to, and what was delivered before.

        Without the event ids (72 bytes each), and without the event's time where the record tells its own.
        """
        frame = records.frame
        spare = {EVENT_ID, TIMESTAMP} if "start" in frame.columns else {EVENT_ID}
        first, self._serial = self._serial, self._serial + frame.height
        again = pl.Series([None], dtype=pl.Boolean).new_from_index(0, frame.height)
        stamps = [
            (again if records.again is None else records.again).alias(AGAIN),
            self._minutes_of(frame).alias("minute"),
            pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True).alias("serial"),
        ]
        return frame[[name for name in frame.columns if name not in spare]].hstack(stamps)

    def _minutes_of(self, frame: pl.DataFrame) -> pl.Series:
        """By start, or the event's time, or now. Column by column: an expression of all of it costs three times that."""
        now = int(self._now) // MINUTE
        minutes = pl.Series([None], dtype=pl.Int64).new_from_index(0, frame.height)
        if "start" in frame.columns:
            minutes = frame["start"].cast(pl.Int64) // MINUTE
        if minutes.null_count() and TIMESTAMP in frame.columns:
            minutes = pl.select(pl.coalesce(minutes, frame[TIMESTAMP] // (1000 * MINUTE))).to_series()
        if minutes.null_count():
            minutes = minutes.fill_null(now)
        return minutes.clip(upper_bound=now + _AHEAD) if int(str(minutes.max())) > now + _AHEAD else minutes

    def _put(self, at: int, layout: Layout, frame: pl.DataFrame) -> None:
        minute = self._minutes.pop(at, None) or _Minute()
        minute.add(layout, frame, join=self._renewal is None)
        while self._minutes and self._minutes.currsize + minute.size > self._minutes.maxsize:
            oldest = min(self._minutes)
            if oldest > at:
                break  # what came is the oldest itself
            self._evict(oldest, self._minutes.pop(oldest).records)
        room = int(self._minutes.maxsize - self._minutes.currsize)
        if minute.size > room:
            self._evict(at, minute.trim(room))
        if minute.records:
            self._minutes[at] = minute

    def _evict(self, minute: int, records: int) -> None:
        """Say that a minute left before its time, for want of room."""
        gap = Gap(minute * MINUTE, (minute + 1) * MINUTE, Cause.EVICTED, records, "the cache is full")
        self.ledger.add([gap])

    def _measure(self, frame: pl.DataFrame) -> None:
        """How large the dictionary is by now. Numbers are given in order, so not every page needs to be looked at."""
        self._unmeasured += frame.height
        if self._unmeasured > SLACK // 8:
            self._unmeasured = 0
            self._reach = max(self._reach, self._dictionary.reach(frame))

    def _renew(self) -> None:
        """Leave an outgrown dictionary behind, some frames with each batch; all of them change over at once."""
        if self._renewal is None and self._reach > 2 * self._base + SLACK:
            self._renewal = Renewal()
        renewal = self._renewal
        if renewal is None:
            return
        tables = [self._minutes[minute].frames for minute in sorted(self._minutes)]
        if renewal.step(frame for table in tables for frames in table.values() for frame in frames):
            for table in tables:
                for frames in table.values():
                    frames[:] = map(renewal.of, frames)
            InUse.dictionary = self._dictionary = renewal.dictionary
            self._base = self._reach = renewal.size
            self._renewal = None

    def _forget_tallies(self) -> None:
        first, last = int(self._now - self.window) // MINUTE, int(self._now) // MINUTE + _AHEAD
        for minute in [minute for minute in self._tallies if not first <= minute <= last]:
            del self._tallies[minute]
        if self._now - self._pruned >= MINUTE:
            self._pruned = self._now
            self.sightings.forget_before(self._now - self.window)
            self._counting.forget_before(self._now - self.window)


def _by_minute(frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The records of each minute. A page comes in order of time, so its minutes are mostly slices of it."""
    minutes = frame["minute"]
    rest = frame.drop("minute")
    if not minutes.is_sorted():
        for (minute,), part in frame.partition_by("minute", as_dict=True, include_key=False).items():
            yield int(str(minute)), part
        return
    if minutes[0] == minutes[-1]:
        yield int(minutes[0]), rest
        return
    first = 0
    for run in minutes.rle().to_list():
        yield int(run["value"]), rest.slice(first, run["len"])
        first += run["len"]
