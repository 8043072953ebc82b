"""The Describe calls of the inventory: whole lists, page by page, of the VPCs in scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from threading import Event
from typing import Any

from tui.aws import inventory_place as place
from tui.aws import inventory_rules as rules
from tui.aws import inventory_service as service
from tui.aws.inventory_call import MOST_VALUES, Caller
from tui.aws.inventory_dns import vpc_dns
from tui.aws.service_memory import ServiceMemory
from tui.aws.session import Clients
from tui.network.place import Instance, Interface, Peering, Subnet, Vpc, VpcDns
from tui.network.rules import Endpoint, NetworkAcl, PrefixList, RouteTable, SecurityGroup
from tui.network.service import Connection, OwnedService, Service

PREFIX_LISTS_EVERY = 86_400.0  # seconds for Amazon's own lists, which have no version that would tell of a change


class Reader(Caller):
    """Reads one part after another. Not thread safe: the inventory's thread has it."""

    def __init__(self, clients: Clients, stop: Event) -> None:
        super().__init__(clients, stop)
        self.scope: tuple[str, ...] = ()  # ids of VPCs, peers with them; empty: all of the Region
        self._services = ServiceMemory()
        self._lists: dict[str, tuple[int, float, PrefixList]] = {}  # by id: version, when read, what it was

    def interfaces(self, filters: Mapping[str, Sequence[str]] | None = None) -> tuple[Interface, ...]:
        """All in scope, or those that pass the filters wherever they are."""
        found = self.items("DescribeNetworkInterfaces", "NetworkInterfaces", self._scope(filters), managed=True)
        notes = self.afresh("interfaces", again=filters is None)
        return tuple(place.interface(each, notes) for each in found)

    def instances(self, filters: Mapping[str, Sequence[str]] | None = None) -> tuple[Instance, ...]:
        """All in scope, or those that pass the filters wherever they are."""
        found = self.items("DescribeInstances", "Reservations", self._scope(filters), managed=True)
        notes = self.afresh("instances", again=filters is None)
        return tuple(place.instance(one, notes) for each in found for one in each.get("Instances") or ())

    def subnets(self) -> tuple[Subnet, ...]:
        """All in scope."""
        notes = self.afresh("subnets")
        return tuple(place.subnet(each, notes) for each in self.items("DescribeSubnets", "Subnets", self._scope()))

    def vpcs(self) -> tuple[Vpc, ...]:
        """All in scope."""
        notes = self.afresh("vpcs")
        return tuple(place.vpc(each, notes) for each in self.items("DescribeVpcs", "Vpcs", self._scope()))

    def vpc_dns(self, vpcs: Iterable[str]) -> tuple[VpcDns, ...]:
        """The DNS attributes of these VPCs."""
        return vpc_dns(vpcs, self.one)

    def peerings(self, vpcs: Sequence[str]) -> tuple[Peering, ...]:
        """Those of these VPCs, on either side; of no VPCs, all."""
        notes = self.afresh("peerings")
        found = {}
        for side in ("requester", "accepter") if vpcs else ("",):
            filters = {f"{side}-vpc-info.vpc-id": vpcs} if vpcs else {}
            for each in self.items("DescribeVpcPeeringConnections", "VpcPeeringConnections", filters):
                peering = place.peering(each, notes)
                found[peering.id] = peering
        return tuple(found.values())

    def groups(self) -> tuple[SecurityGroup, ...]:
        """All in scope with their rules; where DescribeSecurityGroupRules is denied, rules without ids."""
        notes = self.afresh("groups")
        found = list(self.items("DescribeSecurityGroups", "SecurityGroups", self._scope()))
        ids = [str(each.get("GroupId")) for each in found]
        told = self.or_without("DescribeSecurityGroupRules", "SecurityGroupRules", {"group-id": ids}) if ids else []
        if told is None:
            return tuple(rules.group(each, notes) for each in found)
        by_group: dict[str, list[Any]] = {}
        for each in told:
            by_group.setdefault(str(each.get("GroupId")), []).append(each)
        return tuple(rules.group(each, notes, by_group.get(str(each.get("GroupId")), ())) for each in found)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All in scope."""
        notes = self.afresh("endpoints")
        found = self.items("DescribeVpcEndpoints", "VpcEndpoints", self._scope())
        return tuple(rules.endpoint(each, notes, self.clients.region) for each in found)

    def owned_services(self) -> tuple[OwnedService, ...]:
        """The account's own, of the Region."""
        found = self.items("DescribeVpcEndpointServiceConfigurations", "ServiceConfigurations", {})
        return tuple(service.owned_service(each) for each in found)

    def connections(self) -> tuple[Connection, ...]:
        """Those to the account's own services, of the Region."""
        found = self.items("DescribeVpcEndpointConnections", "VpcEndpointConnections", {})
        return tuple(service.connection(each) for each in found)

    def services(
        self, endpoints: Iterable[Endpoint], owned: Iterable[OwnedService], mono: float
    ) -> tuple[Service, ...]:
        """Those that endpoints lead to and the account's own, each asked for once a day.

        By a filter: to ask by ServiceNames is refused as a whole when one of them is unknown.
        """
        wanted = {each.service: each.region for each in endpoints if each.service}
        wanted |= {each.service: "" for each in owned if each.service}
        regional = self.knows("DescribeVpcEndpointServices", "ServiceRegions")
        for region, names in self._services.due(wanted, mono).items():
            where: dict[str, Any] = {"ServiceRegions": [region]} if region and regional else {}
            found = self.items("DescribeVpcEndpointServices", "ServiceDetails", {"service-name": names}, **where)
            self._services.keep(names, service.services(found), mono)
        return self._services.held(wanted)

    def acls(self) -> tuple[NetworkAcl, ...]:
        """All in scope."""
        notes = self.afresh("acls")
        return tuple(rules.acl(each, notes) for each in self.items("DescribeNetworkAcls", "NetworkAcls", self._scope()))

    def route_tables(self) -> tuple[RouteTable, ...]:
        """All in scope."""
        notes, found = self.afresh("route_tables"), self.items("DescribeRouteTables", "RouteTables", self._scope())
        return tuple(rules.route_table(each, notes) for each in found)

    def prefix_lists(self, mono: float, only: Collection[str] | None = None) -> tuple[PrefixList, ...]:
        """All of the Region. The entries of one are read when its version changes, of Amazon's own once a day.

        `only` are the ids of those whose entries are worth a call of their own; None: all.
        """
        notes = self.afresh("prefix_lists")
        found = list(self.items("DescribeManagedPrefixLists", "PrefixLists", {}))
        due = [each for each in found if self._is_due(each, mono)]
        # One call tells the networks of all of Amazon's lists.
        theirs = self.or_without("DescribePrefixLists", "PrefixLists", {}) if any(map(_is_aws, due)) else []
        cidrs = {str(each.get("PrefixListId")): each.get("Cidrs") or () for each in theirs or ()}
        for each in due:
            one = str(each.get("PrefixListId"))
            entries: Iterable[Any] | None = [{"Cidr": cidr} for cidr in cidrs.get(one, ())]
            if not entries and (only is None or one in only):
                entries = self.or_without("GetManagedPrefixListEntries", "Entries", {}, PrefixListId=one)
            if entries is not None:
                made = rules.prefix_list(each, entries, notes)
                self._lists[one] = (made.version, mono, made)
        there = [str(each.get("PrefixListId")) for each in found]
        self._lists = {one: self._lists[one] for one in there if one in self._lists}
        named = {str(each.get("PrefixListId")): each for each in found}
        return tuple(
            self._lists[one][2] if one in self._lists else rules.prefix_list(named[one], (), []) for one in there
        )

    def vpcs_of(self, resources: Iterable[str]) -> tuple[str, ...]:
        """The VPCs of resources: `vpc-… subnet-… eni-… i-… vpce-…`; others tell none."""
        found: dict[str, None] = {}
        by_kind: dict[str, list[str]] = {}
        for each in resources:
            by_kind.setdefault(each.partition("-")[0], []).append(each)
        found.update(dict.fromkeys(by_kind.get("vpc", ())))
        for kind, (operation, key, name) in _LOOK_UP.items():
            if kind in by_kind:
                for item in self.items(operation, key, {name: by_kind[kind]}):
                    found[place.text(item, "VpcId")] = None
        found.pop("", None)
        return tuple(found)

    def _is_due(self, item: Mapping[str, Any], mono: float) -> bool:
        known = self._lists.get(str(item.get("PrefixListId")))
        if known is None or known[0] != int(item.get("Version") or 0):
            return True
        return _is_aws(item) and mono - known[1] >= PREFIX_LISTS_EVERY

    def _scope(self, filters: Mapping[str, Sequence[str]] | None = None) -> Mapping[str, Sequence[str]]:
        if filters is not None:
            return filters
        return {"vpc-id": self.scope} if 0 < len(self.scope) <= MOST_VALUES else {}


_LOOK_UP = {
    "subnet": ("DescribeSubnets", "Subnets", "subnet-id"),
    "eni": ("DescribeNetworkInterfaces", "NetworkInterfaces", "network-interface-id"),
    "i": ("DescribeNetworkInterfaces", "NetworkInterfaces", "attachment.instance-id"),
    "vpce": ("DescribeVpcEndpoints", "VpcEndpoints", "vpc-endpoint-id"),
}


def _is_aws(item: Mapping[str, Any]) -> bool:
    return item.get("OwnerId") == "AWS" or str(item.get("PrefixListName")).startswith("com.amazonaws.")
