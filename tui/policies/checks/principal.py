"""Checks of who a statement is about.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.model import Principal, Statement
from tui.policies.text import shown
from tui.policies.written_arn import ACCOUNT, PARTITIONS, read_arn

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazonaws\.eu|aws\.internal)")
_NAMED = {"iam": ("user", "role"), "sts": ("assumed-role", "federated-user")}
_SOURCES = {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}


def check_principals(case: Case) -> Iterator[Finding]:
    """INVALID_PRINCIPAL_FORMAT, UNSUPPORTED_WILDCARD_IN_PRINCIPAL and what is unwise about single principals."""
    for statement in case.policy.statements:
        for principal in statement.principals:
            if principal.kind == "AWS":
                yield from _check_aws(case, principal)
            elif principal.kind == "Service":
                yield from _check_service(case, principal)
            elif principal.kind != "*" and ("*" in principal.value or "?" in principal.value):
                yield _wildcard(case, principal)


def _wildcard(case: Case, principal: Principal) -> Finding:
    told = f"a wildcard in {shown(principal.value)} stands for nobody: principals are named in full"
    fix = 'Name the principal, or write "*" and restrict aws:PrincipalArn in the Condition with ArnLike.'
    return case.error("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", principal.node, told, fix)


def _check_aws(case: Case, principal: Principal) -> Iterator[Finding]:
    text = principal.value
    if text == "*" or ACCOUNT.fullmatch(text) or "${" in text:  # variables have a check of their own
        return
    if "*" in text or "?" in text:
        yield _wildcard(case, principal)
    elif _UNIQUE_ID.fullmatch(text):
        yield from _check_unique_id(case, principal)
    elif not _is_named(text):
        told = f"{shown(text)} is neither an account nor the ARN of a user, a role or a session"
        fix = 'Write an account of 12 digits, arn:aws:iam::ACCOUNT:role/NAME, arn:aws:iam::ACCOUNT:user/NAME, or "*".'
        yield case.error("INVALID_PRINCIPAL_FORMAT", principal.node, told, fix)
    else:
        arn = read_arn(text)
        if arn is not None and not ACCOUNT.fullmatch(arn.account):
            told = f"the account {shown(arn.account)} has not 12 digits"
            # A warning here: samples in AWS's own guides have such accounts.
            yield case.warning("INVALID_ARN_ACCOUNT", principal.node, told, "Write the account's 12 digits.")


def _is_named(text: str) -> bool:
    """Whether it looks like an ARN that a principal may have."""
    arn = read_arn(text)
    if arn is None or arn.partition not in PARTITIONS or arn.region:
        return False
    kind, slash, name = arn.resource.partition("/")
    if not slash:
        return arn.service == "iam" and kind == "root"
    return kind in _NAMED.get(arn.service, ()) and bool(name)


def _check_unique_id(case: Case, principal: Principal) -> Iterator[Finding]:
    # What is saved with an ARN reads back so once the user or role is deleted.
    fix = "Write the ARN: an id stands for nobody any more once its owner was deleted, even if it is made again."
    if principal.value.startswith("AROA"):
        told = f"{shown(principal.value)} is the id of a role"
        yield case.warning("INVALID_ROLE_REFERENCE", principal.node, told, fix)
    elif principal.value.startswith("AIDA"):
        told = f"{shown(principal.value)} is the id of a user"
        yield case.warning("INVALID_USER_REFERENCE", principal.node, told, fix)
    else:
        told = f"{shown(principal.value)} is an id, but not of a user or role"
        yield case.error("INVALID_PRINCIPAL_FORMAT", principal.node, told, "Write the ARN of a user or a role.")


def _check_service(case: Case, principal: Principal) -> Iterator[Finding]:
    if "*" in principal.value or "?" in principal.value:
        yield _wildcard(case, principal)
    elif not _SERVICE.fullmatch(principal.value):
        told = f"{shown(principal.value)} is not the name of a service's principal"
        fix = "Write it in lower case, as logs.amazonaws.com."
        yield case.error("INVALID_SERVICE_PRINCIPAL_FORMAT", principal.node, told, fix)


def check_not_principal(case: Case) -> Iterator[Finding]:
    """ALLOW_WITH_NOT_PRINCIPAL, and NotPrincipal at all.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html: it is supported for
    VPC endpoints, must stand with Deny, and is advised against.
    """
    for statement in case.policy.statements:
        if not statement.not_principal:
            continue
        node = statement.name_of("Principal")
        if statement.effect == "Allow":
            told = "Allow with NotPrincipal lets everybody through but those named, also who is not signed in"
            fix = 'Write "Principal" with those who may, or Deny with "ArnNotEquals": {"aws:PrincipalArn": …}.'
            yield case.finding("security", "ALLOW_WITH_NOT_PRINCIPAL", node, told, fix)
        else:
            told = "NotPrincipal denies also the account and the session of whom it spares, unless all are named"
            fix = 'Write "Principal": "*" and "ArnNotEquals": {"aws:PrincipalArn": …} in the Condition.'
            yield case.warning("NOT_PRINCIPAL_DISCOURAGED", node, told, fix)


def check_service_principals(case: Case) -> Iterator[Finding]:
    """RESTRICT_ACCESS_TO_, RECOMMENDED_CONDITION_KEY_FOR_ and UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    for statement in case.policy.statements:
        services = [principal for principal in statement.principals if principal.kind == "Service"]
        if not services or statement.effect != "Allow" or statement.not_principal:
            continue
        keys = {condition.key.lower() for condition in statement.conditions}
        fix = "Add aws:SourceArn or aws:SourceAccount to the Condition."
        if not keys & _SOURCES and keys:
            told = "a service acts for somebody: only aws:SourceArn and aws:SourceAccount tell for whom"
            code = "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"
            yield case.suggestion(code, services[0].node, told, fix)
        if not keys & _SOURCES:
            told = f"{shown(services[0].value)} may act here for anybody, also for other accounts"
            yield case.finding("security", "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", services[0].node, told, fix)
        yield from _keys_of_people(case, statement)


def _keys_of_people(case: Case, statement: Statement) -> Iterator[Finding]:
    """Keys that tell of a user or role are absent where a service makes the request itself."""
    if any(principal.kind != "Service" for principal in statement.principals):
        return
    for condition in statement.conditions:
        key = condition.key.lower()
        told_of_people = key.startswith("aws:principal") and not key.startswith(
            ("aws:principalis", "aws:principalservice")
        )
        if (
            told_of_people
            and not condition.if_exists
            and "Not" not in condition.operator
            and condition.operator != "Null"
        ):
            told = f"{condition.key} is absent where a service makes the request, so that the statement never matches"
            code = "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"
            yield case.error(code, condition.node, told, "Write aws:SourceArn or aws:SourceAccount instead.")
