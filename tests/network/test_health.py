"""The health of endpoints: what the inventory tells of each, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.cache.carrying import (
    EVERYWHERE,
    KMS,
    KNOWN,
    LOCAL,
    NAT,
    S3,
    SUBNET_A,
    SUBNET_B,
    SUBNET_P,
    T0,
    TABLE_A,
    TABLE_B,
    TABLE_P,
    TO_S3,
    VPC,
)
from tui.network.health import KINDS, Severity, Signal, health, is_gateway, kind_of, worst
from tui.network.inventory import PARTS, Inventory
from tui.network.place import VpcDns
from tui.network.rules import Endpoint, GroupRule, PrefixList, Route, RouteTable, SecurityGroup
from tui.network.service import Service

GATEWAY, INSIDE = KNOWN.endpoints
HTTPS = GroupRule("sgr-1", "sg-0kms", protocol="tcp", first=443, last=443)


def signals(endpoint: Endpoint, known: Inventory = KNOWN) -> dict[str, Signal]:
    """By what they are about; of several of one kind, the worst."""
    return {each.code: each for each in reversed(health(known, endpoint))}


def with_endpoint(endpoint: Endpoint, **more: object) -> Inventory:
    """The inventory with this one in the place of the one with its id."""
    endpoints = tuple(endpoint if each.id == endpoint.id else each for each in KNOWN.endpoints)
    return replace(KNOWN, endpoints=endpoints, **more)  # type: ignore[arg-type]  # an inventory's own


def with_rules(*rules: GroupRule) -> Inventory:
    """The inventory with other rules at the endpoint of KMS."""
    return replace(KNOWN, groups=(SecurityGroup("sg-0kms", "kms", VPC, rules=rules),))


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html: the model's words, and the wire's.
@pytest.mark.parametrize(
    ("state", "severity"),
    [
        ("pending", Severity.NOTICE),
        ("PendingAcceptance", Severity.WARNING),
        ("pendingAcceptance", Severity.WARNING),
        ("Deleting", Severity.WARNING),
        ("deleted", Severity.WARNING),
        ("Rejected", Severity.FAILING),
        ("failed", Severity.FAILING),
        ("expired", Severity.FAILING),
        ("partial", Severity.WARNING),
        ("hibernating", Severity.UNKNOWN),
        ("", Severity.UNKNOWN),
    ],
)
def test_a_state_is_told_whatever_its_capitals(state: str, severity: Severity) -> None:
    """Each word with how bad it is; one that nobody knows is not known, never fine."""
    endpoint = replace(INSIDE, state=state)
    found = signals(endpoint)["state"]
    assert found.severity is severity
    assert state in found.sentence
    assert worst(health(KNOWN, endpoint)) >= severity


@pytest.mark.parametrize("state", ["available", "Available", "AVAILABLE"])
def test_available_is_no_signal(state: str) -> None:
    """Whatever its capitals."""
    assert "state" not in signals(replace(INSIDE, state=state))


def test_what_aws_says_went_wrong_is_failing() -> None:
    """LastError and FailureReason, word for word."""
    found = signals(replace(INSIDE, state="failed", trouble="InsufficientAddresses: no free address in subnet-0a."))
    assert found["error"].severity is Severity.FAILING
    assert "InsufficientAddresses: no free address in subnet-0a." in found["error"].sentence


@pytest.mark.parametrize("kind", [*KINDS, "interface", "GATEWAYLOADBALANCER", "Quantum", ""])
def test_every_type_is_judged_and_no_text_breaks_it(kind: str) -> None:
    """Those of DescribeVpcEndpoints, and those to come: of these only the state."""
    endpoint = Endpoint("vpce-0x", kind, "com.amazonaws.vpce.eu-west-1.vpce-svc-0f61a3d2b97c4e815", VPC, "available")
    found = signals(endpoint, replace(KNOWN, endpoints=(endpoint,)))
    assert ("type" in found) is (kind_of(endpoint) not in KINDS)
    assert found


def test_nothing_the_matter_is_said_only_where_all_was_read() -> None:
    """An inventory that read the endpoints alone says what is not known, and by which permission."""
    whole = replace(KNOWN, interfaces=tuple(each for each in KNOWN.interfaces if each.subnet == SUBNET_A))
    assert [each.code for each in health(whole, INSIDE)] == ["fine"]
    for part in ("interfaces", "groups", "route_tables"):
        blind = replace(
            whole,
            read_at={each: 1.0 for each in PARTS if each != part},
            missing=("ec2:DescribeSomething is denied: it is not known",),
        )
        found = signals(INSIDE, blind)
        assert "fine" not in found
        assert found["unread"].severity is Severity.UNKNOWN
        assert found["unread"].fix == "allow ec2:DescribeSomething"


def test_subnets_without_the_route_are_named_with_their_way() -> None:
    """Paid by the gigabyte at a NAT gateway: a warning; at an internet gateway: a notice."""
    found = [each for each in health(KNOWN, GATEWAY) if each.code == "left-out"]
    paid, free = found
    assert (paid.severity, set(paid.places)) == (Severity.WARNING, {SUBNET_B, TABLE_B})
    assert NAT in paid.sentence
    assert "private-b" in paid.sentence
    assert (free.severity, set(free.places)) == (Severity.NOTICE, {SUBNET_P, TABLE_P})


def test_another_endpoint_of_the_service_may_have_the_route() -> None:
    """One gateway endpoint a service and route table, not a VPC."""
    theirs = RouteTable(TABLE_B, VPC, "b", (LOCAL, replace(TO_S3, target="vpce-0other")), (SUBNET_B,))
    known = replace(KNOWN, route_tables=(KNOWN.route_tables[0], theirs, KNOWN.route_tables[2]))
    assert [each.places for each in health(known, GATEWAY) if each.code == "left-out"] == [(SUBNET_P, TABLE_P)]


@pytest.mark.parametrize(
    ("routes", "code", "severity"),
    [
        ((LOCAL, Route(NAT, EVERYWHERE)), "no-route", Severity.WARNING),
        ((LOCAL, replace(TO_S3, state="blackhole")), "blackhole", Severity.FAILING),
    ],
)
def test_a_route_that_is_not_there_or_leads_nowhere(routes: tuple[Route, ...], code: str, severity: Severity) -> None:
    """Of a table that the endpoint is associated with."""
    table = RouteTable(TABLE_A, VPC, "a", routes, (SUBNET_A,))
    found = signals(GATEWAY, replace(KNOWN, route_tables=(table, *KNOWN.route_tables[1:])))[code]
    assert (found.severity, found.places) == (severity, (TABLE_A,))


def test_a_gateway_endpoint_of_no_route_table_carries_nothing() -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html."""
    found = signals(replace(GATEWAY, route_tables=()))
    assert found["no-route-table"].severity is Severity.FAILING
    assert "left-out" not in found


def test_a_prefix_list_that_was_not_told_is_not_known() -> None:
    """Then nobody can say who goes around."""
    assert signals(GATEWAY, replace(KNOWN, prefix_lists=()))["no-prefix-list"].severity is Severity.UNKNOWN


@pytest.mark.parametrize(
    ("rules", "code", "severity"),
    [
        ((), "group-lets-nobody-in", Severity.FAILING),
        ((replace(HTTPS, first=80, last=80, network=ip_network("10.0.0.0/8")),), "group-lets-nobody-in", Severity.FAILING),
        ((replace(HTTPS, protocol="udp", network=ip_network("10.0.0.0/8")),), "group-lets-nobody-in", Severity.FAILING),
        ((replace(HTTPS, egress=True, network=EVERYWHERE),), "group-lets-nobody-in", Severity.FAILING),
        ((replace(HTTPS, network=ip_network("192.0.2.0/24")),), "group-lets-nobody-in", Severity.FAILING),
        ((replace(HTTPS, peer_group="sg-0nobody"),), "group-lets-nobody-in", Severity.FAILING),
        ((replace(HTTPS, network=ip_network("10.0.16.0/20")),), "group-leaves-out", Severity.NOTICE),
    ],
)  # fmt: skip
def test_a_group_that_lets_no_client_in(rules: tuple[GroupRule, ...], code: str, severity: Severity) -> None:
    """None at all, or none of a subnet: by port, protocol, direction, network and group."""
    found = signals(INSIDE, with_rules(*rules))[code]
    assert found.severity is severity
    assert "sg-0kms" in found.sentence
    if code == "group-leaves-out":
        assert "private-b" in found.sentence


@pytest.mark.parametrize(
    "rule",
    [
        replace(HTTPS, network=ip_network("10.0.0.0/16")),
        replace(HTTPS, first=0, last=65_535, network=EVERYWHERE),
        GroupRule("sgr-1", "sg-0kms", protocol="-1", network=ip_network("10.0.0.0/8")),
        replace(HTTPS, prefix_list="pl-unread"),
    ],
)
def test_a_group_that_lets_them_in_is_no_signal(rule: GroupRule) -> None:
    """Nor is one of which nobody can tell: no alarm is made of a guess."""
    found = signals(INSIDE, with_rules(rule))
    assert not {"group-lets-nobody-in", "group-leaves-out"} & set(found)


def test_a_group_that_was_not_told_is_not_known() -> None:
    """An endpoint whose group is not in the inventory."""
    assert signals(INSIDE, replace(KNOWN, groups=()))["groups-unknown"].severity is Severity.UNKNOWN


def test_zones_with_clients_and_no_interface_are_named() -> None:
    """Clients there cross zones."""
    found = signals(INSIDE)["zone-without-interface"]
    assert (found.severity, found.places) == (Severity.NOTICE, ("eu-west-1b",))
    assert "1 interface" in found.sentence


def test_interfaces_that_are_gone() -> None:
    """All of them: failing; some: a warning. What was made a moment ago may be told before its interfaces are."""
    gone = tuple(replace(each, gone=5.0) if each.id in INSIDE.interfaces else each for each in KNOWN.interfaces)
    assert signals(INSIDE, replace(KNOWN, interfaces=gone))["interface-gone"].severity is Severity.FAILING
    more = replace(INSIDE, interfaces=(*INSIDE.interfaces, "eni-0later"))
    assert signals(more)["interface-gone"].severity is Severity.WARNING
    assert "interface-gone" not in signals(replace(more, created=float(T0) - 10))
    assert signals(replace(INSIDE, interfaces=()))["no-interface"].severity is Severity.FAILING
    assert signals(replace(INSIDE, subnets=(SUBNET_A, SUBNET_B)))["subnet-without-interface"].places == (SUBNET_B,)


def test_private_dns_that_is_off() -> None:
    """A warning where the service has names of its own; nothing where another endpoint answers to them, or it has none."""
    off = replace(INSIDE, private_dns=False)
    service = Service(INSIDE.service, ("Interface",), private_names=("kms.eu-west-1.amazonaws.com",))
    assert signals(off, with_endpoint(off))["private-dns"].severity is Severity.NOTICE
    told = signals(off, with_endpoint(off, services=(service,)))["private-dns"]
    assert told.severity is Severity.WARNING
    assert "kms.eu-west-1.amazonaws.com" in told.sentence
    assert "private-dns" not in signals(off, with_endpoint(off, services=(replace(service, private_names=()),)))
    other = replace(INSIDE, id="vpce-0kms2")
    assert "private-dns" not in signals(off, replace(KNOWN, endpoints=(GATEWAY, off, other)))


def test_a_gateway_load_balancer_endpoint_needs_a_route() -> None:
    """Nothing is inspected by one that no route table leads to; one with a route and no group is fine."""
    endpoint = Endpoint(
        "vpce-0gwlb", "GatewayLoadBalancer", "com.amazonaws.vpce.eu-west-1.vpce-svc-0f61a3d2b97c4e815", VPC, "available",
        subnets=(SUBNET_A,), interfaces=INSIDE.interfaces,
    )  # fmt: skip
    assert signals(endpoint)["no-route"].severity is Severity.WARNING
    leads = RouteTable("rtb-0edge", VPC, routes=(Route(endpoint.id, EVERYWHERE),))
    assert set(signals(endpoint, replace(KNOWN, route_tables=(*KNOWN.route_tables, leads)))) == {"fine"}


def test_hostile_values_are_judged_as_others() -> None:
    """An endpoint of nothing but strange texts, in an inventory of nothing."""
    strange = Endpoint(KMS + "\n", "[red]", "\u202e", "vpc", "AVAILABLE", trouble="x" * 10_000)
    assert worst(health(Inventory(), strange)) is Severity.FAILING
    assert not is_gateway(strange)
    listed = PrefixList("pl-0", GATEWAY.service, "AWS")
    assert health(replace(KNOWN, prefix_lists=(listed,)), GATEWAY)
    assert GATEWAY.id == S3


@pytest.mark.parametrize(
    ("told", "severity", "said"),
    [
        (VpcDns(VPC, support=True, hostnames=False), Severity.WARNING, f"enableDnsHostnames of {VPC} is off"),
        (VpcDns(VPC, False, False), Severity.WARNING, f"enableDnsSupport and enableDnsHostnames of {VPC} are off"),
        (VpcDns(VPC, support=True), Severity.UNKNOWN, "Not known: whether"),
        (VpcDns("vpc-0fedcba9876543210", True, True), Severity.UNKNOWN, "Not known: whether"),
    ],
)
def test_private_dns_needs_both_attributes_of_the_vpc(told: VpcDns, severity: Severity, said: str) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html, its prerequisites."""
    known = replace(KNOWN, vpc_dns=(told,))
    found = signals(INSIDE, known)["vpc-dns"]
    assert found.severity is severity
    assert said in found.sentence
    assert "vpc-dns" not in signals(replace(INSIDE, private_dns=False), known)
    assert "vpc-dns" not in signals(INSIDE)


def test_the_denied_action_is_named_where_dns_attributes_are_missed() -> None:
    """What to allow stands beside what is not known."""
    known = replace(KNOWN, vpc_dns=(), missing=("ec2:DescribeVpcAttribute is denied: x",))
    assert signals(INSIDE, known)["vpc-dns"].fix == "allow ec2:DescribeVpcAttribute"
