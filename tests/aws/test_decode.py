from __future__ import annotations

import json
from typing import Any

import pytest

from tests.aws.small_network import access_fixture, clients_fixture  # noqa: F401 - fixtures, which pytest finds by name
from tui.aws.decode import Event, PageReader
from tui.aws.rule import BadBodyError
from tui.aws.session import Clients
from tui.demo.embedded import EmbeddedAws

LINE = (
    "2 123456789012 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"
)
EVENT: dict[str, Any] = {
    "eventId": "38019012345678901234567890123456789012345678901234567890",
    "logStreamName": "eni-1235b8ca123456789-all",
    "timestamp": 1418530010000,
    "message": LINE,
    "ingestionTime": 1418530370000,
}


def body(*events: Any, **more: Any) -> bytes:
    """A page as it comes over the wire."""
    return json.dumps({"events": events, **more}).encode()


def test_an_event_comes_out_as_it_went_in() -> None:
    """All five fields of an event, and the token, are read; a sixth of a version to come does no harm."""
    answer = PageReader().read(body({**EVENT, "entity": {"a": [1]}}, nextToken="next", searchedLogStreams=[]))
    assert answer.next_token == "next"
    assert answer.events == [Event(EVENT["eventId"], EVENT["logStreamName"], 1418530010000, LINE, 1418530370000)]


@pytest.mark.parametrize(
    ("event", "read"),
    [
        ({"message": None}, Event()),
        ({}, Event()),
        ({"timestamp": None, "message": "x"}, Event(message="x")),
        ({"timestamp": 1.5e3}, Event(timestamp=1500)),
        ({"timestamp": -5}, Event()),
        ({"timestamp": True}, Event()),
        ({"ingestionTime": 10**30}, Event()),
        ({"message": 17}, Event(message="17")),
        ({"message": "a\u0000b"}, Event(message="a\0b")),
        ({"message": "\ud800"}, Event(message="?")),
        ({"message": "x" * 1_000_000}, Event(message="x" * 1_000_000)),
    ],
)
def test_an_odd_event_is_kept(event: dict[str, Any], read: Event) -> None:
    """An event with missing, null or misshapen values is kept with what it tells, and so are its neighbours."""
    answer = PageReader().read(body(EVENT, event))
    assert len(answer.events) == 2
    assert answer.events[0].message == LINE
    assert answer.events[1] == read


def test_what_is_no_event_is_left_out() -> None:
    """A null among the events is no event."""
    assert [each.message for each in PageReader().read(body(None, EVENT)).events] == [LINE]


@pytest.mark.parametrize(
    "wrong", [b"", b"{}", b'{"events": null}', b"[]", b"null", body(EVENT)[:-40], b"<html></html>", b"[" * 100_000]
)
def test_a_body_without_events_is_a_failed_call(wrong: bytes) -> None:
    """A cut or foreign body is never taken for an empty page."""
    with pytest.raises(BadBodyError):
        PageReader().read(wrong)


def test_bytes_that_are_no_utf8_are_read_when_they_come_again() -> None:
    """Damage on the way is refused, to be read again; the same bytes twice in a row are in the log, and are kept."""
    reader, damaged = PageReader(), body(EVENT).replace(b"ACCEPT", b"ACC\xffPT")
    with pytest.raises(BadBodyError):
        reader.read(damaged)
    reader.read(body(EVENT))
    with pytest.raises(BadBodyError):
        reader.read(damaged)
    assert reader.read(damaged).events[0].message == LINE.replace("ACCEPT", "ACC\N{REPLACEMENT CHARACTER}PT")


def test_a_damaged_key_is_damage() -> None:
    """A key with bytes that are no UTF-8 is not taken for a key of a version to come."""
    with pytest.raises(BadBodyError):
        PageReader().read(body(EVENT).replace(b"eventId", b"ev\xffntId"))


def test_a_client_reads_pages_this_way(aws: EmbeddedAws, clients: Clients) -> None:
    """filter_log_events of our client gives Events, and botocore's own metadata."""
    aws.put("/vpc/flow-logs", EVENT["logStreamName"], [(EVENT["timestamp"], EVENT["ingestionTime"], LINE)])
    answer = clients.client("logs").filter_log_events(logGroupName="/vpc/flow-logs")
    assert isinstance(answer["events"][0], Event)
    assert answer["events"][0].message == LINE
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_errors_stay_botocores(aws: EmbeddedAws, clients: Clients) -> None:
    """A throttle is tried again by botocore itself, as without our reader."""
    aws.put("/vpc/flow-logs", "eni-1-all", [(1418530010000, 1418530370000, LINE)])
    aws.inject([{"kind": "throttle", "action": "FilterLogEvents"}])
    answer = clients.client("logs").filter_log_events(logGroupName="/vpc/flow-logs")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert len(answer["events"]) == 1
