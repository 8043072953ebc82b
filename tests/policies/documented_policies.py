"""Endpoint policies as AWS's guides show them, by the page, with real ids in place of the words that stand for them."""

from __future__ import annotations

from typing import Any

ROLE = "arn:aws:iam::111122223333:role/app"
VPC = "https://docs.aws.amazon.com/vpc/latest/privatelink/"
STARPORT = "arn:aws:s3:::prod-us-west-2-starport-layer-bucket/*"


def allow(action: Any, resource: Any, principal: Any = "*", **more: Any) -> dict[str, Any]:
    """One Allow statement."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}


def only(**keys: Any) -> dict[str, Any]:
    """A Condition of StringEquals; `aws_PrincipalOrgID` stands for the key with a colon."""
    return {"StringEquals": {key.replace("_", ":", 1): value for key, value in keys.items()}}


# Page, type and service of the endpoint, and the policy.
DOCUMENTED: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html",
        "interface",
        "s3",
        {
            "Version": "2012-10-17",
            "Id": "Policy1415115909151",
            "Statement": [
                allow(
                    ["s3:GetObject", "s3:PutObject"],
                    ["arn:aws:s3:::amzn-s3-demo-bucket1", "arn:aws:s3:::amzn-s3-demo-bucket1/*"],
                    Sid="Access-to-specific-bucket-only",
                )
            ],
        },
    ),
    (
        f"{VPC}vpc-endpoints-s3.html#gateway-endpoint-policy-s3-role",
        "gateway",
        "s3",
        {
            "Version": "2012-10-17",
            "Statement": [
                allow(
                    "*",
                    "*",
                    Sid="Allow-access-to-specific-IAM-role",
                    Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/role-name"}},
                )
            ],
        },
    ),
    (
        f"{VPC}vpc-endpoints-s3.html#gateway-endpoint-policy-s3-account",
        "gateway",
        "s3",
        {
            "Version": "2012-10-17",
            "Statement": [
                allow(
                    "*",
                    "*",
                    Sid="Allow-callers-from-specific-account",
                    Condition=only(aws_PrincipalAccount="111122223333"),
                )
            ],
        },
    ),
    (
        f"{VPC}vpc-endpoints-ddb.html#iam-policies-ddb",
        "gateway",
        "dynamodb",
        {"Statement": [allow(["dynamodb:DescribeTable", "dynamodb:ListTables"], "*", Sid="ReadOnlyAccess")]},
    ),
    (
        f"{VPC}vpc-endpoints-ddb.html#iam-policies-ddb",
        "gateway",
        "dynamodb",
        {
            "Statement": [
                allow(
                    [
                        *("dynamodb:Batch*", "dynamodb:Delete*", "dynamodb:DescribeTable", "dynamodb:GetItem"),
                        *("dynamodb:PutItem", "dynamodb:Update*"),
                    ],
                    "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable",
                    Sid="AccessToSpecificTable",
                )
            ]
        },
    ),
    (
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms",
        "gateway",
        "s3",
        {"Statement": [allow(["s3:GetObject"], [STARPORT], Sid="Access-to-specific-bucket-only")]},
    ),
    (
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-vpc-endpoint-policy",
        "interface",
        "ecr.api",
        {
            "Statement": [
                allow(
                    ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"],
                    "*",
                    # The guide's account has ten digits.
                    {"AWS": "arn:aws:iam::1234567890:role/role_name"},
                    Sid="AllowPull",
                )
            ]
        },
    ),
    (
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-vpc-endpoint-policy",
        "interface",
        "ecr.api",
        {
            "Statement": [
                allow("*", "*", Sid="AllowAll"),
                {
                    "Sid": "PreventDelete",
                    "Principal": "*",
                    "Action": "ecr:DeleteRepository",
                    "Effect": "Deny",
                    "Resource": "arn:aws:ecr:us-west-2:123456789012:repository/repository_name",
                },
            ]
        },
    ),
    (
        "https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy.html",
        "interface",
        "kms",
        {
            "Statement": [
                allow(
                    ["kms:Decrypt", "kms:DescribeKey", "kms:ListAliases", "kms:ListKeys"],
                    "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                    {"AWS": "arn:aws:iam::111122223333:user/ExampleUser"},
                    Sid="AllowDecryptAndView",
                )
            ]
        },
    ),
    (
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-endpoints.html#vpc-endpoint-policy",
        "interface",
        "lambda",
        {
            "Statement": [
                allow(
                    ["lambda:InvokeFunction"],
                    [
                        "arn:aws:lambda:us-east-2:123456789012:function:my-function",
                        "arn:aws:lambda:us-east-2:123456789012:function:my-function:*",
                    ],
                    {"AWS": "arn:aws:iam::123412341234:user/MyUser"},
                )
            ]
        },
    ),
    (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html",
        "interface",
        "sts",
        {
            "Version": "2012-10-17",
            "Statement": [
                allow("sts:*", "*", Sid="OurPeople", Condition=only(aws_PrincipalOrgID="o-a1b2c3d4e5")),
                allow(
                    ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
                    "*",
                    Sid="OurRoles",
                    Condition=only(aws_ResourceOrgID="o-a1b2c3d4e5"),
                ),
            ],
        },
    ),
    (
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/vpc-endpoint-overview.html",
        "interface",
        "secretsmanager",
        {"Statement": [allow("secretsmanager:*", "*", {"AWS": "123456789012"}, Sid="AccessSpecificAccount")]},
    ),
    (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-and-interface-VPC.html",
        "interface",
        "logs",
        {"Statement": [allow(["logs:CreateLogStream", "logs:PutLogEvents"], "*", Sid="PutOnly")]},
    ),
    (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-outposts-privatelink-interface-endpoints.html",
        "interface",
        "s3-outposts",
        {
            "Version": "2012-10-17",
            "Statement": [
                allow(
                    "s3-outposts:GetBucketPolicy",
                    "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/bucket/example-outpost-bucket",
                    {"AWS": "111122223333"},
                )
            ],
        },
    ),
    (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-endpoint-policies.html",
        "interface",
        "execute-api",
        {
            "Statement": [
                allow("execute-api:Invoke", "arn:aws:execute-api:us-east-1:123412341234:a1b2c3d4e5/*", {"AWS": [ROLE]}),
                allow("execute-api:Invoke", "arn:aws:execute-api:us-east-1:123412341234:a1b2c3d4e5/*/GET/pets"),
            ]
        },
    ),
    (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-internetwork-traffic-privacy.html",
        "interface",
        "sqs",
        {
            "Statement": [
                allow(
                    ["sqs:SendMessage"],
                    "arn:aws:sqs:us-east-2:123456789012:MyQueue",
                    {"AWS": "arn:aws:iam::123456789012:user/MyUser"},
                )
            ]
        },
    ),
]
# What the guides call the default, in the three forms that are met.
DEFAULTS = [
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}',
    '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
    '{"Version":"2012-10-17","Statement":{"Sid":"All","Effect":"Allow","Principal":{"AWS":"*"},"Action":["*"],"Resource":["*"]}}',
]
