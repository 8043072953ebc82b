"""What one value of a row looks like: its text, and its role."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.cache.columns import Column, Unit
from tui.flows.clean import clean, tag_text
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.names import Words
from tui.screen.widgets.drawn import Run

# Columns that may be shown with less weight than the talk itself.
QUIET = {"last", "first", "interfaces", "end", "start", "interface-id"}
LONGEST = 64  # characters of a text on a line


@dataclass(frozen=True, slots=True)
class Look:
    """The marks, the time zone and the names to write with."""

    glyphs: Glyphs
    utc: bool = False
    words: Words = field(default_factory=Words)


def cell(value: object, column: Column, look: Look, status: object = None) -> Run:
    """A value as text and role; an address without its port. `status` is the record's, where there is one."""
    key, unit, marks = column.key, column.unit, look.glyphs
    if key in {"accepted", "rejected"}:
        return verdict_count(value, key, marks)
    if unit is Unit.ACTION:
        return action(value, status, marks)
    if value is None:
        return marks.dash, "muted"
    if unit is Unit.PROTOCOL:
        return fmt.protocol(value), ""
    if isinstance(value, (int, float)):
        text = number(value, column, look)
        return text, "muted" if unit is Unit.TIME else ""
    if unit is Unit.VERDICTS and isinstance(value, tuple) and len(value) == 2:
        accepted, rejected = (fmt.scaled(each) for each in value)
        return f"{marks.accept}{accepted} {marks.reject}{rejected}", "reject" if value[1] else ""
    return text_of(value, unit, look), "muted" if key in QUIET else ""


def text_of(value: object, unit: Unit, look: Look) -> str:
    """A text by what it is."""
    if isinstance(value, str):
        if unit is Unit.ADDRESS:
            return look.words.address(value)
        if unit is Unit.INTERFACE:
            return look.words.interface(value)
        if unit is Unit.TAG:
            return tag_text(value, LONGEST)
    return clean(str(value), LONGEST)


def number(value: float, column: Column, look: Look) -> str:
    """A number by what it counts."""
    unit = column.unit
    if unit is Unit.TIME:
        return fmt.time_of_day(value, utc=look.utc)
    if unit in {Unit.BYTES, Unit.RATE}:
        return fmt.size(value)
    if isinstance(value, int):
        if unit is Unit.PORT:
            return look.words.port(value) if column.weight == 0 else str(value)
        if unit is Unit.FLAGS:
            return look.words.flags(value)
        if unit is Unit.PATH:
            return look.words.path(value)
    return fmt.count(value)


def verdict_count(value: object, key: str, marks: Glyphs) -> Run:
    """How many records were accepted or rejected: glyph, number and colour under a heading that has the word."""
    if not isinstance(value, int) or not value:
        return marks.dot, "muted"
    mark, role = (marks.accept, "accept") if key == "accepted" else (marks.reject, "reject")
    return f"{mark} {fmt.count(value)}", role


def action(value: object, status: object, marks: Glyphs) -> Run:
    """A record's action as glyph, word and colour; a record without one says why."""
    if value == "ACCEPT":
        return f"{marks.accept} ACCEPT", "accept"
    if value == "REJECT":
        return f"{marks.reject} REJECT", "reject"
    if status == "SKIPDATA":
        return f"{marks.skipped} SKIPPED", "skipped"
    return (f"{marks.dot} NODATA" if status == "NODATA" else marks.dash), "muted"
