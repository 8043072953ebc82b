"""The rules that hold for endpoint policies alone, each with a policy that breaks it and one that nearly does.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

import json

from tests.policies.lint_cases import ROLE, keyed, pair
from tests.policies.policies_written import policy, statement, where

FULL = statement(Action="*", Resource="*", Condition=None)
NO_KEYS = statement(Action="sts:AssumeRoleWithWebIdentity", Resource=ROLE, Condition=None)
NAMED = [
    {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::archive/*"}
]
LONG = policy(statement(Resource=[f"arn:aws:s3:::archive-{number:04}/*" for number in range(560)]))
STARPORT = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"


def sized(length: int) -> str:
    """A policy of exactly so many characters."""
    text = policy(statement())
    return text + " " * (length - len(text))


ENDPOINT = [
    pair("VPCE_POLICY_TOO_LONG", "error", sized(20_481), sized(20_480)),
    pair("VPCE_POLICY_NEARLY_TOO_LONG", "suggestion", sized(20_480), sized(10_000)),
    pair(
        "VPCE_GATEWAY_PRINCIPAL", "error", policy(*NAMED), policy(statement(Principal={"AWS": ["*"]})), kind="gateway"
    ),
    pair(
        "VPCE_MORE_THAN_ONE_POLICY",
        "error",
        f"[{policy(statement())}, {policy(statement())}]",
        policy(statement(), statement()),
    ),
    pair("VPCE_MORE_THAN_ONE_POLICY", "error", policy(statement()) + policy(statement()), policy(statement()) + "{}"),
    pair("VPCE_GATEWAY_PRINCIPAL", "error", policy(*NAMED), policy(statement()), kind="Gateway"),
    # Not documented for gateways in particular.
    pair(
        "VPCE_GATEWAY_PRINCIPAL",
        "warning",
        statement(Effect="Deny", Principal=None, NotPrincipal={"AWS": ROLE}),
        statement(Effect="Deny"),
        kind="gateway",
    ),
    pair(
        "VPCE_GATEWAY_ACCOUNT_PRINCIPAL",
        "error",
        statement(Principal={"AWS": "111122223333"}),
        statement(Principal={"AWS": ROLE}),
        kind="gateway",
    ),
    pair(
        "VPCE_GATEWAY_ACCOUNT_PRINCIPAL",
        "error",
        statement(Principal={"AWS": "arn:aws:iam::111122223333:root"}),
        statement(),
        kind="gateway",
    ),
    # Whether the service refuses the next four is not known.
    pair(
        "VPCE_SYSTEM_ID_WILDCARD",
        "warning",
        keyed("aws:PrincipalAccount", "11112222*", "StringLike"),
        keyed("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app-*", "StringLike"),
    ),
    pair(
        "VPCE_SYSTEM_ID_NUMERIC",
        "warning",
        keyed("aws:PrincipalAccount", "111122223333", "NumericEquals"),
        keyed("aws:PrincipalAccount", "111122223333"),
    ),
    pair(
        "VPCE_SHORT_WILDCARD",
        "warning",
        keyed("aws:PrincipalTag/team", "core-*", "StringLike"),
        keyed("aws:PrincipalTag/team", "core-a*", "StringLike"),
    ),
    pair(
        "VPCE_SHORT_WILDCARD",
        "warning",
        keyed("aws:PrincipalTag/team", "infra*core?suffix", "StringLike"),
        keyed("aws:PrincipalTag/team", "*infrastructure", "StringLike"),
    ),
    pair(
        "VPCE_ARN_ACCOUNT_MIX",
        "warning",
        statement(Resource="arn:aws:dynamodb:eu-west-1:1111*:table/stock"),
        statement(Resource="arn:aws:dynamodb:eu-west-1:*:table/stock"),
    ),
    pair(
        "VPCE_SOURCE_IP_ABSENT",
        "error",
        keyed("aws:SourceIp", "203.0.113.0/24", "IpAddress"),
        keyed("aws:VpcSourceIp", "203.0.113.0/24", "IpAddress"),
    ),
    pair(
        "VPCE_SOURCE_IP_ABSENT",
        "error",
        statement(Effect="Deny", Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        statement(Effect="Deny", Condition={"Null": {"aws:SourceIp": "false"}}),
    ),
    pair(
        "VPCE_SOURCE_IP_ABSENT",
        "warning",
        statement(Effect="Deny", Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        statement(Effect="Deny"),
    ),
    pair(
        "VPCE_SOURCE_IP_ABSENT",
        "warning",
        keyed("aws:SourceIp", "203.0.113.0/24", "IpAddressIfExists"),
        statement(),
    ),
    pair(
        "VPCE_SOURCE_IP_ABSENT",
        "error",
        statement(Effect="Deny", Condition={"StringNotEquals": {"aws:SourceIp": "203.0.113.7"}}),
        statement(Effect="Deny"),
    ),
    # Another network key spares what comes from the VPC.
    pair(
        "VPCE_SOURCE_IP_ABSENT",
        "warning",
        statement(
            Effect="Deny",
            Condition={
                "NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"},
                "StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-0a1b2c3d"},
            },
        ),
        statement(Effect="Deny", Condition={"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-0a1b2c3d"}}),
    ),
    pair(
        "VPCE_OTHER_ENDPOINT",
        "error",
        keyed("aws:SourceVpce", "vpce-99999999"),
        keyed("aws:SourceVpce", ["vpce-99999999", "vpce-0a1b2c3d"]),
        endpoint_id="vpce-0a1b2c3d",
    ),
    pair(
        "VPCE_OTHER_ENDPOINT",
        "error",
        statement(Effect="Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-99999999"}}),
        statement(Effect="Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}),
        endpoint_id="vpce-0a1b2c3d",
    ),
    pair(
        "VPCE_OTHER_ENDPOINT",
        "warning",
        statement(Effect="Deny", Condition={"StringEquals": {"aws:SourceVpce": "vpce-99999999"}}),
        statement(Effect="Deny"),
        endpoint_id="vpce-0a1b2c3d",
    ),
    pair(
        "VPCE_OTHER_VPC",
        "error",
        keyed("aws:SourceVpc", "vpc-99999999"),
        keyed("aws:SourceVpc", "vpc-0a1b2c3d"),
        vpc="vpc-0a1b2c3d",
    ),
    pair("VPCE_NOTHING_ALLOWED", "error", statement(Effect="Deny"), policy(statement(Effect="Deny"), statement())),
    pair("VPCE_FULL_ACCESS", "security", FULL, {**FULL, "Principal": {"AWS": ROLE}}),
    pair(
        "VPCE_FULL_ACCESS", "security", {**FULL, "Principal": {"AWS": "*"}, "Action": ["*"]}, {**FULL, "Action": "s3:*"}
    ),
    pair("VPCE_OPEN", "security", {**FULL, "Action": "s3:*"}, {**FULL, "Resource": "arn:aws:s3:::archive/*"}),
    # What holds where the key is absent protects from nobody.
    pair(
        "VPCE_OPEN",
        "security",
        {**FULL, "Condition": {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}},
        {**FULL, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}},
    ),
    pair(
        "VPCE_OPEN",
        "security",
        {**FULL, "Condition": {"StringLike": {"aws:PrincipalOrgID": "*"}}},
        {**FULL, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}},
    ),
    pair(
        "VPCE_OPEN",
        "security",
        {**FULL, "Condition": {"Bool": {"aws:PrincipalIsAWSService": "false"}}},
        {**FULL, "Condition": {"Bool": {"aws:PrincipalIsAWSService": "true"}}},
    ),
    pair(
        "VPCE_OPEN",
        "security",
        policy(FULL, {**FULL, "Effect": "Deny", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}),
        policy(
            FULL, {**FULL, "Effect": "Deny", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}
        ),
    ),
    # Patterns that everybody fits.
    *(
        pair(
            "VPCE_OPEN",
            "security",
            {**FULL, "Condition": {"StringLike": {key: anybody}}},
            {**FULL, "Condition": {"StringLike": {key: somebody}}},
        )
        for key, anybody, somebody in (
            ("aws:PrincipalArn", "arn:*", "arn:aws:iam::111122223333:*"),
            (
                "aws:PrincipalArn",
                "arn:aws:iam::${aws:PrincipalAccount}:*",
                "arn:aws:iam::111122223333:role/${aws:userid}",
            ),
            ("aws:userid", "*:*", "AROAEXAMPLEID:*"),
            ("aws:PrincipalOrgID", "?-*", "o-a1b2c3d4e5"),
        )
    ),
    # The caller's own account is any account where nothing says who calls.
    pair(
        "VPCE_OPEN",
        "security",
        {**FULL, "Condition": {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}},
        where(
            StringEquals={"aws:ResourceOrgID": "${aws:PrincipalOrgID}", "aws:PrincipalOrgID": "o-a1b2c3d4e5"},
        ),
    ),
    pair(
        "VPCE_ANY_RESOURCE",
        "suggestion",
        {**FULL, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}},
        {
            **FULL,
            "Condition": {
                "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "${aws:PrincipalOrgID}"}
            },
        },
    ),
    pair(
        "VPCE_OPEN",
        "security",
        policy(
            FULL,
            {
                **FULL,
                "Effect": "Deny",
                "Condition": {"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
            },
        ),
        policy(
            {**FULL, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}},
            {
                **FULL,
                "Effect": "Deny",
                "Condition": {"StringNotEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
            },
        ),
    ),
    pair("VPCE_ANY_PRINCIPAL", "suggestion", statement(Condition=None), statement()),
    pair(
        "VPCE_ANY_RESOURCE",
        "suggestion",
        statement(Resource="*"),
        where(StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}),
    ),
    pair(
        "VPCE_ACTION_OF_OTHER_SERVICE",
        "warning",
        statement(Action=["s3:GetObject", "kms:Decrypt"]),
        statement(Action=["s3:GetObject", "S3:PutObject"]),
        service="s3",
    ),
    # There are gateways to S3 and DynamoDB alone.
    pair(
        "VPCE_ACTION_OF_OTHER_SERVICE",
        "warning",
        statement(Action=["s3:GetObject", "kms:Decrypt"]),
        statement(Action=["s3:GetObject", "dynamodb:GetItem"]),
        kind="gateway",
    ),
    pair(
        "VPCE_RESOURCE_OF_OTHER_SERVICE",
        "warning",
        statement(Resource="arn:aws:sqs:eu-west-1:111122223333:jobs"),
        statement(),
        service="s3",
    ),
    pair(
        "VPCE_RESOURCE_OF_OTHER_REGION",
        "warning",
        statement(Action="kms:Decrypt", Resource="arn:aws:kms:eu-west-2:111122223333:key/*"),
        statement(Action="kms:Decrypt", Resource="arn:aws:kms:eu-west-1:111122223333:key/*"),
        service="com.amazonaws.eu-west-1.kms",
    ),
    pair("VPCE_NO_ACTION_OF_SERVICE", "error", statement(), statement(Action="ecr:BatchGetImage"), service="ecr.dkr"),
    pair("VPCE_NO_ACTION_OF_SERVICE", "error", statement(), statement(Action="ses:SendEmail"), service="email-smtp"),
    pair(
        "VPCE_POLICY_NOT_SUPPORTED",
        "error",
        statement(),
        FULL,
        service="com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718",
    ),
    pair("VPCE_POLICY_NOT_SUPPORTED", "error", statement(), json.dumps({"Statement": [FULL]}), takes_policy=False),
    pair(
        "VPCE_AWS_BUCKETS_CUT_OFF",
        "warning",
        statement(),
        statement(Resource="*"),
        service="com.amazonaws.eu-west-1.s3",
    ),
    pair(
        "VPCE_AWS_BUCKETS_CUT_OFF",
        "warning",
        where(StringEquals={"aws:ResourceOrgID": "o-a1b2c3d4e5"}),
        statement(Action="s3:PutObject"),
        service="s3",
    ),
    pair(
        "VPCE_AWS_BUCKETS_CUT_OFF",
        "suggestion",
        policy(statement(), statement(Resource=STARPORT, Condition=None)),
        policy(statement(), statement(Resource="arn:aws:s3:::*", Condition=None)),
        service="s3",
    ),
    pair(
        "VPCE_STS_FEDERATION_CUT_OFF",
        "warning",
        statement(Action="sts:*", Resource="*"),
        policy(statement(Action="sts:*", Resource="*"), NO_KEYS, {**NO_KEYS, "Action": "sts:AssumeRoleWithSAML"}),
        service="sts",
    ),
]
