"""The value under the cursor as a part of a filter: what `=` keeps and `-` excludes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tui.cache.columns import Column, Grouping, Unit
from tui.flows.clean import tag_text

# Sums over the records of a row: no record has them.
_SUMS = {"bytes", "packets"}
_FLAG_NAMES = {1: "fin", 2: "syn", 4: "rst", 8: "psh", 16: "ack", 32: "urg"}


@dataclass(frozen=True, slots=True)
class CellFilter:
    """The part that keeps a value, and the part that excludes it."""

    keep: str
    exclude: str


def cell_filter(column: Column, grouping: Grouping, value: object) -> CellFilter | None:
    """How to filter by the value of a cell; None where its column cannot be filtered by."""
    if not column.field or (grouping is not Grouping.RECORDS and column.key in _SUMS):
        return None
    if value is None and column.field == "name":
        return None  # what the inventory does not know has no name to ask for
    from tui.flows.filter.vocabulary import ALIASES

    short = next((name for name, fields in ALIASES.items() if fields == (column.field,)), column.field)
    text = "-" if value is None else value_text(column.unit, value)
    return CellFilter(f"{short}={text}", f"{short}!={text}")


def value_text(unit: Unit, value: object) -> str:
    """A value as the filter language writes it."""
    from tui.flows.filter.conjunct import quoted
    from tui.flows.filter.vocabulary import PROTOCOL_NUMBERS
    from tui.flows.protocol import PROTOCOLS

    if isinstance(value, int):
        if unit is Unit.PROTOCOL and PROTOCOL_NUMBERS.get(name := PROTOCOLS.get(value, "")) == value:
            return quoted(name)
        if unit is Unit.TIME:
            return time_text(value)
        return flags_text(value) if unit is Unit.FLAGS else str(value)
    text = str(value)
    return quoted(tag_text(text) if unit is Unit.TAG and "%" in text else text)


def time_text(seconds: int) -> str:
    """A moment: as a calendar writes it where that can be, else in Unix seconds."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return str(seconds)


def flags_text(bits: int) -> str:
    """TCP flags: `syn+ack`; as a number where a bit has no name."""
    names = [name for bit, name in _FLAG_NAMES.items() if bits & bit]
    known = sum(bit for bit in _FLAG_NAMES if bits & bit)
    return "+".join(names) if names and known == bits else str(bits)
