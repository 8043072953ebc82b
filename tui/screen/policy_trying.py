"""Opens the form of what-if over the panes, has it answered, and keeps what must hold from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.screen.dialogs.what_if import WhatIf
from tui.screen.expectation_store import MOST, ExpectationStore
from tui.screen.policy_desk import PolicyDesk, PolicyWork
from tui.screen.shell import Shell
from tui.screen.what_if import WhatIfAnswered, WhatIfAsk, answer_what_if, place_of

if TYPE_CHECKING:
    from tui.network.inventory import Inventory
    from tui.network.rules import Endpoint
    from tui.policies.completing import Fields
    from tui.policies.context import Request
    from tui.policies.expectation import Expectation
    from tui.screen.what_if import Place

MOST_RECENT = 8  # principals that are remembered


class Trying:
    """One per app; imported at the first request that is tried."""

    def __init__(self, app: Shell, desk: PolicyDesk, store: ExpectationStore, kept: Callable[[], object]) -> None:
        self._app = app
        self._desk = desk
        self._store = store
        self._kept = kept  # is called when a case was kept
        self._recent: list[str] = []
        self._place: Place | None = None
        self._last: dict[str, Fields] = {}  # by endpoint, what was asked last
        self._form = WhatIf()
        self._form.ask, self._form.keep = self._ask, self._keep
        app.install_screen(self._form, "what-if")

    def open(
        self,
        inventory: Inventory,
        endpoint: Endpoint,
        case: Expectation | None = None,
        text: str | None = None,
        request: Request | None = None,
    ) -> None:
        """Try requests against the policy in force at an endpoint, or against this text; first a case, or a request."""
        self._place = place_of(inventory, endpoint, text, tuple(self._recent))
        base = self._app.screen_stack[0]
        for name in ("-ascii", "-small"):
            self._form.set_class(base.has_class(name), name)
        fields = self._last.get(endpoint.id)
        if (asked := case.request if case is not None else request) is not None:
            from tui.policies.completing import fields_of

            fields = fields_of(asked)
        which = f"{clean(endpoint.short, 40)} {endpoint.id}" + ("" if text is None else ", as it is edited")
        if self._app.screen is not self._form:
            self._app.push_screen(self._form)
        self._form.begin(which, fields, case.name if case is not None else "")

    def answered(self, event: WhatIfAnswered) -> None:
        """Show it, where the form is still open on the same policy."""
        if event.ask.place is not self._place or self._app.screen is not self._form:
            return
        if event.request is not None:
            self._last[event.ask.place.endpoint.id] = event.fields
        self._form.show(event)

    def _ask(self, fields: Fields | None, field: str) -> None:
        if self._place is not None:
            ask = WhatIfAsk(self._place, fields, field, self._form.answer.glyphs)
            self._desk.ask(PolicyWork("what if", lambda: answer_what_if(ask)))

    def _keep(self, event: WhatIfAnswered, allowed: bool, name: str) -> str:
        """Keep a case; what is to be said of it."""
        from tui.policies.expectation import Expectation

        assert event.request is not None
        principal = event.request.caller.text
        self._recent = [principal, *(each for each in self._recent if each != principal)][:MOST_RECENT]
        kept = Expectation(event.request, allowed, clean(name, 80))
        if not self._store.add(event.ask.place.endpoint.id, kept):
            return f"  There are {MOST} cases of this endpoint already: x in the pane forgets one."
        self._kept()
        must = "allowed" if allowed else "denied"
        how = "stay" if allowed is event.allowed else "become"
        where = f"; it is kept in {clean(str(self._store.path), 200)}" if self._store.path else " until vpctop ends"
        return f"  Kept: must {how} {must}{where}. It is tried again whenever the policy changes."
