"""The rows of the Endpoints pane, with the reader's place among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cache.view import Key
from tui.screen import format as fmt
from tui.screen.widgets.drawn import BLANK_LINE, Line
from tui.screen.widgets.line_table import LineTable

if TYPE_CHECKING:
    from tui.cache.carriage import EndpointTable
    from tui.screen.panes.endpoint_entry import Entry
    from tui.screen.panes.endpoint_line import Places
    from tui.screen.panes.endpoint_style import Style


class EndpointRows(LineTable):
    """Entries, a line each; `sort` is by what, of tui.screen.panes.endpoint_entry.SORTS."""

    def __init__(self, *, utc: bool, price: float) -> None:
        super().__init__()
        self.table: EndpointTable | None = None
        self.sort = "worst"
        self.is_reversed = False
        self._utc = utc
        self._price = price
        self._entries: list[Entry] = []
        self._need = 0
        self._labels: dict[str, str] = {}

    @property
    def style_now(self) -> Style:
        """How to write."""
        from tui.screen.panes.endpoint_style import Style

        return Style(self.glyphs, self._utc, self._price)

    def show(self, table: EndpointTable) -> None:
        """Show this answer; the reader stays on the entry under the cursor."""
        self.table = table
        self._lay_out()

    def _lay_out(self) -> None:
        table = self.table
        if table is None:
            return
        from tui.screen.panes.endpoint_entry import entries_of, key_of, labels_of, service_of
        from tui.screen.panes.endpoint_line import NARROW
        from tui.screen.panes.endpoint_style import severity_of

        key = self.key_at_cursor
        self._labels = labels_of(table)
        self._need = max(
            (fmt.cells(f"{service_of(row)} {self._labels[row.endpoint.id]}".rstrip()) for row in table.rows), default=0
        )
        self._entries = entries_of(
            table,
            self.sort,
            lambda row: severity_of(row, table),
            reverse=self.is_reversed,
            tall=0 < self.size.width < NARROW,
        )
        kept = next((at for at, entry in enumerate(self._entries) if key == key_of(entry)), None)
        self.place(len(self._entries), kept)

    def sort_by(self, sort: str, *, is_reversed: bool = False) -> None:
        """Another order."""
        self.sort, self.is_reversed = sort, is_reversed
        self._lay_out()

    @property
    def entry(self) -> Entry | None:
        """What is under the cursor."""
        return self._entries[self.cursor] if self.cursor < len(self._entries) else None

    @property
    def endpoint_ids(self) -> tuple[str, ...]:
        """The endpoints in the order of their rows."""
        from tui.screen.panes.endpoint_entry import endpoint_of

        return tuple(dict.fromkeys(found for entry in self._entries if (found := endpoint_of(entry))))

    def go_to(self, endpoint_id: str) -> None:
        """Put the cursor on the first row of an endpoint, and keep it there."""
        from tui.screen.panes.endpoint_entry import endpoint_of

        at = next((at for at, entry in enumerate(self._entries) if endpoint_of(entry) == endpoint_id), None)
        if at is not None:
            self.move_to(at)

    def entry_of(self, key: Key) -> Entry | None:
        """The entry that has a key, if it is still there."""
        from tui.screen.panes.endpoint_entry import key_of

        return next((entry for entry in self._entries if key_of(entry) == key), None)

    def draw_heading(self, width: int) -> Line:
        """The headings."""
        if not self._entries:
            return BLANK_LINE
        from tui.screen.panes.endpoint_line import heading_line

        return heading_line(self._places(width))

    def draw_rows(self, first: int, last: int, width: int) -> list[tuple[Key, Line]]:
        """The entries in sight."""
        if self.table is None or not self._entries:
            return []
        from tui.screen.panes.endpoint_entry import key_of
        from tui.screen.panes.endpoint_line import entry_line

        places, style, table = self._places(width), self.style_now, self.table
        return [(key_of(entry), entry_line(entry, table, places, style)) for entry in self._entries[first:last]]

    def _places(self, width: int) -> Places:
        from tui.screen.panes.endpoint_line import arrange

        return arrange(width, self._need, self._labels)

    @property
    def has_footer(self) -> bool:
        """What is the matter with the entry under the cursor is told under the rows."""
        return bool(self._entries)

    def draw_footer(self, width: int) -> Line:
        """The worst signal of what is under the cursor."""
        entry = self.entry
        if entry is None or self.table is None or not self.has_focus:
            return BLANK_LINE
        from tui.screen.panes.endpoint_said import said_of

        return ((fmt.end(said_of(entry, self.table, self.style_now), width - 2, self.glyphs.ellipsis), "muted"),)

    def step_column(self, step: int) -> None:
        """There is nothing to be done with a column."""

    def on_resize(self) -> None:
        """A bypass may take one line now, or two."""
        self._lay_out()
        super().on_resize()

    def on_focus(self) -> None:
        """From now on the cursor stays on its entry."""
        self.is_pinned = True
        self.repaint()

    def on_blur(self) -> None:
        """What is read is not told."""
        self.repaint()
