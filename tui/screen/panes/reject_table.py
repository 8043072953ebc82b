"""The rows of the Rejects pane: entries of one line or two, in sections, with the reader's place among them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from tui.cache.view import Key
from tui.screen.names import Words
from tui.screen.panes.cell import Look
from tui.screen.panes.reject_line import (
    ONE_LINE,
    footer_line,
    heading_of,
    noise_line,
    quiet_line,
    row_lines,
    served_line,
    stale_line,
)
from tui.screen.widgets.drawn import BLANK_LINE, Line
from tui.screen.widgets.line_table import LineTable

if TYPE_CHECKING:
    from tui.cache.rejected import RejectKey, RejectRow, RejectTable

NOISE: Key = ("noise",)
STALE: Key = ("stale",)
QUIET: Key = ("quiet",)
SERVED = "served"  # and which
Entry: TypeAlias = "RejectRow | Key"  # a row, or the line of a section
# Flow logs come up to a quarter of an hour after the traffic.
LATE = 900
MOST_SEEN = 20_000


class RejectRows(LineTable):
    """Entries; `cursor` is the first line of one. `looked` is the newest moment of what the reader last looked at."""

    def __init__(self, words: Words, *, utc: bool) -> None:
        super().__init__()
        self.table: RejectTable | None = None
        self.looked: int | None = None
        self._seen: frozenset[RejectKey] = frozenset()
        self._words = words
        self._utc = utc
        self._entries: list[Entry] = []
        self._starts: list[int] = []

    @property
    def look(self) -> Look:
        """How to write."""
        return Look(self.glyphs, self._utc, self._words)

    @property
    def is_tall(self) -> bool:
        """Whether a row takes two lines."""
        return self.size.width - 2 < ONE_LINE

    def show(self, table: RejectTable) -> None:
        """Show this answer; the pinned entry stays under the cursor."""
        key = self.key_at_cursor
        self.table = table
        self._entries = entries_of(table)
        self._lay_out(key)

    def _lay_out(self, key: Key | None) -> None:
        """Give each entry its lines, and find the one under the cursor again."""
        tall = 2 if self.is_tall else 1
        self._starts, at, kept = [], 0, None
        for entry in self._entries:
            self._starts.append(at)
            if key is not None and key_of(entry) == key:
                kept = at
            at += 1 if isinstance(entry, tuple) else tall
        if kept is None:
            self.cursor = self._start_at(self.cursor)
        self.place(at, kept)

    def _start_at(self, line: int) -> int:
        """The first line of the entry that a line is of."""
        return self._starts[max(0, bisect_right(self._starts, line) - 1)] if self._starts else 0

    @property
    def fresh(self) -> int:
        """How many rows the reader has not looked at."""
        rows = self.table.rows if self.table else ()
        return sum(self.is_new(row) for row in rows)

    def is_new(self, row: RejectRow) -> bool:
        """Whether a row of the reader's own came after he last looked.

        What a filter had left out is not new, and what was sent long before is only late.
        """
        from tui.cache.rejected import Section

        if self.looked is None or row.section is Section.NOISE or row.key in self._seen:
            return False
        return row.first is not None and row.first > self.looked - LATE

    def look_away(self) -> None:
        """What is here by now has been looked at."""
        if self.table is not None:
            self.looked = max(self.looked or 0, self.table.newest)
            self._seen = (self._seen if len(self._seen) < MOST_SEEN else frozenset()) | self.table.keys
            self.repaint()

    def draw_heading(self, width: int) -> Line:
        """The headings."""
        if self.table is None or not self._entries:
            return ()
        return heading_of(width, self.glyphs, self.table.order, is_upward=self.table.is_upward)

    def draw_rows(self, first: int, last: int, width: int) -> list[tuple[Key, Line]]:
        """The lines in sight."""
        table, look = self.table, self.look
        if table is None or not self._entries:
            return []
        drawn: list[tuple[Key, Line]] = []
        place = max(0, bisect_right(self._starts, first) - 1)
        skipped = first - self._starts[place]
        for entry in self._entries[place:]:
            if len(drawn) >= last - first + skipped:
                break
            drawn += [(key_of(entry), line) for line in self._lines_of(entry, table, width, look)]
        return drawn[skipped : skipped + last - first]

    @property
    def has_footer(self) -> bool:
        """What is below is told while it is out of sight."""
        below = self.table is not None and bool(self.table.noise.count or self.table.stale.count)
        return below and self.height > self.size.height - 1

    def draw_footer(self, width: int) -> Line:
        """The noise and what is stale, in one line."""
        return footer_line(self.table, width, self.look) if self.table else BLANK_LINE

    def _lines_of(self, entry: Entry, table: RejectTable, width: int, look: Look) -> Sequence[Line]:
        if not isinstance(entry, tuple):
            return row_lines(entry, width, look, is_new=self.is_new(entry), is_judged=table.is_judged)
        if entry[0] == SERVED:
            return [served_line(table.served[int(str(entry[1]))], width, look)]
        if entry == NOISE:
            return [noise_line(table, width, look)]
        return [stale_line(table.stale, look.glyphs) if entry == STALE else quiet_line(table, look)]

    def repaint(self) -> None:
        """As any table; a row of two lines is in sight with both."""
        before = self._cursor_line
        if self._starts:
            self.cursor = self._start_at(min(self.cursor, self.height - 1))
            self.top = max(self.top, self.cursor + self._lines_at_cursor - self.room)
        super().repaint()
        if self._cursor_line != before and self.is_tall:
            for line in (before, self._cursor_line):
                if line >= 0 and line + 1 < self.size.height:
                    self.refresh_line(line + 1)

    @property
    def _lines_at_cursor(self) -> int:
        return 2 if self.is_tall and self.row is not None else 1

    def line(self, y: int) -> Line:
        """As any table; the cursor is seen only by who is here: the flows beside have one of their own."""
        if y == self._cursor_line and not self.has_focus:
            return (("  ", ""), *self._lines[y])
        return super().line(y)

    def paint_over(self, y: int) -> str:
        """The cursor lies under all lines of its row."""
        if not self.has_focus:
            return ""
        if y == self._cursor_line + 1 and self._cursor_line >= 0 and self._lines_at_cursor > 1:
            return super().paint_over(self._cursor_line)
        return super().paint_over(y)

    def _repaint_cursor(self) -> None:
        super()._repaint_cursor()
        if self._cursor_line >= 0 and self._lines_at_cursor > 1:
            self.refresh_line(self._cursor_line + 1)

    def on_resize(self) -> None:
        """Rows may take one line now, or two."""
        self._lay_out(self.key_at_cursor)
        super().on_resize()

    def action_move(self, rows: int) -> None:
        """An entry up or down."""
        if self._starts:
            at = bisect_right(self._starts, self.cursor) - 1 + rows
            self.move_to(self._starts[min(max(0, at), len(self._starts) - 1)])

    def move_to(self, row: int) -> None:
        """To the entry that this line is of."""
        super().move_to(self._start_at(max(0, row)))

    def step_column(self, step: int) -> None:
        """There are no columns to move among."""

    @property
    def entry(self) -> Entry | None:
        """What is under the cursor."""
        return self._entries[max(0, bisect_right(self._starts, self.cursor) - 1)] if self._starts else None

    @property
    def row(self) -> RejectRow | None:
        """The row under the cursor, if it is one."""
        entry = self.entry
        return None if isinstance(entry, tuple) else entry


def key_of(entry: Entry) -> Key:
    """What an entry is found again by."""
    return entry if isinstance(entry, tuple) else entry.key


def entries_of(table: RejectTable) -> list[Entry]:
    """The reader's own rows, the noise, and what is stale; where there is nothing of his own, a line that says so."""
    from tui.cache.rejected import Section

    by = {section: [row for row in table.rows if row.section is section] for section in Section}
    if not (by[Section.MINE] or by[Section.STALE] or table.noise.count):
        return []
    entries: list[Entry] = [*by[Section.MINE]] or [QUIET]
    if table.noise.count:
        entries += [(SERVED, at) for at in range(len(table.served))]
        entries += [NOISE, *by[Section.NOISE]]
    if by[Section.STALE]:
        entries += [STALE, *by[Section.STALE]]
    return entries
