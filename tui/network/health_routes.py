"""Whether a gateway endpoint is reached: its routes, and the subnets whose route table has none to it.

https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: a route to the service's prefix list is there
in each route table that the endpoint is associated with, and in no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.network.choice import KINDS, choose_of
from tui.network.clients import by_subnet, listed, named_subnet, named_table
from tui.network.health import Check, Severity, Signal
from tui.network.rules import Endpoint, PrefixList, Route, RouteTable

if TYPE_CHECKING:
    from tui.network.inventory import Inventory


def prefix_list_of(inventory: Inventory, endpoint: Endpoint) -> PrefixList | None:
    """AWS's prefix list of the endpoint's service."""
    return next((each for each in inventory.prefix_lists if each.is_aws and each.name == endpoint.service), None)


def way_around(inventory: Inventory, table: RouteTable, prefix_list: PrefixList | None) -> Route | None:
    """The route of a table that traffic to a service takes where no gateway endpoint has it; None where there is none."""
    if prefix_list is not None and prefix_list.networks:
        plain = RouteTable(
            table.id, table.vpc, table.name, tuple(each for each in table.routes if each.kind != "vpce" or each.network)
        )
        return choose_of(inventory, plain, prefix_list.networks[0].network_address).route
    everywhere = [each for each in table.routes if each.network and each.network.prefixlen == 0]
    everywhere.sort(key=lambda each: each.network.version if each.network else 0)  # IPv4 first
    return everywhere[0] if everywhere else None


def leads_to_endpoint(table: RouteTable, prefix_list: str) -> Route | None:
    """The table's route of a prefix list to a gateway endpoint, whichever it is; None where there is none."""
    return next(
        (each for each in table.routes if each.kind == "vpce" and each.prefix_list and each.prefix_list == prefix_list),
        None,
    )


def _associated(_inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    if not endpoint.route_tables:
        yield Signal(
            "no-route-table",
            Severity.FAILING,
            "It is associated with no route table: nothing goes through it.",
            "associate it with the route tables of the subnets that use the service",
        )


def _routes(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    tables = {table.id: table for table in inventory.route_tables}
    for one in endpoint.route_tables:
        table = tables.get(one)
        if table is None:
            continue
        mine = [route for route in table.routes if route.target == endpoint.id]
        if not mine:
            yield Signal(
                "no-route",
                Severity.WARNING,
                f"It is associated with {named_table(inventory, one)}, which has no route to it.",
                "remove that association and make it again",
                (one,),
            )
        elif any(route.state.lower() == "blackhole" for route in mine):
            yield Signal(
                "blackhole",
                Severity.FAILING,
                f"The route to it in {named_table(inventory, one)} is a blackhole: what takes it is dropped.",
                "associate the route table with an endpoint that is available",
                (one,),
            )


def _left_out(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    """Subnets with clients whose table leads the service elsewhere, a signal for each way it goes there."""
    prefix_list = prefix_list_of(inventory, endpoint)
    if prefix_list is None or not endpoint.route_tables:
        return
    around: dict[str, list[tuple[str, RouteTable]]] = defaultdict(list)
    for subnet in by_subnet(inventory, endpoint.vpc):
        table = inventory.route_table_of(subnet)
        if table is None or leads_to_endpoint(table, prefix_list.id) is not None or table.id in endpoint.route_tables:
            continue
        route = way_around(inventory, table, prefix_list)
        around[route.target if route else ""].append((subnet, table))
    for target, places in sorted(around.items()):
        yield _outside(inventory, endpoint, target, places)


def _outside(inventory: Inventory, endpoint: Endpoint, target: str, places: list[tuple[str, RouteTable]]) -> Signal:
    subnets = listed(named_subnet(inventory, subnet) for subnet, _ in places)
    tables = list(dict.fromkeys(table.id for _, table in places))
    kind = target.partition("-")[0]
    how = f"goes by {KINDS.get(kind, 'another way')} {target}" if target else "gets nowhere"
    severity = Severity.WARNING if kind == "nat" else Severity.NOTICE
    price = ", paid by the gigabyte" if kind == "nat" else ""
    return Signal(
        "left-out",
        severity,
        f"What leaves {subnets} for {endpoint.short} {how}{price}: "
        f"{listed(named_table(inventory, table) for table in tables)} {'has' if len(tables) == 1 else 'have'} no route "
        "to an endpoint.",
        f"associate it with {listed(tables)}: its clients' open connections to {endpoint.short} will drop once",
        (*(subnet for subnet, _ in places), *tables),
    )


def _list_known(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    if prefix_list_of(inventory, endpoint) is None:
        text = f"Not known: which addresses {endpoint.short or 'its service'} has, so who goes around it: its prefix list is not there."
        yield Signal("no-prefix-list", Severity.UNKNOWN, text)


CHECKS: tuple[Check, ...] = (
    ((), "", _associated),
    (("route_tables",), "whether its routes are there", _routes),
    (("prefix_lists",), "which addresses its service has", _list_known),
    (("route_tables", "interfaces", "prefix_lists"), "which subnets are left out", _left_out),
)
