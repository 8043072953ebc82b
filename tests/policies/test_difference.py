"""What changed between two policies: every witness is real, and on small worlds no change is missed."""

from __future__ import annotations

import time
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policies.asking import allow, deny, policy
from tui.policies.arn import parse_caller
from tui.policies.context import Request, Way
from tui.policies.difference import Difference, Kind, difference
from tui.policies.evaluate import Verdict, evaluate
from tui.policies.model import Policy

ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
APP = "arn:aws:iam::111122223333:role/payments-app"
RANK = {"allowed": 2, "depends": 1, "implicit-deny": 0, "explicit-deny": 0}


def told(old: Policy, new: Policy) -> list[tuple[str, str, str]]:
    """Kind, action and resource of each change."""
    return [(str(each.kind), each.request.action, each.request.resource) for each in difference(old, new).changes]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([allow()], [allow(Sid="Same", Principal={"AWS": ["*"]}, Action=["*"])]),
        (
            [allow(Action=["s3:GetObject", "s3:PutObject"])],
            [allow(Action="s3:PutObject"), allow(Action="S3:getobject")],
        ),
        ([allow(), deny(Action="s3:*")], [deny(Action="s3:*"), allow()]),
        ([allow(Action="s3:GetObject*")], [allow(Action=["s3:GetObject*", "s3:GetObjectTagging"])]),
        ([allow(Resource="arn:aws:s3:::*")], [allow(Resource=["arn:aws:s3:::*", "arn:aws:s3:::exports/*"])]),
        (
            [allow(Action="s3:*", Condition=ORG)],
            [allow(Action="s3:*", Condition={"StringLike": {"aws:principalorgid": "o-1"}})],
        ),
    ],
)
def test_what_means_the_same_is_no_change(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    """Order, names, case and what is contained already change nothing."""
    assert difference(policy(*old), policy(*new)) == Difference((), ())


def test_a_new_action_is_newly_allowed() -> None:
    """With the request that shows it."""
    old, new = (policy(allow(Action=actions)) for actions in (["s3:GetObject"], ["s3:GetObject", "s3:PutObject"]))
    found = difference(old, new).changes
    assert {each.kind for each in found} == {Kind.NEWLY_ALLOWED}
    assert {action for each in found for action in each.actions} == {"s3:PutObject"}


def test_a_lost_action_is_no_longer_allowed() -> None:
    """Narrowed to one action, all others are gone, those of other services too."""
    found = difference(policy(allow()), policy(allow(Action="s3:GetObject"))).changes
    assert {each.kind for each in found} == {Kind.NO_LONGER_ALLOWED}
    assert {action.partition(":")[0] for each in found for action in each.actions} > {"s3"}
    assert all("s3:GetObject" not in each.actions for each in found)


def test_a_new_condition_is_now_only_if() -> None:
    """What stays allowed under a condition is told with the context that is refused now."""
    found = difference(policy(allow(Action="kms:Decrypt")), policy(allow(Action="kms:Decrypt", Condition=ORG))).changes
    kinds = {each.kind for each in found if each.request.caller.account}
    assert kinds == {Kind.NOW_ONLY_IF}
    assert all(each.request.context.get("aws:PrincipalOrgID") != ("o-1",) for each in found)


def test_a_dropped_condition_is_now_also_if() -> None:
    """The other way round."""
    found = difference(policy(allow(Action="kms:Decrypt", Condition=ORG)), policy(allow(Action="kms:Decrypt"))).changes
    assert {each.kind for each in found if each.request.caller.account} == {Kind.NOW_ALSO_IF}


def test_a_deny_takes_what_it_names() -> None:
    """A Deny of some objects is seen on one of these, not on others."""
    old = policy(allow(Action="s3:*"))
    new = policy(allow(Action="s3:*"), deny(Action="s3:DeleteObject", Resource="arn:aws:s3:::payments-ledger/*"))
    assert told(old, new) == [("no-longer-allowed", "s3:DeleteObject", "arn:aws:s3:::payments-ledger/example")]


def test_overlapping_patterns_are_told_apart() -> None:
    """A resource that only one of two overlapping patterns matches is found, and looks like an ARN."""
    old = policy(allow(Action="s3:GetObject", Resource="arn:aws:s3:::*-logs/*"))
    new = policy(allow(Action="s3:GetObject", Resource="arn:aws:s3:::prod-*/*"))
    found = difference(old, new).changes
    lost = [each.request.resource for each in found if each.kind is Kind.NO_LONGER_ALLOWED]
    gained = [each.request.resource for each in found if each.kind is Kind.NEWLY_ALLOWED]
    assert [text for text in lost if text.startswith("arn:aws:s3:::") and "-logs/" in text and "prod-" not in text[:18]]
    assert [text for text in gained if text.startswith("arn:aws:s3:::prod-") and "-logs/" not in text]


def test_a_narrower_principal_is_seen_on_those_who_lose() -> None:
    """From the account to one of its roles: its users lose, the role keeps."""
    old = policy(allow(Principal={"AWS": "111122223333"}, Action="kms:Decrypt"))
    new = policy(allow(Principal={"AWS": APP}, Action="kms:Decrypt"))
    callers = {caller for each in difference(old, new).changes for caller in each.callers}
    assert APP not in callers
    assert "arn:aws:iam::111122223333:user/example" in callers


def test_a_change_of_a_variable_is_seen() -> None:
    """Own folders by name or by tag are not the same."""
    old = policy(allow(Action="s3:GetObject", Resource="arn:aws:s3:::b/${aws:username}/*"))
    new = policy(allow(Action="s3:GetObject", Resource="arn:aws:s3:::b/${aws:PrincipalTag/team}/*"))
    assert difference(old, new).changes
    without = policy(allow(Action="s3:GetObject", Resource="arn:aws:s3:::b/${aws:username}/*"), version="2008-10-17")
    assert difference(old, without).changes


def test_too_many_combinations_are_said() -> None:
    """Thirty keys cannot all be combined: what can be is tried, and the limit is told."""
    keys = {f"aws:PrincipalTag/t{number}": ["a", "b", "c"] for number in range(30)}
    found = difference(
        policy(allow(Action="kms:Decrypt")), policy(allow(Action="kms:Decrypt", Condition={"StringEquals": keys}))
    )
    assert found.changes
    assert found.limits


def test_hostile_patterns_cost_no_time() -> None:
    """Patterns that overlap in ever more ways, and letters of all the world, end with a limit that is told."""
    letters = "".join(chr(0x4E00 + number) for number in range(3000))
    resources = [f"arn:aws:s3:::*{chr(97 + number % 26)}*{number}*/*" for number in range(60)] + [
        f"arn:aws:s3:::{letters}"
    ]
    old = policy(allow(Action="s3:*", Resource=resources))
    new = policy(allow(Action="s3:*", Resource=resources[1:]), deny(Action="s3:PutObject", Resource=resources[5]))
    began = time.process_time()
    assert difference(old, new).limits
    assert time.process_time() - began < 20
    many = [allow(Resource=f"arn:aws:s3:::b{number}") for number in range(300)]
    assert "not compared" in difference(policy(*many), policy(*many[::-1])).limits[0]
    assert difference(policy(*many), policy(*many)) == Difference((), ())


CONDITIONS: list[dict[str, Any]] = [
    {},
    ORG,
    {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}},
    {"StringEqualsIfExists": {"aws:PrincipalOrgID": ["o-1", "o-2"]}},
    {"Null": {"aws:PrincipalTag/team": "true"}},
    {"StringLike": {"aws:PrincipalTag/team": "r*"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}},
    {"NumericLessThan": {"s3:max-keys": "10"}},
]
PRINCIPALS: list[Any] = ["*", {"AWS": "111122223333"}, {"AWS": APP}, {"AWS": ["444455556666", APP]}]
ACTIONS: list[Any] = ["*", "s3:*", "s3:Get*", "s3:GetObject", ["s3:GetObject", "s3:PutObject"]]
RESOURCES: list[Any] = [
    "*",
    "arn:aws:s3:::a*/*",
    "arn:aws:s3:::*b/*",
    "arn:aws:s3:::ab/x",
    ["arn:aws:s3:::a/*", "arn:aws:s3:::b/?"],
]
STATEMENTS = st.builds(
    lambda effect, principal, action, resource, condition, negated: {
        "Effect": effect,
        "Principal": principal,
        ("NotAction" if negated == 1 else "Action"): action,
        ("NotResource" if negated == 2 else "Resource"): resource,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(PRINCIPALS),
    st.sampled_from(ACTIONS),
    st.sampled_from(RESOURCES),
    st.sampled_from(CONDITIONS),
    st.integers(0, 5),
)
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=3).map(lambda statements: policy(*statements))
CALLERS = [parse_caller(text) for text in (APP, "arn:aws:iam::111122223333:user/u", "arn:aws:iam::444455556666:user/v")]
OBJECTS = [f"arn:aws:s3:::{name}/{key}" for name in ("a", "b", "ab", "c") for key in ("x", "yy")]
CONTEXTS: list[dict[str, tuple[str, ...] | None]] = [
    {"aws:PrincipalOrgID": org, "aws:PrincipalTag/team": team, "aws:TagKeys": keys, "s3:max-keys": most}
    for org in (("o-1",), ("o-2",), ("o-3",), None)
    for team in (("red",), ("blue",), None)
    for keys, most in ((("a",), ("9",)), (("a", "z"), None), (None, ("10",)))
]


def outcome(old: Verdict, new: Verdict) -> tuple[str, int | None, str, int | None]:
    """Which statement of each policy decides, and how."""
    before, after = (each.deciding.index if each.deciding else None for each in (old, new))
    return str(old.decision), before, str(new.decision), after


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(POLICIES, POLICIES)
def test_every_witness_is_real_and_no_change_is_missed(old: Policy, new: Policy) -> None:
    """Each request told changes its verdict as told; where any request of a small world changes, a change is told."""
    found = difference(old, new)
    assert not found.limits
    for change in found.changes:
        before, after = (RANK[evaluate(each, change.request, Way("interface")).decision] for each in (old, new))
        gained = change.kind in {Kind.NEWLY_ALLOWED, Kind.NOW_ALSO_IF}
        assert after > before if gained else before > after
    known = {outcome(change.old, change.new) for change in found.changes}
    missed = {}
    for caller, action, resource, context in product(CALLERS, ("s3:GetObject", "s3:PutObject"), OBJECTS, CONTEXTS):
        request = Request(caller, action, resource, context=context)
        seen = outcome(*(evaluate(each, request, Way("interface")) for each in (old, new)))
        if RANK[seen[0]] != RANK[seen[2]] and seen not in known:
            missed[seen] = request
    assert not missed
