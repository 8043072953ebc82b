"""Lookups over an inventory, built once: what an address is called, and what a name stands for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING, TypeVar

from tui.flows.filter.model import Kind
from tui.flows.filter.surroundings import Members
from tui.network.owner import KINDS, owner_of
from tui.network.place import Interface, Network, Subnet
from tui.network.prefix import Address, Prefixes, read_address
from tui.network.rules import PrefixList, RouteTable

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
AWS, LIST = "aws", "list"  # kinds of Name that are no owner of an interface: an AWS service, a prefix list
_ID = re.compile(r"[a-z]+-[0-9a-f]{8,}$")  # sg-0a1b…, subnet-0a1b…, vpce-0a1b…
_REMEMBERED = 65_536  # answers about addresses
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html: pkt-src-aws-service and pkt-dst-aws-service
SERVICE_CODES = (
    "AMAZON", "AMAZON_APPFLOW", "AMAZON_CONNECT", "API_GATEWAY", "AURORA_DSQL", "CHIME_MEETINGS",
    "CHIME_VOICECONNECTOR", "CLOUD9", "CLOUDFRONT", "CLOUDFRONT_ORIGIN_FACING", "CODEBUILD", "DYNAMODB", "EBS", "EC2",
    "EC2_INSTANCE_CONNECT", "GLOBALACCELERATOR", "IVS_LOW_LATENCY", "IVS_REALTIME", "KINESIS_VIDEO_STREAMS",
    "MEDIA_PACKAGE_V2", "ROUTE53", "ROUTE53_HEALTHCHECKS", "ROUTE53_HEALTHCHECKS_PUBLISHING", "ROUTE53_RESOLVER",
    "S3", "WORKSPACES_GATEWAYS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """What an address is called: `label` to show, '' when nobody knows.

    `kind` is the owner's short word (ec2, alb, rds …), `aws` for an AWS service's public addresses, or `list` for a prefix
    list of the reader's. `interface` is the ENI's id, '' when it is none; `gone`: that ENI is there no more.
    """

    label: str = ""
    kind: str = ""
    interface: str = ""
    gone: bool = False


NOBODY = Name()


class Index:
    """The lookups. Immutable but for the memory of answers, so that several threads may ask."""

    def __init__(self, inventory: Inventory) -> None:
        self.instances = {each.id: each for each in inventory.instances}
        self.interfaces = {each.id: each for each in inventory.interfaces}
        self.subnets = {each.id: each for each in inventory.subnets}
        self.vpcs = {each.id: each for each in inventory.vpcs}
        self.groups = {each.id: each for each in inventory.groups}
        self.endpoints = {each.id: each for each in inventory.endpoints}
        self.prefix_lists = {each.id: each for each in inventory.prefix_lists}
        self.acls = {subnet: acl for acl in inventory.acls for subnet in acl.subnets}
        self._tables = {subnet: table for table in inventory.route_tables for subnet in table.subnets}
        self._main_tables = {table.vpc: table for table in inventory.route_tables if table.main}
        self.owners = {each.id: owner_of(each, self.instances, self.endpoints) for each in inventory.interfaces}
        self._peers = _peers(inventory)
        # Those that are there before those that are gone, of these the last that went first.
        ordered = sorted(inventory.interfaces, key=lambda each: -(each.gone or float("inf")))
        self.at = _grouped((address, each) for each in ordered for address in (*each.addresses, *each.publics))
        self._delegated = _by_network((network, each) for each in ordered for network in each.prefixes)
        self._subnets = _by_network((network, each) for each in inventory.subnets for network in each.networks)
        self._own = {vpc.id: Prefixes((network, vpc) for network in vpc.networks) for vpc in inventory.vpcs}
        self.lists = _telling(inventory.prefix_lists, inventory.inside)
        self._lists = Prefixes(self.lists)
        self._answer = lru_cache(_REMEMBERED)(self._named)
        self._names = _Names(self, inventory)
        self._members = lru_cache(256)(self._names.members)

    def named(self, address: str, interface: str = "") -> Name:
        """See Inventory.named."""
        return self._answer(address, self._vpc_of(interface))

    def interface_at(self, address: str, interface: str = "") -> Interface | None:
        """See Inventory.interface_at."""
        return self.holder(address, self._vpc_of(interface))

    def subnet_at(self, address: str, vpc: str = "") -> Subnet | None:
        """See Inventory.subnet_at."""
        parsed = read_address(address)
        found = [each for each in (self._subnets.find(parsed) or ()) if vpc in {"", each.vpc}] if parsed else []
        return found[0] if len(found) == 1 else None

    def route_table_of(self, subnet: str) -> RouteTable | None:
        """See Inventory.route_table_of."""
        found = self._tables.get(subnet)
        if found is None and subnet in self.subnets:
            return self._main_tables.get(self.subnets[subnet].vpc)
        return found

    def members(self, kind: Kind, pattern: str) -> Members:
        """See Inventory.members."""
        return self._members(kind, pattern)

    def called(self, kind: Kind) -> tuple[str, ...]:
        """See Inventory.called."""
        return self._names.called(kind)

    def holders(self, address: Address) -> Sequence[Interface]:
        """Every interface that has or had an address, in whatever VPC: those that are there first."""
        return self.at.get(str(address)) or self._delegated.find(address) or ()

    def holder(self, address: str, vpc: str = "") -> Interface | None:
        """The interface with an address, as seen from a VPC."""
        found = self.at.get(address)
        parsed = read_address(address) if found is None or vpc else None
        if found is None and parsed is not None:
            found = self.at.get(str(parsed)) or self._delegated.find(parsed)
        return self._meant(found, address, parsed, vpc) if found else None

    def _named(self, address: str, vpc: str) -> Name:
        interface = self.holder(address, vpc)
        if interface is not None:
            owner = self.owners[interface.id]
            return Name(owner.label, owner.kind, interface.id, interface.gone is not None)
        parsed = read_address(address)
        found = self._lists.find(parsed) if parsed else None
        if found is None:
            return NOBODY
        return Name(found.service, AWS) if found.service else Name(found.name or found.id, LIST)

    def _meant(self, found: Sequence[Interface], address: str, parsed: Address | None, vpc: str) -> Interface | None:
        """Of interfaces with one address, the one in this VPC, else in a peer of it, else the only one; or none."""
        here = next((each for each in found if each.vpc == vpc), None)
        if here is not None:
            return here
        public = next((each for each in found if address in each.publics), None)
        if public is not None:
            return public
        own = self._own.get(vpc)
        if own is not None and parsed is not None and own.find(parsed) is not None:
            return None  # an address of this VPC that no interface is known to have; the others' are in other VPCs
        pool = [each for each in found if each.gone is None] or found
        if len({each.vpc for each in pool}) > 1 and vpc:
            pool = [each for each in pool if each.vpc in self._peers.get(vpc, ())]
        return pool[0] if len({each.vpc for each in pool}) == 1 else None

    def _vpc_of(self, interface: str) -> str:
        found = self.interfaces.get(interface) if interface else None
        return found.vpc if found else ""


class _Names:
    """What each name of each kind stands for: interfaces, and networks beside them."""

    def __init__(self, index: Index, inventory: Inventory) -> None:
        self._index = index
        self._interfaces: dict[Kind, dict[str, set[str]]] = {kind: defaultdict(set) for kind in Kind}
        self._networks: dict[Kind, dict[str, set[Network]]] = {kind: defaultdict(set) for kind in Kind}
        for each in inventory.interfaces:
            self._add_interface(each)
        for endpoint in inventory.endpoints:
            names = (endpoint.id, endpoint.service, endpoint.short, endpoint.name)
            self._add(Kind.ENDPOINT, names, endpoint.interfaces)
            self._add(Kind.SERVICE, (endpoint.short, endpoint.service), endpoint.interfaces)
            if not endpoint.interfaces:
                lists = [each for each in inventory.prefix_lists if each.name == endpoint.service]
                self._add_networks(Kind.ENDPOINT, names, lists)
        for prefix_list in inventory.prefix_lists:
            if prefix_list.service:
                self._add_networks(Kind.SERVICE, (prefix_list.service, prefix_list.name), [prefix_list])
            shown = prefix_list.service or prefix_list.name or prefix_list.id  # what a reader sees can be asked for
            self._add_networks(Kind.NAME, (shown,), [prefix_list])

    def _add_interface(self, interface: Interface) -> None:
        index, ids = self._index, (interface.id,)
        owner, instance = index.owners[interface.id], index.instances.get(interface.instance)
        self._add(Kind.NAME, (interface.name, owner.name, owner.label, instance.name if instance else ""), ids)
        self._add(Kind.SERVICE, (owner.kind,), ids)
        subnet = index.subnets.get(interface.subnet)
        self._add(Kind.SUBNET, (interface.subnet, subnet.name if subnet else ""), ids)
        for each in interface.groups:
            group = index.groups.get(each)
            self._add(Kind.SECURITY_GROUP, (each, group.name, group.tag) if group else (each,), ids)
        if owner.kind == "vpce":
            self._add(Kind.ENDPOINT, (owner.name,), ids)

    def _add(self, kind: Kind, names: Iterable[str], interfaces: Iterable[str]) -> None:
        for name in names:
            if name:
                self._interfaces[kind][name.lower()].update(interfaces)

    def _add_networks(self, kind: Kind, names: Iterable[str], lists: Iterable[PrefixList]) -> None:
        networks = [network for each in lists for network in each.networks]
        for name in names:
            if name:
                self._networks[kind][name.lower()].update(networks)

    def called(self, kind: Kind) -> tuple[str, ...]:
        """All names of a kind, in small letters, ids last."""
        names = self._interfaces[kind].keys() | self._networks[kind].keys()
        return tuple(sorted(names, key=lambda name: (_ID.match(name) is not None, name)))

    def members(self, kind: Kind, pattern: str) -> Members:
        """What the names like the pattern stand for."""
        ids = sorted(set().union(*_like(self._interfaces[kind], pattern)))
        networks = set().union(*_like(self._networks[kind], pattern))
        networks.update(self._addresses(ids))
        services: tuple[str, ...] = ()
        if kind is Kind.SERVICE:
            # service:ec2 are the instances here, not all that Amazon's customers have in EC2.
            codes = {code.lower(): code for code in SERVICE_CODES if code.lower() not in KINDS}
            codes |= {low.replace("_", "-"): code for low, code in codes.items()}
            services = tuple(sorted(set(_like(codes, pattern))))
        return Members(_collapsed(networks), tuple(ids), services)

    def _addresses(self, ids: Sequence[str]) -> Iterable[Network]:
        """The addresses of interfaces; of one that is gone, those that no other has by now."""
        wanted = set(ids)
        for each in (self._index.interfaces[one] for one in ids if one in self._index.interfaces):
            for address in (*each.addresses, *each.publics):
                if each.gone is None or self._index.at[address][0].id in wanted:
                    yield ip_network(address)
            yield from each.prefixes


def _like(names: dict[str, T], pattern: str) -> list[T]:
    """What the names like the pattern have; names are small already."""
    pattern = pattern.lower()
    if not {"*", "?"} & set(pattern):
        return [names[pattern]] if pattern in names else []
    inner = "".join({"*": ".*", "?": "."}.get(each) or re.escape(each) for each in re.sub(r"\*+", "*", pattern))
    passes: Callable[[str], object] = re.compile(inner, re.DOTALL).fullmatch
    return [thing for name, thing in names.items() if passes(name)]


def _collapsed(networks: Iterable[Network]) -> tuple[Network, ...]:
    """The same addresses in as few networks as there can be, IPv4 first."""
    fours = [each for each in networks if isinstance(each, IPv4Network)]
    sixes = [each for each in networks if isinstance(each, IPv6Network)]
    return (*collapse_addresses(fours), *collapse_addresses(sixes))


def _grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, tuple[T, ...]]:
    found: dict[K, list[T]] = defaultdict(list)
    for key, thing in pairs:
        if thing not in found[key]:
            found[key].append(thing)
    return {key: tuple(things) for key, things in found.items()}


def _by_network(pairs: Iterable[tuple[Network, T]]) -> Prefixes[tuple[T, ...]]:
    return Prefixes(_grouped(pairs).items())


def _peers(inventory: Inventory) -> dict[str, set[str]]:
    peers: dict[str, set[str]] = defaultdict(set)
    for each in inventory.peerings:
        if each.status in {"", "active"}:
            peers[each.requester[0]].add(each.accepter[0])
            peers[each.accepter[0]].add(each.requester[0])
    return dict(peers)


def _telling(lists: Iterable[PrefixList], inside: Sequence[Network]) -> list[tuple[Network, PrefixList]]:
    """The networks that tell whose an address is, Amazon's first; one that holds a whole VPC tells nobody apart."""
    ordered = sorted(lists, key=lambda each: (not each.is_aws, each.name, each.id))
    return [
        (network, each)
        for each in ordered
        for network in each.networks
        if each.is_aws or not any(own.version == network.version and own.subnet_of(network) for own in inside)  # type: ignore[arg-type]  # of one version
    ]
