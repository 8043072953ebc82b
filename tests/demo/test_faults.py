"""Injected faults reach boto3 as the real thing would."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from tui.demo.embedded import DemoError, EmbeddedAws

GROUP = "/vpc/flow-logs"
T0 = 1_767_225_600_000  # ms, 2026-01-01

Client = Callable[..., Any]


@pytest.fixture
def logs(aws: EmbeddedAws, client: Client) -> Any:
    """A Logs client, and a log group with a hundred events."""
    aws.put(GROUP, "eni-0aaa-all", [(T0 + number, T0, f"record {number}") for number in range(100)])
    return client("logs")


def failure(call: Callable[..., Any], **asked: Any) -> tuple[str, int]:
    """Error code and HTTP status a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**asked)
    response: Any = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("service", "action", "code", "status"),
    [
        ("logs", "describe_log_groups", "ThrottlingException", 400),
        ("ec2", "describe_vpcs", "RequestLimitExceeded", 503),
        ("sts", "get_caller_identity", "Throttling", 400),
    ],
)
def test_throttling_is_worded_by_each_service(
    aws: EmbeddedAws, client: Client, service: str, action: str, code: str, status: int
) -> None:
    """A throttled call fails with the service's own code, once, and then works."""
    aws.inject([{"kind": "throttle", "service": service}])
    assert failure(getattr(client(service), action)) == (code, status)
    assert getattr(client(service), action)()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_botocore_retries_a_throttled_call(aws: EmbeddedAws, client: Client, logs: Any) -> None:  # noqa: ARG001 - plants
    """With retries the caller sees the answer, and the embedded AWS saw each attempt."""
    aws.inject([{"kind": "throttle", "action": "FilterLogEvents", "times": 1}])
    answer = client("logs", retries=2).filter_log_events(logGroupName=GROUP)
    assert len(answer["events"]) == 100
    assert [call["action"] for call in aws.calls()] == ["FilterLogEvents"] * 2


@pytest.mark.parametrize(
    ("service", "action", "code"),
    [
        ("logs", "describe_log_groups", "ExpiredTokenException"),
        ("logs", "describe_log_groups", "AccessDeniedException"),
        ("ec2", "describe_vpcs", "RequestExpired"),
        ("ec2", "describe_vpcs", "UnauthorizedOperation"),
        ("sts", "get_caller_identity", "ExpiredToken"),
    ],
)
def test_any_error_comes_in_the_envelope_of_its_service(
    aws: EmbeddedAws, client: Client, service: str, action: str, code: str
) -> None:
    """Code, message and status arrive as they were asked for."""
    aws.inject([{"kind": "error", "code": code, "message": "Not <you> & not now", "status": 403}])
    with pytest.raises(ClientError, match="Not <you> & not now") as caught:
        getattr(client(service), action)()
    assert failure_of(caught.value) == (code, 403)


def failure_of(error: ClientError) -> tuple[str, int]:
    """Error code and HTTP status of an error."""
    response: Any = error.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_page_of_html_breaks_the_parsers(aws: EmbeddedAws, client: Client) -> None:
    """A load balancer's page in place of an answer: EC2 cannot parse it, Logs makes an error of the status."""
    aws.inject([{"kind": "html", "status": 500, "times": 2}])
    with pytest.raises(ResponseParserError):
        client("ec2").describe_vpcs()
    assert failure(client("logs").describe_log_groups) == ("500", 500)


def test_a_truncated_answer_is_empty_to_boto3(aws: EmbeddedAws, logs: Any) -> None:
    """Half a JSON body with status 200 comes out of botocore as nothing at all."""
    aws.inject([{"kind": "truncate"}])
    assert set(logs.filter_log_events(logGroupName=GROUP)) == {"ResponseMetadata"}


def test_an_empty_answer(aws: EmbeddedAws, logs: Any) -> None:
    """Status 200 and no body."""
    aws.inject([{"kind": "empty"}])
    assert set(logs.filter_log_events(logGroupName=GROUP)) == {"ResponseMetadata"}


def test_a_corrupt_answer_is_no_text(aws: EmbeddedAws, logs: Any) -> None:
    """Bytes that are no UTF-8 break botocore's decoding."""
    aws.inject([{"kind": "corrupt"}])
    with pytest.raises(UnicodeDecodeError):
        logs.filter_log_events(logGroupName=GROUP)


def test_a_connection_is_reset(aws: EmbeddedAws, logs: Any) -> None:
    """The call is not answered: the connection just ends."""
    aws.inject([{"kind": "reset"}])
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        logs.filter_log_events(logGroupName=GROUP)
    assert len(logs.filter_log_events(logGroupName=GROUP)["events"]) == 100


def test_an_answer_is_cut_off(aws: EmbeddedAws, client: Client, logs: Any) -> None:
    """The connection ends in the middle of a body whose length was announced: botocore does not mind the length."""
    aws.inject([{"kind": "cut", "times": 2}])
    answer = logs.filter_log_events(logGroupName=GROUP)
    assert set(answer) == {"ResponseMetadata"}
    assert int(answer["ResponseMetadata"]["HTTPHeaders"]["content-length"]) > 10_000
    with pytest.raises(ResponseParserError):
        client("ec2").describe_vpcs()


@pytest.mark.parametrize("kind", ["delay", "drip"])
def test_an_answer_is_slow(aws: EmbeddedAws, logs: Any, kind: str) -> None:
    """A delayed or dripping answer is whole in the end."""
    aws.inject([{"kind": kind, "seconds": 0.3}])
    started = time.monotonic()
    assert len(logs.filter_log_events(logGroupName=GROUP)["events"]) == 100
    assert time.monotonic() - started >= 0.25


def test_a_canned_answer_is_given_as_it_is(aws: EmbeddedAws, logs: Any) -> None:
    """A body of the test's own making stands in for the answer."""
    aws.inject([{"kind": "answer", "body": '{"events":[{"message":"only this"}],"surprise":1}'}])
    assert logs.filter_log_events(logGroupName=GROUP)["events"] == [{"message": "only this"}]


def test_rules_choose_their_calls(aws: EmbeddedAws, client: Client, logs: Any) -> None:
    """A rule matches by service, action and parameters, spares the first calls, and counts."""
    aws.inject(
        [
            {"kind": "error", "code": "Third", "action": "FilterLogEvents", "skip": 2, "times": 1},
            {"kind": "error", "code": "Other", "parameters": {"logGroupName": "/oth*"}, "times": None},
            {"kind": "error", "code": "EverySecond", "service": "ec2", "every": 2, "times": None},
        ]
    )
    assert [len(logs.filter_log_events(logGroupName=GROUP)["events"]) for _ in range(2)] == [100, 100]
    assert failure(logs.filter_log_events, logGroupName=GROUP)[0] == "Third"
    assert len(logs.filter_log_events(logGroupName=GROUP)["events"]) == 100
    assert failure(logs.filter_log_events, logGroupName="/other")[0] == "Other"
    ec2 = client("ec2")
    assert ec2.describe_vpcs()["Vpcs"] == []
    assert failure(ec2.describe_vpcs)[0] == "EverySecond"
    assert ec2.describe_vpcs()["Vpcs"] == []


def test_a_wrong_rule_is_refused(aws: EmbeddedAws) -> None:
    """A rule with a misspelt field or kind is an error of the test, said at once."""
    with pytest.raises(DemoError, match="nonsense"):
        aws.inject([{"kind": "nonsense"}])
    with pytest.raises(DemoError, match="tmes"):
        aws.inject([{"kind": "throttle", "tmes": 3}])


def test_the_calls_are_remembered(aws: EmbeddedAws, client: Client) -> None:
    """Service, action, Region and parameters of each call can be looked at, until they are forgotten."""
    client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": ["vpc-1"]}])
    client("logs", "us-east-1").describe_log_groups(logGroupNamePrefix="/vpc")
    first, second = aws.calls()
    assert (first["service"], first["action"], first["region"]) == ("ec2", "DescribeSubnets", "eu-west-1")
    assert first["parameters"] == {"Filter.1.Name": "vpc-id", "Filter.1.Value.1": "vpc-1"}
    assert (second["action"], second["region"]) == ("DescribeLogGroups", "us-east-1")
    assert second["parameters"] == {"logGroupNamePrefix": "/vpc"}
    aws.forget_calls()
    assert aws.calls() == []


def test_a_slow_answer_runs_into_the_time_limit(aws: EmbeddedAws, client: Client) -> None:
    """A call that takes longer than the client's limit ends there, and the next one is answered."""
    aws.inject([{"kind": "delay", "seconds": 30}])
    impatient = client("sts", timeout=0.2)
    with pytest.raises(ReadTimeoutError):
        impatient.get_caller_identity()
    assert impatient.get_caller_identity()["Account"] == aws.account
