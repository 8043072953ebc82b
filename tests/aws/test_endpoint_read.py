"""One endpoint, read for its policy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures
from tui.aws.endpoint_read import read_endpoint
from tui.aws.session import Access
from tui.flows.source import SourceError

POLICY = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}'


def made(network: Network, **more: Any) -> str:
    """The id of a new endpoint."""
    asked = {"VpcId": network.vpc, "ServiceName": "com.amazonaws.eu-west-1.s3", "PolicyDocument": POLICY, **more}
    return str(network.ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]["VpcEndpointId"])


def test_an_endpoint_is_read_with_its_policy(access: Access, network: Network) -> None:
    """The policy as AWS keeps it, and what lint needs to know of the endpoint."""
    gateway, _ = made(network), made(network, ServiceName="com.amazonaws.eu-west-1.dynamodb")
    found = read_endpoint(access, gateway).endpoint
    expected = (gateway, "Gateway", "com.amazonaws.eu-west-1.s3", network.vpc, POLICY)
    assert (found.id, found.kind, found.service, found.vpc, found.policy) == expected


def test_an_endpoint_that_is_not_there_is_refused(access: Access, network: Network) -> None:
    """One sentence with its id."""
    assert network.vpc
    with pytest.raises(SourceError, match="vpce-0123456789abcdef0"):
        read_endpoint(access, "vpce-0123456789abcdef0")
