from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from ipaddress import ip_address, ip_network

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.small_inventory import DB, FAR, KMS, OTHER, PEER, SMALL, TWIN, VPC, WEB, many
from tui.flows.dtype import ADDRESSES
from tui.flows.filter.mask import mask
from tui.flows.filter.model import Kind
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.surroundings import Surroundings
from tui.flows.filter.value import Now
from tui.network.index import NOBODY, Name
from tui.network.inventory import Inventory
from tui.network.place import Interface, Network, Vpc
from tui.network.prefix import Prefixes


@pytest.mark.parametrize(
    ("address", "seen_by", "name"),
    [
        ("10.0.1.7", "", Name("web-1", "ec2", WEB.id)),
        ("10.0.1.8", "", Name("web-1", "ec2", WEB.id)),
        ("2001:db8::7", "", Name("web-1", "ec2", WEB.id)),
        ("2001:0db8:0:0::0007", "", Name("web-1", "ec2", WEB.id)),
        ("203.0.113.30", DB.id, Name("web-1", "ec2", WEB.id)),
        ("10.0.1.70", "", Name("web-1", "ec2", WEB.id)),
        ("10.0.2.40", "", Name("vpce kms", "vpce", KMS.id)),
        ("10.0.2.9", WEB.id, Name("rds db-writer", "rds", DB.id)),
        ("10.0.2.9", TWIN.id, Name("rds twin", "rds", TWIN.id)),
        ("10.0.2.9", FAR.id, Name("rds db-writer", "rds", DB.id)),
        ("10.0.2.9", "", NOBODY),
        ("10.1.0.5", WEB.id, Name("rds ldap", "rds", FAR.id)),
        ("10.0.1.7", TWIN.id, NOBODY),
        ("52.218.1.2", "", Name("s3", "aws")),
        ("198.51.100.9", "", Name("partners", "list")),
        ("10.0.9.9", "", NOBODY),
        ("192.0.2.1", "", NOBODY),
        ("-", "", NOBODY),
        ("", "", NOBODY),
        ("10.0.0.256", "", NOBODY),
        ("not an address\x1b[31m", "eni-unknown", NOBODY),
    ],
)
def test_an_address_is_called_by_who_has_it(address: str, seen_by: str, name: Name) -> None:
    """Its interface's owner, as seen from the VPC of the interface that saw it; else the service whose list has it."""
    assert SMALL.named(address, seen_by) == name
    assert SMALL.named(address, seen_by) == name


def test_whom_nothing_tells_apart_is_not_guessed() -> None:
    """An address of two VPCs is left out of the frame unless the VPC is told."""
    frame = SMALL.names_frame()
    assert "10.0.2.9" not in frame["address"].to_list()
    for vpc, label in ((VPC, "rds db-writer"), (OTHER, "rds twin"), (PEER, "rds db-writer")):
        frame = SMALL.names_frame(vpc)
        assert frame.filter(address="10.0.2.9")["label"].to_list() == [label]


def test_the_frame_has_each_address_once() -> None:
    """A view joins on it, so that an address twice would count records twice."""
    frame = SMALL.names_frame(VPC)
    assert frame["address"].is_unique().all()
    (row,) = frame.filter(address="10.0.1.8").to_dicts()
    assert row == {
        "address": "10.0.1.8", "label": "web-1", "owner": "ec2", "name": "web-1", "interface": WEB.id,
        "instance": WEB.instance, "subnet": "public-a", "az": "eu-west-1a", "vpc": VPC, "gone": False,
    }  # fmt: skip


def test_networks_stand_in_a_table_of_their_own() -> None:
    """The prefix lists, with their bounds as numbers, without those that hold a whole VPC."""
    rows = {row["network"]: row for row in SMALL.networks_frame().to_dicts()}
    assert set(rows) == {"52.218.0.0/17", "198.51.100.0/24"}
    assert rows["52.218.0.0/17"]["label"] == "s3"
    assert rows["52.218.0.0/17"]["low"] == int(ip_address("52.218.0.0"))
    assert rows["52.218.0.0/17"]["high"] == int(ip_address("52.218.127.255"))


def test_it_is_the_directory_that_a_filter_asks() -> None:
    """The filter language takes it as it is."""
    surroundings = Surroundings(directory=SMALL, inside=SMALL.inside)
    frame = pl.DataFrame({"srcaddr": ["10.0.1.8", "10.0.2.9"], "dstaddr": ["192.0.2.1", "192.0.2.1"]})
    typed = frame.with_columns(pl.all().cast(ADDRESSES))
    kept = typed.filter(mask(parse_filter("name:web-1", Now(0.0)).node, typed, surroundings))
    assert kept["srcaddr"].to_list() == ["10.0.1.8"]


def test_an_empty_inventory_knows_nobody() -> None:
    """Nothing read yet: no name, no member, two empty tables with their columns."""
    nothing = Inventory()
    assert nothing.named("10.0.1.7") == NOBODY
    assert nothing.names_frame().height == nothing.networks_frame().height == 0
    assert nothing.members(Kind.NAME, "*").interfaces == ()
    assert nothing.inside == ()
    assert not nothing.has("groups")


@pytest.mark.parametrize(
    ("kind", "pattern", "interfaces", "networks", "services"),
    [
        (Kind.NAME, "web-*", {WEB.id}, {"10.0.1.7/32", "10.0.1.64/28", "203.0.113.30/32", "2001:db8::7/128"}, set()),
        (Kind.NAME, "WEB-?", {WEB.id}, {"10.0.1.8/32"}, set()),
        (Kind.NAME, "web", set(), set(), set()),
        (Kind.NAME, "[w]eb-1", set(), set(), set()),
        (Kind.SERVICE, "rds", {DB.id, TWIN.id, FAR.id}, {"10.0.2.9/32", "10.1.0.5/32"}, set()),
        (Kind.SERVICE, "s3", set(), {"52.218.0.0/17"}, {"S3"}),
        (Kind.SERVICE, "kms", {KMS.id}, {"10.0.2.40/32"}, set()),
        (Kind.SERVICE, "ec2", {WEB.id}, set(), set()),
        (Kind.SERVICE, "route53-resolver", set(), set(), {"ROUTE53_RESOLVER"}),
        (Kind.SECURITY_GROUP, "sg-0aaaaaaaaaaaaaaa1", {WEB.id}, set(), set()),
        (Kind.SECURITY_GROUP, "data*", {DB.id, TWIN.id, FAR.id}, set(), set()),
        (Kind.ENDPOINT, "kms", {KMS.id}, {"10.0.2.40/32"}, set()),
        (Kind.ENDPOINT, "vpce-0ccccccccccccccc3", {KMS.id}, set(), set()),
        (Kind.ENDPOINT, "vpce-0ddddddddddddddd4", set(), {"52.218.0.0/17"}, set()),
        (Kind.ENDPOINT, "com.amazonaws.*.s3", set(), {"52.218.0.0/17"}, set()),
    ],
)
def test_a_name_stands_for_its_members(
    kind: Kind, pattern: str, interfaces: set[str], networks: set[str], services: set[str]
) -> None:
    """Interfaces and their addresses, prefix lists, and codes of AWS services."""
    found = SMALL.members(kind, pattern)
    assert set(found.interfaces) == interfaces
    flat = {str(network) for network in found.networks}
    assert all(any(ip_network(want).subnet_of(network) for network in found.networks if network.version == ip_network(want).version) for want in networks), flat  # type: ignore[arg-type]  # of one version  # fmt: skip
    assert set(found.services) == services
    assert bool(found.networks) == bool(interfaces or networks)


def test_an_address_taken_over_is_no_longer_of_who_is_gone() -> None:
    """Addresses are used again: the filter for the one that went does not keep the traffic of the one that came."""
    gone = replace(WEB, id="eni-0fffffffffffffff6", instance="", name="old", gone=5.0, publics=(), prefixes=())
    inventory = replace(SMALL, interfaces=(gone, *SMALL.interfaces))
    found = inventory.members(Kind.NAME, "old")
    assert found.interfaces == (gone.id,)
    assert found.networks == ()
    assert inventory.named("10.0.1.7") == Name("web-1", "ec2", WEB.id)


def test_what_went_last_keeps_the_address() -> None:
    """Of those that are gone, the one that went last is meant."""
    first, last = (replace(FAR, id=f"eni-{at:017x}", name=f"old-{at}", gone=float(at)) for at in (1, 2))
    inventory = replace(SMALL, interfaces=(first, last))
    assert inventory.named("10.1.0.5") == Name("rds old-2", "rds", last.id, gone=True)


def test_subnets_acls_and_routes_are_found() -> None:
    """The subnet of an address, the ACL of a subnet, its route table or its VPC's main one."""
    found = SMALL.subnet_at("10.0.1.200")
    assert found is not None
    assert found.id == WEB.subnet
    assert SMALL.subnet_at("10.0.2.200") is None
    assert SMALL.subnet_at("10.0.2.200", OTHER) == SMALL.subnets[2]
    acl, own, main = SMALL.acl_of(DB.subnet), SMALL.route_table_of(WEB.subnet), SMALL.route_table_of(DB.subnet)
    assert (acl and acl.id, own and own.id, main and main.id) == ("acl-1", "rtb-2", "rtb-1")
    assert SMALL.acl_of(TWIN.subnet) is None
    assert SMALL.route_table_of("subnet-unknown") is None


def test_inside_are_the_networks_of_all_vpcs() -> None:
    """Each once, peers with the rest."""
    assert [str(each) for each in SMALL.inside] == ["10.0.0.0/16", "2001:db8::/56", "10.1.0.0/16"]


networks = st.builds(
    lambda number, length: ip_network((number >> (32 - length) << (32 - length), length)),
    st.integers(0, 2**32 - 1).map(lambda number: number & 0xFF0000FF),  # few enough to overlap
    st.integers(0, 32),
)


@given(st.lists(networks, max_size=30, unique=True), st.lists(st.integers(0, 2**32 - 1), max_size=30))
def test_the_longest_network_wins(held: list[Network], numbers: list[int]) -> None:
    """The lookup agrees with an obvious search through all networks."""
    found = Prefixes((network, network) for network in held)
    for number in [*numbers, *(int(network.network_address) for network in held)]:
        address = ip_address(number)
        around = [network for network in held if address in network]
        assert found.find(address) == max(around, key=lambda network: network.prefixlen, default=None)


octet = st.integers(0, 3)
addresses = st.builds("10.0.{}.{}".format, octet, octet)
interfaces = st.lists(
    st.builds(
        lambda vpc, held, gone: (vpc, tuple(dict.fromkeys(held)), gone),
        st.sampled_from((VPC, PEER, OTHER)),
        st.lists(addresses, min_size=1, max_size=3),
        st.sampled_from((None, None, 1.0, 2.0)),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(interfaces, addresses, st.sampled_from(("", VPC, PEER, OTHER)))
def test_who_has_an_address_agrees_with_a_search(
    drawn: list[tuple[str, tuple[str, ...], float | None]], address: str, vpc: str
) -> None:
    """Lookups by index agree with the rule read aloud: one's own VPC, else its peers, else the only one."""
    held = tuple(Interface(f"eni-{at}", vpc=of, addresses=have, gone=gone) for at, (of, have, gone) in enumerate(drawn))
    vpcs = (Vpc(VPC, networks=(ip_network("10.0.0.0/23"),)), Vpc(PEER), Vpc(OTHER))
    inventory = replace(SMALL, interfaces=held, vpcs=vpcs)
    found = inventory.index.holder(address, vpc)
    assert (found and found.id) == (_searched(inventory, address, vpc) or None)


def _searched(inventory: Inventory, address: str, vpc: str) -> str:
    having = [each for each in inventory.interfaces if address in each.addresses]
    having = [each for each in having if each.gone is None] + sorted(
        (each for each in having if each.gone is not None), key=lambda each: -(each.gone or 0)
    )
    here = [each for each in having if each.vpc == vpc]
    if here:
        return here[0].id
    if vpc == VPC and ip_address(address) in ip_network("10.0.0.0/23"):
        return ""
    pool = [each for each in having if each.gone is None] or having
    if vpc and len({each.vpc for each in pool}) > 1:
        pool = [each for each in pool if {each.vpc, vpc} == {VPC, PEER}]
    return pool[0].id if len({each.vpc for each in pool}) == 1 else ""


def test_twenty_thousand_interfaces_have_their_names() -> None:
    """A large account: each address has its own name, a pattern finds its own, and the frame holds all."""
    lots = many(20_000)
    assert all(lots.named(each.address).label == f"web-{at}" for at, each in enumerate(lots.interfaces))
    found = lots.members(Kind.NAME, "web-1999*")
    assert found.interfaces == tuple(f"eni-{at:017x}" for at in (1999, *range(19990, 20000)))
    assert lots.names_frame().height == 20_000


def test_the_screen_can_import_it_before_it_paints() -> None:
    """Names are known before polars is: the page is light."""
    look = "import sys, tui.network.inventory as it; print(sorted({'polars', 'lark', 'botocore'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=30)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("address", ["10.0.1.7", "10.0.2.40"])
def test_what_an_address_is_called_can_be_asked_for(address: str) -> None:
    """A reader who sees a label filters by it."""
    label = SMALL.named(address).label
    assert label
    networks = SMALL.members(Kind.NAME, label).networks
    assert any(ip_address(address) in network for network in networks)


@pytest.mark.parametrize("kind", Kind)
def test_every_name_that_is_offered_stands_for_somebody(kind: Kind) -> None:
    """What a filter bar offers behind `sg:` or `service:` matches something when it is taken."""
    names = SMALL.called(kind)
    assert names
    assert all(SMALL.members(kind, name) != SMALL.members(kind, "nobody") for name in names)


def test_names_are_offered_before_ids() -> None:
    """A reader knows `kms` sooner than vpce-0ccc."""
    names = SMALL.called(Kind.ENDPOINT)
    assert names[0] == "com.amazonaws.eu-west-1.kms"
    assert names[-1].startswith("vpce-0")
