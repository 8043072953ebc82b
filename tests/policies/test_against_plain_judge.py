"""Our judge against the plain one, on made-up policies and requests of which everything is told."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policies.asking import values
from tests.policies.plain_judge import decision
from tui.policies.arn import parse_caller
from tui.policies.context import Request, Way
from tui.policies.evaluate import evaluate
from tui.policies.grammar import read_policy

CALLERS = [
    {
        "arn": "arn:aws:sts::111122223333:assumed-role/payments-app/i-0abc",
        "role": "arn:aws:iam::111122223333:role/payments-app",
        "account": "111122223333",
    },
    {"arn": "arn:aws:iam::111122223333:user/bob", "role": "", "account": "111122223333"},
    {"arn": "arn:aws:iam::444455556666:user/bob", "role": "", "account": "444455556666"},
]
PRINCIPALS = st.sampled_from(
    [
        *("*", "*", "*", "*", "*", {"AWS": "*"}, {"AWS": "111122223333"}, {"AWS": "arn:aws:iam::444455556666:root"}),
        {"AWS": ["arn:aws:iam::111122223333:role/payments-app", "arn:aws:iam::111122223333:user/eve"]},
        {"AWS": "arn:aws:iam::111122223333:user/bob"},
        {"AWS": "arn:aws:sts::111122223333:assumed-role/payments-app/i-0abc"},
    ]
)
ACTIONS = st.sampled_from(
    ["*", "*", "*", "s3:*", "s3:*", "s3:Get*", "S3:getobject", "s3:?etObject", "s3:PutObject", "s3:*Object", "kms:*"]
)
RESOURCES = st.sampled_from(
    [
        *(
            "*",
            "*",
            "*",
            "*",
            "arn:aws:s3:::b/*",
            "arn:aws:s3:::*/x",
            "arn:aws:s3:::b/${t:tag}/x",
            "arn:aws:s3:::b/${t:tag, 'red'}/*",
        ),
        *("arn:aws:s3:::b/${*}/x", "arn:aws:s3:::b/?/x", "arn:aws:s3:::b"),
    ]
)
ASKED = st.sampled_from(
    ["arn:aws:s3:::b/x", "arn:aws:s3:::b/red/x", "arn:aws:s3:::b/*/x", "arn:aws:s3:::b", "arn:aws:s3:::c/x"]
)
TEXTS = ["", "red", "Red", "re*", "r?d", "blue", "${t:other}", "${t:other, 're*'}", "${*}", "*"]
STRING = st.sampled_from(TEXTS)
NUMBER = st.sampled_from(["10", "10.0", "-3", "9.5", "011"])
DATE = st.sampled_from(
    ["2026-11-22T22:00:00Z", "2026-11-22", "1795384800", "2026", "2026-11-23T00:00:00+02:00", "2026-11"]
)
ADDRESS = st.sampled_from(["10.0.0.0/8", "10.0.1.7", "2001:db8::/32", "10.0.1.4/30"])
ARN = st.sampled_from(
    [
        *("arn:aws:sns:*:*:t*", "arn:aws:sns:eu-west-1:1:t", "arn:aws:*:eu-west-1:*:t", "arn:aws:sns:eu*:1:${t:tag}"),
        *("arn:aws:sns:eu-west-1:1:t:s", "arn:aws:sns::1:t"),
    ]
)
FAMILIES: list[tuple[list[str], str, Any, list[str]]] = [
    (
        [
            f"String{name}"
            for name in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike")
        ],
        *("t:text", STRING, ["", "red", "RED", "blue", "re*", "*"]),
    ),
    (
        [
            f"Numeric{name}"
            for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
        ],
        *("t:number", NUMBER, ["10", "9.5", "11", "-3.0"]),
    ),
    (
        [
            f"Date{name}"
            for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
        ],
        *("t:date", DATE, ["2026-11-22T22:00:00Z", "1795384800", "2026-11-22T23:30:00+01:00", "2027"]),
    ),
    (["IpAddress", "NotIpAddress"], "t:address", ADDRESS, ["10.0.1.7", "10.0.1.4", "192.0.2.1", "2001:db8::1"]),
    (
        ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        "t:arn",
        ARN,
        ["arn:aws:sns:eu-west-1:1:t", "arn:aws:sns:eu-west-1:1:t:s"],
    ),
    (["Bool"], "t:bool", st.sampled_from([True, "false", "True"]), ["true", "false"]),
    (["Null"], "t:text", st.sampled_from(["true", "false", True, False]), [""]),
    (["BinaryEquals"], "t:binary", st.sampled_from(["cmVk", "Ymx1ZQ=="]), ["red", "cmVk", "green"]),
]


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """A Condition block of up to three operators."""
    block: dict[str, Any] = {}
    for _ in range(draw(st.integers(0, 2))):
        names, key, wanted, _ = draw(st.sampled_from(FAMILIES))
        name = draw(st.sampled_from(names))
        qualifier = draw(st.sampled_from(["", "", "ForAnyValue:", "ForAllValues:"])) if name != "Null" else ""
        suffix = draw(st.sampled_from(["", "", "IfExists"])) if name != "Null" else ""
        block[f"{qualifier}{name}{suffix}"] = {key: draw(wanted | st.lists(wanted, max_size=3))}
    return block


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement."""
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"])),
        "Principal": draw(PRINCIPALS),
        draw(st.sampled_from(["Action", "Action", "Action", "NotAction"])): draw(
            ACTIONS | st.lists(ACTIONS, min_size=1, max_size=2)
        ),
        draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"])): draw(
            RESOURCES | st.lists(RESOURCES, max_size=2)
        ),
        "Condition": draw(conditions()),
    }


@st.composite
def contexts(draw: st.DrawFn) -> dict[str, list[str] | None]:
    """Values of every key that may be asked for: one, several, none, or no key."""
    context: dict[str, list[str] | None] = {
        "t:tag": draw(st.sampled_from([["red"], ["*"], None, ["t"], [""]])),
        "t:other": draw(st.sampled_from([["red"], ["re*"], None, ["a", "b"]])),
    }
    for _, key, _, samples in FAMILIES:
        # Several values without a set operator are not documented: only keys of sets have them, below.
        context[key] = draw(st.none() | st.sampled_from(samples).map(lambda value: [value]))
    return context


POLICIES = st.builds(
    lambda version, told: ({"Version": version} if version else {}) | {"Statement": told},
    st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17", ""]),
    statements() | st.lists(statements(), min_size=1, max_size=3),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(POLICIES, st.sampled_from(CALLERS), st.sampled_from(["s3:GetObject", "s3:PutObject"]), ASKED, contexts())
def test_both_judges_agree(
    document: dict[str, Any], caller: dict[str, str], action: str, resource: str, context: dict[str, list[str] | None]
) -> None:
    """The fast judge and the plain one decide alike."""
    reading = read_policy(json.dumps(document))
    assert reading.policy is not None, reading.findings
    request = Request(parse_caller(caller["arn"]), action, resource, "", values(context))
    verdict = evaluate(reading.policy, request, Way("interface"))
    assert verdict.decision == decision(document, caller, action, resource, context)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["ForAnyValue:", "ForAllValues:"]),
    st.sampled_from(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]),
    st.lists(STRING, max_size=3),
    st.lists(st.sampled_from(["", "red", "RED", "blue", "re*"]), max_size=3),
)
def test_both_judges_agree_on_sets(qualifier: str, operator: str, wanted: list[str], given_values: list[str]) -> None:
    """Several values in the request, several in the policy."""
    document = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "*",
            "Resource": "*",
            "Condition": {qualifier + operator: {"aws:TagKeys": wanted}},
        },
    }
    context: dict[str, list[str] | None] = {"aws:tagkeys": given_values, "t:other": ["red"]}
    policy = read_policy(json.dumps(document)).policy
    assert policy is not None
    request = Request(parse_caller(CALLERS[1]["arn"]), "s3:GetObject", "arn:aws:s3:::b/x", "", values(context))
    verdict = evaluate(policy, request, Way("interface"))
    assert verdict.decision == decision(document, CALLERS[1], "s3:GetObject", "arn:aws:s3:::b/x", context)
