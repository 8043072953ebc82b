"""The watch: what is observed in, alerts out."""

from __future__ import annotations

from collections.abc import Sequence

from tui.alerts.model import Alert
from tui.alerts.observation import Observation
from tui.alerts.rule import AlertRule


class Watch:
    """Looks at everything that comes, under every rule, whatever the screen shows. One owner thread, no locks, no clock.

    `window` is for how many seconds of data late records still count, as the cache's.
    """

    def __init__(self, rules: Sequence[AlertRule], window: float = 3600.0) -> None:
        self._rules = rules
        self._window = window

    def observe(self, seen: Observation) -> None:
        """Take in a batch, what is known of the network, or that time went on."""

    def alerts(self) -> tuple[Alert, ...]:
        """All of them, those that are over included: firing first, then by severity, then the newest first."""
        return ()

    def calls(self) -> tuple[Alert, ...]:
        """Those that are to be told now: newly raised, or raised to a worse severity, since this was last asked."""
        return ()

    def acknowledge(self, alert: str) -> None:
        """The reader knows of the alert with this id: it goes on being counted and calls no more."""

    def mute(self, alert: str, until: float) -> None:
        """The alert with this id, and what comes of its subject, is silent until this time of the data."""

    def unmute(self, alert: str) -> None:
        """It may be heard again."""
