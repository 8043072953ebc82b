"""The parts of what the Policy pane tells, broken to its width."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cache.view import Key
from tui.screen.dialogs.dialog import split_runs, wrap_line
from tui.screen.panes.policy_part import Part
from tui.screen.panes.policy_text import broken
from tui.screen.widgets.drawn import Line

NARROWEST = 12  # cells of text beside the gutter; below that there is no gutter in the rows after the first


def rows_of(parts: Sequence[Part], width: int) -> tuple[tuple[Key, Line, Part], ...]:
    """Each row with its key (that of its part, and which row of it) and its part."""
    rows: list[tuple[Key, Line, Part]] = []
    for part in parts:
        lines = wrap_line(part.line, width) if not part.gutter else _text_lines(part, width)
        rows += [((*part.key, at), line, part) for at, line in enumerate(lines)]
    return tuple(rows)


def _text_lines(part: Part, width: int) -> list[Line]:
    """A line of the text: its number stands before the first row, the others stand under its text."""
    gutter, text = split_runs(part.line, part.gutter)
    margin = part.gutter if width - part.gutter >= NARROWEST else 0
    first, *rest = broken(tuple(text), width - part.gutter) if margin else broken(part.line, width)
    return [(*gutter, *first) if margin else first, *(((" " * margin, ""), *line) for line in rest)]
