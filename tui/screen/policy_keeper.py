"""An app that tells what a policy lets through: of the endpoint under the cursor, and of what could be."""

from __future__ import annotations

from tui.screen.endpoint_keeper import EndpointKeeper
from tui.screen.options import Options
from tui.screen.policy_desk import PolicyDesk, PolicySurveyed


class PolicyKeeper(EndpointKeeper):
    """What the Policy pane shows.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.desk = PolicyDesk(self.post_message)

    def endpoint_changed(self) -> None:
        """Show the policy of the endpoint under the cursor."""

    def on_policy_surveyed(self, event: PolicySurveyed) -> None:
        """Whoever asked gets the answer, by the purpose he asked with."""
