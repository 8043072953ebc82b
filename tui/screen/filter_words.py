"""What the filter bar says of a filter, and what it offers to be typed. Imported when the bar is first opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from tui.cache.columns import Unit
from tui.cache.view import NO_NAMES, FlowTable, Names
from tui.flows.filter.complete import complete
from tui.flows.filter.english import english
from tui.flows.filter.model import Filter, Kind
from tui.flows.filter.saved import NAME

# Rows whose values are offered: those in sight, and some more.
_LOOKED_AT = 200
_OFFERED = {Unit.ADDRESS, Unit.TEXT, Unit.PORT, Unit.INTERFACE, Unit.TAG}


@dataclass(frozen=True, slots=True)
class Offer:
    """Each of `options`, (text, meaning), may take the place of the characters from `start` to `end`."""

    start: int = 0
    end: int = 0
    options: tuple[tuple[str, str], ...] = ()


def reader_zone(*, utc: bool) -> tzinfo:
    """The zone that times of day are meant in."""
    return UTC if utc else datetime.now().astimezone().tzinfo or UTC


def in_english(wanted: Filter, zone: tzinfo) -> str:
    """What a filter keeps."""
    if wanted.is_everything:
        return "every record"
    return english(wanted.node, zone)


def offered(text: str, cursor: int, seen: Mapping[str, Sequence[str]], saved: Mapping[str, str]) -> Offer:
    """What could stand at the cursor: names of saved filters behind an `@`, else what the language knows."""
    start = cursor
    while start and (text[start - 1] in "-_" or text[start - 1].isalnum()):
        start -= 1
    if start and text[start - 1] == "@" and (start == 1 or text[start - 2] in " (!"):
        typed = text[start:cursor]
        names = [name for name in sorted(saved) if name.startswith(typed) and name != typed and NAME.fullmatch(name)]
        return Offer(start - 1, cursor, tuple((f"@{name}", saved[name]) for name in names))
    found = complete(text, cursor, seen)
    return Offer(found.start, found.end, tuple((option.text, option.meaning) for option in found.options))


def known_names(names: Names) -> dict[str, list[str]]:
    """What the inventory calls addresses, most frequent first, and its names of the other kinds; polars is imported here."""
    labels = [] if names is NO_NAMES else names.names_frame()["label"].drop_nulls().to_list()
    others = {kind.value: list(names.called(kind)) for kind in Kind if kind is not Kind.NAME}
    return {**others, Kind.NAME.value: [label for label in _by_number(labels) if label]}


def seen_values(table: FlowTable | None) -> dict[str, list[str]]:
    """Values by Amazon's name of the field, those of the most rows first."""
    if table is None:
        return {}
    from tui.flows.filter.vocabulary import ALIASES

    rows = table.rows(0, _LOOKED_AT)
    seen: dict[str, list[str]] = {}
    for at, column in enumerate(table.columns):
        if column.field and column.unit in _OFFERED:
            values = _by_number(row.values[at] for row in rows)
            for name in ALIASES.get(column.field, (column.field,)):
                seen.setdefault(name, []).extend(value for value in values if value not in seen[name])
    return seen


def _by_number(values: Iterable[object]) -> list[str]:
    counts: dict[str, int] = {}
    for value in values:
        if value is not None:
            counts[str(value)] = counts.get(str(value), 0) + 1
    return sorted(counts, key=lambda value: -counts[value])
