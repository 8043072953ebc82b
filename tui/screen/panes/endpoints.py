"""Pane 3: are the endpoints healthy, what do they carry, and what goes around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tui.screen.panes.pane import ELSEWHERE, Pane, Sentence
from tui.screen.widgets.keyline import Keys

if TYPE_CHECKING:
    from tui.network.service import Connection


class EndpointsPane(Pane):
    """The endpoints, what goes around them, and the services offered to others."""

    instead = frozenset({("time", ("marks",))})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "want('policy')", "policy", id="endpoints.policy", tooltip="what its policy lets through"),
        Binding("N", "want('create')", "create", id="endpoints.create", tooltip="create an endpoint"),
        Binding(
            "M", "want('modify')", "modify", id="endpoints.modify", tooltip="change where it is and who reaches it"
        ),
        Binding("D", "want('delete')", "delete", id="endpoints.delete", tooltip="delete the endpoint"),
        Binding("A", "want('accept')", "accept", id="endpoints.accept", tooltip="accept a connection to your service"),
        Binding("X", "want('reject')", "reject", id="endpoints.reject", tooltip="reject a connection to your service"),
        Binding("c", "want('copy')", "copy id", id="endpoints.copy", tooltip="copy the id"),
        Binding("escape", "app.focus_pane('1')", "Back", id="endpoints.back", show=False, tooltip="back to the flows"),
    ]

    class Wanted(Message):
        """The reader wants something done: create, modify, delete, accept, reject, policy, copy.

        `endpoint_id` is of the endpoint under the cursor, '' on a row that is of none; `connection` the one under the
        cursor, None elsewhere.
        """

        def __init__(self, what: str, endpoint_id: str = "", connection: Connection | None = None) -> None:
            self.what = what
            self.endpoint_id = endpoint_id
            self.connection = connection
            super().__init__()

    def __init__(self) -> None:
        super().__init__("3", "Endpoints", Sentence("What endpoints carry, what goes around."))

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        return (("enter", "detail"), ("p", "policy"), *ELSEWHERE)

    def action_want(self, what: str) -> None:
        """Something is to be done with what is under the cursor."""
        self.post_message(self.Wanted(what))
