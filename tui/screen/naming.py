"""Whose names the rows are told by: starts the inventory's thread, hands on what it tells, asks it for who is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from tui.flows.clean import clean
from tui.screen.panes.flows import FlowsPane

if TYPE_CHECKING:
    from tui.screen.inventory import InventoryFeed, InventorySource
    from tui.screen.messages import InventoryLoaded, InventoryMissing


class Naming:
    """One per app, used in its thread."""

    def __init__(self, flows: FlowsPane) -> None:
        self._flows = flows
        self._feed: InventoryFeed | None = None
        self._is_missing_told = False

    def start(self, source: InventorySource | None, post: Callable[[Message], object]) -> None:
        """Read inventories, if there is a source of them."""
        if source is not None and self._feed is None:
            from tui.screen.inventory import InventoryFeed

            self._feed = InventoryFeed(source, post)
            self._feed.start()

    def stop(self) -> None:
        """The thread ends by itself."""
        if self._feed is not None:
            self._feed.stop()

    def learn(self, event: InventoryLoaded) -> None:
        """Rows are told by these names."""
        self._flows.know(event.known)

    def miss(self, event: InventoryMissing) -> None:
        """Once is enough: the rows stay, with ids where names would be."""
        if self._flows.rows.words.known is None and not self._is_missing_told:
            self._is_missing_told = True
            text = f"Names cannot be read: {event.reason}" + (f"; {event.hint}" if event.hint else "")
            self._flows.notify(clean(text, 400), markup=False, timeout=8)

    def want_unknown(self) -> None:
        """Have looked for who is in sight and unknown."""
        if self._feed is not None and (names := self._flows.rows.words.take_unknown()):
            self._feed.want(names)
