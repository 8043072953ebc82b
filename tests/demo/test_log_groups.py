"""Log groups and log streams of the embedded AWS: making, listing, putting, and reading one stream."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tui.demo.embedded import EmbeddedAws

GROUP = "/vpc/flow-logs"
STREAM = "eni-0aaa1111bbbb2222c-all"
T0 = 1_767_225_600_000  # ms, 2026-01-01

Client = Callable[..., Any]


def code_of(call: Callable[..., Any], **asked: Any) -> str:
    """The error code a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**asked)
    return str(caught.value.response["Error"]["Code"])


def test_a_log_group_is_made_described_and_deleted(aws: EmbeddedAws, client: Client) -> None:
    """DescribeLogGroups tells both ARNs, the retention once it is set, and nothing of a deleted group."""
    logs = client("logs")
    logs.create_log_group(logGroupName=GROUP, tags={"team": "payments"})
    arn = f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{GROUP}"
    (group,) = logs.describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["logGroupArn"], group["arn"]) == (GROUP, arn, f"{arn}:*")
    assert "retentionInDays" not in group
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    assert code_of(logs.put_retention_policy, logGroupName=GROUP, retentionInDays=2) == "InvalidParameterException"
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "payments"}
    assert code_of(logs.create_log_group, logGroupName=GROUP) == "ResourceAlreadyExistsException"
    logs.delete_log_group(logGroupName=GROUP)
    assert logs.describe_log_groups()["logGroups"] == []
    assert code_of(logs.delete_log_group, logGroupName=GROUP) == "ResourceNotFoundException"


def test_log_groups_come_in_pages_of_50(aws: EmbeddedAws, client: Client) -> None:
    """The paginator sees every group, in ASCII order, 50 at a time."""
    names = [*(f"/vpc/{number:03d}" for number in range(120)), "Z", "a"]
    for name in reversed(names):
        aws.put(name, STREAM, [])
    pages = list(client("logs").get_paginator("describe_log_groups").paginate())
    assert [len(page["logGroups"]) for page in pages] == [50, 50, 22]
    assert [group["logGroupName"] for page in pages for group in page["logGroups"]] == names
    assert code_of(client("logs").describe_log_groups, nextToken="nonsense") == "InvalidParameterException"


def test_log_groups_are_found_by_prefix_or_by_a_part(aws: EmbeddedAws, client: Client) -> None:
    """A prefix and a pattern exclude each other; a pattern is case-sensitive and tells three fields only."""
    for name in ("/vpc/prod", "/vpc/test", "/other/vpc"):
        aws.put(name, STREAM, [])
    logs = client("logs")

    def names(**asked: Any) -> list[str]:
        return [group["logGroupName"] for group in logs.describe_log_groups(**asked)["logGroups"]]

    assert names(logGroupNamePrefix="/vpc") == ["/vpc/prod", "/vpc/test"]
    assert names(logGroupNamePattern="vpc") == ["/other/vpc", "/vpc/prod", "/vpc/test"]
    assert names(logGroupNamePattern="VPC") == []
    (told,) = logs.describe_log_groups(logGroupNamePattern="prod")["logGroups"]
    assert set(told) == {"arn", "creationTime", "logGroupName"}
    both = {"logGroupNamePrefix": "/vpc", "logGroupNamePattern": "prod"}
    assert code_of(logs.describe_log_groups, **both) == "InvalidParameterException"


def test_log_streams_come_by_name_or_by_last_event(aws: EmbeddedAws, client: Client) -> None:
    """DescribeLogStreams pages in either order, and takes no prefix with LastEventTime."""
    for number in range(60):
        aws.put(GROUP, f"eni-{number:017x}-all", [(T0 + (7 * number) % 60 * 1000, T0 + 60_000, "x")])
    logs = client("logs")
    pages = list(logs.get_paginator("describe_log_streams").paginate(logGroupName=GROUP))
    assert [len(page["logStreams"]) for page in pages] == [50, 10]
    first = pages[0]["logStreams"][0]
    assert first["logStreamName"] == "eni-00000000000000000-all"
    assert (first["firstEventTimestamp"], first["lastEventTimestamp"], first["lastIngestionTime"]) == (
        T0,
        T0,
        T0 + 60_000,
    )
    newest = logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True, limit=3)
    assert [stream["lastEventTimestamp"] for stream in newest["logStreams"]] == [T0 + s * 1000 for s in (59, 58, 57)]
    both = {"orderBy": "LastEventTime", "logStreamNamePrefix": "eni"}
    assert code_of(logs.describe_log_streams, logGroupName=GROUP, **both) == "InvalidParameterException"


@pytest.mark.usefixtures("aws")
def test_events_are_put_into_a_stream_that_is_there(client: Client) -> None:
    """PutLogEvents needs the stream, wants order, and says which events were too old or too new."""
    logs, now = client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName=GROUP)
    one = {"logGroupName": GROUP, "logStreamName": STREAM}
    assert (
        code_of(logs.put_log_events, **one, logEvents=[{"timestamp": now, "message": "x"}])
        == "ResourceNotFoundException"
    )
    logs.create_log_stream(**one)
    assert code_of(logs.create_log_stream, **one) == "ResourceAlreadyExistsException"
    mixed = [{"timestamp": now, "message": "b"}, {"timestamp": now - 1, "message": "a"}]
    assert code_of(logs.put_log_events, **one, logEvents=mixed) == "InvalidParameterException"
    hour = 3_600_000
    times = {"old": now - 14 * 24 * hour - 1000, "kept": now - 13 * 24 * hour - 23 * hour}
    old = [{"timestamp": timestamp, "message": message} for message, timestamp in times.items()]
    assert logs.put_log_events(**one, logEvents=old)["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    new = [{"timestamp": now, "message": "now"}, {"timestamp": now + 3 * hour, "message": "future"}]
    assert logs.put_log_events(**one, logEvents=new)["rejectedLogEventsInfo"] == {"tooNewLogEventStartIndex": 1}
    events = logs.filter_log_events(logGroupName=GROUP)["events"]
    assert [event["message"] for event in events] == ["kept", "now"]
    assert events[1]["ingestionTime"] >= now


def test_one_stream_is_read_both_ways(aws: EmbeddedAws, client: Client) -> None:
    """GetLogEvents: the newest first page, the end exclusive, and a token that comes back unchanged at either end."""
    aws.put(GROUP, STREAM, [(T0 + number * 1000, T0, str(number)) for number in range(10)])
    aws.put(GROUP, "eni-other-all", [(T0, T0, "other")])
    logs = client("logs")
    asked = {"logGroupName": GROUP, "logStreamName": STREAM, "endTime": T0 + 8000}

    def read(**more: Any) -> tuple[list[str], str, str]:
        answer = logs.get_log_events(**asked, **more)
        return [event["message"] for event in answer["events"]], answer["nextForwardToken"], answer["nextBackwardToken"]

    newest, forward, backward = read(limit=3)
    assert newest == ["5", "6", "7"]
    assert read(nextToken=backward, limit=3)[0] == ["2", "3", "4"]
    assert read(nextToken=forward) == ([], forward, read(nextToken=forward)[2])
    oldest, forward, _ = read(limit=6, startFromHead=True)
    assert oldest == ["0", "1", "2", "3", "4", "5"]
    assert read(nextToken=forward)[0] == ["6", "7"]


@pytest.mark.usefixtures("aws")
def test_a_pattern_can_be_tried(client: Client) -> None:
    """TestMetricFilter says which messages a pattern lets through, and refuses a bad pattern."""
    logs = client("logs")
    answer = logs.test_metric_filter(filterPattern="REJECT", logEventMessages=["a REJECT OK", "b ACCEPT OK"])
    assert [match["eventNumber"] for match in answer["matches"]] == [1]
    assert code_of(logs.test_metric_filter, filterPattern="[a", logEventMessages=["x"]) == "InvalidParameterException"


def test_a_deleted_stream_takes_its_events_along(aws: EmbeddedAws, client: Client) -> None:
    """After DeleteLogStream neither the stream nor its events are told; a recreated group starts empty."""
    aws.put(GROUP, STREAM, [(T0, T0, "gone")])
    aws.put(GROUP, "eni-0bbb-all", [(T0, T0, "stays")])
    logs = client("logs")
    logs.delete_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    assert [event["message"] for event in logs.filter_log_events(logGroupName=GROUP)["events"]] == ["stays"]
    assert len(logs.describe_log_streams(logGroupName=GROUP)["logStreams"]) == 1
    logs.delete_log_group(logGroupName=GROUP)
    logs.create_log_group(logGroupName=GROUP)
    assert logs.filter_log_events(logGroupName=GROUP)["events"] == []
