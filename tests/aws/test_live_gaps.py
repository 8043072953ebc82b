"""What Live Tail left out is told as a gap, under one id, until a sweep has read it."""

from __future__ import annotations

from tui.aws.live_gaps import SETTLED, LiveGaps
from tui.flows.source import Cause

AT = 1_767_225_600.0  # Unix seconds


def test_sampled_seconds_are_one_gap_and_heal() -> None:
    """Seconds in a row grow one gap; a sweep that began after the last of them, and long enough, heals it."""
    gaps = LiveGaps()
    first = gaps.sampled(AT - 300, AT, AT)
    grown = gaps.sampled(AT - 350, AT + 1, AT + 1)
    assert (first.id, first.cause) == (grown.id, Cause.SAMPLED)
    assert (grown.since, grown.until, grown.count) == (AT - 350, AT + 1, 2)
    assert gaps.healed(AT + 1 + SETTLED - 0.1, AT + 90) == ()
    (healed,) = gaps.healed(AT + 1 + SETTLED, AT + 90)
    assert (healed.id, healed.healed) == (first.id, AT + 90)
    assert gaps.sampled(AT - 200, AT + 91, AT + 91).id != first.id


def test_a_gap_does_not_grow_for_ever() -> None:
    """A group that is always sampled gets a new gap every five minutes, so that the old ones can heal."""
    gaps = LiveGaps()
    ids = {gaps.sampled(AT, AT + second, AT + second).id for second in range(900)}
    assert len(ids) == 3
    assert len(gaps.healed(AT + 900, AT + 900)) == 2


def test_a_lost_session_is_a_gap_until_a_sweep_or_its_successor() -> None:
    """The gap reaches from the last update to the next session; a sweep heals it in any case."""
    gaps = LiveGaps()
    lost = gaps.lost(AT - 15, AT, AT, "nothing came any more")
    (back,) = gaps.back(AT + 2)
    assert (back.id, back.since, back.until) == (lost.id, AT - 15, AT + 2)
    assert [gap.healed for gap in gaps.healed(AT + 60, AT + 70)] == [AT + 70]
    gaps.lost(AT + 100, AT + 101, AT + 101, "it ended")
    assert len(gaps.healed(AT + 150, AT + 160)) == 1
    assert gaps.back(AT + 170) == ()
