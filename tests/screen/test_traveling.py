"""Where in time the reader looks: steps, times that are written, marks, spans."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.flows.filter.value import Now
from tui.screen.glyphs import ASCII, UNICODE
from tui.screen.traveling import LONGEST_NOTE, Clock, Extent, Place, TravelError, moment_of
from tui.screen.widgets.bars import axis_runs, places_of, quieted

T0 = 1_790_000_040.0  # 2026-09-21 14:14 UTC
HELD = Extent(T0, T0 + 3600)
CLOCK = Clock(T0 + 3900, utc=True)


def test_steps_go_back_and_forward_and_end_in_now() -> None:
    """A step back from now is to the minute before the newest; forward beyond the newest is now again."""
    place = Place().stepped(-1, HELD, CLOCK)
    assert place.at == T0 + 3540
    assert place.asked == (None, T0 + 3540)
    assert place.stepped(-10, HELD, CLOCK).at == T0 + 2940
    assert place.stepped(1, HELD, CLOCK).at is None
    assert place.said(CLOCK) == "at 15:13, 6 min back"


def test_nobody_goes_back_before_the_cache() -> None:
    """A long step stops at the first minute held; a further one says where the cache starts."""
    first = Place().stepped(-500, HELD, CLOCK)
    assert first.at == T0 + 60
    with pytest.raises(TravelError, match=r"^The cache starts 14:14\.$"):
        first.stepped(-1, HELD, CLOCK)
    with pytest.raises(TravelError, match="no records"):
        Place().stepped(-1, Extent(), CLOCK)


@pytest.mark.parametrize(
    ("text", "at"),
    [("14:20", T0 + 360), ("30m", T0 + 2100), ("2026-09-21T14:20:30", T0 + 390), (" 14:20:30 ", T0 + 390)],
)
def test_a_time_is_written_as_in_a_filter(text: str, at: float) -> None:
    """A time of day, how long ago, or a whole time."""
    assert moment_of(text, Now(CLOCK.now, UTC)) == at


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"^Write a time: 13:05"),
        ("25:99", r"^'25:99' is no time of day: write 13:05, 00:30:15\.$"),
        ("soon", r"^'soon' is no time: write 13:05, 2026-11-22T13:05, 5m\.$"),
        ("\x1b[31m", "is no time"),
        ("9" * 500, "is no time"),
    ],
)
def test_what_is_no_time_gets_a_sentence(text: str, said: str) -> None:
    """Which says what was written and what could be."""
    with pytest.raises(TravelError, match=said) as error:
        moment_of(text, Now(CLOCK.now, UTC))
    assert "\x1b" not in str(error.value)


@given(st.text(max_size=60))
def test_no_text_breaks_the_clock(text: str) -> None:
    """Whatever is written is a time or gets a sentence."""
    with suppress(TravelError):
        assert isinstance(moment_of(text, Now(CLOCK.now, UTC)), float)


def test_times_that_are_not_held_get_a_sentence() -> None:
    """Before the cache, and to come; between the newest record and the clock is now."""
    with pytest.raises(TravelError, match=r"13:00 is too long ago: the cache starts 14:14\."):
        Place().gone_to(T0 - 74 * 60, HELD, CLOCK)
    with pytest.raises(TravelError, match="still to come"):
        Place().gone_to(T0 + 9000, HELD, CLOCK)
    assert Place(at=T0 + 60).gone_to(T0 + 3700, HELD, CLOCK).at is None


def test_another_day_is_told_with_its_date() -> None:
    """At midnight a time of day alone would be ambiguous."""
    assert Clock(T0 + 86_400, utc=True).written(T0) == "09-21 14:14"
    assert CLOCK.written(T0 + 1) == "14:14:01"


def test_a_moment_that_left_the_cache_is_the_first_minute_that_is_held() -> None:
    """The cache rolls on while the reader looks back."""
    place = Place(at=T0 + 120)
    assert place.kept(HELD) is place
    assert place.kept(Extent(T0 + 600, T0 + 4200)).at == T0 + 660


def test_a_span_is_chosen_by_its_edges() -> None:
    """It begins with the last minutes; edges stay in what is held and a minute apart; an edge at the end stays open."""
    place = Place().choosing(HELD)
    assert place.edges == (T0 + 3000, T0 + 3600)
    assert place.said(CLOCK) == "choosing span 15:04 to 15:14, 10 min"
    assert place.edge_moved(0, -500, HELD).edges == (T0, T0 + 3600)
    assert place.edge_moved(0, 500, HELD).edges == (T0 + 3540, T0 + 3600)
    assert place.edge_moved(1, -500, HELD).edges == (T0 + 3000, T0 + 3060)
    assert place.applied(HELD).asked == (T0 + 3000, None)
    assert place.applied(HELD).said(CLOCK) == "span since 15:04"
    ended = place.edge_moved(1, -2, HELD).applied(HELD)
    assert ended.asked == (T0 + 3000, T0 + 3480)
    assert ended.said(CLOCK) == "span 15:04 to 15:12, 8 min"
    assert ended.whole().is_now


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-90, 90)), max_size=20))
def test_a_span_is_never_empty_or_outside(moves: list[tuple[int, int]]) -> None:
    """However the edges are moved."""
    place = Place().choosing(HELD)
    for edge, minutes in moves:
        place = place.edge_moved(edge, minutes, HELD)
    assert place.edges is not None
    first, last = place.edges
    assert HELD.since <= first < last <= HELD.until


def test_a_moment_before_the_span_leaves_the_span_open() -> None:
    """Nothing could be in a span that begins after its end."""
    assert Place(at=T0 + 60, since=T0 + 600).asked == (None, T0 + 60)
    assert Place(at=T0 + 700, since=T0 + 600).asked == (T0 + 600, T0 + 700)


def test_marks_are_in_order_and_harmless() -> None:
    """Notes are cleaned and of bounded length."""
    place = Place().marked(T0 + 60, "failover \x1b[31m\u202e" + "x" * 500).marked(T0, "")
    assert [mark.at for mark in place.marks] == [T0, T0 + 60]
    note = place.marks[1].note
    assert note.startswith("failover \ufffd[31m\ufffd")
    assert len(note) == LONGEST_NOTE


def test_the_axis_shows_where() -> None:
    """The caret is under the minute that ends at the moment; what is not looked at is muted; plain marks where needed."""
    place = Place(at=T0 + 180).marked(T0 + 60, "deploy")
    places = places_of(place, T0, 1, 5)
    assert list(axis_runs(places, UNICODE)) == [(0, ("◆", "key")), (2, ("▲", "paused"))]
    assert quieted("  ▁▂▃▄▅", "accept", places, 2) == [("  ", "muted"), ("▁▂▃", "accept"), ("▄▅", "muted")]
    span = places_of(Place(edges=(T0 + 60, T0 + 240)), T0, 1, 5)
    assert [run for _, run in axis_runs(span, ASCII)] == [("[", "paused"), ("]", "paused")]
    assert [bar for bar, _ in axis_runs(span, ASCII)] == [1, 3]
