"""The panes' names on one line, where there is room for only one pane."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.screen import format as fmt
from tui.screen.widgets.drawn import Drawn, Line, Run


class Tabs(Drawn):
    """`1 Flows  2 Rejects  …`, the one on the screen marked."""

    class Pressed(Message):
        """The reader clicked on a pane's name."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    def __init__(self, names: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._names = names
        self._current = names[0][0]
        self._counts: dict[str, int] = {}

    def mark(self, key: str) -> None:
        """The pane of this key is on the screen."""
        if key != self._current:
            self._current = key
            self.refresh()

    def count(self, key: str, number: int) -> None:
        """So many things of this pane want attention."""
        if number != self._counts.get(key, 0):
            self._counts[key] = number
            self.refresh()

    def _told(self) -> list[tuple[str, str]]:
        """Keys and names, with what wants attention."""
        return [(key, f"{name} {count}" if (count := self._counts.get(key)) else name) for key, name in self._names]

    def line(self, y: int) -> Line:
        """The names."""
        del y
        runs: list[Run] = []
        for key, name in self._told():
            here = key == self._current
            runs.append((f" {key} ", "key"))
            runs.append((f"{name} ", "tab" if here else "muted"))
            runs.append((" ", ""))
        return tuple(runs)

    def on_click(self, event: events.Click) -> None:
        """On a name: that pane."""
        x = 0
        for key, name in self._told():
            x += fmt.cells(name) + 5
            if event.x < x:
                self.post_message(self.Pressed(key))
                return
