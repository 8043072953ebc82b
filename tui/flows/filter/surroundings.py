"""What a filter needs to know besides the record: the time, the gaps, and what the inventory calls whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Protocol

from tui.flows.filter.model import Kind, Network

# RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 2.5.6 and the loopbacks: addresses that the internet does not route.
PRIVATE: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Members:
    """What goes by a name: networks (an address is a network of one), interfaces, and codes of AWS services."""

    networks: tuple[Network, ...] = ()
    interfaces: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


class Directory(Protocol):
    """The inventory, as a filter asks it."""

    def members(self, kind: Kind, pattern: str) -> Members:
        """What the names that are like `pattern` (`*`, `?`, any case) stand for."""


class NoDirectory:
    """An inventory that knows nobody."""

    def members(self, kind: Kind, pattern: str) -> Members:  # noqa: ARG002  the protocol's
        """Nobody."""
        return Members()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`now` in Unix seconds; `gaps` as (since, until) of the open ones; `inside` are the VPC's own networks."""

    now: float = 0.0
    gaps: tuple[tuple[float, float], ...] = ()
    directory: Directory = field(default_factory=NoDirectory)
    inside: tuple[Network, ...] = ()
