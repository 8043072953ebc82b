"""The rolling cache: age, bytes, late records, and what it says of what it let go."""

from __future__ import annotations

import polars as pl
import pytest

from tui.cache.rolling import Held, RollingCache
from tui.cache.standing import strip_of, summary_of
from tui.flows.dtype import TEXTS
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, layout_of
from tui.flows.parse import LineParser
from tui.flows.source import EVENT_ID, INGESTION, LATE, LOG_GROUP, LOG_STREAM, TIMESTAMP, Batch, Cause, Gap, Records

T0 = 1_790_000_040  # a full minute


def line(start: int, *, size: int = 4249, action: str = "ACCEPT", src: str = "10.0.1.7", seconds: int = 59) -> str:
    """A default record of one capture window."""
    return f"2 123456789010 eni-1235b8ca123456789 {src} 10.0.2.9 40312 5432 6 20 {size} {start} {start + seconds} {action} OK"


def batch(at: float, lines: list[str], layout: Layout = DEFAULT_LAYOUT, *, late: bool = False) -> Batch:
    """A batch as a tail makes it."""
    (_, frame, rows) = LineParser([layout]).parse(lines).records[0]
    assert len(rows) == len(lines)
    envelope = frame.with_columns(
        pl.lit("3" * 56).alias(EVENT_ID),
        pl.lit("/vpc/payments").cast(TEXTS).alias(LOG_GROUP),
        pl.lit("eni-1235b8ca123456789-all").cast(TEXTS).alias(LOG_STREAM),
        pl.lit(int(at - 60) * 1000, dtype=pl.Int64).alias(TIMESTAMP),
        pl.lit(int(at) * 1000, dtype=pl.Int64).alias(INGESTION),
        pl.lit(late).alias(LATE),
    )
    return Batch(at, (Records(layout, envelope),), complete=True)


def starts(held: Held) -> list[int]:
    """The start of every record held."""
    return sorted(start for _, frames in held.tables for frame in frames for start in frame["start"].to_list())


def test_records_leave_when_they_are_older_than_the_window() -> None:
    """A minute leaves a window after its end; the rest stays."""
    cache = RollingCache(window=600)
    cache.add(batch(T0 + 60, [line(T0), line(T0 + 60)]))
    cache.add(batch(T0 + 659, [line(T0 + 600)]))
    assert starts(cache.held()) == [T0, T0 + 60, T0 + 600]
    cache.add(Batch(T0 + 661))
    assert starts(cache.held()) == [T0 + 60, T0 + 600]
    assert cache.held().oldest == T0 + 60


def test_a_late_record_joins_its_minute() -> None:
    """Order of arrival does not matter, and late records are counted."""
    cache = RollingCache(window=3600)
    cache.add(batch(T0 + 300, [line(T0 + 240)]))
    cache.add(batch(T0 + 320, [line(T0)], late=True))
    held = cache.held()
    assert starts(held) == [T0, T0 + 240]
    assert held.late == 1


def test_the_cache_is_bounded_by_bytes_and_says_what_left() -> None:
    """The oldest minutes leave first, each with a gap that counts its records."""
    cache = RollingCache(window=3600, size=40_000)
    for minute in range(20):
        cache.add(batch(T0 + 60 * minute + 60, [line(T0 + 60 * minute)] * 100))
    held = cache.held()
    assert held.size <= 40_000
    assert starts(held)[-1] == T0 + 19 * 60
    evicted = [gap for gap in held.gaps if gap.cause is Cause.EVICTED]
    assert held.records + sum(gap.count for gap in evicted) == 2_000
    assert evicted[0].since == T0


def test_one_minute_larger_than_the_cache_keeps_its_newest_records() -> None:
    """A minute that alone is too large is trimmed, not dropped."""
    cache = RollingCache(window=3600, size=20_000)
    for _ in range(30):
        cache.add(batch(T0 + 60, [line(T0)] * 50))
    held = cache.held()
    assert 0 < held.size <= 20_000
    assert held.records + sum(gap.count for gap in cache.ledger.gaps()) == 1_500


def test_what_is_held_does_not_change() -> None:
    """A snapshot stays as it was while the cache goes on: freezing loses nothing."""
    cache = RollingCache(window=120)
    cache.add(batch(T0 + 60, [line(T0)]))
    held = cache.held()
    cache.add(batch(T0 + 900, [line(T0 + 840)]))
    assert starts(held) == [T0]
    assert starts(cache.held()) == [T0 + 840]


def test_event_ids_are_not_kept() -> None:
    """56 digits a record are the tail's to remember, not the cache's."""
    cache = RollingCache()
    cache.add(batch(T0 + 60, [line(T0)]))
    frame = cache.held().tables[0][1][0]
    assert EVENT_ID not in frame.columns
    assert frame["serial"].to_list() == [0]


def test_layouts_without_time_use_the_events_time() -> None:
    """Amazon's NAT sample has neither start nor end: the log event's timestamp places it."""
    layout = layout_of(["srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"])
    cache = RollingCache()
    cache.add(batch(T0 + 60, ["10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5"], layout))
    assert cache.held().records == 1
    assert cache.held().oldest == T0


def test_a_record_of_the_far_future_is_not_believed() -> None:
    """A start years ahead neither empties the cache nor makes the data look fresh."""
    cache = RollingCache(window=600)
    cache.add(batch(T0 + 60, [line(T0), line(4_000_000_000)]))
    held = cache.held()
    assert held.records == 2
    assert held.newest == T0 + 120


def test_the_strip_spreads_a_record_over_its_window() -> None:
    """600 bytes over ten minutes are 60 a minute; nothing spikes."""
    cache = RollingCache()
    cache.add(batch(T0 + 600, [line(T0, size=600, seconds=599), line(T0, size=90, action="REJECT")]))
    strip = strip_of(cache.held())
    assert strip.since == T0
    assert strip.accepted_bytes == pytest.approx([60.0] * 10)
    assert strip.rejected_bytes == pytest.approx([90.0] + [0.0] * 9)
    assert sum(strip.accepted) == pytest.approx(1)


def test_a_skipped_minute_is_marked() -> None:
    """SKIPDATA marks its minutes and is counted with the gaps."""
    cache = RollingCache()
    skip = f"2 123456789010 eni-11111111aaaaaaaaa - - - - - - - {T0 + 60} {T0 + 119} - SKIPDATA"
    made = batch(T0 + 180, [line(T0), skip])
    gap = Gap(T0 + 60, T0 + 119, Cause.SKIPDATA, 1, "eni-11111111aaaaaaaaa")
    cache.add(Batch(made.at, made.records, gaps=(gap,)))
    assert strip_of(cache.held()).skipped == (False, True)
    assert summary_of(cache.held()).gaps == 1


def test_the_summary_counts_what_arrived_lately() -> None:
    """Rate and reject share are of what CloudWatch received lately; a back-fill is not a burst."""
    cache = RollingCache()
    cache.add(batch(T0 + 60, [line(T0, action="REJECT")] * 500))
    cache.add(batch(T0 + 900, [line(T0 + 600)] * 90 + [line(T0 + 600, action="REJECT")] * 30))
    summary = summary_of(cache.held())
    assert summary.newest == T0 + 659
    assert summary.rate == pytest.approx(2.0)
    assert summary.rejected_share == pytest.approx(0.25)
    cache.add(Batch(T0 + 1000))
    assert summary_of(cache.held()).rate == 0


def test_an_empty_cache_has_a_summary() -> None:
    """Before the first record there are zeros, not errors."""
    held = RollingCache().held()
    assert summary_of(held).newest is None
    assert strip_of(held).accepted == ()
