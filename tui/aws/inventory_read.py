"""The Describe calls of the inventory: whole lists, page by page, of the VPCs in scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from threading import Event
from typing import Any

from tui.aws import inventory_place as place
from tui.aws import inventory_rules as rules
from tui.aws import inventory_service as service
from tui.aws.ahead import Ahead
from tui.aws.budget import Budget
from tui.aws.inventory_dns import vpc_dns
from tui.aws.inventory_effect import EFFECTS
from tui.aws.refusal import RefusedError
from tui.aws.rule import BadBodyError, Trouble
from tui.aws.service_memory import ServiceMemory
from tui.aws.session import Clients
from tui.flows.source import SourceError
from tui.network.place import Instance, Interface, Peering, Subnet, Vpc, VpcDns
from tui.network.rules import Endpoint, NetworkAcl, PrefixList, RouteTable, SecurityGroup
from tui.network.service import Connection, OwnedService, Service

MOST_VALUES = 200  # of one filter; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
RATE = 5.0  # calls a second; EC2 refills 20 a second for all that read in the account and Region
PREFIX_LISTS_EVERY = 86_400.0  # seconds for Amazon's own lists, which have no version that would tell of a change
_PAGE, _SMALL_PAGE = 1000, 100
_SMALL_PAGES = {"DescribeManagedPrefixLists", "GetManagedPrefixListEntries", "DescribeRouteTables"}
_MOST_PAGES = 500


class StoppedError(Exception):
    """`stop` was set while something was read."""


class Reader:
    """Reads one part after another. `missing` tells, by action, what is denied; `notes`, by part, what cannot be used.

    Not thread safe: the inventory's thread has it.
    """

    def __init__(self, clients: Clients, stop: Event) -> None:
        self.clients = clients
        self.stop = stop
        self.budget = Budget(RATE)
        self.scope: tuple[str, ...] = ()  # ids of VPCs, peers with them; empty: all of the Region
        self.missing: dict[str, str] = {}
        self.notes: dict[str, list[str]] = {}
        self._services = ServiceMemory()
        self._lists: dict[str, tuple[int, float, PrefixList]] = {}  # by id: version, when read, what it was

    def interfaces(self, filters: Mapping[str, Sequence[str]] | None = None) -> tuple[Interface, ...]:
        """All in scope, or those that pass the filters wherever they are."""
        found = self._list("DescribeNetworkInterfaces", "NetworkInterfaces", self._scope(filters), managed=True)
        notes = self._notes("interfaces", again=filters is None)
        return tuple(place.interface(each, notes) for each in found)

    def instances(self, filters: Mapping[str, Sequence[str]] | None = None) -> tuple[Instance, ...]:
        """All in scope, or those that pass the filters wherever they are."""
        found = self._list("DescribeInstances", "Reservations", self._scope(filters), managed=True)
        notes = self._notes("instances", again=filters is None)
        return tuple(place.instance(one, notes) for each in found for one in each.get("Instances") or ())

    def subnets(self) -> tuple[Subnet, ...]:
        """All in scope."""
        notes = self._notes("subnets")
        return tuple(place.subnet(each, notes) for each in self._list("DescribeSubnets", "Subnets", self._scope()))

    def vpcs(self) -> tuple[Vpc, ...]:
        """All in scope."""
        notes = self._notes("vpcs")
        return tuple(place.vpc(each, notes) for each in self._list("DescribeVpcs", "Vpcs", self._scope()))

    def vpc_dns(self, vpcs: Iterable[str]) -> tuple[VpcDns, ...]:
        """The DNS attributes of these VPCs."""
        return vpc_dns(vpcs, self._one)

    def peerings(self, vpcs: Sequence[str]) -> tuple[Peering, ...]:
        """Those of these VPCs, on either side; of no VPCs, all."""
        notes = self._notes("peerings")
        found = {}
        for side in ("requester", "accepter") if vpcs else ("",):
            filters = {f"{side}-vpc-info.vpc-id": vpcs} if vpcs else {}
            for each in self._list("DescribeVpcPeeringConnections", "VpcPeeringConnections", filters):
                peering = place.peering(each, notes)
                found[peering.id] = peering
        return tuple(found.values())

    def groups(self) -> tuple[SecurityGroup, ...]:
        """All in scope with their rules; where DescribeSecurityGroupRules is denied, rules without ids."""
        notes = self._notes("groups")
        found = list(self._list("DescribeSecurityGroups", "SecurityGroups", self._scope()))
        ids = [str(each.get("GroupId")) for each in found]
        told = self._or_without("DescribeSecurityGroupRules", "SecurityGroupRules", {"group-id": ids}) if ids else []
        if told is None:
            return tuple(rules.group(each, notes) for each in found)
        by_group: dict[str, list[Any]] = {}
        for each in told:
            by_group.setdefault(str(each.get("GroupId")), []).append(each)
        return tuple(rules.group(each, notes, by_group.get(str(each.get("GroupId")), ())) for each in found)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All in scope."""
        notes = self._notes("endpoints")
        found = self._list("DescribeVpcEndpoints", "VpcEndpoints", self._scope())
        return tuple(rules.endpoint(each, notes, self.clients.region) for each in found)

    def owned_services(self) -> tuple[OwnedService, ...]:
        """The account's own, of the Region."""
        found = self._list("DescribeVpcEndpointServiceConfigurations", "ServiceConfigurations", {})
        return tuple(service.owned_service(each) for each in found)

    def connections(self) -> tuple[Connection, ...]:
        """Those to the account's own services, of the Region."""
        found = self._list("DescribeVpcEndpointConnections", "VpcEndpointConnections", {})
        return tuple(service.connection(each) for each in found)

    def services(
        self, endpoints: Iterable[Endpoint], owned: Iterable[OwnedService], mono: float
    ) -> tuple[Service, ...]:
        """Those that endpoints lead to and the account's own, each asked for once a day.

        By a filter: to ask by ServiceNames is refused as a whole when one of them is unknown.
        """
        wanted = {each.service: each.region for each in endpoints if each.service}
        wanted |= {each.service: "" for each in owned if each.service}
        regional = self._knows("DescribeVpcEndpointServices", "ServiceRegions")
        for region, names in self._services.due(wanted, mono).items():
            where: dict[str, Any] = {"ServiceRegions": [region]} if region and regional else {}
            found = self._list("DescribeVpcEndpointServices", "ServiceDetails", {"service-name": names}, **where)
            self._services.keep(names, service.services(found), mono)
        return self._services.held(wanted)

    def acls(self) -> tuple[NetworkAcl, ...]:
        """All in scope."""
        notes = self._notes("acls")
        return tuple(rules.acl(each, notes) for each in self._list("DescribeNetworkAcls", "NetworkAcls", self._scope()))

    def route_tables(self) -> tuple[RouteTable, ...]:
        """All in scope."""
        notes, found = self._notes("route_tables"), self._list("DescribeRouteTables", "RouteTables", self._scope())
        return tuple(rules.route_table(each, notes) for each in found)

    def prefix_lists(self, mono: float, only: Collection[str] | None = None) -> tuple[PrefixList, ...]:
        """All of the Region. The entries of one are read when its version changes, of Amazon's own once a day.

        `only` are the ids of those whose entries are worth a call of their own; None: all.
        """
        notes = self._notes("prefix_lists")
        found = list(self._list("DescribeManagedPrefixLists", "PrefixLists", {}))
        due = [each for each in found if self._is_due(each, mono)]
        # One call tells the networks of all of Amazon's lists.
        theirs = self._or_without("DescribePrefixLists", "PrefixLists", {}) if any(map(_is_aws, due)) else []
        cidrs = {str(each.get("PrefixListId")): each.get("Cidrs") or () for each in theirs or ()}
        for each in due:
            one = str(each.get("PrefixListId"))
            entries: Iterable[Any] | None = [{"Cidr": cidr} for cidr in cidrs.get(one, ())]
            if not entries and (only is None or one in only):
                entries = self._or_without("GetManagedPrefixListEntries", "Entries", {}, PrefixListId=one)
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
                for item in self._list(operation, key, {name: by_kind[kind]}):
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

    def _notes(self, part: str, *, again: bool = True) -> list[str]:
        """Where a reading of a part leaves its notes; those of the last are forgotten when all is read `again`."""
        if again:
            self.notes[part] = []
        return self.notes.setdefault(part, [])

    def _or_without(
        self, operation: str, key: str, filters: Mapping[str, Sequence[str]], **parameters: Any
    ) -> list[Any] | None:
        """The items; None where they may not be had: then the part does without, and `missing` says so."""
        try:
            return list(self._list(operation, key, filters, **parameters))
        except RefusedError as error:
            if error.trouble is Trouble.MISSING:  # deleted since it was listed
                return []
            if error.trouble not in LASTING:
                raise
            self.lacks(operation, error)
            return None

    def lacks(self, operation: str, error: RefusedError) -> None:
        """Note that an action may not be used, or is not there, and what is not known for that."""
        effect = EFFECTS[operation]
        how = "is denied" if error.trouble is Trouble.DENIED else f"failed ({error.reason})"
        self.missing[operation] = f"ec2:{operation} {how}: {effect}"

    def _list(
        self,
        operation: str,
        key: str,
        filters: Mapping[str, Sequence[str]],
        *,
        managed: bool = False,
        **parameters: Any,
    ) -> Iterator[Any]:
        """The items of all pages, for as many values of a filter as there are.

        Raises:
            RefusedError: a page could not be read; what was yielded before is no whole list.
            StoppedError: `stop` was set.
        """
        self.operation = operation
        asked = {**parameters, "MaxResults": _SMALL_PAGE if operation in _SMALL_PAGES else _PAGE}
        if managed and self._knows(operation, "IncludeManagedResources"):
            asked["IncludeManagedResources"] = True  # else those that a service hides are left out
        for each in _portions(filters):
            yield from self._pages(operation, key, {**asked, **({"Filters": each} if each else {})})
        self.missing.pop(operation, None)

    def _one(self, operation: str, **asked: Any) -> dict[str, Any]:
        """The answer to a call that is about one thing, and has no pages."""
        self.operation = operation
        if not self.budget.take(self.stop):
            raise StoppedError
        answer = self._answer(operation, asked)
        self.budget.answered()
        self.missing.pop(operation, None)
        return answer

    def _pages(self, operation: str, key: str, asked: dict[str, Any]) -> Iterator[Any]:
        tokens: set[str] = set()
        while True:
            if not self.budget.take(self.stop):
                raise StoppedError
            answer = self._answer(operation, asked)
            # An empty list may be left out, but EC2 tells the request's id in every answer of its own.
            if key not in answer and not answer.get("ResponseMetadata", {}).get("RequestId"):
                raise self.clients.refuse(BadBodyError(f"no {key} in it"), f"ec2:{operation}")
            self.budget.answered()
            yield from answer.get(key) or ()
            token = answer.get("NextToken")
            if not token:
                return
            if token in tokens or len(tokens) >= _MOST_PAGES:
                raise self.clients.refuse(BadBodyError("its page token repeats"), f"ec2:{operation}")
            tokens.add(token)
            asked["NextToken"] = token

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer to one call, which nobody waits for any longer once `stop` is set."""
        try:
            answer = Ahead(partial(self.clients.call, "ec2", operation, "", "", **asked)).answer(self.stop)
        except SourceError:
            if self.stop.is_set():
                raise StoppedError from None
            raise
        if answer is None:
            raise StoppedError
        return answer

    def _knows(self, operation: str, parameter: str) -> bool:
        """Whether this botocore has the parameter."""
        try:
            shape = self.clients.client("ec2").meta.service_model.operation_model(operation).input_shape
        except Exception as error:
            raise self.clients.refuse(error, f"ec2:{operation}") from error
        return parameter in shape.members


LASTING = {Trouble.DENIED, Trouble.WRONG}  # trying again soon cannot help
_LOOK_UP = {
    "subnet": ("DescribeSubnets", "Subnets", "subnet-id"),
    "eni": ("DescribeNetworkInterfaces", "NetworkInterfaces", "network-interface-id"),
    "i": ("DescribeNetworkInterfaces", "NetworkInterfaces", "attachment.instance-id"),
    "vpce": ("DescribeVpcEndpoints", "VpcEndpoints", "vpc-endpoint-id"),
}


def _is_aws(item: Mapping[str, Any]) -> bool:
    return item.get("OwnerId") == "AWS" or str(item.get("PrefixListName")).startswith("com.amazonaws.")


def _portions(filters: Mapping[str, Sequence[str]]) -> Iterator[list[dict[str, Any]]]:
    """The filters as Amazon wants them, as often as the values of one need to be asked for in portions."""
    if not filters:
        yield []
    for name, values in filters.items():
        for at in range(0, len(values), MOST_VALUES):
            yield [{"Name": name, "Values": list(values[at : at + MOST_VALUES])}]
