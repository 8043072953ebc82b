"""Policies and requests from the pages of AWS, each beside its page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.asking import BOB, GATEWAY, OBJECT, ROLE, SESSION, STRANGER, allow, ask, deny, policy, said
from tui.policies.arn import parse_caller
from tui.policies.context import EndpointKind, Request
from tui.policies.evaluate import evaluate

YES, NO, DENIED, OPEN = "allowed", "implicit-deny", "explicit-deny", "depends"
BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
DEFAULT = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html and
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
S3_BUCKET = allow(
    Sid="Access-to-specific-bucket-only", Action=["s3:GetObject", "s3:PutObject"], Resource=[BUCKET, f"{BUCKET}/*"]
)
S3_ACCOUNT = allow(
    Sid="Access-to-bucket-in-my-account-only",
    Action="s3:GetObject",
    Resource="arn:aws:s3:::*",
    Condition={"StringEquals": {"aws:ResourceAccount": "111122223333"}},
)
S3_NOT_FROM_HERE = deny(
    Sid="Access-to-specific-VPCE-only",
    Action="s3:*",
    Resource=[BUCKET, f"{BUCKET}/*"],
    Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
)
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/vpc-endpoints-dynamodb.html
DYNAMODB = allow(
    Sid="AccessToSpecificTable",
    Action=["dynamodb:Batch*", "dynamodb:Delete*", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem"],
    Resource="arn:aws:dynamodb:us-east-1:111122223333:table/StockTable",
)
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
ECR = (allow(Sid="AllowAll"), deny(Sid="PreventDelete", Action="ecr:DeleteRepository", Resource="*"))
ECR_LAYERS = allow(Action="s3:GetObject", Resource="arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html
STS = (
    allow(Action="sts:*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
    allow(Action=["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]),
)
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-endpoints.html
LAMBDA = allow(
    Principal={"AWS": "arn:aws:iam::111122223333:user/MyUser"},
    Action="lambda:InvokeFunction",
    Resource=["arn:aws:lambda:us-east-2:111122223333:function:my-function:*"],
)
# https://docs.aws.amazon.com/kms/latest/developerguide/kms-vpc-endpoint.html
KMS = allow(
    Principal={"AWS": "arn:aws:iam::111122223333:user/ExampleUser"},
    Action=["kms:GenerateDataKeyPair", "kms:GenerateRandom", "kms:Decrypt"],
    Resource="arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
)
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-endpoint-policies.html
API = (
    allow(Action="execute-api:Invoke", Resource="arn:aws:execute-api:us-east-1:123412341234:a1b2c3d4e5/*/GET/*"),
    deny(Action="execute-api:Invoke", Resource="arn:aws:execute-api:us-east-1:123412341234:*/admin/*"),
)
API_ARN = "arn:aws:execute-api:us-east-1:123412341234:a1b2c3d4e5/prod/GET/pets"
TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/StockTable"
FUNCTION = "arn:aws:lambda:us-east-2:111122223333:function:my-function"
KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MY_USER, EXAMPLE_USER = "arn:aws:iam::111122223333:user/MyUser", "arn:aws:iam::111122223333:user/ExampleUser"
VPCE = "aws:SourceVpce"

PAGES: list[tuple[tuple[dict[str, Any], ...], str, str, str, dict[str, Any], EndpointKind, str]] = [
    ((S3_BUCKET,), BOB, "s3:GetObject", f"{BUCKET}/a/b.csv", {}, "gateway", YES),
    ((S3_BUCKET,), BOB, "s3:GetObject", f"{BUCKET}-2/a", {}, "gateway", NO),
    ((S3_BUCKET,), BOB, "s3:DeleteObject", f"{BUCKET}/a", {}, "gateway", NO),
    ((S3_BUCKET,), BOB, "S3:getobject", f"{BUCKET}/a", {}, "gateway", YES),
    ((S3_ACCOUNT,), SESSION, "s3:GetObject", OBJECT, {"aws:ResourceAccount": "111122223333"}, "gateway", YES),
    ((S3_ACCOUNT,), SESSION, "s3:GetObject", OBJECT, {"aws:ResourceAccount": "444455556666"}, "gateway", NO),
    ((S3_ACCOUNT,), SESSION, "s3:GetObject", OBJECT, {}, "gateway", OPEN),
    ((S3_NOT_FROM_HERE,), SESSION, "s3:GetObject", f"{BUCKET}/a", {VPCE: "vpce-1a2b3c4d"}, "interface", NO),
    ((S3_NOT_FROM_HERE,), SESSION, "s3:GetObject", f"{BUCKET}/a", {VPCE: "vpce-99999999"}, "interface", DENIED),
    ((DYNAMODB,), SESSION, "dynamodb:BatchGetItem", TABLE, {}, "gateway", YES),
    ((DYNAMODB,), SESSION, "dynamodb:Query", TABLE, {}, "gateway", NO),
    ((DYNAMODB,), SESSION, "dynamodb:GetItem", f"{TABLE}/index/i", {}, "gateway", NO),
    (ECR, SESSION, "ecr:BatchGetImage", "arn:aws:ecr:us-east-1:1:repository/r", {}, "interface", YES),
    (ECR, SESSION, "ecr:DeleteRepository", "arn:aws:ecr:us-east-1:1:repository/r", {}, "interface", DENIED),
    ((ECR_LAYERS,), SESSION, "s3:GetObject", "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/x", {}, "gateway", YES),
    ((ECR_LAYERS,), SESSION, "s3:GetObject", "arn:aws:s3:::prod-us-west-2-starport-layer-bucket/x", {}, "gateway", NO),
    (STS[:1], ROLE, "sts:AssumeRoleWithWebIdentity", ROLE, {}, "interface", NO),
    (STS, ROLE, "sts:AssumeRoleWithWebIdentity", ROLE, {}, "interface", YES),
    (STS, STRANGER, "sts:AssumeRole", ROLE, {"aws:PrincipalOrgID": "o-2"}, "interface", NO),
    ((LAMBDA,), MY_USER, "lambda:InvokeFunction", f"{FUNCTION}:1", {}, "interface", YES),
    ((LAMBDA,), MY_USER, "lambda:InvokeFunction", FUNCTION, {}, "interface", NO),
    ((LAMBDA,), BOB, "lambda:InvokeFunction", f"{FUNCTION}:1", {}, "interface", NO),
    ((KMS,), EXAMPLE_USER, "kms:Decrypt", KEY, {}, "interface", YES),
    ((KMS,), EXAMPLE_USER, "kms:Encrypt", KEY, {}, "interface", NO),
    (API, "anonymous", "execute-api:Invoke", API_ARN, {}, "interface", YES),
    (API, "anonymous", "execute-api:Invoke", API_ARN.replace("GET", "POST"), {}, "interface", NO),
    (API, BOB, "execute-api:Invoke", API_ARN.replace("/prod", "/admin"), {}, "interface", DENIED),
]


@pytest.mark.parametrize(("statements", "principal", "action", "resource", "context", "kind", "decision"), PAGES)
def test_the_examples_of_the_services_decide_as_their_pages_say(
    statements: tuple[dict[str, Any], ...],
    principal: str,
    action: str,
    resource: str,
    context: dict[str, Any],
    kind: EndpointKind,
    decision: str,
) -> None:
    """Endpoint policies of S3, DynamoDB, ECR, STS, Lambda, KMS and API Gateway, as their guides print them."""
    assert said(policy(*statements), principal, action, resource, context, kind) == decision


def test_the_default_policy_lets_everything_through() -> None:
    """Without a policy an endpoint has this one, with no Version at all."""
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
    asked = policy(*DEFAULT["Statement"], version=None)
    for caller in (BOB, SESSION, "anonymous", "lambda.amazonaws.com"):
        assert said(asked, caller, kind="gateway") == YES


@pytest.mark.parametrize(
    ("elements", "action", "resource", "decision"),
    [
        ({"NotAction": "s3:Delete*"}, "s3:GetObject", OBJECT, YES),
        ({"NotAction": "s3:Delete*"}, "s3:DeleteObject", OBJECT, NO),
        ({"NotAction": ["iam:*", "s3:Put?bject"]}, "s3:PutObject", OBJECT, NO),
        ({"NotResource": "arn:aws:s3:::payments-*"}, "s3:GetObject", OBJECT, NO),
        ({"NotResource": "arn:aws:s3:::payments-*"}, "s3:GetObject", "arn:aws:s3:::exports/x", YES),
        ({"Resource": "arn:aws:s3:::Payments-ledger/*"}, "s3:GetObject", OBJECT, NO),
        ({"Resource": "arn:aws:s3:::payments-ledger"}, "s3:GetObject", OBJECT, NO),
        ({"Resource": "arn:aws:s3:::payments-??????/*"}, "s3:GetObject", OBJECT, YES),
        ({"Resource": "arn:aws:s3:::*/*.csv"}, "s3:GetObject", OBJECT, YES),
        ({"Resource": "*"}, "s3:ListAllMyBuckets", "*", YES),
        ({"Action": []}, "s3:GetObject", OBJECT, NO),
    ],
)
def test_actions_and_resources_are_matched(elements: dict[str, Any], action: str, resource: str, decision: str) -> None:
    """Actions in any case, resources in theirs; a wildcard crosses slashes; Not leaves out what it lists."""
    assert said(policy(allow(**elements)), BOB, action, resource) == decision


def test_a_deny_alone_blocks_everything() -> None:
    """What no statement allows is denied, so a policy of Deny statements alone lets nothing through."""
    verdict = ask(policy(deny(Action="s3:DeleteObject")))
    assert (verdict.decision, verdict.deciding) == (NO, None)
    assert verdict.because == "no statement allows anything"


def test_an_explicit_deny_wins_wherever_it_stands() -> None:
    """The order of statements means nothing."""
    denying = deny(Sid="NeverDelete", Action="s3:Delete*")
    for statements in ([denying, allow()], [allow(), denying]):
        verdict = ask(policy(*statements), action="s3:DeleteObject")
        assert verdict.decision == DENIED
        assert verdict.deciding is not None
        assert verdict.deciding.sid == "NeverDelete"


def test_each_statement_tells_why_it_missed() -> None:
    """Other action, other resource, other principal, or the condition that failed with what it got."""
    asked = policy(
        allow(Action="s3:PutObject"),
        allow(Resource="arn:aws:s3:::other/*"),
        allow(Principal={"AWS": STRANGER}),
        allow(Condition={"StringEquals": {"aws:PrincipalAccount": "444455556666"}}),
        allow(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
    )
    assert [judgement.why for judgement in ask(asked).judgements] == [
        "is for other actions",
        "is for other resources",
        "is for other principals",
        "needs StringEquals aws:PrincipalAccount 444455556666, but aws:PrincipalAccount is 111122223333",
        "needs IpAddress aws:SourceIp 10.0.0.0/8, but aws:SourceIp is not in the request",
    ]


def test_a_role_of_single_sign_on_is_not_guessed() -> None:
    """Such a role stands under a path that a session does not show: conditions on its ARN stay open."""
    session = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann"
    asked = policy(
        allow(
            Condition={
                "ArnLike": {
                    "aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"
                }
            }
        )
    )
    verdict = ask(asked, session)
    assert (verdict.decision, verdict.missing) == (OPEN, ("aws:PrincipalArn",))


def test_no_policy_is_without_an_answer() -> None:
    """A policy whose statements are empty lists decides like any other."""
    asked = policy(allow(Principal={"AWS": []}, Resource=[], Action=[]))
    assert evaluate(asked, Request(parse_caller(BOB), "s3:GetObject", OBJECT), GATEWAY).decision == NO
