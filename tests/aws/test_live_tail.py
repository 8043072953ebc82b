"""Live Tail beside the passes, over the wire: each record once, whatever happens to the stream."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from tests.aws.delivery import START, Clock, Delivery, Received, arrivals, follow
from tests.aws.small_network import GROUP, Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.live_tail import Began, LiveTail, Pace, Refused, Update
from tui.aws.session import Access
from tui.aws.tail import Tail, TailOptions, open_tail
from tui.aws.target import Target
from tui.demo.embedded import EmbeddedAws
from tui.flows.logformat import DEFAULT_LAYOUT
from tui.flows.source import Batch, Cause, Gap, Status

FAST = {"tick": 0.05}
PACE = Pace(renew=3600.0, first=0.02, longest=0.2, steady=0.5)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries are short here, and silence is noticed soon."""
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 0.01)
    monkeypatch.setattr("tui.aws.live_tail.READ_TIMEOUT", 0.6)
    monkeypatch.setattr("tui.aws.live.LOOK", 0.02)
    monkeypatch.setattr("tui.aws.tail.LOOK", 0.02)
    monkeypatch.setattr("tui.aws.live_tail.Pace", lambda: PACE)


@pytest.fixture(autouse=True)
def _group(aws: EmbeddedAws, network: Network) -> None:
    """A log group with a flow log of 60 s; updates come faster than Amazon's."""
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    aws.configure(live=FAST)


@pytest.fixture
def stop() -> Iterator[Event]:
    """Ends the tails of a test, whatever comes of it."""
    event = Event()
    yield event
    event.set()


def tail_of(access: Access, clock: Clock, *scopes: str, **options: Any) -> Tail:
    """A tail that listens, without a limit on calls, by the clock of the test."""
    how = {"api_rate": 0, "interval": 0.01, "clock": clock, "live_tail": True, **options}
    return open_tail(scopes or (GROUP,), access, TailOptions(**how))


def gaps_of(received: Received) -> list[Gap]:
    """Every gap as it was told last."""
    told = {gap.id: gap for batch in received.batches for gap in batch.gaps if gap.id}
    return list(told.values())


def statuses(received: Received) -> list[Status]:
    """How the tail got on: each status that is another than the one before."""
    told = [batch.status for batch in received.batches if batch.status is not None]
    return [each for each, before in zip(told, [None, *told], strict=False) if each != before]


def unnamed(received: Received) -> int:
    """How many records Live Tail brought: those have no eventId."""
    return sum(event_id is None for event_id in received.ids)


def until(batches: Iterator[Batch], happened: Callable[[], bool], seconds: float = 20.0) -> None:
    """Read until something has happened."""
    deadline = time.monotonic() + seconds
    for _ in batches:
        if happened():
            return
        assert time.monotonic() < deadline, "it did not happen"
    raise AssertionError("the tail ended before")


def deliver_all(delivery: Delivery, batches: Iterator[Batch], clock: Clock, end: float, step: float = 40.0) -> None:
    """Read to the end, while time goes on in steps of at least an update of Live Tail."""
    due = time.monotonic()
    for _ in batches:
        if clock.at < end and time.monotonic() >= due:
            delivery.go_on(step)
            due = time.monotonic() + 0.06


FAULTS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    **{
        kind: [
            {"kind": kind, "action": "StartLiveTail", "seconds": 0.3, "times": 5, "code": "SessionStreamingException"}
        ]
        for kind in ("cut", "corrupt", "exception", "end", "gone")
    },
    "silence": [{"kind": "silence", "action": "StartLiveTail", "seconds": 0.3, "times": 2}],
    "everything": [
        {"kind": "cut", "action": "StartLiveTail", "seconds": 0.2, "times": 2},
        {"kind": "throttle", "action": "StartLiveTail", "times": 2},
        {"kind": "gone", "action": "StartLiveTail", "seconds": 0.1, "every": 2, "times": None},
        {"kind": "corrupt", "action": "StartLiveTail", "seconds": 0.1, "every": 2, "times": None},
        {"kind": "truncate", "action": "FilterLogEvents", "every": 11, "times": None},
        {"kind": "reset", "action": "FilterLogEvents", "every": 17, "times": None},
        {"kind": "cut", "action": "FilterLogEvents", "every": 19, "times": None},
        {
            "kind": "error",
            "action": "FilterLogEvents",
            "code": "InternalFailure",
            "status": 500,
            "every": 7,
            "times": None,
        },
    ],
}


@pytest.mark.parametrize(
    ("fault", "sampled"),
    [*((fault, False) for fault in FAULTS), ("none", True), ("everything", True)],
    ids=[*FAULTS, "sampled", "sampled and everything"],
)
def test_no_record_is_lost_or_repeated_beside_live_tail(
    aws: EmbeddedAws, access: Access, stop: Event, fault: str, sampled: bool
) -> None:
    """Thousands of records, some alike in everything, late and in no order, through every end of a stream: each once."""
    clock = Clock()
    records = arrivals(seed=19, count=2000, seconds=900)
    again = [replace(each, at=min(each.at + delay, each.start + 890)) for delay, each in enumerate(records[::9])]
    delivery = Delivery(aws, GROUP, clock, sorted([*records, *again], key=lambda arrival: arrival.at))
    delivery.go_on(300)
    aws.configure(page_events=300, hiccups=True, live={**FAST, "events": 9 if sampled else 500})
    aws.inject(FAULTS[fault])
    end = START + 2100
    received = Received()
    tail = tail_of(access, clock, since=START - 60, until=end)
    deliver_all(delivery, follow(tail, received, stop), clock, end)
    assert not delivery.waiting
    missing = Counter(delivery.delivered) - Counter(received.lines)
    repeated = Counter(received.lines) - Counter(delivery.delivered)
    assert (len(missing), len(repeated)) == (0, 0)
    assert unnamed(received) > 0
    causes = Counter(gap.cause for gap in gaps_of(received))
    assert (Cause.SAMPLED in causes) >= sampled
    assert (Cause.DISCONNECTED in causes) == (fault != "none")
    assert all(gap.healed for gap in gaps_of(received) if gap.until < end - 300)


def test_what_is_fresh_is_told_without_a_pass(aws: EmbeddedAws, access: Access, stop: Event) -> None:
    """While Live Tail streams, a record comes from it, and no fresh pass is made; the status says so."""
    clock = Clock()
    delivery = Delivery(aws, GROUP, clock, arrivals(seed=5, count=50, seconds=60, most_late=5))
    received = Received()
    batches = follow(tail_of(access, clock, since=START - 60), received, stop)
    until(batches, lambda: any(each.mode == "live tail" for each in statuses(received)))
    until(batches, lambda: len(received.batches) > 20)
    until(batches, lambda: any(batch.complete for batch in received.batches))
    aws.forget_calls()
    delivery.go_on(100)
    until(batches, lambda: len(received.lines) == len(delivery.delivered))
    assert unnamed(received) == len(delivery.delivered) > 10
    assert [call for call in aws.calls() if call["action"] == "FilterLogEvents"] == []
    assert all(each.price == pytest.approx(0.6) for each in statuses(received))


def test_a_session_is_renewed_before_it_ends(
    aws: EmbeddedAws, access: Access, stop: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new session begins before the old one has had its time: no gap, and nothing twice."""
    monkeypatch.setattr("tui.aws.live_tail.Pace", lambda: replace(PACE, renew=0.4))
    aws.configure(live={**FAST, "session": 1.0})
    clock = Clock()
    delivery = Delivery(aws, GROUP, clock, arrivals(seed=6, count=800, seconds=900))
    received = Received()
    deliver_all(delivery, follow(tail_of(access, clock, until=START + 1900), received, stop), clock, START + 1900)
    assert sum(call["action"] == "StartLiveTail" for call in aws.calls()) >= 4
    assert Counter(received.lines) == Counter(delivery.delivered)
    assert unnamed(received) > 300
    assert gaps_of(received) == []


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "denied": ({"kind": "error", "code": "AccessDeniedException"}, "grant logs:StartLiveTail"),
    "limited": ({"kind": "error", "code": "LimitExceededException", "message": "Too many sessions"}, "limit"),
    "unreachable": ({"kind": "reset"}, "polling"),
    "odd": ({"kind": "html"}, "polling"),
    "not in JSON": ({"kind": "answer", "body": "{}"}, "polling"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_where_live_tail_is_refused_polling_goes_on(
    aws: EmbeddedAws, access: Access, stop: Event, refusal: str
) -> None:
    """Denied, limited, out of reach or answered by a proxy: one sentence of advice, no price, and every record."""
    rule, words = REFUSALS[refusal]
    aws.inject([{**rule, "action": "StartLiveTail", "times": None}])
    clock = Clock()
    delivery = Delivery(aws, GROUP, clock, arrivals(seed=8, count=100, seconds=60, most_late=5))
    received = Received()
    batches = follow(tail_of(access, clock), received, stop)
    until(batches, lambda: any(each.advice for each in statuses(received)))
    delivery.go_on(100)
    until(batches, lambda: len(received.lines) == len(delivery.delivered))
    told = statuses(received)[-1]
    assert (told.mode, told.price) == ("polling", 0.0)
    assert words in told.advice
    assert len({each.advice for each in statuses(received)}) == 2
    assert gaps_of(received) == []


def test_a_class_without_live_tail_is_polled(aws: EmbeddedAws, access: Access, network: Network, stop: Event) -> None:
    """A log group of another class is not asked for: it is said, and the other group is listened to."""
    network.logs.create_log_group(logGroupName="/vpc/rare", logGroupClass="INFREQUENT_ACCESS")
    received = Received()
    batches = follow(tail_of(access, Clock(), GROUP, "/vpc/rare"), received, stop)
    until(batches, lambda: any(each.mode == "live tail" for each in statuses(received)))
    assert "/vpc/rare" in statuses(received)[-1].advice
    asked = [call["parameters"] for call in aws.calls() if call["action"] == "StartLiveTail"]
    assert asked == [{"logGroupIdentifiers": [f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{GROUP}"]}]


def test_ten_groups_are_listened_to(aws: EmbeddedAws, access: Access, network: Network, stop: Event) -> None:
    """Of twelve log groups ten are listened to and all are read; it is said."""
    names = [f"/vpc/{number:02}" for number in range(12)]
    for name in names:
        network.logs.create_log_group(logGroupName=name)
    clock = Clock()
    received = Received()
    batches = follow(tail_of(access, clock, *names), received, stop)
    until(batches, lambda: any(each.mode == "live tail" for each in statuses(received)))
    assert "2 more are polled" in statuses(received)[-1].advice
    stamp = START * 1000
    record = f"2 123456789012 eni-1 10.0.1.7 10.0.2.9 40000 {{}} 6 9 900 {START} {START + 60} ACCEPT OK"
    clock.at += 130
    for port, name in enumerate(names):
        aws.put(name, "eni-1-all", [(stamp, stamp + 60_000, record.format(port))])
    until(batches, lambda: len(received.lines) == 12)
    assert unnamed(received) <= 10


def test_one_interface_is_listened_to_by_its_streams(
    aws: EmbeddedAws, access: Access, network: Network, stop: Event
) -> None:
    """An interface's records are asked for by the prefix of its streams; others do not come."""
    mine, other = network.interfaces
    clock = Clock()
    received = Received()
    batches = follow(tail_of(access, clock, mine), received, stop)
    until(batches, lambda: any(each.mode == "live tail" for each in statuses(received)))
    asked = [call["parameters"] for call in aws.calls() if call["action"] == "StartLiveTail"]
    assert asked[-1]["logStreamNamePrefixes"] == [mine]
    record = "2 123456789012 {} 10.0.1.7 10.0.2.9 40000 443 6 9 900 {} {} ACCEPT OK"
    for eni in (other, mine):
        line = record.format(eni, START, START + 60)
        aws.put(GROUP, f"{eni}-all", [(START * 1000, START * 1000, line)])
    until(batches, lambda: len(received.lines) > 0)
    assert received.lines[0].split()[2] == mine


def test_without_the_option_nothing_listens(aws: EmbeddedAws, access: Access) -> None:
    """Live Tail costs money: it is never started unless asked for."""
    clock = Clock()
    for _ in tail_of(access, clock, until=START, live_tail=False).batches(Event()):
        pass
    assert "StartLiveTail" not in {call["action"] for call in aws.calls()}


def test_it_ends_with_its_tail(aws: EmbeddedAws, access: Access, stop: Event) -> None:
    """When a bounded tail is read to its end, the session that costs money is left within an update."""
    clock = Clock()
    aws.configure(live={**FAST, "sessions": 1})
    for number in range(3):
        received = Received()
        for _ in follow(tail_of(access, clock, until=START + 100), received, stop):
            if any(each.mode == "live tail" for each in statuses(received)):
                clock.at = START + 200.0
        assert statuses(received)[-1].mode == "live tail", number
        clock.at = float(START)


def test_updates_that_nobody_takes_are_left_to_the_sweep(
    aws: EmbeddedAws, access: Access, stop: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that stands still for a minute keeps no more than some updates; the next says that not all is there."""
    monkeypatch.setattr("tui.aws.live_tail._WAITING", 3)
    thread = LiveTail(access, (Target(GROUP, (DEFAULT_LAYOUT,)),), aws.account, stop)
    thread.start()
    deadline = time.monotonic() + 20
    while thread.messages.qsize() < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    aws.put(GROUP, "eni-1-all", [(START * 1000, START * 1000, "a line")])
    sent = time.monotonic()
    while time.monotonic() < sent + 0.3:  # some updates' time
        time.sleep(0.02)
    assert thread.messages.qsize() == 3
    taken = [thread.messages.get(timeout=5) for _ in range(5)]
    updates = [message for message in taken if isinstance(message, Update)]
    assert [update.sampled for update in updates] == [False, False, True, False]
    assert all(update.events == {} for update in updates)


def test_it_stops_within_an_update(aws: EmbeddedAws, access: Access, stop: Event) -> None:
    """When the program stops, the thread ends with the next update, and at once in a pause between two tries."""
    for fault in ([], [{"kind": "reset", "action": "StartLiveTail", "times": None}]):
        aws.inject(fault)
        mine = Event()
        thread = LiveTail(access, (Target(GROUP, (DEFAULT_LAYOUT,)),), aws.account, mine, replace(PACE, first=30.0))
        thread.start()
        assert isinstance(thread.messages.get(timeout=10), Refused if fault else Began)
        mine.set()
        thread.join(2.0)
        assert not thread.is_alive()
    assert not stop.is_set()
