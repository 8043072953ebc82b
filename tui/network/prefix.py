"""Longest-prefix lookups: which network an address is in, in as many steps as there are lengths."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Generic, TypeVar

from tui.network.place import Network

T = TypeVar("T")
Address = IPv4Address | IPv6Address


def read_address(text: str) -> Address | None:
    """The address a text is, None if it is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


class Prefixes(Generic[T]):
    """Networks, each with something; of equal networks the first stays."""

    def __init__(self, networks: Iterable[tuple[Network, T]] = ()) -> None:
        # By version and length, longest first: the network's number without its host part.
        self._tables: dict[tuple[int, int], dict[int, T]] = {}
        for network, thing in networks:
            host = network.max_prefixlen - network.prefixlen
            table = self._tables.setdefault((network.version, host), {})
            table.setdefault(int(network.network_address) >> host, thing)
        self._order = sorted(self._tables)

    def find(self, address: Address) -> T | None:
        """What the longest network with this address has, None if there is no such network."""
        number = int(address)
        for version, host in self._order:
            if version == address.version:
                found = self._tables[version, host].get(number >> host)
                if found is not None:
                    return found
        return None
