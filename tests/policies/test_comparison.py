"""What a change of an endpoint's policy means, in a few words; and that rewriting it changes nothing."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.policies.comparison import DEFAULT_TEXT, compare_texts

ROLE = "arn:aws:iam::123456789012:role/payments-app"
OTHER = "arn:aws:iam::123456789012:role/reporting"
USER = "arn:aws:iam::123456789012:user/ada"
ROLE_ID, USER_ID = "AROAEXAMPLEID23456789", "AIDAEXAMPLEID23456789"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/*"


def policy(*statements: dict[str, Any], **look: Any) -> str:
    """A text of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, **look)


def allow(actions: object, principal: object = "*", **more: object) -> dict[str, Any]:
    """A statement that allows."""
    return {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": KEY, **more}


ANY_KMS = policy(allow("kms:*"))
DECRYPT = policy(allow(["kms:Decrypt", "kms:DescribeKey"]))


def test_what_is_lost_is_counted_and_shown_with_a_request() -> None:
    """In a few words how many actions, and which; in a sentence a request that came through before."""
    found = compare_texts(ANY_KMS, DECRYPT, "interface")
    assert found.is_same is False
    assert found.brief.split(" ", 1)[1].startswith("actions no longer allowed for some callers (kms:")
    assert [each.is_gain for each in found.changes] == [False]
    assert "No longer allowed: " in found.changes[0].sentence
    assert "Now: no statement allows it" in found.changes[0].sentence


def test_losses_are_told_before_gains() -> None:
    """Whoever reads it in an incident looks for what went away."""
    found = compare_texts(policy(allow("kms:Decrypt")), policy(allow("kms:Encrypt")), "interface")
    assert found.brief == (
        "1 action no longer allowed for some callers (kms:Decrypt); 1 action newly allowed (kms:Encrypt)"
    )
    assert [each.is_gain for each in found.changes] == [False, True]


@pytest.mark.parametrize(
    ("old", "new", "brief"),
    [
        (DECRYPT, DEFAULT_TEXT, "full access now"),
        (DECRYPT, "", "full access now"),
        (ANY_KMS, policy(allow("kms:*") | {"Effect": "Deny"}), "nothing is let through any more"),
        (DEFAULT_TEXT, policy(allow("kms:*")), "no full access any more; "),
        (ANY_KMS, "{", "the text is no policy now"),
        ("[]", ANY_KMS, "a policy again"),
    ],
)
def test_what_matters_most_comes_first(old: str, new: str, brief: str) -> None:
    """The default policy, no policy at all, and one that allows nothing are told as such."""
    assert compare_texts(old, new, "interface").brief.startswith(brief)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (DECRYPT, json.dumps(json.loads(DECRYPT), indent=4)),
        (DECRYPT, policy(allow(["kms:DescribeKey", "kms:Decrypt"]))),
        (policy(allow("kms:Decrypt"), allow("kms:Encrypt")), policy(allow("kms:Encrypt"), allow("kms:Decrypt"))),
        (ANY_KMS, policy(allow("KMS:*", {"AWS": "*"}, Sid="Ours"))),
        (DEFAULT_TEXT, ""),
        (policy(allow("kms:*", {"AWS": "123456789012"})), policy(allow("kms:*", {"AWS": "arn:aws:iam::123456789012:root"}))),
    ],
)  # fmt: skip
def test_what_is_only_written_in_another_way_changes_nothing(old: str, new: str) -> None:
    """White space, order, case of actions, the forms of everybody and of an account."""
    found = compare_texts(old, new, "interface")
    assert (found.is_same, found.changes) == (True, ())
    assert "lets the same through" in found.brief


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (ROLE, ROLE_ID),
        (ROLE_ID, ROLE),
        ([ROLE, USER], [USER_ID, ROLE_ID]),
        ([ROLE, "123456789012"], ["123456789012", ROLE_ID]),
    ],
)
def test_unique_ids_for_arns_change_nothing(was: object, now: object) -> None:
    """AWS writes them by itself; what an id means whose owner is gone is said besides."""
    old, new = (policy(allow("kms:Decrypt", {"AWS": each})) for each in (was, now))
    found = compare_texts(old, new, "interface")
    assert (found.is_same, found.changes) == (True, ())
    assert "changes nothing" in found.brief
    assert "stands for nobody" in found.notes[0]


@pytest.mark.parametrize(
    ("was", "now"), [(ROLE, USER_ID), (ROLE, OTHER), ([ROLE, OTHER], ROLE_ID), ("123456789012", ROLE_ID)]
)
def test_another_principal_is_a_change(was: object, now: object) -> None:
    """An id of a user is not that of a role, and one id is not two roles."""
    old, new = (policy(allow("kms:Decrypt", {"AWS": each})) for each in (was, now))
    assert compare_texts(old, new, "interface").is_same is False


def test_what_changes_beside_the_ids_is_told() -> None:
    """Another action is another policy, whatever the principals look like."""
    old, new = policy(allow("kms:Decrypt", {"AWS": ROLE})), policy(allow("kms:Encrypt", {"AWS": ROLE_ID}))
    assert compare_texts(old, new, "interface").is_same is False


def test_the_time_it_takes_has_a_bound() -> None:
    """With few requests allowed, what was not tried is said."""
    many = [allow(f"kms:{verb}*", {"AWS": f"arn:aws:iam::{123456789012 + at}:role/r{at}"},
                  Condition={"StringEquals": {f"aws:PrincipalTag/t{at}": str(at)}}, Resource=f"{KEY[:-1]}{at}*")
            for at, verb in enumerate(["Decrypt", "Encrypt", "Describe", "Get", "List", "Create"] * 7)]  # fmt: skip
    started = time.process_time()
    found = compare_texts(policy(*many), policy(allow("kms:List*")), "interface", 1)
    assert time.process_time() - started < 5
    assert found.limits
    assert found.brief.startswith(("at least ", "no change was found, but"))


@given(st.text(max_size=200), st.sampled_from([ANY_KMS, DEFAULT_TEXT, "", "{"]))
def test_any_text_can_be_compared(text: str, other: str) -> None:
    """Never an error, whichever side it stands on."""
    assert compare_texts(text, other, "interface").brief
    assert compare_texts(other, text, "gateway").brief
