from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.network.two_vpcs import DB, EDGE, PEER, PEERING, VPC, WEB, WORLD, interface
from tui.network.end import End, EndError, Where, ends_of
from tui.network.inventory import Inventory
from tui.network.place import Instance, Subnet, Vpc
from tui.network.question import read_question

ALB_A = interface("alb-a", "subnet-public", "10.0.0.20", description="ELB app/shop/50dc6c495c0c9188")
ALB_B = interface("alb-b", "subnet-private", "10.0.1.20", description="ELB app/shop/50dc6c495c0c9188")
BALANCED = replace(WORLD, interfaces=(*WORLD.interfaces, *(replace(each, name="") for each in (ALB_A, ALB_B))))
# Another VPC of the same range, which has an interface of the same address.
STAGING = "vpc-c"
TWIN = interface("twin", "subnet-c", "10.0.2.9", vpc=STAGING)
TWINS = replace(
    WORLD,
    interfaces=(*WORLD.interfaces, TWIN),
    vpcs=(*WORLD.vpcs, Vpc(STAGING, "staging", (ip_network("10.0.0.0/16"),))),
    subnets=(*WORLD.subnets, Subnet("subnet-c", STAGING, "c", (ip_network("10.0.2.0/24"),))),
)


def ends(source: str, target: str, world: Inventory = WORLD, *scope: str) -> tuple[End, End]:
    """The ends of a question about port 443."""
    return ends_of(read_question(source, target, "443"), world, scope)


@pytest.mark.parametrize("text", ["10.0.1.7", "eni-web", "i-web", "web", "WEB"])
def test_an_interface_is_found_by_whatever_it_is_called(text: str) -> None:
    """Its address, its id, its instance, its name in any case."""
    source, target = ends(text, "db")
    assert (source.interface, source.address, source.subnet, source.vpc) == (WEB, "10.0.1.7", "subnet-private", VPC)
    assert source.named == "web 10.0.1.7"
    assert target.interface == DB


def test_a_public_address_is_that_of_its_interface() -> None:
    """Packets carry the private one at the interface; that the public one was asked about is kept."""
    source, target = ends("8.8.8.8", "203.0.113.5")
    assert (source.where, target.interface) == (Where.INTERNET, EDGE)
    assert (target.address, target.public, target.by_public, target.named) == (
        "10.0.0.5",
        "203.0.113.5",
        True,
        "edge 203.0.113.5",
    )
    assert not ends("8.8.8.8", "edge")[1].by_public


def test_the_version_of_ip_is_that_of_the_other_end() -> None:
    """A name stands for its address of the version that is asked about; without one in common there is no question."""
    assert ends("2001:db8:ffff::1", "edge")[1].address == "2001:db8::5"
    assert ends("edge", "2001:db8:ffff::1")[0].address == "2001:db8::5"
    assert ends("edge", "web")[0].address == "10.0.0.5"
    with pytest.raises(EndError, match=r"web \(eni-web\) has no IPv6 address"):
        ends("web", "2001:db8:ffff::1")
    with pytest.raises(EndError, match="no version of IP in common"):
        ends("10.0.1.7", "2001:db8::5")


def test_an_address_nobody_has_is_still_somewhere() -> None:
    """In its subnet if there is one, in its VPC if not, elsewhere, or on the internet."""
    assert [(each.where, each.subnet, each.vpc) for each in ends("10.0.1.99", "10.0.99.1")] == [
        (Where.VACANT, "subnet-private", VPC), (Where.VACANT, "", VPC),
    ]  # fmt: skip
    assert ends("web", "192.168.7.7")[1].where is Where.ELSEWHERE
    assert ends("web", "8.8.8.8")[1].where is Where.INTERNET
    assert ends("web", "52.218.1.1")[1].label == "s3"


def test_a_delegated_address_is_that_of_its_node() -> None:
    """The pods of a node have addresses of a range that is delegated to its interface."""
    node = replace(WEB, prefixes=(ip_network("10.0.1.64/28"),))
    source, _ = ends("10.0.1.70", "db", replace(WORLD, interfaces=(node, DB)))
    assert (source.interface, source.address) == (node, "10.0.1.70")


def test_of_equal_addresses_the_other_end_tells_which_is_meant() -> None:
    """The one in the same VPC, or in a peer of it; where nothing tells, they are listed, and --scope chooses."""
    assert ends("web", "10.0.2.9", TWINS)[1].interface == DB
    assert ends("10.0.2.9", "web", TWINS)[0].interface == DB
    assert ends("wiki", "10.0.2.9", TWINS)[1].interface == DB  # vpc-b peers with vpc-a
    with pytest.raises(EndError) as told:
        ends("8.8.8.8", "10.0.2.9", TWINS)
    assert 'eni-db (10.0.2.9 in vpc-a "payments"), eni-twin (10.0.2.9 in vpc-c "staging")' in told.value.reason
    assert "--scope" in told.value.hint
    assert ends("8.8.8.8", "10.0.2.9", TWINS, STAGING)[1].interface == TWIN
    with pytest.raises(EndError, match=r"may be in vpc-a .* and vpc-c"):
        ends("8.8.8.8", "10.0.3.3", TWINS)
    assert ends("8.8.8.8", "10.0.3.3", TWINS, STAGING)[1].vpc == STAGING
    assert ends("web", "wiki", TWINS, VPC)[1].vpc == PEER  # it chooses, it does not hide


def test_several_of_one_name_are_listed_unless_any_will_do() -> None:
    """Instances of one name are not the same; the interfaces of a load balancer are, and the nearest is asked about."""
    second = interface("web2", "subnet-private", "10.0.1.17", instance="i-web2")
    world = replace(
        WORLD, interfaces=(*WORLD.interfaces, second), instances=(*WORLD.instances, Instance("i-web2", "web", VPC))
    )
    with pytest.raises(EndError) as told:
        ends("web", "db", world)
    assert (
        told.value.reason
        == 'web may be eni-web (10.0.1.7 in vpc-a "payments"), eni-web2 (10.0.1.17 in vpc-a "payments")'
    )
    assert "give the interface's id" in told.value.hint
    _, target = ends("web", "shop", BALANCED)
    assert target.interface is not None
    assert "shop has 2 interfaces" in target.note
    two = replace(WORLD, interfaces=(WEB, replace(second, instance="i-web"), DB))
    with pytest.raises(EndError, match=r"i-web may be eni-web .*, eni-web2"):
        ends("i-web", "db", two)


def test_endpoints_are_found_by_id_and_service() -> None:
    """An interface endpoint by its interfaces, a gateway endpoint and a service by an address that stands for them."""
    assert ends("web", "vpce-kms")[1].address == ends("web", "kms")[1].address == "10.0.2.40"
    for text in ("vpce-s3", "s3"):
        target = ends("web", text)[1]
        assert (target.where, target.address, target.label) == (Where.INTERNET, "52.218.0.1", "s3")
        assert "52.218.0.1 stands for" in target.note


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("nobody", "web", "nothing of eu-west-1 is called nobody"),
        ("eni-0123", "web", "nothing of eu-west-1 is called eni-0123"),
        ("8.8.8.8", "1.1.1.1", "neither 8.8.8.8 nor 1.1.1.1 is in a VPC"),
        ("192.168.1.1", "192.168.1.2", "no VPC here has 192.168.1.1 or 192.168.1.2"),
        ("192.168.1.1", "8.8.8.8", "no VPC here has 192.168.1.1 or 8.8.8.8"),
        ("web", "10.0.1.7", "both ends are web 10.0.1.7"),
        ("10.0.0.5", "10.0.0.55", "both are on eni-edge"),
        ("\x1b[31mweb", "db", "is called �[31mweb"),
    ],
)
def test_what_is_not_here_is_told(source: str, target: str, says: str) -> None:
    """One sentence each, harmless on a terminal."""
    pods = replace(EDGE, addresses=("10.0.0.5", "10.0.0.55"))
    world = replace(WORLD, interfaces=tuple(pods if each.id == EDGE.id else each for each in WORLD.interfaces))
    with pytest.raises(EndError) as told:
        ends(source, target, world)
    assert says in told.value.reason
    assert told.value.reason.isprintable()


def test_a_host_name_is_asked_back_for_its_address() -> None:
    """What DNS says depends on who asks: it is not looked up here."""
    with pytest.raises(EndError) as told:
        ends("web", "db.abc123.eu-west-1.rds.amazonaws.com")
    assert told.value.hint == "a host name is not looked up: give its address"


def test_gone_interfaces_are_nobodys() -> None:
    """What was asked for is what is there now."""
    world = replace(WORLD, interfaces=(replace(WEB, gone=1.0), DB), peerings=(PEERING,))
    assert ends("10.0.1.7", "db", world)[0].where is Where.VACANT
    with pytest.raises(EndError, match="nothing of eu-west-1"):
        ends("web", "db", world)
    assert PEER in {each.id for each in world.vpcs}
