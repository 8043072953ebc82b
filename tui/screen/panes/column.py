"""Which columns of a table fit a line, and how wide each is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tui.cache.columns import Column, Unit

# Cells a value of each unit takes at most; addresses ask for what their content needs.
WIDTHS = {
    Unit.TEXT: 9,
    Unit.PORT: 5,
    Unit.PROTOCOL: 5,
    Unit.COUNT: 7,
    Unit.BYTES: 5,
    Unit.RATE: 5,
    Unit.TIME: 8,
    Unit.ACTION: 9,
    Unit.VERDICTS: 12,
}
RIGHT = {Unit.PORT, Unit.COUNT, Unit.BYTES, Unit.RATE}
# Counts of verdicts carry their glyph.
VERDICTS = {"accepted": 9, "rejected": 9}
# Interface and other ids are 21 cells long; their ends tell them apart.
IDS = {"interface-id": 21}
# Ports stand beside their address; they get a column of their own only while the reader is on them or sorts by them.
BESIDE = {"server_port", "srcport", "dstport"}
# What an address gets before less important columns are let in: an IPv4 address with a port of four digits.
ENOUGH = 20
# Columns up to this weight are let in before addresses get all the width they would like.
HEAVY = 3
MARGIN = 2  # the cursor's mark and a blank
ARROW = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the line: from cell `x`, `width` cells; `at` is its index in the table."""

    column: Column
    at: int
    x: int
    width: int

    @property
    def is_right(self) -> bool:
        """Whether values stand at the right."""
        return self.column.unit in RIGHT


def width_of(column: Column) -> int:
    """The width of a column of known content: its values, and its heading with the mark of sorting."""
    content = VERDICTS.get(column.key) or IDS.get(column.key) or WIDTHS[column.unit]
    return max(content, len(column.heading) + 1)


def arrange(
    columns: tuple[Column, ...], width: int, needs: Mapping[str, int], must: Collection[str]
) -> tuple[Place, ...]:
    """The columns that fit `width` cells, in their order, the important ones first.

    `needs` is what each address column's content would like; `must` are columns shown whatever their weight.
    """
    addresses = [column for column in columns if column.unit is Unit.ADDRESS]
    widths = {column.key: min(needs.get(column.key, ENOUGH), ENOUGH) for column in addresses}
    room = width - MARGIN - ARROW - sum(widths.values())
    others = [column for column in columns if column.unit is not Unit.ADDRESS]
    others = [column for column in others if column.key not in BESIDE or column.key in must]
    first = sorted(
        (c for c in others if c.key in must or c.weight <= HEAVY), key=lambda c: (c.key not in must, c.weight)
    )
    room = _admit(first, widths, room)
    room = _widen(addresses, widths, needs, room)
    rest = sorted((c for c in others if c not in first), key=lambda c: c.weight)
    room = _admit(rest, widths, room)
    if addresses and room > 0:
        widths[addresses[-1].key] += room  # numbers stand at the right edge
    return _placed(columns, widths)


def _admit(candidates: list[Column], widths: dict[str, int], room: int) -> int:
    """Let in the columns that fit, in this order; the room that is left."""
    for column in candidates:
        if room >= width_of(column) + 1:
            widths[column.key] = width_of(column)
            room -= width_of(column) + 1
    return room


def _widen(addresses: list[Column], widths: dict[str, int], needs: Mapping[str, int], room: int) -> int:
    """Give addresses what their content would like, in equal parts; take from them what is lacking."""
    if room < 0:
        for column in addresses:
            widths[column.key] = max(4, widths[column.key] + room // len(addresses))
        return 0
    for place, column in enumerate(addresses):
        fair = room // (len(addresses) - place)
        more = min(fair, max(0, needs.get(column.key, 0) - widths[column.key]))
        widths[column.key] += more
        room -= more
    return room


def _placed(columns: tuple[Column, ...], widths: Mapping[str, int]) -> tuple[Place, ...]:
    """The chosen columns from left to right; a port's own column follows both addresses, which an arrow joins."""
    last_address = max((at for at, column in enumerate(columns) if column.unit is Unit.ADDRESS), default=0)
    order = sorted(enumerate(columns), key=lambda pair: last_address + 0.5 if pair[1].key in BESIDE else pair[0])
    places = []
    x = MARGIN
    for at, column in order:
        if column.key in widths:
            places.append(Place(column, at, x, widths[column.key]))
            x += widths[column.key] + (ARROW if column.key == "srcaddr" else 1)
    return tuple(places)
