"""Rules as a reader writes them: what a table becomes, and how a wrong one is told."""

from __future__ import annotations

import pytest

from tests.alerts.made import T0
from tui.alerts.defaults import DEFAULTS
from tui.alerts.model import Severity
from tui.alerts.reading import RuleError, Written, read_rules
from tui.alerts.rule import By, Measure, On, Side
from tui.flows.filter.value import Now

MINE = {"name": "mine", "filter": "action = reject", "by": ["server", "port"], "threshold": 5}


def read(*tables: object, saved: dict[str, str] | None = None) -> dict[str, Written]:
    """The rules by name."""
    return {each.name: each for each in read_rules(tables, saved or {}, Now(float(T0)))}


def test_the_defaults_are_good_rules_of_their_own() -> None:
    """Each of them can be read, none is off, and what they look for covers the network and the flow logs too."""
    found = read()
    assert list(found) == [each["name"] for each in DEFAULTS]
    assert not any(each.off for each in found.values())
    assert {each.rule.on for each in found.values()} == set(On)


def test_a_rule_of_ones_own_says_everything() -> None:
    """Every key has its place in the rule; times become whole minutes."""
    table = MINE | {
        "say": "{server} refuses {port}", "from": "own", "to": "outside", "measure": "bytes", "threshold": "1.5MB",
        "critical": "1GB", "rise": 2.5, "window": "90s", "for": "2m", "cool-down": "1h", "severity": "critical", "new": "1h",
    }  # fmt: skip
    rule = read(table)["mine"].rule
    assert (rule.by, rule.measure, rule.threshold, rule.critical) == ((By.SERVER, By.PORT), Measure.BYTES, 1.5e6, 1e9)
    assert (rule.source, rule.target, rule.rise, rule.window, rule.hold) == (Side.OWN, Side.OUTSIDE, 2.5, 120, 120)
    assert (rule.cool_down, rule.severity, rule.new) == (3600, Severity.CRITICAL, 3600)


def test_a_default_is_changed_or_switched_off_by_name() -> None:
    """What a table does not say stays; what a default asks for can be taken away with false."""
    found = read(
        {"name": "port-scan", "threshold": 100},
        {"name": "own-refused", "rise": False, "from": False},
        {"name": "data-stopped", "off": True},
    )
    before = read()
    assert found["port-scan"].rule.threshold == 100
    assert found["port-scan"].rule.filter == before["port-scan"].rule.filter
    assert (found["own-refused"].rule.rise, found["own-refused"].rule.source) == (0, Side.ANY)
    assert (found["data-stopped"].off, found["data-stopped"].is_default) == (True, False)


def test_saved_filters_can_be_used() -> None:
    """`@name` in a rule is the filter of that name."""
    rule = read(MINE | {"filter": "@db and action = reject"}, saved={"db": "port 5432"})["mine"].rule
    assert "5432" in rule.filter.text


@pytest.mark.parametrize(
    ("table", "key", "told"),
    [
        (7, "", "must be a table"),
        ({}, "name", "is missing"),
        ({"name": 7}, "name", "a text in quotes"),
        ({"name": "two words"}, "name", "letters, digits"),
        ({"name": "mine"}, "filter", "is missing: which records?"),
        (MINE | {"filter": 7}, "filter", "a text in quotes"),
        (MINE | {"filter": "port 70000"}, "filter", "65,535"),
        (MINE | {"fliter": "x"}, "fliter", "did you mean filter?"),
        (MINE | {"by": ["servr"]}, "by", "'servr' is none of"),
        (MINE | {"by": ["port", "port"]}, "by", "twice"),
        (MINE | {"threshold": "many"}, "threshold", "is no number"),
        (MINE | {"threshold": "5MB"}, "threshold", "is no number"),
        (MINE | {"threshold": 0}, "threshold", "above 0"),
        (MINE | {"threshold": float("nan")}, "threshold", "above 0"),
        (MINE | {"threshold": True}, "threshold", "above 0"),
        (MINE | {"critical": 2}, "critical", "below the threshold"),
        (MINE | {"window": 300}, "window", "in quotes"),
        (MINE | {"window": "5 parsecs"}, "window", "is no duration"),
        (MINE | {"window": "30s"}, "window", "a minute at least"),
        (MINE | {"window": "3d"}, "window", "a day at most"),
        (MINE | {"severity": "fatal"}, "severity", "none of notice, warning, critical"),
        (MINE | {"off": "yes"}, "off", "true or false"),
        (MINE | {"say": "{who} did it"}, "say", "{who} is no word"),
        (MINE | {"say": "\x1b[31m"}, "say", "control characters"),
        (MINE | {"measure": "ports", "rise": 2}, "rise", "goes with records"),
        (MINE | {"measure": "share", "threshold": 101, "of": "proto tcp"}, "threshold", "1 to 100"),
        (MINE | {"during": ["nobody"]}, "during", "is none of"),
        (MINE | {"during": ["port-scan"]}, "during", 'by = ["source"]'),
        (MINE | {"gateway": "there"}, "gateway", "service"),
        ({"name": "mine", "on": "silence", "threshold": 5}, "threshold", "at least a minute"),
    ],
    ids=lambda value: str(value)[-40:] if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_wrong_rule_is_told_in_one_sentence(table: object, key: str, told: str) -> None:
    """With its name and its key, whatever was written."""
    with pytest.raises(RuleError) as met:
        read(table)
    assert met.value.key == key
    assert told in met.value.message
    assert "\n" not in str(met.value)
    assert str(met.value).startswith("alert ")


def test_a_filter_that_is_wrong_is_shown_where() -> None:
    """The position in its text comes along."""
    with pytest.raises(RuleError) as met:
        read(MINE | {"filter": "action = reject and dport = banana"})
    assert met.value.place is not None
    assert met.value.place.position >= 20


def test_two_rules_of_one_name_are_one_too_many() -> None:
    """Nobody can tell which is meant."""
    with pytest.raises(RuleError, match="two alerts of this name"):
        read(MINE, MINE)
