from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.aws.seen import Seen

SMALL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
MINUTE = 60_000
EVENTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40)), max_size=30)


def page(events: list[tuple[int, int]]) -> tuple[pl.Series, pl.Series]:
    """Ids and timestamps of events told as (id, minute): an event's timestamp hangs on its id."""
    ids = pl.Series([f"38{each:054d}@{minute}" for each, minute in events], dtype=pl.String)
    return ids, pl.Series([minute * MINUTE + each for each, minute in events], dtype=pl.Int64)


@given(st.lists(EVENTS, max_size=12))
def test_it_agrees_with_a_plain_set(pages: list[list[tuple[int, int]]]) -> None:
    """Whatever the order, the repeats and the spread of pages: new is what a set would not hold."""
    seen, plain = Seen(), set[tuple[int, int]]()
    for events in pages:
        ids, stamps = page(events)
        places = seen.admit(ids, stamps)
        expected = []
        for place, event in enumerate(events):
            if event not in plain:
                plain.add(event)
                expected.append(place)
        assert (list(range(len(events))) if places is None else places) == expected
    assert len(seen) == len(plain)


@given(st.lists(st.tuples(st.integers(0, 25), EVENTS), max_size=12))
def test_it_agrees_with_a_plain_set_while_it_forgets(pages: list[tuple[int, list[tuple[int, int]]]]) -> None:
    """Forgetting the past changes nothing for events that are still asked for, nor for strays behind them."""
    seen, plain, floor = Seen(), set[tuple[int, int]](), 0
    for step, events in pages:
        floor = max(floor, step)
        seen.forget_before(floor * MINUTE)
        asked = [event for event in events if event[1] >= floor]
        ids, stamps = page(asked)
        places = seen.admit(ids, stamps)
        new = [asked[place] for place in (range(len(asked)) if places is None else places)]
        assert new == [event for event in dict.fromkeys(asked) if event not in plain]
        plain.update(asked)


def test_it_is_no_larger_than_the_window() -> None:
    """An hour of minutes, a window of ten: what is remembered stays within it."""
    seen = Seen()
    for minute in range(60):
        seen.forget_before((minute - 10) * MINUTE)
        seen.admit(*page([(each, minute) for each in range(60)]))
        assert len(seen) <= 11 * 60


def test_a_stray_is_told_once() -> None:
    """An event without a timestamp, older than anything asked for, comes with every page and is new in the first."""
    seen = Seen()
    seen.forget_before(30 * MINUTE)
    assert seen.admit(*page([(1, 0), (2, 31)])) == [0, 1]
    assert seen.admit(*page([(1, 0), (2, 31), (3, 31)])) == [2]
    assert seen.admit(*page([(3, 31), (2, 31)])) == []


@SMALL
@given(pages=st.lists(EVENTS, max_size=12))
def test_sealed_it_agrees_with_a_plain_set(pages: list[list[tuple[int, int]]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids kept in little room are known as well as those in sets, also when more of their minute come later."""
    monkeypatch.setattr("tui.aws.seen._FEW", 0)
    monkeypatch.setattr("tui.aws.seen._MANY", 3)
    seen, plain = Seen(), set[tuple[int, int]]()
    for events in pages:
        ids, stamps = page(events)
        places = seen.admit(ids, stamps)
        new = [events[place] for place in (range(len(events)) if places is None else places)]
        assert new == [event for event in dict.fromkeys(events) if event not in plain]
        plain.update(events)
    assert len(seen) == len(plain)


def test_an_hour_is_kept_in_ten_bytes_an_id() -> None:
    """What has been read is remembered in 8 bytes an event, but for the minute being read."""
    seen, count = Seen(), 10_000
    for minute in range(20):
        ids = pl.Series([f"38{minute * count + each:054d}" for each in range(count)])
        stamps = pl.Series([minute * MINUTE + each for each in range(count)], dtype=pl.Int64)
        assert seen.admit(ids, stamps) is None
        assert seen.admit(ids, stamps) == []
    loose = sum(len(generation.ids) for generation in seen._generations.values())
    sealed = sum(generation.sealed.estimated_size() for generation in seen._generations.values())
    assert loose == count
    assert sealed == 19 * count * 8
