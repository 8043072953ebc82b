"""The route that a route table chooses for an address.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html,
https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from tui.network.inventory import Inventory
from tui.network.place import Network
from tui.network.prefix import Address
from tui.network.rules import Route, RouteTable

# What is neither the internet nor AWS's public services: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
_PRIVATE = tuple(
    ip_network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)  # fmt: skip
# What the first part of a target's id says: https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithRouteTables.html
KINDS = {
    "local": "the VPC itself",
    "igw": "internet gateway",
    "eigw": "egress-only internet gateway",
    "nat": "NAT gateway",
    "pcx": "peering connection",
    "tgw": "transit gateway",
    "vgw": "virtual private gateway",
    "vpce": "endpoint",
    "eni": "network interface",
    "i": "instance",
    "lgw": "local gateway",
    "cagw": "carrier gateway",
    "core": "core network",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The route that a subnet's route table chooses for an address.

    `table` is None where it is not known which one the subnet uses; `route` None where none fits. `network` is the
    destination that fits best, also of a route to a prefix list. `doubts` are why another might be chosen, a sentence each.
    """

    table: RouteTable | None = None
    route: Route | None = None
    network: Network | None = None
    doubts: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The route's kind, of KINDS or another prefix; '' for none. A core network is told by its ARN."""
        if self.route is None:
            return ""
        return "core" if self.route.target.startswith("arn:") else self.route.kind

    @property
    def is_blackhole(self) -> bool:
        """Whether what it leads to is not there: such a route drops, it does not give way to a shorter one."""
        return self.route is not None and self.route.state == "blackhole"

    @property
    def said(self) -> str:
        """`rtb-1: 10.1.0.0/16 → pcx-1`, with the prefix list the destination is from."""
        if self.table is None:
            return "no route table"
        if self.route is None:
            return f"{self.table.id}: no route"
        listed = f"{self.route.prefix_list} ({self.network})" if self.route.prefix_list else str(self.network)
        return f"{self.table.id}: {listed} → {self.route.target or 'nothing'}"


def is_private(address: Address) -> bool:
    """Whether an address is of no use on the internet. Those kept for documentation count as the internet's here."""
    return any(address in network for network in _PRIVATE if network.version == address.version)


def choose(inventory: Inventory, subnet: str, address: Address) -> Choice:
    """The route for what leaves a subnet to an address.

    The longest prefix wins; of equal ones `local`, then a route of the reader's, then one to a prefix list, then a
    propagated one. A blackhole wins like any other.
    """
    table = inventory.route_table_of(subnet)
    if table is None:
        return Choice()
    return choose_of(inventory, table, address)


def choose_of(inventory: Inventory, table: RouteTable, address: Address) -> Choice:
    """The route of a table for an address; see `choose`."""
    doubts = tuple(_unread(inventory, table, address))
    fitting = sorted(
        ((_rank(route, network), route, network) for route, network in _networks(inventory, table, address)),
        key=lambda each: each[0],
    )
    if not fitting:
        return Choice(table, doubts=doubts)
    best, route, network = fitting[0]
    rivals = {other.target for rank, other, _ in fitting if rank == best} - {route.target}
    if rivals:
        named = ", ".join(sorted(rivals))
        doubts += (f"{table.id} leads {network} to {route.target} and as well to {named}: AWS chooses one of them",)
    return Choice(table, route, network, doubts)


def _networks(inventory: Inventory, table: RouteTable, address: Address) -> Iterator[tuple[Route, Network]]:
    for route in table.routes:
        networks: tuple[Network, ...] = (route.network,) if route.network is not None else ()
        if route.prefix_list:
            listed = inventory.prefix_list(route.prefix_list)
            networks = listed.networks if listed else ()
        for network in networks:
            if address in network:
                yield route, network


def _rank(route: Route, network: Network) -> tuple[int, int]:
    """Lower is chosen first."""
    if route.target == "local":
        return -network.prefixlen, 0
    if route.origin == "EnableVgwRoutePropagation":
        return -network.prefixlen, 3
    return -network.prefixlen, 2 if route.prefix_list else 1


def _unread(inventory: Inventory, table: RouteTable, address: Address) -> Iterator[str]:
    """Routes to prefix lists of which nobody could tell us the entries."""
    for route in table.routes:
        if route.prefix_list:
            listed = inventory.prefix_list(route.prefix_list)
            if listed is None or (not listed.entries and inventory.missing):
                yield (
                    f"{table.id} leads {route.prefix_list} to {route.target}, and whether {address} is in that prefix "
                    "list is not known"
                )
