"""Where traffic to a service goes when the routes to an endpoint come or go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from tui.network.choice import KINDS
from tui.network.clients import by_subnet, clients_of, listed, named_subnet, named_table
from tui.network.health_routes import leads_to_endpoint, prefix_list_of, way_around
from tui.network.rules import Endpoint, Route

if TYPE_CHECKING:
    from tui.network.inventory import Inventory


def served(inventory: Inventory, tables: Iterable[str]) -> tuple[str, ...]:
    """The subnets that these route tables serve, by name: their own, and of a main one those that have none.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#RouteTableDetails
    """
    wanted = set(tables)
    found = [
        each.id
        for each in inventory.subnets
        if (table := inventory.route_table_of(each.id)) is not None and table.id in wanted
    ]
    return tuple(sorted(found, key=lambda subnet: (named_subnet(inventory, subnet), subnet)))


def counted(number: int, what: str) -> str:
    """`1 subnet`, `3 subnets`."""
    return f"{number} {what}{'s' * (number != 1)}"


def told(inventory: Inventory, vpc: str, subnets: Sequence[str]) -> str:
    """`2 subnets (app-a and app-b) with 12 interfaces, of web-1, web-2, web-3 and 8 more`."""
    names = listed(named_subnet(inventory, subnet) for subnet in subnets)
    said = f"{counted(len(subnets), 'subnet')} ({names})" if subnets else "no subnet"
    if not inventory.has("interfaces") or not subnets:
        return said
    clients = by_subnet(inventory, vpc)
    count = counted(sum(clients[subnet] for subnet in subnets), "interface")
    return f"{said} with {count}{whose(inventory, vpc, subnets)}"


def whose(inventory: Inventory, vpc: str, subnets: Sequence[str]) -> str:
    """`, of web-1, web-2, web-3 and 8 more`: the instances in subnets by Name tag or id; nothing where none is known.

    An interface of no instance, such as a function's, is counted among the interfaces alone.
    """
    held = set(subnets)
    mine = dict.fromkeys(each.instance for each in clients_of(inventory, vpc) if each.subnet in held and each.instance)
    if not mine:
        return ""
    known = inventory.index.instances
    names = sorted(known[one].name or one if one in known else one for one in mine)
    return f", of {listed(names, 3)}"


def joined(inventory: Inventory, endpoint: Endpoint, tables: Sequence[str]) -> Iterator[str]:
    """Route tables get a route to a gateway endpoint: open connections drop, and requests come from other addresses.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html: it "switches network routes, and disconnects
    open TCP connections", and the source addresses "change from public IPv4 addresses to private IPv4 addresses".
    """
    if not tables:
        return
    if not inventory.has("route_tables", "subnets"):
        yield _unread(endpoint)
        return
    subnets = served(inventory, tables)
    yield _dropped(inventory, endpoint, subnets, tables)
    if subnets:
        yield (
            f"Requests from there come from private addresses then: policies that ask for a public one (aws:SourceIp) "
            f"refuse them; those of the VPC are in aws:VpcSourceIp. From elsewhere {endpoint.short} goes as it went."
        )


def left(inventory: Inventory, endpoint: Endpoint, tables: Sequence[str]) -> Iterator[str]:
    """Route tables lose their route to a gateway endpoint: open connections drop, and the other routes decide.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: "If you disassociate a route table, the
    route is removed"; https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html for the connections.
    """
    if not tables:
        return
    if not inventory.has("route_tables", "subnets"):
        yield _unread(endpoint)
        return
    subnets = served(inventory, tables)
    yield _dropped(inventory, endpoint, subnets, tables)
    yield from ways(inventory, endpoint, subnets)


def _dropped(inventory: Inventory, endpoint: Endpoint, subnets: Sequence[str], tables: Sequence[str]) -> str:
    where = f"{told(inventory, endpoint.vpc, subnets)}, by {listed(named_table(inventory, one) for one in tables)}"
    if not subnets:
        return f"No connection drops: {listed(named_table(inventory, one) for one in tables)} serves no subnet."
    return f"Open TCP connections to {endpoint.short} from {where}, drop once: programs must connect again."


def _unread(endpoint: Endpoint) -> str:
    return (
        f"Open TCP connections to {endpoint.short} drop once. Not known: from which subnets, and where they go then, "
        "for route tables or subnets could not be read."
    )


def ways(inventory: Inventory, endpoint: Endpoint, subnets: Iterable[str]) -> Iterator[str]:
    """Where traffic to the public addresses of an endpoint's service goes from subnets, without that endpoint.

    A sentence for each way, as route tables choose: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
    """
    prefix_list = prefix_list_of(inventory, endpoint)
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for subnet in subnets:
        table = inventory.route_table_of(subnet)
        if table is None:
            places["?", ""].append(subnet)
            continue
        gateway = leads_to_endpoint(table, prefix_list.id) if prefix_list is not None else None
        if gateway is not None and gateway.target != endpoint.id and gateway.state.lower() != "blackhole":
            places["vpce", gateway.target].append(subnet)
            continue
        places[_kind_of(way := way_around(inventory, table, prefix_list)), way.target if way else ""].append(subnet)
    for (kind, target), found in sorted(places.items(), key=lambda each: _ORDER.index(_ranked(each[0][0]))):
        yield _way(endpoint, kind, target, told(inventory, endpoint.vpc, found))


_ORDER = ("", "?", "nat", "igw", "other", "vpce")  # the worst first


def _ranked(kind: str) -> str:
    return kind if kind in _ORDER else "other"


def _kind_of(route: Route | None) -> str:
    """The kind of the way, '' for none and for one into nothing."""
    return "" if route is None or route.state.lower() == "blackhole" or route.target == "local" else route.kind


def _way(endpoint: Endpoint, kind: str, target: str, places: str) -> str:
    short = endpoint.short
    match kind:
        case "":
            return f"Then {short} cannot be reached from {places}: no other route leads there."
        case "?":
            return f"Not known how {short} is reached then from {places}: no route table of theirs was read."
        case "nat":
            return f"Then {short} goes by NAT gateway {target}, paid by the gigabyte, from {places}."
        case "igw":
            return (
                f"Then {short} goes by internet gateway {target} from {places}: only interfaces with a public address "
                "get there."
            )
        case "vpce":
            return f"Then {short} goes by gateway endpoint {target} from {places}."
    return f"Then {short} goes by {KINDS.get(kind, 'another way')} {target} from {places}."
