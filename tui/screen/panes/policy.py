"""Pane 4: what the policy of the endpoint under the cursor lets through."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tui.screen.panes.pane import ELSEWHERE, Pane, Sentence
from tui.screen.widgets.keyline import Keys


class PolicyPane(Pane):
    """The policy of one endpoint."""

    instead = frozenset({("take", ("export",))})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "want('edit')", "edit", id="policy.edit", tooltip="edit the policy here"),
        Binding("ctrl+e", "want('editor')", "in $EDITOR", id="policy.editor", tooltip="edit the policy in $EDITOR"),
        Binding("U", "want('undo')", "undo", id="policy.undo", tooltip="the last versions, to go back to one"),
        Binding("R", "want('reset')", "reset", id="policy.reset", tooltip="back to the default: full access"),
        Binding("b", "want('bucket')", "bucket policies", id="policy.bucket", tooltip="bucket policies for it"),
        Binding("escape", "app.focus_pane('1')", "Back", id="policy.back", show=False, tooltip="back to the flows"),
    ]

    class Wanted(Message):
        """The reader wants something done with the policy: edit, editor, undo, reset, bucket."""

        def __init__(self, what: str) -> None:
            self.what = what
            super().__init__()

    def __init__(self) -> None:
        super().__init__("4", "Policy", Sentence("What an endpoint policy lets through."))

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        return (("E", "edit"), ("U", "undo"), ("R", "reset"), ("b", "bucket policies"), *ELSEWHERE)

    def action_want(self, what: str) -> None:
        """Something is to be done with the policy."""
        self.post_message(self.Wanted(what))
