"""What lint says of a policy agrees with what becomes of requests under it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policies.policies_written import codes, findings, policy, statement
from tui.policies.arn import parse_caller
from tui.policies.context import Request, Way
from tui.policies.evaluate import Decision, evaluate
from tui.policies.grammar import read_policy

OURS, OUR_ORG, OUR_ROLE = "111122223333", "o-a1b2c3d4e5", "arn:aws:iam::111122223333:role/app"
THEIRS, THEIR_ORG, THEIR_ROLE = "999988887777", "o-z9y8x7w6v5", "arn:aws:iam::999988887777:role/thief"
OPERATORS = st.sampled_from(
    [
        *(
            "StringEquals",
            "StringLike",
            "StringEqualsIfExists",
            "ForAllValues:StringEquals",
            "ForAnyValue:StringEquals",
        ),
        *("StringNotEquals", "ArnLike", "ArnNotEquals", "Bool", "Null"),
    ]
)
# Keys with values that stand for us, or for everybody.
KEYS = st.sampled_from(
    [
        *(("aws:PrincipalOrgID", OUR_ORG), ("aws:PrincipalOrgID", "*"), ("aws:PrincipalAccount", OURS)),
        *(
            ("aws:PrincipalArn", OUR_ROLE),
            ("aws:PrincipalArn", "arn:aws:iam::*:role/*"),
            ("aws:ResourceOrgID", OUR_ORG),
        ),
        *(("aws:ResourceAccount", OURS), ("aws:PrincipalIsAWSService", "true"), ("aws:SecureTransport", "true")),
        *(("aws:PrincipalTag/team", "red"), ("aws:SourceVpc", "vpc-0a1b2c3d")),
    ]
)
CONDITIONS = st.lists(st.tuples(OPERATORS, KEYS), max_size=2).map(
    lambda chosen: {operator: {key: value} for operator, (key, value) in chosen}
)
STATEMENTS = st.builds(
    lambda effect, principal, action, resource, condition: statement(
        Effect=effect, Principal=principal, Action=action, Resource=resource, Condition=condition or None
    ),
    st.sampled_from(["Allow", "Allow", "Deny"]),
    st.sampled_from(["*", {"AWS": "*"}, {"AWS": OUR_ROLE}, {"AWS": OURS}]),
    st.sampled_from(["*", "s3:*", "s3:GetObject", ["s3:PutObject", "kms:Decrypt"], "kms:*"]),
    st.sampled_from(["*", "arn:aws:s3:::payments/*", "arn:aws:s3:::*", "arn:aws:kms:*:111122223333:key/*"]),
    CONDITIONS,
)
POLICIES = st.lists(STATEMENTS, min_size=1, max_size=3)


def decided(text: str, role: str, account: str, org: str, resource_org: str = "", **more: Any) -> Decision:
    """What becomes of reading an object of an account, as a role of an organization."""
    parsed = read_policy(text).policy
    assert parsed is not None
    told: dict[str, tuple[str, ...] | None] = {
        "aws:PrincipalOrgID": (org,),
        "aws:ResourceOrgID": (resource_org or (OUR_ORG if account == OURS else THEIR_ORG),),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:PrincipalTag/team": ("red",),
    }
    asked = {"action": "s3:GetObject", "resource": "arn:aws:s3:::payments/2026.csv", **more}
    request = Request(parse_caller(role), resource_account=account, context=told, **asked)
    return evaluate(parsed, request, Way("interface", "vpce-0a1b2c3d", "vpc-0a1b2c3d")).decision


@given(POLICIES)
@settings(max_examples=200, deadline=None)
def test_what_is_not_open_to_anybody_lets_no_stranger_through(statements: list[dict[str, Any]]) -> None:
    """Where lint does not say that anybody is let through, a role of another organization is not."""
    text = policy(*statements)
    if not codes(text) & {"VPCE_FULL_ACCESS", "VPCE_OPEN", "VPCE_ANY_PRINCIPAL"}:
        assert decided(text, THEIR_ROLE, THEIRS, THEIR_ORG) is not Decision.ALLOWED
        assert decided(text, THEIR_ROLE, OURS, THEIR_ORG) is not Decision.ALLOWED


@given(POLICIES)
@settings(max_examples=200, deadline=None)
def test_what_is_not_open_to_any_resource_leads_to_no_strangers(statements: list[dict[str, Any]]) -> None:
    """Where lint does not say that any resource can be reached, another organization's cannot, by a role of ours."""
    text = policy(*statements)
    if not codes(text) & {"VPCE_FULL_ACCESS", "VPCE_OPEN", "VPCE_ANY_RESOURCE"}:
        away = {"resource": "arn:aws:s3:::loot/2026.csv", "resource_org": THEIR_ORG}
        assert decided(text, OUR_ROLE, THEIRS, OUR_ORG, **away) is not Decision.ALLOWED


@given(POLICIES)
@settings(deadline=None)
def test_where_nothing_is_allowed_nothing_comes_through(statements: list[dict[str, Any]]) -> None:
    """Also where no action of the service is."""
    text = policy(*statements)
    if codes(text, service="s3") & {"VPCE_NOTHING_ALLOWED", "VPCE_NO_ACTION_OF_SERVICE"}:
        assert decided(text, OUR_ROLE, OURS, OUR_ORG) is not Decision.ALLOWED


@given(POLICIES)
@settings(deadline=None)
def test_full_access_is_full(statements: list[dict[str, Any]]) -> None:
    """Whatever the default policy is written like, anybody may do anything."""
    text = policy(*statements)
    if "VPCE_FULL_ACCESS" in codes(text):
        assert decided(text, THEIR_ROLE, THEIRS, THEIR_ORG) is Decision.ALLOWED


@given(
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["IpAddress", "NotIpAddress", "IpAddressIfExists", "NotIpAddressIfExists"]),
)
@settings(deadline=None)
def test_the_address_that_is_absent(effect: str, operator: str) -> None:
    """An error exactly where the statement never lets through what it allows, or always denies."""
    text = policy(
        statement(Action="*", Resource="*", Condition=None, Effect="Deny" if effect == "Allow" else "Allow"),
        statement(Effect=effect, Condition={operator: {"aws:SourceIp": "203.0.113.0/24"}}),
    )
    parsed = read_policy(text).policy
    assert parsed is not None
    request = Request(parse_caller(OUR_ROLE), "s3:GetObject", "arn:aws:s3:::payments-archive/x")
    verdict = evaluate(parsed, request, Way("interface", "vpce-0a1b2c3d", "vpc-0a1b2c3d"))
    applies = verdict.judgements[1].applies
    (finding,) = findings(text, "VPCE_SOURCE_IP_ABSENT")
    assert (finding.severity == "error") == (applies is (effect == "Deny"))


def test_the_root_user_alone() -> None:
    """An account principal lets a role through at an interface endpoint, and not at a gateway."""
    text = json.dumps({"Statement": [statement(Principal={"AWS": OURS}, Condition=None, Resource="*")]})
    parsed = read_policy(text).policy
    assert parsed is not None
    request = Request(parse_caller(OUR_ROLE), "s3:GetObject", "arn:aws:s3:::payments/x")
    assert evaluate(parsed, request, Way("interface")).decision is Decision.ALLOWED
    assert evaluate(parsed, request, Way("gateway")).decision is Decision.IMPLICIT_DENY
    assert "VPCE_GATEWAY_ACCOUNT_PRINCIPAL" in codes(text, kind="gateway")
