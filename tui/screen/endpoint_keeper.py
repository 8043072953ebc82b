"""An app that shows endpoints: which there are, and which of them the reader looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screen.options import Options
from tui.screen.reader import Reader

if TYPE_CHECKING:
    from tui.network.inventory import Inventory  # 30 ms to import: the first paint comes before it
    from tui.network.rules import Endpoint


class EndpointKeeper(Reader):
    """What the Endpoints pane shows, and what is done there.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.inventory: Inventory | None = None  # the newest; None while none was read, or by a source of its own kind
        self.endpoint_id = ""  # of the endpoint under the cursor, '' while there is none

    @property
    def endpoint(self) -> Endpoint | None:
        """The endpoint under the cursor, as it is known now."""
        if self.inventory is None:
            return None
        return next((each for each in self.inventory.endpoints if each.id == self.endpoint_id), None)

    def know_endpoints(self, inventory: Inventory) -> None:
        """A newer inventory."""
        self.inventory = inventory
        if self.endpoint is None and inventory.endpoints:
            self.endpoint_id = inventory.endpoints[0].id
        self.endpoint_changed()

    def look_at(self, endpoint_id: str) -> None:
        """The cursor is on another endpoint."""
        if endpoint_id != self.endpoint_id:
            self.endpoint_id = endpoint_id
            self.endpoint_changed()

    def endpoint_changed(self) -> None:
        """Another endpoint is under the cursor, or it is known better: the Policy pane follows."""
        raise NotImplementedError
