"""Two texts of one policy are recognised as one, and two policies as two."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui.policies.same import DEFAULT_POLICY, same_but_for_ids, same_meaning

ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"}
ROLE = "arn:aws:iam::123456789012:role/app"
OTHER = "arn:aws:iam::123456789012:role/batch"


def policy(*statements: dict[str, Any], **more: Any) -> str:
    """A policy's text."""
    return json.dumps({"Statement": list(statements), **more})


@pytest.mark.parametrize(
    "other",
    [
        json.dumps({"Version": "2012-10-17", "Statement": ALLOW}, indent=4),
        policy({**ALLOW, "Sid": "One"}, Id="x", Version="2008-10-17"),
        policy({**ALLOW, "Principal": {"AWS": "*"}}),
        policy({**ALLOW, "Principal": {"AWS": ["*"]}, "Action": ["s3:getobject"], "Resource": ["arn:aws:s3:::a/*"]}),
        policy(dict(reversed(ALLOW.items()))),
    ],
)
def test_another_spelling_is_the_same(other: str) -> None:
    """White space, order, Sids, lists of one, the case of actions, and a version without variables mean nothing."""
    assert same_meaning(policy(ALLOW), other)


@pytest.mark.parametrize(
    "other",
    [
        policy({**ALLOW, "Effect": "Deny"}),
        policy({**ALLOW, "Resource": "arn:aws:s3:::A/*"}),
        policy({**ALLOW, "Principal": {"AWS": "123456789012"}}),
        policy({**ALLOW, "Principal": {"Federated": "*"}}),
        policy({**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
        policy(ALLOW, {**ALLOW, "Action": "s3:PutObject"}),
        policy({"NotAction" if key == "Action" else key: value for key, value in ALLOW.items()}),
        DEFAULT_POLICY,
        "",
        "[]",
        "7",
        '{"Statement": null}',
        '{"Statement": [' * 5_000,
        "[" * 100_000,
        '{"Statement": [{"Principal": 7}]}',
    ],
)
def test_another_policy_is_another(other: str) -> None:
    """What a policy says in other words counts as different, and so does what is none."""
    assert not same_meaning(policy(ALLOW), other)
    assert same_meaning(other, other)


def test_a_version_counts_where_there_are_variables() -> None:
    """Without the new version `${aws:username}` is literal text."""
    home = {**ALLOW, "Resource": "arn:aws:s3:::a/${aws:username}/*"}
    assert not same_meaning(policy(home), policy(home, Version="2012-10-17"))


def test_values_of_conditions_may_be_of_any_type() -> None:
    """`true` and "true", 7 and "7" are the same; keys in any case, values in any order."""
    one = policy(
        {**ALLOW, "Condition": {"Bool": {"aws:SecureTransport": True}, "NumericEquals": {"s3:max-keys": [7, 8]}}}
    )
    other = {"NumericEquals": {"S3:Max-Keys": ["8", "7"]}, "Bool": {"aws:securetransport": ["true"]}}
    assert same_meaning(one, policy({**ALLOW, "Condition": other}))


def test_ids_stand_for_the_principals_that_were_sent() -> None:
    """An account is its root; a role's ARN may come back as a unique id, but not as two, nor as nobody."""
    sent = policy({**ALLOW, "Principal": {"AWS": [ROLE, OTHER, "123456789012"]}})
    root = "arn:aws:iam::123456789012:root"
    shown = policy({**ALLOW, "Principal": {"AWS": [root, "AROAEXAMPLE1234567890", "AROAEXAMPLE1234567891"]}})
    assert not same_meaning(sent, shown)
    assert same_but_for_ids(sent, shown)
    assert same_meaning(sent, policy({**ALLOW, "Principal": {"AWS": [root, OTHER, ROLE]}}))
    assert not same_but_for_ids(sent, policy({**ALLOW, "Principal": {"AWS": [root, "AROAEXAMPLE1234567890"]}}))
    assert not same_but_for_ids(sent, policy(ALLOW))
