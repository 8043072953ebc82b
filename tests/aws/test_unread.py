from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.aws.unread import Unread
from tui.flows.source import Cause

STRETCH = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (float(min(pair)), float(max(pair))))


def test_a_gap_grows_under_one_id_and_heals_once() -> None:
    """Three failed reads are one gap, told again as it grows; the pass that has read all of it heals it."""
    unread = Unread("/vpc/flow-logs")
    first = unread.failed(100, 160, Cause.THROTTLED, "too fast")
    unread.failed(100, 220, Cause.THROTTLED, "too fast")
    third = unread.failed(90, 280, Cause.FAILED, "no answer")
    assert {first.id} == {third.id}
    assert (third.since, third.until, third.count, third.cause) == (90, 280, 3, Cause.FAILED)
    assert unread.read(0, 200, 300) == ()
    (healed,) = unread.read(200, 300, 310)
    assert (healed.id, healed.healed, healed.until) == (first.id, 310, 280)
    assert unread.read(0, 400, 410) == ()


def test_the_next_outage_is_another_gap() -> None:
    """What fails after a gap has healed has an id of its own, also when it begins at the same second."""
    unread = Unread("/vpc/flow-logs")
    first = unread.failed(100, 160, Cause.FAILED, "")
    unread.read(100, 160, 170)
    assert unread.failed(100, 160, Cause.FAILED, "").id != first.id


@given(st.lists(STRETCH, min_size=1, max_size=6), st.lists(STRETCH, max_size=10))
def test_it_heals_when_every_moment_is_read_and_not_before(
    failed: list[tuple[float, float]], read: list[tuple[float, float]]
) -> None:
    """Whatever the stretches: healed exactly when no moment of what failed is left out of what was read."""
    unread = Unread("/vpc/flow-logs")
    for since, until in failed:
        unread.failed(since, until, Cause.FAILED, "")
    left = {at / 2 for since, until in failed for at in range(int(since * 2), int(until * 2) + 1)}
    for since, until in read:
        left -= {at for at in left if since <= at <= until}
        if unread.read(since, until, 99.0):
            assert not left
            return
    assert left
