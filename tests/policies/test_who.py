"""Who a statement is about: every form of Principal and NotPrincipal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.asking import BOB, ROLE, ROOT, SESSION, STRANGER, allow, deny, policy, said
from tui.policies.arn import CallerKind, parse_caller

YES, NO, DENIED, OPEN = "allowed", "implicit-deny", "explicit-deny", "depends"
PATHED = "arn:aws:iam::111122223333:role/team/payments-app"
SERVICE = "cloudtrail.amazonaws.com"

NAMED: list[tuple[Any, str, str]] = [
    ("*", "anonymous", YES),
    ({"AWS": "*"}, "anonymous", YES),
    ({"AWS": "*"}, BOB, YES),
    ({"AWS": "111122223333"}, BOB, YES),
    ({"AWS": ROOT}, SESSION, YES),
    ({"AWS": ROOT}, ROOT, YES),
    ({"AWS": ROOT}, STRANGER, NO),
    ({"AWS": "111122223333"}, "anonymous", NO),
    ({"AWS": BOB}, BOB, YES),
    ({"AWS": BOB}, "arn:aws:iam::111122223333:user/Bob", NO),
    ({"AWS": BOB}, ROOT, NO),
    ({"AWS": ["444455556666", ROLE]}, SESSION, YES),
    ({"AWS": ROLE}, ROLE, YES),
    ({"AWS": ROLE}, "arn:aws:sts::111122223333:assumed-role/payments-app-2/i-0abc", NO),
    ({"AWS": SESSION}, SESSION, YES),
    ({"AWS": SESSION}, "arn:aws:sts::111122223333:assumed-role/payments-app/other", NO),
    ({"AWS": SESSION}, ROLE, OPEN),
    ({"AWS": PATHED}, SESSION, OPEN),
    ({"AWS": "arn:aws:iam::111122223333:role/*"}, SESSION, NO),
    ({"AWS": "arn:aws:sts::111122223333:federated-user/ann"}, "arn:aws:sts::111122223333:federated-user/ann", YES),
    ({"Service": SERVICE}, SERVICE, YES),
    ({"Service": SERVICE}, "sns.amazonaws.com", NO),
    ({"Service": SERVICE}, BOB, NO),
    ({"AWS": ROOT}, SERVICE, NO),
    ({"Federated": "accounts.google.com"}, "accounts.google.com", YES),
    ({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}, BOB, OPEN),
]


@pytest.mark.parametrize(("principal", "caller", "decision"), NAMED)
def test_a_principal_names_its_callers(principal: Any, caller: str, decision: str) -> None:
    """An account is everybody in it, a role is its sessions, and no part of a name is a wildcard."""
    assert said(policy(allow(Principal=principal)), caller) == decision


@pytest.mark.parametrize(
    ("principal", "caller", "decision"),
    [
        ("*", SESSION, YES),
        ({"AWS": "*"}, BOB, YES),
        ({"AWS": "111122223333"}, ROOT, YES),
        ({"AWS": "111122223333"}, BOB, NO),
        ({"AWS": ROOT}, SESSION, NO),
        ({"AWS": ROLE}, STRANGER, NO),
        ({"AWS": ROLE}, SESSION, OPEN),
    ],
)
def test_on_a_gateway_an_account_is_its_root_user_alone(principal: Any, caller: str, decision: str) -> None:
    """Gateway endpoints take `*`; an account there grants the root user only, and a role is not documented."""
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway
    assert said(policy(allow(Principal=principal)), caller, kind="gateway") == decision


def test_the_type_of_the_endpoint_matters_only_where_it_does() -> None:
    """S3 has both types: an account leaves it open there, but not for a service that has no gateway."""
    asked = policy(allow(Principal={"AWS": ROOT}))
    assert said(asked, BOB, kind="") == OPEN
    assert said(asked, BOB, "kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1", kind="") == YES


def test_an_account_in_a_deny_hits_everybody_in_it() -> None:
    """Its users, its roles, its root user, and nobody else."""
    asked = policy(allow(), deny(Principal={"AWS": "111122223333"}))
    assert {said(asked, caller) for caller in (BOB, ROLE, SESSION, ROOT)} == {DENIED}
    assert said(asked, STRANGER) == YES


@pytest.mark.parametrize(
    ("listed", "caller", "decision"),
    [
        ([BOB, ROOT], BOB, YES),
        ([BOB, ROOT], STRANGER, DENIED),
        ([BOB, ROOT], "arn:aws:iam::111122223333:user/ann", DENIED),
        ([BOB], BOB, OPEN),
        ([SESSION, ROLE, ROOT], SESSION, YES),
        ([ROLE, ROOT], SESSION, YES),
        ([ROLE], SESSION, OPEN),
        ([ROOT], BOB, YES),
        ([ROOT], ROOT, YES),
        ([ROOT], STRANGER, DENIED),
        ([ROOT], "anonymous", DENIED),
    ],
)
def test_not_principal_spares_whom_it_lists_with_the_account(listed: list[str], caller: str, decision: str) -> None:
    """Deny with NotPrincipal denies all others; one listed without its account may be denied with the account."""
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    assert said(policy(allow(), deny(NotPrincipal={"AWS": listed})), caller) == decision


def test_not_principal_with_allow_is_not_relied_upon() -> None:
    """The guide does not support it: those it lists are not allowed, of the others nothing is promised."""
    asked = policy(allow(NotPrincipal={"AWS": BOB}))
    assert (said(asked, BOB), said(asked, STRANGER)) == (NO, OPEN)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BOB, CallerKind.USER),
        ("arn:aws-cn:iam::111122223333:role/path/x", CallerKind.ROLE),
        (SESSION, CallerKind.SESSION),
        (ROOT, CallerKind.ROOT),
        ("111122223333", CallerKind.ROOT),
        ("anonymous", CallerKind.ANONYMOUS),
        ("*", CallerKind.ANONYMOUS),
        ("lambda.amazonaws.com", CallerKind.SERVICE),
        ("cognito-identity.amazonaws.com", CallerKind.PROVIDER),
        ("arn:aws:iam::111122223333:saml-provider/adfs", CallerKind.PROVIDER),
    ],
)
def test_a_caller_is_told_from_its_name(text: str, kind: CallerKind) -> None:
    """ARNs of all partitions, account ids, services and providers."""
    assert parse_caller(text).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        *("bob", "arn:aws:iam::1111:user/bob", "arn:aws:iam::111122223333:group/admins", "arn:aws:s3:::bucket"),
        *("arn:aws:sts::111122223333:assumed-role/x", "arn:aws:iam::111122223333:role/*", "arn:aws:iam", "x\x00y"),
    ],
)
def test_who_is_no_principal_is_refused_in_a_sentence(text: str) -> None:
    """Groups, buckets, wildcards and half an ARN make no request."""
    with pytest.raises(ValueError, match=r"principal|session|ARN"):
        parse_caller(text)
