"""The gap ledger: told again, merged, healed, bounded, and what of it touches a span."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.cache.ledger import Ledger, newest_first, open_gaps, touches
from tui.flows.source import Batch, Cause, Gap, Unparsed

T0 = 1_790_000_040.0  # a full minute
THROTTLED = Gap(T0, T0 + 30, Cause.THROTTLED, 1, "ThrottlingException", id="pass-7")
ENI = "eni-1235b8ca123456789"


def skipped(minute: int, eni: str = ENI) -> Gap:
    """A SKIPDATA record of one capture window."""
    return Gap(T0 + 60 * minute, T0 + 60 * minute + 59, Cause.SKIPDATA, 1, eni)


def test_a_gap_told_again_replaces_what_was_told() -> None:
    """It grows, and it is healed, under one id: one entry all along."""
    ledger = Ledger()
    ledger.add([THROTTLED, skipped(0)])
    ledger.add([grown := replace(THROTTLED, until=T0 + 90, count=4)])
    assert open_gaps(ledger.gaps()) == (skipped(0), grown)
    ledger.add([healed := replace(grown, healed=T0 + 95)])
    assert ledger.gaps() == (skipped(0), healed)
    assert open_gaps(ledger.gaps()) == (skipped(0),)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (0, 3, 1, 2), (2, 0, 3, 1), (0, 2, 1, 3)])
def test_windows_that_follow_each_other_are_one_stretch(order: tuple[int, ...]) -> None:
    """In whatever order they are told, the count is the sum."""
    ledger = Ledger()
    for minute in order:
        ledger.add([skipped(minute)])
    assert ledger.gaps() == (Gap(T0, T0 + 239, Cause.SKIPDATA, 4, ENI),)


def test_what_is_apart_stays_apart() -> None:
    """Another time, another interface or another cause is another entry."""
    ledger = Ledger()
    ledger.add(
        [skipped(0), skipped(2), skipped(1, "eni-0f0f0f0f0f0f0f0f0"), Gap(T0 + 60, T0 + 120, Cause.EVICTED, 9, ENI)]
    )
    assert len(ledger.gaps()) == 4


def test_unparsed_lines_are_gaps_by_minute() -> None:
    """Lines of minutes in a row are one stretch; a line without a time counts for now."""
    line = Unparsed("what?", "no number", log_group="/vpc/payments", timestamp=int(T0 * 1000) + 5)
    ledger = Ledger()
    ledger.take(Batch(T0 + 300, unparsed=(line, line, replace(line, timestamp=line.timestamp + 60_000))))
    ledger.take(Batch(T0 + 300, unparsed=(replace(line, timestamp=0),)))
    assert ledger.gaps() == (
        Gap(T0, T0 + 120, Cause.UNPARSED, 3, "/vpc/payments"),
        Gap(T0 + 300, T0 + 360, Cause.UNPARSED, 1, "/vpc/payments"),
    )


def test_a_storm_is_bounded_and_says_what_it_forgot() -> None:
    """Healed entries leave first, then the oldest; later gaps still merge rightly."""
    ledger = Ledger(kept=3)
    ledger.add([skipped(0), replace(THROTTLED, healed=T0), skipped(10), skipped(20)])
    assert ledger.gaps() == (skipped(0), skipped(10), skipped(20))
    ledger.add([skipped(30)])
    ledger.add([skipped(1)])
    assert [gap.since for gap in ledger.gaps()] == [T0 + 1200, T0 + 1800, T0 + 60]
    assert ledger.forgotten == 3


@pytest.mark.parametrize(
    ("since", "until", "does"),
    [(T0 - 60, T0, False), (T0 - 60, T0 + 1, True), (T0 + 29, T0 + 60, True), (T0 + 30, T0 + 60, False)],
)
def test_a_gap_touches_what_it_has_a_part_of(since: float, until: float, *, does: bool) -> None:
    """Where it ends it touches no more."""
    assert touches(THROTTLED, since, until) is does
    moment = replace(THROTTLED, until=T0)
    assert touches(moment, T0, T0 + 60)
    assert not touches(moment, T0 - 60, T0)


def test_newest_first_is_by_the_end() -> None:
    """The list a reader sees begins with what is missing now."""
    old, new = skipped(0), skipped(5)
    assert newest_first([old, new]) == [new, old]
