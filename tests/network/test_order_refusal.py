"""What AWS would not take of an order, with its pages."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.network.endpoint_network import (
    APP,
    APP_A,
    APP_B,
    GATEWAY,
    INSIDE,
    INSIDE_ENDPOINT,
    KMS,
    LOGS,
    NETWORK,
    OFFERED,
    OTHER,
    PRIVATE,
    PUBLIC,
    S3,
    VPC,
    WEB_A,
)
from tui.network.consequence import consequences
from tui.network.inventory import Inventory
from tui.network.order import AnswerConnection, CreateEndpoint, DeleteEndpoint, ModifyEndpoint, Order
from tui.network.order_refusal import refusals, unready
from tui.network.service import Service

CASES: list[tuple[Order, str]] = [
    (CreateEndpoint(VPC, KMS, "Gateway", route_tables=(PUBLIC,)), "takes endpoints of type Interface, not Gateway"),
    (
        CreateEndpoint(VPC, LOGS, "Interface", (APP_A, WEB_A)),
        "app-a and web-a are both in eu-west-1a: one subnet a zone.",
    ),
    (CreateEndpoint(VPC, LOGS, "Interface", (APP_B,)), "logs is not offered in eu-west-1b."),
    (CreateEndpoint(VPC, LOGS, "Interface", ("subnet-0b1b2c3d4e5f60001",)), "is in vpc-0b1b2c3d4e5f67890, not in"),
    (CreateEndpoint(VPC, KMS, "Interface", (APP_A,), private_dns=True), f"{INSIDE} answers to the same name in {VPC}"),
    (CreateEndpoint(VPC, S3, "Gateway", route_tables=(PRIVATE,)), f"leads s3 to {GATEWAY} already"),
    (
        CreateEndpoint(VPC, S3, "Gateway", route_tables=("rtb-0b1b2c3d4e5f60001",)),
        "is of vpc-0b1b2c3d4e5f67890, not of",
    ),
    (CreateEndpoint(VPC, LOGS, "Interface", route_tables=(PUBLIC,)), "Route tables are for gateway endpoints"),
    (CreateEndpoint(VPC, LOGS, "Interface", name="x" * 257), "256 characters at most"),
    (ModifyEndpoint(INSIDE, remove_groups=(APP,)), "at least one security group"),
    (ModifyEndpoint(INSIDE, add_subnets=(WEB_A,)), "are both in eu-west-1a"),
    (DeleteEndpoint("vpce-0fffffffffffffff0"), "There is no endpoint"),
    (AnswerConnection(OFFERED, "vpce-0c1b2c3d4e5f60002", accept=True), "It is available already."),
]


@pytest.mark.parametrize(("order", "said"), CASES)
def test_what_aws_would_refuse_is_said_before_it_does(order: Order, said: str) -> None:
    """The reason is in a sentence that names the subnet, route table or endpoint that stands against it."""
    assert any(said in each for each in refusals(order, NETWORK)), refusals(order, NETWORK)


@pytest.mark.parametrize(
    "order",
    [
        CreateEndpoint(VPC, S3, "Gateway", route_tables=(PUBLIC,)),
        CreateEndpoint(VPC, S3, "Interface", (APP_A, APP_B)),
        CreateEndpoint(VPC, LOGS, "Interface", (APP_A,), groups=(APP,), private_dns=True),
        ModifyEndpoint(INSIDE, remove_subnets=(APP_B,)),
        ModifyEndpoint(GATEWAY, add_route_tables=(PUBLIC,), remove_route_tables=(PRIVATE,)),
        DeleteEndpoint(INSIDE),
        AnswerConnection(OFFERED, "vpce-0c1b2c3d4e5f60001", accept=True),
        AnswerConnection(OFFERED, "vpce-0c1b2c3d4e5f60002", accept=False),
    ],
)
def test_what_aws_takes_is_not_objected_to(order: Order) -> None:
    """Nothing is said against an order that the rules allow."""
    assert refusals(order, NETWORK) == ()


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (CreateEndpoint(VPC, "", ""), "Choose a service"),
        (CreateEndpoint("", KMS, "Interface"), "Choose a VPC."),
        (ModifyEndpoint(INSIDE, add_subnets=(APP_A,), private_dns=True), "Nothing is different."),
        (ModifyEndpoint(INSIDE, private_dns=False), ""),
        (CreateEndpoint(VPC, KMS, "Interface"), ""),
        (DeleteEndpoint(INSIDE), ""),
    ],
)
def test_an_order_of_nothing_is_none_yet(order: Order, said: str) -> None:
    """What is not chosen is said; AWS is not blamed for it."""
    found = unready(order, NETWORK)
    assert found == () if not said else said in found[0]


def test_what_a_service_of_aws_manages_is_changed_there() -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html: RequesterManaged."""
    known = replace(NETWORK, endpoints=(replace(INSIDE_ENDPOINT, requester_managed=True),))
    assert "manages it" in refusals(DeleteEndpoint(INSIDE), known)[0]


@pytest.mark.parametrize(
    "order",
    [
        CreateEndpoint(OTHER, LOGS, "Interface", private_dns=True),
        CreateEndpoint(OTHER, LOGS, "Interface"),
    ],
)
def test_private_dns_is_refused_where_the_vpc_lacks_an_attribute(order: CreateEndpoint) -> None:
    """It is told before AWS says so, and only where private DNS is wanted; not as a doubt."""
    said = [each for each in refusals(order, NETWORK) if "enableDnsHostnames of" in each]
    assert bool(said) is order.private_dns
    assert not [each for each in consequences(order, NETWORK) if "enableDnsSupport" in each]


def test_unread_attributes_are_a_doubt() -> None:
    """What was not read is told as not known, and not as a refusal."""
    order = CreateEndpoint(VPC, LOGS, "Interface", private_dns=True)
    unread = replace(NETWORK, vpc_dns=())
    assert not [each for each in refusals(order, unread) if "enableDnsHostnames" in each]
    assert [each for each in consequences(order, unread) if each.startswith(f"Not known: whether {VPC} has enableDns")]


_BY_4 = replace(NETWORK, services=(Service(KMS, ("Interface",), address_types=("ipv4",)),))
_NO_GATEWAY = replace(NETWORK, endpoints=(INSIDE_ENDPOINT,))


def _with_ranges(*ranges: str) -> Inventory:
    """The network, with app-a of these ranges."""
    networks = tuple(ip_network(each) for each in ranges)
    return replace(
        NETWORK, subnets=tuple(replace(s, networks=networks) if s.id == APP_A else s for s in NETWORK.subnets)
    )


# https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointIpAddressType.html and
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
@pytest.mark.parametrize(
    ("order", "known", "said"),
    [
        (
            CreateEndpoint(VPC, KMS, "Interface", ip_type="dualstack"),
            _BY_4,
            "kms cannot be reached by dualstack, but by ipv4",
        ),
        (ModifyEndpoint(INSIDE, ip_type="ipv6"), _BY_4, "kms cannot be reached by ipv6"),
        (CreateEndpoint(VPC, KMS, "Interface", (APP_A,), ip_type="ipv6"), NETWORK, "app-a: ipv6 needs an IPv6 range"),
        (
            CreateEndpoint(VPC, KMS, "Interface", (APP_A,), ip_type="ipv6"),
            _with_ranges("10.0.1.0/24", "2001:db8:1::/64"),
            "app-a: ipv6 is for subnets that are IPv6 only",
        ),
        (CreateEndpoint(VPC, KMS, "Interface", (APP_A,), ip_type="ipv6"), _with_ranges("2001:db8:1::/64"), ""),
        (
            CreateEndpoint(VPC, KMS, "Interface", (APP_A,), ip_type="dualstack"),
            _with_ranges("10.0.1.0/24", "2001:db8:1::/64"),
            "",
        ),
        (
            CreateEndpoint(VPC, KMS, "Interface", ip_type="ipv4", dns_record="dualstack"),
            NETWORK,
            "DNS records of type dualstack go with dualstack, not with ipv4",
        ),
        (CreateEndpoint(VPC, KMS, "Interface", ip_type="ipv4", dns_record="new-one"), NETWORK, ""),
        (
            CreateEndpoint(VPC, KMS, "Interface", private_dns=True, resolvers_only=True),
            replace(NETWORK, endpoints=()),
            "kms has no gateway endpoints",
        ),
        (CreateEndpoint(VPC, S3, "Interface", private_dns=True, resolvers_only=True), NETWORK, ""),
        (
            CreateEndpoint(VPC, S3, "Interface", private_dns=True, resolvers_only=True),
            _NO_GATEWAY,
            f"{VPC} has no gateway endpoint for s3",
        ),
        (CreateEndpoint(VPC, S3, "Interface", private_dns=True, resolvers_only=False), _NO_GATEWAY, ""),
        (
            CreateEndpoint(VPC, S3, "Gateway", region="us-east-1"),
            NETWORK,
            "Only interface endpoints lead to a service of another",
        ),
        (CreateEndpoint(VPC, S3, "Gateway", region="eu-west-1"), NETWORK, ""),
    ],
)
def test_addresses_and_dns_options_are_judged(order: Order, known: Inventory, said: str) -> None:
    """Each rule of AWS's pages, and what it does not forbid; '' where nothing stands against it."""
    found = refusals(order, known)
    assert found == () if not said else any(each.startswith(said) for each in found), found
