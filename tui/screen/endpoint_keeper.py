"""An app that shows endpoints: which there are, and which of them the reader looks at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on

from tui.cache.view import Ask
from tui.flows.clean import clean
from tui.screen.options import Options
from tui.screen.panes.endpoints import EndpointsPane
from tui.screen.panes.flows import FlowsPane
from tui.screen.reader import Reader

if TYPE_CHECKING:
    from tui.cache.view import Key
    from tui.network.inventory import Inventory  # 30 ms to import: the first paint comes before it
    from tui.network.rules import Endpoint
    from tui.screen import messages
    from tui.screen.panes.endpoint_entry import Entry
    from tui.screen.widgets.drawn import Line


class EndpointKeeper(Reader):
    """What the Endpoints pane shows, and what is done there.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.inventory: Inventory | None = None  # the newest; None while none was read, or by a source of its own kind
        self.endpoint_id = ""  # of the endpoint under the cursor, '' while there is none
        self._dived_at = 0  # how deep in Flows the flows of an endpoint are looked at; 0: not

    @property
    def endpoint(self) -> Endpoint | None:
        """The endpoint under the cursor, as it is known now."""
        if self.inventory is None:
            return None
        return next((each for each in self.inventory.endpoints if each.id == self.endpoint_id), None)

    def wanted(self) -> Ask:
        """What the reader wants to see; the Endpoints pane asks only while it is on the screen."""
        if not self.panes.is_shown(self.panes.endpoints):
            return super().wanted()
        from tui.cache.carriage import EndpointsAsk  # 15 ms to import: the first paint is past by now

        return replace(super().wanted(), endpoints=EndpointsAsk())

    def show_endpoints(self, event: messages.ViewsReady) -> None:
        """Show an answer."""
        if event.views.endpoints is not None and event.frozen == self.following.is_frozen:
            self.panes.endpoints.show(event.views.endpoints, event.ask)

    def know_endpoints(self, inventory: Inventory) -> None:
        """A newer inventory."""
        self.inventory = inventory
        if self.endpoint is None and inventory.endpoints:
            self.endpoint_id = inventory.endpoints[0].id
        self.endpoint_changed()
        if self.panes.is_shown(self.panes.endpoints):
            self.ask()

    def look_at(self, endpoint_id: str) -> None:
        """The cursor is on another endpoint."""
        if endpoint_id != self.endpoint_id:
            self.endpoint_id = endpoint_id
            self.endpoint_changed()

    def endpoint_changed(self) -> None:
        """Another endpoint is under the cursor, or it is known better: the Policy pane follows."""
        raise NotImplementedError

    @on(EndpointsPane.Looked)
    def on_endpoint_looked(self, event: EndpointsPane.Looked) -> None:
        """The cursor of the pane is on another endpoint."""
        self.look_at(event.endpoint_id)

    @on(EndpointsPane.Shown)
    def on_endpoints_shown(self) -> None:
        """The pane has come into sight, or is sorted otherwise."""
        self.panes.keyline.tell(self.panes.current.keys)
        self.ask()

    @on(EndpointsPane.Wanted)
    def on_endpoint_wanted(self, event: EndpointsPane.Wanted) -> None:
        """What a key of the pane asks for, as far as nothing is changed by it."""
        if event.what == "policy":
            if event.endpoint_id:
                self.look_at(event.endpoint_id)
            self.panes.show(self.panes.policy)
        elif event.what == "copy":
            self._copy_id(event)
        elif event.what == "detail":
            self._open_entry()
        elif event.what == "flows":
            self._dive()

    def use_filter(self, text: str) -> str:
        """Filter by this instead; what was applied before."""
        raise NotImplementedError

    def _dive(self) -> None:
        """The flows of what is under the cursor, instead of what is filtered now; Esc leads back here."""
        entry = self.panes.endpoints.rows.entry
        if entry is None:
            return
        from tui.screen.panes.endpoint_entry import filter_of

        text = filter_of(entry)
        if not text:
            self.notify("Flow records do not tell what goes there.", timeout=4)
            return
        self.panes.flows.narrow(self.use_filter(text))
        self._dived_at = self.panes.flows.depth
        self.panes.show(self.panes.flows)

    @on(FlowsPane.FilterLeft)
    def return_to_endpoints(self) -> None:
        """Back from the flows of an endpoint: to the endpoints."""
        if self.panes.flows.depth < self._dived_at:
            self._dived_at = 0
            self.panes.show(self.panes.endpoints)

    def action_endpoint(self, what: str) -> None:
        """Of the endpoint under the pane's cursor, from the palette."""
        if what == "sort":
            self.panes.endpoints.action_sort()
        else:
            self.panes.endpoints.action_want(what)

    def _copy_id(self, event: EndpointsPane.Wanted) -> None:
        found = event.connection.endpoint if event.connection else event.endpoint_id
        if found:
            self.taking.copy(clean(found, 200), "the id")
        else:
            self.notify("There is no endpoint under the cursor.", timeout=4)

    def _open_entry(self) -> None:
        """The page of what is under the cursor; it goes on telling how that is now."""
        entry = self.panes.endpoints.rows.entry
        if entry is None or isinstance(entry, str):
            return
        from tui.screen.panes.endpoint_entry import key_of

        key = key_of(entry)
        self.pages.tell("Endpoint", lambda: self._page_of(key, entry))

    def _page_of(self, key: Key, before: Entry) -> list[Line]:
        from tui.screen.dialogs.endpoint import entry_lines

        rows = self.panes.endpoints.rows
        if rows.table is None:
            return []
        return entry_lines(rows.entry_of(key) or before, rows.table, rows.style_now)
