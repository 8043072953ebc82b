"""The top edge of a pane: its key and name on the left, what it shows on the right."""

from __future__ import annotations

from tui.screen import format as fmt
from tui.screen.widgets.drawn import Drawn, Line, Run


class Rule(Drawn):
    """One line: `╭─ 1 Flows ─── 1-31 of 3,204 conversations by bytes/s ▼ ─╮`."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self.key = key
        self.title = title
        self.note = ""
        self.said: tuple[str, ...] = ()

    @property
    def is_lit(self) -> bool:
        """Whether this is the current pane; a dialog always is."""
        return self.screen.is_modal or (self.parent is not None and self.parent.has_class("-current"))

    @property
    def is_plain(self) -> bool:
        """Whether the pane has no sides for the edge to turn into."""
        return self.screen.has_class("-small") and not self.screen.is_modal

    def say(self, note: str, *said: str) -> None:
        """Show `note` beside the title, in the colour of a pause, and at the right the first of `said` that fits."""
        if (note, said) != (self.note, self.said):
            self.note, self.said = note, said
            self.refresh()

    def line(self, y: int) -> Line:
        """The edge."""
        del y
        width = self.size.width
        marks = self.glyphs
        head = f" {self.key} " if self.key else " "
        note = f" {marks.dot} {self.note}" if self.note else ""
        room = max(0, width - 6 - fmt.cells(head) - fmt.cells(self.title) - fmt.cells(note))
        said = next((f" {text} " for text in self.said if text and fmt.cells(text) + 4 < room), "")
        fill = marks.line * max(0, room + 1 - fmt.cells(said))
        edge = "edge" if self.is_lit else "rule"
        runs: list[Run] = [
            ((marks.line if self.is_plain else marks.corners[0]) + marks.line, edge),
            (head, "key"),
            (self.title, "title"),
            (note, "paused"),
            (f" {fill}", edge),
            (said, "muted"),
            (marks.line + (marks.line if self.is_plain else marks.corners[1]), edge),
        ]
        return tuple(run for run in runs if run[0])
