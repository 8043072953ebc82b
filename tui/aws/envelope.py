"""A page of log events as a batch: what is new in it, its lines by their layouts, each with its envelope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from tui.aws.decode import Event
from tui.aws.live_count import LiveCount
from tui.aws.seen import Seen
from tui.aws.stream import interface_of
from tui.aws.target import Target
from tui.flows.dtype import InUse
from tui.flows.logformat import Layout
from tui.flows.parse import LineParser, skipped_gaps
from tui.flows.source import (
    EVENT_ID,
    INGESTION,
    LATE,
    LOG_GROUP,
    LOG_STREAM,
    TIMESTAMP,
    Batch,
    Records,
    Unparsed,
)

_AGAIN = "@again"
_TWIN_SLACK = 15 * 60_000  # ms: another log group's flow log may be that much later


@dataclass(frozen=True, slots=True)
class Span:
    """Which capture windows are wanted: those that end at `since` or later, in seconds; None: all.

    And from which lateness on, in ms between timestamp and ingestion, a record is marked late; None: none is.
    """

    since: float | None = None
    late: int | None = None


class Opener:
    """Opens the envelopes of one log group, and remembers which it has opened."""

    def __init__(self, target: Target) -> None:
        self.seen = Seen()
        self.twins: Seen | None = None  # where several flow logs may deliver the same record: the lines told so far
        self.told: LiveCount | None = None  # while Live Tail is read beside the passes
        self._wanted: dict[str, bool | None] = {}
        self.target = target
        self._parser = LineParser(target.layouts)

    def aim(self, target: Target) -> None:
        """Go on with another part or other layouts of the same log group."""
        if target.layouts != self.target.layouts:
            self._parser = LineParser(target.layouts)
        self.target = target
        self._wanted.clear()

    def batch(self, events: Sequence[Event], span: Span, at: float) -> Batch:
        """What is new in a page, as a batch; empty when nothing is.

        Args:
            events: of one page.
            span: what is wanted of them.
            at: the clock, in seconds.
        """
        if self.target.interfaces is not None:
            events = [each for each in events if self._is_wanted(each.log_stream_name) is not False]
        ids = pl.Series(EVENT_ID, [each.event_id for each in events], dtype=pl.String)
        stamps = pl.Series(TIMESTAMP, [each.timestamp for each in events], dtype=pl.Int64)
        places = self.seen.admit(_told_apart(ids, events), stamps)
        if places is not None:
            events, ids, stamps = [events[place] for place in places], ids[places], stamps[places]
        if self.told is not None and (places := self.told.polled(events)) is not None:
            events, ids, stamps = [events[place] for place in places], ids[places], stamps[places]
        return self._new(events, ids, stamps, span, at)

    def live(self, events: Sequence[Event], session: int, span: Span, at: float) -> tuple[Batch, int]:
        """What is new in an update of Live Tail, as `batch` has it; and how many events are left to the sweep.

        Args:
            events: without eventIds.
            session: which session brought them.
            span: what is wanted of them.
            at: the clock, in seconds.
        """
        if self.target.interfaces is not None:
            events = [each for each in events if self._is_wanted(each.log_stream_name) is not False]
        if self.told is None or not events:
            return Batch(at), len(events)
        events, left = self.told.brought(events, session)
        ids = pl.Series(EVENT_ID, [""] * len(events), dtype=pl.String)
        stamps = pl.Series(TIMESTAMP, [each.timestamp for each in events], dtype=pl.Int64)
        return self._new(events, ids, stamps, span, at), left

    def _new(self, events: Sequence[Event], ids: pl.Series, stamps: pl.Series, span: Span, at: float) -> Batch:
        if not events:
            return Batch(at)
        if span.since is not None and _earliest(stamps) >= span.since * 1000:
            span = replace(span, since=None)  # nothing that begins in the span ends before it
        return self._open(events, ids, stamps, span, at)

    def _is_wanted(self, stream: str) -> bool | None:
        """By the stream's name; None when only the record can tell.

        What is not wanted is not remembered as seen: it is found again when its interface turns out to be in scope.
        """
        if stream not in self._wanted:
            interface = interface_of(stream)
            interfaces = self.target.interfaces or frozenset()
            self._wanted[stream] = interface in interfaces if interface else None
        return self._wanted[stream]

    def _open(self, events: Sequence[Event], ids: pl.Series, stamps: pl.Series, span: Span, at: float) -> Batch:
        parsed = self._parser.parse([each.message for each in events])
        envelopes = self._envelopes(events, ids, stamps, span)
        found = (
            (layout, self._kept(self._marked(_joined(envelopes, fields, rows), events, rows), span))
            for layout, fields, rows in parsed.records
        )
        records = [_records(layout, frame) for layout, frame in found if frame.height]
        unparsed = [self._unparsed(events[place], reason) for place, reason in parsed.unparsed]
        if span.since is not None:
            # What has no time at all cannot be outside the span.
            unparsed = [each for each in unparsed if not each.timestamp or each.timestamp >= span.since * 1000]
        gaps = [gap for each in records for gap in skipped_gaps(each)]
        return Batch(at, tuple(records), tuple(unparsed), tuple(gaps))

    def _envelopes(self, events: Sequence[Event], ids: pl.Series, stamps: pl.Series, span: Span) -> pl.DataFrame:
        ingested = pl.Series(INGESTION, [each.ingestion_time for each in events], dtype=pl.Int64)
        height, texts = len(events), InUse.dictionary.texts  # which the fields are written with as well
        if span.late is None:
            late = pl.Series(LATE, [False]).new_from_index(0, height)
        else:
            late = (ingested - stamps > span.late).alias(LATE)
        return pl.DataFrame(
            [
                pl.select(pl.when(ids != "").then(ids)).to_series().alias(EVENT_ID) if _lack(ids) else ids,
                pl.Series(LOG_GROUP, [self.target.group], dtype=texts).new_from_index(0, height),
                pl.Series(LOG_STREAM, [each.log_stream_name for each in events], dtype=texts),
                stamps,
                ingested,
                late,
            ]
        )

    def forget_before(self, stamp: int) -> None:
        """Events before this timestamp, in ms, will not be asked for again."""
        self.seen.forget_before(stamp)
        if self.twins is not None:
            self.twins.forget_before(stamp - _TWIN_SLACK)

    def _marked(self, frame: pl.DataFrame, events: Sequence[Event], rows: list[int]) -> pl.DataFrame:
        """With a column that tells which records were told before by another flow log: the same line to the letter."""
        if self.twins is None:
            return frame
        lines = pl.Series([events[row].message for row in rows], dtype=pl.String)
        new = self.twins.admit(lines, frame[TIMESTAMP])
        if new is None:
            return frame.with_columns(pl.lit(value=False).alias(_AGAIN))
        places = pl.int_range(len(rows), eager=True)
        return frame.with_columns((~places.is_in(pl.Series(new, dtype=pl.Int64).implode())).alias(_AGAIN))

    def _kept(self, frame: pl.DataFrame, span: Span) -> pl.DataFrame:
        """The rows that are in scope and in the span."""
        unknown = [stream for stream, wanted in self._wanted.items() if wanted is None]
        if self.target.interfaces is not None and unknown and "interface-id" in frame.columns:
            interface, stream = pl.col("interface-id").cast(pl.String), pl.col(LOG_STREAM).cast(pl.String)
            mine = interface.is_in(sorted(self.target.interfaces)).fill_null(value=False)
            frame = frame.filter(mine | ~stream.is_in(unknown))
        if span.since is not None:
            # The later of the two decides, so that a record whose end makes no sense is not lost for it.
            ends: list[pl.Expr] = [pl.when(pl.col(TIMESTAMP) > 0).then(pl.col(TIMESTAMP) / 1000)]
            ends += [pl.col("end").cast(pl.Float64)] if "end" in frame.columns else []
            frame = frame.filter((pl.max_horizontal(ends) >= span.since).fill_null(value=True))
        return frame

    def _unparsed(self, event: Event, reason: str) -> Unparsed:
        return Unparsed(
            event.message,
            reason,
            event.event_id or None,
            self.target.group,
            event.log_stream_name,
            event.timestamp,
            event.ingestion_time,
        )


def _records(layout: Layout, frame: pl.DataFrame) -> Records:
    if _AGAIN not in frame.columns:
        return Records(layout, frame)
    return Records(layout, frame.drop(_AGAIN), frame[_AGAIN])


def _earliest(stamps: pl.Series) -> int:
    return int(stamps.min())  # type: ignore[arg-type]  # integers without nulls


def _lack(ids: pl.Series) -> bool:
    """Whether AWS told no eventId for some."""
    return bool((ids == "").any())


def _told_apart(ids: pl.Series, events: Sequence[Event]) -> pl.Series:
    """What tells each event from every other; where AWS told no eventId, all else that it told."""
    if not _lack(ids):
        return ids
    texts = [each.event_id or f"{each.log_stream_name}\0{each.timestamp}\0{each.message}" for each in events]
    return pl.Series(texts, dtype=pl.String)


def _joined(envelopes: pl.DataFrame, fields: pl.DataFrame, rows: list[int]) -> pl.DataFrame:
    """Fields beside their envelopes. Most pages are of one layout, row by row: no gather then."""
    mine = envelopes if len(rows) == envelopes.height else envelopes[rows]
    return mine.hstack(fields)
