"""Ways into an interface that a network ACL does not see, though the other end is in another subnet.

What a transit gateway hands over in the subnet of its own attachment does not enter the subnet, so the ACL's inbound
entries are not asked: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
"""

from __future__ import annotations

from tui.network.place import Interface, Network
from tui.network.prefix import Address
from tui.network.rules import Route, RouteTable
from tui.network.verdict.member import within
from tui.network.verdict.packet import Packet
from tui.network.verdict.rulebook import Rulebook


def unseen_way(packet: Packet, interface: Interface, book: Rulebook, *, egress: bool) -> str:
    """Why an ACL that denies a packet may not have seen it, '' if it did, as far as the routes tell."""
    if egress or interface.kind == "transit_gateway":
        return ""
    attached = book.attachment_in(interface.subnet)
    table = book.known.route_table_of(interface.subnet)
    route = nearest(table, packet.peer, book) if attached and table else None
    if route is None or route.kind != "tgw":
        return ""
    return (
        f"{packet.text} is reached by {route.target}, whose attachment {attached} is in the same subnet: what comes from"
        " there no network ACL sees"
    )


def nearest(table: RouteTable, address: Address, book: Rulebook) -> Route | None:
    """The route of the longest network with an address: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html."""
    found: tuple[int, Route] | None = None
    for route in table.routes:
        for network in _networks(route, book):
            if within(address, (network,)) and (found is None or network.prefixlen > found[0]):
                found = network.prefixlen, route
    return found[1] if found else None


def _networks(route: Route, book: Rulebook) -> tuple[Network, ...]:
    if route.network is not None:
        return (route.network,)
    listed = book.prefix_list(route.prefix_list)
    return listed.networks if listed else ()
