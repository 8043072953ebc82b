"""How a row of the Flows pane is written on a line, whatever its grouping and columns."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cache.columns import Column, Unit
from tui.cache.view import Row, Totals
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.panes.cell import Look, cell
from tui.screen.panes.column import MARGIN, Place
from tui.screen.widgets.drawn import Line, Run

# ICMP has types where others have ports; flow logs write 0 for both.
PORTLESS = {1, 58}
INGRESS, EGRESS = "ingress", "egress"
# Where a record is told from its own interface's side, and what then stands there instead.
ACROSS = {"srcaddr": "dstaddr", "dstaddr": "srcaddr"}
OWN_SIDE = {"srcaddr": "Local", "dstaddr": "Remote"}
PORTS = {"srcaddr": "srcport", "dstaddr": "dstport"}
PACKET = {"srcaddr": "pkt-srcaddr", "dstaddr": "pkt-dstaddr"}


class Reading:
    """Finds a row's values by their columns, and tells them in words.

    `own_side`: records are told from the side of the interface that saw them, where that is known: local, then remote.
    """

    def __init__(self, columns: Sequence[Column], *, own_side: bool = False) -> None:
        self.columns = tuple(columns)
        self._at = {column.key: at for at, column in enumerate(columns)}
        self._own_side = own_side and {"interface-id", "srcaddr", "dstaddr"} <= self._at.keys()

    def value(self, row: Row, key: str) -> object:
        """A value of the row, None where the table has no such column."""
        at = self._at.get(key)
        return None if at is None else row.values[at]

    def direction(self, row: Row, look: Look) -> str:
        """Which way a record went, seen from its interface; "" where nothing tells it or nobody wants to know."""
        if not self._own_side:
            return ""
        told = self.value(row, "flow-direction")
        if told in {INGRESS, EGRESS}:
            return str(told)
        interface = self.value(row, "interface-id")
        at_source, at_destination = (look.words.is_at(self.value(row, key), interface) for key in ACROSS)
        return "" if at_source == at_destination else EGRESS if at_source else INGRESS

    def port(self, row: Row, key: str) -> object:
        """The port to write beside an address; None where none belongs.

        A conversation's one port stands at the side that serves; a record has both.
        """
        if self.value(row, "protocol") in PORTLESS:
            return None
        if "server_port" not in self._at:
            return self.value(row, PORTS.get(key, ""))
        serves = (key == "srcaddr") is (row.server_is_dst is False)
        return self.value(row, "server_port") if serves else None

    def address(self, row: Row, key: str, look: Look) -> tuple[str, object, str]:
        """An address as it is called, its port, and what stands behind it: ` via …` where it was translated."""
        value = self.value(row, key)
        if not isinstance(value, str):
            return look.glyphs.dash, None, ""
        seen_by = self.value(row, "interface-id")
        interface = seen_by if isinstance(seen_by, str) else ""
        port = self.port(row, key)
        packet = self.value(row, PACKET.get(key, ""))
        if not isinstance(packet, str) or packet == value:
            return look.words.address(value, interface), port, ""
        return look.words.address(packet, interface), port, f" via {look.words.name(value, interface)}"

    def need(self, row: Row, column: Column, look: Look) -> int:
        """How many cells a value of a column whose width follows its content would like."""
        if column.unit is Unit.ADDRESS:
            text, port, via = self.address(row, column.key, look)
            return fmt.cells(fmt.with_port(text, port) + via)
        return fmt.cells(cell(self.value(row, column.key), column, look)[0])

    def line(self, row: Row, places: Sequence[Place], look: Look) -> Line:
        """The row, each column in its place, in as few runs as its verdict allows."""
        direction = self.direction(row, look)
        runs: list[Run] = []
        x, linked = MARGIN, False
        for place in places:
            if place.x > x:
                arrow = look.glyphs.back if direction == INGRESS else look.glyphs.arrow
                runs.append((f" {arrow} " if linked else " " * (place.x - x), ""))
            text, role = self._cell(row, place, direction, look)
            runs.append((fmt.right(text, place.width) if place.is_right else fmt.left(text, place.width), role))
            x, linked = place.x + place.width, place.linked
        return tuple(runs)

    def _cell(self, row: Row, place: Place, direction: str, look: Look) -> Run:
        column, dots = place.column, look.glyphs.ellipsis
        if column.unit is Unit.PORT and self.value(row, "protocol") in PORTLESS:
            return look.glyphs.dash.rjust(place.width if place.is_right else 5), "muted"
        if column.unit is not Unit.ADDRESS:
            text, role = cell(row.values[place.at], column, look, self.value(row, "log-status"))
            cut = fmt.middle if column.unit is Unit.INTERFACE else fmt.end
            return cut(text, place.width, dots), role
        key = ACROSS.get(column.key, column.key) if direction == INGRESS else column.key
        text, port, via = self.address(row, key, look)
        whole = fmt.with_port(text, port)
        if via and fmt.cells(whole) < place.width:
            return fmt.end(whole + via, place.width, dots), ""
        return fmt.shorten(text, port, place.width, dots), ""

    def at_cursor(self, row: Row, at: int, look: Look) -> int:
        """The column whose value stands under the column cursor: across, where a record is told from its own side."""
        key = self.columns[at].key
        return self._at[ACROSS[key]] if key in ACROSS and self.direction(row, look) == INGRESS else at

    def title(self, row: Row, look: Look) -> str:
        """Who talks to whom over what, in one phrase; of other groupings, what the row is."""
        if {"srcaddr", "dstaddr"} <= self._at.keys():
            talk = []
            for key in ("srcaddr", "dstaddr"):
                text, port, via = self.address(row, key, look)
                talk.append(fmt.shorten(text, port, 60, look.glyphs.ellipsis) + via)
            protocol = self.value(row, "protocol")
            return f"{talk[0]} {look.glyphs.arrow} {talk[1]}" + (f" {fmt.protocol(protocol)}" if protocol else "")
        said = [cell(self.value(row, column.key), column, look)[0] for column in self.columns if column.weight == 0]
        return " ".join(text.strip() for text in said[:2])


def heading_line(
    places: Sequence[Place], sort: str, *, descending: bool, at: int, marks: Glyphs, own_side: bool = False
) -> Line:
    """The headings; the sorted one carries the direction, the one of column `at` is under the column cursor."""
    runs: list[Run] = []
    x = 0
    mark = marks.down if descending else marks.up
    for place in places:
        runs.append((" " * (place.x - x), "heading"))
        name = OWN_SIDE.get(place.column.key, place.column.heading) if own_side else place.column.heading
        glyph = {"accepted": marks.accept, "rejected": marks.reject}.get(place.column.key)
        if glyph and place.column.key != sort:
            name = f"{glyph} {name}"
        if place.column.key == sort:
            name = mark + name if place.is_right else name + mark
        role = "cell" if place.at == at else "strong" if place.column.key == sort else "heading"
        name = fmt.end(name, place.width, marks.ellipsis)
        blank = (" " * (place.width - fmt.cells(name)), "heading")
        runs += [blank, (name, role)] if place.is_right else [(name, role), blank]
        x = place.x + place.width
    return tuple(runs)


def totals_line(totals: Totals, what: str, width: int, marks: Glyphs) -> Line:
    """The sums of all rows, the most telling ones first where the line is short; each with a mark where more is missing."""
    least = marks.least if totals.is_partial else ""
    parts: list[tuple[int, Run]] = [
        (0, (f"{least}{fmt.count(totals.rows)} {what}", "strong")),
        *([] if what == "records" else [(2, (f"{least}{fmt.count(totals.records)} records", ""))]),
        (1, (f"{least}{fmt.scaled(totals.bytes)}B" if totals.bytes >= 1000 else f"{least}{totals.bytes}B", "")),
        (5, (f"{least}{fmt.count(totals.packets)} packets", "")),
        (4, (f"{marks.accept} {least}{fmt.count(totals.accepted)}", "accept")),
        (3, (f"{marks.reject} {least}{fmt.count(totals.rejected)}", "reject")),
    ]
    room = width - MARGIN
    kept = set()
    for at, (_, (text, _)) in sorted(enumerate(parts), key=lambda each: each[1][0]):
        if room >= fmt.cells(text):
            kept.add(at)
            room -= fmt.cells(text) + 2
    runs = [run for at, (_, run) in enumerate(parts) if at in kept]
    return tuple(part for run in runs for part in (run, ("  ", "")))
