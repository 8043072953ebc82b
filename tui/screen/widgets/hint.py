"""A full sentence under the header: why the source is stalled and what to do, or what else the reader must know."""

from __future__ import annotations

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.widgets.drawn import Drawn, Line


class Hint(Drawn):
    """One line, hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._role = ""
        self.display = False

    def say(self, text: str, role: str = "stalled") -> None:
        """Show the sentence, or hide the line when it is empty."""
        cleaned = clean(text, 1000)
        if (cleaned, role) != (self._text, self._role):
            self._text, self._role = cleaned, role
            self.display = bool(cleaned)
            self.refresh()

    def line(self, y: int) -> Line:
        """The sentence, over as many lines as there are."""
        lines = fmt.wrap(self._text, self.size.width - 2)
        text = lines[y] if y < len(lines) else ""
        if y == self.size.height - 1 and len(lines) > self.size.height:
            text = fmt.end(f"{text} {lines[y + 1]}", self.size.width - 2, self.glyphs.ellipsis)
        return ((f" {text}", self._role),)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One or two lines, as the sentence needs."""
        del container, viewport
        return min(2, len(fmt.wrap(self._text, width - 2)))
