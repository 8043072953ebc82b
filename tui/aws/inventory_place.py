"""What EC2 tells of VPCs, subnets, interfaces and instances, made into the values of tui.network.place.

Each function takes one item of a Describe answer, and a list of notes for what cannot be used of it.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Types.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from tui.flows.clean import clean
from tui.network.place import Instance, Interface, Network, Peering, Subnet, Tags, Vpc

Item = Mapping[str, Any]
Notes = list[str]
_MOST_TAGS = 60  # AWS allows 50 of the reader's, and adds some of its own


def text(item: Item, key: str, limit: int = 256) -> str:
    """The text under a key, clean; '' if there is none."""
    told = item.get(key)
    return "" if told is None else clean(str(told), limit)


def texts(item: Item, key: str, inner: str = "") -> tuple[str, ...]:
    """The texts of a list, or those under `inner` of its items; empty ones are left out."""
    found = (each if not inner else (each or {}).get(inner) for each in item.get(key) or ())
    return tuple(clean(str(each)) for each in found if each)


def part(item: Item, key: str) -> Item:
    """The structure under a key, {} if there is none."""
    found = item.get(key)
    return found if isinstance(found, Mapping) else {}


def tags(item: Item, key: str = "Tags") -> Tags:
    """The tags, by key."""
    pairs = ((text(each, "Key"), text(each, "Value")) for each in (item.get(key) or ())[:_MOST_TAGS])
    return tuple(sorted(pairs))


def name_of(found: Tags) -> str:
    """The Name tag."""
    return dict(found).get("Name", "")


def network(told: Any, whose: str, notes: Notes) -> Network | None:
    """A CIDR as a network; None, with a note, if it is none. Bits of the host part are dropped, as AWS does."""
    if not told:
        return None
    try:
        return ip_network(str(told), strict=False)
    except ValueError:
        notes.append(f"{whose[:64]} has {clean(str(told), 60)!r}, which is no CIDR block")
        return None


def networks(told: Iterable[Any], whose: str, notes: Notes) -> tuple[Network, ...]:
    """The CIDRs that are networks, each once."""
    return tuple(dict.fromkeys(found for each in told if (found := network(each, whose, notes)) is not None))


def vpc(item: Item, notes: Notes) -> Vpc:
    """An item of DescribeVpcs; blocks that are no longer associated are left out."""
    whose, mine = text(item, "VpcId"), tags(item)
    blocks = [item.get("CidrBlock"), *_blocks(item, "CidrBlockAssociationSet", "CidrBlock", "CidrBlockState")]
    blocks += _blocks(item, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState")
    return Vpc(whose, name_of(mine), networks(blocks, whose, notes), text(item, "OwnerId"), mine)


def subnet(item: Item, notes: Notes) -> Subnet:
    """An item of DescribeSubnets."""
    whose, mine = text(item, "SubnetId"), tags(item)
    blocks = [item.get("CidrBlock")]
    blocks += _blocks(item, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState")
    return Subnet(
        whose,
        text(item, "VpcId"),
        name_of(mine),
        networks(blocks, whose, notes),
        text(item, "AvailabilityZone"),
        text(item, "AvailabilityZoneId"),
        mine,
        text(part(item, "BlockPublicAccessStates"), "InternetGatewayBlockMode"),
    )


def _blocks(item: Item, key: str, cidr: str, state: str) -> list[Any]:
    dropped = {"disassociating", "disassociated", "failing", "failed"}
    return [each.get(cidr) for each in item.get(key) or () if part(each, state).get("State") not in dropped]


def peering(item: Item, notes: Notes) -> Peering:
    """An item of DescribeVpcPeeringConnections."""
    whose = text(item, "VpcPeeringConnectionId")
    sides, held = [], []
    for key in ("RequesterVpcInfo", "AccepterVpcInfo"):
        side = part(item, key)
        blocks = [side.get("CidrBlock"), *(each.get("CidrBlock") for each in side.get("CidrBlockSet") or ())]
        blocks += [each.get("Ipv6CidrBlock") for each in side.get("Ipv6CidrBlockSet") or ()]
        sides.append((text(side, "VpcId"), text(side, "OwnerId"), text(side, "Region")))
        held.append(networks(blocks, whose, notes))
    status = text(part(item, "Status"), "Code")
    return Peering(whose, name_of(tags(item)), sides[0], sides[1], held[0], held[1], status)


def instance(item: Item, _notes: Notes) -> Instance:
    """An instance of a reservation of DescribeInstances."""
    mine = tags(item)
    return Instance(
        text(item, "InstanceId"),
        name_of(mine),
        text(item, "VpcId"),
        text(item, "SubnetId"),
        text(part(item, "State"), "Name"),
        text(item, "InstanceType"),
        text(item, "ImageId"),
        mine,
    )


def interface(item: Item, notes: Notes) -> Interface:
    """An item of DescribeNetworkInterfaces."""
    whose, mine, attachment = text(item, "NetworkInterfaceId"), tags(item, "TagSet"), part(item, "Attachment")
    private = item.get("PrivateIpAddresses") or ()
    told = [item.get("PrivateIpAddress"), *(each.get("PrivateIpAddress") for each in private)]
    sixes = [item.get("Ipv6Address"), *(each.get("Ipv6Address") for each in item.get("Ipv6Addresses") or ())]
    fours = _addresses(told, whose, notes)
    associations = [part(item, "Association"), *(part(each, "Association") for each in private)]
    public = [each.get(key) for each in associations for key in ("PublicIp", "CarrierIp", "CustomerOwnedIp")]
    prefixes = [each.get("Ipv4Prefix") for each in item.get("Ipv4Prefixes") or ()]
    prefixes += [each.get("Ipv6Prefix") for each in item.get("Ipv6Prefixes") or ()]
    return Interface(
        id=whose,
        subnet=text(item, "SubnetId"),
        vpc=text(item, "VpcId"),
        az=text(item, "AvailabilityZone"),
        az_id=text(item, "AvailabilityZoneId"),
        address=fours[0] if fours else "",
        addresses=tuple(dict.fromkeys((*fours, *_addresses(sixes, whose, notes)))),
        publics=_addresses(public, whose, notes),
        prefixes=networks(prefixes, whose, notes),
        kind=text(item, "InterfaceType"),
        description=text(item, "Description"),
        requester=text(item, "RequesterId"),
        requester_managed=bool(item.get("RequesterManaged")),
        operator=text(part(item, "Operator"), "Principal"),
        account=text(item, "OwnerId"),
        instance=text(attachment, "InstanceId"),
        attachment_owner=text(attachment, "InstanceOwnerId"),
        attachment_status=text(attachment, "Status"),
        groups=texts(item, "Groups", "GroupId"),
        name=name_of(mine),
        tags=mine,
        status=text(item, "Status"),
        source_dest_check=item.get("SourceDestCheck") is not False,
    )


def _addresses(told: Iterable[Any], whose: str, notes: Notes) -> tuple[str, ...]:
    """The addresses, each once and spelled as flow records spell them (RFC 5952)."""
    found: dict[str, None] = {}
    for each in told:
        if not each:
            continue
        try:
            found[str(ip_address(str(each)))] = None
        except ValueError:
            notes.append(f"{whose[:64]} has {clean(str(each), 60)!r}, which is no address")
    return tuple(found)
