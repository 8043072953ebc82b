"""What the tests of verdicts share: a VPC of two tiers whose rules are right, and ways to spoil them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any

from tui.network.inventory import PARTS, Inventory
from tui.network.place import Interface, Network, Peering, Subnet, Vpc
from tui.network.rules import AclEntry, GroupRule, NetworkAcl, PrefixList, SecurityGroup
from tui.network.verdict.model import Flow

T0 = 1_767_225_600
VPC, SHARED = "vpc-0aaaaaaaaaaaaaaa1", "vpc-0bbbbbbbbbbbbbbb2"
PUBLIC, DATA, FAR = "subnet-0aaaaaaaaaaaaaaa1", "subnet-0bbbbbbbbbbbbbbb2", "subnet-0ccccccccccccccc3"
WEB_GROUP, DB_GROUP, LDAP_GROUP = "sg-0aaaaaaaaaaaaaaa1", "sg-0bbbbbbbbbbbbbbb2", "sg-0ccccccccccccccc3"
PUBLIC_ACL, DATA_ACL = "acl-0aaaaaaaaaaaaaaa1", "acl-0bbbbbbbbbbbbbbb2"
ALL = ip_network("0.0.0.0/0")
INTERNET = "198.51.100.7"


def interface(number: int, subnet: str, address: str, group: str, **more: Any) -> Interface:
    """An interface with one address, of one group."""
    held = {"vpc": SHARED if subnet == FAR else VPC, "addresses": (address,), "kind": "interface", "groups": (group,)}
    return Interface(f"eni-{number:017x}", subnet, address=address, **{**held, **more})


WEB = interface(1, PUBLIC, "172.31.16.139", WEB_GROUP, addresses=("172.31.16.139", "172.31.16.140", "2001:db8:1234:a100::7"),
                prefixes=(ip_network("172.31.16.64/28"),), publics=("203.0.113.30",), name="web")  # fmt: skip
MATE = interface(2, PUBLIC, "172.31.16.21", WEB_GROUP, name="mate")
DB = interface(3, DATA, "172.31.32.9", DB_GROUP, name="db")
LDAP = interface(4, FAR, "10.1.0.5", LDAP_GROUP, name="ldap")
NAT = interface(5, PUBLIC, "172.31.16.9", "", groups=(), kind="nat_gateway", requester_managed=True)


def rule(name: str, group: str, protocol: str, ports: str, peer: str | Network, **more: Any) -> GroupRule:
    """A rule: `443`, `1024-65535` or `-` for all ports (type and code for ICMP); a peer by CIDR, sg- or pl-."""
    first, _, last = ("-1", "", "-1") if ports == "-" else ports.partition("-")
    by = "peer_group" if str(peer).startswith("sg-") else "prefix_list" if str(peer).startswith("pl-") else "network"
    return GroupRule(
        name, group, protocol=protocol, first=int(first), last=int(last or first),
        **{by: ip_network(peer) if by == "network" else peer, **more},
    )  # fmt: skip


def entry(
    number: int, way: str, verb: str, protocol: str, ports: str, network: str = "0.0.0.0/0", **more: Any
) -> AclEntry:
    """An ACL entry."""
    first, _, last = ("-1", "", "-1") if ports == "-" else ports.partition("-")
    return AclEntry(
        number, way == "out", verb == "allow", protocol, ip_network(network), int(first), int(last or first), **more
    )


def closing(way: str) -> AclEntry:
    """The entry `*`."""
    return entry(32_767, way, "deny", "-1", "-")


def acl(name: str, *entries: AclEntry, subnets: tuple[str, ...] = (PUBLIC,)) -> NetworkAcl:
    """An ACL with these entries and the closing ones."""
    ordered = sorted((*entries, closing("in"), closing("out")), key=lambda each: (each.egress, each.number))
    return NetworkAcl(name, VPC, "public" if name == PUBLIC_ACL else "data", entries=tuple(ordered), subnets=subnets)


OPEN = (entry(100, "in", "allow", "-1", "-"), entry(100, "out", "allow", "-1", "-"))
WEB_RULES = (
    rule("sgr-ssh", WEB_GROUP, "tcp", "22", "172.31.16.0/20"),
    rule("sgr-web", WEB_GROUP, "tcp", "443", "0.0.0.0/0"),
    rule("sgr-ping", WEB_GROUP, "icmp", "-", "203.0.113.0/24"),
    rule("sgr-out", WEB_GROUP, "-1", "-", "0.0.0.0/0", egress=True),
)
DB_RULES = (
    rule("sgr-sql", DB_GROUP, "tcp", "5432", WEB_GROUP),
    rule("sgr-partners", DB_GROUP, "tcp", "5439", "pl-0aaaaaaaaaaaaaaa1"),
)
NETWORK = Inventory(
    at=float(T0), scope=(VPC,), account="123456789012", region="eu-west-1", interfaces=(WEB, MATE, DB, LDAP, NAT),
    subnets=(
        Subnet(PUBLIC, VPC, "public", (ip_network("172.31.16.0/20"), ip_network("2001:db8:1234:a100::/64"))),
        Subnet(DATA, VPC, "data", (ip_network("172.31.32.0/20"),)),
        Subnet(FAR, SHARED, "far", (ip_network("10.1.0.0/24"),)),
    ),
    vpcs=(
        Vpc(VPC, "payments", (ip_network("172.31.0.0/16"), ip_network("2001:db8:1234::/48"))),
        Vpc(SHARED, "shared", (ip_network("10.1.0.0/16"),)),
    ),
    peerings=(Peering("pcx-1", requester=(VPC, "1", ""), accepter=(SHARED, "1", ""), status="active"),),
    groups=(
        SecurityGroup(WEB_GROUP, "web", VPC, rules=WEB_RULES), SecurityGroup(DB_GROUP, "db", VPC, rules=DB_RULES),
        SecurityGroup(LDAP_GROUP, "ldap", SHARED, rules=(rule("sgr-ldap", LDAP_GROUP, "tcp", "389", WEB_GROUP),)),
    ),
    prefix_lists=(PrefixList("pl-0aaaaaaaaaaaaaaa1", "partners", "1", ((ip_network("198.51.100.0/24"), ""),)),),
    acls=(acl(PUBLIC_ACL, *OPEN), acl(DATA_ACL, *OPEN, subnets=(DATA,))),
    read_at=MappingProxyType(dict.fromkeys(PARTS, float(T0 + 900))),
)  # fmt: skip


def with_groups(group: str, *rules: GroupRule, inventory: Inventory = NETWORK) -> Inventory:
    """The network with other rules in a group."""
    groups = tuple(replace(each, rules=rules) if each.id == group else each for each in inventory.groups)
    return replace(inventory, groups=groups)


def with_acl(*entries: AclEntry, subnet: str = PUBLIC, inventory: Inventory = NETWORK) -> Inventory:
    """The network with other entries in the ACL of a subnet."""
    name = PUBLIC_ACL if subnet == PUBLIC else DATA_ACL
    changed = acl(name, *entries, subnets=(subnet,))
    return replace(inventory, acls=tuple(changed if each.id == name else each for each in inventory.acls))


def record(at: Interface, line: str, action: str = "REJECT", start: int = T0, **more: Any) -> Flow:
    """A record of an interface: `in tcp 203.0.113.12:40000 172.31.16.139:22`, or without ports."""
    way, protocol, source, target = line.split()
    numbers = {"tcp": 6, "udp": 17, "icmp": 1, "gre": 47}
    ends = []
    for end in (source, target):
        address, colon, port = end.rpartition(":") if "." in end or end.count("]") else (end, "", "")
        ends.append((address.strip("[]") if colon else end, int(port) if colon else None))
    (from_, from_port), (to, to_port) = ends
    if protocol == "icmp":
        from_port = to_port = 0
    given = {"start": start, "end": start + 50, "packets": 2, **more}
    return Flow(
        from_, to, numbers[protocol], from_port, to_port, at.id, {"in": False, "out": True, "-": None}[way], action=action, **given
    )  # fmt: skip
