"""Pane 1: who talks to whom."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.cache.columns import Grouping, Unit
from tui.cache.view import COLUMNS, Ask, FlowTable, Key
from tui.screen.format import count
from tui.screen.panes.flow_table import FlowRows
from tui.screen.panes.pane import ELSEWHERE, Pane
from tui.screen.widgets.keyline import Keys
from tui.screen.widgets.line_table import LineTable

FIRST_ASK = {
    Grouping.CONVERSATIONS: Ask(Grouping.CONVERSATIONS, "rate", descending=True),
    Grouping.RECORDS: Ask(Grouping.RECORDS, "end", descending=True),
}
# Columns read from A to Z first; of all others the largest or latest is what a reader looks for.
ASCENDING = {Unit.TEXT, Unit.ADDRESS, Unit.PORT, Unit.PROTOCOL}


class FlowsPane(Pane):
    """Conversations by rate, or records as they come; sorted, frozen, opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "sort", id="flows.sort", tooltip="sort by the next column"),
        Binding("S", "reverse", "reverse", id="flows.reverse", tooltip="turn the order round"),
        Binding("a", "regroup", "records", id="flows.group", tooltip="conversations or single records"),
        Binding(
            "space", "toggle_freeze", "freeze", id="flows.freeze", tooltip="freeze or go on; collecting never stops"
        ),
        Binding("escape", "back", "Back", id="flows.back", show=False, tooltip="back: goes on when frozen"),
    ]

    class AskChanged(Message):
        """The reader wants to see something else."""

    class FreezeWanted(Message):
        """The reader began to read; `why` in a few words."""

        def __init__(self, why: str) -> None:
            self.why = why
            super().__init__()

    class GoOnWanted(Message):
        """The reader wants to see what came meanwhile."""

    class NowWanted(Message):
        """The reader wants to return from where in time he is; `is_whole`: all the way to now, else a step."""

        def __init__(self, *, is_whole: bool) -> None:
            self.is_whole = is_whole
            super().__init__()

    class DetailWanted(Message):
        """The reader opened a row."""

        def __init__(self, grouping: Grouping, key: Key, title: str) -> None:
            self.grouping = grouping
            self.key = key
            self.title = title
            super().__init__()

    def __init__(self, *, utc: bool) -> None:
        self.rows = FlowRows(utc=utc)
        super().__init__("1", "Flows", self.rows)
        self._ask = FIRST_ASK[Grouping.CONVERSATIONS]
        self.frozen = ""  # "frozen 14:02:11: scrolled up", or empty
        self.shown = self._ask  # what the rows on the screen answer
        self.when = ""  # "at 13:41, 22 min back", or empty: where in time the reader is

    @property
    def ask(self) -> Ask:
        """What the reader wants to see, and which row to keep."""
        return replace(self._ask, keep=self.rows.key_at_cursor if self.rows.is_pinned else None)

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        other = "conversations" if self._ask.grouping is Grouping.RECORDS else "records"
        freeze = ("G", "go on") if self.frozen else ("space", "freeze")
        return (freeze, ("enter", "detail"), ("s", "sort"), ("S", "reverse"), ("a", other), *ELSEWHERE)

    def show(self, table: FlowTable, ask: Ask) -> bool:
        """Show an answer; False when the reader has moved on since and it must be asked again."""
        mine = self.ask
        if (ask.grouping, ask.sort, ask.descending) != (mine.grouping, mine.sort, mine.descending):
            return False
        kept = table.kept
        if mine.keep is not None and ask.keep != mine.keep:
            kept = self.rows.find(table, mine.keep)
            if kept is None:
                return False
        self.rows.show(table, kept)
        self.shown = ask
        return True

    def say_frozen(self, frozen: str) -> None:
        """Tell beside the title that the rows stand still, and why."""
        self.frozen = frozen
        self.tell_place()

    def say_when(self, when: str) -> None:
        """Tell beside the title where in time the reader is."""
        if when != self.when:
            self.when = when
            self.tell_place()

    @on(LineTable.Repainted)
    def tell_place(self) -> None:
        """Say on the edge which rows are in sight, of how many, in which order."""
        table = self.rows.table
        note = f" {self.rows.glyphs.dot} ".join(part for part in (self.when, self.frozen) if part)
        if table is None:
            self.rule.say(note)
            return
        marks = self.rows.glyphs
        first, last = self.rows.top + 1, min(table.height, self.rows.top + self.rows.room)
        heading = next(column.heading for column in table.columns if column.key == table.sort)
        order = marks.down if table.descending else marks.up
        span = f"{count(first)}-{count(last)} of " if last >= first else ""
        least = f"{marks.least} " if table.is_partial else ""
        what = f"{least}{count(table.total)} {table.grouping.value}"
        if table.total > table.height:
            what = f"the first {count(table.height)} of {what}"
        by = f"by {heading} {order}"
        self.rule.say(note, f"{span}{what} {by}", f"{span}{least}{count(table.total)} {by}", by)

    @on(LineTable.Moved)
    def on_moved(self, event: LineTable.Moved) -> None:
        """Scrolling up is reading: hold still."""
        if event.upward:
            self.post_message(self.FreezeWanted("scrolled up"))

    @on(LineTable.LastWanted)
    def on_last_wanted(self) -> None:
        """Frozen: go on, and among records to the newest. Moving: to the last row."""
        if not (self.frozen or self.when):
            self.rows.go_to_end()
            return
        self.post_message(self.NowWanted(is_whole=True))
        if self._is_newest_first:
            self.rows.go_to_start()

    @on(LineTable.Picked)
    def on_picked(self, event: LineTable.Picked) -> None:
        """Opening a row is reading: hold still, and show what is behind it."""
        self.post_message(self.FreezeWanted("opened a row"))
        self.post_message(self.DetailWanted(self._ask.grouping, event.key, self.rows.title_at_cursor()))

    @on(LineTable.HeadingPressed)
    def on_heading_pressed(self, event: LineTable.HeadingPressed) -> None:
        """A click on a heading sorts by it, a second click turns the order round."""
        column = self.rows.column_at(event.x)
        if column is not None:
            self.sort_by(column.key)

    @property
    def _is_newest_first(self) -> bool:
        return self._ask.grouping is Grouping.RECORDS and self._ask.sort in {"end", "start"} and self._ask.descending

    def sort_by(self, key: str) -> None:
        """Sort by a column; by the sorted one again turns the order round."""
        if key == self._ask.sort:
            self.action_reverse()
            return
        unit = next(column.unit for column in COLUMNS[self._ask.grouping] if column.key == key)
        self._change(replace(self._ask, sort=key, descending=unit not in ASCENDING))

    def action_sort(self) -> None:
        """Sort by the next column."""
        keys = [column.key for column in COLUMNS[self._ask.grouping]]
        self.sort_by(keys[(keys.index(self._ask.sort) + 1) % len(keys)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._change(replace(self._ask, descending=not self._ask.descending))

    def action_regroup(self) -> None:
        """Conversations or records."""
        here = self._ask.grouping
        other = Grouping.CONVERSATIONS if here is Grouping.RECORDS else Grouping.RECORDS
        self.rows.is_pinned = False
        self._change(FIRST_ASK[other])

    def _change(self, ask: Ask) -> None:
        self._ask = ask
        self.post_message(self.AskChanged())

    def action_toggle_freeze(self) -> None:
        """Freeze or go on."""
        self.post_message(self.GoOnWanted() if self.frozen else self.FreezeWanted(""))

    def action_back(self) -> None:
        """A step back: from a moment travelled to, from standing still, from a span."""
        self.post_message(self.NowWanted(is_whole=False))
