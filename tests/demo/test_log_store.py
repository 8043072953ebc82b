"""The store of log events keeps its order and its bounds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.demo.logs.page import Choice, Limits, Position, page
from tui.demo.logs.store import COST, END, Group, place_of

T0 = 1_767_225_600_000  # ms, 2026-01-01
EVENTS = st.lists(
    st.tuples(st.integers(0, 40_000), st.integers(0, 5), st.sampled_from(["eni-a", "eni-b"])), max_size=60
)


def read(group: Group, choice: Choice, *, backwards: bool, limits: Limits) -> list[tuple[int, bytes]]:
    """Place and piece of every event, page by page."""
    told = []
    position: Position | None = Position(choice.high if backwards else choice.low, backwards=backwards)
    pages = 0
    while position is not None:
        pages += 1
        assert pages < 1000, "the reading does not get on"
        found = page(group, choice, position, limits)
        told += [(event[0], event[1]) for event in found.events]
        position = found.following
    return told


@settings(max_examples=150, deadline=None)
@given(
    events=EVENTS,
    low=st.integers(0, 40_000),
    span=st.integers(0, 40_000),
    size=st.integers(1, 9),
    room=st.integers(60, 400),
    backwards=st.booleans(),
    hiccups=st.booleans(),
)
def test_pages_tell_what_a_sorted_list_would(
    events: list[tuple[int, int, str]], low: int, span: int, size: int, room: int, backwards: bool, hiccups: bool
) -> None:
    """Whatever the order of arrival and the sizes of pages, a reading is the sorted list of what lies in the span."""
    group = Group("/vpc", T0)
    for at, (timestamp, ingestion, stream) in enumerate(events):
        group.put(stream, [(timestamp, ingestion, f"m{at}")])
    choice = Choice(place_of(low), place_of(low + span + 1), limit=size)
    limits = Limits(page_bytes=room, scan=7, hiccups=hiccups)
    told = read(group, choice, backwards=backwards, limits=limits)
    expected = sorted((t, i, at) for at, (t, i, _) in enumerate(events) if low <= t <= low + span)
    wanted = [b'"m%d"' % at for _, _, at in (reversed(expected) if backwards else expected)]
    assert [piece.split(b'"message":')[1].split(b",")[0] for _, piece in told] == wanted


def test_old_events_are_forgotten_by_age() -> None:
    """Events older than the bound go, ten seconds at a time; the rest stays."""
    group = Group("/vpc", T0)
    group.put("eni-a", [(T0 + second * 1000, T0, str(second)) for second in range(100)])
    group.trim(T0 + 35_000)
    left = read(group, Choice(), backwards=False, limits=Limits(hiccups=False))
    assert left[0][0] >> 88 == T0 + 30_000
    assert len(left) == 70


def test_memory_is_bounded() -> None:
    """A group that outgrows its bytes loses its oldest events, never the newest."""
    group = Group("/vpc", T0)
    for minute in range(200):
        group.put("eni-a", [(T0 + minute * 60_000 + ms, T0, "x" * 100) for ms in range(50)])
        group.shrink(100_000)
        assert group.bytes <= 100_000
    left = read(group, Choice(high=END), backwards=False, limits=Limits(hiccups=False))
    assert 0 < len(left) <= 100_000 // (126 + COST)
    assert left[-1][0] >> 88 == T0 + 199 * 60_000 + 49
