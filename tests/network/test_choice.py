from __future__ import annotations

from ipaddress import ip_address, ip_network
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.network.choice import Choice, choose, choose_of, is_private
from tui.network.inventory import PARTS, Inventory
from tui.network.place import Network, Subnet
from tui.network.rules import PrefixList, Route, RouteTable

PROPAGATED = "EnableVgwRoutePropagation"


def choice_of(*routes: Route, to: str, lists: tuple[PrefixList, ...] = (), missing: tuple[str, ...] = ()) -> Choice:
    """What a table of these routes chooses."""
    inventory = Inventory(prefix_lists=lists, missing=missing, read_at=MappingProxyType(dict.fromkeys(PARTS, 1.0)))
    return choose_of(inventory, RouteTable("rtb-1", routes=routes), ip_address(to))


def to(target: str, network: str, **more: str) -> Route:
    """A route to a network."""
    return Route(target, ip_network(network), **more)


# https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
@pytest.mark.parametrize(
    ("routes", "address", "expected"),
    [
        # "traffic destined for 172.31.0.0/24 is covered by the peering connection's route": the longest prefix.
        ((to("local", "10.0.0.0/16"), to("pcx-1", "172.31.0.0/16"), to("igw-1", "0.0.0.0/0")), "172.31.0.9", "pcx-1"),
        ((to("local", "10.0.0.0/16"), to("igw-1", "0.0.0.0/0")), "10.0.9.9", "local"),
        ((to("local", "10.0.0.0/16"), to("igw-1", "0.0.0.0/0")), "8.8.8.8", "igw-1"),
        ((to("local", "10.0.0.0/16"), to("tgw-1", "10.0.0.0/8")), "10.0.9.9", "local"),
        # "IPv4 and IPv6 traffic are treated separately".
        ((to("local", "10.0.0.0/16"), to("igw-1", "0.0.0.0/0")), "2001:db8::1", ""),
        ((to("eigw-1", "::/0"), to("local", "2001:db8::/56")), "2001:db8:0:100::1", "eigw-1"),
        # More specific than local: https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html
        ((to("local", "10.0.0.0/16"), to("eni-1", "10.0.2.0/24")), "10.0.2.9", "eni-1"),
        # "the static route takes priority" over a propagated one of the same destination.
        ((to("vgw-1", "172.31.0.0/24", origin=PROPAGATED), to("igw-1", "172.31.0.0/24")), "172.31.0.9", "igw-1"),
        # "more specific routes always take priority irrespective of whether they are propagated".
        ((to("vgw-1", "172.31.0.0/25", origin=PROPAGATED), to("igw-1", "172.31.0.0/24")), "172.31.0.9", "vgw-1"),
        # A blackhole drops; it gives no way to the shorter route.
        ((to("nat-1", "172.31.0.0/24", state="blackhole"), to("igw-1", "0.0.0.0/0")), "172.31.0.9", "nat-1"),
        ((), "10.0.0.1", ""),
    ],
)
def test_the_table_chooses_as_amazon_says(routes: tuple[Route, ...], address: str, expected: str) -> None:
    """Longest prefix, static before propagated, one version of IP at a time."""
    found = choice_of(*routes, to=address)
    assert (found.route.target if found.route else "") == expected
    assert choice_of(*reversed(routes), to=address).route == found.route
    assert found.doubts == ()


S3 = PrefixList(
    "pl-1", "com.amazonaws.eu-west-1.s3", "AWS", ((ip_network("52.218.0.0/17"), ""), (ip_network("3.5.0.0/19"), ""))
)
OWN = PrefixList("pl-2", "partners", "1", ((ip_network("52.218.1.0/24"), ""),))


def test_a_prefix_list_is_as_long_as_the_entry_that_fits() -> None:
    """Its networks stand beside the others; of equal length a route with a CIDR block wins, a propagated one loses."""
    lists = (S3, OWN)
    gateway, default = Route("vpce-1", prefix_list="pl-1"), to("nat-1", "0.0.0.0/0")
    found = choice_of(gateway, default, to="52.218.5.5", lists=lists)
    assert (found.kind, str(found.network)) == ("vpce", "52.218.0.0/17")
    assert found.said == "rtb-1: pl-1 (52.218.0.0/17) → vpce-1"
    assert choice_of(gateway, default, to="52.95.0.1", lists=lists).kind == "nat"
    assert choice_of(gateway, Route("tgw-1", prefix_list="pl-2"), to="52.218.1.1", lists=lists).kind == "tgw"
    assert choice_of(gateway, to("igw-1", "52.218.0.0/17"), to="52.218.5.5", lists=lists).kind == "igw"
    propagated = to("vgw-1", "52.218.0.0/17", origin=PROPAGATED)
    assert choice_of(propagated, gateway, to="52.218.5.5", lists=lists).kind == "vpce"


def test_lists_that_overlap_are_doubted() -> None:
    """Amazon: "we randomly choose which route takes priority"."""
    twin = PrefixList("pl-3", "twin", "1", ((ip_network("52.218.0.0/17"), ""),))
    routes = Route("vpce-1", prefix_list="pl-1"), Route("tgw-1", prefix_list="pl-3")
    (doubt,) = choice_of(*routes, to="52.218.5.5", lists=(S3, twin)).doubts
    assert "to vpce-1" in doubt
    assert "as well to tgw-1" in doubt


def test_a_list_whose_entries_may_not_be_read_is_a_doubt() -> None:
    """It might be longer than what was chosen; an empty list is none."""
    hidden = Route("tgw-1", prefix_list="pl-9")
    (doubt,) = choice_of(hidden, to("igw-1", "0.0.0.0/0"), to="8.8.8.8").doubts
    assert "pl-9" in doubt
    empty = (PrefixList("pl-9", "empty", "1"),)
    assert choice_of(hidden, to="8.8.8.8", lists=empty).doubts == ()
    denied = ("ec2:GetManagedPrefixListEntries is denied: prefix lists are known by name only",)
    assert choice_of(hidden, to="8.8.8.8", lists=empty, missing=denied).doubts != ()


def test_a_subnet_without_a_table_uses_the_main_one() -> None:
    """A subnet that is not known has none; a core network is told by its ARN."""
    core = to("arn:aws:networkmanager::123456789012:core-network/core-network-0a1b", "0.0.0.0/0")
    main = RouteTable("rtb-1", "vpc-1", routes=(core,), main=True)
    inventory = Inventory(subnets=(Subnet("subnet-1", "vpc-1"),), route_tables=(main,))
    assert choose(inventory, "subnet-1", ip_address("8.8.8.8")).kind == "core"
    assert choose(inventory, "subnet-2", ip_address("8.8.8.8")) == Choice()
    assert choose(inventory, "", ip_address("8.8.8.8")).said == "no route table"


@pytest.mark.parametrize(
    ("address", "private"),
    [("10.255.0.1", True), ("172.16.0.1", True), ("172.32.0.1", False), ("100.64.0.1", True), ("169.254.169.254", True), ("203.0.113.9", False), ("8.8.8.8", False), ("fd00::1", True), ("2001:db8::1", False), ("fe80::1", True)],
)  # fmt: skip
def test_private_addresses_are_those_of_the_standards(address: str, private: bool) -> None:
    """RFC 1918, 6598, 3927, 4193 and 4291; the ranges for documentation stand for the internet."""
    assert is_private(ip_address(address)) is private


@st.composite
def _networks(draw: st.DrawFn) -> Network:
    """Networks that overlap often: in 10.0.0.0/12, of any length."""
    length = draw(st.integers(0, 32))
    return ip_network((int(ip_address("10.0.0.0")) + draw(st.integers(0, (1 << 20) - 1)), length), strict=False)


@given(st.lists(st.tuples(_networks(), st.booleans()), max_size=12), st.integers(0, (1 << 20) - 1))
@settings(max_examples=300, deadline=None)
def test_the_longest_prefix_is_found_as_by_trying_every_length(pairs: list[tuple[Network, bool]], offset: int) -> None:
    """Against a slow version: from 32 down to 0, is there a route to just this network?"""
    address = ip_address(int(ip_address("10.0.0.0")) + offset)
    lists = tuple(PrefixList(f"pl-{at}", "x", "1", ((network, ""),)) for at, (network, _) in enumerate(pairs))
    routes = tuple(
        Route(f"nat-{at}", None, f"pl-{at}") if listed else Route(f"igw-{at}", network)
        for at, (network, listed) in enumerate(pairs)
    )
    found = choice_of(*routes, to=str(address), lists=lists)
    for length in range(32, -1, -1):
        here = ip_network((int(address), length), strict=False)
        fitting = [listed for network, listed in pairs if network == here]
        if fitting:
            assert found.network == here
            assert found.kind == ("nat" if all(fitting) else "igw")
            break
    else:
        assert found.route is None
