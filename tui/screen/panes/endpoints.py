"""Pane 3: are the endpoints healthy, what do they carry, and what goes around them."""

from __future__ import annotations

from tui.screen.panes.pane import Pane, Sentence


class EndpointsPane(Pane):
    """The endpoints."""

    def __init__(self) -> None:
        super().__init__("3", "Endpoints", Sentence("What endpoints carry, what goes around."))
