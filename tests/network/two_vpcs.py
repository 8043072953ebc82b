"""What the tests of ways share: two VPCs that peer, with an internet gateway, a NAT gateway and endpoints, to be broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any

from tui.network.end import ends_of
from tui.network.inventory import PARTS, Inventory
from tui.network.place import Instance, Interface, Peering, Subnet, Vpc
from tui.network.question import read_question
from tui.network.rules import (
    AclEntry,
    Endpoint,
    GroupRule,
    NetworkAcl,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
)
from tui.network.verdict.journey import Journey, journey_of

VPC, PEER = "vpc-a", "vpc-b"
ALL, ALL6 = ip_network("0.0.0.0/0"), ip_network("::/0")


def open_group(name: str, vpc: str) -> SecurityGroup:
    """A group that lets everything through."""
    rules = [
        GroupRule(f"sgr-{name}-{egress:d}-{network.version}", name, egress=egress, network=network)
        for egress in (False, True)
        for network in (ALL, ALL6)
    ]
    return SecurityGroup(name, name, vpc, rules=tuple(rules))


def open_acl(name: str, vpc: str, *subnets: str) -> NetworkAcl:
    """An ACL that lets everything through, as the default one of a VPC."""
    entries = [
        AclEntry(number, egress, allow, network=network)
        for egress in (False, True)
        for number, allow, network in ((100, True, ALL), (101, True, ALL6), (32767, False, ALL), (32768, False, ALL6))
    ]
    return NetworkAcl(name, vpc, entries=tuple(entries), subnets=subnets)


def interface(name: str, subnet: str, address: str, *, vpc: str = VPC, six: str = "", **more: Any) -> Interface:
    """An interface in an open group."""
    addresses = (address, six) if six else (address,)
    return Interface(
        f"eni-{name}", subnet, vpc, address=address, addresses=addresses, groups=(f"sg-{vpc}",), name=name, **more
    )


def table(name: str, *routes: Route, vpc: str = VPC, subnets: Sequence[str] = (), main: bool = False) -> RouteTable:
    """A route table, with the local route of its VPC."""
    local = Route("local", ip_network("10.0.0.0/16" if vpc == VPC else "10.1.0.0/16"))
    return RouteTable(name, vpc, routes=(local, *routes), subnets=tuple(subnets), main=main)


def to(target: str, network: str, **more: str) -> Route:
    """A route to a network."""
    return Route(target, ip_network(network), **more)


WEB = interface("web", "subnet-private", "10.0.1.7", instance="i-web")
APP = interface("app", "subnet-private", "10.0.1.8", instance="i-app")
EDGE = interface("edge", "subnet-public", "10.0.0.5", six="2001:db8::5", publics=("203.0.113.5",), instance="i-edge")
BARE = interface("bare", "subnet-public", "10.0.0.6", instance="i-bare")
DB = interface("db", "subnet-data", "10.0.2.9", description="RDSNetworkInterface")
WIKI = interface("wiki", "subnet-shared", "10.1.0.9", vpc=PEER, instance="i-wiki")
NAT = replace(
    interface("nat", "subnet-public", "10.0.0.9", publics=("203.0.113.9",), kind="nat_gateway"),
    description="Interface for NAT Gateway nat-1", groups=(), name="",
)  # fmt: skip
KMS = interface("kms", "subnet-data", "10.0.2.40", kind="vpc_endpoint", description="VPC Endpoint Interface vpce-kms")
PUBLIC, PRIVATE, DATA, SHARED = (
    table("rtb-public", to("igw-1", "0.0.0.0/0"), to("igw-1", "::/0"), to("local", "2001:db8::/56"), subnets=["subnet-public"]),
    table("rtb-private", to("nat-1", "0.0.0.0/0"), to("pcx-1", "10.1.0.0/16"), to("tgw-1", "10.9.0.0/16"), Route("vpce-s3", prefix_list="pl-s3"), subnets=["subnet-private"]),
    table("rtb-data", main=True),
    table("rtb-shared", to("pcx-1", "10.0.0.0/16"), vpc=PEER, subnets=["subnet-shared"]),
)  # fmt: skip
PEERING = Peering(
    "pcx-1", "", (VPC, "1", "eu-west-1"), (PEER, "1", "eu-west-1"), (ip_network("10.0.0.0/16"),), (ip_network("10.1.0.0/16"),), "active"
)  # fmt: skip
WORLD = Inventory(
    at=1_767_225_600.0,
    account="1",
    region="eu-west-1",
    interfaces=(WEB, APP, EDGE, BARE, DB, WIKI, NAT, KMS),
    instances=tuple(Instance(each.instance, each.name, each.vpc) for each in (WEB, APP, EDGE, BARE, WIKI)),
    subnets=(
        Subnet("subnet-public", VPC, "public", (ip_network("10.0.0.0/24"), ip_network("2001:db8::/64"))),
        Subnet("subnet-private", VPC, "private", (ip_network("10.0.1.0/24"),)),
        Subnet("subnet-data", VPC, "data", (ip_network("10.0.2.0/24"),)),
        Subnet("subnet-shared", PEER, "shared", (ip_network("10.1.0.0/24"),)),
    ),
    vpcs=(
        Vpc(VPC, "payments", (ip_network("10.0.0.0/16"), ip_network("2001:db8::/56"))),
        Vpc(PEER, "shared", (ip_network("10.1.0.0/16"),)),
    ),
    peerings=(PEERING,),
    groups=(open_group(f"sg-{VPC}", VPC), open_group(f"sg-{PEER}", PEER)),
    endpoints=(
        Endpoint("vpce-s3", "Gateway", "com.amazonaws.eu-west-1.s3", VPC, "available", route_tables=("rtb-private",)),
        Endpoint("vpce-kms", "Interface", "com.amazonaws.eu-west-1.kms", VPC, "available", interfaces=(KMS.id,)),
    ),
    prefix_lists=(PrefixList("pl-s3", "com.amazonaws.eu-west-1.s3", "AWS", ((ip_network("52.218.0.0/17"), ""),)),),
    acls=(
        open_acl("acl-1", VPC, "subnet-public", "subnet-private", "subnet-data"),
        open_acl("acl-2", PEER, "subnet-shared"),
    ),
    route_tables=(PUBLIC, PRIVATE, DATA, SHARED),
    read_at=MappingProxyType(dict.fromkeys(PARTS, 1_767_225_600.0)),
)


def with_table(changed: RouteTable, world: Inventory = WORLD) -> Inventory:
    """The world with another table in the place of the one of that name."""
    kept = tuple(changed if each.id == changed.id else each for each in world.route_tables)
    return replace(world, route_tables=kept)


def ask(source: str, target: str, world: Inventory = WORLD, scope: Sequence[str] = (), service: str = "") -> Journey:
    """The answer to a question as it is typed."""
    question = read_question(source, target, service)
    return journey_of(question, *ends_of(question, world, scope), world)
