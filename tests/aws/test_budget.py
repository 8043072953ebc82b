from __future__ import annotations

import time
from threading import Event, Timer

import pytest

from tui.aws.budget import Budget


class Clock:
    """A clock that goes on by the time somebody waits; it stands in for the stop event too."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> float:
        """Seconds."""
        return self.at

    def is_set(self) -> bool:
        """As an event that nobody sets."""
        return False

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.at += seconds


def spend(budget: Budget, clock: Clock, calls: int) -> float:
    """Seconds that some calls wait."""
    before = clock.at
    for _ in range(calls):
        assert budget.take(clock)  # type: ignore[arg-type]  # a clock that plays the stop event
    return clock.at - before


def test_calls_keep_to_the_rate() -> None:
    """After what was saved up, two calls a second take half a second each."""
    clock = Clock()
    budget = Budget(2.0, clock.now)
    assert spend(budget, clock, 6) == 0.0
    assert spend(budget, clock, 20) == pytest.approx(10.0)


def test_no_rate_is_no_limit() -> None:
    """A rate of 0 never waits."""
    clock = Clock()
    assert spend(Budget(0, clock.now), clock, 1000) == 0.0


@pytest.mark.parametrize("rate", [2.0, 0.0])
def test_throttling_halves_and_answers_bring_it_back(rate: float) -> None:
    """A throttle halves the pace, a few dozen answered calls bring back all of it."""
    clock = Clock()
    budget = Budget(rate, clock.now)
    before = budget.rate
    budget.throttled()
    assert budget.rate <= min(before / 2, 5.0)
    assert spend(budget, clock, 1) > 0.0
    for _ in range(60):
        budget.answered()
    assert budget.rate == before


def test_it_never_stops_altogether() -> None:
    """However often it is throttled, a call is made every 20 seconds, to notice when it is over."""
    clock = Clock()
    budget = Budget(2.0, clock.now)
    for _ in range(50):
        budget.throttled()
    assert spend(budget, clock, 1) <= 20.0


def test_a_wait_ends_with_stop() -> None:
    """Whoever waits for a turn is let go at once when all is to end."""
    budget, stop = Budget(0.1), Event()
    assert budget.take(stop)
    Timer(0.05, stop.set).start()
    before = time.monotonic()
    assert not budget.take(stop)
    assert time.monotonic() - before < 2.0
