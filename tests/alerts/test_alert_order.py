"""Alerts are made of what was seen, not of the order in which it came."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.made import T0, Row, record, records, rules, skipped
from tests.alerts.slow_watch import Slow, slow_alerts
from tui.alerts.engine import Watch
from tui.alerts.model import Alert, State
from tui.alerts.observation import Known, Observation
from tui.alerts.rule import AlertRule

TABLES: dict[str, dict[str, object]] = {
    "records": {"threshold": 4},
    "for a while": {"threshold": 3, "for": "3m", "window": "2m"},
    "ports": {"measure": "ports", "threshold": 3},
    "bytes": {"measure": "bytes", "threshold": 1500, "window": "3m"},
    "rising": {"threshold": 3, "rise": 2, "window": "3m", "cool-down": "4m"},
    "new": {"threshold": 2, "new": "10m"},
    "share": {"measure": "share", "threshold": 50, "least": 3, "of": "proto tcp"},
}
SOURCES, PORTS = ("10.0.1.7", "10.0.1.8", "192.0.2.201"), (22, 443, 3389, 5432)

rows_strategy = st.lists(
    st.builds(
        lambda at, source, port, refused, size: record(
            at, source, "10.0.2.9", port, action="REJECT" if refused else "ACCEPT", bytes=size
        ),
        st.one_of(st.integers(0, 3300), st.integers(0, 400), st.integers(1800, 2000)),
        st.sampled_from(SOURCES),
        st.sampled_from(PORTS),
        st.booleans() | st.just(value=True),
        st.integers(40, 900),
    ),
    min_size=1,
    max_size=60,
)


def rule_of(name: str) -> AlertRule:
    """The rule of that table."""
    table = {"name": "probe", "filter": "action = reject", "by": ["source"], "window": "5m", "cool-down": "6m"}
    (rule,) = rules({**table, **TABLES[name]})
    return rule


def seen(watch: Watch, batches: list[list[Row]]) -> tuple[Alert, ...]:
    """The alerts after these batches, whose clock is that of the newest record."""
    at = max(int(str(row["end"])) for batch in batches for row in batch)
    watch.observe(Observation(at, known=Known()))
    for batch in batches:
        watch.observe(Observation(at, (records(batch),)))
        watch.alerts()
    return watch.alerts()


def told(alerts: tuple[Alert, ...]) -> list[Slow]:
    """The same numbers as the slow way has."""
    found = [
        Slow((a.subject,), a.state is State.OVER, a.count, a.peak, int(a.first), int(a.last), int(a.raised))
        for a in alerts
    ]
    return sorted(found, key=lambda each: (each.subject, each.first, each.raised))


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=25, deadline=None)
@given(rows=rows_strategy, cuts=st.lists(st.integers(0, 60), max_size=4), shuffle=st.randoms(use_true_random=False))
def test_the_watch_agrees_with_the_slow_way(name: str, rows: list[Row], cuts: list[int], shuffle: Random) -> None:
    """Whatever the records, and however they are mixed and cut into batches, every number is as the slow way has it."""
    rule = rule_of(name)
    mixed = list(rows)
    shuffle.shuffle(mixed)
    edges = [0, *sorted(cut % (len(mixed) + 1) for cut in cuts), len(mixed)]
    batches = [mixed[low:high] for low, high in pairwise(edges) if low < high]
    assert told(seen(Watch([rule]), batches)) == sorted(
        slow_alerts(rows, rule), key=lambda each: (each.subject, each.first, each.raised)
    )


def test_all_default_rules_answer_alike_in_any_order() -> None:
    """An hour of everything at once, in order, backwards and mixed: the same alerts to the letter."""
    pick = Random(5)
    rows: list[Row] = []
    for minute in range(55):
        at = 60 * minute
        rows += [
            record(at + n, "10.0.2.9", "10.0.1.7", 40_000 + pick.randrange(9000), sport=5432, flags=18)
            for n in range(2 if minute < 40 else 20)
        ]
        rows += [
            record(at + n, "10.0.1.7", "10.0.2.9", 5432, sport=40_000 + pick.randrange(9000), action="ACCEPT")
            for n in range(9)
        ]
        rows += [
            record(at + 7, "192.0.2.201", "10.0.1.7", pick.randrange(1, 1000))
            for _ in range(20 if 20 < minute < 30 else 0)
        ]
        rows += [record(at + 9, "192.0.2.201", "10.0.1.8", 80, action="ACCEPT")] if minute == 26 else []
        rows += [skipped(at)] if minute % 3 == 0 else []
        rows += [record(at, "10.0.1.7", "198.51.100.24", 443, action="ACCEPT", bytes=90_000_000)] if minute > 30 else []
    in_order = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    mixed = list(rows)
    pick.shuffle(mixed)
    ways = [in_order, in_order[::-1], [mixed[at : at + 137] for at in range(0, len(mixed), 137)], [mixed]]
    names = ("own-refused", "port-scan", "scan-let-in", "unanswered", "new-destination", "skipped-data", "new-refusal")
    found = [seen(Watch(rules(*({"name": name} for name in names))), way) for way in ways]
    assert {each.rule for each in found[0]} >= {
        "own-refused",
        "port-scan",
        "scan-let-in",
        "new-destination",
        "skipped-data",
    }
    assert found[1:] == found[:1] * 3


def test_what_another_flow_log_tells_again_counts_once() -> None:
    """Records that are marked as told before raise nothing and add to nothing."""
    rule = rule_of("records")
    rows = [record(n, "10.0.1.7", "10.0.2.9") for n in range(4)]
    watch = Watch([rule])
    watch.observe(Observation(T0, known=Known()))
    watch.observe(Observation(T0 + 60, (records(rows, again=True),)))
    assert watch.alerts() == ()
    watch.observe(Observation(T0 + 60, (records(rows, again=False), records(rows, again=True))))
    assert [each.count for each in watch.alerts()] == [4]


def test_what_turns_out_to_have_been_there_before_is_new_no_more() -> None:
    """A late record of long before the first that was seen takes back that its source was new."""
    (rule,) = rules(
        {"name": "probe", "filter": "action = reject", "by": ["source"], "window": "5m", "threshold": 2, "new": "10m"}
    )
    watch = Watch([rule])
    watch.observe(Observation(T0, known=Known()))
    rows = [record(0, "10.0.1.8", "10.0.2.9"), *(record(600, "10.0.1.7", "10.0.2.9") for _ in range(2))]
    watch.observe(Observation(T0 + 700, (records(rows),)))
    assert [each.subject for each in watch.alerts()] == ["10.0.1.7"]
    watch.observe(Observation(T0 + 700, (records([record(0, "10.0.1.7", "10.0.2.9")]),)))
    assert watch.alerts() == ()
