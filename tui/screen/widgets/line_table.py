"""A table painted line by line: it asks for the few rows it shows and repaints only those that changed.

The cursor and the scroll position belong to the row, not to its number: sorting and refreshing never take it away.
Textual's DataTable costs ten times the CPU and twice the bytes; a ScrollView lays out again whenever the height changes.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message

from tui.cache.view import Key
from tui.screen import format as fmt
from tui.screen.widgets.drawn import BLANK_LINE, Drawn, Line

WHEEL = 3  # rows a notch of the wheel
ROOMY = 6  # rows that must be in sight before a line is taken from them


class LineTable(Drawn, can_focus=True):
    """Rows under a heading, with a cursor. What the rows are, a subclass says in `draw_heading` and `draw_rows`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", id="table.down", tooltip="to the next row"),
        Binding("up,k", "move(-1)", "Up", id="table.up", tooltip="to the row above; freezes"),
        Binding("pagedown", "page(1)", "Page down", id="table.page-down", tooltip="a page down"),
        Binding("pageup", "page(-1)", "Page up", id="table.page-up", tooltip="a page up; freezes"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", id="table.half-down", tooltip="half a page down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", id="table.half-up", tooltip="half a page up; freezes"),
        Binding("home,g", "first", "First row", id="table.first", tooltip="to the first row"),
        Binding("end,G", "last", "Last row", id="table.last", tooltip="to the newest; goes on when frozen"),
        Binding("left", "column(-1)", "Column left", id="table.left", tooltip="to the column on the left"),
        Binding(
            "right", "column(1)", "Column right", id="table.right", tooltip="to the next column, also a hidden one"
        ),
        Binding("enter", "pick", "Detail", id="table.pick", tooltip="open the row: the raw records behind it"),
    ]

    class Moved(Message):
        """The reader moved the cursor; `upward` when towards the first row."""

        def __init__(self, *, upward: bool) -> None:
            self.upward = upward
            super().__init__()

    class LastWanted(Message):
        """The reader pressed G or End."""

    class Picked(Message):
        """The reader opened the row of this key."""

        def __init__(self, key: Key) -> None:
            self.key = key
            super().__init__()

    class HeadingPressed(Message):
        """The reader clicked on the heading, at this cell."""

        def __init__(self, x: int) -> None:
            self.x = x
            super().__init__()

    class Repainted(Message, bubble=True):
        """Which rows are shown may have changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name for it
        super().__init__(id=id)
        self.height = 0
        self.cursor = 0
        self.top = 0
        self.is_pinned = False  # the cursor stays on its row; else on whatever is first
        self.keys: list[Key] = []
        self._lines: list[Line] = []
        self._cursor_line = -1
        self._drawn_for = Size(0, 0)  # the size that the lines were made for
        self._empty = self._excuse = ""

    def draw_heading(self, width: int) -> Line:
        """The heading line."""
        raise NotImplementedError

    def draw_rows(self, first: int, last: int, width: int) -> list[tuple[Key, Line]]:
        """Rows `first` to `last` (exclusive): the key and the line of each."""
        raise NotImplementedError

    def draw_footer(self, width: int) -> Line:
        """What stands on the last line, where there is room for it."""
        del width
        return BLANK_LINE

    @property
    def has_footer(self) -> bool:
        """Whether the last line is not for rows."""
        return False

    def draw_menu(self, width: int) -> list[Line]:
        """What covers the last rows for a moment, to choose from; none mostly."""
        del width
        return []

    def step_column(self, step: int) -> None:
        """Move the column cursor."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """How many rows can be seen at once."""
        return max(0, self.size.height - 1 - self._footers)

    @property
    def _footers(self) -> int:
        return 1 if self.has_footer and self.size.height - 2 >= ROOMY else 0

    @property
    def key_at_cursor(self) -> Key | None:
        """The row under the cursor."""
        at = self.cursor - self.top
        return self.keys[at] if 0 <= at < len(self.keys) else None

    def place(self, height: int, kept: int | None) -> None:
        """New rows: `height` of them, the pinned one now at `kept` (None: gone). Keeps the reader's place."""
        self.height = height
        if not self.is_pinned:
            self.cursor = 0
        elif kept is not None:
            self.top += kept - self.cursor
            self.cursor = kept
        self.repaint()

    def say_empty(self, text: str) -> None:
        """What to say where there are no rows."""
        self._empty = text
        self.repaint()

    def say_excuse(self, text: str) -> None:
        """What to say instead while something leaves all rows out; "" when nothing does."""
        if text != self._excuse:
            self._excuse = text
            self.repaint()

    def repaint(self) -> None:
        """Draw what is in sight and send only the lines that differ from the last frame."""
        before, cursor_before = self._lines, self._cursor_line
        self._draw()
        moved = {self._cursor_line, cursor_before} if self._cursor_line != cursor_before else set()
        lines = enumerate(self._lines)
        changed = [y for y, line in lines if y in moved or y >= len(before) or before[y] != line]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))
        self.post_message(self.Repainted())

    def _draw(self) -> None:
        """Make the lines that are in sight."""
        self.cursor = min(max(0, self.cursor), max(0, self.height - 1))
        self.top = min(self.top, self.cursor, max(0, self.height - self.room))
        self.top = max(0, self.top, self.cursor - self.room + 1)
        width, self._drawn_for = self.size.width, self.size
        rows = self.draw_rows(self.top, min(self.height, self.top + self.room), width) if width and self.room else []
        self.keys = [key for key, _ in rows]
        lines = [self.draw_heading(width), *(line for _, line in rows)]
        if not rows and width:
            lines += [BLANK_LINE, *(((text, "muted"),) for text in fmt.wrap(self._excuse or self._empty, width - 4))]
        lines += [BLANK_LINE] * (self.size.height - self._footers - len(lines))
        lines += [self.draw_footer(width)] * self._footers
        menu = self.draw_menu(width)[: max(0, self.size.height - 1)]
        if menu:
            lines[-len(menu) :] = menu
        cursor_line = self.cursor - self.top + 1 if rows else -1
        if cursor_line >= len(lines) - len(menu):
            cursor_line = -1  # covered
        self._lines, self._cursor_line = lines, cursor_line

    def line(self, y: int) -> Line:
        """The heading or a row, with the cursor's mark."""
        if self._drawn_for != self.size:  # the first paint comes before the news of the size
            self._draw()
        if y >= len(self._lines):
            return BLANK_LINE
        line = self._lines[y]
        if y == 0:
            return line
        return ((f"{self.glyphs.cursor} " if y == self._cursor_line else "  ", "key" if self.has_focus else ""), *line)

    def paint_over(self, y: int) -> str:
        """The cursor lies under its row."""
        if y != self._cursor_line:
            return ""
        return "cursor" if self.has_focus else "cursor-idle"

    def on_resize(self) -> None:
        """More or fewer rows are in sight."""
        if self._drawn_for != self.size:
            self._lines = []
        self.repaint()

    def move_to(self, row: int) -> None:
        """Put the cursor on a row and pin it there."""
        row = min(max(0, row), max(0, self.height - 1))
        upward = row < self.cursor
        self.is_pinned = True
        if row != self.cursor:
            self.cursor = row
            self.repaint()
            self.post_message(self.Moved(upward=upward))

    def action_move(self, rows: int) -> None:
        """A row up or down."""
        self.move_to(self.cursor + rows)

    def action_page(self, pages: float) -> None:
        """Pages up or down; the page scrolls with the cursor."""
        rows = int(pages * max(1, self.room - 1))
        self.top = min(max(0, self.top + rows), max(0, self.height - self.room))
        self.move_to(self.cursor + rows)

    def action_first(self) -> None:
        """To the first row, and stay at the top edge."""
        self.move_to(0)
        self.is_pinned = False

    def action_last(self) -> None:
        """What the last row means, the pane knows."""
        self.post_message(self.LastWanted())

    def go_to_end(self) -> None:
        """To the last row."""
        self.move_to(self.height - 1)

    def go_to_start(self) -> None:
        """To the first row, whatever it will be: not a move of the reader's."""
        self.is_pinned = False
        self.cursor = 0
        self.repaint()

    def action_column(self, step: int) -> None:
        """To another column."""
        self.step_column(step)

    def action_pick(self) -> None:
        """Open the row under the cursor."""
        if (key := self.key_at_cursor) is not None:
            self.is_pinned = True
            self.post_message(self.Picked(key))

    def on_click(self, event: events.Click) -> None:
        """On a row: the cursor goes there, a second click opens it. On a heading: the pane sorts."""
        at = event.get_content_offset(self)
        if at is None:
            return
        if at.y == 0:
            self.post_message(self.HeadingPressed(at.x))
        elif at.y <= self.room and self.top + at.y - 1 < self.height:
            self.move_to(self.top + at.y - 1)
            if event.chain > 1:
                self.action_pick()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor."""
        event.stop()
        self.move_to(self.cursor + WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor; upward, it freezes like a key."""
        event.stop()
        self.move_to(self.cursor - WHEEL)

    def on_focus(self) -> None:
        """The cursor brightens."""
        self._repaint_cursor()

    def on_blur(self) -> None:
        """The cursor dims."""
        self._repaint_cursor()

    def _repaint_cursor(self) -> None:
        if self._cursor_line >= 0:
            self.refresh_line(self._cursor_line)
