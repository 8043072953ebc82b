"""Pane 4: what the policy of the endpoint under the cursor lets through."""

from __future__ import annotations

from tui.screen.panes.pane import Pane, Sentence


class PolicyPane(Pane):
    """The policy of one endpoint."""

    def __init__(self) -> None:
        super().__init__("4", "Policy", Sentence("What an endpoint policy lets through."))
