"""The rows of the Flows pane: draws a FlowTable of any grouping, knows its columns and the reader's place among them."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.cache.columns import Column, Grouping
from tui.cache.view import COLUMNS, FlowTable, Key, Row
from tui.screen.names import Words
from tui.screen.panes.cell import Look
from tui.screen.panes.column import FLEXIBLE, Place, arrange, leads
from tui.screen.panes.flow_line import ACROSS, Reading, heading_line, totals_line
from tui.screen.panes.groupings import BY_KEY, menu_lines
from tui.screen.widgets.drawn import BLANK_LINE, Line
from tui.screen.widgets.line_table import LineTable

# How far around the cursor a row is looked for when an answer was made for another one.
NEAR = 200


class FlowRows(LineTable):
    """The rows. `hidden` are columns that are asked for to tell the others by, and not shown themselves."""

    class GroupingChosen(Message):
        """The reader wants this one."""

        def __init__(self, grouping: Grouping) -> None:
            self.grouping = grouping
            super().__init__()

    def __init__(self, *, utc: bool) -> None:
        super().__init__()
        self.table: FlowTable | None = None
        self.column = 0  # the column cursor, an index into the table's columns
        self.hidden: frozenset[str] = frozenset()
        self.words = Words()
        self.is_choosing = False  # by what to group
        self._utc = utc
        self._reading = Reading(COLUMNS[Grouping.CONVERSATIONS])
        self._is_own_side = False
        self._needs: dict[str, int] = {}
        self._places: tuple[Place, ...] = ()
        self._arranged_for: tuple[object, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns there are, in sight or not."""
        return self.table.columns if self.table else COLUMNS[Grouping.CONVERSATIONS]

    @property
    def look(self) -> Look:
        """How to write."""
        return Look(self.glyphs, self._utc, self.words)

    def show(self, table: FlowTable, kept: int | None) -> None:
        """Show this answer; the pinned row is at `kept` in it."""
        before = self.table
        if before is None or before.grouping is not table.grouping:
            self._needs = {}
            self.column = self._first_column(table.columns)
        elif before.columns != table.columns:
            self._needs = {}
            key = before.columns[self.column].key
            same = (at for at, column in enumerate(table.columns) if column.key == key and key not in self.hidden)
            self.column = next(same, self._first_column(table.columns))
        own_side = table.grouping is Grouping.RECORDS and table.sort not in ACROSS
        self._reading = Reading(table.columns, own_side=own_side)
        self.table = table
        self.place(table.height, kept)

    def _first_column(self, columns: tuple[Column, ...]) -> int:
        """Where the column cursor stands at first: on what leads the row."""
        shown = [(at, column) for at, column in enumerate(columns) if column.key not in self.hidden]
        return next((at for at, column in shown if leads(column)), shown[0][0] if shown else 0)

    def rename(self) -> None:
        """Names, or the way to write them, have changed."""
        self._needs = {}
        self.repaint()

    def find(self, table: FlowTable, key: Key) -> int | None:
        """Where a row is in another answer, if it is near the place of the cursor."""
        first = max(0, self.cursor - NEAR)
        rows = table.rows(first, self.cursor + NEAR)
        return next((first + at for at, row in enumerate(rows) if row.key == key), None)

    def draw_rows(self, first: int, last: int, width: int) -> list[tuple[Key, Line]]:
        """The rows in sight; what is in them tells how wide their columns would like to be."""
        if self.table is None:
            return []
        rows, look = self.table.rows(first, last), self.look
        self.words.turn()
        self._is_own_side = any(self._reading.direction(row, look) for row in rows)
        self._measure(rows, look)
        self._arrange(width)
        return [(row.key, self._reading.line(row, self._places, look)) for row in rows]

    def draw_heading(self, width: int) -> Line:
        """The headings, the sorted one marked."""
        if self.table is None:
            return ()
        self._arrange(width)
        marks, at, table = self.glyphs, self.column, self.table
        return heading_line(
            self._places, table.sort, descending=table.descending, at=at, marks=marks, own_side=self._is_own_side
        )

    def draw_footer(self, width: int) -> Line:
        """The totals of all rows, once they are told."""
        if self.table is None or not self.table.totals.rows:
            return BLANK_LINE
        return totals_line(self.table.totals, self.table.grouping.value, width, self.glyphs)

    def draw_menu(self, width: int) -> list[Line]:
        """The groupings there are, while the reader chooses one."""
        if not self.is_choosing:
            return []
        grouping = self.table.grouping if self.table else Grouping.CONVERSATIONS
        return menu_lines(grouping, width, self.glyphs.line)

    def choose(self) -> None:
        """Let the reader choose a grouping by its key."""
        self.is_choosing = True
        self.repaint()

    def on_key(self, event: events.Key) -> None:
        """While the reader chooses: the key of a grouping takes it, Esc and the same key close, any other does what it does."""
        if not self.is_choosing:
            if event.key == "a":  # at once: by way of the binding, a key typed right after it would come first
                event.stop()
                self.choose()
            return
        self.is_choosing = False
        self.repaint()
        if event.key in {"escape", "a"}:
            event.stop()
        elif event.character in BY_KEY:
            event.stop()
            self.post_message(self.GroupingChosen(BY_KEY[event.character]))

    def on_blur(self) -> None:
        """Who leaves does not choose."""
        if self.is_choosing:
            self.is_choosing = False
            self.repaint()

    @property
    def has_footer(self) -> bool:
        """Totals stand under the rows once they are told."""
        return self.table is not None and self.table.totals.rows > 0

    def _measure(self, rows: list[Row], look: Look) -> None:
        """Widths follow the content upwards only, so that nothing jitters."""
        for column in self.columns:
            if column.key not in self.hidden and (column.unit in FLEXIBLE or leads(column)):
                need = max((self._reading.need(row, column, look) for row in rows), default=0)
                self._needs[column.key] = max(self._needs.get(column.key, 0), need)

    def _arrange(self, width: int) -> None:
        assert self.table is not None
        must = {self.table.sort, self.columns[self.column].key} - self.hidden
        asked = (width, self.table.columns, self.hidden, *sorted(must), *sorted(self._needs.items()))
        if asked != self._arranged_for:
            self._arranged_for = asked
            self._places = arrange(self.table.columns, width, self._needs, must, self.hidden)

    def on_resize(self) -> None:
        """Columns are chosen anew for the width."""
        self._needs = {}
        super().on_resize()

    def step_column(self, step: int) -> None:
        """Move the column cursor; a column that did not fit comes into sight under it."""
        shown = [at for at, column in enumerate(self.columns) if column.key not in self.hidden]
        if self.column in shown:
            self.column = shown[min(max(0, shown.index(self.column) + step), len(shown) - 1)]
            self.repaint()

    def column_at(self, x: int) -> Column | None:
        """The column under a cell of the line."""
        return next((place.column for place in self._places if place.x <= x < place.x + place.width), None)

    def row_at_cursor(self) -> Row | None:
        """The row under the cursor."""
        rows = self.table.rows(self.cursor, self.cursor + 1) if self.table else []
        return rows[0] if rows else None

    def cell_at_cursor(self) -> tuple[Column, object] | None:
        """The column and the value that a reader sees under the cursor: of a record told from its own side, the other address."""
        row = self.row_at_cursor()
        if row is None:
            return None
        at = self._reading.at_cursor(row, self.column, self.look)
        return self.columns[at], row.values[at]

    def texts_at_cursor(self) -> tuple[str, str]:
        """The value under the cursor and the whole row, tab separated, for the clipboard."""
        row = self.row_at_cursor()
        if row is None:
            return "", ""
        shown = [at for at, column in enumerate(self.columns) if column.key not in self.hidden]
        at = self._reading.at_cursor(row, self.column, self.look)
        return self._reading.copy_text(row, at), "\t".join(self._reading.copy_text(row, at) for at in shown)

    def title_at_cursor(self) -> str:
        """What the row is, for the title of what is opened from it."""
        row = self.row_at_cursor()
        return self._reading.title(row, self.look) if row is not None else ""
