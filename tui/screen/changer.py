"""An app that changes endpoints, where the reader allowed it: policies are edited, endpoints made, moved and deleted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual import on

from tui.screen.options import Options
from tui.screen.panes.endpoints import EndpointsPane
from tui.screen.panes.policy import PolicyPane
from tui.screen.policy_keeper import PolicyKeeper

if TYPE_CHECKING:
    from tui.network.order import Changes
    from tui.network.rules import Endpoint
    from tui.policies.survey import Subject
    from tui.screen.buckets import Buckets, BucketTold
    from tui.screen.changing import OrderProgress
    from tui.screen.dialogs.editor import Editor
    from tui.screen.dialogs.endpoint_form import EndpointForm
    from tui.screen.editing import Editing
    from tui.screen.judging import OrderJudged
    from tui.screen.managing import Managing
    from tui.screen.ordering import Ordering
    from tui.screen.policy_desk import PolicySurveyed
    from tui.screen.reverting import Reverting

READ_ONLY = "vpctop only reads: start it with --allow-changes to change anything."


class Changer(PolicyKeeper):
    """What a change goes through. `changes` is None unless it was started with --allow-changes.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.changes: Changes | None = None

    def may_change(self) -> bool:
        """Whether anything can be changed; where not, the reader is told."""
        if self.changes is None:
            self.notify(READ_ONLY, timeout=6)
        return self.changes is not None

    @cached_property
    def ordering(self) -> Ordering:
        """What orders go through; only while may_change()."""
        from tui.screen.ordering import Ordering

        if self.changes is None:
            raise LookupError(READ_ONLY)
        return Ordering(self, self.changes)

    def on_order_progress(self, event: OrderProgress) -> None:
        """An order has come so far."""
        self.ordering.progress(event)

    def action_copy_command(self) -> None:
        """The aws command of what is to be confirmed, to the clipboard."""
        self.taking.copy(self.ordering.command, "the command")

    def on_unmount(self) -> None:
        """What waits for AWS is woken; nobody waits for it."""
        if "ordering" in self.__dict__:
            self.ordering.stop()

    # Endpoints.

    @cached_property
    def managing(self) -> Managing:
        """What endpoints are made, changed and deleted with."""
        from tui.screen.managing import Managing

        return Managing(self)

    @on(EndpointsPane.Wanted)
    def on_endpoint_change_wanted(self, event: EndpointsPane.Wanted) -> None:
        """What a key of the pane asks for that changes something; without --allow-changes it can be looked at."""
        if event.what in {"create", "modify", "delete", "accept", "reject"}:
            self.managing.want(event)

    def on_endpoint_form_wanted(self, event: EndpointForm.Wanted) -> None:
        """A key of the form's."""
        self.managing.act(event.what)

    def on_order_judged(self, event: OrderJudged) -> None:
        """What comes of an order is known."""
        self.managing.judged(event)

    # Policies.

    @cached_property
    def editing(self) -> Editing:
        """What a policy is edited with."""
        from tui.screen.editing import Editing

        return Editing(self)

    @cached_property
    def reverting(self) -> Reverting:
        """What a policy is taken back with."""
        from tui.screen.reverting import Reverting

        return Reverting(self)

    @cached_property
    def buckets(self) -> Buckets:
        """What is told of buckets behind an endpoint."""
        from tui.screen.buckets import Buckets

        return Buckets(self, self.desk)

    def on_bucket_told(self, event: BucketTold) -> None:
        """The page that was asked for."""
        self.buckets.show(event)

    def on_policy_pane_wanted(self, event: PolicyPane.Wanted) -> None:
        """Something is to be done with the policy of the endpoint under the cursor."""
        endpoint = self.endpoint
        if endpoint is None:
            self.notify("There is no endpoint to edit the policy of.", timeout=4)
        elif event.what != "bucket" and not endpoint.policy and (why := self._why_no_policy(endpoint)):
            self.notify(why, timeout=8, markup=False)
        elif event.what == "bucket":
            self.buckets.ask(endpoint)
        elif event.what == "edit":
            self.editing.edit(endpoint)  # without --allow-changes too: a change can be tried out
        elif event.what == "editor":
            self.editing.foreign(endpoint)
        elif event.what == "undo":
            self.reverting.undo(endpoint)
        elif event.what == "reset":
            self.reverting.reset(endpoint)

    def action_change_policy(self, what: str) -> None:
        """What a key of the Policy pane does, from the palette."""
        self.panes.policy.action_want(what)

    def subject_of(self, endpoint: Endpoint) -> Subject:
        """The endpoint as policies are judged by."""
        from tui.screen.policy_showing import service_of, subject_of

        return subject_of(endpoint, service_of(self.inventory, endpoint) if self.inventory is not None else None)

    def _why_no_policy(self, endpoint: Endpoint) -> str:
        from tui.screen.policy_showing import service_of, why_no_policy

        return why_no_policy(endpoint, service_of(self.inventory, endpoint) if self.inventory is not None else None)

    def on_editor_edited(self) -> None:
        """The reader typed."""
        self.editing.edited()

    def on_editor_wanted(self, event: Editor.Wanted) -> None:
        """A key of the editor's."""
        self.editing.act(event.what)

    def on_policy_surveyed(self, event: PolicySurveyed) -> None:
        """What was asked for the editor."""
        if "editing" in self.__dict__:
            self.editing.surveyed(event)
        if "reverting" in self.__dict__:
            self.reverting.surveyed(event)

    def endpoint_changed(self) -> None:
        """Another endpoint is under the cursor, or it is known better: what is being edited may be another by now."""
        super().endpoint_changed()
        if "editing" in self.__dict__:
            self.editing.live_changed()

    def cases_changed(self) -> None:
        """Other requests must stay allowed: they are tried against what is being edited as well."""
        super().cases_changed()
        if "editing" in self.__dict__:
            self.editing.edited()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the editor, keys that have priority elsewhere are the text's: ctrl+s applies, ctrl+c copies."""
        if action in ("take", "quit") and "editing" in self.__dict__ and self.editing.is_typed_in:
            return False
        return super().check_action(action, parameters)
