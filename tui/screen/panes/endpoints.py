"""Pane 3: are the endpoints healthy, what do they carry, and what goes around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.panes.endpoint_rows import EndpointRows
from tui.screen.panes.flows import FlowsPane
from tui.screen.panes.pane import ELSEWHERE, Pane
from tui.screen.widgets.keyline import Keys
from tui.screen.widgets.line_table import LineTable

if TYPE_CHECKING:
    from tui.cache.carriage import Bypass, EndpointTable
    from tui.cache.view import Ask
    from tui.network.service import Connection

READING = "The endpoints are being read."
NONE = "There is no VPC endpoint in what is watched."
NOBODY = "Endpoints are not known: nothing tells what there is in these VPCs."


class EndpointsPane(Pane):
    """The endpoints, what goes around them, and the services offered to others."""

    instead = frozenset({("time", ("marks",))})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "want('policy')", "policy", id="endpoints.policy", tooltip="what its policy lets through"),
        Binding("f", "want('flows')", "its flows", id="endpoints.flows", tooltip="the flows of it; Esc comes back"),
        Binding("s", "sort", "sort", id="endpoints.sort", tooltip="the worst first, or by bytes/s, service, clients …"),
        Binding("S", "reverse", "reverse", id="endpoints.reverse", tooltip="turn the order round"),
        Binding("N", "want('create')", "create", id="endpoints.create", tooltip="create an endpoint"),
        Binding(
            "M", "want('modify')", "modify", id="endpoints.modify", tooltip="change where it is and who reaches it"
        ),
        Binding("D", "want('delete')", "delete", id="endpoints.delete", tooltip="delete the endpoint"),
        Binding("A", "want('accept')", "accept", id="endpoints.accept", tooltip="accept a connection to your service"),
        Binding("X", "want('reject')", "reject", id="endpoints.reject", tooltip="reject a connection to your service"),
        Binding("c,C", "want('copy')", "copy id", id="endpoints.copy", tooltip="copy the id"),
        Binding("space", "toggle_freeze", "freeze", id="endpoints.freeze", tooltip="freeze or go on, as in Flows"),
        Binding("escape", "app.focus_pane('1')", "Back", id="endpoints.back", show=False, tooltip="back to the flows"),
    ]

    class Wanted(Message):
        """The reader wants something done: create, modify, delete, accept, reject, policy, copy, detail, flows.

        `endpoint_id` is of the endpoint under the cursor, '' on a row that is of none; `connection` the one under the
        cursor, None elsewhere; so is `bypass`.
        """

        def __init__(
            self,
            what: str,
            endpoint_id: str = "",
            connection: Connection | None = None,
            bypass: Bypass | None = None,
        ) -> None:
            self.what = what
            self.endpoint_id = endpoint_id
            self.connection = connection
            self.bypass = bypass
            super().__init__()

    class Looked(Message):
        """The cursor is on another endpoint."""

        def __init__(self, endpoint_id: str) -> None:
            self.endpoint_id = endpoint_id
            super().__init__()

    class Shown(Message):
        """It has come into sight: what it shows is of before."""

    def __init__(self, *, utc: bool = False, price: float = 0.045) -> None:
        self.rows = EndpointRows(utc=utc, price=price)
        super().__init__("3", "Endpoints", self.rows)
        self.rows.say_empty(READING)
        self.is_frozen = False
        self.note = ""  # that the numbers stand still, or of when they are
        self._filtered = ""
        self._looked = ""

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        freeze = (("space", "go on"),) if self.is_frozen else ()
        own = (("enter", "detail"), ("p", "policy"), ("N M D", "new, change, delete"), ("f", "its flows"))
        return (*freeze, *own, ("s", f"sort: {self.rows.sort}"), ("c", "copy id"), *ELSEWHERE)

    def on_show(self) -> None:
        """It comes into sight."""
        self.post_message(self.Shown())

    def show(self, table: EndpointTable, ask: Ask | None = None) -> None:
        """Show an answer."""
        self._filtered = "" if ask is None or ask.filter.is_everything else "unfiltered"
        self.rows.say_empty(empty_text(table))
        self.rows.show(table)
        self._tell()

    def say_note(self, note: str, *, is_frozen: bool) -> None:
        """Tell beside the title that the numbers stand still, or of when they are."""
        if (note, is_frozen) != (self.note, self.is_frozen):
            self.note, self.is_frozen = note, is_frozen
            self._tell()

    def _tell(self) -> None:
        """Say on the edge what goes around and how many there are; the filter of the flows is not this pane's."""
        table = self.rows.table
        stale = "stale" if table is not None and table.is_known and table.trouble else ""
        note = ", ".join(part for part in (self.note, stale, self._filtered) if part)
        self.rule.say(note, *(told(self.rows, table) if table is not None else ("",)))

    def miss(self, reason: str) -> None:
        """Nobody can tell what there is."""
        if self.rows.table is None or not self.rows.table.is_known:
            self.rows.say_empty(clean(f"{NOBODY} {reason}".rstrip(), 600))

    @on(LineTable.Repainted)
    def follow(self) -> None:
        """Who is under the cursor may be another."""
        entry = self.rows.entry
        if entry is None:
            return
        from tui.screen.panes.endpoint_entry import endpoint_of

        found = endpoint_of(entry)
        if found and found != self._looked:
            self._looked = found
            self.post_message(self.Looked(found))

    @on(LineTable.Picked)
    def open(self) -> None:
        """Enter opens what is under the cursor."""
        self.action_want("detail")

    @on(LineTable.LastWanted)
    def go_to_end(self) -> None:
        """Where it stands still: go on. Else to the last row."""
        if self.note:
            self.post_message(FlowsPane.NowWanted(is_whole=True))
        else:
            self.rows.go_to_end()

    def action_toggle_freeze(self) -> None:
        """Freeze or go on."""
        self.post_message(FlowsPane.GoOnWanted() if self.is_frozen else FlowsPane.FreezeWanted(""))

    def action_want(self, what: str) -> None:
        """Something is to be done with what is under the cursor."""
        from tui.screen.panes.endpoint_entry import Waiting, bypass_of, endpoint_of

        entry = self.rows.entry
        connection = entry.connection if isinstance(entry, Waiting) else None
        self.post_message(self.Wanted(what, endpoint_of(entry), connection, bypass_of(entry)))

    def action_sort(self) -> None:
        """By the next."""
        from tui.screen.panes.endpoint_entry import SORTS

        sorts = list(SORTS)
        self.rows.sort_by(sorts[(sorts.index(self.rows.sort) + 1) % len(sorts)])
        self.post_message(self.Shown())

    def action_reverse(self) -> None:
        """The other way round."""
        self.rows.sort_by(self.rows.sort, is_reversed=not self.rows.is_reversed)


def empty_text(table: EndpointTable) -> str:
    """What to say where there are no rows: never that there is none where nobody could ask."""
    if table.is_known:
        return NONE
    why = [text for text in table.missing if "DescribeVpcEndpoints" in text]
    if table.is_waiting and not table.trouble:
        return READING
    return clean(f"{NOBODY} {' '.join([*why, table.trouble])}".rstrip(), 600)


def told(rows: EndpointRows, table: EndpointTable) -> tuple[str, ...]:
    """What the edge says: what goes around and costs, how many are not well, how many there are."""
    from tui.cache.carriage import Exit
    from tui.network.health import Severity
    from tui.screen.panes.endpoint_style import dollars, severity_of

    if not table.is_known:
        return ("",)
    style = rows.style_now
    number = len(table.rows)
    all_of = f"{fmt.count(number)} endpoint{'s' * (number != 1)}"
    failing = sum(severity_of(row, table) is Severity.FAILING for row in table.rows)
    paid = [each for each in table.bypasses if each.exit is Exit.NAT and each.traffic.rate]
    parts = [f"{failing} failing"] if failing else []
    if paid:
        cost = sum(each.cost(style.price) or 0.0 for each in paid)
        text = style.least(f"{dollars(cost)}/h", is_partial=any(each.traffic.is_partial for each in paid))
        parts.append(f"around {text}")
    dot = f" {style.glyphs.dot} "
    return (
        (f"{dot.join(parts)} by NAT{dot}{all_of}", dot.join(parts), parts[-1])
        if paid
        else (dot.join([*parts, all_of]), all_of)
    )
