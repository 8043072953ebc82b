from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.network.two_vpcs import (
    DATA,
    EDGE,
    KMS,
    NAT,
    PEER,
    PEERING,
    PRIVATE,
    PUBLIC,
    SHARED,
    VPC,
    WEB,
    WIKI,
    WORLD,
    ask,
    table,
    to,
    with_table,
)
from tui.network.inventory import Inventory
from tui.network.leg import Fate
from tui.network.rules import Endpoint, Route
from tui.network.verdict.journey import REPLY, Journey
from tui.network.verdict.model import Confidence


def told(answer: Journey) -> tuple[str, str, str, str]:
    """What a script would look at."""
    return str(answer.fate), answer.decided.by, answer.decided.rule, str(answer.confidence)


def ways(answer: Journey) -> list[str]:
    """What the parts of the way between interfaces say."""
    return [f"{step.trip}: {step.sentence}" for step in answer.steps if step.place == "route"]


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("web", "app:443", ['request: within subnet-private "private"']),
        ("web", "db:5432", ["request: rtb-private: 10.0.0.0/16 → local", "reply: rtb-data: 10.0.0.0/16 → local"]),
        ("web", "kms:443", ["request: rtb-private: 10.0.0.0/16 → local", "reply: rtb-data: 10.0.0.0/16 → local"]),
        ("web", "wiki:443", ["request: rtb-private: 10.1.0.0/16 → pcx-1", "reply: rtb-shared: 10.0.0.0/16 → pcx-1"]),
        ("wiki", "web:443", ["request: rtb-shared: 10.0.0.0/16 → pcx-1", "reply: rtb-private: 10.1.0.0/16 → pcx-1"]),
        ("web", "52.218.1.1:443", ["request: rtb-private: pl-s3 (52.218.0.0/17) → vpce-s3 (s3)"]),
        ("web", "8.8.8.8:53/udp", ["request: rtb-private: 0.0.0.0/0 → nat-1", "request: rtb-public: 0.0.0.0/0 → igw-1 as 203.0.113.9"]),
        ("edge", "8.8.8.8:443", ["request: rtb-public: 0.0.0.0/0 → igw-1 as 203.0.113.5"]),
        ("edge", "[2001:db8:ffff::1]:443", ["request: rtb-public: ::/0 → igw-1"]),
        ("8.8.8.8", "edge:443", ["request: from the internet through igw-1 to 203.0.113.5", "reply: rtb-public: 0.0.0.0/0 → igw-1"]),
        ("8.8.8.8", "203.0.113.5:443", ["request: from the internet through igw-1 to 203.0.113.5", "reply: rtb-public: 0.0.0.0/0 → igw-1"]),
        ("2001:db8:ffff::1", "edge:443", ["request: from the internet through igw-1 to 2001:db8::5", "reply: rtb-public: ::/0 → igw-1"]),
    ],
)  # fmt: skip
def test_the_way_is_taken_as_route_tables_tell(source: str, target: str, expected: list[str]) -> None:
    """Subnet, VPC, peering, endpoints of both kinds, NAT, internet gateway, both versions of IP: all of it passes."""
    answer = ask(source, target)
    assert ways(answer) == expected
    assert told(answer)[::3] == ("pass", "certain")


# https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html, vpc-nat-gateway.html,
# https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations
@pytest.mark.parametrize(
    ("source", "target", "world", "by", "rule", "says"),
    [
        ("bare", "8.8.8.8:443", WORLD, "public address", "eni-bare", "has no public IPv4 address"),
        ("8.8.8.8", "web:443", WORLD, "public address", "eni-web", "nothing on the internet can reach it"),
        ("8.8.8.8", "203.0.113.9:443", WORLD, "NAT gateway", "eni-nat", "nothing answers at its address"),
        ("web", "10.0.0.9:443", WORLD, "NAT gateway", "eni-nat", "nothing answers at its address"),
        ("web", "8.8.8.8:gre", WORLD, "NAT gateway", "nat-1", "TCP, UDP and ICMP only"),
        ("db", "8.8.8.8:443", WORLD, "route table", "rtb-data", "has no route to 8.8.8.8"),
        ("db", "wiki:443", WORLD, "route table", "rtb-data", "has no route to 10.1.0.9"),
        ("edge", "10.9.0.1:443", WORLD, "internet gateway", "igw-1", "10.9.0.1 is a private address"),
        ("db", "203.0.113.5:443", WORLD, "route table", "rtb-data", "has no route to 203.0.113.5"),
        ("web", "192.168.0.1:443", with_table(table("rtb-private", to("pcx-1", "192.168.0.0/16"), subnets=["subnet-private"])), "peering connection", "pcx-1", "peering is no transit"),
        ("web", "wiki:443", replace(WORLD, peerings=(replace(PEERING, status="deleted"),)), "peering connection", "pcx-1", "is deleted, not active"),
        ("web", "wiki:443", with_table(replace(PRIVATE, routes=(*PRIVATE.routes[:2], to("pcx-1", "10.1.0.0/16", state="blackhole")))), "route table", "rtb-private", "is a blackhole"),
        ("wiki", "db:443", WORLD, "route table", "rtb-data", "has no route back to 10.1.0.9"),
        ("wiki", "edge:443", WORLD, "route table", "rtb-public", "the internet does not carry 10.1.0.9"),
        ("8.8.8.8", "edge:443", with_table(table("rtb-public", to("nat-1", "0.0.0.0/0"), subnets=["subnet-public"])), "route table", "rtb-public", "knows nothing of a connection that it did not open"),
        ("8.8.8.8", "edge:443", with_table(table("rtb-public", subnets=["subnet-public"])), "route table", "rtb-public", "has no route back to 8.8.8.8"),
        ("2001:db8:ffff::1", "edge:443", with_table(replace(PUBLIC, routes=(to("eigw-1", "::/0"),))), "route table", "rtb-public", "knows nothing of a connection that it did not open"),
        ("web", "8.8.8.8:443", with_table(table("rtb-public", to("nat-1", "0.0.0.0/0"), subnets=["subnet-public"])), "route table", "rtb-public", "whose route leads back to it"),
        ("web", "8.8.8.8:443", replace(WORLD, interfaces=(WEB, replace(NAT, publics=()))), "public address", "eni-nat", "has no public IPv4 address"),
        ("10.77.0.1", "web:443", WORLD, "route table", "rtb-private", "10.77.0.1 is nowhere that vpc-a is connected with"),
    ],
)  # fmt: skip
def test_what_no_route_carries_does_not_pass(  # as many things as can be wrong
    source: str, target: str, world: Inventory, by: str, rule: str, says: str
) -> None:
    """No public address, no route, no way back, blackholes, what peering and NAT do not do: each is named."""
    answer = ask(source, target, world)
    assert told(answer) == ("refused", by, rule, "certain")
    assert says in answer.sentence


# https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
@pytest.mark.parametrize(
    ("mode", "passing"),
    [
        ("off", {"web", "edge", "edge6", "in"}),
        ("", {"web", "edge", "edge6", "in"}),
        # "Only traffic to and from NAT gateways and egress-only internet gateways is allowed."
        ("block-ingress", {"web", "edge6"}),
        ("block-bidirectional", set()),
    ],
)
def test_block_public_access_stands_before_the_internet_gateway(mode: str, passing: set[str]) -> None:
    """By the mode of the subnet whose traffic reaches the gateway: what is blocked names it; what passes does not."""
    subnets = tuple(replace(each, public_access=mode) for each in WORLD.subnets)
    egress = replace(PUBLIC, routes=(*PUBLIC.routes[:2], to("eigw-1", "::/0"), *PUBLIC.routes[3:]))
    world = with_table(egress, replace(WORLD, subnets=subnets))
    asked = {
        "web": ask("web", "8.8.8.8:443", world),
        "edge": ask("edge", "8.8.8.8:443", world),
        "edge6": ask("edge", "[2001:db8:ffff::1]:443", world),
        "in": ask("8.8.8.8", "edge:443", world),
    }
    assert {name for name, answer in asked.items() if answer.fate is Fate.PASS} == passing
    for name, answer in asked.items():
        assert name in passing or told(answer) == ("refused", "block public access", "subnet-public", "certain")


def test_a_lost_way_back_has_its_command() -> None:
    """The half of a peering connection that was deleted is the route back, with the command that makes it again."""
    world = with_table(replace(SHARED, routes=SHARED.routes[:1]))
    answer = ask("web", "wiki:443", world)
    assert told(answer) == ("refused", "route table", "rtb-shared", "certain")
    assert (answer.decided.trip, answer.decided.direction) == (REPLY, "out")
    assert ask("8.8.8.8", "web:443").decided.direction == "in"
    (command,) = answer.fixes
    assert command == (
        "aws ec2 create-route --region eu-west-1 --route-table-id rtb-shared --destination-cidr-block 10.0.1.7/32 "
        "--vpc-peering-connection-id pcx-1"
    )
    gone = with_table(replace(SHARED, routes=(SHARED.routes[0], to("pcx-0", "10.0.0.0/16", state="blackhole"))))
    (command,) = ask("web", "wiki:443", gone).fixes
    assert (
        "replace-route --region eu-west-1 --route-table-id rtb-shared --destination-cidr-block 10.0.0.0/16" in command
    )


def test_another_peering_connection_is_no_way_back() -> None:
    """Of two connections between the same VPCs, a reply by the other one is dropped."""
    twin = replace(PEERING, id="pcx-2")
    world = with_table(table("rtb-shared", to("pcx-2", "10.0.0.0/16"), vpc=PEER, subnets=["subnet-shared"]))
    answer = ask("web", "wiki:443", replace(world, peerings=(PEERING, twin)))
    assert told(answer)[:3] == ("refused", "route table", "rtb-shared")


def test_a_peer_that_cannot_be_read_is_not_guessed_at() -> None:
    """Of a VPC of another account or Region neither rules nor routes are known."""
    far = replace(PEERING, accepter=("vpc-far", "999999999999", "us-east-1"))
    world = replace(WORLD, peerings=(far,), vpcs=WORLD.vpcs[:1], interfaces=(WEB,), subnets=WORLD.subnets[:3])
    answer = ask("web", "10.1.0.9:443", world)
    assert told(answer) == ("cannot tell", "peering connection", "pcx-1", "cannot tell")
    assert "vpc-far (account 999999999999, us-east-1)" in answer.sentence
    unknown = ask("web", "10.1.0.9:443", replace(world, peerings=()))
    assert told(unknown)[0] == "cannot tell"


def test_what_lies_behind_a_transit_gateway_is_a_doubt() -> None:
    """It would pass as far as can be seen, in both directions, and the doubt is told."""
    for source, target in (("web", "10.9.0.1:443"), ("10.9.0.1", "web:443")):
        answer = ask(source, target)
        assert told(answer)[::3] == ("pass", "likely")
        assert any("tgw-1" in doubt for step in answer.steps for doubt in step.doubts)


def test_two_vpcs_over_a_transit_gateway_are_judged_at_both_ends() -> None:
    """The way back must lead to one too."""
    there = with_table(table("rtb-private", to("tgw-1", "10.1.0.0/16"), subnets=["subnet-private"]))
    both = with_table(table("rtb-shared", to("tgw-2", "0.0.0.0/0"), vpc=PEER, subnets=["subnet-shared"]), there)
    assert told(ask("web", "wiki:443", both))[::3] == ("pass", "likely")
    other_way = ask("web", "wiki:443", there)
    assert told(other_way)[::3] == ("pass", "likely")
    assert any("another way (peering connection)" in doubt for step in other_way.steps for doubt in step.doubts)
    lost = with_table(replace(SHARED, routes=SHARED.routes[:1]), there)
    answer = ask("web", "wiki:443", lost)
    assert told(answer)[:3] == ("refused", "route table", "rtb-shared")
    assert answer.fixes[0].endswith("--transit-gateway-id tgw-1")


def test_what_goes_around_a_gateway_endpoint_is_noted() -> None:
    """S3 over NAT passes, and the note has the command that would lead it through the endpoint of the VPC."""
    world = with_table(replace(PRIVATE, routes=PRIVATE.routes[:2]))
    s3 = replace(WORLD.endpoints[0], route_tables=("rtb-other",))
    answer = ask("web", "52.218.1.1:443", replace(world, endpoints=(s3,)))
    assert told(answer)[0] == "pass"
    (note,) = [each for each in answer.notes if "goes around" in each]
    assert note.endswith(
        "modify-vpc-endpoint --region eu-west-1 --vpc-endpoint-id vpce-s3 --add-route-table-ids rtb-private"
    )
    assert not any("goes around" in each for each in ask("web", "8.8.8.8:443", replace(world, endpoints=(s3,))).notes)


def test_a_gateway_endpoint_that_is_not_available_is_not_guessed_at() -> None:
    """Pending, failed or rejected: what becomes of traffic is Amazon's secret."""
    world = replace(WORLD, endpoints=(replace(WORLD.endpoints[0], state="failed"),))
    assert told(ask("web", "52.218.1.1:443", world))[:3] == ("cannot tell", "endpoint", "vpce-s3")


def test_an_appliance_must_not_check_its_addresses() -> None:
    """An interface in a route forwards only without the source/destination check; what is behind it stays a doubt."""
    world = with_table(table("rtb-private", to("eni-edge", "0.0.0.0/0"), subnets=["subnet-private"]))
    answer = ask("web", "8.8.8.8:443", world)
    assert told(answer)[:3] == ("refused", "source/destination check", "eni-edge")
    assert answer.fixes == (
        "aws ec2 modify-network-interface-attribute --region eu-west-1 --network-interface-id eni-edge --no-source-dest-check",
    )
    forwarding = replace(EDGE, source_dest_check=False)
    others = tuple(forwarding if each.id == EDGE.id else each for each in world.interfaces)
    assert told(ask("web", "8.8.8.8:443", replace(world, interfaces=others)))[::3] == ("pass", "likely")
    gone = replace(world, interfaces=tuple(each for each in others if each.id != EDGE.id))
    assert told(ask("web", "8.8.8.8:443", gone))[0] == "cannot tell"


def test_a_gateway_load_balancer_endpoint_is_passed_and_doubted() -> None:
    """A route of a network to an endpoint leads through appliances, and on from the endpoint's own subnet."""
    world = with_table(table("rtb-private", to("vpce-gwlb", "0.0.0.0/0"), subnets=["subnet-private"]))
    through = replace(KMS, id="eni-gwlb", address="10.0.0.77", addresses=("10.0.0.77",), subnet="subnet-public", groups=(), kind="gateway_load_balancer_endpoint")  # fmt: skip
    endpoint = Endpoint("vpce-gwlb", "GatewayLoadBalancer", vpc=VPC, state="available", interfaces=("eni-gwlb",))
    public = replace(WEB, publics=("203.0.113.7",))
    answer = ask("web", "8.8.8.8:443", replace(world, interfaces=(public, through), endpoints=(endpoint,)))
    assert (answer.fate, answer.confidence) == (Fate.PASS, Confidence.LIKELY), answer
    assert ways(answer)[1] == "request: rtb-public: 0.0.0.0/0 → igw-1 as 203.0.113.7"
    assert ways(answer)[0] == "request: rtb-private: 0.0.0.0/0 → vpce-gwlb"


@pytest.mark.parametrize(
    ("address", "name"),
    [("169.254.169.254:80", "instance metadata"), ("169.254.169.253:53/udp", "the Amazon DNS server"), ("10.0.0.2:53", "the Amazon DNS server"), ("169.254.169.123:123/udp", "Amazon Time Sync")],
)  # fmt: skip
def test_what_the_vpc_itself_answers_is_never_filtered(address: str, name: str) -> None:
    """Neither security groups nor network ACLs stand before it, and no route is needed."""
    answer = ask("db", address, replace(WORLD, groups=(), acls=(), route_tables=()))
    assert told(answer)[::3] == ("pass", "certain")
    assert name in answer.steps[0].sentence


def test_traffic_to_a_public_address_of_ones_own_goes_out_and_in_again() -> None:
    """By its public address even a neighbour is reached over the internet gateway, from the public address of the asker."""
    answer = ask("web", "203.0.113.5:443")
    assert told(answer)[0] == "pass"
    assert ways(answer)[:2] == [
        "request: rtb-private: 0.0.0.0/0 → nat-1",
        "request: rtb-public: 0.0.0.0/0 → igw-1 as 203.0.113.9",
    ]
    assert [step.place for step in answer.steps if step.trip == REPLY] == [
        "out of edge", "route", "into nat-1", "out of nat-1", "into web",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("world", "says"),
    [
        (replace(WORLD, route_tables=()), "no route table of subnet subnet-private is known"),
        (replace(WORLD, route_tables=(), read_at={}), "route tables could not be read"),
        (with_table(table("rtb-private", Route("tgw-1", prefix_list="pl-9"), subnets=["subnet-private"])), "is not known"),
        (with_table(table("rtb-private", to("xyz-1", "10.1.0.0/16"), subnets=["subnet-private"])), "what that is is not known"),
    ],
)  # fmt: skip
def test_what_is_not_known_of_the_way_is_not_guessed_at(world: Inventory, says: str) -> None:
    """No route table, lists that may not be read, targets nobody has heard of."""
    answer = ask("web", "wiki:443", world)
    assert told(answer)[0] == "cannot tell"
    assert says in " ".join((answer.sentence, *answer.decided.doubts))


def test_a_route_back_that_is_not_known_is_not_guessed_at() -> None:
    """The target's table is missing: the request arrives, and nobody can tell about its reply."""
    answer = ask("web", "wiki:443", replace(WORLD, route_tables=(PRIVATE, PUBLIC, DATA)))
    assert told(answer)[0] == "cannot tell"
    assert answer.decided.trip == REPLY


def test_vpcs_of_the_same_range_never_reach_each_other() -> None:
    """The VPC's own range wins: what is meant for the other one stays at home."""
    other = replace(WORLD.vpcs[1], networks=(ip_network("10.0.0.0/16"),))
    twin = replace(WIKI, address="10.0.3.9", addresses=("10.0.3.9",))
    world = replace(WORLD, vpcs=(WORLD.vpcs[0], other), interfaces=(WEB, twin))
    answer = ask("web", "eni-wiki:443", world)
    assert told(answer)[:3] == ("refused", "route table", "rtb-private")
    assert "is in the range of vpc-a itself" in answer.sentence
