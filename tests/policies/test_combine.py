"""All policies together: who must allow, who may only limit, and what is not told.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.asking import BOB, OBJECT, ROLE, ROOT, SESSION, STRANGER, allow, deny, policy, values
from tui.policies.arn import parse_caller
from tui.policies.combine import Combined, Layers, combine
from tui.policies.context import Request, Way
from tui.policies.grammar import Form
from tui.policies.model import Policy

YES, NO, DENIED, OPEN = "allowed", "implicit-deny", "explicit-deny", "depends"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
FULL = policy(allow())
NOTHING = policy(allow(Action="iam:Nothing"))


def own(*statements: dict[str, Any]) -> Policy:
    """A policy without principals: of an identity, an organization, a boundary or a session."""
    bare = [{name: value for name, value in each.items() if name != "Principal"} for each in statements]
    return policy(*bare, form=Form.IDENTITY)


ALL, NONE, NO_READ = own(allow()), own(allow(Action="iam:Nothing")), own(deny(Action="s3:GetObject"))


def by_all(
    principal: str = BOB, action: str = "s3:GetObject", on: str = OBJECT, account: str = "", **layers: Any
) -> Combined:
    """What these layers say of a request through an interface endpoint; full access where no endpoint policy is given."""
    told = Layers(**({"endpoint": FULL} | layers))
    return combine(told, Request(parse_caller(principal), action, on, account), Way("interface"))


def to(principal: Any, **elements: Any) -> Policy:
    """A resource policy that allows a principal."""
    return policy(allow(Principal=principal, **elements))


SAME_ACCOUNT: list[tuple[str, dict[str, Any], str]] = [
    (BOB, {"identity": (ALL,)}, YES),
    (BOB, {"identity": (NONE,)}, NO),
    (BOB, {"identity": (NONE, ALL)}, YES),
    (BOB, {"identity": (ALL, NO_READ)}, DENIED),
    (BOB, {"identity": (ALL,), "endpoint": NOTHING}, NO),
    (BOB, {"identity": (ALL,), "endpoint": policy(allow(), deny(Action="s3:Get*"))}, DENIED),
    (BOB, {"resource": to({"AWS": BOB}), "identity": (NONE,)}, YES),
    (BOB, {"resource": to("*"), "identity": (NONE,)}, YES),
    (BOB, {"resource": to({"AWS": ROOT}), "identity": (NONE,)}, NO),
    (BOB, {"resource": to({"AWS": ROOT}), "identity": (ALL,)}, YES),
    (BOB, {"resource": to({"AWS": BOB})}, YES),
    (BOB, {"resource": to({"AWS": STRANGER})}, OPEN),
    (BOB, {"resource": policy(allow(), deny(Action="s3:*")), "identity": (ALL,)}, DENIED),
    (ROOT, {"resource": to({"AWS": STRANGER})}, YES),
    (BOB, {"identity": (ALL,), "boundary": ALL}, YES),
    (BOB, {"identity": (ALL,), "boundary": NONE}, NO),
    (BOB, {"resource": to({"AWS": BOB}), "identity": (NONE,), "boundary": NONE}, YES),
    (SESSION, {"resource": to({"AWS": SESSION}), "identity": (NONE,), "boundary": NONE, "session": NONE}, YES),
    (SESSION, {"resource": to({"AWS": ROLE}), "identity": (NONE,), "boundary": ALL, "session": ALL}, YES),
    (SESSION, {"resource": to({"AWS": ROLE}), "identity": (ALL,), "boundary": NONE}, NO),
    (SESSION, {"resource": to({"AWS": ROLE}), "identity": (ALL,), "session": NONE}, NO),
    (SESSION, {"resource": to("*"), "identity": (NONE,), "boundary": NONE}, YES),
    (SESSION, {"identity": (ALL,), "session": own(allow(Action="s3:Get*"))}, YES),
    (BOB, {"resource": to({"AWS": BOB}), "boundary": NO_READ}, DENIED),
    (BOB, {"identity": (ALL,), "scps": (ALL, own(allow(), deny(Action="kms:*")))}, YES),
    (BOB, {"identity": (ALL,), "scps": (ALL, NONE)}, NO),
    (BOB, {"identity": (ALL,), "scps": (own(deny(Action="s3:*")),)}, DENIED),
    (BOB, {"identity": (ALL,), "scps": (own(deny(Action="kms:*")),)}, OPEN),
    (BOB, {"identity": (ALL,), "rcps": (policy(deny(Action="kms:*")),)}, YES),
    (BOB, {"identity": (ALL,), "rcps": (policy(deny(Action="s3:*")),)}, DENIED),
    ("arn:aws:sts::111122223333:federated-user/ann", {"identity": (ALL,)}, OPEN),
    ("arn:aws:sts::111122223333:federated-user/ann", {"identity": (ALL,), "session": ALL}, YES),
]


@pytest.mark.parametrize(("principal", "layers", "decision"), SAME_ACCOUNT)
def test_in_one_account_one_allow_is_enough_within_the_limits(
    principal: str, layers: dict[str, Any], decision: str
) -> None:
    """Identity or resource policy grants; endpoint, organization, boundary and session only limit."""
    assert by_all(principal, **layers).decision == decision


@pytest.mark.parametrize(
    ("layers", "decision"),
    [
        ({"identity": (ALL,), "resource": to({"AWS": "111122223333"})}, YES),
        ({"identity": (ALL,), "resource": to({"AWS": BOB})}, YES),
        ({"identity": (ALL,), "resource": to({"AWS": STRANGER})}, NO),
        ({"identity": (NONE,), "resource": to({"AWS": BOB})}, NO),
        ({"identity": (ALL,)}, OPEN),
        ({"resource": to({"AWS": BOB})}, OPEN),
        ({"identity": (ALL,), "resource": to({"AWS": BOB}), "boundary": NONE}, NO),
    ],
)
def test_between_accounts_both_must_allow(layers: dict[str, Any], decision: str) -> None:
    """The caller's own policies, and those of the resource in the other account."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    assert by_all(account="444455556666", **layers).decision == decision


@pytest.mark.parametrize(
    ("layers", "decision"),
    [
        ({"identity": (ALL,), "resource": to({"AWS": ROOT})}, YES),
        ({"identity": (NONE,), "resource": to({"AWS": ROOT})}, NO),
        ({"identity": (ALL,), "resource": to({"AWS": STRANGER})}, NO),
        ({"identity": (NONE,), "resource": to({"AWS": BOB})}, YES),
        ({"identity": (ALL,)}, OPEN),
    ],
)
def test_a_key_policy_must_leave_it_to_the_account(layers: dict[str, Any], decision: str) -> None:
    """An identity policy counts for a key only if the key policy lets the account decide."""
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    assert by_all(BOB, "kms:Decrypt", KEY, **layers).decision == decision


def test_a_role_is_entered_by_its_trust_policy() -> None:
    """Without it nobody assumes a role, and a trust policy names no resource."""
    trust = policy({"Effect": "Allow", "Principal": {"AWS": BOB}, "Action": "sts:AssumeRole"}, form=Form.TRUST)
    assert by_all(BOB, "sts:AssumeRole", ROLE, identity=(NONE,), resource=trust).decision == YES
    assert by_all(STRANGER, "sts:AssumeRole", ROLE, identity=(ALL,), resource=trust).decision == NO
    assert by_all(BOB, "sts:AssumeRole", ROLE, identity=(ALL,)).decision == OPEN
    assert by_all(BOB, "sts:GetCallerIdentity", "*", identity=(NONE,)).decision == YES


@pytest.mark.parametrize("layer", ["identity", "boundary", "session"])
def test_who_one_is_may_always_be_asked(layer: str) -> None:
    """A policy of the caller that denies sts:GetCallerIdentity stops nothing; the endpoint's own does."""
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    denying = own(deny(Action="sts:*"))
    given: Any = (denying,) if layer == "identity" else denying
    assert by_all(BOB, "sts:GetCallerIdentity", "*", **{layer: given}).decision == YES
    closed = policy(allow(), deny(Action="sts:GetCallerIdentity"))
    assert by_all(BOB, "sts:GetCallerIdentity", "*", endpoint=closed, identity=(ALL,)).decision == DENIED


def test_an_anonymous_caller_has_only_the_resources_word() -> None:
    """Identity policies and those of the organization do not speak for nobody."""
    assert by_all("anonymous", resource=to("*"), scps=(NONE,)).decision == YES
    assert by_all("anonymous", resource=to({"AWS": BOB})).decision == NO
    assert by_all("cloudtrail.amazonaws.com", resource=to({"Service": "cloudtrail.amazonaws.com"})).decision == YES


def test_an_endpoint_policy_alone_grants_nothing() -> None:
    """What it lets through is called allowed, with the word that others decide too."""
    answer = by_all()
    assert (answer.decision, answer.layer) == (YES, "endpoint policy")
    assert "decide too" in answer.because


def test_not_principal_spares_nobody_with_a_boundary() -> None:
    """A Deny with NotPrincipal in the resource's policy hits every caller who has a boundary."""
    bucket = policy(allow(Principal={"AWS": BOB}), deny(NotPrincipal={"AWS": [BOB, ROOT]}))
    assert by_all(resource=bucket, identity=(ALL,)).decision == YES
    assert by_all(resource=bucket, identity=(ALL,), boundary=ALL).decision == DENIED


def test_without_the_endpoint_its_policy_is_out_and_the_address_is_there() -> None:
    """A request by another way has aws:SourceIp and none of the endpoint's keys."""
    request = Request(parse_caller(BOB), "s3:GetObject", OBJECT, context=values({"aws:SourceIp": "203.0.113.7"}))
    outside = Way(through=False)
    only_here = policy(allow(), deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}))
    assert combine(Layers(NOTHING, identity=(ALL,)), request, outside).decision == YES
    assert combine(Layers(NOTHING, identity=(ALL,), resource=only_here), request, outside).decision == DENIED


def test_the_layer_that_decides_is_named() -> None:
    """The answer tells whose statement it was, and each policy's own verdict."""
    answer = by_all(identity=(ALL,), resource=policy(deny(Sid="Never")))
    assert (answer.layer, answer.deciding and answer.deciding.sid) == ("resource policy", "Never")
    assert [layer for layer, _ in answer.verdicts] == ["endpoint policy", "resource policy", "identity policy"]


def test_open_keys_of_a_deny_elsewhere_are_named() -> None:
    """A bucket policy that only denies may still decide: its keys are missing."""
    bucket = policy(deny(Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}))
    answer = by_all(identity=(ALL,), resource=bucket)
    assert (answer.decision, answer.missing) == (OPEN, ("aws:SourceVpce",))
