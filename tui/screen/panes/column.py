"""Which columns of a table fit a line, and how wide each is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tui.cache.columns import Column, Unit

# Cells a value of each unit takes at most.
WIDTHS = {
    Unit.PORT: 5,
    Unit.PROTOCOL: 5,
    Unit.COUNT: 7,
    Unit.BYTES: 5,
    Unit.RATE: 5,
    Unit.TIME: 8,
    Unit.ACTION: 9,
    Unit.VERDICTS: 12,
}
# Columns of these ask for what their content needs; beside the columns that lead a row, for so many cells at most.
FLEXIBLE = {
    Unit.ADDRESS: 20,
    Unit.TEXT: 24,
    Unit.INTERFACE: 24,
    Unit.TAG: 24,
    Unit.PATH: 24,
    Unit.FLAGS: 15,
}
RIGHT = {Unit.PORT, Unit.COUNT, Unit.BYTES, Unit.RATE}
# Counts of verdicts carry their glyph.
VERDICTS = {"accepted": 9, "rejected": 9}
# Ports stand beside their address; they get a column of their own only while the reader is on them or sorts by them.
BESIDE = {"server_port": "srcaddr", "srcport": "srcaddr", "dstport": "dstaddr"}
# An arrow goes from the one to the other where they are neighbours.
LINKS = {"srcaddr": "dstaddr", "client": "server", "client_owner": "server_owner"}
# What a leading column gets before less important ones are let in: an IPv4 address with a port of four digits.
ENOUGH = 20
# An id of a subnet or an interface.
ENOUGH_ID = 24
# Columns up to this weight are let in before the leading ones get all the width they would like.
HEAVY = 3
MARGIN = 2  # the cursor's mark and a blank
ARROW = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the line: from cell `x`, `width` cells; `at` is its index in the table.

    `linked`: an arrow to the next column follows.
    """

    column: Column
    at: int
    x: int
    width: int
    linked: bool = False

    @property
    def is_right(self) -> bool:
        """Whether values stand at the right."""
        return self.column.unit in RIGHT and not leads(self.column)


def leads(column: Column) -> bool:
    """Whether a column says what the row is, in words: it grows with its content, and numbers stand right of it."""
    return column.weight == 0 and (column.unit in FLEXIBLE or column.unit is Unit.PORT)


def beside(columns: Collection[Column]) -> set[str]:
    """The ports that stand beside an address of these columns."""
    keys = {column.key for column in columns}
    return {port for port, address in BESIDE.items() if address in keys}


def width_of(column: Column, needs: Mapping[str, int]) -> int:
    """The width of a column that does not lead: its values, and its heading with the mark of sorting."""
    if column.unit in FLEXIBLE:
        content = min(needs.get(column.key, 0), FLEXIBLE[column.unit])
    else:
        content = VERDICTS.get(column.key) or WIDTHS[column.unit]
    return max(content, len(column.heading) + 1)


def arrange(
    columns: Sequence[Column], width: int, needs: Mapping[str, int], must: Collection[str], hidden: Collection[str] = ()
) -> tuple[Place, ...]:
    """The columns that fit `width` cells, in their order, the important ones first.

    `needs` is what the content of each column would like, where that differs; `must` are columns shown whatever their
    weight, `hidden` those that are not shown.
    """
    candidates = [column for column in columns if column.key not in hidden]
    lead = [column for column in candidates if leads(column)]
    lead = lead or [column for column in candidates if column.unit in FLEXIBLE][:1]
    least = {column.key: len(column.heading) + 1 for column in lead}
    most = {column.key: ENOUGH if column.unit is Unit.ADDRESS else ENOUGH_ID for column in lead}
    widths = {key: max(least[key], min(needs.get(key, ENOUGH), most[key])) for key in least}
    links = sum(key in widths and other in widths for key, other in LINKS.items())
    room = width - MARGIN - sum(widths.values()) - max(0, len(lead) - 1) - links * (ARROW - 1)
    ports = beside(candidates)
    others = [column for column in candidates if column not in lead and (column.key not in ports or column.key in must)]
    first = sorted(
        (c for c in others if c.key in must or c.weight <= HEAVY), key=lambda c: (c.key not in must, c.weight)
    )
    room = _admit(first, widths, needs, room)
    room = _widen(lead, widths, needs, room)
    rest = sorted((c for c in others if c not in first), key=lambda c: c.weight)
    room = _admit(rest, widths, needs, room)
    if lead and room > 0:
        widths[lead[-1].key] += room  # numbers stand at the right edge
    return _placed(columns, widths, ports)


def _admit(candidates: list[Column], widths: dict[str, int], needs: Mapping[str, int], room: int) -> int:
    """Let in the columns that fit, in this order; the room that is left."""
    for column in candidates:
        needed = width_of(column, needs)
        if room >= needed + 1:
            widths[column.key] = needed
            room -= needed + 1
    return room


def _widen(lead: list[Column], widths: dict[str, int], needs: Mapping[str, int], room: int) -> int:
    """Give leading columns what their content would like, in equal parts; take from them what is lacking."""
    if room < 0:
        for column in lead:
            widths[column.key] = max(4, widths[column.key] + room // len(lead))
        return 0
    for place, column in enumerate(lead):
        fair = room // (len(lead) - place)
        more = min(fair, max(0, needs.get(column.key, 0) - widths[column.key]))
        widths[column.key] += more
        room -= more
    return room


def _placed(columns: Sequence[Column], widths: Mapping[str, int], ports: Collection[str]) -> tuple[Place, ...]:
    """The chosen columns from left to right; a port's own column follows both addresses, which an arrow joins."""
    ends = {"srcaddr", "dstaddr"}
    last_address = max((at for at, column in enumerate(columns) if column.key in ends), default=0)
    order = sorted(enumerate(columns), key=lambda pair: last_address + 0.5 if pair[1].key in ports else pair[0])
    shown = [(at, column) for at, column in order if column.key in widths]
    places = []
    x = MARGIN
    for place, (at, column) in enumerate(shown):
        following = shown[place + 1][1].key if place + 1 < len(shown) else ""
        linked = bool(following) and LINKS.get(column.key) == following
        places.append(Place(column, at, x, widths[column.key], linked))
        x += widths[column.key] + (ARROW if linked else 1)
    return tuple(places)
