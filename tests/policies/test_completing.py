"""A request is completed from the policy, from AWS's reference, and from what was asked before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.policies.completing import (
    Fields,
    Surroundings,
    UnreadableError,
    candidates,
    fields_of,
    first_fields,
    read_fields,
)
from tui.policies.evaluate import Decision, evaluate
from tui.policies.grammar import read_policy
from tui.policies.model import Policy

APP = "arn:aws:iam::123456789012:role/payments-app"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f1e"
TEXT = """{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": "*", "Action": ["kms:Decrypt", "kms:Describe*"],
   "Resource": "arn:aws:kms:eu-west-1:123456789012:key/*",
   "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/payments-app"},
                 "StringEquals": {"kms:ViaService": ["ebs.eu-west-1.amazonaws.com"]}}}]}"""
AROUND = Surroundings(("kms",), "210987654321", "eu-west-1", ("arn:aws:iam::123456789012:user/ada",))
WHOLE = Fields(APP, "kms:Decrypt", KEY, "123456789012", "kms:ViaService=ebs.eu-west-1.amazonaws.com; aws:SourceArn=")


def policy() -> Policy:
    """The policy of TEXT."""
    read = read_policy(TEXT).policy
    assert read is not None
    return read


def found(field: str, **written: str) -> tuple[str, ...]:
    """What a field may become."""
    return candidates(field, Fields(**written), policy(), AROUND)


def test_a_form_is_read_as_a_request() -> None:
    """A key with nothing behind it is absent; the same key twice has two values."""
    request = read_fields(WHOLE)
    assert request.context == {"kms:ViaService": ("ebs.eu-west-1.amazonaws.com",), "aws:SourceArn": None}
    assert fields_of(request) == WHOLE
    assert read_fields(Fields(APP, "s3:ListBucket", "*", "", "a=1;a=2 ;")).context == {"a": ("1", "2")}
    assert evaluate(policy(), request).decision is Decision.ALLOWED


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("principal", ""), ("principal", "ada"), ("principal", "arn:aws:iam::123456789012:role/*"), ("action", "Decrypt"),
        ("action", "kms:De*"), ("action", ""), ("resource", "bucket"), ("resource", ""), ("resource_account", "12"),
        ("context", "nothing"), ("context", "=1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_of_its_field(field: str, text: str) -> None:
    """With a sentence on what belongs there."""
    written = {"principal": APP, "action": "kms:Decrypt", "resource": KEY, "resource_account": "", "context": ""}
    with pytest.raises(UnreadableError) as refused:
        read_fields(Fields(**{**written, field: text}))
    assert refused.value.field == field
    assert str(refused.value)


def test_principals_are_those_asked_about_and_those_of_the_policy() -> None:
    """Then the account's, anonymous and services; narrowed by what is written."""
    assert found("principal")[:3] == (AROUND.recent[0], APP, "arn:aws:iam::210987654321:root")
    assert "anonymous" in found("principal")
    assert found("principal", principal="payments") == (APP,)
    assert found("principal", principal=APP) == ()


def test_actions_are_those_of_the_endpoints_service_first() -> None:
    """Without wildcards; those of another service once it is named."""
    assert found("action")[0] == "kms:Decrypt"
    assert found("action", action="enc")[0] == "kms:Encrypt"
    assert found("action", action="kms:GenerateDataKeyW") == (
        "kms:GenerateDataKeyWithoutPlaintext",
    )  # fmt: skip
    assert found("action", action="S3:getobj")[0] == "s3:GetObject"
    assert "dynamodb:" in found("action", action="dyn")
    assert not any("*" in each for each in found("action", action="k"))


def test_resources_are_examples_of_the_policy_and_forms_of_the_action() -> None:
    """With account and Region where they are known; an action without resources has *."""
    assert found("resource", action="kms:Decrypt") == (
        "arn:aws:kms:eu-west-1:123456789012:key/example",
        "arn:aws:kms:eu-west-1:210987654321:key/KEYID",
    )
    assert found("resource", action="s3:GetObject")[0] == "arn:aws:s3:::BUCKETNAME/OBJECTNAME"
    assert found("resource", action="sts:GetCallerIdentity") == ("*",)
    assert found("resource_account") == ("210987654321", "123456789012")


def test_condition_keys_of_the_policy_come_first_and_their_values() -> None:
    """What the caller tells by itself is not offered; parts before the last stay as they are."""
    assert found("context", action="kms:Decrypt") == ("kms:ViaService=",)
    assert found("context", context="a=1; kms:viaservice=") == ("a=1; kms:viaservice=ebs.eu-west-1.amazonaws.com",)
    assert "kms:GrantIsForAWSResource=" in found("context", action="kms:Decrypt", context="kms:grant")


def test_a_form_begins_with_a_request_of_the_policy() -> None:
    """Which can be read, and asks for what a statement names."""
    first = first_fields(policy(), Surroundings(("kms",)))
    assert (first.principal, first.action) == (APP, "kms:Decrypt")
    assert read_fields(first).resource == "arn:aws:kms:eu-west-1:123456789012:key/example"


def test_a_key_of_a_tag_waits_for_the_tag() -> None:
    """Keys of every service are spelled as AWS does."""
    assert "aws:PrincipalTag/" in found("context", context="aws:principalt")
    assert found("context", context="aws:sourcev") == ("aws:SourceVpc=", "aws:SourceVpce=")


def test_what_there_is_completes_too() -> None:
    """Resources of the action's kind, and those that the policies of other endpoints name."""
    other = read_policy(
        TEXT.replace("kms", "s3").replace("arn:aws:s3:eu-west-1:123456789012:key/*", "arn:aws:s3:::ledger/*")
    )
    assert other.policy is not None
    arns = ("arn:aws:ec2:eu-west-1:210987654321:instance/i-0a1b", "arn:aws:ec2:eu-west-1:210987654321:subnet/subnet-1")
    around = Surroundings(("ec2",), "210987654321", "eu-west-1", (), (other.policy,), arns)
    offered = candidates("resource", Fields(action="ec2:StopInstances"), policy(), around)
    assert offered[0] == arns[0]
    assert arns[1] not in offered
    assert candidates("resource", Fields(action="s3:GetObject"), policy(), around)[0] == "arn:aws:s3:::ledger/example"


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_arns_are_of_the_partition_of_the_region(region: str, partition: str) -> None:
    """Also where it is not the largest."""
    around = Surroundings(("kms",), "210987654321", region)
    assert f"arn:{partition}:iam::210987654321:root" in candidates("principal", Fields(), policy(), around)
    offered = candidates("resource", Fields(action="kms:Decrypt"), policy(), around)
    assert offered[-1] == f"arn:{partition}:kms:{region}:210987654321:key/KEYID"


@given(
    st.sampled_from(["principal", "action", "resource", "resource_account", "context"]),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_any_text_can_be_completed(field: str, written: str, action: str) -> None:
    """Never an error, nor what is written already."""
    offered = candidates(field, Fields(**{"action": action, field: written}), policy(), AROUND)
    assert offered != (written.strip(),)
