"""What EC2 tells of security groups, network ACLs, routes, prefix lists and endpoints, as values of tui.network.rules.

Each function takes one item of a Describe answer, and a list of notes for what cannot be used of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from tui.aws.inventory_place import Item, Notes, name_of, network, part, tags, text, texts
from tui.aws.inventory_service import state_of
from tui.network.place import Network
from tui.network.rules import (
    ANY,
    AclEntry,
    Endpoint,
    GroupRule,
    NetworkAcl,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
)

_POLICY_LONGEST = 65_536  # characters; AWS allows 20,480


def group(item: Item, notes: Notes, rules: Iterable[Item] | None = None) -> SecurityGroup:
    """An item of DescribeSecurityGroups with its rules of DescribeSecurityGroupRules; None: those it tells itself."""
    whose, mine = text(item, "GroupId"), tags(item)
    told = _permissions(item, notes) if rules is None else (_rule(each, notes) for each in rules)
    found = tuple(sorted((each for each in told if each is not None), key=_order))
    return SecurityGroup(
        whose,
        text(item, "GroupName"),
        text(item, "VpcId"),
        text(item, "OwnerId"),
        text(item, "Description"),
        found,
        name_of(mine),
        mine,
    )


def _order(rule: GroupRule) -> tuple[Any, ...]:
    """By what they say: AWS answers in no order, and an order of its own would look like a change."""
    return (
        rule.egress,
        rule.protocol,
        rule.first,
        rule.last,
        str(rule.network),
        rule.prefix_list,
        rule.peer_group,
        rule.id,
    )


def _rule(item: Item, notes: Notes) -> GroupRule | None:
    """An item of DescribeSecurityGroupRules; None if its CIDR is none, since then nothing is known of it."""
    whose, peer = text(item, "SecurityGroupRuleId"), part(item, "ReferencedGroupInfo")
    cidr = item.get("CidrIpv4") or item.get("CidrIpv6")
    held = network(cidr, whose, notes)
    if cidr and held is None:
        return None
    return GroupRule(
        whose,
        text(item, "GroupId"),
        egress=bool(item.get("IsEgress")),
        protocol=_protocol(item, "IpProtocol"),
        first=_number(item, "FromPort"),
        last=_number(item, "ToPort"),
        network=held,
        prefix_list=text(item, "PrefixListId"),
        peer_group=text(peer, "GroupId"),
        peer_account=text(peer, "UserId"),
        peer_vpc=text(peer, "VpcId"),
        peering=text(peer, "VpcPeeringConnectionId"),
        description=text(item, "Description"),
    )


def _permissions(item: Item, notes: Notes) -> Iterator[GroupRule]:
    """The rules that a security group tells itself, without their ids: one for each peer of each permission."""
    whose = text(item, "GroupId")
    for key, egress in (("IpPermissions", False), ("IpPermissionsEgress", True)):
        for each in item.get(key) or ():
            how: dict[str, Any] = {
                "egress": egress,
                "protocol": _protocol(each, "IpProtocol"),
                "first": _number(each, "FromPort"),
                "last": _number(each, "ToPort"),
            }
            for ranges, cidr in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
                for one in each.get(ranges) or ():
                    held = network(one.get(cidr), whose, notes)
                    if held is not None:
                        yield GroupRule("", whose, **how, network=held, description=text(one, "Description"))
            for one in each.get("PrefixListIds") or ():
                yield GroupRule(
                    "", whose, **how, prefix_list=text(one, "PrefixListId"), description=text(one, "Description")
                )
            for one in each.get("UserIdGroupPairs") or ():
                yield GroupRule(
                    "",
                    whose,
                    **how,
                    peer_group=text(one, "GroupId"),
                    peer_account=text(one, "UserId"),
                    peer_vpc=text(one, "VpcId"),
                    peering=text(one, "VpcPeeringConnectionId"),
                    description=text(one, "Description"),
                )


def acl(item: Item, notes: Notes) -> NetworkAcl:
    """An item of DescribeNetworkAcls."""
    whose, mine = text(item, "NetworkAclId"), tags(item)
    entries = [found for each in item.get("Entries") or () if (found := _entry(each, whose, notes)) is not None]
    return NetworkAcl(
        whose,
        text(item, "VpcId"),
        name_of(mine),
        default=bool(item.get("IsDefault")),
        entries=tuple(sorted(entries, key=lambda each: (each.egress, each.number, str(each.network)))),
        subnets=tuple(sorted(texts(item, "Associations", "SubnetId"))),
        tags=mine,
    )


def _entry(item: Item, whose: str, notes: Notes) -> AclEntry | None:
    """One entry; None if its CIDR is none. A protocol without a port range is about all ports."""
    held = network(item.get("CidrBlock") or item.get("Ipv6CidrBlock"), whose, notes)
    if held is None:
        return None
    ports, icmp = part(item, "PortRange"), part(item, "IcmpTypeCode")
    return AclEntry(
        _number(item, "RuleNumber"),
        egress=bool(item.get("Egress")),
        allow=text(item, "RuleAction").lower() == "allow",
        protocol=_protocol(item, "Protocol"),
        network=held,
        first=_number(ports, "From"),
        last=_number(ports, "To"),
        icmp_type=_number(icmp, "Type"),
        icmp_code=_number(icmp, "Code"),
    )


_TARGETS = (
    "GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "EgressOnlyInternetGatewayId",
    "NetworkInterfaceId", "InstanceId", "LocalGatewayId", "CarrierGatewayId", "CoreNetworkArn", "OdbNetworkArn",
)  # fmt: skip


def route_table(item: Item, notes: Notes) -> RouteTable:
    """An item of DescribeRouteTables."""
    whose, mine = text(item, "RouteTableId"), tags(item)
    associations = [
        each
        for each in item.get("Associations") or ()
        if part(each, "AssociationState").get("State") not in {"disassociating", "disassociated", "failed"}
    ]
    routes = []
    for each in item.get("Routes") or ():
        cidr = each.get("DestinationCidrBlock") or each.get("DestinationIpv6CidrBlock")
        held = network(cidr, whose, notes)
        if cidr and held is None:
            continue
        target = next((text(each, key) for key in _TARGETS if each.get(key)), "")
        routes.append(
            Route(target, held, text(each, "DestinationPrefixListId"), text(each, "State"), text(each, "Origin"))
        )
    return RouteTable(
        whose,
        text(item, "VpcId"),
        name_of(mine),
        tuple(sorted(routes, key=lambda each: (str(each.network), each.prefix_list, each.target))),
        tuple(sorted(text(each, "SubnetId") for each in associations if each.get("SubnetId"))),
        tuple(sorted(text(each, "GatewayId") for each in associations if each.get("GatewayId"))),
        main=any(each.get("Main") for each in associations),
        tags=mine,
    )


def prefix_list(item: Item, entries: Iterable[Item], notes: Notes) -> PrefixList:
    """An item of DescribeManagedPrefixLists, with its entries: of `Cidr` and `Description`."""
    whose = text(item, "PrefixListId")
    held: dict[Network, str] = {}
    for each in entries:
        found = network(each.get("Cidr"), whose, notes)
        if found is not None:
            held[found] = text(each, "Description")
    ordered = sorted(held.items(), key=lambda pair: (pair[0].version, int(pair[0].network_address), pair[0].prefixlen))
    return PrefixList(
        whose, text(item, "PrefixListName"), text(item, "OwnerId"), tuple(ordered), int(item.get("Version") or 0)
    )


def endpoint(item: Item, _notes: Notes, home: str = "") -> Endpoint:
    """An item of DescribeVpcEndpoints, of the Region `home`.

    The wire spells states `available`, the model `Available`: one form is kept.
    """
    mine, error, region = tags(item), part(item, "LastError"), text(item, "ServiceRegion")
    reasons = (text(item, "FailureReason"), ": ".join(filter(None, (text(error, "Code"), text(error, "Message")))))
    created, options = item.get("CreationTimestamp"), part(item, "DnsOptions")
    resolvers = options.get("PrivateDnsOnlyForInboundResolverEndpoint")
    return Endpoint(
        id=text(item, "VpcEndpointId"),
        kind=text(item, "VpcEndpointType"),
        service=text(item, "ServiceName"),
        vpc=text(item, "VpcId"),
        state=state_of(item, "State"),
        name=name_of(mine),
        account=text(item, "OwnerId"),
        subnets=tuple(sorted(texts(item, "SubnetIds"))),
        route_tables=tuple(sorted(texts(item, "RouteTableIds"))),
        interfaces=tuple(sorted(texts(item, "NetworkInterfaceIds"))),
        groups=tuple(sorted(texts(item, "Groups", "GroupId"))),
        private_dns=bool(item.get("PrivateDnsEnabled")),
        dns_names=texts(item, "DnsEntries", "DnsName"),
        address_type=text(item, "IpAddressType"),
        requester_managed=bool(item.get("RequesterManaged")),
        policy=str(item.get("PolicyDocument") or "")[:_POLICY_LONGEST],
        trouble="; ".join(filter(None, reasons))[:256],
        created=created.timestamp() if isinstance(created, datetime) else None,
        tags=mine,
        region="" if region == home else region,
        resource=text(item, "ResourceConfigurationArn") or text(item, "ServiceNetworkArn"),
        dns_record=text(options, "DnsRecordIpType"),
        resolvers_only=resolvers if isinstance(resolvers, bool) else None,
    )


def _number(item: Item, key: str) -> int:
    found = item.get(key)
    return ANY if found is None else int(found)


def _protocol(item: Item, key: str) -> str:
    return text(item, key).lower() or "-1"
