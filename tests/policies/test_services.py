"""Which service an endpoint's name means, and how its actions begin."""

from __future__ import annotations

import pytest

from tui.policies.knowledge import actions, key_of, matching_actions, services
from tui.policies.services import prefixes_of, read_service
from tui.policies.spelling import nearest


@pytest.mark.parametrize(
    ("text", "name", "prefix", "region"),
    [
        ("s3", "s3", "s3", ""),
        ("com.amazonaws.eu-west-1.s3", "s3", "s3", "eu-west-1"),
        ("com.amazonaws.eu-west-1.ecr.api", "ecr.api", "ecr", "eu-west-1"),
        ("ecr.dkr", "ecr.dkr", "ecr", ""),
        ("com.amazonaws.us-gov-west-1.email-smtp", "email-smtp", "ses", "us-gov-west-1"),
        ("kinesis-streams", "kinesis-streams", "kinesis", ""),
        ("kinesis-firehose", "kinesis-firehose", "firehose", ""),
        ("monitoring", "monitoring", "cloudwatch", ""),
        ("bedrock-runtime", "bedrock-runtime", "bedrock", ""),
        ("com.amazonaws.us-east-1.kms-fips", "kms-fips", "kms", "us-east-1"),
        ("cn.com.amazonaws.cn-north-1.sqs", "sqs", "sqs", "cn-north-1"),
        ("aws.sagemaker.eu-west-1.notebook", "notebook", "sagemaker", "eu-west-1"),
        ("com.amazonaws.us-east-1.sagemaker.runtime", "sagemaker.runtime", "sagemaker", "us-east-1"),
        ("aws.api.us-west-2.kendra-ranking", "kendra-ranking", "kendra-ranking", "us-west-2"),
        ("com.amazonaws.s3-global.accesspoint", "s3-global.accesspoint", "s3", ""),
        ("com.amazonaws.us-east-1.timestream.query-cell2", "timestream.query-cell2", "timestream", "us-east-1"),
        ("com.amazonaws.us-east-1.iotsitewise.data", "iotsitewise.data", "iotsitewise", "us-east-1"),
        ("com.amazonaws.us-east-1.ssmmessages", "ssmmessages", "ssmmessages", "us-east-1"),
        ("com.amazonaws.us-east-1.sync-states", "sync-states", "states", "us-east-1"),
    ],
)
def test_a_service_is_known_by_its_names(text: str, name: str, prefix: str, region: str) -> None:
    """The word in the endpoint's name is often not the word that actions begin with."""
    service = read_service(text)
    assert (service.name, service.prefixes[0], service.region, service.foreign) == (name, prefix, region, False)
    assert set(service.prefixes) <= services()


def test_every_prefix_that_is_given_has_actions() -> None:
    """No word of the table is unknown to the data."""
    from tui.policies.services import _PREFIXES

    assert {prefix for prefixes in _PREFIXES.values() for prefix in prefixes} <= services()


def test_somebodys_own_service_is_told() -> None:
    """Its endpoint takes no policy."""
    assert read_service("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718").foreign


def test_what_nobody_knows_has_no_prefix() -> None:
    """Nothing is judged by it."""
    assert prefixes_of("timetravel") == ()
    assert read_service("").prefixes == ()


def test_actions_are_matched_without_their_case() -> None:
    """Wildcards stand for what the data knows."""
    assert matching_actions("S3:getobject") == ("s3:GetObject",)
    assert {"s3:GetObjectTagging", "s3:PutObjectTagging"} <= set(matching_actions("s3:*ObjectTagging"))
    assert matching_actions("s3:Sing*") == ()
    assert actions("../s3") == {}


@pytest.mark.parametrize(
    ("key", "spelled", "kind", "multivalued"),
    [
        ("aws:principalorgid", "aws:principalorgid", "String", False),
        ("aws:PrincipalTag/team", "aws:PrincipalTag/team", "String", False),
        ("AWS:TagKeys", "AWS:TagKeys", "String", True),
        ("s3:existingobjecttag/team", "s3:ExistingObjectTag/<key>", "String", False),
        ("kms:EncryptionContext:dept", "kms:EncryptionContext:${EncryptionContextKey}", "String", False),
        ("dynamodb:LeadingKeys", "dynamodb:LeadingKeys", "String", True),
        ("accounts.google.com:aud", "accounts.google.com:aud", "String", False),
    ],
)
def test_condition_keys_are_known_by_type(key: str, spelled: str, kind: str, multivalued: bool) -> None:
    """Also those that end with a part of the reader's own."""
    known = key_of(key)
    assert known is not None
    assert (known.spelled, known.type, known.multivalued) == (spelled, kind, multivalued)


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("GetObjct", ["PutObject", "GetObject"], "GetObject"),
        ("GetOjbect", ["GetObject"], "GetObject"),
        ("getobject", ["GetObject"], "GetObject"),
        ("Getobjjectt", ["GetObject"], "GetObject"),
        ("s4", ["s3", "s3express"], ""),
        ("ecx", ["ecr", "sqs"], "ecr"),
        ("SingAlong", ["GetObject"], ""),
        ("a" * 100, ["a" * 99], ""),
    ],
)
def test_the_nearest_word(word: str, known: list[str], near: str) -> None:
    """One slip, or two in a long word; short words have too many neighbours."""
    assert nearest(word, known) == near
