from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network.small_inventory import DB, SMALL, WEB
from tui.network.change import as_of
from tui.network.index import Name
from tui.network.inventory import Inventory
from tui.network.merge import merged, with_found
from tui.network.place import Interface
from tui.network.rules import AclEntry, GroupRule, Route

NOW = SMALL.at + 60.0


def read(part: str, found: tuple[Any, ...], at: float = NOW) -> Inventory:
    """An inventory of which only one part was read."""
    return replace(Inventory(at), **{part: found}, read_at=MappingProxyType({part: at}))  # type: ignore[arg-type]  # by its name


def test_who_vanished_keeps_its_name() -> None:
    """An interface that is there no more is still called by its owner, also when its instance is gone too."""
    later = merged(merged(SMALL, read("interfaces", (DB,))), read("instances", ()))
    assert later.named("10.0.1.7") == Name("web-1", "ec2", WEB.id, gone=True)
    assert later.interface(WEB.id) == replace(WEB, gone=NOW)
    assert later.interface(DB.id) == DB
    assert later.scope == SMALL.scope


def test_who_is_gone_was_gone_first_when_it_was_missed() -> None:
    """The time it went does not move with each reading, and ends when it is there again."""
    once = merged(SMALL, read("interfaces", (DB,)))
    twice = merged(once, read("interfaces", (DB,), NOW + 120))
    assert twice.interface(WEB.id) == replace(WEB, gone=NOW)
    again = merged(twice, read("interfaces", (DB, WEB), NOW + 240))
    assert again.interface(WEB.id) == WEB


def test_those_that_went_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered has an end: the last that went stay."""
    monkeypatch.setattr("tui.network.merge.MOST_GONE", 3)
    known = Inventory()
    for at in range(10):
        one = Interface(f"eni-{at}", addresses=("10.0.0.1",))
        known = merged(known, read("interfaces", (one,), float(at)))
    assert [each.id for each in known.interfaces] == ["eni-9", "eni-6", "eni-7", "eni-8"]


def test_what_was_looked_for_makes_nobody_gone() -> None:
    """A look for one interface tells nothing of the others."""
    new = Interface("eni-new", addresses=("10.0.1.99",), name="fresh")
    known = with_found(SMALL, (new, replace(DB, name="renamed")), (), NOW)
    assert known.named("10.0.1.99").label == "fresh"
    assert known.interface(DB.id) == replace(DB, name="renamed")
    assert known.interface(WEB.id) == WEB


WEB_GROUP, ACL, TABLE, LIST = SMALL.groups[0], SMALL.acls[0], SMALL.route_tables[1], SMALL.prefix_lists[1]
SSH = GroupRule("sgr-2", WEB_GROUP.id, protocol="tcp", first=22, last=22, network=ip_network("10.0.0.0/8"))
DENY = AclEntry(
    90, egress=True, allow=False, protocol="6", network=ip_network("0.0.0.0/0"), first=32768, last=61000
)  # fmt: skip
TO_NAT = Route("nat-1", ip_network("0.0.0.0/0"))


@pytest.mark.parametrize(
    ("part", "resource", "what"),
    [
        (
            "groups",
            replace(WEB_GROUP, rules=(*WEB_GROUP.rules, SSH)),
            f"security group {WEB_GROUP.id} (web): inbound tcp/22 from 10.0.0.0/8 added",
        ),
        (
            "groups",
            replace(WEB_GROUP, rules=(SSH,)),
            f"security group {WEB_GROUP.id} (web): inbound tcp/22 from 10.0.0.0/8 added; inbound tcp/443 from ::/0 removed",
        ),
        (
            "acls",
            replace(ACL, entries=(*ACL.entries, DENY)),
            "network ACL acl-1: outbound 90 deny tcp/32768-61000 0.0.0.0/0 added",
        ),
        ("acls", replace(ACL, subnets=(WEB.subnet,)), f"network ACL acl-1: subnet {DB.subnet} removed"),
        (
            "route_tables",
            replace(TABLE, routes=(TO_NAT,)),
            "route table rtb-2: route 0.0.0.0/0 to nat-1 added; route 0.0.0.0/0 to igw-1 removed",
        ),
        ("prefix_lists", replace(LIST, entries=()), "prefix list pl-2 (partners): 198.51.100.0/24 removed"),
        (
            "endpoints",
            replace(SMALL.endpoints[0], state="deleting", policy="{}"),
            "endpoint vpce-0ccccccccccccccc3: state available is now deleting; policy changed",
        ),
    ],
)
def test_a_change_of_rules_is_told(part: str, resource: Any, what: str) -> None:
    """What was added and removed, of which resource, between which two looks; the rules of before can be had."""
    found = tuple(resource if each.id == resource.id else each for each in getattr(SMALL, part))
    later = merged(SMALL, read(part, found))
    (change,) = later.changes
    assert (change.what, change.part, change.id) == (what, part, resource.id)
    assert (change.since, change.at) == (SMALL.at, NOW)
    assert change.after == resource
    assert getattr(as_of(later, NOW), part) == found
    before = {each.id: each for each in getattr(as_of(later, NOW - 1), part)}
    assert before == {each.id: each for each in getattr(SMALL, part)}


def test_a_new_resource_and_a_lost_one_are_changes() -> None:
    """They are told as such, and undone as such."""
    later = merged(SMALL, read("acls", (replace(ACL, id="acl-2"),)))
    assert [change.what for change in later.changes] == ["network ACL acl-1 is gone", "network ACL acl-2 is new"]
    assert as_of(later, SMALL.at).acls == SMALL.acls


def test_what_was_never_read_before_is_no_change() -> None:
    """The first reading is not news, nor is a new name or tag."""
    assert merged(Inventory(), read("groups", SMALL.groups)).changes == ()
    renamed = replace(WEB_GROUP, tag="Web", tags=(("Name", "Web"),), description="x")
    assert merged(SMALL, read("groups", (renamed, SMALL.groups[1]))).changes == ()


@given(st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=8), st.integers(0, 10))
def test_each_earlier_moment_can_be_had_again(history: list[set[int]], moment: int) -> None:
    """Whatever the rules were at each look, as_of gives them back."""
    known = Inventory()
    looks = []
    for at, ports in enumerate(history):
        rules = tuple(replace(SSH, first=port, last=port) for port in sorted(ports))
        groups = (replace(WEB_GROUP, rules=rules),) if ports else ()
        known = merged(known, read("groups", groups, float(at)))
        looks.append(groups)
    at = min(moment, len(history) - 1)
    assert as_of(known, float(at)).groups == looks[at]
