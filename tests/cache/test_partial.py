"""What the cache says of what it did not see, of double deliveries, and of each interface."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from tui.cache.columns import Grouping
from tui.cache.freshness import Sighting
from tui.cache.rolling import RollingCache
from tui.cache.standing import strip_of, summary_of
from tui.cache.view import COLUMNS, Ask
from tui.cache.views import answer
from tui.flows.dtype import TEXTS
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, layout_of
from tui.flows.parse import LineParser
from tui.flows.source import EVENT_ID, INGESTION, LATE, LOG_GROUP, LOG_STREAM, TIMESTAMP, Batch, Cause, Gap, Records

T0 = 1_790_000_040  # a full minute
ENI = "eni-1235b8ca123456789"


def line(start: int, *, action: str = "ACCEPT", eni: str = ENI, seconds: int = 59, status: str = "OK") -> str:
    """A default record of one capture window."""
    if status != "OK":
        return f"2 123456789010 {eni} - - - - - - - {start} {start + seconds} - {status}"
    return f"2 123456789010 {eni} 10.0.1.7 10.0.2.9 40312 5432 6 20 6000 {start} {start + seconds} {action} OK"


def batch(
    lines: list[str], *, group: str = "/vpc/payments", at: float = T0 + 360, layout: Layout = DEFAULT_LAYOUT
) -> Batch:
    """A batch as a tail makes it."""
    (_, frame, _) = LineParser([layout]).parse(lines).records[0]
    envelope = frame.with_columns(
        pl.lit("3" * 56).alias(EVENT_ID),
        pl.lit(group).cast(TEXTS).alias(LOG_GROUP),
        pl.lit(f"{ENI}-all").cast(TEXTS).alias(LOG_STREAM),
        pl.lit(int(at - 60) * 1000, dtype=pl.Int64).alias(TIMESTAMP),
        pl.lit(int(at) * 1000, dtype=pl.Int64).alias(INGESTION),
        pl.lit(value=False).alias(LATE),
    )
    return Batch(at, (Records(layout, envelope),), complete=True)


@pytest.mark.parametrize(
    ("since", "until", "table", "rate", "share"),
    [
        (T0 - 120, T0, False, False, False),  # before all that is held
        (T0 + 10, T0 + 20, True, False, True),
        (T0 + 200, T0 + 210, True, False, True),
        (T0 + 290, T0 + 400, True, True, True),
        (T0 + 500, T0 + 600, False, False, False),
    ],
)
def test_a_total_is_partial_where_an_open_gap_touches(
    since: int, until: int, *, table: bool, rate: bool, share: bool
) -> None:
    """Until the gap is healed; then the totals are whole again, and the header counts it no more."""
    cache = RollingCache()
    cache.add(batch([line(T0), line(T0 + 240)]))
    gap = Gap(since, until, Cause.FAILED, 1, "ConnectionClosedError", id="sweep-3")
    cache.add(Batch(T0 + 361, gaps=(gap,)))
    views = answer(cache.held(), Ask())
    summary = views.summary
    assert (views.flows.is_partial, summary.rate_partial, summary.share_partial) == (table, rate, share)
    assert summary.gaps == 1
    cache.add(Batch(T0 + 362, gaps=(replace(gap, healed=T0 + 362.0),)))
    views = answer(cache.held(), Ask())
    summary = views.summary
    assert (views.flows.is_partial, summary.rate_partial, summary.share_partial) == (False, False, False)
    assert summary.gaps == 0
    assert not any(views.strip.partial)


def test_the_minutes_that_a_gap_touches_are_marked() -> None:
    """From the one it begins in to the one it ends in."""
    cache = RollingCache()
    cache.add(batch([line(T0 + 60 * minute) for minute in range(5)]))
    gaps = (Gap(T0 + 70, T0 + 180, Cause.THROTTLED), Gap(T0 + 240, T0 + 240, Cause.FAILED))
    assert strip_of(cache.held(), gaps).partial == (False, True, True, False, True)
    endless = Gap(T0 + 130, float("inf"), Cause.DISCONNECTED)
    assert strip_of(cache.held(), [endless]).partial == (False, False, True, True, True)


def test_records_that_two_flow_logs_deliver_count_once() -> None:
    """Of two log groups the first counts in the timeline, the rate and the share of rejects; both are held."""
    cache = RollingCache()
    lines = [line(T0), line(T0, action="REJECT"), line(T0 + 60)]
    cache.add(batch(lines))
    once = cache.held()
    cache.add(batch(lines, group="/vpc/subnet"))
    held = cache.held()
    assert held.records == 6
    assert strip_of(held) == strip_of(once)
    assert (held.rate, held.recent) == (once.rate, once.recent) == (3 / 60, (2, 1))
    assert (once.doubled, held.doubled, summary_of(held).doubled) == (0, 1, 1)


def test_two_layouts_of_one_log_group_count_once() -> None:
    """A flow log of the VPC and one of the subnet, with formats of their own, share the interface's stream."""
    narrow = layout_of(["interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "bytes", "packets",
                        "start", "end", "action"])  # fmt: skip
    cache = RollingCache()
    cache.add(batch([line(T0)]))
    text = f"{ENI} 10.0.1.7 10.0.2.9 40312 5432 6 6000 20 {T0} {T0 + 59} ACCEPT"
    cache.add(batch([text], layout=narrow))
    held = cache.held()
    (row,) = answer(held, Ask(sort="bytes")).flows.rows(0, 5)
    assert (held.records, held.recent, held.doubled) == (2, (1, 0), 1)
    assert row.values[[column.key for column in COLUMNS[Grouping.CONVERSATIONS]].index("bytes")] == 6000


def test_accepted_and_rejected_in_two_log_groups_are_no_doubles() -> None:
    """One flow log may deliver what is accepted, another what is rejected."""
    cache = RollingCache()
    cache.add(batch([line(T0)]))
    cache.add(batch([line(T0, action="REJECT")], group="/vpc/rejects"))
    held = cache.held()
    assert (held.recent, held.doubled) == ((1, 1), 0)


def test_when_the_counted_delivery_ends_another_counts() -> None:
    """A flow log that is made anew in another log group goes on being counted."""
    cache = RollingCache()
    cache.add(batch([line(T0)]))
    cache.add(batch([line(T0 + 1260)], group="/vpc/new", at=T0 + 1600))
    assert cache.held().recent == (1, 0)
    assert cache.held().doubled == 0


def test_each_interface_is_sighted_with_what_it_shows() -> None:
    """Newest end, the status there, longest window, number of windows, log groups."""
    cache = RollingCache()
    cache.add(batch([line(T0), line(T0 + 60), line(T0 + 120, status="NODATA")]))
    other = "eni-0f0f0f0f0f0f0f0f0"
    skipped = line(T0, eni=other, status="SKIPDATA")
    cache.add(batch([line(T0, eni=other), skipped], group="/vpc/other"))
    assert set(cache.sightings.all()) == {
        Sighting(ENI, T0 + 179, "NODATA", 59, 3, ("/vpc/payments",)),
        Sighting(other, T0 + 59, "SKIPDATA", 59, 1, ("/vpc/other",)),
    }
    assert 180 <= cache.sightings.lateness <= 301
    cache.add(Batch(T0 + 3700))
    assert [each.interface for each in cache.sightings.all()] == [ENI]
