"""How a row of the Flows pane is written on a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.cache.columns import Grouping, Unit
from tui.cache.view import COLUMNS, Row
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.panes.column import MARGIN, Place
from tui.screen.widgets.drawn import Line, Run

AT = {grouping: {column.key: at for at, column in enumerate(columns)} for grouping, columns in COLUMNS.items()}
# Characters of a value that is copied: all of it.
LONGEST = 1_000_000
# ICMP has types where others have ports; flow logs write 0 for both.
PORTLESS = {1, 58}
# Columns that may be shown with less weight than the talk itself.
QUIET = {"last", "first", "interfaces", "end", "start", "interface-id"}


@dataclass(frozen=True, slots=True)
class Look:
    """The marks and the time zone to write with."""

    glyphs: Glyphs
    utc: bool = False


def ports_of(row: Row, grouping: Grouping) -> tuple[object, object]:
    """The ports to write beside source and destination; None where none belongs.

    A conversation's one port stands at the side that serves; a record has both.
    """
    at = AT[grouping]
    if row.values[at["protocol"]] in PORTLESS:
        return None, None
    if grouping is Grouping.RECORDS:
        return row.values[at["srcport"]], row.values[at["dstport"]]
    port = row.values[at["server_port"]]
    return (port, None) if row.server_is_dst is False else (None, port)


def address(value: object, port: object, width: int, look: Look) -> str:
    """An address with its port in at most `width` cells."""
    if not isinstance(value, str):
        return look.glyphs.dash
    return fmt.shorten(clean(value, 64), port, width, look.glyphs.ellipsis)


def address_need(value: object, port: object) -> int:
    """How many cells an address would like."""
    return fmt.cells(fmt.with_port(value, port)) if isinstance(value, str) else 1


def row_line(row: Row, places: Sequence[Place], grouping: Grouping, look: Look) -> Line:
    """The row, each column in its place, in as few runs as its verdict allows."""
    source_port, destination_port = ports_of(row, grouping)
    runs: list[Run] = []
    x = MARGIN
    for place in places:
        key = place.column.key
        if place.x > x:
            runs.append((" " * (place.x - x), ""))
        if key == "srcaddr":
            text = address(row.values[place.at], source_port, place.width, look)
            runs.append((f"{fmt.left(text, place.width)} {look.glyphs.arrow} ", ""))
            x = place.x + place.width + 3
            continue
        if key == "dstaddr":
            text, role = address(row.values[place.at], destination_port, place.width, look), ""
        else:
            text, role = cell(row, place, grouping, look)
        runs.append((fmt.right(text, place.width) if place.is_right else fmt.left(text, place.width), role))
        x = place.x + place.width
    return tuple(runs)


def cell(row: Row, place: Place, grouping: Grouping, look: Look) -> Run:
    """What a column other than an address says of a row, and in which role."""
    value = row.values[place.at]
    key, unit, marks = place.column.key, place.column.unit, look.glyphs
    if key in {"accepted", "rejected"}:
        return verdict_count(value, key, marks)
    if unit is Unit.ACTION:
        return action(value, row.values[AT[grouping]["log-status"]], marks)
    if value is None:
        return marks.dash, "muted"
    if unit is Unit.PROTOCOL:
        return fmt.protocol(value), ""
    if unit is Unit.TIME and isinstance(value, int):
        return fmt.time_of_day(value, utc=look.utc), "muted"
    if isinstance(value, (int, float)):
        return number(value, unit), ""
    return fmt.middle(clean(str(value), 64), place.width, marks.ellipsis), "muted" if key in QUIET else ""


def number(value: float, unit: Unit) -> str:
    """A number by what it counts."""
    if unit in {Unit.BYTES, Unit.RATE}:
        return fmt.size(value)
    return str(value) if unit is Unit.PORT else fmt.count(value)


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


def heading_line(places: Sequence[Place], sort: str, *, descending: bool, at: int, marks: Glyphs) -> Line:
    """The headings; the sorted one carries the direction, the one of column `at` is under the column cursor."""
    runs: list[Run] = []
    x = 0
    mark = marks.down if descending else marks.up
    for place in places:
        runs.append((" " * (place.x - x), "heading"))
        name = place.column.heading
        glyph = {"accepted": marks.accept, "rejected": marks.reject}.get(place.column.key)
        if glyph and place.column.key != sort:
            name = f"{glyph} {name}"
        if place.column.key == sort:
            name = mark + name if place.is_right else name + mark
        role = "cell" if place.at == at else "strong" if place.column.key == sort else "heading"
        blank = (" " * (place.width - fmt.cells(name)), "heading")
        runs += [blank, (name, role)] if place.is_right else [(name, role), blank]
        x = place.x + place.width
    return tuple(runs)


def copy_text(row: Row, at: int) -> str:
    """A value as it is, for the clipboard."""
    value = row.values[at]
    return "-" if value is None else clean(str(value), LONGEST)


def talk(row: Row, grouping: Grouping, look: Look) -> str:
    """Who talks to whom over what, in one phrase."""
    ports = ports_of(row, grouping)
    at = AT[grouping]
    source, destination = (
        address(row.values[at[key]], port, 60, look) for key, port in zip(("srcaddr", "dstaddr"), ports, strict=True)
    )
    return f"{source} {look.glyphs.arrow} {destination} {fmt.protocol(row.values[at['protocol']])}"
