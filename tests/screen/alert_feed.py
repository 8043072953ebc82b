"""Alerts made by hand, and a watch that tells them as a script says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from threading import Event
from typing import Any

from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, T0, Script, batch, connecting, talks
from tests.screen.picture import until
from tui.alerts.model import Alert, Severity, State
from tui.alerts.observation import Observation
from tui.screen.app import VpcTop
from tui.screen.notice import Notice
from tui.screen.options import Options
from tui.screen.widgets.drawn import plain

SCAN = Alert(
    "port-scan 192.0.2.201",
    "port-scan",
    "192.0.2.201",
    Severity.CRITICAL,
    "192.0.2.201 tried 412 ports of web-1",
    count=412,
    peak=98,
    unit="ports",
    first=T0,
    last=T0 + 250,
    raised=T0 + 60,
    filter="host 198.51.100.7",
)
REJECTS = Alert(
    "own-rejects app-3 db",
    "own-rejects",
    "app-3 to db:5432",
    Severity.WARNING,
    "app-3 is refused by db:5432 since 14:14",
    count=41,
    peak=12,
    first=T0 + 10,
    last=T0 + 200,
    raised=T0 + 60,
    filter="port 5432",
)
NEW = Alert(
    "new-pair a b",
    "new-pair",
    "web-1 to 10.0.3.4",
    Severity.NOTICE,
    "first refusal between web-1 and 10.0.3.4",
    count=1,
)
OVER = Alert(
    "ssh 198.51.100.7", "ssh", "198.51.100.7", Severity.CRITICAL, "198.51.100.7 tried to log in to bastion",
    state=State.OVER, count=77, peak=40, first=T0 - 900, last=T0 - 600, raised=T0 - 880, ended=T0 - 300,
)  # fmt: skip
ALERTS = (SCAN, REJECTS, NEW, OVER)


class ScriptedWatch:
    """Tells the next of `steps` with each batch; acknowledges, mutes and unmutes as a watch does."""

    def __init__(self, *steps: Sequence[Alert] | Exception, gate: Event | None = None) -> None:
        self._steps = list(steps)
        self._gate = gate
        self._alerts: tuple[Alert, ...] = ()
        self._calls: tuple[Alert, ...] = ()
        self.seen: list[Observation] = []

    def observe(self, seen: Observation, /) -> None:
        """The next step, where there are records."""
        self.seen.append(seen)
        if not seen.records:
            return
        if self._gate is not None:
            self._gate.wait(20)
        step = self._steps.pop(0) if self._steps else self._alerts
        if isinstance(step, Exception):
            raise step
        before = {alert.id for alert in self._alerts}
        self._alerts = tuple(step)
        self._calls += tuple(a for a in self._alerts if a.id not in before and a.state is State.FIRING)

    def alerts(self) -> tuple[Alert, ...]:
        """All of them, by state."""
        order = list(State)
        return tuple(sorted(self._alerts, key=lambda alert: order.index(alert.state)))

    def calls(self) -> tuple[Alert, ...]:
        """Those since last asked."""
        calls, self._calls = self._calls, ()
        return calls

    def _change(self, id_: str, state: State, until: float | None) -> None:
        self._alerts = tuple(
            replace(alert, state=state, muted_until=until) if alert.id == id_ and alert.ended is None else alert
            for alert in self._alerts
        )

    def acknowledge(self, alert: str, /) -> None:
        """Seen."""
        self._change(alert, State.ACKNOWLEDGED, None)

    def mute(self, alert: str, until: float, /) -> None:
        """Silent until then."""
        self._change(alert, State.MUTED, until)

    def unmute(self, alert: str, /) -> None:
        """Heard again."""
        self._change(alert, State.FIRING, None)


@asynccontextmanager
async def alerted(
    *steps: object,
    watch: ScriptedWatch | None = None,
    size: tuple[int, int] = (120, 40),
    notice: Notice | None = None,
    shown: str = "192.0.2.201",
    **look: Any,
) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app with the Alerts pane open, on a scripted source and a scripted watch."""
    scripted = watch or ScriptedWatch(ALERTS)
    given = {"alerts": lambda: scripted, "notice": notice or Notice(), **look}
    options = Options(theme="dark", utc=True, clock=lambda: NOW, **given)
    app = VpcTop(connecting(Script(*(steps or (batch(talks()),)))), options)  # type: ignore[arg-type]  # steps are batches
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.press("6")
        rows = app.panes.alerts.rows
        await until(pilot, lambda: any(shown in plain(rows.line(y)) for y in range(rows.size.height)))
        yield app, pilot
