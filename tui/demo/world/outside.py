"""The addresses outside the VPCs that take part in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from random import Random
from typing import Any

from tui.demo.world.topology import Topology

OFFICE = tuple(f"198.51.100.{host}" for host in range(241, 247))
SCANNERS = tuple(f"192.0.2.{host}" for host in range(3, 120, 2))
PORT_SCANNER = "192.0.2.201"


def outside(topology: Topology, backend: Any) -> Mapping[str, tuple[str, ...]]:
    """Groups of addresses by the names that `talk` uses; those of AWS services lie in Amazon's prefix lists."""
    random = Random(topology.seed)

    def some(cidr: str, count: int) -> tuple[str, ...]:
        network = ip_network(cidr)
        return tuple(
            str(network[place]) for place in random.sample(range(1, min(network.num_addresses, 1 << 32) - 1), count)
        )

    def service(name: str, count: int) -> tuple[str, ...]:
        lists = backend.managed_prefix_lists[topology.prefix_lists[name]]
        cidrs = [entry["Cidr"] for entry in lists.entries[max(lists.entries)]]
        return tuple(address for cidr in cidrs for address in some(cidr, count))

    return {
        "@internet": some("198.51.100.0/25", 110) + some("198.51.100.128/26", 50),
        "@internet6": some("2001:db8:c11e::/64", 40),
        "@web": some("192.0.2.128/26", 40),
        "@partners": some("203.0.113.128/26", 9),
        "@mirrors": some("203.0.113.224/28", 5),
        "@ntp": some("203.0.113.244/30", 2),
        "@analysts": some("10.9.64.0/24", 8),
        "@branches": some("10.9.4.0/24", 14),
        "@office": OFFICE[:4],
        "@s3": service("s3", 5),
        "@dynamodb": service("dynamodb", 2),
    }
