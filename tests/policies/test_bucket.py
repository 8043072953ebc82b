"""Bucket policies beside an endpoint for S3.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
"""

from __future__ import annotations

import pytest

from tests.policies.asking import ROLE, allow, deny, policy
from tui.policies.arn import parse_caller
from tui.policies.bucket import gates, passing, snippets
from tui.policies.combine import Layers
from tui.policies.context import Way
from tui.policies.grammar import Form, read_policy

HERE = Way("gateway", "vpce-1a2b3c4d", "vpc-111bbb22")
ELSEWHERE = Way("gateway", "vpce-99999999", "vpc-999bbb99")
OUTSIDE = Way(through=False)


def test_each_snippet_lets_in_by_this_way_alone() -> None:
    """What is written is a policy that denies every other way, and says whom else it locks out."""
    for snippet in snippets("amzn-s3-demo-bucket", HERE.endpoint, HERE.vpc):
        read = read_policy(snippet.text, Form.RESOURCE).policy
        assert read is not None
        layers = Layers(endpoint=policy(allow()), resource=read, identity=(policy(allow()),))
        for way, decision in ((HERE, "allowed"), (ELSEWHERE, "explicit-deny"), (OUTSIDE, "explicit-deny")):
            answers = passing("amzn-s3-demo-bucket", parse_caller(ROLE), layers, way)
            assert {each.answer.decision for each in answers} == {decision}
        assert "console" in snippet.beware
    assert [snippet.title for snippet in snippets("b", "vpce-1", "")] == ["only through this endpoint"]


@pytest.mark.parametrize(
    ("statement", "here", "elsewhere"),
    [
        (deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}), False, True),
        (deny(Condition={"StringNotEquals": {"aws:SourceVpc": ["vpc-111bbb22", "vpc-2"]}}), False, True),
        (allow(Condition={"StringEquals": {"AWS:sourcevpce": "vpce-1a2b3c4d"}}), True, False),
        (deny(Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), True, True),
        (deny(Condition={"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}), None, None),
    ],
)
def test_a_statement_that_looks_at_the_way_is_told(
    statement: dict[str, object], here: bool | None, elsewhere: bool | None
) -> None:
    """Whether it hits what comes through this endpoint; aws:SourceIp is never there."""
    bucket = policy(statement, deny(Action="s3:DeleteBucket"))
    for way, applies in ((HERE, here), (ELSEWHERE, elsewhere)):
        (gate,) = gates(bucket, way)
        assert gate.applies is applies
        assert "this endpoint" in gate.says


def test_other_conditions_of_a_gate_are_told() -> None:
    """A gate that spares some callers does not deny everything that comes this way; none is told where it spares all."""
    spares = {"ArnNotLike": {"aws:PrincipalArn": ROLE}}
    bucket = policy(deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-99999999"}, **spares}))
    for way, others in ((HERE, True), (ELSEWHERE, False)):
        (gate,) = gates(bucket, way)
        assert gate.says.endswith(", where its other conditions hold too.") is others


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"Action": "*"}, "denies what comes through this endpoint."),
        ({"Action": ["s3:GetObject", "S3:*"]}, "denies what comes through this endpoint."),
        (
            {"Action": ["s3:PutObject", "s3:DeleteObject"]},
            "denies calls of s3:PutObject or s3:DeleteObject that come through this endpoint.",
        ),
        (
            {"Action": "s3:Get*", "Principal": {"AWS": ROLE}},
            "denies calls of s3:Get* that come through this endpoint, for the principals it names.",
        ),
    ],
)
def test_a_gate_says_what_it_is_about(more: dict[str, object], says: str) -> None:
    """One that denies some calls, or some principals, does not deny everything."""
    bucket = policy(deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-99999999"}}, **more))
    (gate,) = gates(bucket, HERE)
    assert gate.says == f"Statement 0 {says}"


def test_both_policies_must_let_a_request_pass() -> None:
    """An endpoint policy for another bucket stops what the bucket itself would let in."""
    bucket = policy(allow(Principal={"AWS": ROLE}))
    for resource, decision in (("arn:aws:s3:::mine*", "allowed"), ("arn:aws:s3:::other*", "implicit-deny")):
        layers = Layers(endpoint=policy(allow(Resource=resource)), resource=bucket)
        answers = passing("mine", parse_caller(ROLE), layers, HERE)
        assert [each.answer.decision for each in answers] == [decision] * 3
