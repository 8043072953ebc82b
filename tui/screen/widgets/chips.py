"""The applied filter, seen at all times while there is one: its parts, and how much they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.widgets.drawn import Drawn, Line, Run

# Widths that a part is cut to, the first at which all fit.
_CAPS = (200, 60, 40, 30, 22, 16, 12)
_HEAD = "filter "
_HIDDEN = 5  # cells that say how many are not shown


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a filter keeps: `records` of the `held` ones, in `rows` rows; at least so much where `is_partial`."""

    records: int
    held: int
    rows: int
    row_name: str
    is_partial: bool = False

    def text(self, marks: Glyphs) -> str:
        """`12 conversations, 340 of 5,120 records`."""
        least = f"{marks.least} " if self.is_partial else ""
        return f"{least}{fmt.count(self.rows)} {self.row_name}, {fmt.count(self.records)} of {fmt.count(self.held)} records"

    def short(self, marks: Glyphs) -> str:
        """The same where there is little room."""
        least = f"{marks.least} " if self.is_partial else ""
        return f"{least}{fmt.count(self.records)} of {fmt.count(self.held)} records"


class Chips(Drawn):
    """One line, hidden while everything is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: tuple[str, ...] = ()
        self.counts: Counts | None = None
        self.display = False

    def show(self, parts: tuple[str, ...], counts: Counts | None) -> None:
        """Show these parts, or hide the line when there are none."""
        if (parts, counts) != (self.parts, self.counts):
            self.parts, self.counts = parts, counts
            if self.display is not bool(parts):
                self.display = bool(parts)
            self.refresh()

    def line(self, y: int) -> Line:
        """The parts at the left, how much they keep at the right."""
        del y
        return chip_line(self.parts, self.counts, self.size.width, self.glyphs)


def chip_line(parts: Sequence[str], counts: Counts | None, width: int, marks: Glyphs) -> Line:
    """The line. Where not all parts fit, each is cut; where even that is too long, the first ones are only counted."""
    told = counts.text(marks) if counts else ""
    if counts and width < 100:
        told = counts.short(marks)
    room = width - fmt.cells(_HEAD) - fmt.cells(told) - 3
    shown = [clean(part, 500) for part in parts]
    hidden = 0
    while hidden + 1 < len(shown) and _length(shown[hidden:], _CAPS[-1]) + (_HIDDEN if hidden else 0) > room:
        hidden += 1
    room -= _HIDDEN if hidden else 0
    cap = next((cap for cap in _CAPS if _length(shown[hidden:], cap) <= room), _CAPS[-1])
    runs: list[Run] = [(f" {_HEAD}", "muted")]
    if hidden:
        runs.append((f"+{hidden} ", "muted"))
    for part in shown[hidden:]:
        runs += [(f" {fmt.middle(part, cap, marks.ellipsis)} ", "chip"), (" ", "")]
    used = sum(fmt.cells(text) for text, _ in runs)
    return (*runs, (" " * max(1, width - used - fmt.cells(told) - 1), ""), (told, "muted"))


def _length(parts: Sequence[str], cap: int) -> int:
    return sum(min(cap, fmt.cells(part)) + 3 for part in parts)
