"""Numbers as bars of a few lines, and moments as marks on the axis below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui.screen.glyphs import Glyphs
from tui.screen.traveling import MINUTE, Place
from tui.screen.widgets.drawn import Run


@dataclass(frozen=True, slots=True)
class Places:
    """Where on an axis of `used` bars things are, by bar: the moment travelled to, the ends of a span, the marks.

    What lies outside [`first`, `last`] is not looked at.
    """

    here: int | None
    first: int
    last: int
    is_span: bool
    marks: tuple[int, ...]


def places_of(place: Place, since: float, each: int, used: int) -> Places:
    """Where the reader is on an axis that begins at `since`, of `used` bars of `each` minutes."""

    def bar(at: float) -> int:
        """The bar of a moment, within what is drawn."""
        return min(max(0, int((at - since) // (MINUTE * each))), max(0, used - 1))

    begin, end = place.edges or place.asked
    return Places(
        here=None if place.at is None or place.edges else bar(place.at - 1),
        first=0 if begin is None else bar(begin),
        last=max(0, used - 1) if end is None else bar(end - 1),
        is_span=place.edges is not None or place.since is not None or place.until is not None,
        marks=tuple(bar(mark.at - 1) for mark in place.marks if since < mark.at),
    )


def axis_runs(places: Places, marks: Glyphs) -> Iterator[tuple[int, Run]]:
    """What stands on the axis, by bar; what comes later stands over what came before."""
    for bar in places.marks:
        yield bar, (marks.note, "key")
    if places.is_span:
        yield places.first, (marks.edges[0], "paused")
        yield places.last, (marks.edges[1], "paused")
    if places.here is not None:
        yield places.here, (marks.up, "paused")


def quieted(text: str, role: str, places: Places, first: int) -> list[Run]:
    """The bars in their role, those that are not looked at muted; `first` blanks stand before them."""
    begin, end = first + places.first, first + places.last + 1
    runs = [(text[:begin], "muted"), (text[begin:end], role), (text[end:], "muted")]
    return [run for run in runs if run[0]] if text[:begin].strip() or text[end:].strip() else [(text, role)]


def merged(cells: Sequence[Run]) -> list[Run]:
    """Neighbours of one role as one run."""
    runs: list[Run] = []
    for text, role in cells:
        if runs and runs[-1][1] == role:
            runs[-1] = (runs[-1][0] + text, role)
        else:
            runs.append((text, role))
    return runs


def pooled(values: Sequence[float], each: int) -> list[float]:
    """Sums of `each` neighbours, aligned so that the last is whole."""
    if each == 1:
        return list(values)
    return [sum(values[at : at + each]) for at in range(0, len(values), each)]


def pooled_flags(values: Sequence[bool], each: int) -> list[bool]:
    """Whether any of `each` neighbours is marked."""
    return [any(values[at : at + each]) for at in range(0, len(values), each)]


def bar_rows(values: Sequence[float], width: int, rows: int, marks: Glyphs) -> list[str]:
    """Bars `rows` lines high, top line first, at the right of `width` cells; what is not zero is at least a trace."""
    top = max(values, default=0.0)
    steps = len(marks.bars)
    levels = [max(1, round(value / top * steps * rows)) if value > 0 and top > 0 else 0 for value in values]
    lines = []
    for row in reversed(range(rows)):
        text = ""
        for level in levels:
            here = min(steps, level - row * steps)
            text += marks.bars[here - 1] if here > 0 else " "
        lines.append(text.rjust(width)[-width:])
    return lines
