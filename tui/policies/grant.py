"""Truths of three values, and in what way a resource policy grants: to the caller itself, its role, or its account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tui.policies.arn import Caller, CallerKind
from tui.policies.evaluate import Judgement, Verdict
from tui.policies.model import Principal, Statement
from tui.policies.who import account_named, is_anyone

Truth = bool | None
EVERYONE = Principal("*", "*")


def both(*truths: Truth) -> Truth:
    """All of them."""
    if any(truth is False for truth in truths):
        return False
    return None if any(truth is None for truth in truths) else True


def either(*truths: Truth) -> Truth:
    """Any of them."""
    if any(truths):
        return True
    return None if any(truth is None for truth in truths) else False


def allows(verdict: Verdict) -> Truth:
    """Whether a statement allows, whatever others deny."""
    return either(*(each.applies for each in verdict.judgements if each.statement.effect == "Allow"), False)


class _Extent(Enum):
    DIRECT = "direct"
    ROLE = "role"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Grants:
    """What a resource policy grants a caller.

    Attributes:
        direct: to the user or session itself, or to anyone: in one account nothing else need allow.
        to_role: to the role of the session: its boundary and session policy still limit it.
        to_account: to the account, which leaves it to the identity policies there.
    """

    direct: Truth
    to_role: Truth
    to_account: Truth

    @property
    def any(self) -> Truth:
        """Whether it allows at all, which is what counts between accounts."""
        return either(self.direct, self.to_role, self.to_account)


def grants_of(verdict: Verdict, caller: Caller) -> Grants:
    """What the Allow statements of a resource policy come to.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """
    found: dict[_Extent, list[Truth]] = {extent: [False] for extent in _Extent}
    for judgement in verdict.judgements:
        if judgement.statement.effect == "Allow" and judgement.applies is not False:
            found[_extent(judgement, caller)].append(judgement.applies)
    return Grants(*(either(*found[extent]) for extent in _Extent))


def _extent(judgement: Judgement, caller: Caller) -> _Extent:
    statement: Statement = judgement.statement
    if any(is_anyone(principal) for principal in statement.principals):
        return _Extent.DIRECT
    named = {principal.value for principal in statement.principals}
    if caller.text in named and caller.kind is not CallerKind.ROLE:
        return _Extent.DIRECT
    if caller.kind is CallerKind.ROOT or not caller.is_signed:
        return _Extent.DIRECT
    if caller.is_role and caller.identity_arn in named:
        return _Extent.ROLE
    if any(account_named(principal) == caller.account for principal in statement.principals):
        return _Extent.ACCOUNT
    return _Extent.ROLE
