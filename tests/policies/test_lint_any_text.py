"""Whatever the text, lint answers with findings whose places lie inside of it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policies.policies_written import codes, findings, policy, statement
from tui.policies.finding import SEVERITIES
from tui.policies.lint import CHECKS, MOST_FINDINGS, lint
from tui.policies.model import OPERATORS
from tui.policies.text import line_starts

WORDS = st.sampled_from(
    [
        *("*", "", "Allow", "Deny", "s3:GetObject", "s3:*", "kms:Decrypt", "s3:", ":s3", "a:b/c", "true", "2026-01-01"),
        *(
            "arn:aws:s3:::archive/*",
            "arn:aws:s3",
            "arn:::::",
            "::::",
            "arn:aws:iam::111122223333:role/app",
            "?????????",
        ),
        *("111122223333", "o-a1b2c3d4e5", "vpce-0a1b2c3d", "vpc-1", "10.0.0.0/8", "2012-10-17", "\x00", "\U0001f600"),
        *("${aws:username}", "${", "${}", "${a, 'b'}", "aws:PrincipalOrgID", "aws:SourceIp", "aws:TagKeys"),
        *("aws:PrincipalTag", "aws:PrincipalTag/", "aws:SourceVpce"),
    ]
)
NAMES = st.sampled_from(
    [
        *(
            "Version",
            "Id",
            "Statement",
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
        ),
        *("NotResource", "Condition", "AWS", "Service", "Federated", "ForAllValues:StringLike", "NullIfExists"),
        *OPERATORS.values(),
    ]
)
# Policies in which anything may stand anywhere.
ANYTHING = st.recursive(
    WORDS | st.text(max_size=8) | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | WORDS, inner, max_size=5),
    max_leaves=30,
)
STRINGS = WORDS | st.lists(WORDS, max_size=3)
CONDITIONS = st.dictionaries(
    st.sampled_from([*OPERATORS.values(), "ForAllValues:StringEquals", "ForAnyValue:StringLike", "StringLikeIfExists"]),
    st.dictionaries(WORDS, STRINGS | st.booleans() | st.integers(), max_size=3),
    max_size=3,
)
STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Resource": STRINGS, "Condition": CONDITIONS},
    optional={
        "Action": STRINGS,
        "NotAction": STRINGS,
        "Principal": STRINGS,
        "NotPrincipal": st.dictionaries(NAMES, STRINGS),
    },
)
NEARLY_POLICIES = st.fixed_dictionaries(
    {"Statement": st.lists(STATEMENTS, max_size=4)}, optional={"Version": st.sampled_from(["2012-10-17", "2008-10-17"])}
)
KINDS = st.sampled_from(["", "gateway", "interface", "gatewayloadbalancer"])
SERVICES = st.sampled_from(["", "s3", "sts", "ecr.api", "com.amazonaws.eu-west-1.s3", "no.such"])


def told_well(text: str, kind: str, service: str) -> None:
    """Nothing is raised, and every finding is whole."""
    found = lint(text, kind, service, endpoint_id="vpce-99999999", vpc="vpc-99999999")
    starts = line_starts(text)
    for finding in found:
        assert 1 <= finding.line <= len(starts)
        end = starts[finding.line] if finding.line < len(starts) else len(text)
        assert 1 <= finding.column <= end - starts[finding.line - 1] + 1
        assert finding.severity in SEVERITIES
        assert finding.message.isprintable()
        assert finding.fix.isprintable()
    assert list(found) == sorted(found, key=lambda finding: (finding.line, finding.column))


@given(st.text(), KINDS, SERVICES)
@settings(deadline=None)
def test_any_text(text: str, kind: str, service: str) -> None:
    """Text of any characters."""
    told_well(text, kind, service)


@given(st.binary())
@settings(deadline=None)
def test_any_bytes(data: bytes) -> None:
    """Bytes of any kind."""
    assert isinstance(lint(data), tuple)


@given(ANYTHING, KINDS, SERVICES)
@settings(deadline=None)
def test_any_json(value: Any, kind: str, service: str) -> None:
    """JSON in which any element stands anywhere."""
    told_well(json.dumps(value, indent=1), kind, service)


@given(NEARLY_POLICIES, KINDS, SERVICES)
@settings(max_examples=200, deadline=None)
def test_any_statements(value: Any, kind: str, service: str) -> None:
    """Policies whose words are at the wrong places."""
    told_well(json.dumps(value, indent=1, ensure_ascii=False), kind, service)


def test_nesting_of_any_depth() -> None:
    """A place, not a traceback."""
    for depth in (63, 64, 65, 5000, 300_000):
        assert findings("[" * depth + "]" * depth)


def large(statements: int) -> str:
    """A policy of so many statements, each with its own bucket, key and tag."""
    return policy(
        *(
            statement(
                Sid=f"Team{number}",
                Action=["s3:GetObject", "s3:PutObject", "s3:ListBucket", "dynamodb:Get*", "ec2:DescribeVpcEndpoints"],
                Resource=[
                    f"arn:aws:s3:::team-{number}",
                    f"arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-{number:08x}",
                ],
                Condition={"StringLike": {"aws:PrincipalTag/team": f"team-{number}-*"}},
            )
            for number in range(statements)
        )
    )


def test_hostile_policies_end() -> None:
    """A megabyte of statements, of wildcards, of actions that nobody knows: none of them takes for ever."""
    stars = ["s3:" + "a*" * 400 + str(number) for number in range(20)]
    wild = ["*?" * 50 + str(number) for number in range(150)]
    covering = [f"s3:*{'a' * 90}b{number}" for number in range(300)] + [
        f"s3:{'a' * 95}{number}" for number in range(300)
    ]
    shapes = [f"arn:aws:ec2:*:*:*{'*/' * 220}{number}*" for number in range(12)]
    hostile = (
        large(1000),
        policy(statement(Action=stars, Resource="arn:aws:s3:::" + "*a" * 3000)),
        policy(statement(Action=[f"s3:GetObjek{number}" for number in range(900)])),
        policy(statement(Condition={"StringLike": {"aws:userid": wild}})),
        policy(statement(Action=covering)),
        policy(statement(Resource=shapes)),
        '{"a":' + '[{"a":1},' * 100_000,
    )
    for text in hostile:
        assert 0 < len(lint(text, "gateway", "s3")) <= MOST_FINDINGS + 1


def test_too_many_findings_are_cut() -> None:
    """The worst stay, and it is said that there are more."""
    text = '{"Statement": [' + ",".join(f'{{"x{number}": 1}}' for number in range(900)) + "]}"
    found = lint(text)
    assert len(found) == MOST_FINDINGS + 1
    assert "TOO_MANY_FINDINGS" in codes(text)


def test_every_check_is_asked() -> None:
    """None is written and forgotten."""
    from tui.policies import checks  # noqa: F401 - the package whose modules are looked at
    from tui.policies import lint as room

    written = {
        name
        for module in vars(room).values()
        if getattr(module, "__name__", "").startswith("tui.policies.checks")
        for name in vars(module)
        if name.startswith("check_") and getattr(vars(module)[name], "__module__", "") == module.__name__
    }
    assert written - {"check_size", "check_single"} == {check.__name__ for check in CHECKS}
