"""What watches for alerts, as the screen is handed it; and what outlives one that has to be made anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from tui.alerts.model import Alert, State

if TYPE_CHECKING:
    from tui.alerts.observation import Observation

PAST = 200  # alerts that are over and were remembered by a watch that had to be made anew
Step = Callable[["Watching"], object]


class Watching(Protocol):
    """What watches: tui.alerts.engine keeps this promise. Used by one thread of its own."""

    def observe(self, seen: Observation, /) -> None:
        """Take in a batch, what is known of the network, or that time went on."""

    def alerts(self) -> tuple[Alert, ...]:
        """All: firing first, then by severity and newest; those that are over are the history."""

    def calls(self) -> tuple[Alert, ...]:
        """Those that call out since last asked: newly raised, or raised to a worse severity."""

    def acknowledge(self, alert: str, /) -> None:
        """The reader has seen the alert of this id."""

    def mute(self, alert: str, until: float, /) -> None:
        """It calls nobody until this time of the data, Unix seconds; infinity for as long as the program runs."""

    def unmute(self, alert: str, /) -> None:
        """It may call again."""


class Memory:
    """What outlives a watch that is made anew: what it was told, the history, who was called for, what the reader did."""

    def __init__(self) -> None:
        self.learned: dict[str, Observation] = {}  # the newest inventory, the newest flow logs
        self.settled: dict[str, Step] = {}  # by alert, what the reader did last
        self._again: dict[str, Step] = {}
        self._called: dict[str, int] = {}  # by alert, the severity it was told with
        self._past: tuple[Alert, ...] = ()

    def learn(self, seen: Observation) -> None:
        """This was told, and stands until the next of its kind."""
        self.learned["network" if seen.flow_logs is None else "flow logs"] = seen

    def keep(self, alerts: tuple[Alert, ...]) -> None:
        """The watch that told these is given up."""
        self._past = tuple(alert for alert in alerts if alert.state is State.OVER)[:PAST]
        self._called = {alert.id: alert.severity for alert in alerts if alert.state is not State.OVER}
        self._again = {alert.id: self.settled[alert.id] for alert in alerts if alert.id in self.settled}

    def new(self, calls: tuple[Alert, ...]) -> tuple[Alert, ...]:
        """Those of the calls that were not told before, with this severity."""
        return tuple(alert for alert in calls if self._called.pop(alert.id, 0) < alert.severity)

    def settle(self, watch: Watching) -> None:
        """Do again what the reader did, for alerts that a watch made anew has raised again."""
        if not self._again:
            return
        for alert in watch.alerts():
            if alert.state is State.FIRING and (step := self._again.pop(alert.id, None)) is not None:
                step(watch)

    def whole(self, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
        """These, and those of before that they do not tell."""
        if not self._past:
            return alerts
        known = {(alert.id, alert.first) for alert in alerts}
        return (*alerts, *(alert for alert in self._past if (alert.id, alert.first) not in known))
