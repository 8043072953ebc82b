"""What an alert looks like on a line: severity as glyph, word and colour, then who, what, how much, since when, and its state."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from tui.alerts.model import Alert, Severity, State
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.widgets.drawn import Line, Run

# A mark and a role for each severity; the words are their names. In ASCII as distinct as in colour.
MARKS = {Severity.CRITICAL: "▲", Severity.WARNING: "△", Severity.NOTICE: "◇"}
ASCII_MARKS = {Severity.CRITICAL: "!", Severity.WARNING: "*", Severity.NOTICE: "-"}
ROLES = {Severity.CRITICAL: "stalled", Severity.WARNING: "lagging", Severity.NOTICE: "paused"}
SHORT = {State.FIRING: "firing", State.ACKNOWLEDGED: "seen", State.MUTED: "muted", State.OVER: "over"}
STATE_ROLES = {State.FIRING: "title", State.ACKNOWLEDGED: "muted", State.MUTED: "muted", State.OVER: "muted"}
LONGEST_SUBJECT = 120
LONGEST_SENTENCE = 1_000
LONGEST_UNIT = 16
ONE = {"addresses": "address"}  # of other units one goes without its s
NARROW = 60  # cells below which there is room for severity, subject and age alone
SUBJECT = (16, 26)  # cells that a subject gets at least, and at most
SENTENCE = (20, 34)  # cells that a sentence gets at least before important columns are let in, and before others
HEAVY = 3  # the weight from which on a column is one of those


class Style(NamedTuple):
    """The marks and the time zone to write with."""

    glyphs: Glyphs
    is_ascii: bool = False
    utc: bool = False

    def mark(self, severity: Severity) -> str:
        """The glyph of a severity."""
        return (ASCII_MARKS if self.is_ascii else MARKS)[severity]

    def time(self, at: float) -> str:
        """A time of day to the minute."""
        return fmt.time_of_day(at, utc=self.utc, pattern="%H:%M")


class Column(NamedTuple):
    """A column of steady width; `weight`: the heavier, the later it is let in."""

    heading: str
    width: int
    weight: int
    text: Callable[[Alert, Style], Run]
    right: bool = False


def severity_word(severity: Severity) -> str:
    """The word: critical, warning, notice."""
    return severity.name.lower()


def severity_run(alert: Alert, style: Style) -> Run:
    """Glyph and word in the severity's colour; of what is over or dealt with, without it."""
    text = f"{style.mark(alert.severity)} {severity_word(alert.severity)}"
    return text, ROLES[alert.severity] if alert.state is State.FIRING else "muted"


def state_text(alert: Alert, style: Style) -> str:
    """Where it stands: firing, seen, muted until when, over since when."""
    word = SHORT[alert.state]
    if alert.state is State.OVER and alert.ended is not None:
        return f"{word} {style.time(alert.ended)}"
    if alert.state is State.MUTED and alert.muted_until is not None and math.isfinite(alert.muted_until):
        return f"{word} {style.time(alert.muted_until)}"
    return word


def subject_text(alert: Alert, style: Style) -> str:
    """What it is about, harmless."""
    return _drawn(clean(alert.subject, LONGEST_SUBJECT), style)


def sentence_text(alert: Alert, style: Style) -> str:
    """What happened, harmless."""
    return _drawn(clean(alert.sentence, LONGEST_SENTENCE), style)


def _drawn(text: str, style: Style) -> str:
    """With the marks of our own that are in it as they are to be drawn."""
    if not style.is_ascii:
        return text
    return text.replace("\N{RIGHTWARDS ARROW}", "->").replace("\N{HORIZONTAL ELLIPSIS}", "...")


def counted(number: float, alert: Alert) -> str:
    """A number with what it counts."""
    unit = clean(alert.unit, LONGEST_UNIT)
    unit = ONE.get(unit, unit.removesuffix("s")) if number == 1 else unit
    return f"{fmt.count(number)} {unit}".rstrip()


def _quiet(text: Callable[[Alert, Style], str]) -> Callable[[Alert, Style], Run]:
    return lambda alert, style: (text(alert, style), "muted" if alert.state is State.OVER else "")


SEVERITY = Column("Severity", 10, 0, severity_run)
STATE = Column("State", 11, 0, lambda alert, style: (state_text(alert, style), STATE_ROLES[alert.state]))
COLUMNS = (
    Column("Count", 13, HEAVY, _quiet(lambda alert, _: counted(alert.count, alert)), right=True),
    Column("Peak", 6, 4, _quiet(lambda alert, _: fmt.count(alert.peak)), right=True),
    Column("Since", 5, 1, _quiet(lambda alert, style: style.time(alert.first)), right=True),
    Column("For", 6, 2, _quiet(lambda alert, _: fmt.age(alert.duration)), right=True),
    STATE,
)


class Places(NamedTuple):
    """How wide subject and sentence are (0: there is none), and which columns fit behind them."""

    subject: int
    sentence: int
    columns: tuple[Column, ...]


def arrange(width: int, need: int) -> Places:
    """What fits in so many cells, the cursor's mark left out; subjects need `need` cells."""
    room = width - 2 - SEVERITY.width - 2
    if width < NARROW:
        age = next(column for column in COLUMNS if column.heading == "For")
        return Places(max(4, room - age.width - 1), 0, (age,))
    subject = min(max(SUBJECT[0], need), SUBJECT[1], width // 4)
    left = room - subject - 1
    shown = []
    for column in sorted(COLUMNS, key=lambda column: column.weight):
        if left - column.width - 2 >= SENTENCE[column.weight >= HEAVY]:
            left -= column.width + 2
            shown.append(column)
    return Places(subject, max(0, left - 1), tuple(column for column in COLUMNS if column in shown))


def heading_line(places: Places) -> Line:
    """The headings."""
    words = [f"  {fmt.left(SEVERITY.heading, SEVERITY.width)}  {fmt.left('Subject', places.subject)}"]
    if places.sentence:
        words.append(fmt.left("What happened", places.sentence))
    behind = "".join(f"  {_placed(column.heading, column)}" for column in places.columns)
    return ((" ".join(words) + (behind if places.sentence else behind[1:]), "heading"),)


def alert_line(alert: Alert, places: Places, style: Style) -> Line:
    """The alert on a line."""
    ellipsis = style.glyphs.ellipsis
    is_over = alert.state is State.OVER
    text, role = severity_run(alert, style)
    quiet = "muted" if is_over else ""
    subject = fmt.left(fmt.end(subject_text(alert, style), places.subject, ellipsis), places.subject)
    runs: list[Run] = [(fmt.left(text, SEVERITY.width), role), (f"  {subject}", "muted" if is_over else "title")]
    if places.sentence:
        sentence = fmt.end(sentence_text(alert, style), places.sentence, ellipsis)
        runs.append((f" {fmt.left(sentence, places.sentence)}", quiet))
    for at, column in enumerate(places.columns):
        text, role = column.text(alert, style)
        gap = "  " if places.sentence or at else " "
        runs.append((gap + _placed(fmt.end(text, column.width, ellipsis), column), role))
    return tuple(runs)


def _placed(text: str, column: Column) -> str:
    return fmt.right(text, column.width) if column.right else fmt.left(text, column.width)


def tally(alerts: tuple[Alert, ...]) -> tuple[int, Severity | None]:
    """How many are firing, and the worst severity among them."""
    firing = [alert.severity for alert in alerts if alert.state is State.FIRING]
    return len(firing), max(firing, default=None)
