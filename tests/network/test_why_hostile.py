from __future__ import annotations

import json
from dataclasses import fields, replace
from ipaddress import ip_network
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network.two_vpcs import VPC, WORLD, ask
from tui.cli.why_output import as_json, as_text
from tui.network.end import EndError
from tui.network.inventory import PARTS, Inventory
from tui.network.leg import Fate
from tui.network.place import Vpc
from tui.network.rules import Route
from tui.network.verdict.journey import unknown

ENDS = ("web", "app", "edge", "bare", "db", "wiki", "i-web", "10.0.1.7", "10.0.1.99", "10.0.99.9", "10.1.0.9", "8.8.8.8", "192.168.0.1", "203.0.113.5", "203.0.113.9", "2001:db8::5", "2001:db8:ffff::1", "kms", "s3", "169.254.169.254", "10.0.0.2")  # fmt: skip
SERVICES = ("443", "53/udp", "icmp", "icmp/3/4", "gre", "icmpv6")
HOSTILE = (
    "",
    "\x1b]0;x\x07",
    "\u202eweb",
    "x" * 300,
    "igw-",
    "pcx-1",
    "eni-web",
    "-",
    "arn:aws:networkmanager::1:x",
    "☃",
)


@st.composite
def worlds(draw: st.DrawFn) -> Inventory:
    """The two VPCs with things missing, parts unread, and text and targets that make no sense."""
    world: Any = WORLD
    for part in PARTS:
        things = list(getattr(world, part))
        kept = [thing for thing in things if draw(st.integers(0, 7))]
        kept = [spoiled(draw, thing) if not draw(st.integers(0, 9)) else thing for thing in kept]
        world = replace(world, **{part: tuple(kept)})
    read = {part: 1.0 for part in PARTS if draw(st.integers(0, 9))}
    missing = tuple(f"ec2:Describe{part} is denied" for part in PARTS if part not in read)
    spoiled_world: Inventory = replace(world, read_at=read, missing=missing)
    return spoiled_world


def spoiled(draw: st.DrawFn, thing: Any) -> Any:
    """A thing with one of its fields emptied or made nonsense."""
    name = draw(st.sampled_from([each.name for each in fields(thing) if each.name != "id"]))
    value = getattr(thing, name)
    if isinstance(value, str) and name not in {"address", "kind"}:
        return replace(thing, **{name: draw(st.sampled_from(HOSTILE))})
    if isinstance(value, tuple) and name == "routes":
        route = Route(
            draw(st.sampled_from(HOSTILE)), ip_network("0.0.0.0/0"), state=draw(st.sampled_from(["", "blackhole"]))
        )
        return replace(thing, routes=(*value, route))
    return replace(thing, **{name: ()}) if isinstance(value, tuple) and name not in {"requester", "accepter"} else thing


@given(worlds(), st.sampled_from(ENDS), st.sampled_from(ENDS), st.sampled_from(SERVICES))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_inventory_is_more_than_an_answer(world: Inventory, source: str, target: str, service: str) -> None:
    """Whatever is missing or makes no sense: an answer that can be written in both ways, or one sentence about an end."""
    try:
        answer = ask(source, target, world, service=service)
    except EndError as error:
        answer = unknown(error.reason, world)
    told = json.loads(json.dumps(as_json(answer, world)))
    assert told["verdict"] in {"pass", "refused", "cannot tell"}
    assert told["evidence"]
    text = as_text(answer, colour=False, plain=False)
    assert all(line.isprintable() for line in text.split("\n"))
    assert (answer.fate is Fate.PASS) == all(step.fate is Fate.PASS for step in answer.steps)


def test_rules_of_which_nothing_is_known_are_no_leave_to_pass() -> None:
    """A group that is missing, an ACL or a subnet that is: cannot tell, with the reason."""
    for lost in ("groups", "acls", "subnets"):
        answer = ask("web", "db:5432", replace(WORLD, **{lost: ()}))  # type: ignore[arg-type]  # by their names
        assert answer.fate is Fate.UNKNOWN, lost
        assert answer.decided.because or answer.decided.sentence


def test_where_interfaces_may_not_be_read_no_address_is_nobodys() -> None:
    """Nothing is known of who has an address then, which is not the same as nobody."""
    read_at = {part: at for part, at in WORLD.read_at.items() if part != "interfaces"}
    denied = "ec2:DescribeNetworkInterfaces is denied: addresses have no names"
    world = replace(WORLD, interfaces=(), read_at=read_at, missing=(denied,))
    for source, target in (("10.0.1.7", "10.0.2.9:5432"), ("8.8.8.8", "10.0.0.5:443"), ("10.0.1.7", "8.8.8.8:443")):
        answer = ask(source, target, world)
        assert answer.fate is Fate.UNKNOWN
        assert denied in (answer.decided.sentence, *answer.notes)


def test_vpcs_that_overlap_in_part_are_told_apart_by_the_longest_prefix() -> None:
    """An address that two VPCs could have is not guessed at where nobody has it."""
    world = replace(WORLD, vpcs=(*WORLD.vpcs, Vpc("vpc-wide", "wide", (ip_network("10.0.0.0/8"),))))
    assert ask("web", "db:5432", world).fate is Fate.PASS
    assert ask("web", "10.0.1.200:443", world, (VPC,)).fate is Fate.REFUSED
