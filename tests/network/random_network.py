"""Small random networks, and questions about them: what hypothesis draws from."""

from __future__ import annotations

from ipaddress import ip_network
from types import MappingProxyType

from hypothesis import strategies as st

from tui.network.inventory import PARTS, Inventory
from tui.network.place import Interface, Peering, Subnet, Vpc
from tui.network.rules import AclEntry, GroupRule, NetworkAcl, PrefixList, SecurityGroup
from tui.network.verdict.model import Flow

OWN, PEER = "vpc-0aaaaaaaaaaaaaaa1", "vpc-0bbbbbbbbbbbbbbb2"
SUBNETS = (
    Subnet("subnet-1", OWN, networks=(ip_network("10.0.1.0/24"), ip_network("2001:db8:0:1::/64"))),
    Subnet("subnet-2", OWN, networks=(ip_network("10.0.2.0/24"), ip_network("2001:db8:0:2::/64"))),
    Subnet("subnet-3", PEER, networks=(ip_network("10.1.3.0/24"),)),
)
GROUPS = {"sg-1": OWN, "sg-2": OWN, "sg-3": PEER}
ADDRESSES = {
    "eni-1": ("subnet-1", ("10.0.1.5", "10.0.1.6", "2001:db8:0:1::5")),
    "eni-2": ("subnet-1", ("10.0.1.7", "2001:db8:0:1::7")),
    "eni-3": ("subnet-2", ("10.0.2.5", "2001:db8:0:2::5")),
    "eni-4": ("subnet-2", ("10.0.2.9",)),
    "eni-5": ("subnet-3", ("10.1.3.5",)),
}
OUTSIDE = ("198.51.100.7", "203.0.113.9", "2001:db8:ffff::1")
NETWORKS = tuple(
    map(
        ip_network,
        ("0.0.0.0/0", "10.0.0.0/8", "10.0.1.0/24", "10.0.2.5/32", "198.51.100.0/24", "::/0", "2001:db8::/48"),
    )
)
PORTS = (22, 443, 1024, 5432, 32_768, 40_000, 65_535)

ports = st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)).map(sorted) | st.just([-1, -1]) | st.just([0, 65_535])
icmps = st.sampled_from([(-1, -1), (8, -1), (8, 0), (0, 0), (3, 1)])


@st.composite
def group_rules(draw: st.DrawFn, group: str, at: int) -> GroupRule:
    """A rule about a network, a prefix list or a group."""
    protocol = draw(st.sampled_from(["tcp", "tcp", "udp", "icmp", "-1", "47"]))
    first, last = draw(icmps) if protocol == "icmp" else draw(ports) if protocol in {"tcp", "udp"} else (-1, -1)
    kind = draw(st.integers(0, 5))
    return GroupRule(
        f"sgr-{group}-{at}", group, egress=draw(st.booleans()), protocol=protocol, first=first, last=last,
        network=draw(st.sampled_from(NETWORKS)) if kind < 3 else None,
        peer_group=draw(st.sampled_from(sorted(GROUPS))) if kind in {3, 4} else "",
        prefix_list="pl-1" if kind == 5 else "",
    )  # fmt: skip


@st.composite
def acl_entries(draw: st.DrawFn, number: int) -> AclEntry:
    """A numbered entry."""
    protocol = draw(st.sampled_from(["6", "6", "17", "1", "-1", "-1"]))
    first, last = draw(ports) if protocol in {"6", "17"} else (-1, -1)
    kind, code = draw(icmps) if protocol == "1" else (-1, -1)
    return AclEntry(
        number, egress=draw(st.booleans()), allow=draw(st.integers(0, 3)) > 0, protocol=protocol,
        network=draw(st.sampled_from(NETWORKS)), first=first, last=last, icmp_type=kind, icmp_code=code,
    )  # fmt: skip


@st.composite
def networks(draw: st.DrawFn) -> Inventory:
    """Two peered VPCs, five interfaces, three groups, two ACLs."""
    interfaces = tuple(
        Interface(
            name, subnet, next(each.vpc for each in SUBNETS if each.id == subnet), address=held[0], addresses=held, kind="interface",
            groups=tuple(draw(st.lists(st.sampled_from(["sg-3"] if subnet == "subnet-3" else ["sg-1", "sg-2"]), min_size=1, unique=True))),
        )
        for name, (subnet, held) in ADDRESSES.items()
    )  # fmt: skip
    made = tuple(
        SecurityGroup(
            group, group, vpc, rules=tuple(draw(group_rules(group, at)) for at in range(draw(st.integers(0, 5))))
        )
        for group, vpc in GROUPS.items()
    )
    closing = tuple(
        AclEntry(number, egress, allow=False, network=ip_network(network))
        for egress in (False, True)
        for number, network in ((32_767, "0.0.0.0/0"), (32_768, "::/0"))
    )
    acls = tuple(
        NetworkAcl(name, vpc, entries=(*(draw(acl_entries(10 * at)) for at in range(1, draw(st.integers(1, 7)))), *closing), subnets=under)
        for name, vpc, under in (("acl-1", OWN, ("subnet-1",)), ("acl-2", OWN, ("subnet-2",)), ("acl-3", PEER, ("subnet-3",)))
    )  # fmt: skip
    return Inventory(
        1000.0, interfaces=interfaces, subnets=SUBNETS, groups=made, acls=acls, region="eu-west-1",
        vpcs=(
            Vpc(OWN, "own", (ip_network("10.0.0.0/16"), ip_network("2001:db8::/56"))),
            Vpc(PEER, "peer", (ip_network("10.1.0.0/16"),)),
        ),
        peerings=(Peering("pcx-1", requester=(OWN, "1", ""), accepter=(PEER, "1", ""), status="active"),),
        prefix_lists=(PrefixList("pl-1", "partners", entries=((ip_network("198.51.100.0/25"), ""), (ip_network("10.0.1.6/32"), ""))),),
        read_at=MappingProxyType(dict.fromkeys(PARTS, 1000.0)),
    )  # fmt: skip


@st.composite
def questions(draw: st.DrawFn) -> Flow:
    """A conversation between two addresses of one version of IP, at least one of them ours."""
    ours = [address for _, held in ADDRESSES.values() for address in held]
    source = draw(st.sampled_from([*ours, *OUTSIDE]))
    others = [
        each
        for each in (ours if source in OUTSIDE else [*ours, *OUTSIDE])
        if each != source and (":" in each) == (":" in source)
    ]
    target = draw(st.sampled_from(others))
    protocol = draw(st.sampled_from([6, 6, 6, 17, 1, 47]))
    if protocol == 1:
        return Flow(source, target, 1, 0, 0, icmp_type=8, icmp_code=0)
    if protocol == 47:
        return Flow(source, target, 47)
    return Flow(
        source,
        target,
        protocol,
        draw(st.sampled_from([32_768, 40_000, 60_999])),
        draw(st.sampled_from([22, 443, 5432, 8080])),
    )
