from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from threading import Event

import pytest

from tests.aws.delivery import START, Delivery, Received, arrivals, follow
from tests.aws.delivery import Clock as DataClock
from tests.aws.small_network import GROUP, Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.budget import Budget, usual_rate
from tui.aws.clock import Clock
from tui.aws.session import Access
from tui.aws.tail import TailOptions, open_tail
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import FlowLogState

ENI = "eni-0123456789abcdef0"


def line(start: int) -> str:
    """A default record of one interface."""
    return f"2 123456789012 {ENI} 10.0.1.7 10.0.2.9 40000 443 6 9 900 {start} {start + 60} ACCEPT OK"


def test_the_usual_pace_follows_the_region() -> None:
    """Where the quota is 5 calls a second one is made, elsewhere two."""
    assert [usual_rate(region) for region in ("eu-west-1", "eu-central-1", "il-central-1", "")] == [2, 1, 1, 2]


def test_calls_that_did_not_wait_are_paid_back() -> None:
    """A look at the scope takes its calls from the bucket: the next ones wait for them."""
    at = [0.0]
    budget = Budget(1.0, lambda: at[0])
    budget.charge(5)
    assert not budget.take_now()
    at[0] = 3.0
    assert budget.take_now()


def test_the_pace_is_the_regions_when_none_is_given(access: Access, network: Network) -> None:
    """Without --api-rate a tail in eu-central-1 makes one call a second; a pace that is given is kept."""
    network.log(network.vpc, "VPC")
    tail = open_tail([GROUP], access, TailOptions())
    assert tail._budget.limit == 2
    tail = open_tail([GROUP], access, TailOptions(api_rate=7))
    assert tail._budget.limit == 7
    there = replace(access, region="eu-central-1")
    tail = open_tail([f"arn:aws:logs:eu-central-1:123456789012:log-group:{GROUP}"], there, TailOptions())
    assert tail._budget.limit == 1


def test_it_tells_how_much_of_the_past_is_read(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """While the back-fill runs, seconds read of those wanted grow; then there is nothing to tell. Calls are counted."""
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    clock = DataClock(START + 3600.0)
    for start in range(START, START + 3600, 100):
        aws.put(GROUP, f"{ENI}-all", [(start * 1000, start * 1000, line(start))])
    options = TailOptions(until=clock.at, interval=0.01, api_rate=0, clock=clock)
    received = Received()
    aws.forget_calls()
    for _ in follow(open_tail([GROUP], access, options), received):
        pass
    told = [batch.status for batch in received.batches if batch.status]
    catching_up = [each for each in told if each.wanted]
    assert {each.wanted for each in catching_up} == {3660.0}
    read = [each.read for each in catching_up]
    assert read == sorted(read)
    assert 0 < read[-1] < 3660
    assert (told[-1].read, told[-1].wanted) == (0, 0)
    logs = [call for call in aws.calls() if call["service"] == "logs"]
    assert told[-1].calls == len(logs)


def test_an_outage_is_worked_off_newest_first(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """After an hour without a look, its last minutes are read before its first, and how far it is is told."""
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    clock = DataClock(float(START))
    options = TailOptions(since=START - 60, until=START + 3700, interval=0.01, api_rate=0, clock=clock)
    received, starts = Received(), list[int]()
    for batch in follow(open_tail([GROUP], access, options), received):
        starts += [start for records in batch.records for start in records.frame["start"].to_list()]
        if batch.complete and clock.at == START:
            for start in range(START, START + 3600, 100):
                aws.put(GROUP, f"{ENI}-all", [(start * 1000, start * 1000, line(start))])
            clock.at += 3600
        elif batch.complete:
            clock.at += 100
    assert sorted(starts) == list(range(START, START + 3600, 100))
    assert starts[0] >= START + 3000
    assert starts.index(START) > len(starts) // 2
    assert any(batch.status and batch.status.wanted > 3600 for batch in received.batches)


def test_too_much_for_polling_is_said(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """Where records come faster than the calls allowed can read, the reader is told what to do; else not."""
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    clock = DataClock(START + 400.0)
    delivery = Delivery(aws, GROUP, clock, arrivals(seed=2, count=3000, seconds=30, most_late=30))
    delivery.go_on(200)
    aws.configure(page_events=100)
    for rate, advised in ((6.0, True), (10_000.0, False)):
        options = TailOptions(since=START, until=START + 30, interval=0.01, api_rate=rate, clock=clock)
        received = Received()
        for _ in follow(open_tail([GROUP], access, options), received):
            pass
        advice = [batch.status.advice for batch in received.batches if batch.status and batch.status.advice]
        assert bool(advice) == advised
        assert all("--live-tail or a narrower scope" in each for each in advice)


def test_the_states_of_the_flow_logs_are_told(
    access: Access, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each flow log's interval, traffic and delivery, at the start and again when the scope is looked up."""
    monkeypatch.setattr("tui.aws.tail.RESOLVE_EVERY", 0.1)
    monkeypatch.setattr("tui.aws.tail.RESOLVE_SOON", 0.1)
    first = network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    tail = open_tail([network.vpc], access, TailOptions(interval=0.01, api_rate=0))
    state = FlowLogState(first, GROUP, network.vpc, 60, "ALL", "SUCCESS")
    assert tail.about.states == (state,)
    second, limit = "", time.monotonic() + 20
    for batch in tail.batches(Event()):
        if not second:
            second = network.log(network.subnets[0], "Subnet")
        if (batch.about and len(batch.about.states) == 2) or time.monotonic() > limit:
            break
    assert batch.about is not None
    assert {each.id for each in batch.about.states} == {first, second}


@pytest.mark.parametrize("minutes", [20, -20])
def test_a_clock_that_is_wrong_loses_nothing(
    aws: EmbeddedAws, access: Access, network: Network, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    """This machine's clock is 20 minutes off: what is new is read all the same, within its hour, and each once."""
    monkeypatch.setattr("tui.aws.tail.Clock", partial(Clock, mends=True))
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    now = int(time.time())
    old = [now - 3500 + 50 * each for each in range(70)]
    aws.put(GROUP, f"{ENI}-all", [(at * 1000, at * 1000, line(at)) for at in old])
    clock = partial(_off, minutes * 60)
    received, stop, new = Received(), Event(), now + 1
    tail = open_tail([GROUP], access, TailOptions(interval=0.01, api_rate=0, clock=clock))
    limit = time.monotonic() + 20
    for batch in follow(tail, received, stop):
        if batch.complete and new not in old:
            old.append(new)
            aws.put(GROUP, f"{ENI}-all", [(new * 1000, new * 1000, line(new))])
        if len(received.lines) == len(old) > 70 or time.monotonic() > limit:
            stop.set()
    assert sorted(received.lines) == sorted(line(at) for at in old)


def _off(seconds: float) -> float:
    return time.time() + seconds
