"""However Live Tail and the passes bring the same events, each is told once."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.aws.decode import Event
from tui.aws.live_count import LiveCount

START = 1_767_225_600  # Unix seconds


def event(text: str, ingested: float = START, stamp: float = START - 60, number: int = 0) -> Event:
    """One event; what Live Tail brings has no eventId."""
    return Event(f"{number:056d}" if number else "", "eni-1-all", int(stamp * 1000), text, int(ingested * 1000))


def told(count: LiveCount, events: list[Event]) -> int:
    """How many of what a pass found are told."""
    places = count.polled(events)
    return len(events) if places is None else len(places)


def test_the_pass_finds_what_live_tail_brought() -> None:
    """What Live Tail brought is not told again by a pass, whichever comes first; two alike are two."""
    count = LiveCount(START)
    assert len(count.brought([event("a"), event("a"), event("b")], 1)[0]) == 3
    assert told(count, [event("a", number=1), event("b", number=2)]) == 0
    assert told(count, [event("a", number=3), event("a", number=4)]) == 1
    assert told(count, [event("c", number=5)]) == 1
    assert count.brought([event("c")], 1) == ([], 0)


def test_a_session_and_its_successor_bring_the_same() -> None:
    """While one session is renewed by another, both bring an event: it is told once, and found once."""
    count = LiveCount(START)
    assert len(count.brought([event("a")], 1)[0]) == 1
    assert count.brought([event("a")], 2) == ([], 0)
    assert told(count, [event("a", number=1)]) == 0


def test_what_comes_long_after_is_left_to_the_sweep() -> None:
    """A program that was stopped for minutes finds old updates in its socket: the counts of then are gone."""
    count = LiveCount(START)
    assert told(count, [event("a", number=1)]) == 1
    count.advance(START + 1000, (START - 2000) * 1000)
    assert len(count) == 0
    assert count.brought([event("a")], 1) == ([], 1)


def test_counts_are_kept_no_longer_than_needed() -> None:
    """A minute's events are forgotten minutes later; what no sweep has found yet is kept until none will look there."""
    count = LiveCount(START)
    count.brought([event(f"line {each}") for each in range(1000)], 1)
    told(count, [event(f"line {each}", number=each + 1) for each in range(900)])
    count.advance(START + 1000, (START - 600) * 1000)
    assert len(count) == 100
    count.advance(START + 2000, (START + 600) * 1000)
    assert len(count) == 0


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 400)), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_each_event_is_told_exactly_once(shapes: list[tuple[str, int]], chance: random.Random) -> None:
    """Events of few texts, brought by sessions that leave some out and overlap, and polled at any time: all once."""
    coming: list[tuple[float, int, Event]] = []  # when, by which session or 0 for a pass, what
    renewed = 200
    for number, (text, at) in enumerate(shapes, 1):
        coming.append((START + at + chance.random() * 300, 0, event(text, START + at, number=number)))
        sessions = [session for session in (1, 2) if abs(at - renewed) < 20 or (at > renewed) == (session == 2)]
        coming += [
            (
                START + (at if session == 1 else max(at, renewed + 20)) + chance.random(),
                session,
                event(text, START + at),
            )
            for session in sessions
            if chance.random() < 0.6
        ]
    count, out, newest = LiveCount(START), Counter[str](), 0
    for when, session, found in sorted(coming, key=lambda each: each[0]):
        count.advance(when, (START - 3600) * 1000)
        if session == 0:
            out[found.message] += told(count, [found])
        elif session >= newest:  # the old session is not read any more once the new one is
            newest = session
            out[found.message] += len(count.brought([found], session)[0])
    assert out == Counter(text for text, _ in shapes)
