"""From text to a Policy, and what the grammar forbids."""

from __future__ import annotations

import pytest

from tests.policies.policies_written import policy, statement
from tui.policies.grammar import Form, read_policy
from tui.policies.model import OPERATORS, Condition, Policy, Principal, Statement, parse_operator


def test_a_policy_is_read_whole() -> None:
    """Scalars become tuples of one; booleans and numbers are kept as they are written; places do not count."""
    text = policy(
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Principal": {"AWS": ["111122223333", "*"], "Service": "logs.amazonaws.com"},
            "NotAction": "s3:PutObject",
            "Resource": ["arn:aws:s3:::archive", "*"],
            "Condition": {
                "foranyvalue:stringlikeifexists": {"aws:TagKeys": ["team"]},
                "Bool": {"aws:SecureTransport": True},
                "NumericLessThan": {"aws:MultiFactorAuthAge": 3600},
            },
        },
        Id="archive",
    )
    expected = Policy(
        "2012-10-17",
        "archive",
        (
            Statement(
                0,
                "Read",
                "Allow",
                (Principal("AWS", "111122223333"), Principal("AWS", "*"), Principal("Service", "logs.amazonaws.com")),
                not_principal=False,
                actions=("s3:PutObject",),
                not_action=True,
                resources=("arn:aws:s3:::archive", "*"),
                not_resource=False,
                conditions=(
                    Condition("StringLike", "ForAnyValue", True, "aws:TagKeys", ("team",)),
                    Condition("Bool", "", False, "aws:SecureTransport", ("true",)),
                    Condition("NumericLessThan", "", False, "aws:MultiFactorAuthAge", ("3600",)),
                ),
            ),
        ),
    )
    assert read_policy(text).policy == expected


def test_a_statement_may_stand_alone() -> None:
    """Statement may be an object, without an array round it."""
    assert read_policy('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}').policy


def test_what_is_against_the_grammar_decides_nothing() -> None:
    """There is no policy, but a draft with what could be read."""
    reading = read_policy(policy(statement(Effect="allow"), statement(Action=7)))
    assert reading.policy is None
    assert [each.effect for each in reading.draft.statements] == ["allow", "Allow"]


@pytest.mark.parametrize(
    ("form", "changes", "codes"),
    [
        (Form.ENDPOINT, {}, []),
        (Form.IDENTITY, {}, ["UNSUPPORTED_PRINCIPAL"]),
        (Form.IDENTITY, {"Principal": None}, []),
        (Form.RESOURCE, {"Principal": None}, ["MISSING_PRINCIPAL"]),
        (Form.TRUST, {}, ["UNSUPPORTED_RESOURCE"]),
        (Form.TRUST, {"Resource": None}, []),
    ],
)
def test_each_form_has_its_elements(form: Form, changes: dict[str, None], codes: list[str]) -> None:
    """Identity policies have no Principal, trust policies no Resource."""
    assert [finding.code for finding in read_policy(policy(statement(**changes)), form).findings] == codes


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        *((name, (name, "", False)) for name in OPERATORS.values()),
        *((f"ForAllValues:{name}IfExists", (name, "ForAllValues", True)) for name in OPERATORS.values()),
        ("stringequals", ("StringEquals", "", False)),
        ("ForSomeValues:StringEquals", None),
        ("StringEqual", None),
        ("IfExists", None),
        ("", None),
        (":StringEquals", None),
    ],
)
def test_operators_are_taken_apart(text: str, parsed: tuple[str, str, bool] | None) -> None:
    """Operator, qualifier and IfExists, whatever the case."""
    assert parse_operator(text) == parsed


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[]", (1, 1)),
        ('"policy"', (1, 1)),
        ("7", (1, 1)),
        ('{"Statement": 7}', (1, 15)),
        ('{"Statement": [7]}', (1, 16)),
        ('{"Statement": {"Effect": ["Allow"], "Principal": "*", "Action": "*", "Resource": "*"}}', (1, 26)),
        ('{"Statement": {"Effect": "Allow", "Principal": 7, "Action": "*", "Resource": "*"}}', (1, 48)),
        ('{"Statement": {"Effect": "Allow", "Principal": {"AWS": {}}, "Action": "*", "Resource": "*"}}', (1, 56)),
        ('{"Statement": {"Effect": "Allow", "Principal": {"AWS": [1]}, "Action": "*", "Resource": "*"}}', (1, 57)),
        ('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": {}, "Resource": "*"}}', (1, 63)),
        ('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": [null]}}', (1, 81)),
        (
            '{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": []}}',
            (1, 97),
        ),
    ],
)
def test_a_wrong_type_is_told_with_its_place(text: str, place: tuple[int, int]) -> None:
    """Wherever it stands."""
    (finding,) = (finding for finding in read_policy(text).findings if finding.code == "DATA_TYPE_MISMATCH")
    assert (finding.line, finding.column) == place
