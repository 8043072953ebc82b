"""Creates, changes and deletes endpoints, and answers connections to the reader's own services, each confirmed on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.network.order import AnswerConnection, DeleteEndpoint
from tui.screen.dialogs.prompt import Question
from tui.screen.widgets.drawn import Line

if TYPE_CHECKING:
    from tui.network.rules import Endpoint
    from tui.network.service import Connection
    from tui.screen.changer import Changer

_LONGEST = 300
_MOST_NAMED = 6


class Managing:
    """One per app that may change anything; imported at the first change."""

    def __init__(self, app: Changer) -> None:
        self._app = app

    def delete(self, endpoint: Endpoint) -> None:
        """Have the deletion of an endpoint confirmed."""
        if not self._app.may_change():
            return
        lines: list[Line] = [(("What will be gone", "heading"),)]
        for name, value in (
            ("service", endpoint.service),
            ("type", endpoint.kind),
            ("VPC", endpoint.vpc),
            ("name", endpoint.name),
            ("subnets", _named(endpoint.subnets)),
            ("interfaces", _named(endpoint.interfaces)),
            ("route tables", _named(endpoint.route_tables)),
            ("security groups", _named(endpoint.groups)),
            ("DNS names", _named(endpoint.dns_names)),
        ):
            if value:
                lines.append(((f"  {name:<16}", "muted"), (clean(value, _LONGEST), "")))
        if endpoint.policy:
            lines.append((("  Its policy is not kept: y in the Policy pane copies it.", "lagging"),))
        title = clean(f"Delete {endpoint.short} {endpoint.id}", 100)
        self._app.ordering.confirm(title, DeleteEndpoint(endpoint.id), lines, inventory=self._app.inventory)

    def create(self) -> None:
        """Ask which endpoint there is to be, and have it confirmed; its VPC's id is typed."""
        inventory = self._app.inventory
        if inventory is None or not self._app.may_change():
            return

        def answer(written: str, choice: int) -> str:
            """A line that makes an endpoint."""
            del choice
            from tui.network.creation import CreationError, read_creation

            try:
                order = read_creation(written, inventory)
            except CreationError as error:
                return str(error)
            lines: list[Line] = [
                (("What there will be", "heading"),),
                ((f"  {clean(order.kind, 40)} endpoint of {clean(order.service, 200)} in {clean(order.vpc, 60)}", ""),),
                (("  Its policy is the default, full access: E in the Policy pane changes it.", "lagging"),),
            ]
            ordering = self._app.ordering
            self._app.call_after_refresh(
                lambda: ordering.confirm("Create an endpoint", order, lines, inventory=inventory)
            )
            return ""

        text = (
            "Write a service and ids: s3 rtb-… rtb-…, or kms subnet-… sg-… dns=on. The type (gateway, interface …), "
            "vpc-… and name=… can be written too."
        )
        self._app.pages.ask(Question("Create an endpoint", text, answer))

    def modify(self, endpoint: Endpoint) -> None:
        """Ask where the endpoint is to be from now on, and have it confirmed."""
        if not self._app.may_change():
            return
        has = "; ".join(
            f"{name} {_named(ids)}"
            for name, ids in (
                ("in", endpoint.subnets),
                ("in", endpoint.route_tables),
                ("behind", endpoint.groups),
                ("private DNS", ("on" if endpoint.private_dns else "off",)),
            )
            if ids
        )

        def answer(written: str, choice: int) -> str:
            """A line of changes."""
            del choice
            from tui.network.modification import ModificationError, read_modification

            try:
                order = read_modification(written, endpoint)
            except ModificationError as error:
                return str(error)
            lines: list[Line] = [(("What will be different", "heading"),), ((f"  {clean(written, _LONGEST)}", ""),)]
            lines.append(((f"  it is now {clean(has, 1_000)}", "muted"),))
            title = clean(f"Change {endpoint.short} {endpoint.id}", 100)
            ordering, inventory = self._app.ordering, self._app.inventory
            self._app.call_after_refresh(lambda: ordering.confirm(title, order, lines, inventory=inventory))
            return ""

        text = f"It is now {clean(has, 1_000)}. Write + or - and an id: +subnet-… -rtb-… +sg-…, and dns=on or dns=off."
        self._app.pages.ask(Question(clean(f"Change {endpoint.short} {endpoint.id}", 70), text, answer))

    def answer(self, connection: Connection | None, *, accept: bool) -> None:
        """Have a connection accepted or rejected."""
        if connection is None:
            self._app.notify("The cursor is on no connection to a service of yours.", timeout=5)
            return
        if not self._app.may_change():
            return
        word = "Accept" if accept else "Reject"
        owner = clean(connection.owner, 40) or "an account not told"
        lines: list[Line] = [
            ((f"{word} the connection", "heading"),),
            (("  endpoint        ", "muted"), (f"{clean(connection.endpoint, 60)} of {owner}", "")),
            (("  your service    ", "muted"), (clean(connection.service, 60), "")),
            (("  now             ", "muted"), (clean(connection.state, 40) or "not told", "")),
        ]
        order = AnswerConnection(connection.service, connection.endpoint, accept)
        title = clean(f"{word} {connection.endpoint} of {owner}", 100)
        self._app.ordering.confirm(title, order, lines, inventory=self._app.inventory)


def _named(ids: tuple[str, ...]) -> str:
    """Some of them, and how many there are."""
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return ", ".join(ids[:_MOST_NAMED]) + more
