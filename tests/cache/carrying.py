"""A VPC with endpoints, for the tests of what they carry: its inventory, a layout, and lines of records."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType

from tests.cache.test_partial import batch
from tui.cache.rolling import Held, RollingCache
from tui.flows.logformat import Layout, layout_of
from tui.flows.source import Batch, Gap
from tui.network.inventory import PARTS, Inventory
from tui.network.place import Instance, Interface, Subnet, Vpc, VpcDns
from tui.network.rules import Endpoint, GroupRule, PrefixList, Route, RouteTable, SecurityGroup

T0 = 1_790_000_040
LAYOUT: Layout = layout_of(
    [
        "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end",
        "action", "log-status", "tcp-flags", "pkt-srcaddr", "pkt-dstaddr", "pkt-src-aws-service",
        "pkt-dst-aws-service", "traffic-path",
    ]
)  # fmt: skip
PLAIN: Layout = layout_of(
    [
        "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end",
        "action", "log-status",
    ]
)  # fmt: skip
VPC = "vpc-0aaaaaaaaaaaaaaa1"
SUBNET_A, SUBNET_B, SUBNET_P = "subnet-0a", "subnet-0b", "subnet-0p"
TABLE_A, TABLE_B, TABLE_P = "rtb-0a", "rtb-0b", "rtb-0p"
S3, KMS = "vpce-0s3", "vpce-0kms"
NAT = "nat-0123456789abcdef0"
APP, BATCH, WEB = "10.0.16.7", "10.0.32.8", "10.0.0.9"  # with the endpoint's route, without, and in public
ENI_APP, ENI_BATCH, ENI_WEB, ENI_KMS, ENI_NAT = "eni-0app", "eni-0batch", "eni-0web", "eni-0kms", "eni-0nat"
KMS_ADDRESS, NAT_ADDRESS = "10.0.16.40", "10.0.0.5"
BUCKET, BUCKET_TOO, TABLES = "52.218.0.5", "52.218.9.9", "52.94.0.7"
EVERYWHERE, BUCKETS = ip_network("0.0.0.0/0"), ip_network("52.218.0.0/17")


def interface(one: str, subnet: str, address: str, **more: object) -> Interface:
    """An interface of the VPC."""
    made = Interface(one, subnet, VPC, address=address, addresses=(address,))
    return replace(made, **more)  # type: ignore[arg-type]  # an interface's own


LOCAL = Route("local", ip_network("10.0.0.0/16"))
TO_S3 = Route(S3, prefix_list="pl-s3", state="active")
KNOWN = Inventory(
    at=float(T0),
    scope=(VPC,),
    region="eu-west-1",
    interfaces=(
        interface(ENI_APP, SUBNET_A, APP, instance="i-0app"),
        interface(ENI_BATCH, SUBNET_B, BATCH, instance="i-0batch"),
        interface(ENI_WEB, SUBNET_P, WEB, instance="i-0web", publics=("203.0.113.9",)),
        interface(
            ENI_KMS, SUBNET_A, KMS_ADDRESS, kind="vpc_endpoint", description=f"VPC Endpoint Interface {KMS}",
            groups=("sg-0kms",),
        ),
        interface(
            ENI_NAT, SUBNET_P, NAT_ADDRESS, kind="nat_gateway", description=f"Interface for NAT Gateway {NAT}",
            name="nat-b",
        ),
    ),
    instances=tuple(Instance(f"i-0{name}", name, VPC) for name in ("app", "batch", "web")),
    subnets=(
        Subnet(SUBNET_A, VPC, "private-a", (ip_network("10.0.16.0/20"),), "eu-west-1a", "euw1-az3"),
        Subnet(SUBNET_B, VPC, "private-b", (ip_network("10.0.32.0/20"),), "eu-west-1b", "euw1-az1"),
        Subnet(SUBNET_P, VPC, "public", (ip_network("10.0.0.0/24"),), "eu-west-1a", "euw1-az3"),
    ),
    vpcs=(Vpc(VPC, "payments", (ip_network("10.0.0.0/16"),)),),
    groups=(
        SecurityGroup(
            "sg-0kms", "kms", VPC,
            rules=(GroupRule("sgr-1", "sg-0kms", protocol="tcp", first=443, last=443, network=ip_network("10.0.0.0/16")),),
        ),
    ),
    endpoints=(
        Endpoint(S3, "Gateway", "com.amazonaws.eu-west-1.s3", VPC, "available", route_tables=(TABLE_A,)),
        Endpoint(
            KMS, "Interface", "com.amazonaws.eu-west-1.kms", VPC, "available", subnets=(SUBNET_A,),
            interfaces=(ENI_KMS,), groups=("sg-0kms",), private_dns=True,
        ),
    ),
    prefix_lists=(
        PrefixList("pl-s3", "com.amazonaws.eu-west-1.s3", "AWS", ((BUCKETS, ""),)),
        PrefixList("pl-ddb", "com.amazonaws.eu-west-1.dynamodb", "AWS", ((ip_network("52.94.0.0/22"), ""),)),
    ),
    route_tables=(
        RouteTable(TABLE_A, VPC, "a", (LOCAL, TO_S3, Route(NAT, EVERYWHERE)), (SUBNET_A,)),
        RouteTable(TABLE_B, VPC, "b", (LOCAL, Route(NAT, EVERYWHERE)), (SUBNET_B,)),
        RouteTable(TABLE_P, VPC, "public", (LOCAL, Route("igw-0123456789abcdef0", EVERYWHERE)), (SUBNET_P,)),
    ),
    vpc_dns=(VpcDns(VPC, True, True),),
    read_at=MappingProxyType(dict.fromkeys(PARTS, float(T0))),
)  # fmt: skip


def big(clients: int = 4_000) -> Inventory:
    """The same with many clients, half of them in private-b, and four interfaces of the endpoint of KMS."""
    many = [
        interface(
            f"eni-{at:017x}", SUBNET_A if at < clients // 2 else SUBNET_B, f"10.0.{16 + (at >> 8)}.{at & 255}",
            instance=f"i-{at:017x}",
        )
        for at in range(clients)
    ]  # fmt: skip
    mine = [
        interface(f"eni-0kms{at}", SUBNET_A, f"10.0.1.{10 + at}", kind="vpc_endpoint", groups=("sg-0kms",))
        for at in range(4)
    ]
    kms = replace(KNOWN.endpoints[1], interfaces=tuple(each.id for each in mine))
    kept = tuple(each for each in KNOWN.interfaces if each.id == ENI_NAT)
    return replace(KNOWN, interfaces=(*many, *mine, *kept), endpoints=(KNOWN.endpoints[0], kms))


BIG = big()


def line(
    eni: str, source: str, target: str, size: int = 1_000, *,
    path: str = "-", action: str = "ACCEPT", packet: tuple[str, str] | None = None, at: int = T0, port: int = 40_312,
    code: str = "-",
) -> str:  # fmt: skip
    """A record of a minute: to port 443 of whoever is not ours, from it where the source is a server."""
    own = packet or (source, target)
    serves = own[0].startswith("52.") or own[0] == KMS_ADDRESS
    ports = f"443 {port}" if serves else f"{port} 443"
    services = (code, "-") if serves else ("-", code)
    return (
        f"{eni} {source} {target} {ports} 6 10 {size} {at} {at + 59} {action} OK 0 {own[0]} {own[1]} "
        f"{services[0]} {services[1]} {path}"
    )


def plain(eni: str, source: str, target: str, size: int = 1_000, *, at: int = T0, action: str = "ACCEPT") -> str:
    """The same in the default fields, which tell nothing of the way."""
    ports = "443 40312" if source.startswith("52.") or source == KMS_ADDRESS else "40312 443"
    return f"{eni} {source} {target} {ports} 6 10 {size} {at} {at + 59} {action} OK"


def batch_of(lines: list[str], layout: Layout = LAYOUT, at: float = T0 + 360) -> Batch:
    """A batch as a tail makes it."""
    return batch(lines, layout=layout, at=at)


def held(lines: list[str], layout: Layout = LAYOUT, gaps: tuple[Gap, ...] = ()) -> Held:
    """A cache with these."""
    cache = RollingCache()
    if lines:
        cache.add(batch_of(lines, layout))
    cache.ledger.add(gaps)
    return cache.held()
