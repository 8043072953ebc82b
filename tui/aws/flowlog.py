"""The flow logs of the account and Region, as DescribeFlowLogs tells of them.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui.aws.session import Clients
from tui.flows.clean import clean
from tui.flows.logformat import DEFAULT_FORMAT
from tui.flows.source import FlowLogState

CLOUDWATCH = "cloud-watch-logs"
_PLACES = {"s3": "S3", "kinesis-data-firehose": "Firehose"}


@dataclass(frozen=True, slots=True)
class FlowLog:
    """One flow log. `group` is '' unless it delivers to CloudWatch Logs; `interval` is in seconds.

    `owner` is the account of the log group, '' when it is not told; `delivery` SUCCESS, FAILED or '', and `trouble` what
    keeps it from delivering.
    """

    id: str
    resource: str
    group: str
    owner: str = ""
    log_format: str = DEFAULT_FORMAT
    interval: int = 600
    place: str = "CloudWatch Logs"
    destination: str = ""
    trouble: str = ""
    traffic: str = "ALL"
    delivery: str = ""

    @property
    def state(self) -> FlowLogState:
        """What the reader is told of it."""
        return FlowLogState(
            self.id, clean(self.group, 200), self.resource, self.interval, self.traffic, self.delivery, self.trouble
        )


def list_flow_logs(clients: Clients) -> tuple[FlowLog, ...]:
    """All flow logs.

    Raises:
        SourceError: DescribeFlowLogs was refused.
    """
    found = clients.pages("ec2", "DescribeFlowLogs", "FlowLogs", MaxResults=1000)
    return tuple(read_flow_log(each) for each in found)


def read_flow_log(found: dict[str, Any]) -> FlowLog:
    """One item of DescribeFlowLogs. The log group is in LogGroupName, or in LogDestination, or in both."""
    destination = str(found.get("LogDestination") or "")
    kind = str(found.get("LogDestinationType") or CLOUDWATCH)
    group, owner = str(found.get("LogGroupName") or ""), ""
    if kind != CLOUDWATCH:
        group = ""
    elif destination.startswith("arn:"):
        named, owner = group_of_arn(destination)
        group = group or named
    delivery = str(found.get("DeliverLogsStatus") or "")
    trouble = str(found.get("DeliverLogsErrorMessage") or "") if delivery == "FAILED" else ""
    return FlowLog(
        id=clean(str(found.get("FlowLogId") or ""), 64),
        resource=clean(str(found.get("ResourceId") or ""), 128),
        group=group,
        owner=owner,
        log_format=str(found.get("LogFormat") or DEFAULT_FORMAT),
        interval=int(found.get("MaxAggregationInterval") or 600),
        place="CloudWatch Logs" if kind == CLOUDWATCH else _PLACES.get(kind, clean(kind, 40)),
        destination=clean(destination, 120),
        trouble=clean(trouble, 120),
        traffic=clean(str(found.get("TrafficType") or "ALL"), 20),
        delivery=clean(delivery, 20),
    )


def group_of_arn(arn: str) -> tuple[str, str]:
    """The log group's name and its account in `arn:aws:logs:REGION:ACCOUNT:log-group:NAME[:*]`; '' what is not there."""
    parts = arn.split(":")
    if len(parts) < 7 or parts[2] != "logs" or parts[5] != "log-group":
        return "", ""
    return parts[6], parts[4]
