"""What stands under and beside the fields of what-if: their names, what may complete them, and the answer."""

from __future__ import annotations

from tui.screen import format as fmt
from tui.screen.dialogs.dialog import wrap_line
from tui.screen.widgets.drawn import BLANK_LINE, Drawn, Line

LABEL = 14  # cells before a field
OFFERED = 5  # candidates in sight at once


class Label(Drawn):
    """What stands before a field, marked where the field is at fault."""

    def __init__(self, text: str) -> None:
        super().__init__(classes="label")
        self._text = text
        self._is_wrong = False

    def mark(self, *, is_wrong: bool) -> None:
        """The field cannot be read."""
        if is_wrong is not self._is_wrong:
            self._is_wrong = is_wrong
            self.refresh()

    def line(self, y: int) -> Line:
        """The words."""
        del y
        return ((f" {fmt.left(self._text, LABEL - 2)}", "skipped" if self._is_wrong else "heading"),)


class Answer(Drawn):
    """Candidates for the field, then the answer; only lines that differ are painted."""

    def __init__(self) -> None:
        super().__init__(id="what-if-answer")
        self.candidates: tuple[str, ...] = ()
        self.at = -1  # the candidate that is taken next; -1: none was chosen
        self.top = 0
        self._said: tuple[Line, ...] = ()
        self._lines: list[Line] = []

    def offer(self, candidates: tuple[str, ...]) -> None:
        """These may stand in the field."""
        if candidates != self.candidates:
            self.candidates, self.at = candidates, -1
            self._draw()

    def step(self, by: int) -> None:
        """Choose another candidate; the first is marked before any is chosen."""
        if self.candidates:
            self.at = max(0, min(max(0, self.at) + by, len(self.candidates) - 1))
            self._draw()

    def say(self, lines: tuple[Line, ...]) -> None:
        """This is the answer."""
        if lines != self._said:
            self._said, self.top = lines, 0
            self._draw()

    def scroll(self, pages: int) -> None:
        """A long answer a page further."""
        self.top = max(0, self.top + pages * max(1, self.size.height - OFFERED - 2))
        self._draw()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lines = []
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if width < 4:
            return
        lines = [*self._offered(width)[: OFFERED + 1]] or [((" " * LABEL + "Tab: the next field", "muted"),)]
        lines += [BLANK_LINE] * (OFFERED + 1 - len(lines))
        said = [part for line in self._said for part in wrap_line(line, width - 2)]
        room = max(1, self.size.height - len(lines))
        self.top = max(0, min(self.top, len(said) - room))
        lines += [((" ", ""), *line) for line in said[self.top : self.top + room]]
        if len(said) > self.top + room:
            lines[-1] = ((f" {len(said) - self.top - room + 1} more lines: PgDn", "muted"),)
        lines += [BLANK_LINE] * (self.size.height - len(lines))
        before, self._lines = self._lines, lines
        for y, line in enumerate(lines):
            if y >= len(before) or before[y] != line:
                self.refresh_line(y)

    def _offered(self, width: int) -> list[Line]:
        top = max(0, min(self.at - OFFERED // 2, len(self.candidates) - OFFERED))
        lines: list[Line] = []
        for number, each in enumerate(self.candidates[top : top + OFFERED], top):
            is_next = number == max(0, self.at)
            mark = self.glyphs.cursor if is_next else " "
            text = fmt.middle(each, width - LABEL - 4, self.glyphs.ellipsis)
            lines.append(((" " * (LABEL - 2) + f"{mark} {text}", "strong" if is_next else "muted"),))
        if len(self.candidates) > OFFERED:
            left = len(self.candidates) - OFFERED
            lines.append(((" " * LABEL + f"and {left} more; up and down choose, Tab takes", "muted"),))
        return lines

    def line(self, y: int) -> Line:
        """A line."""
        return self._lines[y] if y < len(self._lines) else BLANK_LINE
