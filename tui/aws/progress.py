"""How the tail gets on, for the header: what is read of the past, and whether polling can carry what comes."""

from __future__ import annotations

from collections.abc import Sequence

from tui.aws.budget import Budget
from tui.aws.reading import SWEEP_EVERY, GroupReading
from tui.aws.session import Clients
from tui.flows.source import Status

# Seconds between two looks at the newest part that a reader bears before being told that there is too much of it.
_BORNE = 30.0


def status(readings: Sequence[GroupReading], clients: Clients, budget: Budget, interval: float) -> Status:
    """What to tell the reader now.

    Args:
        readings: of all log groups.
        clients: whose calls are counted and whose credentials end.
        budget: of those calls.
        interval: seconds between two hot passes, as the reader wants them.
    """
    behind = max(readings, key=lambda each: each.wanted - each.read, default=None)
    catching_up = behind is not None and behind.wanted > 0
    return Status(
        read=behind.read if behind is not None and catching_up else 0.0,
        wanted=behind.wanted if behind is not None and catching_up else 0.0,
        advice=_advice(readings, budget.limit, interval),
        expires=clients.expires,
        calls=clients.calls,
    )


def calls_needed(reading: GroupReading, interval: float) -> float:
    """Calls a second that following a log group takes: each record is read by several passes, until it is old."""
    reread = reading.hot_span / max(interval, _BORNE) + reading.sweep_span / SWEEP_EVERY
    return reading.density * reread / reading.page_events


def _advice(readings: Sequence[GroupReading], limit: float, interval: float) -> str:
    if limit == float("inf") or sum(calls_needed(each, interval) for each in readings) <= limit:
        return ""
    density = sum(each.density for each in readings)
    return (
        f"{density:,.0f} records/s are more than polling can follow at {limit:g} calls/s: "
        "take --live-tail or a narrower scope"
    )
