"""What the tests of the network room share: a small inventory, and ways to make a large one."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType

from tui.network.inventory import PARTS, Inventory
from tui.network.place import Instance, Interface, Peering, Subnet, Vpc
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

VPC, PEER, OTHER = "vpc-0aaaaaaaaaaaaaaa1", "vpc-0bbbbbbbbbbbbbbb2", "vpc-0ccccccccccccccc3"
WEB = Interface(
    "eni-0aaaaaaaaaaaaaaa1",
    "subnet-0aaaaaaaaaaaaaaa1",
    VPC,
    az="eu-west-1a",
    address="10.0.1.7",
    addresses=("10.0.1.7", "10.0.1.8", "2001:db8::7"),
    publics=("203.0.113.30",),
    prefixes=(ip_network("10.0.1.64/28"),),
    kind="interface",
    instance="i-0aaaaaaaaaaaaaaa1",
    groups=("sg-0aaaaaaaaaaaaaaa1",),
)
DB = Interface(
    "eni-0bbbbbbbbbbbbbbb2",
    "subnet-0bbbbbbbbbbbbbbb2",
    VPC,
    az="eu-west-1b",
    address="10.0.2.9",
    addresses=("10.0.2.9",),
    description="RDSNetworkInterface",
    requester="amazon-rds",
    requester_managed=True,
    groups=("sg-0bbbbbbbbbbbbbbb2",),
    name="db-writer",
)
KMS = Interface(
    "eni-0ccccccccccccccc3",
    "subnet-0bbbbbbbbbbbbbbb2",
    VPC,
    address="10.0.2.40",
    addresses=("10.0.2.40",),
    kind="vpc_endpoint",
    description="VPC Endpoint Interface vpce-0ccccccccccccccc3",
)
# The same address in another VPC of the account, and in a third that nothing connects with the first.
TWIN = replace(DB, id="eni-0ddddddddddddddd4", vpc=OTHER, subnet="subnet-0ddddddddddddddd4", name="twin")
FAR = replace(
    DB, id="eni-0eeeeeeeeeeeeeee5", vpc=PEER, address="10.1.0.5", addresses=("10.1.0.5",), name="ldap", requester=""
)

SMALL = Inventory(
    at=1_767_225_600.0,
    scope=(VPC,),
    interfaces=(WEB, DB, KMS, TWIN, FAR),
    instances=(Instance(WEB.instance, "web-1", VPC, WEB.subnet),),
    subnets=(
        Subnet(WEB.subnet, VPC, "public-a", (ip_network("10.0.1.0/24"),), "eu-west-1a", "euw1-az3"),
        Subnet(DB.subnet, VPC, "data-b", (ip_network("10.0.2.0/24"),), "eu-west-1b", "euw1-az1"),
        Subnet(TWIN.subnet, OTHER, "data-b", (ip_network("10.0.2.0/24"),), "eu-west-1b", "euw1-az1"),
    ),
    vpcs=(
        Vpc(VPC, "payments", (ip_network("10.0.0.0/16"), ip_network("2001:db8::/56"))),
        Vpc(PEER, "shared", (ip_network("10.1.0.0/16"),)),
        Vpc(OTHER, "staging", (ip_network("10.0.0.0/16"),)),
    ),
    peerings=(Peering("pcx-0aaaaaaaaaaaaaaa1", "to-shared", (VPC, "1", ""), (PEER, "1", ""), status="active"),),
    groups=(
        SecurityGroup(
            "sg-0aaaaaaaaaaaaaaa1", "web", VPC, rules=(GroupRule("sgr-1", "sg-0aaaaaaaaaaaaaaa1", protocol="tcp", first=443, last=443, network=ip_network("::/0")),)
        ),
        SecurityGroup("sg-0bbbbbbbbbbbbbbb2", "db", VPC, tag="Databases"),
    ),
    endpoints=(
        Endpoint(
            "vpce-0ccccccccccccccc3", "Interface", "com.amazonaws.eu-west-1.kms", VPC, "available", interfaces=(KMS.id,)
        ),
        Endpoint("vpce-0ddddddddddddddd4", "Gateway", "com.amazonaws.eu-west-1.s3", VPC, "available"),
    ),
    prefix_lists=(
        PrefixList("pl-1", "com.amazonaws.eu-west-1.s3", "AWS", ((ip_network("52.218.0.0/17"), ""),)),
        PrefixList("pl-2", "partners", "1", ((ip_network("198.51.100.0/24"), "card schemes"),)),
        PrefixList("pl-3", "rfc1918", "1", ((ip_network("10.0.0.0/8"), ""),)),
    ),
    acls=(
        NetworkAcl(
            "acl-1", VPC, entries=(AclEntry(100, egress=False, allow=True, network=ip_network("0.0.0.0/0")),),
            subnets=(WEB.subnet, DB.subnet),
        ),
    ),
    route_tables=(
        RouteTable("rtb-1", VPC, routes=(Route("local", ip_network("10.0.0.0/16")),), main=True),
        RouteTable("rtb-2", VPC, routes=(Route("igw-1", ip_network("0.0.0.0/0")),), subnets=(WEB.subnet,)),
    ),
    read_at=MappingProxyType(dict.fromkeys(PARTS, 1_767_225_600.0)),
)  # fmt: skip


def many(count: int) -> Inventory:
    """`count` interfaces of one VPC, each of an instance of its own."""
    interfaces, instances = [], []
    for at in range(count):
        address = f"10.{at >> 16}.{at >> 8 & 255}.{at & 255}"
        interfaces.append(
            Interface(f"eni-{at:017x}", WEB.subnet, VPC, address=address, addresses=(address,), instance=f"i-{at:017x}")
        )
        instances.append(Instance(f"i-{at:017x}", f"web-{at}", VPC))
    return replace(SMALL, interfaces=tuple(interfaces), instances=tuple(instances))
