"""The demo's eight VPC endpoints and what their policies let through."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

ORGANIZATION = "o-pay1example"


class EndpointPlan(NamedTuple):
    """One endpoint: `places` are route tables for a gateway endpoint, subnets for the others."""

    name: str
    kind: str
    vpc: str
    service: str
    places: tuple[str, ...]
    policy: str = ""


def written(*statements: dict[str, Any]) -> str:
    """A policy document of these statements, laid out as a person would."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def allow(sid: str, action: str | list[str], resource: str | list[str], condition: Any = None) -> dict[str, Any]:
    """An Allow statement for any principal: a gateway endpoint takes no other."""
    statement = {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def deny(sid: str, action: str | list[str], resource: str | list[str], condition: Any = None) -> dict[str, Any]:
    """A Deny statement for any principal."""
    return allow(sid, action, resource, condition) | {"Effect": "Deny"}


IN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
OWN_ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION, "aws:ResourceOrgID": ORGANIZATION}}


def s3_policy(region: str) -> str:
    """Own buckets, and those of Amazon's that package updates and image pulls need."""
    return written(
        allow(
            "PaymentsBuckets",
            ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:AbortMultipartUpload"],
            ["arn:aws:s3:::payments-ledger", "arn:aws:s3:::payments-ledger/*", "arn:aws:s3:::payments-exports/*"],
            IN_ORGANIZATION,
        ),
        allow(
            "AmazonsOwnBuckets",
            "s3:GetObject",
            [
                f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*",
                f"arn:aws:s3:::al2023-repos-{region}-de612dc2/*",
            ],
        ),
    )


def kms_policy(account: str, region: str) -> str:
    """Any principal of the organization, any key of the account."""
    return written(
        allow("OurKeys", "kms:*", f"arn:aws:kms:{region}:{account}:key/*", IN_ORGANIZATION),
    )


def narrowed_kms_policy(account: str, region: str) -> str:
    """The same endpoint after the incident: one role, decrypting only."""
    return written(
        allow(
            "OnlyTheApplication",
            ["kms:Decrypt", "kms:DescribeKey"],
            f"arn:aws:kms:{region}:{account}:key/*",
            {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/payments-app"}},
        ),
    )


def secrets_policy(account: str, region: str) -> str:
    """Reading the secrets of payments, for principals of the account alone."""
    secrets = f"arn:aws:secretsmanager:{region}:{account}:secret:payments/*"
    elsewhere = {"StringNotEquals": {"aws:PrincipalAccount": account}}
    return written(
        allow("ReadSecrets", ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], secrets),
        deny("NeverFromElsewhere", "secretsmanager:*", "*", elsewhere),
    )


def ecr_policy() -> str:
    """Everything but changing what is in the registry."""
    return written(
        allow("Pull", "*", "*"),
        deny("NoPush", ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:DeleteRepository"], "*"),
    )


def endpoint_plans(account: str, region: str) -> tuple[EndpointPlan, ...]:
    """The endpoints of both VPCs; no policy text means the default, full access."""
    both = ("private-a", "private-b")
    prefix = f"com.amazonaws.{region}."
    return (
        EndpointPlan("s3", "Gateway", "payments", prefix + "s3", (*both, "data"), s3_policy(region)),
        EndpointPlan("dynamodb", "Gateway", "payments", prefix + "dynamodb", both),
        EndpointPlan("kms", "Interface", "payments", prefix + "kms", both, kms_policy(account, region)),
        EndpointPlan(
            "sts",
            "Interface",
            "payments",
            prefix + "sts",
            both,
            written(allow("OurOrganization", "sts:*", "*", OWN_ORGANIZATION)),
        ),
        EndpointPlan(
            "secretsmanager",
            "Interface",
            "payments",
            prefix + "secretsmanager",
            both,
            secrets_policy(account, region),
        ),
        EndpointPlan(
            "ecr",
            "Interface",
            "payments",
            prefix + "ecr.api",
            both,
            ecr_policy(),
        ),
        EndpointPlan("logs", "Interface", "payments", prefix + "logs", both),
        EndpointPlan(
            "inspection",
            "GatewayLoadBalancer",
            "shared",
            f"com.amazonaws.vpce.{region}.vpce-svc-0f61a3d2b97c4e815",
            ("shared-c",),
        ),
    )
