"""An app that tells what a policy lets through: of the endpoint under the cursor, and of what could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screen.endpoint_keeper import EndpointKeeper
from tui.screen.expectation_store import ExpectationsRead, ExpectationStore
from tui.screen.options import Options
from tui.screen.policy_desk import PolicyDesk, PolicySurveyed

if TYPE_CHECKING:
    from tui.network.inventory import Inventory
    from tui.policies.expectation import Expectation


class PolicyKeeper(EndpointKeeper):
    """What the Policy pane shows.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.desk = PolicyDesk(self.post_message)
        self.store = ExpectationStore(options.state_folder, self.post_message)

    def expectations(self, endpoint_id: str) -> tuple[Expectation, ...]:
        """The requests whose answer must stay what it is, whoever edits the policy of this endpoint."""
        return self.store.of(endpoint_id)

    def know_endpoints(self, inventory: Inventory) -> None:
        """A newer inventory; with the first one, what must stay allowed is read."""
        self.store.start()
        super().know_endpoints(inventory)

    def on_expectations_read(self, event: ExpectationsRead) -> None:
        """What must stay allowed is known, or another session has changed it."""
        if self.store.read(event):
            self.endpoint_changed()

    def endpoint_changed(self) -> None:
        """Show the policy of the endpoint under the cursor."""

    def on_policy_surveyed(self, event: PolicySurveyed) -> None:
        """Whoever asked gets the answer, by the purpose he asked with."""
