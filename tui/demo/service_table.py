"""Endpoint services that everybody can see: those of AWS, and two of a partner's.

Sources: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

PARTNER = "444455556666"
# Of AWS's services, by what follows the Region. S3 and DynamoDB have gateway endpoints as well.
_INTERFACE = (  # noqa: SIM905 - forty quoted words would be a page
    "athena autoscaling bedrock-runtime cloudtrail codebuild config dynamodb ebs ec2 ec2messages ecr.api ecr.dkr ecs ecs-agent "
    "ecs-telemetry elasticfilesystem elasticloadbalancing events execute-api glue guardduty-data kinesis-firehose "
    "kinesis-streams kms lambda logs monitoring rds rds-data redshift-data s3 sagemaker.runtime secretsmanager sns sqs ssm "
    "ssmmessages states sts synthetics xray"
).split()
_WITHOUT_POLICY = ("cloudformation", "email-smtp", "transfer.server")
_BY_IPV6 = ("s3", "kms", "logs", "sqs", "sts")
_GATEWAY = ("dynamodb", "s3")
# A partner's, by id: the type of endpoint, and whether the partner has to accept each.
_PARTNERS = {
    "vpce-svc-0f61a3d2b97c4e815": ("GatewayLoadBalancer", False),
    "vpce-svc-0a7c3e915d2b48f60": ("Interface", True),
}


def known_services(region: str) -> Iterator[dict[str, Any]]:
    """Each as a ServiceDetail of DescribeVpcEndpointServices."""
    zones = [f"{region}{zone}" for zone in "abc"]
    for short in (*_INTERFACE, *_WITHOUT_POLICY):
        yield _detail(region, short, "Interface", zones, takes_policy=short not in _WITHOUT_POLICY)
    for short in _GATEWAY:
        yield _detail(region, short, "Gateway", zones, takes_policy=True)
    for service_id, (kind, acceptance) in _PARTNERS.items():
        yield {
            **_detail(region, f"vpce.{region}.{service_id}", kind, zones[:2], takes_policy=False),
            "ServiceName": f"com.amazonaws.vpce.{region}.{service_id}",
            "ServiceId": service_id,
            "Owner": PARTNER,
            "AcceptanceRequired": acceptance,
            "BaseEndpointDnsNames": [f"{service_id}.{region}.vpce.amazonaws.com"],
            "PrivateDnsName": None,
            "PrivateDnsNames": [],
        }


def _detail(region: str, short: str, kind: str, zones: list[str], *, takes_policy: bool) -> dict[str, Any]:
    name = f"{short}.{region}.amazonaws.com"
    private = name if kind == "Interface" else None
    return {
        "ServiceName": f"com.amazonaws.{region}.{short}",
        "ServiceId": f"vpce-svc-{abs(hash_of(short + kind)):017x}",
        "ServiceType": [{"ServiceType": kind}],
        "AvailabilityZones": zones,
        "Owner": "amazon",
        "BaseEndpointDnsNames": [name],
        "PrivateDnsName": private,
        "PrivateDnsNames": [{"PrivateDnsName": private}] if private else [],
        "VpcEndpointPolicySupported": takes_policy,
        "AcceptanceRequired": False,
        "ManagesVpcEndpoints": False,
        "Tags": [],
        "SupportedIpAddressTypes": ["ipv4", "ipv6"] if short in _BY_IPV6 and kind == "Interface" else ["ipv4"],
    }


def hash_of(text: str) -> int:
    """A number of at most 17 hexadecimal digits, the same in every run."""
    from hashlib import sha256

    return int(sha256(text.encode()).hexdigest()[:17], 16)
