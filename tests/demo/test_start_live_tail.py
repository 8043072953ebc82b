"""StartLiveTail of the embedded AWS, as boto3 sees it on the wire."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import boto3
import pytest
import urllib3.exceptions
from botocore.config import Config
from botocore.eventstream import ChecksumMismatch
from botocore.exceptions import ClientError, EventStreamError

from tui.demo.embedded import EmbeddedAws

GROUP = "/vpc/flow-logs"
OTHER = "/vpc/other"
NOW = 1_767_225_600_000  # ms
FAST = {"tick": 0.05}


@pytest.fixture
def logs(aws: EmbeddedAws, client: Callable[..., Any]) -> Any:
    """A client, two log groups, and updates that come faster."""
    made = client("logs", timeout=1.5)
    for group in (GROUP, OTHER):
        made.create_log_group(logGroupName=group)
    aws.configure(live=FAST)
    return made


def arn(aws: EmbeddedAws, group: str = GROUP) -> str:
    """A log group as StartLiveTail wants it."""
    return f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{group}"


@contextlib.contextmanager
def listening(logs: Any, *identifiers: str, **asked: Any) -> Iterator[Iterator[dict[str, Any]]]:
    """The events of a session that has begun."""
    stream = logs.start_live_tail(logGroupIdentifiers=list(identifiers), **asked)["responseStream"]
    try:
        events = iter(stream)
        assert next(events)["sessionStart"]["logGroupIdentifiers"] == list(identifiers)
        yield events
    finally:
        stream.close()


def results(events: Iterator[dict[str, Any]], updates: int = 20) -> list[dict[str, Any]]:
    """The events of the first update that holds some."""
    return next((each for each in (e["sessionUpdate"]["sessionResults"] for e in islice(events, updates)) if each), [])


def test_what_is_taken_in_is_told(aws: EmbeddedAws, logs: Any) -> None:
    """An empty update is a heartbeat; an event comes once, with its envelope and without an eventId."""
    with listening(logs, arn(aws)) as events:
        assert next(events)["sessionUpdate"] == {"sessionMetadata": {"sampled": False}, "sessionResults": []}
        aws.put(GROUP, "eni-1-all", [(NOW, NOW + 5, "a line")])
        aws.put(OTHER, "eni-1-all", [(NOW, NOW + 5, "not asked for")])
        assert results(events) == [
            {
                "logStreamName": "eni-1-all",
                "logGroupIdentifier": arn(aws),
                "message": "a line",
                "timestamp": NOW,
                "ingestionTime": NOW + 5,
            }
        ]
        assert results(events, 3) == []


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"logStreamNames": ["eni-1-all"]}, ["1 ACCEPT", "1 REJECT"]),
        ({"logStreamNamePrefixes": ["eni-2"]}, ["2 ACCEPT", "2 REJECT"]),
        ({"logEventFilterPattern": "[eni, action=REJECT]"}, ["1 REJECT", "2 REJECT"]),
    ],
)
def test_streams_and_patterns_choose(aws: EmbeddedAws, logs: Any, asked: dict[str, Any], wanted: list[str]) -> None:
    """Names, prefixes and the pattern choose as FilterLogEvents has it."""
    with listening(logs, arn(aws), **asked) as events:
        for eni in (1, 2):
            aws.put(GROUP, f"eni-{eni}-all", [(NOW, NOW, f"{eni} ACCEPT"), (NOW, NOW, f"{eni} REJECT")])
        found: list[str] = []
        while len(found) < 2:
            found += [each["message"] for each in results(events)]
    assert found == wanted


def test_above_500_an_update_is_sampled(aws: EmbeddedAws, logs: Any) -> None:
    """Of 2,000 events in one update 500 come, from end to end, and it says so."""
    aws.configure(live={"tick": 0.4})
    with listening(logs, arn(aws)) as events:
        next(events)
        aws.put(GROUP, "eni-1-all", [(NOW + each, NOW, f"line {each}") for each in range(2000)])
        update = next(events)["sessionUpdate"]
    assert update["sessionMetadata"]["sampled"]
    stamps = [each["timestamp"] - NOW for each in update["sessionResults"]]
    assert (len(stamps), stamps[0]) == (500, 0)
    assert stamps[-1] > 1900


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"logGroupIdentifiers": [GROUP]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": ["{arn}:*"]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": ["{arn}-gone"]}, "ResourceNotFoundException"),
        ({"logGroupIdentifiers": [f"{{arn}}{n}" for n in range(11)]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": ["{arn}", "{arn}"], "logStreamNames": ["a"]}, "InvalidParameterException"),
        ({"logGroupIdentifiers": ["{arn}"], "logEventFilterPattern": "[bad"}, "InvalidParameterException"),
        ({"logGroupIdentifiers": ["{arn}-rare"]}, "InvalidOperationException"),
    ],
)
def test_what_amazon_refuses(aws: EmbeddedAws, logs: Any, asked: dict[str, Any], code: str) -> None:
    """Names in place of ARNs, too many groups, a class without Live Tail: refused before anything streams."""
    logs.create_log_group(logGroupName=f"{GROUP}-rare", logGroupClass="INFREQUENT_ACCESS")
    asked = asked | {"logGroupIdentifiers": [each.format(arn=arn(aws)) for each in asked["logGroupIdentifiers"]]}
    with pytest.raises(ClientError) as refused:
        logs.start_live_tail(**asked)
    assert refused.value.response["Error"]["Code"] == code


def test_sessions_are_few_and_end(aws: EmbeddedAws, logs: Any) -> None:
    """The session after the last is refused, and let in once another has gone; each ends after its time."""
    aws.configure(live={**FAST, "sessions": 1, "session": 2.5})  # long enough for the second call on a busy machine
    with listening(logs, arn(aws)) as events:
        with pytest.raises(logs.exceptions.LimitExceededException):
            logs.start_live_tail(logGroupIdentifiers=[arn(aws)])
        with pytest.raises(EventStreamError, match="SessionTimeoutException"):
            list(events)
    with listening(logs, arn(aws)):
        pass


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("cut", None),
        ("end", None),
        ("corrupt", ChecksumMismatch),
        ("silence", urllib3.exceptions.ReadTimeoutError),
        ("exception", EventStreamError),
        ("gone", urllib3.exceptions.ProtocolError),
    ],
)
def test_bad_ends(aws: EmbeddedAws, logs: Any, kind: str, error: type[Exception] | None) -> None:
    """Every way a stream has been seen to end comes over the wire as botocore tells it."""
    code = "SessionStreamingException"
    aws.inject([{"kind": kind, "action": "StartLiveTail", "seconds": 0.2, "code": code}])
    with listening(logs, arn(aws)) as events:
        if error is None:
            assert all("sessionUpdate" in event for event in events)
        else:
            with pytest.raises(error):
                list(events)


def test_it_holds_up_neither_calls_nor_the_end() -> None:
    """While a session streams, other calls are answered, and the child ends at once."""
    with EmbeddedAws(empty=True) as own:
        connect: Any = boto3.client
        key, secret = own.access_keys
        logs = connect(
            "logs",
            region_name=own.region,
            endpoint_url=own.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(inject_host_prefix=False, proxies={}),
        )
        logs.create_log_group(logGroupName=GROUP)
        with listening(logs, arn(own)) as events:
            next(events)
            began = time.monotonic()
            assert logs.describe_log_groups()["logGroups"]
            own.close()
            assert time.monotonic() - began < 2
            with contextlib.suppress(Exception):
                list(events)
