"""What the tests of changes of endpoints share: a VPC of two zones, by NAT, by internet gateway and shut off, with endpoints."""

from __future__ import annotations

from ipaddress import ip_network
from types import MappingProxyType

from tui.network.inventory import PARTS, Inventory
from tui.network.place import Interface, Subnet, Vpc, VpcDns
from tui.network.rules import Endpoint, GroupRule, PrefixList, Route, RouteTable, SecurityGroup
from tui.network.service import Connection, OwnedService, Service

AT = 1_790_000_000.0
VPC, OTHER = "vpc-0a1b2c3d4e5f67890", "vpc-0b1b2c3d4e5f67890"
APP_A, APP_B, WEB_A, DATA_B = (f"subnet-0a1b2c3d4e5f6000{n}" for n in (1, 2, 3, 4))
PRIVATE, PUBLIC, SHUT = (f"rtb-0a1b2c3d4e5f6000{n}" for n in (1, 2, 3))
APP, DEFAULT, CLOSED = (f"sg-0a1b2c3d4e5f6000{n}" for n in (1, 2, 3))
S3, KMS, LOGS = (f"com.amazonaws.eu-west-1.{name}" for name in ("s3", "kms", "logs"))
GATEWAY, INSIDE = "vpce-0a1b2c3d4e5f60001", "vpce-0a1b2c3d4e5f60002"
NAT, IGW = "nat-0a1b2c3d4e5f60001", "igw-0a1b2c3d4e5f60001"
OFFERED = "vpce-svc-0a1b2c3d4e5f60001"
_ALL = ip_network("0.0.0.0/0")


def _client(number: int, subnet: str, address: str, zone: str) -> Interface:
    return Interface(
        f"eni-0a1b2c3d4e5f600{number:02d}", subnet, VPC, az=zone, address=address, addresses=(address,),
        kind="interface", groups=(APP,), name=f"app-{number}",
    )  # fmt: skip


def _inner(number: int, subnet: str, address: str, zone: str) -> Interface:
    return Interface(
        f"eni-0a1b2c3d4e5f600{number:02d}", subnet, VPC, az=zone, address=address, addresses=(address,),
        kind="vpc_endpoint", description=f"VPC Endpoint Interface {INSIDE}", requester_managed=True, groups=(APP,),
    )  # fmt: skip


INNER = (_inner(21, APP_A, "10.0.1.40", "eu-west-1a"), _inner(22, APP_B, "10.0.2.40", "eu-west-1b"))
GATEWAY_ENDPOINT = Endpoint(
    GATEWAY, "Gateway", S3, VPC, "available", "s3 of payments", account="123456789012", route_tables=(PRIVATE,)
)
INSIDE_ENDPOINT = Endpoint(
    INSIDE, "Interface", KMS, VPC, "available", "kms of payments", account="123456789012", subnets=(APP_A, APP_B),
    interfaces=tuple(each.id for each in INNER), groups=(APP,), private_dns=True,
    dns_names=(f"{INSIDE}-abcdefgh.kms.eu-west-1.vpce.amazonaws.com",),
)  # fmt: skip
NETWORK = Inventory(
    at=AT,
    account="123456789012",
    region="eu-west-1",
    interfaces=(
        _client(1, APP_A, "10.0.1.7", "eu-west-1a"),
        _client(2, APP_A, "10.0.1.8", "eu-west-1a"),
        _client(3, APP_B, "10.0.2.7", "eu-west-1b"),
        _client(4, WEB_A, "10.0.3.7", "eu-west-1a"),
        _client(5, DATA_B, "10.0.4.7", "eu-west-1b"),
        *INNER,
    ),
    subnets=(
        Subnet(APP_A, VPC, "app-a", (ip_network("10.0.1.0/24"),), "eu-west-1a", "euw1-az1"),
        Subnet(APP_B, VPC, "app-b", (ip_network("10.0.2.0/24"),), "eu-west-1b", "euw1-az2"),
        Subnet(WEB_A, VPC, "web-a", (ip_network("10.0.3.0/24"),), "eu-west-1a", "euw1-az1"),
        Subnet(DATA_B, VPC, "data-b", (ip_network("10.0.4.0/24"),), "eu-west-1b", "euw1-az2"),
        Subnet("subnet-0b1b2c3d4e5f60001", OTHER, "far-a", (ip_network("10.1.1.0/24"),), "eu-west-1a", "euw1-az1"),
    ),
    vpcs=(Vpc(VPC, "payments", (ip_network("10.0.0.0/16"),)), Vpc(OTHER, "staging", (ip_network("10.1.0.0/16"),))),
    groups=(
        SecurityGroup(APP, "app", VPC, rules=(GroupRule("sgr-1", APP, protocol="tcp", first=443, last=443, network=ip_network("10.0.0.0/16")),)),
        SecurityGroup(DEFAULT, "default", VPC, rules=(GroupRule("sgr-2", DEFAULT, peer_group=DEFAULT),)),
        SecurityGroup(CLOSED, "two-only", VPC, rules=(GroupRule("sgr-3", CLOSED, protocol="tcp", first=443, last=443, network=ip_network("10.0.2.0/24")),)),
    ),
    endpoints=(GATEWAY_ENDPOINT, INSIDE_ENDPOINT),
    prefix_lists=(PrefixList("pl-6da54004", S3, "AWS", ((ip_network("52.218.0.0/17"), ""),)),),
    route_tables=(
        RouteTable(
            PRIVATE, VPC, "private", main=True,
            routes=(Route("local", ip_network("10.0.0.0/16")), Route(NAT, _ALL), Route(GATEWAY, prefix_list="pl-6da54004")),
        ),
        RouteTable(PUBLIC, VPC, "public", (Route("local", ip_network("10.0.0.0/16")), Route(IGW, _ALL)), (WEB_A,)),
        RouteTable(SHUT, VPC, "shut", (Route("local", ip_network("10.0.0.0/16")),), (DATA_B,)),
        RouteTable("rtb-0b1b2c3d4e5f60001", OTHER, "far", main=True),
    ),
    services=(
        Service(S3, ("Gateway", "Interface"), "amazon", takes_policy=True),
        Service(KMS, ("Interface",), "amazon", True, False, ("eu-west-1a", "eu-west-1b"), ("kms.eu-west-1.amazonaws.com",)),
        Service(LOGS, ("Interface",), "amazon", True, False, ("eu-west-1a",), ("logs.eu-west-1.amazonaws.com",)),
    ),
    owned_services=(OwnedService(OFFERED, f"com.amazonaws.vpce.eu-west-1.{OFFERED}", "ledger", "available", ("Interface",), True),),
    connections=(
        Connection(OFFERED, "vpce-0c1b2c3d4e5f60001", "210987654321", "pendingAcceptance"),
        Connection(OFFERED, "vpce-0c1b2c3d4e5f60002", "210987654321", "available"),
    ),
    vpc_dns=(VpcDns(VPC, True, True), VpcDns(OTHER, True, False)),
    read_at=MappingProxyType(dict.fromkeys(PARTS, AT)),
)  # fmt: skip
