"""The inventory: what there is in the reader's VPCs, as one frozen value, and what every source of it promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from tui.flows.filter.model import Kind
from tui.flows.filter.surroundings import Members
from tui.network.change import Change
from tui.network.index import Index, Name
from tui.network.owner import Owner
from tui.network.place import Instance, Interface, Network, Peering, Subnet, Vpc, VpcDns
from tui.network.rules import Endpoint, NetworkAcl, PrefixList, RouteTable, SecurityGroup
from tui.network.service import Connection, OwnedService, Service
from tui.network.verdict.rulebook import Rulebook

if TYPE_CHECKING:
    import polars as pl  # 0.2 s to import: the first paint comes before it

# The parts of an inventory, as `read_at` names them; the fields of Inventory.
PARTS = (
    "interfaces", "instances", "subnets", "vpcs", "peerings", "groups", "endpoints", "prefix_lists", "acls",
    "route_tables", "owned_services", "connections", "services", "vpc_dns",
)  # fmt: skip


@dataclass(frozen=True, eq=False)  # compared and hashed as the one it is: it may hold 20,000 interfaces
class Inventory:
    """What there is, as of `at` (Unix seconds).

    `scope` are the ids of the VPCs it is about, empty for all of the Region; their peers are in it too. `interfaces` has
    those that are gone as well. `missing` is what could not be read and what is not known for that, a sentence each.
    `trouble` is why it could not be read again of late, '' if it could. `read_at` tells when each of PARTS was last read;
    what was never read is not in it. `changes` of rules, oldest first. `notes` tell what AWS said that cannot be used.
    """

    at: float = 0.0
    scope: tuple[str, ...] = ()
    account: str = ""
    region: str = ""
    interfaces: tuple[Interface, ...] = ()
    instances: tuple[Instance, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    vpcs: tuple[Vpc, ...] = ()
    peerings: tuple[Peering, ...] = ()
    groups: tuple[SecurityGroup, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    acls: tuple[NetworkAcl, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    services: tuple[Service, ...] = ()
    owned_services: tuple[OwnedService, ...] = ()
    connections: tuple[Connection, ...] = ()
    vpc_dns: tuple[VpcDns, ...] = ()
    missing: tuple[str, ...] = ()
    trouble: str = ""
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    read_at: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def index(self) -> Index:
        """The lookups, built when first asked for: the source asks, in its own thread."""
        return Index(self)

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules, laid out for verdicts; built when first asked for."""
        return Rulebook(self)

    @cached_property
    def inside(self) -> tuple[Network, ...]:
        """The networks of the VPCs and of those they peer with."""
        networks = [network for vpc in self.vpcs for network in vpc.networks]
        for peering in self.peerings:
            networks += [*peering.requester_networks, *peering.accepter_networks]
        return tuple(dict.fromkeys(networks))

    def has(self, *parts: str) -> bool:
        """Whether these PARTS have been read; what was never read says nothing, not even that there is none."""
        return all(part in self.read_at for part in parts)

    def named(self, address: str, interface: str = "") -> Name:
        """What an address is called: the owner of its interface, or the AWS service whose prefix list has it.

        `interface` is the ENI that saw it: of VPCs whose addresses overlap, its own is meant. An address nobody knows, or
        that several VPCs have and nothing tells which is meant, has an empty label.
        """
        return self.index.named(address, interface)

    def interface_at(self, address: str, interface: str = "") -> Interface | None:
        """The interface that has an address, as `named` understands it; the last that had it if none does now."""
        return self.index.interface_at(address, interface)

    def interface(self, interface: str) -> Interface | None:
        """The interface with this id, though it may be gone."""
        return self.index.interfaces.get(interface)

    def owner(self, interface: str) -> Owner | None:
        """Whose the interface with this id is; None if there was never one."""
        return self.index.owners.get(interface)

    def subnet_at(self, address: str, vpc: str = "") -> Subnet | None:
        """The subnet an address is in, of this VPC or of any; None if in none, or in several VPCs."""
        return self.index.subnet_at(address, vpc)

    def dns_of(self, vpc: str) -> VpcDns | None:
        """The DNS attributes of a VPC; None where they were not read."""
        return next((each for each in self.vpc_dns if each.vpc == vpc), None)

    def group(self, group: str) -> SecurityGroup | None:
        """The security group with this id."""
        return self.index.groups.get(group)

    def acl_of(self, subnet: str) -> NetworkAcl | None:
        """The network ACL a subnet is under: every subnet has one."""
        return self.index.acls.get(subnet)

    def route_table_of(self, subnet: str) -> RouteTable | None:
        """The route table of a subnet: its own, or the main one of its VPC."""
        return self.index.route_table_of(subnet)

    def prefix_list(self, prefix_list: str) -> PrefixList | None:
        """The prefix list with this id."""
        return self.index.prefix_lists.get(prefix_list)

    def members(self, kind: Kind, pattern: str) -> Members:
        """What the names like `pattern` (`*`, `?`, any case) stand for: the promise of a Directory."""
        return self.index.members(kind, pattern)

    def called(self, kind: Kind) -> tuple[str, ...]:
        """All names of a kind that `members` knows, in small letters, ids last."""
        return self.index.called(kind)

    def names_frame(self, vpc: str = "") -> pl.DataFrame:
        """One row an address, to join on: see tui.network.frame.names_frame."""
        from tui.network.frame import names_frame

        return names_frame(self, vpc)

    def networks_frame(self) -> pl.DataFrame:
        """One row a network of an AWS service or a prefix list: see tui.network.frame.networks_frame."""
        from tui.network.frame import networks_frame

        return networks_frame(self)


NOTHING = Inventory()


class InventorySource(Protocol):
    """Where inventories come from. `inventories` is used by one thread of its own, `wanted` by any."""

    def inventories(self, stop: Event) -> Iterator[Inventory]:
        """Inventories, each the whole of what is known, as something changes, until `stop` is set.

        Every wait ends at once when `stop` is set. After a SourceError it may be called again, and goes on.

        Raises:
            SourceError: nothing can be read now, or ever (`fatal`): no credentials, no Region.
        """

    def wanted(self, names: Iterable[str]) -> None:
        """Interface ids and addresses that the last inventory does not know: to be looked for soon."""
