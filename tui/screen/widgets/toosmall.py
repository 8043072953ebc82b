"""What is shown where nothing else fits: the size that is needed."""

from __future__ import annotations

from tui.screen import format as fmt
from tui.screen.widgets.drawn import Drawn, Line

LEAST = (80, 24)


class TooSmall(Drawn):
    """One sentence in the middle, down to a single cell."""

    def line(self, y: int) -> Line:
        """A line of the sentence."""
        width, height = self.app.size
        text = (
            f"vpctop needs {LEAST[0]}x{LEAST[1]} cells, this terminal has {width}x{height}. Data is still being read."
        )
        lines = fmt.wrap(text, max(1, width))
        at = y - max(0, (height - len(lines)) // 2)
        return ((lines[at].center(width), "") if 0 <= at < len(lines) else ("", ""),)
