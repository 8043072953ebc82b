"""What the tests of the AWS room share: ways to reach the embedded AWS, and a small VPC in it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tui.aws.session import Access, Clients
from tui.demo.embedded import EmbeddedAws
from tui.flows.logformat import DEFAULT_FORMAT

ROLE = "arn:aws:iam::123456789012:role/flow-logs"
GROUP = "/vpc/flow-logs"


@pytest.fixture(name="access")
def access_fixture(aws: EmbeddedAws) -> Access:
    """How vpctop reaches the embedded AWS."""
    key, secret = aws.access_keys
    return Access(region=aws.region, endpoint_url=aws.url, access_key=key, secret_key=secret, isolated=True)


_made: dict[Access, Clients] = {}


@pytest.fixture(name="clients")
def clients_fixture(access: Access) -> Clients:
    """The clients of the tests' thread: EC2's alone takes a fifth of a second to make."""
    return _made.setdefault(access, _made.get(access) or Clients(access))


@dataclass(frozen=True)
class Network:
    """A VPC called payments with two subnets, an instance's worth of interfaces in each, and the means to log it."""

    vpc: str
    subnets: tuple[str, str]
    interfaces: tuple[str, str]
    ec2: Any
    logs: Any

    def log(self, resource: str, kind: str, log_format: str = DEFAULT_FORMAT, group: str = GROUP, **more: Any) -> str:
        """Create a flow log; its id."""
        with contextlib.suppress(self.logs.exceptions.ResourceAlreadyExistsException):
            self.logs.create_log_group(logGroupName=group)
        asked: dict[str, Any] = {
            "ResourceIds": [resource],
            "ResourceType": kind,
            "TrafficType": "ALL",
            "LogGroupName": group,
            "DeliverLogsPermissionArn": ROLE,
            "LogFormat": log_format,
            **more,
        }
        answer = self.ec2.create_flow_logs(**{name: value for name, value in asked.items() if value is not None})
        assert answer["FlowLogIds"], answer
        return str(answer["FlowLogIds"][0])


@pytest.fixture(name="network")
def network_fixture(access: Access, client: Callable[..., Any]) -> Network:
    """The small VPC, made anew."""
    ec2 = client("ec2", access.region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "payments"}])
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{third}.0/24")["Subnet"]["SubnetId"] for third in (1, 2)]
    interfaces = [
        ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for subnet in subnets
    ]
    return Network(vpc, (subnets[0], subnets[1]), (interfaces[0], interfaces[1]), ec2, client("logs"))
