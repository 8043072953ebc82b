"""Which way a packet leaves its subnet, by the route tables that EC2 holds right now: the longest prefix wins.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple


class Way(NamedTuple):
    """`kind` is local, peering, tgw, nat, igw, endpoint or "" (no route); `target` the id of what is routed to."""

    kind: str
    target: str = ""


# The code of traffic-path for each way, for interfaces of Nitro instances and of services:
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
TRAFFIC_PATH = {"local": "1", "nat": "1", "tgw": "1", "peering": "4", "igw": "8", "endpoint": "7", "": "-"}


class Routes:
    """Looks up routes; `refresh` after a change, or to find out whether there was one."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self._print: Any = None
        self.refresh()

    def refresh(self) -> bool:
        """Read the route tables again if they changed; True if so."""
        found = [
            (table.id, [(route.id, _way(route)) for route in table.routes])
            for table in self.backend.route_tables.values()
        ]
        if found == self._print:
            return False
        self._print = found
        self._tables: dict[str, list[tuple[IPv4Network | IPv6Network, Way]]] = {}
        for table in self.backend.route_tables.values():
            routes = [(network, _way(route)) for route in table.routes for network in _networks(route)]
            self._tables[table.id] = sorted(routes, key=lambda each: -each[0].prefixlen)
        return True

    def way(self, table_id: str, address: str) -> Way:
        """How what goes to this address leaves a subnet of this route table."""
        wanted = ip_address(address)
        return next((way for network, way in self._tables[table_id] if wanted in network), Way(""))


def _way(route: Any) -> Way:
    if route.local:
        return Way("local")
    for kind, target in (
        ("nat", route.nat_gateway_id),
        ("tgw", route.transit_gateway_id),
        ("peering", route.vpc_peering_connection_id),
    ):
        if target:
            return Way(kind, target)
    gateway = route.gateway_id or ""
    return Way("endpoint" if gateway.startswith("vpce-") else "igw" if gateway.startswith("igw-") else "", gateway)


def _networks(route: Any) -> list[IPv4Network | IPv6Network]:
    if route.destination_prefix_list:
        entries = route.destination_prefix_list.entries
        return [ip_network(entry["Cidr"]) for entry in entries[max(entries)]]
    return [ip_network(route.destination_cidr_block or route.destination_ipv6_cidr_block)]
