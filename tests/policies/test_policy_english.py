"""Policies in plain English."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.asking import ROLE, ROOT, allow, deny, policy
from tui.policies.english import explain, in_words, is_full_access

LEDGER = ["arn:aws:s3:::payments-ledger", "arn:aws:s3:::payments-ledger/*"]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (allow(), "Anyone may do anything on any resource."),
        (
            allow(Action=["s3:GetObject", "s3:PutObject"], Resource=LEDGER),
            "Anyone may call s3:GetObject or s3:PutObject on the bucket payments-ledger and all in it.",
        ),
        (
            allow(Principal={"AWS": ROLE}, Action="kms:*", Resource="arn:aws:kms:eu-west-1:111122223333:key/*"),
            (
                "The role payments-app of account 111122223333 may do anything in kms on "
                "arn:aws:kms:eu-west-1:111122223333:key/*."
            ),
        ),
        (
            allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:ResourceOrgID": "o-1"}}),
            (
                "Anyone may do anything on any resource, if the caller's organization is o-1 and the resource's "
                "organization is o-1."
            ),
        ),
        (
            deny(Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
            (
                "Nobody may do anything in s3 on any resource, if the request is not encrypted (no TLS), whatever else "
                "allows it."
            ),
        ),
        (
            deny(NotPrincipal={"AWS": ROOT}, NotAction="s3:Get*", NotResource="arn:aws:s3:::exports/*"),
            (
                "Nobody but those of account 111122223333 may do anything but s3:Get* on anything but any object of the "
                "bucket exports, whatever else allows it."
            ),
        ),
        (
            allow(Condition={"ForAllValues:StringLike": {"aws:TagKeys": ["a*", "b", "c"]}}),
            (
                "Anyone may do anything on any resource, if every value of aws:TagKeys is like a*, b or c or aws:TagKeys is "
                "not in the request."
            ),
        ),
    ],
)
def test_a_statement_is_one_sentence(statement: dict[str, Any], sentence: str) -> None:
    """Who, may or may not, what, on what, when."""
    assert in_words(policy(statement).statements[0]) == sentence


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (deny(Principal={"AWS": ROOT}), "Nobody of account 111122223333 may do anything on any resource"),
        (
            deny(Principal={"AWS": [ROOT, "222233334444"]}),
            "Anyone of account 111122223333 or anyone of account 222233334444",
        ),
        (deny(NotPrincipal="*"), "This denies nobody anything: all are named."),
        (deny(Principal={"AWS": []}), "This denies nobody anything: no principal is named."),
        (deny(Action=[]), "This denies nothing: no action is named."),
        (deny(Principal={"AWS": f"{ROOT[:-4]}role/app"}), "The role app of account 111122223333 may not do anything"),
    ],
)
def test_a_denial_says_who_is_kept_out(statement: dict[str, Any], sentence: str) -> None:
    """Of all of some it is said with "nobody", which "may not" would leave open."""
    assert in_words(policy(statement).statements[0]).startswith(sentence)


def test_an_account_on_a_gateway_is_its_root_user() -> None:
    """The same words mean another thing there, and the sentence says it."""
    asked = policy(allow(Principal={"AWS": "111122223333"}))
    assert explain(asked, "gateway").statements[0].startswith("The root user of account 111122223333 may")
    assert explain(asked, "interface").statements[0].startswith("Anyone of account 111122223333 may")
    kept_out = explain(policy(deny(Principal={"AWS": "111122223333"})), "gateway").statements[0]
    assert kept_out.startswith("The root user of account 111122223333 may not")


@pytest.mark.parametrize(
    ("statements", "version", "full"),
    [
        ([allow()], None, True),
        ([allow()], "2008-10-17", True),
        ([allow(Principal={"AWS": ["*"]}, Action=["*"], Resource=["*"], Sid="x")], "2012-10-17", True),
        ([allow(), allow(Action="s3:GetObject")], "2012-10-17", True),
        ([allow(Action="s3:*")], None, False),
        ([allow(), deny(Action="s3:DeleteBucket")], None, False),
        ([allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})], None, False),
        ([allow(Principal={"AWS": ROOT})], None, False),
    ],
)
def test_the_default_policy_is_known_by_what_it_means(
    statements: list[dict[str, Any]], version: str | None, full: bool
) -> None:
    """Version, Sid and the way of writing do not matter."""
    asked = policy(*statements, version=version)
    assert is_full_access(asked) == full
    assert ("default policy" in explain(asked).summary) == full


def test_the_whole_is_summed_up() -> None:
    """Nothing, everything but, or only what is named."""
    assert explain(policy(deny())).summary.startswith("Nothing is let through")
    assert explain(policy(allow(), deny(Action="s3:*"))).summary == (
        "Everything is let through, except what the Deny statement denies."
    )
    assert explain(policy(allow(Action="s3:*"), allow(Action="ecr:*"))).summary == (
        "Only what one of the 2 Allow statements names is let through."
    )


def test_a_long_list_is_cut_and_counted() -> None:
    """Six actions are named, the others counted."""
    asked = policy(allow(Action=[f"s3:Action{number}" for number in range(20)]))
    assert "or 14 more on" in in_words(asked.statements[0])
