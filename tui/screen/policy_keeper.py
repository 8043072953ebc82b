"""An app that tells what a policy lets through: of the endpoint under the cursor, and of what could be."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual import on

from tui.flows.clean import clean
from tui.screen.endpoint_keeper import EndpointKeeper
from tui.screen.options import Options
from tui.screen.panes.policy import PolicyPane, PolicyRows

if TYPE_CHECKING:
    from tui.network.change import Change
    from tui.network.inventory import Inventory
    from tui.network.rules import Endpoint
    from tui.policies.context import Request
    from tui.policies.expectation import Expectation, Tried
    from tui.screen.expectation_store import ExpectationsRead, ExpectationStore
    from tui.screen.policy_desk import PolicyDesk
    from tui.screen.policy_showing import CasesTried, PolicyShown, Showing
    from tui.screen.policy_texts import TextsCompared
    from tui.screen.policy_trying import Trying
    from tui.screen.what_if import WhatIfAnswered

PATIENCE = 0.3  # seconds that the last policy stays while another is being read
SAID = 12.0  # seconds that a broken expectation stays on the screen
_REQUEST = 300  # characters of a request that a notice tells


class PolicyKeeper(EndpointKeeper):
    """What the Policy pane shows.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._asked_policy: Showing | None = None  # what the pane shows, or will
        self._tried: dict[str, tuple[object, ...]] = {}  # by endpoint, the text and the expectations that were tried
        self._broken: dict[str, tuple[Expectation, ...]] = {}  # by endpoint

    @cached_property
    def desk(self) -> PolicyDesk:
        """What reads policies."""
        from tui.screen.policy_desk import PolicyDesk

        return PolicyDesk(self.post_message)

    @cached_property
    def store(self) -> ExpectationStore:
        """What must stay allowed, as it is written down."""
        from tui.screen.expectation_store import ExpectationStore

        return ExpectationStore(self.options.state_folder, self.post_message)

    def expectations(self, endpoint_id: str) -> tuple[Expectation, ...]:
        """The requests whose answer must stay what it is, whoever edits the policy of this endpoint."""
        return self.store.of(endpoint_id)

    def know_endpoints(self, inventory: Inventory) -> None:
        """A newer inventory; with the first one, what must stay allowed is read."""
        self.store.start()
        super().know_endpoints(inventory)
        self._try_cases()

    def on_expectations_read(self, event: ExpectationsRead) -> None:
        """What must stay allowed is known, or another session has changed it."""
        if self.store.read(event):
            self.cases_changed()

    # What the pane shows.

    def endpoint_changed(self) -> None:
        """Show the policy of the endpoint under the cursor; asked only where something differs, and somebody sees it."""
        pane = self.panes.policy
        if self.inventory is None or not self.panes.is_shown(pane) or not pane.rows.size.width:
            return
        endpoint = self.endpoint
        if endpoint is None:
            self._asked_policy = None
            pane.say_empty(self._why_no_endpoint(self.inventory))
            return
        showing = self._showing(self.inventory, endpoint)
        if showing == self._asked_policy:
            return
        is_another = self._asked_policy is None or self._asked_policy.endpoint.id != endpoint.id
        self._asked_policy = showing
        from tui.screen.policy_desk import PolicyWork
        from tui.screen.policy_showing import show_policy

        self.desk.ask(PolicyWork("pane", lambda: show_policy(showing)))
        if is_another:
            self.set_timer(PATIENCE, lambda: self._say_reading(endpoint.id))

    def _say_reading(self, endpoint: str) -> None:
        pane = self.panes.policy
        if self._asked_policy is not None and self._asked_policy.endpoint.id == endpoint != pane.endpoint:
            pane.say_empty(f"Reading the policy of {clean(endpoint, 60)}.")

    def _why_no_endpoint(self, inventory: Inventory) -> str:
        if not inventory.has("endpoints"):
            missing = next((each for each in inventory.missing if "ndpoint" in each), "")
            return clean(missing, 300) or "The endpoints have not been read yet."
        return "There are no endpoints here."

    def _showing(self, inventory: Inventory, endpoint: Endpoint) -> Showing:
        from tui.screen.panes.policy_part import Style
        from tui.screen.policy_showing import Showing, policy_changes, service_of

        return Showing(
            endpoint,
            service_of(inventory, endpoint),
            policy_changes(inventory.changes, endpoint.id),
            self.expectations(endpoint.id),
            self.store.trouble,
            Style(self.panes.policy.rows.glyphs, self.options.utc),
            self.panes.policy.rows.wide,
            inventory.read_at.get("endpoints") if inventory.trouble else None,
        )

    def on_policy_shown(self, event: PolicyShown) -> None:
        """Show it, unless the reader looks at something else by now."""
        if event.showing == self._asked_policy:
            self.panes.policy.show(event.showing.endpoint.id, event.shown)

    @on(PolicyRows.Seen)
    def on_policy_seen(self) -> None:
        """It has come on the screen: it may be another by now. While it is read, no other order of pane 3 changes it."""
        if self.panes.current is self.panes.policy:
            self.panes.endpoints.rows.is_pinned = True
        self.endpoint_changed()

    @on(PolicyRows.StepWanted)
    def on_policy_step(self, event: PolicyRows.StepWanted) -> None:
        """To the next endpoint, or the one before, as they stand in pane 3, round and round; its cursor comes along."""
        known = [each.id for each in self.inventory.endpoints] if self.inventory is not None else []
        rows = self.panes.endpoints.rows
        shown = [each for each in rows.endpoint_ids if each in known]
        order = shown if self.endpoint_id in shown else known
        if order:
            at = order.index(self.endpoint_id) if self.endpoint_id in order else 0
            wanted = order[(at + event.step) % len(order)]
            rows.go_to(wanted)
            self.look_at(wanted)

    # What must stay allowed.

    def _try_cases(self) -> None:
        """Try what must stay allowed wherever the text or the expectations are others than at the last time."""
        from tui.screen.policy_desk import PolicyWork
        from tui.screen.policy_showing import service_of, try_cases

        inventory = self.inventory
        for endpoint in inventory.endpoints if inventory is not None else ():
            expectations = self.expectations(endpoint.id)
            asked = (endpoint.policy, expectations) if expectations else ()
            if inventory is None or self._tried.get(endpoint.id, ()) == asked:
                continue
            self._tried[endpoint.id] = asked
            service = service_of(inventory, endpoint)
            self.desk.ask(
                PolicyWork(
                    f"cases of {endpoint.id}",
                    lambda endpoint=endpoint, service=service, them=expectations: try_cases(endpoint, service, them),  # type: ignore[misc]  # mypy reads no defaults of a lambda
                )
            )

    def on_cases_tried(self, event: CasesTried) -> None:
        """Call the reader for those that hold no more, once."""
        endpoint = event.endpoint
        before = self._broken.get(endpoint.id, ())
        broken = [each for each in event.tried if each.met is False]
        self._broken[endpoint.id] = tuple(each.expectation for each in broken)
        new = [each for each in broken if each.expectation not in before]
        if new:
            more = f" (and {len(new) - 1} more)" if len(new) > 1 else ""
            text = f"{clean(endpoint.short, 60)} endpoint {endpoint.id}: {_told(new[0])}{more}"
            self.notify(text, title="A case is broken", severity="error", timeout=SAID, markup=False)

    # Requests that are tried.

    @cached_property
    def trying(self) -> Trying:
        """The form of what-if."""
        from tui.screen.policy_trying import Trying

        return Trying(self, self.desk, self.store, self.cases_changed)

    def on_what_if_answered(self, event: WhatIfAnswered) -> None:
        """The form shows it."""
        self.trying.answered(event)

    def _try_request(self, case: Expectation | None, request: Request | None) -> None:
        if self.inventory is None or (endpoint := self.endpoint) is None:
            self.notify("There is no endpoint to try a request at.", timeout=4)
        else:
            self.trying.open(self.inventory, endpoint, case, request=request)

    # What is done there.

    @on(PolicyPane.Opened)
    def on_policy_opened(self) -> None:
        """What is behind a part: of a change both texts, of a case the form."""
        part = self.panes.policy.part
        if part is not None and part.key[0] in ("change", "news"):
            self._show_texts()
        elif (case := self._case_at_cursor()) is not None:
            self._try_request(case, None)

    def action_policy(self, what: str) -> None:
        """What a key of the pane asks for, and the palette; what changes a policy is the Changer's to do."""
        part = self.panes.policy.part
        if what == "try":
            self._try_request(self._case_at_cursor(), None if part is None else part.request)
        elif what == "texts":
            self._show_texts()
        elif what == "forget":
            self._forget()
        elif what == "json":
            self._copy_text()
        elif part is not None and part.copy:
            self.taking.copy(part.copy, "the line")

    def _change_at_cursor(self) -> Change | None:
        part = self.panes.policy.part
        changes = self._asked_policy.changes if self._asked_policy is not None else ()
        return next((each for each in changes if part is not None and each is part.about), None)

    def _copy_text(self) -> None:
        from tui.screen.policy_showing import texts_of

        change = self._change_at_cursor()
        texts = texts_of(change) if change is not None else None
        endpoint = self.endpoint
        if texts is not None:
            self.taking.copy(texts[0], "the policy before the change")
        elif endpoint is not None and endpoint.policy:
            self.taking.copy(endpoint.policy, "the policy")
        else:
            self.notify("There is no policy to copy.", timeout=4)

    def _show_texts(self) -> None:
        showing = self._asked_policy
        change = self._change_at_cursor() or (showing.changes[0] if showing is not None and showing.changes else None)
        if showing is None or change is None:
            self.notify(self._no_change(), timeout=6, markup=False)
            return
        from tui.screen.policy_desk import PolicyWork
        from tui.screen.policy_texts import compare_change

        self.desk.ask(PolicyWork("texts", lambda: compare_change(showing.endpoint, change, showing.style)))

    def _no_change(self) -> str:
        """That this policy did not change, and which did."""
        from tui.screen.policy_showing import texts_of

        known = self.inventory.changes if self.inventory is not None else ()
        others = dict.fromkeys(each.id for each in known if each.part == "endpoints" and texts_of(each) is not None)
        told = f" Changed: {clean(', '.join(list(others)[:3]), 200)}." if others else ""
        return f"No change of this policy has been seen since vpctop was started.{told}"

    def on_texts_compared(self, event: TextsCompared) -> None:
        """Both texts, on a page."""
        if len(self.screen_stack) <= 1:
            self.pages.tell(event.title, lambda: event.lines)

    def _case_at_cursor(self) -> Expectation | None:
        part = self.panes.policy.part
        return part.about.expectation if part is not None and part.key[0] == "case" else None  # type: ignore[attr-defined]  # a Tried: its room is not imported here

    def _forget(self) -> None:
        case = self._case_at_cursor()
        if case is None:
            self.notify("x forgets a case: put the cursor on one of those that must stay so.", timeout=5)
            return
        self.store.remove(self.endpoint_id, case)
        self.cases_changed()

    def cases_changed(self) -> None:
        """More or fewer must stay as they are."""
        self._try_cases()
        self.endpoint_changed()


def _told(tried: Tried) -> str:
    """A broken expectation in a line."""
    request = tried.expectation.request
    wanted = "allowed" if tried.expectation.allowed else "denied"
    name = f"{tried.expectation.name}: " if tried.expectation.name else ""
    asked = f"{request.caller.text} {request.action} {request.resource}"
    return clean(f"{name}must stay {wanted} and is not: {asked}", _REQUEST)
