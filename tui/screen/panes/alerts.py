"""Pane 6: what fired, and whether it is over."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.alerts.model import Alert, State
from tui.cache.view import Key
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.panes.alert_line import (
    NARROW,
    SUBJECT,
    Places,
    Style,
    alert_line,
    arrange,
    heading_line,
    sentence_text,
    severity_word,
    subject_text,
    tally,
)
from tui.screen.panes.pane import ELSEWHERE, Pane
from tui.screen.widgets.drawn import BLANK_LINE, Line
from tui.screen.widgets.keyline import Keys
from tui.screen.widgets.line_table import LineTable

NONE_YET = "Nothing has called for attention yet."
NOT_WATCHED = "No alert rules are in use."


class AlertRows(LineTable):
    """The alerts as they are told: firing first, then what was seen or muted, then the history."""

    def __init__(self, *, utc: bool) -> None:
        super().__init__()
        self.alerts: tuple[Alert, ...] = ()
        self._utc = utc
        self._trouble = ""
        self._need = SUBJECT[0]
        self._empty = NOT_WATCHED

    @property
    def style_now(self) -> Style:
        """How to write."""
        return Style(self.glyphs, self.app.has_class("-ascii"), self._utc)

    def show(self, alerts: tuple[Alert, ...], trouble: str) -> None:
        """Show these; the reader stays on the alert under the cursor."""
        at = self.alert_at_cursor if self.is_pinned else None
        self.alerts, self._trouble = alerts, clean(trouble, 400)
        self._need = max([self._need, *(fmt.cells(subject_text(alert, self.style_now)) for alert in alerts)])
        self._empty = self._trouble or NONE_YET
        self.place(len(alerts), self._place_of(at))

    def _place_of(self, alert: Alert | None) -> int | None:
        """Where it is now: the very one, or what has become of its subject."""
        if alert is None:
            return None
        same = [at for at, each in enumerate(self.alerts) if each.id == alert.id]
        return next((at for at in same if self.alerts[at].first == alert.first), same[0] if same else None)

    @property
    def alert_at_cursor(self) -> Alert | None:
        """The alert under the cursor."""
        return self.alerts[self.cursor] if self.cursor < len(self.alerts) else None

    @property
    def has_footer(self) -> bool:
        """The sentence under the cursor is told whole under the rows; or why alerts may be missing."""
        return bool(self.alerts)

    def draw_footer(self, width: int) -> Line:
        """The trouble, else the whole sentence under the cursor."""
        if self._trouble:
            return ((fmt.end(self._trouble, width - 2, self.glyphs.ellipsis), "stalled"),)
        alert = self.alert_at_cursor
        if alert is None or not self.has_focus:
            return BLANK_LINE
        return ((fmt.end(sentence_text(alert, self.style_now), width - 2, self.glyphs.ellipsis), "muted"),)

    def draw_heading(self, width: int) -> Line:
        """The headings, where there is room for more than the rows themselves."""
        return heading_line(self._places(width)) if self.alerts and width >= NARROW else self._summary()

    def _summary(self) -> Line:
        """Where there is no room for headings: how many are firing of each severity."""
        firing = [alert.severity for alert in self.alerts if alert.state is State.FIRING]
        if not self.alerts:
            return BLANK_LINE
        parts = [
            f"{firing.count(severity)} {severity_word(severity)}" for severity in sorted(set(firing), reverse=True)
        ]
        return ((f"  {', '.join(parts) or 'none firing'}", "heading"),)

    def draw_rows(self, first: int, last: int, width: int) -> list[tuple[Key, Line]]:
        """The alerts in sight."""
        places, style = self._places(width), self.style_now
        return [((alert.id, alert.first), alert_line(alert, places, style)) for alert in self.alerts[first:last]]

    def _places(self, width: int) -> Places:
        return arrange(width, self._need)

    def step_column(self, step: int) -> None:
        """There is nothing to be done with a column."""

    def on_focus(self) -> None:
        """From now on the cursor stays on its alert: a key must not meet one that has come in between."""
        self.is_pinned = True
        self.repaint()

    def on_blur(self) -> None:
        """What is read is not told."""
        self.repaint()


class AlertsPane(Pane):
    """Alerts to acknowledge, to mute, to open, and to see the records of."""

    instead = frozenset({("time", ("mark",))})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "want('acknowledge')", "acknowledge", id="alerts.acknowledge", tooltip="seen: count it no more"),
        Binding("m", "want('mute')", "mute", id="alerts.mute", tooltip="let it call nobody for a while"),
        Binding("f", "want('flows')", "its flows", id="alerts.flows", tooltip="the flows it is about; Esc comes back"),
        Binding("c,C", "want('line')", "copy", id="alerts.copy", tooltip="copy the alert as a line"),
        Binding("y", "want('json')", "as JSON", id="alerts.json", tooltip="copy the alert as JSON"),
        Binding("escape", "app.focus_pane('1')", "Back", id="alerts.back", show=False, tooltip="back to the flows"),
    ]

    class Wanted(Message):
        """The reader wants something done with an alert: acknowledge, mute, flows, detail, line, json."""

        def __init__(self, what: str, alert: Alert) -> None:
            self.what = what
            self.alert = alert
            super().__init__()

    def __init__(self, *, utc: bool) -> None:
        self.rows = AlertRows(utc=utc)
        super().__init__("6", "Alerts", self.rows)

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        return (("enter", "detail"), ("x", "acknowledge"), ("m", "mute"), ("f", "its flows"), ("c", "copy"), *ELSEWHERE)

    def show(self, alerts: tuple[Alert, ...], trouble: str = "") -> None:
        """Show these alerts; `trouble` is why some may be missing."""
        self.rows.show(alerts, trouble)
        number, _ = tally(alerts)
        over = sum(alert.state is State.OVER for alert in alerts)
        rest = len(alerts) - number - over
        parts = [f"{fmt.count(number)} firing" if number else "none firing"]
        parts += [f"{fmt.count(rest)} seen or muted"] if rest else []
        parts += [f"{fmt.count(over)} over"] if over else []
        self.rule.say("trouble" if trouble else "", *([", ".join(parts), parts[0]] if alerts else [""]))

    @on(LineTable.Picked)
    def open(self) -> None:
        """Enter opens the alert under the cursor."""
        self.action_want("detail")

    @on(LineTable.LastWanted)
    def go_to_end(self) -> None:
        """To the oldest of the history."""
        self.rows.go_to_end()

    def action_want(self, what: str) -> None:
        """Something is to be done with the alert under the cursor."""
        if (alert := self.rows.alert_at_cursor) is not None:
            self.post_message(self.Wanted(what, alert))
