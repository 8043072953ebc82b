"""The very same record, delivered by several flow logs: held as often as it came, counted once."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from tests.cache.test_partial import T0, batch, line
from tui.cache.columns import Grouping
from tui.cache.freshness import Sighting
from tui.cache.rolling import Held, RollingCache
from tui.cache.standing import strip_of
from tui.cache.view import COLUMNS, Ask
from tui.cache.views import answer, detail
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, layout_of
from tui.flows.source import Batch

ENI = "eni-1235b8ca123456789"
LINES = [line(T0), line(T0, action="REJECT"), line(T0 + 60)]
NARROW = layout_of(["interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "bytes", "packets", "start",
                    "end", "action"])  # fmt: skip


def told(lines: list[str], again: list[bool], group: str = "/vpc/payments", layout: Layout = DEFAULT_LAYOUT) -> Batch:
    """A batch whose source has looked for records that it told before."""
    made = batch(lines, group=group, layout=layout)
    (records,) = made.records
    return replace(made, records=(replace(records, again=pl.Series(again)),))


def held(*batches: Batch) -> Held:
    """A cache with these batches."""
    cache = RollingCache()
    for one in batches:
        cache.add(one)
    return cache.held()


def sums(what: Held) -> list[dict[str, object]]:
    """The conversations, by column; rates to a millionth, since the order of adding is free."""
    names = [column.key for column in COLUMNS[Grouping.CONVERSATIONS]]
    rows = [dict(zip(names, row.values, strict=True)) for row in answer(what, Ask(sort="bytes")).flows.rows(0, 99)]
    return [{**row, "rate": pytest.approx(row["rate"], rel=1e-6)} for row in rows]


def test_totals_leave_out_what_another_flow_log_has_delivered() -> None:
    """Two flow logs of one format share a log group: timeline, rate, share of rejects and conversations count once."""
    once = held(told(LINES, [False] * 3))
    twice = held(told(LINES, [False] * 3), told(LINES, [True] * 3))
    assert twice.records == 6
    assert strip_of(twice) == strip_of(once)
    assert (twice.rate, twice.recent) == (once.rate, once.recent) == (3 / 60, (2, 1))
    assert sums(twice) == sums(once)
    assert [(row["bytes"], row["accepted"], row["rejected"]) for row in sums(twice)] == [(18_000, 2, 1)]
    assert (once.doubled, twice.doubled) == (0, 1)


def test_a_page_may_bring_both() -> None:
    """Row by row, whatever the order."""
    mixed = held(told([LINES[0], LINES[0], LINES[1], LINES[2], LINES[1]], [False, True, False, False, True]))
    assert sums(mixed) == sums(held(told(LINES, [False] * 3)))
    assert (mixed.records, mixed.recent, mixed.doubled) == (5, (2, 1), 1)


def test_it_is_seen_among_the_records_and_marked() -> None:
    """Said, not hidden: the records are there, and Enter tells which of them are left out."""
    what = held(told(LINES[:1], [False]), told(LINES[:1], [True], "/vpc/subnet"))
    assert answer(what, Ask(Grouping.RECORDS, "end")).flows.total == 2
    found = detail(what, Grouping.CONVERSATIONS, ("10.0.1.7", "10.0.2.9", 5432, 6))
    assert found is not None
    assert [(each.log_group, each.again) for each in found.records] == [("/vpc/subnet", True), ("/vpc/payments", False)]


def test_two_log_groups_take_turns_in_being_first() -> None:
    """Where the source tells doubles apart row by row, whichever group was first counts; neither is left out whole."""
    first = told(LINES[:1], [False])
    second = told(LINES, [True, False, False], "/vpc/subnet")
    rest = told(LINES[1:], [True, True])
    what = held(first, second, rest)
    once = held(told(LINES, [False] * 3))
    assert sums(what) == sums(once)
    assert (what.recent, strip_of(what)) == (once.recent, strip_of(once))


def test_an_interface_is_sighted_by_both_ways() -> None:
    """What totals leave out still shows that a flow log delivers."""
    cache = RollingCache()
    cache.add(told(LINES, [False] * 3))
    cache.add(told(LINES, [True] * 3, "/vpc/subnet"))
    assert cache.sightings.all() == (Sighting(ENI, T0 + 119, "OK", 59, 2, ("/vpc/payments", "/vpc/subnet")),)


@pytest.mark.parametrize("group", ["/vpc/payments", "/vpc/subnet"])
@pytest.mark.parametrize("looked", [False, True])
def test_conversations_of_two_formats_count_once(group: str, *, looked: bool) -> None:
    """The lines differ, so nobody can tell row by row; a packet is counted once all the same."""
    text = f"{ENI} 10.0.1.7 10.0.2.9 40312 5432 6 6000 20 {T0} {T0 + 59} ACCEPT"
    wide, narrow = batch(LINES[:1]), batch([text], group=group, layout=NARROW)
    if looked:
        wide, narrow = told(LINES[:1], [False]), told([text], [False], group, NARROW)
    (row,) = sums(held(wide, narrow))
    assert (row["bytes"], row["packets"], row["accepted"], row["interfaces"]) == (6000, 20, 1, 1)
    assert held(wide, narrow).recent == (1, 0)


def test_conversations_of_two_log_groups_count_once_when_nobody_looked() -> None:
    """A source that does not tell doubles apart: the larger of the two deliveries counts."""
    assert sums(held(batch(LINES), batch(LINES[:2], group="/vpc/subnet"))) == sums(held(batch(LINES)))
