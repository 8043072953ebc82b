"""Pane 2: what is refused, since when, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.cache.reject_order import Order
from tui.cache.view import Ask
from tui.flows.clean import clean
from tui.screen.format import count
from tui.screen.names import Words
from tui.screen.panes.flows import FlowsPane
from tui.screen.panes.pane import ELSEWHERE, Pane
from tui.screen.panes.reject_line import rate_text, who_of
from tui.screen.panes.reject_table import NOISE, SERVED, RejectRows
from tui.screen.widgets.keyline import Keys
from tui.screen.widgets.line_table import LineTable

if TYPE_CHECKING:
    from tui.cache.rejected import RejectRow, RejectsAsk, RejectTable

LONGEST_TITLE = 100
# What the edge says of the order of rows: nothing of the usual one.
_ORDERS = {
    (Order.RATE, False): "",
    (Order.RATE, True): "quietest first",
    (Order.COUNT, False): "most in all first",
    (Order.COUNT, True): "fewest in all first",
    (Order.SINCE, False): "newest first",
    (Order.SINCE, True): "oldest first",
    (Order.LAST, False): "last seen first",
    (Order.LAST, True): "longest unseen first",
}


class RejectsPane(Pane):
    """Refused flows by who wanted what of whom: the reader's own first, the noise folded, what is stale last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "e", "explain", "explain", id="rejects.explain", tooltip="explain: which rule refuses it, and how sure"
        ),
        Binding(
            "u", "unfold", "unfold", id="rejects.unfold", tooltip="the noise from outside row by row, or in one line"
        ),
        Binding("s", "sort", "sort", id="rejects.sort", tooltip="sort by rate, count, first or last seen"),
        Binding("S", "reverse", "reverse", id="rejects.reverse", tooltip="turn the order round"),
        Binding(
            "c", "copy('fix')", "copy fix", id="rejects.fix", tooltip="copy the command that would allow this flow"
        ),
        Binding("C", "copy('row')", "copy row", id="rejects.row", tooltip="copy the row, tab separated"),
        Binding("y", "copy('json')", "copy JSON", id="rejects.json", tooltip="copy the row as JSON"),
        Binding("n", "next_style", "names", id="rejects.names", tooltip="names, ids, or both"),
        Binding("backslash", "app.filter('clear')", "Clear", id="rejects.clear", tooltip="clear the filter"),
        Binding("space", "toggle_freeze", "freeze", id="rejects.freeze", tooltip="freeze or go on, as in Flows"),
        Binding("escape", "back", "Back", id="rejects.back", show=False, tooltip="back: to now, goes on, to the flows"),
    ]

    class AskChanged(Message):
        """The reader wants to see more, or less."""

    class ExplanationWanted(Message):
        """The reader wants to know why."""

        def __init__(self, row: RejectRow, title: str) -> None:
            self.row = row
            self.title = title
            super().__init__()

    class CopyWanted(Message):
        """The reader wants a text on his clipboard; `what` it is."""

        def __init__(self, text: str, what: str) -> None:
            self.text = text
            self.what = what
            super().__init__()

    class StyleWanted(Message):
        """The reader wants names written otherwise."""

    def __init__(self, words: Words, *, utc: bool) -> None:
        self.rows = RejectRows(words, utc=utc)
        super().__init__("2", "Rejects", self.rows)
        self.rows.say_empty("Connecting.")
        self.unfolded = False
        self.order = Order.RATE
        self.is_upward = False
        self.is_frozen = False
        self.note = ""  # that the rows stand still, or of when they are
        self.shown: Ask | None = None

    @property
    def ask(self) -> RejectsAsk:
        """What the reader wants to see."""
        from tui.cache.rejected import RejectsAsk

        return RejectsAsk(self.unfolded, self.rows.key_at_cursor, self.order, self.is_upward)

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        freeze = ("G", "go on") if self.is_frozen else ("space", "freeze")
        unfold = ("u", "fold noise" if self.unfolded else "unfold noise")
        keys = (freeze, ("enter", "why"), unfold, ("c", "copy fix"), ("/", "filter"), ("s", "sort"), ("n", "names"))
        return (*keys, *ELSEWHERE)

    def on_show(self) -> None:
        """It comes into sight: what it shows is of before."""
        self.post_message(self.AskChanged())

    def show(self, table: RejectTable, ask: Ask, *, is_whole: bool = True) -> bool:
        """Show an answer; False when the reader has moved on since and it must be asked again.

        `is_whole`: the past has been read, so that what comes from now on is new.
        """
        if (table.unfolded, table.order, table.is_upward) != (self.unfolded, self.order, self.is_upward):
            return False
        self.shown = ask
        empty = "Nothing was refused in what is held." if table.newest else "No flow records yet."
        if not ask.filter.is_everything:
            empty = "Nothing refused passes the filter."
        self.rows.say_empty(empty)
        self.rows.show(table)
        if self.rows.looked is None and is_whole and table.newest:
            self.look_away()
        self.tell_place()
        return True

    def look_away(self) -> None:
        """What is here by now has been looked at."""
        if self.rows.table is not None and self.rows.table.newest:
            self.rows.look_away()

    def say_note(self, note: str, *, is_frozen: bool) -> None:
        """Tell beside the title that the rows stand still, or of when they are."""
        self.is_frozen = is_frozen
        if note != self.note:
            self.note = note
            self.tell_place()

    @on(LineTable.Repainted)
    def tell_place(self) -> None:
        """Say on the edge how much is refused, and by what rows are grouped."""
        table, marks = self.rows.table, self.rows.glyphs
        if table is None:
            self.rule.say(self.note)
            return
        filtered = "" if self.shown is None or self.shown.filter.is_everything else "filtered"
        note = f" {marks.dot} ".join(
            part for part in (self.note, filtered, _ORDERS[table.order, table.is_upward]) if part
        )
        mine, least = table.mine, marks.least if table.is_partial else ""
        rate = f", {rate_text(mine.rate, marks)}/min" if mine.rate else ""
        total = f"{least}{count(mine.count)} of yours{rate}"
        fresh = f"{count(self.rows.fresh)} new {marks.dot} " if self.rows.fresh else ""
        whose = "" if table.by_owner else f" {marks.dot} by address, no inventory yet"
        short = f"{least}{count(mine.count)}{rate}"
        self.rule.say(
            note, f"{fresh}{total}{whose}", f"{fresh}{total}", f"{fresh}{short}", fresh.rstrip(f" {marks.dot}"), short
        )

    @on(LineTable.Moved)
    def on_moved(self, event: LineTable.Moved) -> None:
        """Scrolling up is reading: hold still."""
        if event.upward:
            self.post_message(FlowsPane.FreezeWanted("scrolled up"))

    @on(LineTable.LastWanted)
    def on_last_wanted(self) -> None:
        """Where it stands still: go on. Else to the last row."""
        if self.note:
            self.post_message(FlowsPane.NowWanted(is_whole=True))
        else:
            self.rows.go_to_end()

    @on(LineTable.Picked)
    def action_explain(self) -> None:
        """Why it is refused; on the noise: row by row."""
        row = self.rows.row
        if row is not None:
            self.rows.is_pinned = True
            self.post_message(FlowsPane.FreezeWanted("opened a row"))
            self.post_message(self.ExplanationWanted(row, who_of(row, LONGEST_TITLE, self.rows.look)))
        elif self.rows.entry == NOISE or (isinstance(self.rows.entry, tuple) and self.rows.entry[0] == SERVED):
            self.action_unfold()

    def action_unfold(self) -> None:
        """The noise row by row, or in one line."""
        self.unfolded = not self.unfolded
        self.post_message(self.AskChanged())

    def action_sort(self) -> None:
        """By the next of what rows can be sorted by."""
        orders = list(Order)
        self.order, self.is_upward = orders[(orders.index(self.order) + 1) % len(orders)], False
        self.post_message(self.AskChanged())

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.is_upward = not self.is_upward
        self.post_message(self.AskChanged())

    def action_toggle_freeze(self) -> None:
        """Freeze or go on."""
        self.post_message(FlowsPane.GoOnWanted() if self.is_frozen else FlowsPane.FreezeWanted(""))

    def action_next_style(self) -> None:
        """Names, ids, or both."""
        self.post_message(self.StyleWanted())

    def action_back(self) -> None:
        """A step back: to now; from there to the flows."""
        if self.note:
            self.post_message(FlowsPane.NowWanted(is_whole=False))
        else:
            self.run_worker(self.app.run_action("focus_pane('1')"))

    def action_copy(self, what: str) -> None:
        """The command that would allow the flow, or the row, to the clipboard."""
        from tui.cache.rejected import Section

        row = self.rows.row
        if row is None:
            self.notify("There is no row under the cursor to copy from.", timeout=4)
        elif what != "fix":
            text = row_text(row) if what == "row" else row_json(row)
            self.post_message(self.CopyWanted(text, "the row" if what == "row" else "the row as JSON"))
        elif row.section is Section.NOISE:
            text = "This is noise from outside, nothing of yours. If you know who it is: Enter, then c."
            self.notify(text, timeout=6)
        elif row.verdict is not None and row.verdict.fix:
            self.post_message(self.CopyWanted(clean(row.verdict.fix, 4_000), "the command"))
        else:
            why = row.verdict.fix_note if row.verdict is not None else "It is not judged yet."
            self.notify(clean(f"There is no command to copy. {why}".rstrip(), 400), markup=False, timeout=6)


def told(row: RejectRow) -> dict[str, object]:
    """A row's values by name; times are Unix seconds."""
    verdict = row.verdict
    return {
        "section": row.section.value,
        "client": clean(row.client.label),
        "client_address": clean(row.client.address),
        "client_addresses": row.client.addresses,
        "server": clean(row.server.label),
        "server_address": clean(row.server.address),
        "server_addresses": row.server.addresses,
        "port": row.port,
        "protocol": row.protocol,
        "count": row.count,
        "per_minute": round(row.rate, 3),
        "first": row.first,
        "last": row.last,
        "verdict": None if verdict is None else clean(verdict.short),
        "confidence": None if verdict is None else verdict.confidence.value,
        "rule": None if verdict is None else clean(verdict.rule),
    }


def row_text(row: RejectRow) -> str:
    """The row's values, tab separated."""
    return "\t".join("-" if value is None else str(value) for value in told(row).values())


def row_json(row: RejectRow) -> str:
    """The row as one JSON object."""
    return json.dumps(told(row), ensure_ascii=False)
