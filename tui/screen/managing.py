"""Creates, changes and deletes endpoints, and answers connections: a form or a page first, then what confirms an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.network.order import AnswerConnection, CreateEndpoint, DeleteEndpoint, ModifyEndpoint, Order, Progress, Stage
from tui.screen.changer import READ_ONLY
from tui.screen.dialogs.endpoint_form import EndpointForm
from tui.screen.draft_order import NAME
from tui.screen.endpoint_draft import POLICY, REGION, SERVICE, Draft
from tui.screen.glyphs import Glyphs
from tui.screen.judging import Judgement, OrderJudged, counted, judge, judged_lines
from tui.screen.policy_desk import PolicyWork
from tui.screen.widgets.drawn import BLANK_LINE, Line
from tui.screen.work import title_of

if TYPE_CHECKING:
    from tui.network.inventory import Inventory
    from tui.network.rules import Endpoint
    from tui.network.service import Connection
    from tui.screen.changer import Changer
    from tui.screen.panes.endpoints import EndpointsPane

HINTS = {
    SERVICE: "kms, or a whole name: com.amazonaws.REGION.NAME, vpce-svc-ID",
    REGION: "the endpoint's own; or another, such as us-east-1",
    NAME: "none",
    POLICY: "the default, full access; or the path of a JSON file",
}


class Managing:
    """One per app; imported at the first key that changes an endpoint, which is after the first paint."""

    def __init__(self, app: Changer) -> None:
        self._app = app
        self._form = EndpointForm()
        app.install_screen(self._form, "endpoint-form")
        self._draft: Draft | None = None
        self._title = ""
        self._number = 0  # of the last question; older answers are of another draft
        self._judged: Judgement | None = None  # what the form shows; None while it is being found out
        self._then: Callable[[Judgement], object] | None = None  # what waits for it

    @property
    def _glyphs(self) -> Glyphs:
        return self._app.panes.flows.rows.glyphs

    # What is wanted.

    def want(self, event: EndpointsPane.Wanted) -> None:
        """A key of the Endpoints pane."""
        inventory = self._app.inventory
        if inventory is None:
            self._app.notify("Endpoints are not known yet: nothing can be changed.", timeout=5)
        elif event.what in {"accept", "reject"}:
            self._answer(event.connection, accept=event.what == "accept")
        elif event.what == "create":
            bypass = event.bypass
            draft = Draft(inventory, None, bypass.vpc if bypass else self._vpc_of(inventory, event.endpoint_id))
            if bypass is not None and not bypass.endpoint:
                draft.mend(bypass.service, bypass.table)
            self._open(draft, "Create an endpoint")
        else:
            endpoint = next((each for each in inventory.endpoints if each.id == event.endpoint_id), None)
            if endpoint is None:
                self._app.notify("There is no endpoint under the cursor.", timeout=4)
            elif event.what == "modify":
                draft = Draft(inventory, endpoint)
                if event.bypass is not None:
                    draft.mend(event.bypass.service, event.bypass.table)
                self._open(draft, f"Change {title_of(endpoint).removeprefix('the policy of ')}")
            else:
                title = f"Delete {clean(endpoint.short, 80)} {endpoint.id}"
                self._judge(
                    DeleteEndpoint(endpoint.id), "", lambda found: self._confirm(found, title, _deleted(endpoint))
                )

    def _vpc_of(self, inventory: Inventory, endpoint_id: str) -> str:
        """The VPC of the endpoint under the cursor, or of the one that was there last."""
        endpoint_id = endpoint_id or self._app.endpoint_id
        found = next((each for each in inventory.endpoints if each.id == endpoint_id), None)
        return found.vpc if found else ""

    def _answer(self, connection: Connection | None, *, accept: bool) -> None:
        if connection is None:
            self._app.notify("There is no connection to a service of yours under the cursor.", timeout=4)
            return
        order = AnswerConnection(connection.service, connection.endpoint, accept)
        verb = "Accept" if accept else "Reject"
        lines: list[Line] = [
            (("What will be different", "heading"),),
            (
                (
                    f"  endpoint   {clean(connection.endpoint, 100)} of account {clean(connection.owner, 40) or 'not told'}",
                    "",
                ),
            ),
            ((f"  service    {clean(connection.service, 100)}", ""),),
            ((f"  state      {clean(connection.state, 60)}, then {'available' if accept else 'rejected'}", ""),),
        ]
        title = f"{verb} the connection of {clean(connection.endpoint, 100)}"
        self._judge(order, "", lambda found: self._confirm(found, title, lines))

    # The form.

    def _open(self, draft: Draft, title: str) -> None:
        self._draft, self._title, self._judged = draft, clean(title, 120), None
        base = self._app.screen_stack[0]
        for name in ("-ascii", "-small"):
            self._form.set_class(base.has_class(name), name)
        may = self._app.changes is not None
        sheet = self._form.sheet
        sheet.write, sheet.toggle, sheet.hints = draft.write, draft.toggle, HINTS
        sheet.choices = lambda: list(draft.choices())
        self._form.open(self._title, "" if may else "read only", orders=may)
        sheet.renew()
        self._app.push_screen(self._form)
        self._changed()

    def act(self, what: str) -> None:
        """A key of the form's."""
        {"judge": self._changed, "order": self._order, "copy": self._copy, "leave": self._leave}[what]()

    def _changed(self) -> None:
        """Find out what comes of what is chosen now."""
        if self._draft is None:
            return
        self._judged, self._then = None, None
        self._judge(self._draft.order(), self._draft.texts[POLICY], None)

    def _judge(self, order: Order, policy: str, then: Callable[[Judgement], object] | None) -> None:
        inventory = self._app.inventory if self._draft is None else self._draft.inventory
        if inventory is None:
            return
        known = inventory
        self._number += 1
        number, self._then = self._number, then
        self._app.desk.ask(PolicyWork("order", lambda: OrderJudged(number, judge(order, known, policy))))

    def judged(self, event: OrderJudged) -> None:
        """What comes of an order is found out."""
        if event.number != self._number:
            return
        found, then = event.judgement, self._then
        self._then = None
        if self._draft is not None:
            self._judged = found
            if found.clients is not None and found.clients != self._draft.clients:
                self._draft.clients = found.clients
                self._form.sheet.renew()
            self._form.tell(counted(found), list(judged_lines(found, self._glyphs)))
        if then is not None:
            then(found)

    def _order(self) -> None:
        """Confirm what is chosen, once what comes of it is known."""
        if self._draft is None or not self._app.may_change():
            return
        if self._judged is None:
            self._then = self._ordered
        else:
            self._ordered(self._judged)

    def _ordered(self, found: Judgement) -> None:
        draft = self._draft
        if draft is None:
            return
        if found.wrong:
            self._app.notify(f"Not yet: {clean(found.wrong[0], 500)}", severity="warning", timeout=6, markup=False)
            return
        self._confirm(found, self._title, _chosen(draft, found.order))

    def _copy(self) -> None:
        if self._judged is not None and self._judged.command:
            self._app.taking.copy(self._judged.command, "the command")
        else:
            self._app.notify("There is no command yet: choose a service first.", timeout=4)

    def _leave(self) -> None:
        self._draft, self._judged, self._then = None, None, None
        if self._app.screen is self._form:
            self._app.pop_screen()

    # The order.

    def _confirm(self, found: Judgement, title: str, lines: list[Line]) -> None:
        """The page that confirms it; without leave to change, a page with the command to run."""
        if self._draft is None and len(self._app.screen_stack) > 1:
            return  # the reader has gone on to something else
        judged = list(judged_lines(found, self._glyphs, with_command=self._app.changes is None))
        whole = [*lines, BLANK_LINE, (("What comes of it", "heading"),), *judged]
        if self._app.changes is None:
            self._app.pages.tell(title, lambda: [((READ_ONLY, "stalled"),), BLANK_LINE, *whole], "x the command")
            self._app.pages.offered = {"command": found.command}
            return
        draft = self._draft
        done: list[Progress] = []

        def told(progress: Progress) -> None:
            """How it goes."""
            if progress.stage in {Stage.DONE, Stage.UNSURE}:
                done.append(progress)
                if self._app.screen is self._form:
                    closed()

        def closed() -> None:
            """The page is left: what is done needs no form any more; the form of another order stays."""
            if done and draft is not None and draft is self._draft:
                self._leave()

        self._app.ordering.confirm(title, found.order, whole, told, inventory=self._app.inventory, closed=closed)


def _deleted(endpoint: Endpoint) -> list[Line]:
    held = (("type", endpoint.kind), ("service", endpoint.service), ("VPC", endpoint.vpc), ("name", endpoint.name))
    return [
        (("What will be gone", "heading"),),
        *(((f"  {name:<8} {clean(value, 300)}", ""),) for name, value in held if value),
    ]


def _chosen(draft: Draft, order: Order) -> list[Line]:
    """What is chosen, a line a thing."""
    lines: list[Line] = [(("What will be different", "heading"),)]
    if isinstance(order, CreateEndpoint):
        lines += [
            ((f"  a new endpoint of type {order.kind} for {clean(order.service, 300)} in {order.vpc}", ""),),
            *(((f"  + {each}", "accept"),) for each in (*order.subnets, *order.route_tables, *order.groups)),
        ]
        if order.kind == "Interface":
            lines.append(((f"  private DNS {'on' if order.private_dns else 'off'}", ""),))
        lines += _addressed(order)
        policy = (
            f"its policy from {clean(draft.texts[POLICY], 300)}" if order.policy else "the default policy: full access"
        )
        return [*lines, ((f"  {policy}", ""),)] if order.kind in {"Interface", "Gateway"} else lines
    if isinstance(order, ModifyEndpoint):
        added = (*order.add_subnets, *order.add_route_tables, *order.add_groups)
        removed = (*order.remove_subnets, *order.remove_route_tables, *order.remove_groups)
        lines += [((f"  + {each}", "accept"),) for each in added]
        lines += [((f"  - {each}", "reject"),) for each in removed]
        if order.private_dns is not None:
            lines.append(((f"  private DNS {'on' if order.private_dns else 'off'}", ""),))
        lines += _addressed(order)
    return lines


def _addressed(order: CreateEndpoint | ModifyEndpoint) -> list[Line]:
    """What is chosen of its addresses and names."""
    told = [f"IP addresses {order.ip_type}"] if order.ip_type else []
    told += [f"DNS records {order.dns_record}"] if order.dns_record else []
    if order.resolvers_only is not None:
        told.append(f"private DNS for {'inbound Resolver endpoints only' if order.resolvers_only else 'the VPC too'}")
    if isinstance(order, CreateEndpoint) and order.region:
        told.append(f"its service is in {clean(order.region, 60)}")
    return [((f"  {each}", ""),) for each in told]
