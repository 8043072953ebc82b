"""Policy variables, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html."""

from __future__ import annotations

import pytest

from tests.policies.asking import BOB, SESSION, allow, deny, policy, said

YES, NO, OPEN = "allowed", "implicit-deny", "depends"
HOME = "arn:aws:s3:::mybucket/${aws:username}/*"


def test_a_variable_stands_for_the_callers_own_name() -> None:
    """Each user has the folder of his name, and no other."""
    asked = policy(allow(Action="s3:GetObject", Resource=HOME))
    assert said(asked, BOB, resource="arn:aws:s3:::mybucket/bob/x") == YES
    assert said(asked, BOB, resource="arn:aws:s3:::mybucket/eve/x") == NO


def test_without_the_new_version_it_is_plain_text() -> None:
    """Policies without a Version, or with the first, know no variables."""
    for version in (None, "2008-10-17"):
        asked = policy(allow(Action="s3:GetObject", Resource=HOME), version=version)
        assert said(asked, BOB, resource="arn:aws:s3:::mybucket/bob/x") == NO
        assert said(asked, BOB, resource="arn:aws:s3:::mybucket/${aws:username}/x") == YES


def test_a_variable_without_value_matches_no_resource() -> None:
    """A session has no aws:username: the statement matches nothing, and NotResource leaves nothing out."""
    assert said(policy(allow(Resource=HOME)), SESSION, resource="arn:aws:s3:::mybucket//x") == NO
    assert said(policy(allow(), deny(NotResource=HOME)), SESSION) == "explicit-deny"


def test_a_variable_without_value_equals_nothing() -> None:
    """Positive operators fail on it and inverted ones hold: the guide's example denies those without a team."""
    same = {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}
    context = {"s3:ExistingObjectTag/Team": "red", "aws:PrincipalTag/Team": None}
    assert said(policy(allow(Condition={"StringEquals": same})), context=context) == NO
    assert said(policy(allow(), deny(Condition={"StringNotEquals": same})), context=context) == "explicit-deny"
    assert (
        said(policy(allow(Condition={"StringEquals": same})), context=context | {"aws:PrincipalTag/Team": "red"}) == YES
    )


def test_a_default_stands_in_for_a_missing_value() -> None:
    """`${key, 'default'}` is the default where the key has no value, the value where it has."""
    asked = policy(allow(Resource="arn:aws:s3:::b/${aws:PrincipalTag/team, 'company-wide'}/*"))
    told = {"aws:PrincipalTag/team": "red"}
    assert said(asked, resource="arn:aws:s3:::b/company-wide/x", context={"aws:PrincipalTag/team": None}) == YES
    assert said(asked, resource="arn:aws:s3:::b/red/x", context=told) == YES
    assert said(asked, resource="arn:aws:s3:::b/company-wide/x", context=told) == NO


def test_what_is_filled_in_is_never_a_wildcard() -> None:
    """A tag `*` opens nothing but what is called `*`."""
    asked = policy(allow(Resource="arn:aws:s3:::b/${aws:PrincipalTag/team}/x"))
    told = {"aws:PrincipalTag/team": "*"}
    assert said(asked, resource="arn:aws:s3:::b/red/x", context=told) == NO
    assert said(asked, resource="arn:aws:s3:::b/*/x", context=told) == YES


@pytest.mark.parametrize("sign", ["*", "?", "$"])
def test_the_signs_themselves_can_be_meant(sign: str) -> None:
    """`${*}`, `${?}` and `${$}` are the characters, also where wildcards count."""
    asked = policy(allow(Condition={"StringLike": {"s3:prefix": f"a${{{sign}}}b"}}))
    assert said(asked, context={"s3:prefix": f"a{sign}b"}) == YES
    assert said(asked, context={"s3:prefix": "axb"}) == NO


def test_a_variable_of_which_nothing_is_known_leaves_it_open() -> None:
    """Open only where some value could make it match."""
    asked = policy(allow(Resource="arn:aws:s3:::b/${aws:PrincipalTag/team}/*"))
    assert said(asked, resource="arn:aws:s3:::b/red/x") == OPEN
    assert said(asked, resource="arn:aws:s3:::other/red/x") == NO


def test_a_key_with_several_values_is_no_variable() -> None:
    """The guide: a multivalued key cannot be used as a variable."""
    asked = policy(allow(Condition={"StringEquals": {"s3:prefix": "${aws:TagKeys}"}}))
    assert said(asked, context={"s3:prefix": "a", "aws:TagKeys": ["a", "b"]}) == NO


def test_numbers_dates_and_addresses_know_no_variables() -> None:
    """Only string and ARN operators fill them in."""
    asked = policy(allow(Condition={"NumericEquals": {"s3:max-keys": "${aws:PrincipalTag/most}"}}))
    assert said(asked, context={"s3:max-keys": "10", "aws:PrincipalTag/most": "10"}) == NO
