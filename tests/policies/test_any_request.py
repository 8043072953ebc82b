"""No policy and no request, however strange, is without an answer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policies.asking import values
from tui.policies.arn import parse_caller
from tui.policies.combine import Layers, combine
from tui.policies.context import EndpointKind, Request, Way
from tui.policies.difference import difference
from tui.policies.english import explain
from tui.policies.evaluate import Decision, evaluate
from tui.policies.grammar import read_policy
from tui.policies.model import OPERATORS

CALLERS = st.sampled_from(
    [
        *("anonymous", "111122223333", "arn:aws:iam::111122223333:user/a/b/c", "lambda.amazonaws.com"),
        *("arn:aws:sts::111122223333:assumed-role/r/s", "arn:aws:iam::111122223333:role/p/r", "accounts.google.com"),
        *("arn:aws:sts::111122223333:federated-user/f", "arn:aws:iam::111122223333:root"),
    ]
)
TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        *(
            "${",
            "${}",
            "${aws:username",
            "${aws:username}",
            "${a, 'b'}",
            "${a,b}",
            "${*",
            "$${*}",
            "*" * 50,
            "arn:::::",
            "arn:aws",
        ),
        *(
            "9" * 400,
            "1e99999",
            "0000-00-00",
            "9999-12-31T24:00:00Z",
            "2026-11-22T22:00:00+99:99",
            "::/0",
            "1.2.3.4/99",
            "true",
        ),
        *(
            "=",
            "====",
            "QQ==",
            "\x00",
            "\ud7ff",
            "aws:PrincipalArn",
            "arn:aws:iam::111122223333:role/r",
            "111122223333",
        ),
    ]
)
LISTS = TEXTS | st.lists(TEXTS, max_size=3)
KEYS = (
    st.sampled_from(["aws:PrincipalArn", "aws:SourceIp", "aws:TagKeys", "s3:prefix", "aws:username", "aws:CurrentTime"])
    | TEXTS
)
NAMES = st.builds(
    lambda qualifier, name, suffix: qualifier + name + (suffix if name != "Null" else ""),
    st.sampled_from(["", "ForAnyValue:", "forallvalues:"]),
    st.sampled_from(sorted(OPERATORS.values())),
    st.sampled_from(["", "IfExists"]),
)
WHO = st.just("*") | st.dictionaries(
    st.sampled_from(["AWS", "Service", "Federated", "CanonicalUser"]), LISTS, max_size=2
)
STATEMENTS = st.builds(
    lambda effect, principal, action, resource, condition, negated: {
        "Effect": effect,
        ("NotPrincipal" if negated == 0 else "Principal"): principal,
        ("NotAction" if negated == 1 else "Action"): action,
        ("NotResource" if negated == 2 else "Resource"): resource,
        "Condition": condition,
    },
    *(st.sampled_from(["Allow", "Deny"]), WHO, st.just("*") | LISTS, st.just("*") | LISTS),
    *(st.dictionaries(NAMES, st.dictionaries(KEYS, LISTS, max_size=2), max_size=2), st.integers(0, 5)),
)
POLICIES = st.builds(
    lambda version, statements: {"Version": version, "Statement": statements},
    st.sampled_from(["2012-10-17", "2008-10-17"]),
    st.lists(STATEMENTS, min_size=1, max_size=3),
)
KINDS: st.SearchStrategy[EndpointKind] = st.sampled_from(["gateway", "interface", ""])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(POLICIES, POLICIES, CALLERS, TEXTS, st.dictionaries(KEYS, st.none() | LISTS, max_size=4), KINDS)
def test_there_is_always_an_answer(
    document: Any, other: Any, principal: str, resource: str, context: dict[str, Any], kind: EndpointKind
) -> None:
    """Judging, combining, explaining and comparing end with an answer and a sentence."""
    policy, second = (read_policy(json.dumps(each)).policy for each in (document, other))
    if policy is None or second is None:
        return
    request = Request(parse_caller(principal), "s3:GetObject", resource, "", values(context))
    verdict = evaluate(policy, request, Way(kind))
    assert verdict.decision in Decision
    assert verdict.because
    assert all(judgement.why for judgement in verdict.judgements if judgement.applies is not True)
    combined = combine(Layers(policy, (second,), policy, (second,), (policy,), second, policy), request, Way(kind))
    assert combined.because
    assert all(explain(policy, kind).statements)
    assert difference(policy, policy, kind).changes == ()
    difference(policy, second, kind)
