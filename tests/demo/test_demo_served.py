"""The demo's world is served: its history at once, then more as time goes on, and the same again for the same seed."""

from __future__ import annotations

import time
from typing import Any

import boto3
from botocore.config import Config

from tui.demo.embedded import EmbeddedAws

NOON = 1_767_268_800.0  # 2026-01-01 12:00 UTC


def connect(aws: EmbeddedAws, service: str) -> Any:
    """A boto3 client for an embedded AWS of the test's own."""
    make: Any = boto3.client  # its hundred overloads want the service spelled out
    return make(
        service,
        region_name=aws.region,
        endpoint_url=aws.url,
        aws_access_key_id=aws.access_keys[0],
        aws_secret_access_key=aws.access_keys[1],
        config=Config(proxies={}),
    )


def every_event(aws: EmbeddedAws) -> list[dict[str, Any]]:
    """All events of all log groups, page by page."""
    logs, found = connect(aws, "logs"), []
    for group in logs.describe_log_groups()["logGroups"]:
        asked = {"logGroupName": group["logGroupName"]}
        while True:
            answer = logs.filter_log_events(**asked)
            found += answer["events"]
            if "nextToken" not in answer:
                break
            asked["nextToken"] = answer["nextToken"]
    return found


def test_a_stopped_clock_gives_the_same_picture_twice() -> None:
    """With `at`, two processes tell the same events with the same ids and the same resources, and nothing after `at`."""
    seen = []
    for _ in range(2):
        with EmbeddedAws(at=NOON, rate=30, history=300) as aws:
            enis = connect(aws, "ec2").describe_network_interfaces()["NetworkInterfaces"]
            seen.append((aws.scope, [eni["NetworkInterfaceId"] for eni in enis], every_event(aws)))
    assert seen[0] == seen[1]
    events = seen[0][2]
    assert len(events) > 1000
    assert max(event["ingestionTime"] for event in events) <= NOON * 1000


def test_the_history_is_there_for_the_first_reader_and_more_follows() -> None:
    """The first FilterLogEvents sees the minutes before the start; later ones see what was delivered since."""
    with EmbeddedAws(rate=50, history=600, speed=60) as aws:
        started = aws.clock()
        events = every_event(aws)
        assert min(event["timestamp"] for event in events) < (started - 400) * 1000
        newest = max(event["ingestionTime"] for event in events)
        deadline = time.monotonic() + 10
        while max(event["ingestionTime"] for event in every_event(aws)) <= newest:
            assert time.monotonic() < deadline, "nothing new was delivered"


def test_the_scope_is_a_vpc_with_flow_logs() -> None:
    """The VPC to show is there, flow logs cover it or its subnets, and no default VPC stands beside it."""
    with EmbeddedAws(at=NOON, rate=10, history=60) as aws:
        ec2 = connect(aws, "ec2")
        vpcs = ec2.describe_vpcs()["Vpcs"]
        assert aws.scope in {vpc["VpcId"] for vpc in vpcs}
        assert not any(vpc["IsDefault"] for vpc in vpcs)
        covered = {log["ResourceId"] for log in ec2.describe_flow_logs()["FlowLogs"]}
        assert aws.scope in covered
