"""A list to choose from, over the panes: a cursor, a key for each choice where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.screen.widgets.drawn import BLANK_LINE, Drawn, Line
from tui.screen.widgets.rule import Rule


class Picker(Drawn, can_focus=True):
    """Lines with a cursor on one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "Down", id="picker.down", tooltip="to the next"),
        Binding("up,k", "step(-1)", "Up", id="picker.up", tooltip="to the one above"),
        Binding("pagedown", "step(10)", "Page down", id="picker.page-down", tooltip="ten down"),
        Binding("pageup", "step(-10)", "Page up", id="picker.page-up", tooltip="ten up"),
        Binding("home,g", "step(-1000)", "First", id="picker.first", tooltip="to the first"),
        Binding("end,G", "step(1000)", "Last", id="picker.last", tooltip="to the last"),
    ]

    class Pressed(Message):
        """The reader clicked on the line under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self.cursor = 0
        self.top = 0

    def show(self, lines: Sequence[Line], cursor: int) -> None:
        """Show these lines, the cursor on one of them."""
        self._lines = lines
        self.top = 0
        self.put(cursor)

    def put(self, cursor: int) -> None:
        """The cursor to this line, in sight."""
        self.cursor = min(max(0, cursor), max(0, len(self._lines) - 1))
        height = self.size.height or len(self._lines)  # not laid out yet: it will be put again
        self.top = max(0, self.cursor - height + 1, min(self.top, self.cursor, len(self._lines) - height))
        self.refresh()

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self.put(self.cursor)

    def line(self, y: int) -> Line:
        """A line, with the cursor's mark."""
        at = self.top + y
        if at >= len(self._lines):
            return BLANK_LINE
        return ((f"{self.glyphs.cursor} " if at == self.cursor else "  ", "key"), *self._lines[at])

    def paint_over(self, y: int) -> str:
        """The cursor lies under its line."""
        return "cursor" if self.top + y == self.cursor else ""

    def action_step(self, lines: int) -> None:
        """Some lines up or down."""
        self.put(self.cursor + lines)

    def on_click(self, event: events.Click) -> None:
        """The cursor goes there and chooses."""
        at = event.get_content_offset(self)
        if at is not None and self.top + at.y < len(self._lines):
            self.put(self.top + at.y)
            self.post_message(self.Pressed())


class Chooser(ModalScreen[object]):
    """A titled list; Esc closes it without choosing. Installed once: a new screen each time would leak."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close", id="chooser.close", tooltip="close without choosing"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rule = Rule("", "")
        self.picker = Picker()

    def compose(self) -> Iterator[Widget]:
        """Edge and list in a box."""
        with Vertical(id="chooser"):
            yield self.rule
            yield self.picker

    def on_mount(self) -> None:
        """Keys go to the list."""
        self.picker.focus()

    def fit(self, lines: int) -> None:
        """As high as so many lines need, and no higher than the screen."""
        self.picker.styles.height = min(lines + 1, max(3, self.app.size.height - 4))

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)
