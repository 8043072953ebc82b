"""One VPC endpoint with its policy, as EC2 tells of it now."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from tui.aws.inventory_rules import endpoint
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.session import Access, Clients
from tui.flows.source import SourceError
from tui.network.rules import Endpoint

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EndpointRead:
    """An endpoint, and whether its service takes a policy at all; None: AWS would not say."""

    endpoint: Endpoint
    takes_policy: bool | None = None


def read_endpoint(access: Access, endpoint_id: str) -> EndpointRead:
    """Read an endpoint by its id.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html

    Raises:
        SourceError: there is no such endpoint, or AWS or the network refused.
    """
    clients = Clients(access)
    answer = clients.call("ec2", "DescribeVpcEndpoints", endpoint_id, VpcEndpointIds=[endpoint_id])
    items = [item for item in answer.get("VpcEndpoints") or () if item.get("VpcEndpointId") == endpoint_id]
    if not items:
        raise RefusedError(Trouble.MISSING, f"there is no endpoint {endpoint_id} in {clients.region}", exit_code=2)
    found = endpoint(items[0], [], clients.region)
    return EndpointRead(found, _takes_policy(clients, found.service))


def _takes_policy(clients: Clients, service: str) -> bool | None:
    """VpcEndpointPolicySupported of the service; whoever may not ask, or asks an AWS without it, goes on without.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
    """
    try:
        answer = clients.call("ec2", "DescribeVpcEndpointServices", service, ServiceNames=[service])
    except SourceError as error:
        log.warning("whether %s takes a policy is unknown: %s", service, error.reason)
        return None
    for detail in answer.get("ServiceDetails") or ():
        if detail.get("ServiceName") == service and "VpcEndpointPolicySupported" in detail:
            return bool(detail["VpcEndpointPolicySupported"])
    return None
