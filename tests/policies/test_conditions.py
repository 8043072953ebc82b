"""The condition operators, from the tables and sentences of the IAM User Guide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.asking import BOB, SESSION, allow, ask, deny, policy, said

ABSENT = None
YES, NO, OPEN = "allowed", "implicit-deny", "depends"

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATORS: list[tuple[str, str, Any, Any, str]] = [
    ("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control", "bucket-owner-full-control", YES),
    ("StringEquals", "s3:x-amz-acl", "public-read", "Public-Read", NO),
    ("StringEquals", "s3:prefix", "home/*", "home/bob", NO),
    ("StringEquals", "s3:prefix", "home/*", "home/*", YES),
    ("StringEquals", "s3:prefix", ["a", "b"], "b", YES),
    ("StringEquals", "s3:prefix", "", "", YES),
    ("StringEquals", "aws:PrincipalOrgID", "o-pay1example", ABSENT, NO),
    ("StringNotEquals", "aws:PrincipalOrgID", "o-pay1example", ABSENT, YES),
    ("StringNotEquals", "aws:PrincipalOrgID", "o-pay1example", "o-other", YES),
    ("StringNotEquals", "aws:PrincipalOrgID", ["o-pay1example", "o-other"], "o-other", NO),
    ("StringEqualsIgnoreCase", "aws:PrincipalTag/team", "Payments", "pAYMENTS", YES),
    ("StringEqualsIgnoreCase", "aws:PrincipalTag/team", "Payments", "payment", NO),
    ("StringNotEqualsIgnoreCase", "aws:PrincipalTag/team", "Payments", "pAYMENTS", NO),
    ("StringNotEqualsIgnoreCase", "aws:PrincipalTag/team", "Payments", ABSENT, YES),
    ("StringLike", "s3:prefix", ["", "home/", "home/bob/*"], "", YES),
    ("StringLike", "s3:prefix", "home/b?b/*", "home/bob/2026/x", YES),
    ("StringLike", "s3:prefix", "home/b?b/*", "home/bb/x", NO),
    ("StringLike", "s3:prefix", "Home/*", "home/x", NO),
    ("StringLike", "s3:prefix", "*", ABSENT, NO),
    ("StringLike", "s3:prefix", "[h]ome", "home", NO),
    (
        "StringNotLike",
        "aws:PrincipalArn",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::111122223333:user/bob",
        YES,
    ),
    ("StringNotLike", "s3:prefix", "home/*", ABSENT, YES),
    ("NumericEquals", "s3:max-keys", "10", "10.0", YES),
    ("NumericNotEquals", "s3:max-keys", "10", "11", YES),
    ("NumericEquals", "s3:max-keys", "1e3", "1000", YES),
    ("NumericLessThan", "s3:max-keys", "1E400", "5", YES),
    ("NumericGreaterThan", "s3:max-keys", "1e-07", "1.5E-7", YES),
    ("NumericEquals", "s3:max-keys", ".5", "0.5", YES),
    ("NumericNotEquals", "s3:max-keys", "1e1", "10", NO),
    ("NumericNotEquals", "s3:max-keys", "10", ABSENT, YES),
    ("NumericLessThan", "s3:max-keys", "10", "9", YES),
    ("NumericLessThan", "s3:max-keys", "10", "10", NO),
    ("NumericLessThan", "s3:max-keys", "10", "9.99", YES),
    ("NumericLessThanEquals", "s3:max-keys", "10", "10", YES),
    ("NumericLessThanEquals", "s3:max-keys", "10", "100", NO),
    ("NumericLessThanEquals", "s3:max-keys", "10", ABSENT, NO),
    ("NumericGreaterThan", "s3:max-keys", "10", "11", YES),
    ("NumericGreaterThanEquals", "s3:max-keys", "10", "-10", NO),
    ("NumericLessThan", "s3:max-keys", 10, "9", YES),
    ("NumericEquals", "s3:max-keys", "10", "ten", NO),
    ("DateGreaterThan", "aws:TokenIssueTime", "2020-01-01T00:00:01Z", "2026-11-22T22:00:00Z", YES),
    ("DateGreaterThan", "aws:TokenIssueTime", "2020-01-01T00:00:01Z", "2019-12-31T23:59:59Z", NO),
    ("DateGreaterThan", "aws:TokenIssueTime", "2020-01-01T00:00:01Z", ABSENT, NO),
    ("DateLessThan", "aws:CurrentTime", "2026-06-30", "2026-06-29T23:59:59.5Z", YES),
    ("DateLessThanEquals", "aws:CurrentTime", "2026-06-30T00:00:00Z", "2026-06-30T02:00:00+02:00", YES),
    ("DateEquals", "aws:CurrentTime", "1970-01-02T00:00:00Z", "86400", YES),
    ("DateNotEquals", "aws:CurrentTime", "2026", "2026-01-01T00:00:00Z", NO),
    ("DateGreaterThanEquals", "aws:EpochTime", "1577836801", "2020-01-01T00:00:01Z", YES),
    ("Bool", "aws:SecureTransport", "true", "true", YES),
    ("Bool", "aws:SecureTransport", True, "true", YES),
    ("Bool", "aws:SecureTransport", "false", "True", NO),
    ("Bool", "aws:MultiFactorAuthPresent", "true", ABSENT, NO),
    ("BoolIfExists", "aws:MultiFactorAuthPresent", "true", ABSENT, YES),
    ("BoolIfExists", "aws:MultiFactorAuthPresent", "true", "false", NO),
    ("BinaryEquals", "example:Key", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "BinaryValueInBase64", YES),
    ("BinaryEquals", "example:Key", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", YES),
    ("BinaryEquals", "example:Key", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "binaryvalueinbase64", NO),
    ("IpAddress", "aws:VpcSourceIp", "10.0.1.0/24", "10.0.1.255", YES),
    ("IpAddress", "aws:VpcSourceIp", "10.0.1.0/24", "10.0.2.0", NO),
    ("IpAddress", "aws:VpcSourceIp", "10.0.1.7", "10.0.1.7", YES),
    ("IpAddress", "aws:VpcSourceIp", ["203.0.113.0/24", "2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::9", YES),
    ("IpAddress", "aws:VpcSourceIp", "2001:DB8::/32", "10.0.1.7", NO),
    ("NotIpAddress", "aws:VpcSourceIp", "10.0.0.0/8", "10.0.1.7", NO),
    ("NotIpAddress", "aws:VpcSourceIp", "10.0.0.0/8", "192.168.1.7", YES),
    ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::111122223333:user/b*", "arn:aws:iam::111122223333:user/bob", YES),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/bob", "arn:aws:iam::111122223333:user/bob", YES),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*/bob", "arn:aws:iam::111122223333:user/bob", OPEN),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:111122223333:t", OPEN),
    ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:t*", "arn:aws:sns:eu-west-1:111122223333:t:sub:1", YES),
    ("ArnLike", "aws:SourceArn", "arn:aws:*:us-east-1:*:t", "arn:aws:sns:eu-west-1:us-east-1:1:t", NO),
    (
        "ArnNotEquals",
        "aws:PrincipalArn",
        "arn:aws:iam::111122223333:user/b?b",
        "arn:aws:iam::111122223333:user/bob",
        NO,
    ),
    ("ArnNotLike", "aws:SourceArn", "arn:aws:s3:::*", ABSENT, YES),
    ("Null", "aws:TokenIssueTime", "true", ABSENT, YES),
    ("Null", "aws:TokenIssueTime", "true", "2026-01-01T00:00:00Z", NO),
    ("Null", "aws:TokenIssueTime", False, "2026-01-01T00:00:00Z", YES),
    ("Null", "aws:TagKeys", "false", [], NO),
    ("StringLikeIfExists", "ec2:InstanceType", ["t1.*", "t2.*"], ABSENT, YES),
    ("StringLikeIfExists", "ec2:InstanceType", ["t1.*", "t2.*"], "t2.micro", YES),
    ("StringLikeIfExists", "ec2:InstanceType", ["t1.*", "t2.*"], "m5.large", NO),
    ("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-1", ABSENT, YES),
    ("stringequals", "AWS:principalorgid", "o-1", "o-1", YES),
]


@pytest.mark.parametrize(("operator", "key", "wanted", "value", "decision"), OPERATORS)
def test_each_operator_holds_as_the_guide_says(operator: str, key: str, wanted: Any, value: Any, decision: str) -> None:
    """An Allow under one condition allows exactly the requests whose context fulfils it."""
    asked = policy(allow(Condition={operator: {key: wanted}}))
    assert said(asked, context={key: value}) == decision


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html and
# …/reference_policies_condition_examples-multi-valued-context-keys.html
SETS: list[tuple[str, Any, Any, str]] = [
    ("ForAllValues:StringEquals", ["ID", "Message", "Tags"], ["Message", "Tags"], YES),
    ("ForAllValues:StringEquals", ["ID", "Message", "Tags"], ["Message", "UserName"], NO),
    ("ForAllValues:StringEquals", ["ID", "Message", "Tags"], [], YES),
    ("ForAllValues:StringEquals", ["ID", "Message", "Tags"], [""], YES),
    ("ForAllValues:StringEquals", ["ID", "Message", "Tags"], ABSENT, YES),
    ("ForAnyValue:StringEquals", ["ID", "PostDateTime"], ["UserName", "PostDateTime"], YES),
    ("ForAnyValue:StringEquals", ["ID", "PostDateTime"], ["UserName"], NO),
    ("ForAnyValue:StringEquals", ["ID", "PostDateTime"], [], NO),
    ("ForAnyValue:StringEquals", ["ID", "PostDateTime"], ABSENT, NO),
    ("ForAnyValue:StringEqualsIfExists", ["ID", "PostDateTime"], ABSENT, YES),
    ("ForAllValues:StringLike", ["key1*", "key2*"], ["key1:hr", "key2:legal"], YES),
    ("ForAllValues:StringLike", ["key1*", "key2*"], ["key1:hr", "key3"], NO),
    ("ForAllValues:StringNotLike", "key1*", ["key1:legal"], NO),
    ("ForAllValues:StringNotLike", "key1*", ["key1:hr", "key2"], NO),
    ("ForAllValues:StringNotLike", "key1*", ["key2:audit"], YES),
    ("ForAllValues:StringNotLike", "key1*", ABSENT, YES),
    ("ForAnyValue:StringNotEquals", ["DataClass", "Owner"], ["DataClass", "Owner"], NO),
    ("ForAnyValue:StringNotEquals", ["DataClass", "Owner"], ["Dept", "DataClass"], YES),
    ("ForAnyValue:StringNotEquals", ["DataClass", "Owner"], ABSENT, NO),
    ("StringEquals", ["a"], ["a", "b"], OPEN),
    ("StringEquals", ["a", "b"], ["a", "b"], YES),
]


@pytest.mark.parametrize(("operator", "wanted", "value", "decision"), SETS)
def test_set_operators_compare_every_value_or_any(operator: str, wanted: Any, value: Any, decision: str) -> None:
    """ForAllValues holds without values, ForAnyValue does not; without either, several values are not documented."""
    asked = policy(allow(Condition={operator: {"dynamodb:Attributes": wanted}}))
    assert said(asked, context={"dynamodb:Attributes": value}) == decision


def test_all_keys_of_all_operators_must_hold() -> None:
    """Operators and keys are joined by and, the values of a key by or."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
    asked = policy(
        allow(
            Condition={
                "StringEqualsIgnoreCase": {
                    "aws:PrincipalTag/department": ["finance", "hr", "legal"],
                    "aws:PrincipalTag/role": ["audit", "security"],
                },
                "StringEquals": {"aws:PrincipalAccount": "111122223333"},
            }
        )
    )
    fits = {"aws:PrincipalTag/department": "HR", "aws:PrincipalTag/role": "audit"}
    assert said(asked, context=fits) == YES
    assert said(asked, context=fits | {"aws:PrincipalTag/role": "sales"}) == NO
    assert said(asked, context=fits | {"aws:PrincipalAccount": "444455556666"}) == NO


def test_a_key_that_was_not_told_leaves_it_open() -> None:
    """What nobody told is not invented: the verdict depends on it, and the key is named."""
    verdict = ask(policy(allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})))
    assert (verdict.decision, verdict.missing) == (OPEN, ("aws:PrincipalOrgID",))
    assert "aws:PrincipalOrgID" in verdict.because


def test_an_open_key_does_not_matter_where_all_is_decided() -> None:
    """A Deny that applies, or no Allow that could, decides whatever the unknown key holds."""
    open_condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    assert said(policy(allow(Condition=open_condition), deny())) == "explicit-deny"
    assert said(policy(deny(Condition=open_condition))) == NO
    assert said(policy(allow(Condition=open_condition), allow())) == YES
    assert said(policy(allow(), deny(Condition=open_condition))) == OPEN


def test_what_a_caller_may_send_is_absent_until_told_and_named_as_missing() -> None:
    """A request told without s3:prefix is one without; the answer says that sending it may change the verdict."""
    verdict = ask(policy(allow(Condition={"StringLike": {"s3:prefix": "home/*"}})), action="s3:ListBucket")
    assert (verdict.decision, verdict.missing) == (NO, ("s3:prefix",))


def test_a_user_asks_with_its_own_keys_until_told_otherwise() -> None:
    """Then there is no aws:MultiFactorAuthPresent; a session has it, with a value that must be told."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
    asked = policy(allow(), deny(Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))
    verdict = ask(asked)
    assert (verdict.decision, verdict.missing) == ("explicit-deny", ("aws:MultiFactorAuthPresent",))
    assert said(asked, SESSION) == OPEN
    assert said(asked, context={"aws:MultiFactorAuthPresent": "true"}) == YES


@pytest.mark.parametrize(
    ("principal", "key", "wanted", "decision"),
    [
        (BOB, "aws:username", "bob", YES),
        (BOB, "aws:PrincipalType", "User", YES),
        (SESSION, "aws:username", "payments-app", NO),
        (SESSION, "aws:PrincipalArn", "arn:aws:iam::111122223333:role/payments-app", YES),
        (SESSION, "aws:PrincipalArn", SESSION, NO),
        (SESSION, "aws:PrincipalType", "AssumedRole", YES),
        ("anonymous", "aws:PrincipalAccount", "anonymous", YES),
        ("anonymous", "aws:PrincipalOrgID", "o-1", NO),
        ("cloudtrail.amazonaws.com", "aws:PrincipalServiceName", "cloudtrail.amazonaws.com", YES),
    ],
)
def test_the_caller_fills_in_what_it_tells(principal: str, key: str, wanted: str, decision: str) -> None:
    """Keys of the caller need not be told: a session carries the ARN of its role, an anonymous caller nothing."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    assert said(policy(allow(Condition={"StringEquals": {key: wanted}})), principal) == decision


@pytest.mark.parametrize(
    ("operator", "wanted", "decision"),
    [
        ("ArnEquals", "arn:aws:iam::111122223333:role/team/payments-app", OPEN),
        ("ArnLike", "arn:aws:iam::*:role/service-role/*", OPEN),
        ("StringLike", "arn:aws:iam::111122223333:role/*/payments-app", OPEN),
        ("StringEquals", "arn:aws:iam::111122223333:role/team/payments-app", OPEN),
        ("StringNotEquals", "arn:aws:iam::111122223333:role/team/payments-app", OPEN),
        ("StringEquals", "arn:aws:iam::111122223333:role/team/*", NO),
        ("ArnEquals", "arn:aws:iam::111122223333:role/team/billing-app", NO),
        ("ArnLike", "arn:aws:iam::444455556666:role/team/*", NO),
        ("ArnLike", "arn:aws:iam::111122223333:role/billing-*", NO),
        ("ArnLike", "arn:aws:iam::111122223333:role/payments-*", YES),
    ],
)
def test_a_session_does_not_tell_the_path_of_its_role(operator: str, wanted: str, decision: str) -> None:
    """A value with a path and the role's name may fit; once aws:PrincipalArn or the role itself is told, nothing is open."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    asked = policy(allow(Condition={operator: {"aws:PrincipalArn": wanted}}))
    assert said(asked, SESSION) == decision
    bare = "arn:aws:iam::111122223333:role/payments-app"
    told = {YES, NO}
    assert said(asked, SESSION, context={"aws:principalarn": bare}) in told
    assert said(asked, bare) in told


def test_the_source_address_is_not_in_requests_through_an_endpoint() -> None:
    """Negated conditions on aws:SourceIp always hold there, positive ones never."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
    block = {"aws:SourceIp": "10.0.0.0/8"}
    assert said(policy(allow(Condition={"IpAddress": block}))) == NO
    assert said(policy(allow(), deny(Condition={"NotIpAddress": block}))) == "explicit-deny"
    assert said(policy(allow(Condition={"Null": {"aws:SourceVpce": "false"}}))) == YES


@pytest.mark.parametrize("action", ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"])
def test_who_asks_for_a_role_with_a_foreign_identity_has_no_principal_keys(action: str) -> None:
    """An Allow for the organization alone cuts federated callers off, for nothing of AWS signs their request."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html
    asked = policy(allow(Action="sts:*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))
    role = "arn:aws:iam::111122223333:role/payments-app"
    assert said(asked, role, action, role) == NO
    assert said(asked, role, "sts:AssumeRole", role) == OPEN
    assert said(policy(allow(Action="sts:*")), "accounts.google.com", action, role) == YES
