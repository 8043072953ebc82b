"""The state word as a machine: its table, and what is found of a source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.cache.state import TRANSITIONS, Finding, Pulse, State
from tui.flows.source import Status

NOW = 1_790_000_340.0
FINE = Pulse(interval=60).on_answer(NOW - 5, complete=True)
ALL = (State.LIVE, State.LAGGING, State.LAGGING, State.STALLED, State.STALLED, State.ENDED)


@pytest.mark.parametrize(
    ("state", "leads"),
    [
        #                    NOTHING           CURRENT … OVER
        (State.CONNECTING, (State.CONNECTING, *ALL)),
        (State.LIVE, (None, *ALL)),
        (State.LAGGING, (None, *ALL)),
        (State.STALLED, (State.CONNECTING, *ALL)),
        (State.ENDED, (State.ENDED,) * 7),
    ],
)
def test_the_table_of_transitions(state: State, leads: tuple[State | None, ...]) -> None:
    """Every state and every finding; None is what cannot happen, and changes nothing."""
    assert tuple(TRANSITIONS.get((state, finding)) for finding in Finding) == leads
    for finding, lead in zip(Finding, leads, strict=True):
        assert replace(FINE, state=state).moved(finding).state is (lead or state)


@pytest.mark.parametrize(
    ("pulse", "newest", "finding"),
    [
        (replace(FINE, partial=True), NOW - 9000, Finding.CURRENT),  # nothing is refused
        (Pulse(), None, Finding.NOTHING),
        (Pulse().on_error("no route", ""), None, Finding.REFUSED),
        (FINE, None, Finding.CURRENT),
        (FINE, NOW - 240, Finding.CURRENT),
        (FINE, NOW - 661, Finding.OLD),
        (replace(FINE, interval=600), NOW - 661, Finding.CURRENT),
        (Pulse().on_answer(NOW, complete=False), NOW - 240, Finding.BEHIND),
        (FINE.on_answer(NOW, complete=True, status=Status(240, 960)), NOW - 240, Finding.BEHIND),
        (FINE.on_answer(NOW, complete=True, status=Status(960, 960)), NOW - 240, Finding.CURRENT),
        (replace(FINE, answered=NOW - 60), NOW - 240, Finding.CURRENT),
        (replace(FINE, answered=NOW - 61), NOW - 240, Finding.SILENT),
        (FINE.on_error("ThrottlingException", ""), NOW - 240, Finding.REFUSED),
        (FINE.on_error("x", "").on_answer(NOW, complete=False), NOW - 240, Finding.CURRENT),
        (FINE.on_error("x", "").on_end(), NOW, Finding.OVER),
    ],
)
def test_what_is_found_of_a_source(pulse: Pulse, newest: float | None, finding: Finding) -> None:
    """An error before silence, silence before a backlog, a backlog before old data."""
    assert pulse.find(NOW, newest) is finding


def test_a_status_stays_until_the_next_is_told() -> None:
    """A batch without one says nothing new."""
    told = FINE.on_answer(NOW, complete=True, status=Status(240, 960, "live tail"))
    assert told.on_answer(NOW + 1, complete=True).status == Status(240, 960, "live tail")
