from __future__ import annotations

import json
import time
from threading import Event, Timer
from typing import Any

import pytest

from tests.aws.small_network import GROUP, access_fixture, clients_fixture  # noqa: F401 - fixtures, which pytest finds by name
from tui.aws.budget import Budget
from tui.aws.pages import Pass
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.session import Clients
from tui.aws.target import Target
from tui.demo.embedded import EmbeddedAws
from tui.flows.logformat import DEFAULT_LAYOUT

NOW = 1_767_225_600
TARGET = Target(GROUP, (DEFAULT_LAYOUT,))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between tries are short here; that they grow is the budget's and not the point."""
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 0.01)


def feed(aws: EmbeddedAws, records: int = 250) -> list[str]:
    """Records a second apart in three streams, 40 a page; their lines in order."""
    aws.configure(page_events=40)
    lines = []
    streams: dict[str, list[tuple[int, int, str]]] = {}
    for each in range(records):
        interface, start = f"eni-{each % 3:017x}", NOW + each
        line = f"2 123456789012 {interface} 10.0.1.7 10.0.2.9 {40000 + each} 443 6 9 900 {start} {start + 60} ACCEPT OK"
        streams.setdefault(f"{interface}-all", []).append((start * 1000, start * 1000 + 300_000, line))
        lines.append(line)
    for stream, events in streams.items():
        aws.put(GROUP, stream, events)
    return lines


def read_all(clients: Clients, reading: Pass | None = None, budget: Budget | None = None) -> list[str]:
    """The lines of a whole pass, asked again after each refusal."""
    reading, budget = reading or Pass(TARGET, NOW * 1000), budget or Budget(0)
    lines: list[str] = []
    refusals = 0
    while not reading.done:
        try:
            lines += [each.message for each in reading.read(clients, budget, Event()) or ()]
        except RefusedError:
            refusals += 1
            assert refusals < 5
    return lines


def test_a_pass_reads_every_page(aws: EmbeddedAws, clients: Clients) -> None:
    """All pages in order, each once."""
    lines = feed(aws)
    assert read_all(clients) == lines


def test_empty_and_short_pages_are_followed(aws: EmbeddedAws, clients: Clients) -> None:
    """Only a missing nextToken ends a pass; pages that are empty or short before that do not."""
    lines = feed(aws, 600)
    aws.configure(page_events=7, hiccups=True)
    assert read_all(clients) == lines


def test_a_span_is_inclusive(aws: EmbeddedAws, clients: Clients) -> None:
    """Both ends of a span belong to it."""
    lines = feed(aws)
    reading = Pass(TARGET, (NOW + 10) * 1000, (NOW + 99) * 1000)
    assert read_all(clients, reading) == lines[10:100]


@pytest.mark.parametrize(
    "target",
    [
        Target(GROUP, (DEFAULT_LAYOUT,), streams=("eni-00000000000000001-all",)),
        Target(GROUP, (DEFAULT_LAYOUT,), prefix="eni-00000000000000001"),
    ],
)
def test_streams_are_asked_for(aws: EmbeddedAws, clients: Clients, target: Target) -> None:
    """The streams of a target are pushed down, and nothing else is read."""
    lines = feed(aws)
    assert read_all(clients, Pass(target, NOW * 1000)) == lines[1::3]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "truncate"},
        {"kind": "corrupt"},
        {"kind": "empty"},
        {"kind": "cut"},
        {"kind": "reset"},
        {"kind": "html"},
        {"kind": "html", "status": 200},
        {"kind": "answer", "body": "{}"},
        {"kind": "throttle"},
        {"kind": "error", "code": "ServiceUnavailableException", "status": 503},
        {"kind": "error", "code": "ExpiredTokenException"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_a_failed_page_is_read_again(aws: EmbeddedAws, clients: Clients, fault: dict[str, Any]) -> None:
    """Whatever happens to every third answer: the pass goes on at that page, nothing is lost and nothing twice."""
    lines = feed(aws)
    aws.inject([{**fault, "action": "FilterLogEvents", "every": 3, "times": None}])
    assert read_all(clients) == lines


def test_what_stays_broken_is_told_and_gone_on_with(aws: EmbeddedAws, clients: Clients) -> None:
    """After some tries the reader is told; when it is over, the same pass goes on at the page that failed."""
    lines = feed(aws)
    reading, budget = Pass(TARGET, NOW * 1000), Budget(0)
    first = reading.read(clients, budget, Event())
    assert first is not None
    reading._ahead = None  # it was asked for while all was well
    aws.inject([{"kind": "truncate", "action": "FilterLogEvents", "times": None}])
    with pytest.raises(RefusedError, match="cannot be read"):
        reading.read(clients, budget, Event())
    aws.inject([])
    assert [each.message for each in first] + read_all(clients, reading, budget) == lines


def test_a_token_that_repeats_fails_the_pass(aws: EmbeddedAws, clients: Clients) -> None:
    """A circle of tokens is a failed call, told; the pass then begins anew, and what it gives again is told apart by id."""
    lines = feed(aws)
    stuck = json.dumps({"events": [], "nextToken": "stuck"})
    aws.inject([{"kind": "answer", "action": "FilterLogEvents", "body": stuck, "times": 3}])
    reading, budget = Pass(TARGET, NOW * 1000), Budget(0)
    for _ in range(3):
        assert reading.read(clients, budget, Event()) == []
        assert not reading.done
    with pytest.raises(RefusedError, match="repeats"):
        reading.read(clients, budget, Event())
    assert read_all(clients, reading, budget) == lines


def test_a_token_that_comes_twice_is_asked_once_more(aws: EmbeddedAws, clients: Clients) -> None:
    """The page that gave its own token as its next is read again, and the pass goes on behind it."""
    lines = feed(aws)
    reading, budget = Pass(TARGET, NOW * 1000), Budget(0)
    first = reading.read(clients, budget, Event())
    assert first
    asked = reading._token
    reading._accept({"events": first, "nextToken": asked, "ResponseMetadata": {"HTTPHeaders": {}}})
    reading._ahead = None
    assert reading._token == asked
    assert [each.message for each in first] + read_all(clients, reading, budget) == lines


def test_a_token_that_is_refused_begins_the_pass_anew(aws: EmbeddedAws, clients: Clients) -> None:
    """A token that AWS does not take any more (after 24 hours) is dropped, and the pass begins anew."""
    lines = feed(aws)
    reading, budget = Pass(TARGET, NOW * 1000), Budget(0)
    assert reading.read(clients, budget, Event())
    reading._token, reading._ahead = "expired", None
    assert read_all(clients, reading, budget) == lines


def test_a_long_pass_begins_anew_near_where_it_was(aws: EmbeddedAws, clients: Clients) -> None:
    """A pass whose first pages nobody remembers goes back a quarter of an hour, not to its beginning."""
    feed(aws, 1200)
    reading, budget = Pass(TARGET, NOW * 1000, long=True), Budget(0)
    while reading.reached < (NOW + 1100) * 1000:
        assert reading.read(clients, budget, Event()) is not None
    reached, reading._token, reading._ahead = reading.reached, "expired", None
    events = reading.read(clients, budget, Event())
    assert events
    assert events[0].timestamp == reached - 900_000


def test_throttling_slows_all_calls(aws: EmbeddedAws, clients: Clients) -> None:
    """A throttled call halves the pace of the whole tail."""
    feed(aws, 10)
    budget = Budget(8.0)
    aws.inject([{"kind": "throttle", "action": "FilterLogEvents", "times": 2}])
    read_all(clients, budget=budget)
    assert budget.rate < 5.0


def test_denied_is_told_at_once(aws: EmbeddedAws, clients: Clients) -> None:
    """What trying again cannot mend is not tried again; the sentence names the action and the group."""
    feed(aws, 1)
    aws.inject([{"kind": "error", "code": "AccessDeniedException", "action": "FilterLogEvents", "times": None}])
    aws.forget_calls()
    with pytest.raises(RefusedError) as caught:
        Pass(TARGET, 0).read(clients, Budget(0), Event())
    assert caught.value.trouble is Trouble.DENIED
    assert caught.value.reason == f"AWS denies logs:FilterLogEvents on log group {GROUP}"
    assert len([call for call in aws.calls() if call["action"] == "FilterLogEvents"]) == 1


def test_a_stop_ends_the_wait_between_tries(
    aws: EmbeddedAws, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever quits does not wait for the next try."""
    feed(aws, 1)
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 600.0)
    aws.inject([{"kind": "truncate", "action": "FilterLogEvents", "times": None}])
    stop = Event()
    Timer(0.2, stop.set).start()
    assert Pass(TARGET, 0).read(clients, Budget(0), stop) is None


def test_the_next_page_is_asked_for_ahead_only_within_the_budget(aws: EmbeddedAws, clients: Clients) -> None:
    """While a page is read the next is on its way, but never on a turn that the budget has not."""
    feed(aws)
    free, spent = Pass(TARGET, NOW * 1000), Pass(TARGET, NOW * 1000)
    assert free.read(clients, Budget(0), Event())
    assert free._ahead is not None
    assert spent.read(clients, Budget(0.1), Event())
    assert spent._ahead is None


def test_a_stop_ends_the_wait_for_a_page_on_its_way(aws: EmbeddedAws, clients: Clients) -> None:
    """A call in flight holds nobody who wants to stop."""
    feed(aws)
    reading, budget, stop = Pass(TARGET, NOW * 1000), Budget(0), Event()
    aws.inject([{"kind": "delay", "action": "FilterLogEvents", "seconds": 8, "skip": 1, "times": None}])
    assert reading.read(clients, budget, stop)
    stop.set()
    began = time.monotonic()
    assert reading.read(clients, budget, stop) is None
    assert time.monotonic() - began < 5
