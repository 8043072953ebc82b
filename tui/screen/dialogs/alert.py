"""What Enter shows of an alert: what happened, in which numbers, since when, and what can be done."""

from __future__ import annotations

import math

from tui.alerts.model import Alert, State
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.panes.alert_line import (
    ROLES,
    Style,
    counted,
    sentence_text,
    severity_word,
    state_text,
    subject_text,
)
from tui.screen.widgets.drawn import BLANK_LINE, Line

GONE: tuple[Line, ...] = ((("This alert has left the history.", "muted"),),)
MUTED = "muted until you quit"
PATTERN = "%Y-%m-%d %H:%M:%S"
LONGEST_FILTER = 2_000


def alert_lines(alert: Alert | None, style: Style) -> list[Line]:
    """The page."""
    if alert is None:
        return list(GONE)
    severity = f"{style.mark(alert.severity)} {severity_word(alert.severity)}"
    lines: list[Line] = [
        ((severity, ROLES[alert.severity]), (f"  {subject_text(alert, style)}", "title")),
        BLANK_LINE,
        ((sentence_text(alert, style), ""),),
        BLANK_LINE,
    ]
    lines += [((f"  {name:<13}", "muted"), (text, "")) for name, text in _numbers(alert, style)]
    lines += [BLANK_LINE, (("Its records", "heading"),)]
    if alert.filter:
        lines.append((("  f  ", "key"), (clean(alert.filter, LONGEST_FILTER), "")))
        lines.append((("     shows them in Flows, as far as they are still held; Esc comes back.", "muted"),))
    else:
        lines.append((("  No flow records would show it.", "muted"),))
    return lines


def _numbers(alert: Alert, style: Style) -> list[tuple[str, str]]:
    """Name and value of what is known."""

    def when(at: float) -> str:
        """A moment, whole."""
        return fmt.time_of_day(at, utc=style.utc, pattern=PATTERN)

    told = [
        ("state", state_words(alert, style)),
        ("rule", clean(alert.rule, 120)),
        ("count", f"{counted(alert.count, alert)} in all"),
        ("peak", f"{counted(alert.peak, alert)} in one window"),
        ("first sign", when(alert.first)),
        ("newest sign", f"{when(alert.last)}, {fmt.age(alert.duration)} after the first"),
        ("raised", when(alert.raised)),
    ]
    if alert.ended is not None:
        told.append(("over", when(alert.ended)))
    return told


def state_words(alert: Alert, style: Style) -> str:
    """Where it stands, in full."""
    if alert.state is State.ACKNOWLEDGED:
        return "acknowledged: it goes on being counted and calls nobody"
    if alert.state is State.MUTED and alert.muted_until is not None:
        return f"muted until {style.time(alert.muted_until)}" if math.isfinite(alert.muted_until) else MUTED
    return state_text(alert, style)
