"""What nobody can tell is said to be so, with the reason; and what looks doubtful but makes no difference is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.verdict_network import (
    ALL,
    DATA,
    DATA_ACL,
    DB,
    DB_GROUP,
    INTERNET,
    LDAP,
    LDAP_GROUP,
    NAT,
    NETWORK,
    OPEN,
    PUBLIC,
    SHARED,
    T0,
    VPC,
    WEB,
    WEB_GROUP,
    closing,
    entry,
    interface,
    record,
    rule,
    with_acl,
    with_groups,
)
from tui.network.inventory import PARTS, Inventory
from tui.network.place import Interface, Subnet, Vpc
from tui.network.rules import AclEntry, GroupRule, NetworkAcl, Route, RouteTable
from tui.network.verdict.explain import explain
from tui.network.verdict.judge_end import judge
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict

SQL = record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5432", flags=2)
SSH = record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:22", flags=2)
UNKNOWN_PEER = record(DB, "in tcp 172.31.40.40:40000 172.31.32.9:5432", flags=2)
FAR_PEER = record(DB, "in tcp 10.9.0.4:40000 172.31.32.9:5432", flags=2)
MISSING = "sg-0ddddddddddddddd4"


def without(*parts: str, missing: str = "", inventory: Inventory = NETWORK) -> Inventory:
    """The network as it is known when these parts could not be read."""
    held = dict.fromkeys(parts, ())
    read = MappingProxyType({part: at for part, at in inventory.read_at.items() if part not in parts})
    return replace(inventory, read_at=read, missing=(missing,) if missing else (), **held)  # type: ignore[arg-type]  # by their names


def with_interface(*changed: Interface, inventory: Inventory = NETWORK) -> Inventory:
    """The network with these interfaces in the place of those with the same ids."""
    ids = {each.id for each in changed}
    return replace(inventory, interfaces=(*(each for each in inventory.interfaces if each.id not in ids), *changed))


STALE_RULE = with_groups(DB_GROUP, rule("sgr-old", DB_GROUP, "tcp", "5432", MISSING))
NO_LAST = replace(
    NETWORK, acls=(NetworkAcl(DATA_ACL, VPC, entries=(entry(10, "in", "allow", "6", "443"),), subnets=(DATA,)),)
)
TWIN_VPC = "vpc-0eeeeeeeeeeeeeee5"
TWINS = replace(
    with_interface(
        replace(LDAP, id="eni-twin", vpc=TWIN_VPC, groups=("sg-other",)), replace(LDAP, groups=(LDAP_GROUP,)),
        inventory=with_groups(DB_GROUP, rule("sgr-ldap-in", DB_GROUP, "tcp", "5432", LDAP_GROUP)),
    ),
    vpcs=(*NETWORK.vpcs, Vpc(TWIN_VPC, "twin", (ip_network("10.1.0.0/16"),))), peerings=(),
)  # fmt: skip
ON_TGW = replace(
    with_acl(entry(90, "in", "deny", "6", "5432"), *OPEN, subnet=DATA,
             inventory=with_groups(DB_GROUP, rule("sgr-far", DB_GROUP, "tcp", "5432", "10.9.0.0/16"))),
    interfaces=(*NETWORK.interfaces, interface(9, DATA, "172.31.32.200", "", groups=(), kind="transit_gateway")),
    route_tables=(RouteTable("rtb-1", VPC, routes=(Route("tgw-1", ip_network("10.0.0.0/8")), Route("igw-1", ALL)), subnets=(DATA,)),),
)  # fmt: skip

# What cannot be told: the record, what is known, and a piece of the reason.
DOUBTS: dict[str, tuple[Flow, Inventory, str]] = {
    "a rule refers to a missing group": (UNKNOWN_PEER, STALE_RULE, f"sgr-old refers to {MISSING}"),
    "the same, from a VPC far away": (FAR_PEER, STALE_RULE, f"sgr-old refers to {MISSING}, which is not known"),
    "an address of the VPC that no interface has": (
        UNKNOWN_PEER, NETWORK, "no interface with the address 172.31.40.40 is known",
    ),
    "a group of the interface is missing": (
        SSH, replace(NETWORK, groups=NETWORK.groups[:1]), f"security group {DB_GROUP} is not known",
    ),
    "an interface without groups": (
        SSH, with_interface(replace(DB, groups=())), f"no security group of {DB.id} is known",
    ),
    "a rule refers to a missing prefix list": (
        record(DB, f"in tcp {INTERNET}:40000 172.31.32.9:5439", flags=2), replace(NETWORK, prefix_lists=()),
        "sgr-partners refers to prefix list pl-0aaaaaaaaaaaaaaa1, which is not known",
    ),
    "a prefix list known by name only": (
        record(DB, f"in tcp {INTERNET}:40000 172.31.32.9:5439", flags=2),
        replace(NETWORK, prefix_lists=(replace(NETWORK.prefix_lists[0], entries=()),),
                missing=("ec2:GetManagedPrefixListEntries is denied: prefix lists are known by name only",)),
        "ec2:GetManagedPrefixListEntries is denied",
    ),
    "a rule with a protocol nobody knows": (
        SSH, with_groups(DB_GROUP, rule("sgr-odd", DB_GROUP, "quic", "-", "0.0.0.0/0")), "the protocol of sgr-odd is 'quic'",
    ),
    "a rule that names nobody": (
        SSH, with_groups(DB_GROUP, GroupRule("sgr-odd", DB_GROUP, protocol="tcp", first=22, last=22)),
        "sgr-odd names no address, prefix list or group",
    ),
    "one address in two VPCs that nothing tells apart": (
        record(DB, "in tcp 10.1.0.5:40000 172.31.32.9:5432", flags=2), TWINS, "is the address of several interfaces",
    ),
    "a group in a VPC that is not peered": (
        record(DB, "in tcp 10.1.0.5:40000 172.31.32.9:5432", flags=2),
        replace(with_groups(DB_GROUP, rule("sgr-ldap-in", DB_GROUP, "tcp", "5432", LDAP_GROUP)), peerings=()),
        f"{SHARED} is not known to be peered",
    ),
    "an ACL without its closing entry": (SQL, NO_LAST, f"no inbound entry of {DATA_ACL} fits, and its closing one"),
    "an ACL that is not known": (SQL, replace(NETWORK, acls=()), f"the network ACL of subnet {DATA} is not known"),
    "a subnet under two ACLs": (
        SQL, replace(NETWORK, acls=tuple(replace(each, subnets=(DATA, PUBLIC)) for each in NETWORK.acls)), "is not known",
    ),
    "an ACL entry with a protocol nobody knows": (
        SQL, with_acl(entry(50, "in", "deny", "sctp2", "-"), *OPEN, subnet=DATA), "the protocol of entry 50 of",
    ),
    "an ACL entry that names no addresses": (
        SQL, with_acl(AclEntry(50, egress=False, allow=False), *OPEN, subnet=DATA), "entry 50 of",
    ),
    "an entry that AWS told wrongly": (SQL, replace(NETWORK, notes=(f"{DATA_ACL} has '10.0.0.0/99', which is no CIDR block",)), "cannot be read"),
    "a group whose rule AWS told wrongly": (SSH, replace(NETWORK, notes=(f"{DB_GROUP} has 'x', which is no CIDR block",)), "cannot be read"),
    "ICMP of a type that no record tells": (
        record(DB, "in icmp 172.31.16.139 172.31.32.9"), with_groups(DB_GROUP, rule("sgr-ping", DB_GROUP, "icmp", "8--1", "0.0.0.0/0")),
        "sgr-ping lets some of it through: its ICMP type is not told",
    ),
    "a port that the record does not tell": (replace(SQL, target_port=None), NETWORK, "its port is not told"),
    "an ENI in no known subnet": (
        record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5432", flags=2),
        with_acl(entry(50, "in", "deny", "-1", "-"), *OPEN, subnet=DATA, inventory=replace(NETWORK, subnets=NETWORK.subnets[:1])),
        f"subnet {DATA} is not known",
    ),
    "an ENI of which no subnet is told": (SQL, with_interface(replace(DB, subnet="")), "the network ACL of subnet - is not known"),
    "an ENI that nobody knows": (replace(SQL, interface="eni-0ffffffffffffffff"), NETWORK, "eni-0ffffffffffffffff is not known"),
    "no address": (replace(SQL, source="-"), NETWORK, "'-' is no address"),
    "no direction, and foreign addresses": (
        replace(SQL, source="10.9.0.4", target="10.9.0.5", egress=None), with_acl(*OPEN, subnet=DATA, inventory=NETWORK),
        "its addresses do not tell it",
    ),
    "no interface, and foreign addresses": (
        replace(SQL, source="10.9.0.4", target="10.9.0.5", interface=""), NETWORK, "neither address is one of a known interface",
    ),
    "a reason that AWS gives and nobody knows": (replace(SQL, reject_reason="XY"), NETWORK, "AWS gives the reason XY"),
    "encryption controls": (replace(SQL, reject_reason="EC"), NETWORK, "VPC Encryption Controls"),
    "what was refused since the rules were read": (
        replace(SQL, start=T0 + 1000, end=T0 + 1050), NETWORK, "and it was refused after that",
    ),
    "what the rules let through": (SQL, NETWORK, "the rules let it through, and no change of them is known"),
    "what is for many at once": (
        record(WEB, "out udp 172.31.16.139:5353 224.0.0.251:5353"), NETWORK, "a VPC does not carry",
    ),
    "a way that the ACL does not see, and the group lets it in": (FAR_PEER, ON_TGW, "no network ACL sees"),
    "interfaces never read": (SQL, without("interfaces"), "the network interfaces have not been read"),
    "groups never read": (SQL, without("groups"), "the security groups have not been read"),
    "groups denied": (
        SQL, without("groups", missing="ec2:DescribeSecurityGroups is denied: no security groups"), "ec2:DescribeSecurityGroups is denied",
    ),
    "ACLs never read": (SQL, without("acls"), "the network ACLs have not been read"),
    "ACLs denied": (SQL, without("acls", missing="ec2:DescribeNetworkAcls is denied: no ACLs"), "ec2:DescribeNetworkAcls is denied"),
    "prefix lists never read": (
        record(DB, f"in tcp {INTERNET}:40000 172.31.32.9:5439", flags=2), without("prefix_lists"), "the prefix lists have not been read",
    ),
    "subnets never read": (
        SQL, with_acl(entry(50, "in", "deny", "-1", "-"), *OPEN, subnet=DATA, inventory=without("subnets")), "the subnets have not been read",
    ),
    "nothing read": (SQL, Inventory(), "have not been read"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_what_nobody_can_tell_is_said_with_its_reason(name: str) -> None:
    """Never a guess: the ruling and the confidence are both `cannot tell`, and no command is offered."""
    flow, inventory, reason = DOUBTS[name]
    verdict = explain(flow, inventory)
    assert (verdict.ruling, verdict.confidence, verdict.short) == (Ruling.UNKNOWN, Confidence.UNKNOWN, "cannot tell")
    assert reason in f"{verdict.sentence} {' '.join(verdict.because)}", verdict
    assert verdict.fix == ""
    assert verdict.fix_note
    assert verdict.evidence == (flow,)


def refused(verdict: Verdict) -> tuple[Ruling, Confidence]:
    """What is said, and how surely."""
    return verdict.ruling, verdict.confidence


NO_RULE, ACL_ENTRY = Ruling.NO_RULE, Ruling.ACL_ENTRY
CERTAIN, LIKELY = Confidence.CERTAIN, Confidence.LIKELY
# Doubts about what did not decide: the record, what is known, the ruling, how sure.
HARMLESS: dict[str, tuple[Flow, Inventory, Ruling, Confidence]] = {
    "the missing group's rule is about another port": (replace(UNKNOWN_PEER, target_port=22), STALE_RULE, NO_RULE, CERTAIN),
    "an interface whose groups are known": (SQL, STALE_RULE, NO_RULE, CERTAIN),
    "a stranger on the internet is in no group": (
        record(DB, f"in tcp {INTERNET}:40000 172.31.32.9:5432", flags=2), STALE_RULE, NO_RULE, LIKELY,
    ),
    "the group's VPC is known, and the address is elsewhere": (FAR_PEER, NETWORK, NO_RULE, CERTAIN),
    "the group refuses, whatever the ACL is": (SSH, replace(NETWORK, acls=()), NO_RULE, CERTAIN),
    "the ACL denies, whatever the groups are": (
        SQL, with_acl(closing("in"), subnet=DATA, inventory=without("groups")), ACL_ENTRY, CERTAIN,
    ),
    "an entry in doubt would deny as well": (
        SQL, with_acl(entry(50, "in", "deny", "sctp2", "-"), entry(60, "in", "deny", "6", "5432"), subnet=DATA), ACL_ENTRY, CERTAIN,
    ),
    "an entry in doubt comes after": (
        SQL, with_acl(entry(50, "in", "deny", "6", "5432"), entry(60, "in", "allow", "sctp2", "-"), subnet=DATA), ACL_ENTRY, CERTAIN,
    ),
    "an interface that is gone keeps what it had last": (
        SSH, with_interface(replace(DB, gone=float(T0 + 300))), NO_RULE, LIKELY,
    ),
    "IPv6 at an ACL that tells the closing entry of IPv4 alone": (
        record(WEB, "in tcp [2001:db8::9]:40000 [2001:db8:1234:a100::7]:443", flags=2),
        with_acl(entry(10, "in", "allow", "6", "443"), inventory=with_groups(WEB_GROUP, rule("sgr-6", WEB_GROUP, "tcp", "443", "::/0"))),
        ACL_ENTRY, LIKELY,
    ),
    "a rule that cannot be read is somebody's": (SSH, replace(NETWORK, notes=("sgr-x has 'y', which is no CIDR block",)), NO_RULE, LIKELY),
    "no direction and foreign addresses, but one way is refused": (
        replace(SSH, source="10.9.0.4", target="10.9.0.5", egress=None),
        with_groups(DB_GROUP, rule("sgr-out", DB_GROUP, "-1", "-", "0.0.0.0/0", egress=True)), NO_RULE, LIKELY,
    ),
    "no interface, and one of ours refuses": (replace(SSH, interface="", source="10.9.0.4"), NETWORK, NO_RULE, CERTAIN),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_a_doubt_that_makes_no_difference_is_no_excuse(name: str) -> None:
    """What decided is known all the same."""
    flow, inventory, ruling, confidence = HARMLESS[name]
    verdict = explain(flow, inventory)
    assert refused(verdict) == (ruling, confidence), verdict
    assert verdict.direction == "in"
    gone = any(each.id == verdict.interface and each.gone for each in inventory.interfaces)
    assert gone == any("is gone since 00:05 UTC" in each for each in verdict.because)


def test_what_a_transit_gateway_hands_over_in_its_own_subnet_no_acl_sees() -> None:
    """https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html: inbound entries are not asked there; outbound ones are."""
    passing = judge(FAR_PEER, ON_TGW, DB, egress=False, is_reply=False)
    assert (passing.ruling, passing.confidence) == (Ruling.ALLOWED, LIKELY)
    elsewhere = replace(ON_TGW, interfaces=NETWORK.interfaces)
    assert judge(FAR_PEER, elsewhere, DB, egress=False, is_reply=False).ruling is ACL_ENTRY
    reply = replace(FAR_PEER, source=FAR_PEER.target, target=FAR_PEER.source, target_port=40000)
    stopped = with_acl(closing("out"), subnet=DATA, inventory=ON_TGW)
    assert judge(reply, stopped, DB, egress=True, is_reply=True).ruling is Ruling.ACL_RETURN


def test_an_address_of_the_own_vpc_is_no_other_vpcs() -> None:
    """A VPC that nothing connects has an interface with the same address, in the group of another."""
    twin = replace(WEB, id="eni-twin", vpc=TWIN_VPC, groups=("sg-other",))
    inventory = with_interface(twin, inventory=with_acl(closing("in"), subnet=DATA))
    assert explain(SQL, inventory).ruling is ACL_ENTRY


def test_who_had_an_address_then_is_asked() -> None:
    """A task that is gone had the address when the record was taken; another task has it now."""
    old = interface(20, PUBLIC, "172.31.16.77", WEB_GROUP, gone=float(T0 + 100))
    new = interface(21, PUBLIC, "172.31.16.77", MISSING)
    inventory = replace(with_acl(closing("in"), subnet=DATA), interfaces=(*NETWORK.interfaces, new, old))
    then, now = (replace(SQL, source="172.31.16.77", start=at, end=at + 9) for at in (T0, T0 + 200))
    assert explain(then, inventory).ruling is ACL_ENTRY
    assert explain(now, inventory).ruling is NO_RULE


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        (lambda each: each, True),
        (lambda each: replace(each, kind="interface", requester_managed=False), None),
        (lambda each: replace(each, kind="gateway_load_balancer_endpoint"), True),
        (lambda each: replace(each, kind="transit_gateway"), True),
        (lambda each: replace(each, kind="NatGateway"), True),
        (lambda each: replace(each, kind="network_load_balancer"), True),
        (lambda each: replace(each, kind="interface", description="ELB net/api/0123456789abcdef"), True),
        (lambda each: replace(each, kind="some_new_kind"), True),
    ],
)
def test_some_interfaces_have_no_security_group(change: Callable[[Interface], Interface], passes: bool | None) -> None:
    """NAT gateways, attachments and endpoints of Gateway Load Balancers take none; an instance's ENI always has one."""
    place = change(NAT)
    flow = Flow(INTERNET, NAT.address, 6, 40000, 22)
    verdict = judge(flow, with_interface(place), place, egress=False, is_reply=False)
    assert verdict.ruling is (Ruling.ALLOWED if passes else Ruling.UNKNOWN)
    told = place.kind == "some_new_kind"
    assert (verdict.confidence is LIKELY) == told


weird = st.sampled_from(
    ["", "-", "unknown", "10.0.0.5", "172.31.16.139", "172.31.32.9", "::1", "224.0.0.1", "999.1.1.1", "a b"]
)
maybe = st.none() | st.integers(-1, 70_000)


@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        Flow, weird, weird, st.sampled_from([-1, 0, 1, 6, 17, 47, 58, 300]), maybe, maybe,
        st.sampled_from(["", "-", WEB.id, DB.id, NAT.id, "eni-x"]), st.sampled_from([None, True, False]), maybe,
        st.sampled_from(["", "ACCEPT", "REJECT", "?"]), st.sampled_from(["", "-", "BPA"]), maybe, maybe, maybe, weird, weird, maybe, maybe,
    ),
    st.sampled_from([each[1] for each in DOUBTS.values()]),
    st.lists(st.sampled_from([SQL, replace(SQL, action="ACCEPT"), record(DB, "out tcp 172.31.32.9:5432 172.31.16.139:40000", "ACCEPT")])),
)  # fmt: skip
def test_whatever_is_asked_there_is_an_answer(flow: Flow, inventory: Inventory, history: list[Flow]) -> None:
    """Records that make no sense have a verdict too, in one line that fits."""
    verdict = explain(flow, inventory, history)
    assert 0 < len(verdict.short) <= 24
    assert verdict.sentence.endswith(".")
    assert "\n" not in verdict.sentence
    assert (verdict.confidence is Confidence.UNKNOWN) == (verdict.ruling is Ruling.UNKNOWN)


def test_all_parts_of_this_network_were_read() -> None:
    """What these tests start from is whole, and the subnets hold the interfaces."""
    assert NETWORK.has(*PARTS)
    held = {each.id: each for each in NETWORK.subnets}
    assert all(isinstance(held[each.subnet], Subnet) for each in NETWORK.interfaces)
