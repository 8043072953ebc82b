"""Records are judged by the rules of their time, and what changed since, or just before, is told."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.verdict_network import (
    DATA,
    DATA_ACL,
    DB,
    DB_GROUP,
    DB_RULES,
    INTERNET,
    NETWORK,
    OPEN,
    T0,
    WEB_GROUP,
    entry,
    record,
    rule,
    with_acl,
    with_groups,
)
from tui.network.change import as_of
from tui.network.inventory import PARTS, Inventory
from tui.network.merge import merged
from tui.network.verdict.explain import explain
from tui.network.verdict.model import Confidence, Flow, Ruling
from tui.network.verdict.rulebook import Rulebook

SQL = record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5432", flags=2)
WITHOUT_RULE = with_groups(DB_GROUP, *DB_RULES[1:])
EDIT = T0 + 3600


def read(inventory: Inventory, at: float) -> Inventory:
    """As it was read at a time."""
    return replace(inventory, at=at, read_at=MappingProxyType(dict.fromkeys(PARTS, at)))


def edited(before: Inventory, after: Inventory, at: float = EDIT, pace: float = 60) -> Inventory:
    """What is known when the rules were looked at a minute before, and found changed."""
    return merged(read(before, at - pace), read(after, at))


def shown(flow: Flow, at: int) -> Flow:
    """The record, taken in the minute from `at`."""
    return replace(flow, start=at, end=at + 50)


def test_a_rule_that_was_added_since_ends_it() -> None:
    """The record was refused for want of a rule; the rule is there now, since 01:00."""
    verdict = explain(shown(SQL, T0), edited(WITHOUT_RULE, NETWORK))
    assert (verdict.ruling, verdict.confidence, verdict.short) == (
        Ruling.CHANGED, Confidence.CERTAIN, "rules changed 01:00",
    )  # fmt: skip
    assert verdict.rule == DB_GROUP
    assert f"The rules changed at 01:00 UTC (security group {DB_GROUP} (db): inbound tcp/5432 from" in verdict.sentence
    assert verdict.sentence.endswith("added): now it is let through.")
    assert (verdict.fix, verdict.closest) == ("", "")
    assert any(each.startswith("Today: sgr-sql of ") for each in verdict.because)


def test_a_rule_that_was_removed_before_is_told() -> None:
    """Refused after the edit: by the group, and the edit that did it."""
    verdict = explain(shown(SQL, EDIT + 60), edited(NETWORK, WITHOUT_RULE))
    assert (verdict.ruling, verdict.confidence) == (Ruling.NO_RULE, Confidence.CERTAIN)
    assert any("changed at 01:00 UTC" in each and "before, it was let through" in each for each in verdict.because)
    assert verdict.fix


def test_a_record_from_about_the_edit_is_explained_by_the_rules_that_refuse() -> None:
    """It happened some time between two looks; the record tells that it was before its end, likely."""
    verdict = explain(shown(SQL, EDIT - 70), edited(NETWORK, WITHOUT_RULE))
    assert (verdict.ruling, verdict.confidence) == (Ruling.NO_RULE, Confidence.LIKELY)
    verdict = explain(shown(SQL, EDIT - 30), edited(WITHOUT_RULE, NETWORK))
    assert (verdict.ruling, verdict.confidence) == (Ruling.CHANGED, Confidence.LIKELY)


def test_rules_that_could_not_be_read_for_long_are_doubted() -> None:
    """The record is half an hour younger than what is known."""
    verdict = explain(shown(SQL, EDIT + 1800), read(WITHOUT_RULE, EDIT))
    assert (verdict.ruling, verdict.confidence) == (Ruling.NO_RULE, Confidence.LIKELY)
    assert verdict.because[-1] == "The rules are as they were read at 01:00 UTC, 31 minutes before the record."


def test_refused_then_and_now_for_another_reason() -> None:
    """The group had no rule then; it has one now, but an ACL denies: the command is about today."""
    now = with_acl(entry(50, "in", "deny", "6", "5432"), *OPEN, subnet=DATA)
    verdict = explain(shown(SQL, T0), edited(WITHOUT_RULE, now))
    assert (verdict.ruling, verdict.rule) == (Ruling.NO_RULE, DB_GROUP)
    assert any("today's rules refuse it too" in each for each in verdict.because)
    assert f"--network-acl-id {DATA_ACL}" in verdict.fix
    assert "authorize" not in verdict.fix


def test_a_prefix_list_that_got_an_address_since() -> None:
    """Rules that refer to a list change with it."""
    flow = record(DB, "in tcp 203.0.113.9:40000 172.31.32.9:5439", flags=2)
    (partners,) = NETWORK.prefix_lists
    longer = replace(partners, entries=(*partners.entries, (ip_network("203.0.113.0/24"), "")), version=2)
    inventory = edited(NETWORK, replace(NETWORK, prefix_lists=(longer,)))
    assert explain(shown(flow, T0), inventory).ruling is Ruling.CHANGED
    assert explain(shown(flow, EDIT + 60), inventory).ruling is Ruling.UNKNOWN


def test_a_subnet_that_was_put_under_another_acl() -> None:
    """The ACL that the subnet was under is the one that denied."""
    strict = with_acl(entry(50, "in", "deny", "6", "5432"), *OPEN, subnet=DATA)
    moved = replace(
        strict,
        acls=tuple(
            replace(each, subnets=()) if each.id == DATA_ACL else replace(each, subnets=(*each.subnets, DATA))
            for each in strict.acls
        ),
    )
    verdict = explain(shown(SQL, T0), edited(strict, moved))
    assert (verdict.ruling, verdict.rule) == (Ruling.CHANGED, f"{DATA_ACL} 50")


def test_a_change_elsewhere_is_none_of_its_business() -> None:
    """Another group was edited."""
    other = with_groups(WEB_GROUP, inventory=WITHOUT_RULE)
    assert explain(shown(SQL, T0), edited(WITHOUT_RULE, other)) == explain(shown(SQL, T0), read(WITHOUT_RULE, EDIT))


def test_what_was_under_way_goes_on_after_its_group_was_edited_but_a_new_opening_does_not() -> None:
    """A late packet of what the group let through is stale, whatever the group says; unless it was edited in between."""
    asked = replace(shown(SQL, T0), action="ACCEPT")
    late = replace(shown(SQL, T0 + 60), flags=4)
    assert explain(late, read(NETWORK, EDIT), (asked,)).ruling is Ruling.STALE
    assert explain(late, read(WITHOUT_RULE, EDIT), (asked,)).ruling is Ruling.STALE
    removed = edited(NETWORK, WITHOUT_RULE, at=T0 + 55, pace=20)
    assert explain(late, removed, (asked,)).ruling is Ruling.NO_RULE
    assert explain(shown(SQL, T0 + 60), removed, (asked,)).ruling is Ruling.NO_RULE


def test_an_accepted_record_says_that_the_rules_would_refuse_it_now() -> None:
    """It was let through by the rule of its time."""
    flow = replace(shown(SQL, T0), action="ACCEPT")
    verdict = explain(flow, edited(NETWORK, WITHOUT_RULE))
    assert (verdict.ruling, verdict.rule) == (Ruling.ALLOWED, "sgr-sql")
    assert any("today's would refuse it: No rule of" in each for each in verdict.because)


def test_several_edits_one_after_another() -> None:
    """Each record by the rules between the two edits it lies between."""
    denying = with_acl(entry(50, "in", "deny", "6", "5432"), *OPEN, subnet=DATA)
    inventory = read(NETWORK, T0)
    for at, after in ((600, WITHOUT_RULE), (1200, NETWORK), (1800, denying), (2400, NETWORK)):
        inventory = merged(inventory, read(inventory, T0 + at - 30))
        inventory = merged(inventory, read(after, T0 + at))
    told = [explain(shown(SQL, T0 + at), inventory) for at in (100, 700, 1300, 1900, 2500)]
    assert [each.ruling for each in told] == [
        Ruling.UNKNOWN, Ruling.CHANGED, Ruling.UNKNOWN, Ruling.CHANGED, Ruling.UNKNOWN,
    ]  # fmt: skip
    assert [told[1].rule, told[3].rule] == [DB_GROUP, f"{DATA_ACL} 50"]
    assert [told[1].short, told[3].short] == ["rules changed 00:20", "rules changed 00:40"]


VERSIONS = (
    NETWORK,
    WITHOUT_RULE,
    with_acl(entry(50, "in", "deny", "6", "5432"), *OPEN, subnet=DATA),
    with_groups(DB_GROUP, rule("sgr-new", DB_GROUP, "tcp", "22", f"{INTERNET}/32")),
    replace(NETWORK, groups=NETWORK.groups[:2]),
    replace(NETWORK, prefix_lists=()),
    replace(NETWORK, acls=NETWORK.acls[1:]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=6), st.integers(-1, 7))
def test_the_rules_of_a_time_are_those_that_as_of_tells(story: list[Inventory], look: int) -> None:
    """However often they were edited, and whatever came and went."""
    inventory = read(story[0], 0.0)
    for at, each in enumerate(story[1:], 1):
        inventory = merged(inventory, read(each, 100.0 * at))
    past, wanted = inventory.rulebook.past(100.0 * look), Rulebook(as_of(inventory, 100.0 * look))
    for group in NETWORK.groups:
        assert past.group(group.id) == wanted.group(group.id)
    for listed in NETWORK.prefix_lists:
        assert past.prefix_list(listed.id) == wanted.prefix_list(listed.id)
    for subnet in NETWORK.subnets:
        assert past.acl_of(subnet.id) == wanted.acl_of(subnet.id)


@pytest.mark.parametrize("at", [T0, EDIT - 30, EDIT + 60])
def test_the_same_question_has_the_same_answer(at: int) -> None:
    """What was worked out for one record does not show in another's verdict."""
    inventory = edited(WITHOUT_RULE, NETWORK)
    first = explain(shown(SQL, at), inventory)
    explain(shown(SQL, T0), inventory)
    assert explain(shown(SQL, at), inventory) == first


def test_a_change_may_be_in_force_before_it_is_told() -> None:
    """Refused some seconds before the last look that still showed the old rules: likely by the rules that came then."""
    known = edited(NETWORK, WITHOUT_RULE)
    verdict = explain(shown(SQL, EDIT - 60 - 55), known)
    assert (verdict.ruling, verdict.confidence) == (Ruling.NO_RULE, Confidence.LIKELY)
    assert any("changed at 01:00 UTC" in each and "before, it was let through" in each for each in verdict.because)
    assert explain(shown(SQL, EDIT - 60 - 120), known).ruling is Ruling.UNKNOWN


def test_what_the_rules_of_its_time_refuse_is_not_laid_to_a_later_change() -> None:
    """Only where nothing of its own time refuses it does a change that was told later count."""
    closed = with_groups(DB_GROUP)
    verdict = explain(shown(SQL, EDIT - 60 - 55), edited(WITHOUT_RULE, closed))
    assert (verdict.ruling, verdict.confidence) == (Ruling.NO_RULE, Confidence.CERTAIN)
    assert not any("before, it was let through" in each for each in verdict.because)
