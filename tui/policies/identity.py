"""The identity policy of whoever looks after endpoints and flow logs.

https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html,
https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam.html and, for what each action takes,
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from tui.policies.model import NEW_VERSION

_DESCRIBE = {
    "Sid": "SeeEndpoints",
    "Effect": "Allow",
    "Action": [
        *("ec2:DescribeVpcEndpoints", "ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcEndpointConnections"),
        "ec2:DescribeVpcEndpointServiceConfigurations",
        *("ec2:DescribePrefixLists", "ec2:DescribeManagedPrefixLists", "ec2:DescribeVpcs", "ec2:DescribeSubnets"),
        "ec2:DescribeVpcAttribute",
        *("ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeNetworkInterfaces"),
    ],
    "Resource": "*",
}
_TAG = {
    "Sid": "TagEndpointsAtCreation",
    "Effect": "Allow",
    "Action": "ec2:CreateTags",
    "Resource": "arn:aws:ec2:*:*:vpc-endpoint/*",
    "Condition": {"StringEquals": {"ec2:CreateAction": "CreateVpcEndpoint"}},
}
# Enabling private DNS associates the VPC with the service's hosted zone.
_PRIVATE_DNS = {
    "Sid": "EnablePrivateDns",
    "Effect": "Allow",
    "Action": "route53:AssociateVPCWithHostedZone",
    "Resource": "*",
}
# A permission without a call: creating an endpoint for a service of another Region asks for it.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_vpce.html
_REGIONS = {
    "Sid": "ReachServicesOfOtherRegions",
    "Effect": "Allow",
    "Action": "vpce:AllowMultiRegion",
    "Resource": "*",
}
_CONNECTIONS = {
    "Sid": "AnswerConnections",
    "Effect": "Allow",
    "Action": ["ec2:AcceptVpcEndpointConnections", "ec2:RejectVpcEndpointConnections"],
    "Resource": "*",
}
_FLOW_LOGS = {
    "Sid": "ManageFlowLogs",
    "Effect": "Allow",
    "Action": [
        *("ec2:DescribeFlowLogs", "ec2:CreateFlowLogs", "ec2:DeleteFlowLogs"),
        *("logs:DescribeLogGroups", "logs:CreateLogDelivery", "logs:DeleteLogDelivery"),
    ],
    "Resource": "*",
}
_PASS_ROLE = {
    "Sid": "GiveFlowLogsTheirRole",
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::*:role/*",
    "Condition": {"StringEquals": {"iam:PassedToService": "vpc-flow-logs.amazonaws.com"}},
}


def _one(sid: str, action: str) -> Mapping[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "*"}


# By what a person may be allowed: the statements it takes, in their order.
ALLOWS: Mapping[str, tuple[Mapping[str, Any], ...]] = MappingProxyType(
    {
        "describe": (_DESCRIBE,),
        "create": (_one("CreateEndpoints", "ec2:CreateVpcEndpoint"), _TAG, _PRIVATE_DNS, _REGIONS),
        "modify": (_one("ChangeEndpoints", "ec2:ModifyVpcEndpoint"), _PRIVATE_DNS),
        "delete": (_one("DeleteEndpoints", "ec2:DeleteVpcEndpoints"),),
        "connections": (_CONNECTIONS,),
        "flow-logs": (_FLOW_LOGS, _PASS_ROLE),
    }
)

REASONS = (
    (
        "It names no endpoint and no prefix list: DescribeVpcEndpoints and DescribePrefixLists take no resource but *, so "
        "that whoever may see one sees all of the account and Region."
    ),
    (
        "CreateVpcEndpoint makes an endpoint whose id nobody knows before. What can be narrowed is the service, by "
        "ec2:VpceServiceName and ec2:VpceServiceOwner, and the VPC, by its ARN."
    ),
    (
        "No action stands for using an endpoint: whoever is in the VPC uses it. Who may reach what through it is for its "
        "own policy to say; identity and bucket policies can ask for one endpoint with aws:SourceVpce."
    ),
    (
        "ModifyVpcEndpoint and DeleteVpcEndpoints may be narrowed to arn:aws:ec2:REGION:ACCOUNT:vpc-endpoint/ID or by "
        "aws:ResourceTag, once the endpoint is there; narrow iam:PassRole to the role of your flow logs."
    ),
)
SOURCES = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html",
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html",
    "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam.html",
)


def identity_policy(allow: Collection[str]) -> dict[str, Any]:
    """The policy that allows these, each a key of ALLOWS, as a JSON object; of none of them, all."""
    chosen = [name for name in ALLOWS if name in allow or not allow]
    statements = {statement["Sid"]: dict(statement) for name in chosen for statement in ALLOWS[name]}
    return {"Version": NEW_VERSION, "Statement": list(statements.values())}
