"""What an order breaks or brings, held to the pages of AWS that say so."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.network.endpoint_network import (
    APP,
    APP_A,
    APP_B,
    CLOSED,
    GATEWAY,
    GATEWAY_ENDPOINT,
    IGW,
    INSIDE,
    INSIDE_ENDPOINT,
    KMS,
    LOGS,
    NAT,
    NETWORK,
    OFFERED,
    PRIVATE,
    PUBLIC,
    S3,
    SHUT,
    VPC,
)
from tui.network.consequence import consequences
from tui.network.order import AnswerConnection, CreateEndpoint, DeleteEndpoint, ModifyEndpoint, Order, SetPolicy
from tui.network.place import Instance
from tui.network.rules import Endpoint

PRIVATELINK = "https://docs.aws.amazon.com/vpc/latest/privatelink"
CASES: list[tuple[str, Order, tuple[str, ...]]] = [
    (
        f"{PRIVATELINK}/vpc-endpoints-s3.html",
        CreateEndpoint(VPC, S3, "Gateway", route_tables=(PUBLIC,)),
        (
            f"Open TCP connections to s3 from 1 subnet (web-a) with 1 interface, by {PUBLIC} (public), drop once",
            "policies that ask for a public one (aws:SourceIp) refuse them",
        ),
    ),
    (
        f"{PRIVATELINK}/gateway-endpoints.html",
        CreateEndpoint(VPC, S3, "Gateway"),
        ("Nothing goes through it until a route table is associated with it.",),
    ),
    (
        f"{PRIVATELINK}/gateway-endpoints.html",
        DeleteEndpoint(GATEWAY),
        (
            f"Open TCP connections to s3 from 2 subnets (app-a and app-b) with 3 interfaces, by {PRIVATE} (private), drop",
            f"Then s3 goes by NAT gateway {NAT}, paid by the gigabyte, from 2 subnets (app-a and app-b)",
            f"policies that name {GATEWAY} (aws:SourceVpce) match nobody any more, and a new endpoint gets a new id",
        ),
    ),
    (
        f"{PRIVATELINK}/gateway-endpoints.html",
        ModifyEndpoint(GATEWAY, add_route_tables=(SHUT,), remove_route_tables=(PRIVATE,)),
        (f"Then s3 goes by NAT gateway {NAT}", f"1 subnet (data-b) with 1 interface, by {SHUT} (shut), drop once"),
    ),
    (
        f"{PRIVATELINK}/privatelink-access-aws-services.html",
        DeleteEndpoint(INSIDE),
        (
            "2 interfaces go, with their addresses: eni-0a1b2c3d4e5f60021 (10.0.1.40 in app-a)",
            f"kms.eu-west-1.amazonaws.com resolves to public addresses again in the whole of {VPC}",
            "Then kms cannot be reached from 1 subnet (data-b) with 1 interface: no other route leads there.",
            f"Then kms goes by NAT gateway {NAT}, paid by the gigabyte, from 2 subnets (app-a and app-b)",
            f"Then kms goes by internet gateway {IGW} from 1 subnet (web-a) with 1 interface",
            "Its own names go with it",
        ),
    ),
    (
        f"{PRIVATELINK}/privatelink-access-aws-services.html",
        CreateEndpoint(VPC, LOGS, "Interface", (APP_A,), groups=(CLOSED,), private_dns=True),
        (
            f"logs.eu-west-1.amazonaws.com resolves to this endpoint in the whole of {VPC} at once: 4 subnets",
            f"Its security group {CLOSED} (two-only) lets nobody of app-a, web-a and data-b in on tcp/443.",
            "so logs is cut off from them",
            "1 interface with an address of app-a, paid by the hour each",
            "It has no interface in eu-west-1b (2 interfaces)",
        ),
    ),
    (
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
        CreateEndpoint(VPC, LOGS, "Interface", (APP_A,)),
        (f"No security group is chosen: it gets the default one of {VPC}.", "(default) lets no client in on tcp/443."),
    ),
    (
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html",
        ModifyEndpoint(INSIDE, remove_subnets=(APP_B,)),
        (
            "1 interface goes, with its address: eni-0a1b2c3d4e5f60022 (10.0.2.40 in app-b); every connection to it drops.",
            "It has no interface in eu-west-1b (2 interfaces): clients there cross zones",
        ),
    ),
    (
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html",
        ModifyEndpoint(INSIDE, remove_subnets=(APP_A, APP_B)),
        ("No subnet is left: nothing can reach it then.",),
    ),
    (
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
        ModifyEndpoint(INSIDE, add_groups=(CLOSED,), remove_groups=(APP,)),
        (
            "open ones that are tracked may go on until they end",
            "lets nobody of app-a, web-a and data-b in on tcp/443.",
        ),
    ),
    (
        f"{PRIVATELINK}/privatelink-access-aws-services.html",
        ModifyEndpoint(INSIDE, private_dns=False),
        ("resolves to public addresses again", "Then kms cannot be reached from 1 subnet (data-b)"),
    ),
    (
        f"{PRIVATELINK}/configure-endpoint-service.html#accept-reject-connection-requests",
        AnswerConnection(OFFERED, "vpce-0c1b2c3d4e5f60001", accept=True),
        (
            f"Everybody in account 210987654321 who reaches vpce-0c1b2c3d4e5f60001 can then connect to {OFFERED} (ledger).",
        ),
    ),
    (
        f"{PRIVATELINK}/configure-endpoint-service.html#accept-reject-connection-requests",
        AnswerConnection(OFFERED, "vpce-0c1b2c3d4e5f60002", accept=False),
        ("vpce-0c1b2c3d4e5f60002 of account 210987654321 is in use: it can no longer reach",),
    ),
]


@pytest.mark.parametrize(("page", "order", "said"), CASES)
def test_what_an_order_breaks_is_said(page: str, order: Order, said: tuple[str, ...]) -> None:
    """Each thing that the page tells of is in a sentence, with the subnets and interfaces that it is about."""
    found = consequences(order, NETWORK)
    for part in said:
        assert any(part in sentence for sentence in found), (page, part, found)


def test_no_alarm_without_a_cause() -> None:
    """Where nobody is cut off, nothing says so; a policy's difference is told elsewhere."""
    found = " ".join(consequences(CreateEndpoint(VPC, LOGS, "Interface", (APP_A, APP_B), groups=(APP,)), NETWORK))
    assert "lets no" not in found
    assert "zones" not in found
    assert "resolves" not in found
    (of_policy,) = consequences(SetPolicy(GATEWAY, "{}", ""), NETWORK)
    assert "No connection is dropped" in of_policy


@pytest.mark.parametrize("state", ["pendingAcceptance", "rejected", "failed", "Expired"])
def test_what_never_worked_breaks_nothing(state: str) -> None:
    """An endpoint that nobody accepted, or that could not be made, carries nothing: only its id may be named somewhere."""
    idle = replace(INSIDE_ENDPOINT, state=state)
    found = consequences(DeleteEndpoint(INSIDE), replace(NETWORK, endpoints=(idle,)))
    assert found[0] == f"Nothing goes through it, for it is {state}: no connection drops."
    assert not any("resolves" in each or "every connection" in each for each in found)


def test_a_blackhole_is_no_way() -> None:
    """The NAT gateway of the only other route is gone: https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html."""
    private = NETWORK.route_tables[0]
    gone = replace(
        private, routes=(private.routes[0], replace(private.routes[1], state="blackhole"), private.routes[2])
    )
    found = consequences(DeleteEndpoint(GATEWAY), replace(NETWORK, route_tables=(gone,)))
    assert any("Then s3 cannot be reached from 4 subnets" in each for each in found), found


def test_the_service_is_reached_by_another_way() -> None:
    """An interface endpoint of s3 goes: where a route leads s3 to a gateway endpoint, it goes by that."""
    inside = replace(INSIDE_ENDPOINT, service=S3)
    found = consequences(DeleteEndpoint(INSIDE), replace(NETWORK, endpoints=(GATEWAY_ENDPOINT, inside)))
    assert any(f"Then s3 goes by gateway endpoint {GATEWAY} from 2 subnets" in each for each in found), found


def test_routes_to_a_gateway_load_balancer_endpoint_lead_nowhere() -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html."""
    table = replace(NETWORK.route_tables[1], routes=(replace(NETWORK.route_tables[1].routes[1], target=INSIDE),))
    firewall = replace(INSIDE_ENDPOINT, kind="GatewayLoadBalancer", private_dns=False)
    known = replace(NETWORK, endpoints=(firewall,), route_tables=(table,))
    assert any(
        f"The routes to it in {PUBLIC} (public) become blackholes" in each
        for each in consequences(DeleteEndpoint(INSIDE), known)
    )


@pytest.mark.parametrize(
    ("kind", "there", "said"),
    [
        ("Interface", 43, ""),
        ("Interface", 44, "It is number 45 of the 50 interface and Gateway Load Balancer endpoints"),
        ("Interface", 50, "It would be number 51 of the interface and Gateway Load Balancer endpoints"),
        ("Gateway", 19, "It is number 20 of the 20 gateway endpoints that AWS allows this Region by default."),
        ("Gateway", 20, "AWS refuses it unless the quota of 20 was raised."),
        ("Resource", 200, "AWS refuses it unless the quota of 200 was raised."),
        ("ServiceNetwork", 50, "AWS refuses it unless the quota of 50 was raised."),
    ],
)
def test_quotas_are_told_when_they_are_near(kind: str, there: int, said: str) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html."""
    many = tuple(Endpoint(f"vpce-{n:017x}", kind, KMS, VPC, "available") for n in range(there))
    found = [
        each
        for each in consequences(CreateEndpoint(VPC, KMS, kind), replace(NETWORK, endpoints=many))
        if "number" in each
    ]
    assert found == [] if not said else any(said in each for each in found), found


@pytest.mark.parametrize("order", [order for _, order, _ in CASES])
def test_what_was_not_read_is_said_to_be_unknown(order: Order) -> None:
    """With nothing read but endpoints no sentence tells a way, and none says that nobody is concerned."""
    blind = replace(
        NETWORK, interfaces=(), subnets=(), route_tables=(), groups=(), services=(), prefix_lists=(),
        read_at=MappingProxyType({"endpoints": 1.0}),
    )  # fmt: skip
    found = consequences(order, blind)
    assert found
    assert not any("No connection drops" in each or each.startswith("Then ") for each in found), found


def test_an_endpoint_nobody_knows_is_not_judged() -> None:
    """It may be of another VPC, or gone."""
    assert "Not known" in consequences(DeleteEndpoint("vpce-0fffffffffffffff0"), NETWORK)[0]


def test_private_dns_of_s3_is_doubted() -> None:
    """Whether it needs, or spares, the gateway endpoint is reported by users and told by no page: so it is no certainty."""
    order = CreateEndpoint(VPC, S3, "Interface", (APP_A,), groups=(APP,), private_dns=True)
    with_gateway = consequences(order, NETWORK)
    assert any(f"stays with {GATEWAY}" in each for each in with_gateway)
    without = replace(NETWORK, endpoints=tuple(each for each in NETWORK.endpoints if each.id != GATEWAY))
    assert any("AWS may refuse private DNS for s3" in each for each in consequences(order, without))
    others = consequences(replace(order, service=LOGS), NETWORK)
    assert not any("PrivateDnsOnlyForInboundResolverEndpoint" in each for each in others)


def test_the_instances_that_lose_their_way_are_named() -> None:
    """By Name tag, else by id: the first three and how many more; those of no instance are counted as interfaces."""
    many = [replace(each, id=f"eni-{n}", instance=f"i-{n}") for n in range(5) for each in NETWORK.interfaces[:1]]
    mine = (*many, *NETWORK.interfaces)
    named = tuple(Instance(f"i-{n}", f"web-{n}", VPC) for n in range(1, 5))
    known = replace(NETWORK, interfaces=mine, instances=named)
    (dropped, *_) = consequences(DeleteEndpoint(GATEWAY), known)
    assert "with 8 interfaces, of i-0, web-1, web-2 and 2 more, by" in dropped
    assert all(", of " not in each for each in consequences(DeleteEndpoint(GATEWAY), NETWORK))


def test_an_instance_of_two_interfaces_is_named_once() -> None:
    """Whatever its subnets; one in a subnet that is not touched is not named."""
    first, _, third, fourth, *others = NETWORK.interfaces
    mine = (replace(first, instance="i-1"), replace(third, instance="i-1"), replace(fourth, instance="i-2"))
    known = replace(NETWORK, interfaces=(*mine, *others), instances=(Instance("i-1", "pay-1", VPC),))
    (dropped, *_) = consequences(DeleteEndpoint(GATEWAY), known)
    assert "with 2 interfaces, of pay-1, by" in dropped


DUAL = replace(INSIDE_ENDPOINT, address_type="dualstack", dns_record="dualstack")


@pytest.mark.parametrize(
    ("order", "said", "unsaid"),
    [
        (ModifyEndpoint(INSIDE, ip_type="ipv4"), "The IPv6 addresses of its interfaces go", "records"),
        (ModifyEndpoint(INSIDE, ip_type="ipv6"), "The IPv4 addresses of its interfaces go", "records"),
        (
            ModifyEndpoint(INSIDE, dns_record="ipv6"),
            "AAAA records only: clients without IPv6 do not find it",
            "addresses of",
        ),
        (
            CreateEndpoint(VPC, LOGS, "Interface", (APP_A,), ip_type="dualstack"),
            "Its interfaces have IPv4 and IPv6",
            "records",
        ),
        (
            CreateEndpoint(VPC, S3, "Interface", (APP_A,), private_dns=True, resolvers_only=True),
            f"it leads to gateway endpoint {GATEWAY} as before",
            "resolves to this endpoint",
        ),
        (
            CreateEndpoint(VPC, S3, "Interface", (APP_A,), private_dns=True, resolvers_only=False),
            "resolves to this endpoint in the whole",
            "InboundResolver",
        ),
        (
            CreateEndpoint(VPC, "com.amazonaws.us-east-1.s3", "Interface", (APP_A,), region="us-east-1"),
            "Its service is in us-east-1",
            "Resolver",
        ),
        (
            CreateEndpoint(VPC, S3, "Interface", (APP_A,), region="eu-west-1"),
            "1 interface with an address",
            "Its service is in",
        ),
    ],
)
def test_addresses_names_and_regions_have_their_consequences(order: Order, said: str, unsaid: str) -> None:
    """What goes, what is found by whom, and nothing of what is not ordered."""
    known = replace(NETWORK, endpoints=(GATEWAY_ENDPOINT, DUAL))
    found = " ".join(consequences(order, known))
    assert said in found
    assert unsaid not in found


def test_private_dns_for_resolvers_only_cuts_nobody_of_the_vpc_off() -> None:
    """Neither when it comes, behind a security group that lets nobody in, nor when it goes."""
    order = CreateEndpoint(VPC, S3, "Interface", (APP_A,), groups=(CLOSED,), private_dns=True, resolvers_only=True)
    assert "cut off" not in " ".join(consequences(order, NETWORK))
    assert "cut off" in " ".join(consequences(replace(order, resolvers_only=False), NETWORK))
    known = replace(NETWORK, endpoints=(GATEWAY_ENDPOINT, replace(INSIDE_ENDPOINT, service=S3, resolvers_only=True)))
    said = " ".join(consequences(ModifyEndpoint(INSIDE, private_dns=False), known))
    assert f"in {VPC} nothing changes" in said
    assert "resolves to public addresses again" not in said
