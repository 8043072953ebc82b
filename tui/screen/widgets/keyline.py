"""The last line: the keys that matter here, and always how to get help and how to leave."""

from __future__ import annotations

from tui.screen import format as fmt
from tui.screen.widgets.drawn import Drawn, Line, Run

Keys = tuple[tuple[str, str], ...]  # key as it is written, what it does
ALWAYS: Keys = (("?", "help"), ("q", "quit"))


class KeyLine(Drawn):
    """Keys of the focused pane at the left, as many as fit; `? help  q quit` at the right, never cut."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: Keys = ()
        self._always = ALWAYS

    @property
    def keys(self) -> Keys:
        """What it says."""
        return self._keys

    def tell(self, keys: Keys, always: Keys = ALWAYS) -> None:
        """Show these keys; `always` are never cut."""
        if (keys, always) != (self._keys, self._always):
            self._keys, self._always = keys, always
            self.refresh()

    def line(self, y: int) -> Line:
        """The line."""
        del y
        right = _runs(self._always)
        room = self.size.width - sum(fmt.cells(text) for text, _ in right) - 2
        shown: list[Run] = []
        used = 0
        for key, name in self._keys:
            needed = fmt.cells(key) + fmt.cells(name) + 3
            if used + needed > room:
                break
            shown += _runs(((key, name),))
            used += needed
        return ((" ", ""), *shown, (" " * max(0, room - used), ""), *right)


def _runs(keys: Keys) -> list[Run]:
    return [run for key, name in keys for run in ((key, "key"), (f" {name}  ", "muted"))]
