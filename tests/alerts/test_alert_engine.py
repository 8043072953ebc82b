"""The watch over time: who is called when, what the reader silences, storms, and what is told rather than counted."""

from __future__ import annotations

from dataclasses import replace

from tests.alerts.made import (
    APP,
    DB,
    ENI,
    KNOWN,
    PLAIN,
    SCANNER,
    T0,
    WEB,
    Row,
    ids,
    record,
    records,
    rules,
    skipped,
    tell,
    watch,
)  # fmt: skip
from tui.alerts.engine import Watch
from tui.alerts.model import Severity, State
from tui.alerts.observation import Aspect, Changed, Observation
from tui.flows.source import FlowLogState

PROBE = {
    "name": "probe",
    "filter": "action = reject",
    "by": ["source"],
    "threshold": 3,
    "window": "5m",
    "cool-down": "10m",
}
QUIET = record(0, WEB, DB, action="ACCEPT", flags=0)


def knocks(count: int, at: float = 0.0, source: str = SCANNER) -> list[Row]:
    """Refused, one a second."""
    return [record(at + n, source, APP, 22) for n in range(count)]


def quiet(at: float) -> list[Row]:
    """Something that is nobody's concern, so that time goes on."""
    return [record(at, WEB, DB, action="ACCEPT", flags=0)]


def test_an_alert_calls_once_and_goes_on_counting() -> None:
    """More of the same is more of the same alert: count, peak, last and duration change, and nobody is called again."""
    made = watch(PROBE)
    tell(made, knocks(3), at=60)
    (called,) = made.calls()
    assert (called.id, called.count, called.state, called.severity) == (
        f"probe {SCANNER}",
        3,
        State.FIRING,
        Severity.WARNING,
    )
    tell(made, knocks(5, at=120), at=180)
    assert made.calls() == ()
    (now,) = made.alerts()
    assert (now.id, now.count, now.peak, now.duration) == (called.id, 8, 8, 154)
    assert (now.first, now.filter) == (T0, f"(action = reject) and src {SCANNER}")


def test_it_is_over_after_the_cool_down_and_may_come_again() -> None:
    """Over by the data's own time; the next time is another alert, that calls, and the first is history."""
    made = watch(PROBE)
    tell(made, knocks(3), at=60)
    tell(made, quiet(14 * 60), at=15 * 60)
    assert [each.state for each in made.alerts()] == [State.FIRING]
    tell(made, quiet(15 * 60), at=16 * 60)
    (over,) = made.alerts()
    assert (over.state, over.ended) == (State.OVER, T0 + 300)
    made.calls()
    tell(made, knocks(4, at=1800), at=1900)
    again, before = made.alerts()
    assert (again.id, again.state, again.count) == (f"probe {SCANNER}", State.FIRING, 4)
    assert (before.id, before.state, before.count) == (f"probe {SCANNER} @{T0}", State.OVER, 3)
    assert ids(made.calls()) == [again.id]


def test_time_alone_ends_nothing() -> None:
    """While no record comes, nobody knows whether it is over."""
    made = watch(PROBE)
    tell(made, knocks(3), at=60)
    tell(made, [], at=9000)
    assert [each.state for each in made.alerts()] == [State.FIRING]


def test_a_worse_severity_calls_again() -> None:
    """A warning that becomes critical is told once more."""
    made = watch(PROBE | {"critical": 6})
    tell(made, knocks(3), at=60)
    assert [each.severity for each in made.calls()] == [Severity.WARNING]
    tell(made, knocks(3, at=30), at=70)
    assert [each.severity for each in made.calls()] == [Severity.CRITICAL]
    assert made.calls() == ()


def test_what_is_acknowledged_is_silent_until_it_is_over() -> None:
    """It goes on being counted; when it comes again it calls."""
    made = watch(PROBE)
    tell(made, knocks(3), at=60)
    made.acknowledge(f"probe {SCANNER}")
    assert [each.state for each in made.alerts()] == [State.ACKNOWLEDGED]
    tell(made, knocks(9, at=100), at=170)
    assert [(each.state, each.count) for each in made.alerts()] == [(State.ACKNOWLEDGED, 12)]
    assert made.calls() == ()
    tell(made, knocks(3, at=2000), at=2100)
    assert [each.state for each in made.alerts()] == [State.FIRING, State.OVER]
    assert len(made.calls()) == 1


def test_what_is_muted_is_silent_until_then() -> None:
    """By the data's time; then it may be heard, and it may be unmuted before."""
    made = watch(PROBE)
    made.mute(f"probe {SCANNER}", T0 + 300)
    tell(made, knocks(3), at=60)
    (muted,) = made.alerts()
    assert (muted.state, muted.muted_until, made.calls()) == (State.MUTED, T0 + 300, ())
    made.unmute(f"probe {SCANNER}")
    assert [each.state for each in made.alerts()] == [State.FIRING]
    made.mute(f"probe {SCANNER}", T0 + 300)
    tell(made, [], at=301)
    assert ids(made.calls()) == [f"probe {SCANNER}"]


def test_nothing_calls_while_the_past_is_read() -> None:
    """Of what is found in it, those call that still last; those that are over are history."""
    made = watch(PROBE)
    tell(made, knocks(3, at=-1500, source=APP), at=0, catching_up=True)
    tell(made, knocks(3, at=-60), at=0, catching_up=True)
    assert made.calls() == ()
    tell(made, quiet(0), at=10)
    assert ids(made.calls()) == [f"probe {SCANNER}"]
    assert [each.state for each in made.alerts()] == [State.FIRING, State.OVER]


def test_ten_thousand_subjects_at_once_are_one_alert() -> None:
    """It says how many; it calls once, and is one in the history too."""
    made = watch(PROBE)
    many = [row for n in range(10_000) for row in knocks(3, source=f"198.18.{n // 250}.{n % 250}")]
    for at in range(0, len(many), 10_000):
        tell(made, many[at : at + 10_000], at=60)
    (one,) = made.alerts()
    assert (one.id, one.subject) == ("probe *", "*")
    assert one.sentence.startswith("10,000 subjects at once")
    assert ids(made.calls()) == ["probe *"]
    tell(made, quiet(1800), at=1900)
    assert [(each.id, each.state) for each in made.alerts()] == [("probe *", State.OVER)]


def test_two_dozen_subjects_are_told_one_by_one() -> None:
    """As many as a reader can look at."""
    made = watch(PROBE)
    tell(made, [row for n in range(25) for row in knocks(3, source=f"198.18.0.{n}")], at=60)
    assert len(made.alerts()) == 25
    tell(made, knocks(3, source="198.18.0.25"), at=60)
    assert ids(made.alerts()) == ["probe *"]


def test_memory_is_bounded() -> None:
    """Whoever floods a watch for hours fills no more than its rules may hold, and it goes on telling."""
    made = watch(PROBE)
    for hour in range(4):
        for part in range(20):
            at = 3600 * hour + 180 * part
            tell(
                made,
                [record(at + n % 60, f"198.{18 + part}.{n // 250}.{n % 250}", APP, 22) for n in range(5_000)],
                at=at + 60,
            )
    assert made.size <= 115_000  # rows of an hour and a window
    tell(made, knocks(3, at=4 * 3600), at=4 * 3600 + 60)
    assert ids(made.alerts()) == [f"probe {SCANNER}"]


def test_a_long_alert_keeps_its_numbers() -> None:
    """What goes on for hours counts on, though its first records are long forgotten."""
    made = watch(PROBE)
    for minute in range(180):
        tell(made, knocks(3, at=60 * minute), at=60 * minute + 30)
    (one,) = made.alerts()
    assert (one.count, one.first, one.peak) == (540, T0, 15)


def test_late_records_count_in_their_own_window() -> None:
    """Half an hour late, three knocks of one minute are three in one window; later than the window they are too late."""
    made = watch(PROBE)
    tell(made, knocks(2), at=60)
    tell(made, quiet(1800), at=1900)
    assert made.alerts() == ()
    tell(made, knocks(1, at=30), at=1910)
    assert [(each.state, each.count, each.first) for each in made.alerts()] == [(State.OVER, 3, T0)]
    tell(made, quiet(9000), at=9100)
    tell(made, knocks(3, source=APP), at=9110)
    assert ids(made.alerts()) == [f"probe {SCANNER}"]


def test_the_accepts_inside_a_scan_are_told() -> None:
    """Only of who scans, and only around that time, whichever came first."""
    inside = {"srcport": 50_000, "action": "ACCEPT"}
    made = watch({"name": "port-scan"}, {"name": "scan-let-in"})
    tell(made, [record(5, SCANNER, APP, 443, **inside), record(6, "198.51.100.9", APP, 443, **inside)], at=50)
    assert made.alerts() == ()
    tell(made, [record(n, SCANNER, APP, n + 1) for n in range(30)], at=60)
    assert sorted(ids(made.alerts())) == [f"port-scan {SCANNER} → {APP}", f"scan-let-in {SCANNER}"]
    later = watch({"name": "port-scan"}, {"name": "scan-let-in"})
    tell(later, [record(n, SCANNER, APP, n + 1) for n in range(30)], at=60)
    tell(later, [record(1500, SCANNER, APP, 443, **inside)], at=1600)
    assert ids(later.alerts()) == [f"port-scan {SCANNER} → {APP}"]


def test_the_default_format_is_enough() -> None:
    """Without TCP flags, ports tell who asks; a few packets from a server's port to a client's are taken for stale."""
    made = watch({"name": "port-scan"}, {"name": "own-refused"})
    tell(made, [record(n, SCANNER, APP, n + 1) for n in range(30)], at=60, layout=PLAIN)
    tell(made, [record(n % 60, DB, APP, 40_000 + n, sport=5432, packets=2) for n in range(90)], at=60, layout=PLAIN)
    assert ids(made.alerts()) == [f"port-scan {SCANNER} → {APP}"]
    tell(made, [record(n % 60, DB, APP, 42_000 + n, sport=5432, packets=4) for n in range(90)], at=60, layout=PLAIN)
    assert sorted(ids(made.alerts())) == [f"own-refused {DB}:5432", f"port-scan {SCANNER} → {APP}"]


def test_changes_of_the_network_are_told_once_each() -> None:
    """One alert a resource, with the newest sentence; what is grave is critical; it is over when nothing changed for long."""
    made = watch({"name": "rules-changed"}, {"name": "endpoint-changed"})
    acl = Changed(T0 + 10, T0, Aspect.RULES, "acl-1", "data", "network ACL acl-1 (data): outbound 100 removed")
    gone = Changed(
        T0 + 20, T0, Aspect.ENDPOINT, "vpce-1", "", "endpoint vpce-1: state available is now failed", grave=True
    )
    made.observe(Observation(T0 + 30, known=replace(KNOWN, changes=(acl, gone))))
    made.observe(Observation(T0 + 40, known=replace(KNOWN, changes=(acl, gone))))
    assert [(each.id, each.severity, each.count) for each in made.alerts()] == [
        ("endpoint-changed vpce-1", Severity.CRITICAL, 1),
        ("rules-changed acl-1 data", Severity.NOTICE, 1),
    ]
    again = replace(acl, at=T0 + 60, what="network ACL acl-1 (data): outbound 100 added")
    made.observe(Observation(T0 + 70, known=replace(KNOWN, changes=(acl, gone, again))))
    (told,) = (each for each in made.alerts() if each.rule == "rules-changed")
    assert (told.count, told.sentence) == (2, "network ACL acl-1 (data): outbound 100 added (2 changes)")
    made.observe(Observation(T0 + 3600))
    assert {each.state for each in made.alerts()} == {State.OVER}


def test_a_flow_log_that_cannot_deliver_is_told_until_it_can() -> None:
    """As DescribeFlowLogs says."""
    made = watch({"name": "delivery-failed"})
    state = FlowLogState("fl-1", "/vpc/payments", "vpc-1", delivery="FAILED", error="Access error")
    made.observe(Observation(T0, flow_logs=(state,)))
    (told,) = made.alerts()
    assert (told.id, told.state, told.severity) == ("delivery-failed fl-1", State.FIRING, Severity.CRITICAL)
    assert "Access error" in told.sentence
    made.observe(Observation(T0 + 60, flow_logs=(replace(state, delivery="SUCCESS"),)))
    assert [(each.state, each.ended) for each in made.alerts()] == [(State.OVER, T0 + 60)]


def test_a_log_group_that_falls_silent_is_told() -> None:
    """After twenty minutes in which the source was asked; not while it cannot be, and it is over when something comes."""
    made = Watch(rules({"name": "data-stopped"}))
    made.observe(Observation(T0 + 60, (records([QUIET]),)))
    made.observe(Observation(T0 + 30 + 1199))
    assert made.alerts() == ()
    made.observe(Observation(T0 + 3000, answered=False))
    assert made.alerts() == ()
    made.observe(Observation(T0 + 3000))
    (told,) = made.alerts()
    assert (told.subject, told.state, told.severity) == ("/vpc/payments/flow-logs", State.FIRING, Severity.CRITICAL)
    assert told.sentence == "nothing has come from /vpc/payments/flow-logs for 49m"
    made.observe(Observation(T0 + 3100, (records([record(3000, WEB, DB)]),)))
    assert [each.state for each in made.alerts()] == [State.OVER]


def test_endpoints_decide_which_rule_tells_of_s3() -> None:
    """Where a gateway endpoint is, traffic goes around it; where none is, one would carry it."""
    nat: dict[str, object] = {"eni": "eni-0a1b2c3d4e5f60001", "action": "ACCEPT", "bytes": 200_000_000}
    made = watch({"name": "around-endpoint"}, {"name": "no-endpoint"}, known=replace(KNOWN, gateways={}))
    tell(made, [record(0, "10.0.0.220", "3.5.140.7", 443, **nat)], at=60)
    assert ids(made.alerts()) == ["no-endpoint s3 vpc-0a1b2c3d4e5f60718"]
    made.observe(Observation(T0 + 70, known=KNOWN))
    assert ids(made.alerts()) == ["around-endpoint s3 vpc-0a1b2c3d4e5f60718"]
    assert "vpce-0123456789abcdef0" in made.alerts()[0].sentence


def test_skipped_records_have_a_subject_though_they_say_nothing() -> None:
    """SKIPDATA tells the interface alone."""
    made = watch({"name": "skipped-data"})
    tell(made, [skipped(-600), skipped(-300), skipped(0)], at=60)
    assert [(each.subject, each.count) for each in made.alerts()] == [(ENI, 3)]


def test_records_wait_for_what_is_known_of_the_network() -> None:
    """What comes before the inventory is judged by it when it comes; without one, half a minute later by itself."""
    nat: dict[str, object] = {"eni": "eni-0a1b2c3d4e5f60001", "action": "ACCEPT", "bytes": 200_000_000}
    early = [record(0, "10.0.0.220", "3.5.140.7", 443, **nat), *knocks(3, source="10.9.4.1")]
    tables = ({"name": "around-endpoint"}, PROBE | {"from": "own"})
    made = Watch(rules(*tables))
    tell(made, early, at=60)
    assert made.alerts() == ()
    made.observe(Observation(T0 + 60, known=KNOWN))
    assert ids(made.alerts()) == ["around-endpoint s3 vpc-0a1b2c3d4e5f60718"]
    alone = Watch(rules(*tables))
    tell(alone, early, at=60)
    alone.observe(Observation(T0 + 91))
    assert ids(alone.alerts()) == ["probe 10.9.4.1"]
    tell(alone, knocks(3, source="10.9.4.2"), at=92)
    assert len(alone.alerts()) == 2


def test_no_rules_and_no_records_are_no_trouble() -> None:
    """An empty watch, an empty batch, a batch of another layout."""
    made = Watch([])
    tell(made, knocks(3), at=60)
    assert (made.alerts(), made.calls()) == ((), ())
    made.acknowledge("nothing")
    made.unmute("nothing")
