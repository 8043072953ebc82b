"""The rows of the Flows pane: draws a FlowTable, knows its columns and the reader's place among them."""

from __future__ import annotations

from tui.cache.columns import Column, Grouping, Unit
from tui.cache.view import COLUMNS, FlowTable, Key, Row
from tui.screen.panes.column import Place, arrange
from tui.screen.panes.flow_line import Look, address_need, copy_text, heading_line, ports_of, row_line, talk
from tui.screen.widgets.drawn import Line
from tui.screen.widgets.line_table import LineTable

# How far around the cursor a row is looked for when an answer was made for another one.
NEAR = 200


class FlowRows(LineTable):
    """Conversations or records."""

    def __init__(self, *, utc: bool) -> None:
        super().__init__()
        self.table: FlowTable | None = None
        self.column = 0  # the column cursor, an index into the table's columns
        self._utc = utc
        self._needs: dict[str, int] = {}
        self._places: tuple[Place, ...] = ()
        self._arranged_for: tuple[object, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns there are, shown or not."""
        return self.table.columns if self.table else COLUMNS[Grouping.CONVERSATIONS]

    @property
    def look(self) -> Look:
        """How to write."""
        return Look(self.glyphs, self._utc)

    def show(self, table: FlowTable, kept: int | None) -> None:
        """Show this answer; the pinned row is at `kept` in it."""
        if self.table is None or self.table.grouping is not table.grouping:
            self._needs = {}
            self.column = next(at for at, column in enumerate(table.columns) if column.key == "srcaddr")
        self.table = table
        self.place(table.height, kept)

    def find(self, table: FlowTable, key: Key) -> int | None:
        """Where a row is in another answer, if it is near the place of the cursor."""
        first = max(0, self.cursor - NEAR)
        rows = table.rows(first, self.cursor + NEAR)
        return next((first + at for at, row in enumerate(rows) if row.key == key), None)

    def draw_rows(self, first: int, last: int, width: int) -> list[tuple[Key, Line]]:
        """The rows in sight; addresses in them tell how wide their columns would like to be."""
        if self.table is None:
            return []
        rows = self.table.rows(first, last)
        self._measure(rows)
        self._arrange(width)
        look, grouping = self.look, self.table.grouping
        return [(row.key, row_line(row, self._places, grouping, look)) for row in rows]

    def draw_heading(self, width: int) -> Line:
        """The headings, the sorted one marked."""
        if self.table is None:
            return ()
        self._arrange(width)
        marks = self.glyphs
        at = self.column
        return heading_line(self._places, self.table.sort, descending=self.table.descending, at=at, marks=marks)

    def _measure(self, rows: list[Row]) -> None:
        """Widths follow the content upwards only, so that nothing jitters."""
        assert self.table is not None
        for at, column in enumerate(self.table.columns):
            if column.unit is Unit.ADDRESS:
                side = 0 if column.key == "srcaddr" else 1
                need = max(
                    (address_need(row.values[at], ports_of(row, self.table.grouping)[side]) for row in rows), default=0
                )
                self._needs[column.key] = max(self._needs.get(column.key, 0), need)

    def _arrange(self, width: int) -> None:
        assert self.table is not None
        must = {self.table.sort, self.columns[self.column].key}
        asked = (width, self.table.grouping, *sorted(must), *sorted(self._needs.items()))
        if asked != self._arranged_for:
            self._arranged_for = asked
            self._places = arrange(self.table.columns, width, self._needs, must)

    def on_resize(self) -> None:
        """Columns are chosen anew for the width."""
        self._needs = {}
        super().on_resize()

    def step_column(self, step: int) -> None:
        """Move the column cursor; a hidden column comes into sight under it."""
        self.column = min(max(0, self.column + step), len(self.columns) - 1)
        self.repaint()

    def column_at(self, x: int) -> Column | None:
        """The column under a cell of the line."""
        return next((place.column for place in self._places if place.x <= x < place.x + place.width), None)

    def row_at_cursor(self) -> Row | None:
        """The row under the cursor."""
        rows = self.table.rows(self.cursor, self.cursor + 1) if self.table else []
        return rows[0] if rows else None

    def texts_at_cursor(self) -> tuple[str, str]:
        """The value under the cursor and the whole row, tab separated, for the clipboard."""
        row = self.row_at_cursor()
        if row is None:
            return "", ""
        return copy_text(row, self.column), "\t".join(copy_text(row, at) for at in range(len(row.values)))

    def title_at_cursor(self) -> str:
        """Who talks to whom, for the title of the row's detail."""
        row = self.row_at_cursor()
        return talk(row, self.table.grouping, self.look) if row is not None and self.table is not None else ""
