"""An app that watches for alerts: the reader decides about them, and sees what they are about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual import on

from tui.alerts.model import State
from tui.screen import format as fmt
from tui.screen.attention import Attention
from tui.screen.copying import alert_json, alert_line_text
from tui.screen.options import Options
from tui.screen.panes.alert_line import subject_text
from tui.screen.panes.alerts import AlertsPane
from tui.screen.panes.flows import FlowsPane
from tui.screen.reader import Reader

if TYPE_CHECKING:
    from tui.alerts.model import Alert
    from tui.screen import messages

# How long an alert may be muted for, in seconds of its data; 0: no longer.
MUTES = (("10 minutes", 600.0), ("1 hour", 3_600.0), ("until I quit", float("inf")))
UNMUTE = ("not any more", 0.0)
UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
WRITTEN = re.compile(r"(\d{1,4})\s*([smhd])[a-z]*")


class Watcher(Reader):
    """What is done about alerts."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.attention = Attention(self, self.panes, self.following)
        self._open_alert: Alert | None = None  # the one whose detail is open
        self._jumped_at = 0  # how deep in Flows the flows of an alert are looked at; 0: not

    def use_filter(self, text: str) -> str:
        """Filter by this instead; what was applied before."""
        raise NotImplementedError

    def on_alerts_changed(self, event: messages.AlertsChanged) -> None:
        """The next frame shows them."""
        self.attention.changed(event)

    def on_notice_failed(self, event: messages.NoticeFailed) -> None:
        """Somebody could not be told."""
        self.attention.failed(event.who, event.reason)

    @on(AlertsPane.Wanted)
    def on_alert_action(self, event: AlertsPane.Wanted) -> None:
        """What a key of the pane asks for."""
        self.act_on_alert(event.what, event.alert)

    def action_alert(self, what: str) -> None:
        """What a key of an open detail asks for."""
        if self._open_alert is not None and self.pages.is_live:
            self.act_on_alert(what, self._open_alert)

    def act_on_alert(self, what: str, alert: Alert) -> None:
        """Acknowledge, mute, open, copy, or show the flows."""
        if what == "acknowledge":
            if alert.state in {State.FIRING, State.MUTED}:
                self.attention.decide(alert, None)
        elif what == "mute":
            if alert.state is not State.OVER:
                self._ask_mute(alert)
        elif what == "detail":
            self._open_detail(alert)
        elif what in {"line", "json"}:
            self.taking.copy(alert_line_text(alert) if what == "line" else alert_json(alert), "the alert")
        elif alert.filter:
            self._show_flows(alert)

    def _open_detail(self, alert: Alert) -> None:
        from tui.screen.dialogs.alert import alert_lines

        self._open_alert = alert
        style = self.panes.alerts.rows.style_now
        keys = "f its flows" if alert.filter else ""
        self.pages.tell("Alert", lambda: alert_lines(self.attention.of(alert), style), keys)

    def _show_flows(self, alert: Alert) -> None:
        """Its flows instead of what is filtered now; Esc leads back here, to that filter."""
        self.pages.close()
        self.reading.return_to_now(is_whole=True)
        self.go_on()
        self.panes.flows.narrow(self.use_filter(alert.filter))
        self._jumped_at = self.panes.flows.depth
        self.panes.show(self.panes.flows)

    @on(FlowsPane.FilterLeft)
    def return_to_alerts(self) -> None:
        """Back from the flows of an alert: to the alerts."""
        if self.panes.flows.depth < self._jumped_at:
            self._jumped_at = 0
            self.panes.show(self.panes.alerts)

    def _ask_mute(self, alert: Alert) -> None:
        from tui.screen.dialogs.prompt import Question

        choices = (*MUTES, UNMUTE) if alert.state is State.MUTED else MUTES
        words = tuple(word for word, _ in choices)

        def answer(written: str, choice: int) -> str:
            """Take a choice, or what was written in its place."""
            is_choice = written.strip().lower() in {"", words[choice].lower()}
            span = choices[choice][1] if is_choice else span_of(written)
            if span is None:
                return "Take one of these, or write for how long: 30m, 2h."
            self.attention.decide(alert, self.options.clock() + span if span else 0.0)
            return ""

        subject = fmt.end(subject_text(alert, self.panes.alerts.rows.style_now), 48)
        text = f"{subject} calls nobody for so long; it goes on being counted. Or write 30m, 2h."
        question = Question(
            "Mute", text, answer, words[0], words, chosen=lambda _, at: words[at], keys="Enter mutes, Esc leaves"
        )
        self.pages.ask(question)


def span_of(written: str) -> float | None:
    """Seconds of `30m` or `2 hours`; None for anything else."""
    found = WRITTEN.fullmatch(written.strip().lower())
    seconds = int(found[1]) * UNITS[found[2]] if found else 0
    return float(seconds) or None
