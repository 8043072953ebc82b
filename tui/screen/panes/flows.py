"""Pane 1: who talks to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textual import on
from textual.widget import Widget

from tui.cache.columns import SHAPES, Column, Grouping, Unit
from tui.cache.view import NO_NAMES, Ask, FlowTable, Key
from tui.screen.format import count
from tui.screen.names import Known
from tui.screen.panes.chosen import Chosen
from tui.screen.panes.flow_table import FlowRows
from tui.screen.panes.flow_wishes import Wishes
from tui.screen.panes.narrowing import SINGLE
from tui.screen.panes.pane import ELSEWHERE
from tui.screen.widgets.chips import Chips
from tui.screen.widgets.keyline import Keys
from tui.screen.widgets.line_table import LineTable

# Columns read from A to Z first; of all others the largest or latest is what a reader looks for.
ASCENDING = {Unit.TEXT, Unit.ADDRESS, Unit.PORT, Unit.PROTOCOL}


def first_ask(grouping: Grouping) -> Ask:
    """What is asked of a grouping at first."""
    shape = SHAPES[grouping]
    return Ask(grouping, shape.sort, shape.descending)


class FlowsPane(Wishes):
    """Flows by any grouping; sorted, narrowed, frozen, opened."""

    def __init__(self, *, utc: bool, chosen: Chosen | None = None) -> None:
        self.rows = FlowRows(utc=utc)
        self.chips = Chips()
        super().__init__("1", "Flows", self.rows)
        self.chosen = chosen or Chosen()
        self._ask = first_ask(Grouping.CONVERSATIONS)
        # What was asked, what was opened, and the filter there was, on the way here.
        self._trail: list[tuple[Ask, Key | None, str]] = []
        self.frozen = ""  # "frozen 14:02:11: scrolled up", or empty
        self.shown = self._ask  # what the rows on the screen answer
        self.when = ""  # "at 13:41, 22 min back", or empty: where in time the reader is

    def compose(self) -> Iterator[Widget]:
        """The filter's parts stand between edge and rows."""
        yield from (self.rule, self.chips, self.body)

    @property
    def ask(self) -> Ask:
        """What the reader wants to see, and which row to keep."""
        keep = self.rows.key_at_cursor if self.rows.is_pinned else None
        # A key of another grouping tells nothing of this one.
        table = self.rows.table
        keep = keep if table is not None and table.grouping is self._ask.grouping else self._ask.keep
        names = self.rows.words.known or NO_NAMES
        return replace(self._ask, keep=keep, columns=self.chosen.wanted(self._ask.grouping), names=names)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns to show, in their order."""
        return self.chosen.shown(self._ask.grouping)

    @property
    def depth(self) -> int:
        """How many steps lead back from here."""
        return len(self._trail)

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        freeze = ("G", "go on") if self.frozen else ("space", "freeze")
        opens = ("enter", "detail" if self._ask.grouping in SINGLE else "its flows")
        back = (("esc", "back"),) if self._trail and not self.frozen else ()
        most = (freeze, *back, opens, ("/", "filter"), ("a", "group"), ("s", "sort"), ("S", "reverse"))
        return (*most, ("e", "explain"), ("o", "columns"), ("n", "names"), *ELSEWHERE)

    def show(self, table: FlowTable, ask: Ask) -> bool:
        """Show an answer; False when the reader has moved on since and it must be asked again."""
        mine = self.ask
        if any(getattr(ask, name) != getattr(mine, name) for name in ("grouping", "sort", "descending", "columns")):
            return False
        self.rows.hidden = frozenset(mine.columns) - {column.key for column in self.columns}
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

    @property
    def note(self) -> str:
        """Where in time the reader is, and that the rows stand still."""
        return f" {self.rows.glyphs.dot} ".join(part for part in (self.when, self.frozen) if part)

    @on(LineTable.Repainted)
    def tell_place(self) -> None:
        """Say on the edge which rows are in sight, of how many, in which order."""
        table, note = self.rows.table, self.note
        if table is None:
            self.rule.say(note)
            return
        marks = self.rows.glyphs
        first, last = self.rows.top + 1, min(table.height, self.rows.top + self.rows.room)
        heading = next((column.heading for column in table.columns if column.key == table.sort), table.sort)
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
        """Opening a single flow is reading: hold still, and show what is behind it. Opening a group shows its flows."""
        from tui.screen.panes.owning import filter_of_row

        grouping = self._shown_grouping
        if grouping in SINGLE:
            self.post_message(self.FreezeWanted("opened a row"))
            self.post_message(self.DetailWanted(grouping, event.key, self.rows.title_at_cursor()))
        elif text := filter_of_row(grouping, event.key, self.rows.words.known):
            self.post_message(self.FilterWanted(text))
        else:
            self.notify("No filter tells the records of this row from the others.", timeout=4)

    def action_explain(self) -> None:
        """Why the flow under the cursor was refused, or let through; asking is reading: hold still."""
        if (key := self.rows.key_at_cursor) is not None:
            self.rows.is_pinned = True
            self.post_message(self.FreezeWanted("opened a row"))
            self.post_message(self.ExplanationWanted(self._shown_grouping, key, self.rows.title_at_cursor()))

    @on(LineTable.HeadingPressed)
    def on_heading_pressed(self, event: LineTable.HeadingPressed) -> None:
        """A click on a heading sorts by it, a second click turns the order round."""
        column = self.rows.column_at(event.x)
        if column is not None:
            self.sort_by(column.key)

    @property
    def _shown_grouping(self) -> Grouping:
        """What the rows on the screen stand for: the answer to another grouping may still be on its way."""
        return self._ask.grouping if self.rows.table is None else self.rows.table.grouping

    @property
    def _is_newest_first(self) -> bool:
        return self._ask.grouping is Grouping.RECORDS and self._ask.sort in {"end", "start"} and self._ask.descending

    def sort_by(self, key: str) -> None:
        """Sort by a column; by the sorted one again turns the order round."""
        if key == self._ask.sort:
            self.action_reverse()
            return
        unit = next((column.unit for column in self.columns if column.key == key), Unit.TEXT)
        self._change(replace(self._ask, sort=key, descending=unit not in ASCENDING))

    def action_sort(self) -> None:
        """Sort by the next column."""
        keys = [column.key for column in self.columns]
        at = keys.index(self._ask.sort) if self._ask.sort in keys else -1
        self.sort_by(keys[(at + 1) % len(keys)])

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._change(replace(self._ask, descending=not self._ask.descending))

    def action_choose_grouping(self) -> None:
        """Ask by what to group."""
        self.rows.choose()

    def action_choose_columns(self) -> None:
        """Ask which columns to show."""
        self.post_message(self.ColumnsWanted())

    @on(FlowRows.GroupingChosen)
    def on_grouping_chosen(self, event: FlowRows.GroupingChosen) -> None:
        """Take it."""
        self.group_by(event.grouping)

    def group_by(self, grouping: Grouping) -> None:
        """Show the same flows by another grouping."""
        if grouping is not self._ask.grouping:
            self._begin(first_ask(grouping))

    def take_columns(self, keys: tuple[str, ...]) -> bool:
        """Show these columns, () for the grouping's own; False when they could not be written down."""
        is_kept = self.chosen.choose(self._ask.grouping, keys)
        shown = {column.key for column in self.columns}
        sort = self._ask.sort
        if sort not in shown:
            first = SHAPES[self._ask.grouping].sort
            sort = first if first in shown else self.columns[0].key
        self._change(replace(self._ask, sort=sort))
        return is_kept

    def narrow(self, before: str) -> None:
        """Show the conversations behind a row; back leads to where the reader is now, under the filter there was."""
        self._trail.append((self._ask, self.rows.key_at_cursor, before))
        self._begin(first_ask(Grouping.CONVERSATIONS))

    def _begin(self, ask: Ask) -> None:
        """Ask for other rows, of which none is under the cursor yet."""
        self.rows.is_pinned = False
        self._change(ask)

    def know(self, known: Known) -> None:
        """Names have come, or are others now."""
        self.rows.words.learn(known)
        self.rows.rename()
        self.post_message(self.AskChanged())

    def action_next_style(self) -> None:
        """Names, ids, or both."""
        words = self.rows.words
        words.style = words.style.next
        self.rows.rename()
        self.notify(
            f"Shown: {words.style.value}" + ("" if words.known else "; no inventory tells names yet"), timeout=3
        )
        self.post_message(self.AskChanged())

    def _change(self, ask: Ask) -> None:
        self._ask = ask
        self.post_message(self.AskChanged())

    def action_toggle_freeze(self) -> None:
        """Freeze or go on."""
        self.post_message(self.GoOnWanted() if self.frozen else self.FreezeWanted(""))

    def action_back(self) -> None:
        """A step back: from a moment travelled to, from standing still, from a span; else to the group that was opened."""
        if self._trail and not self.frozen and not self.when:
            ask, key, before = self._trail.pop()
            self.post_message(self.FilterLeft(before))
            self._begin(replace(ask, keep=key))
            self.rows.is_pinned = key is not None
        else:
            self.post_message(self.NowWanted(is_whole=False))
