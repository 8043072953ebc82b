"""What one policy says of one request: allowed, denied by a statement, denied for want of one, or it depends.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tui.policies.arn import Caller
from tui.policies.conditions import HOLDS, Outcome, judge
from tui.policies.context import Context, Request, State, Way, actual_caller, context_of
from tui.policies.glob import matcher, matches_folded, tokens
from tui.policies.model import Condition, Policy, Statement
from tui.policies.variables import fill, has_variables
from tui.policies.who import is_about


class Decision(StrEnum):
    """What becomes of a request; the values are words for the reader and for JSON."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicit-deny"
    IMPLICIT_DENY = "implicit-deny"
    DEPENDS = "depends"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a statement applies to a request; `applies` None: it cannot be told.

    Attributes:
        why: what it misses by, or what it depends on; '' if it applies.
        missing: the condition keys that would settle it.
    """

    statement: Statement
    applies: bool | None
    why: str = ""
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the statement is called in a sentence."""
        sid = f" ({self.statement.sid})" if self.statement.sid else ""
        return f"statement {self.statement.index}{sid}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one policy.

    Attributes:
        deciding: the statement that decides, or that it depends on; None if no statement does.
        because: one sentence.
        missing: condition keys not told with the request, any of which may make the answer another.
        judgements: every statement, in the policy's order.
    """

    decision: Decision
    deciding: Statement | None
    because: str
    missing: tuple[str, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request made ready for any number of policies: its context filled in."""

    request: Request
    caller: Caller
    context: Context
    way: Way
    action: str  # in lower case
    service: str

    @classmethod
    def of(cls, request: Request, way: Way) -> Asked:
        """The request, coming this way."""
        action = request.action.lower()
        return cls(request, actual_caller(request), context_of(request, way), way, action, action.partition(":")[0])

    def doubted(self) -> Asked:
        """The same, by somebody who may have sent more than was told."""
        return Asked(self.request, self.caller, self.context.doubted(), self.way, self.action, self.service)


def evaluate(policy: Policy, request: Request, way: Way = Way(), named: bool = True) -> Verdict:  # noqa: B008 - frozen
    """Judge a request by one policy alone.

    `named`: the statements name principals, as those of endpoints and resources do; those of an identity do not. An
    endpoint policy that allows grants nothing by itself: tui.policies.combine tells what else must.
    """
    return decide(policy, Asked.of(request, way), named)


def decide(policy: Policy, asked: Asked, named: bool = True) -> Verdict:
    """The same for a request that was made ready."""
    verdict = _settled(_judgements(policy, asked, named))
    if not asked.context.assumed or asked.context.doubting:
        return verdict
    doubted = _settled(_judgements(policy, asked.doubted(), named))
    if doubted.decision is verdict.decision:
        return verdict
    missing = tuple(dict.fromkeys((*verdict.missing, *doubted.missing)))
    return Verdict(verdict.decision, verdict.deciding, verdict.because, missing, verdict.judgements)


def _judgements(policy: Policy, asked: Asked, named: bool) -> tuple[Judgement, ...]:
    variables = has_variables(policy.version)
    return tuple(_judged(statement, asked, variables, named) for statement in policy.statements)


def _settled(judgements: tuple[Judgement, ...]) -> Verdict:
    """A Deny that applies decides, then an Allow that applies; without either it is denied."""
    denies = [judgement for judgement in judgements if judgement.statement.effect == "Deny"]
    allows = [judgement for judgement in judgements if judgement.statement.effect == "Allow"]
    for judgement in denies:
        if judgement.applies:
            return _verdict(Decision.EXPLICIT_DENY, judgement, f"{judgement.name} denies it", judgements)
    allow = next((judgement for judgement in allows if judgement.applies), None)
    open_allows = [judgement for judgement in allows if judgement.applies is None]
    open_denies = [judgement for judgement in denies if judgement.applies is None]
    if allow is None and not open_allows:
        return _verdict(Decision.IMPLICIT_DENY, None, _nothing_allows(allows, open_denies), judgements)
    if open_denies or allow is None:
        undecided = open_denies + (open_allows if allow is None else [])
        first = undecided[0]
        doing = "denies it" if first in open_denies else "allows it"
        because = f"{first.name} {doing} or not: {first.why}"
        return _verdict(Decision.DEPENDS, first, because, judgements, _missing(undecided))
    return _verdict(Decision.ALLOWED, allow, f"{allow.name} allows it", judgements)


def _verdict(
    decision: Decision,
    deciding: Judgement | None,
    because: str,
    judgements: tuple[Judgement, ...],
    missing: tuple[str, ...] = (),
) -> Verdict:
    return Verdict(decision, deciding.statement if deciding else None, because, missing, judgements)


def _missing(undecided: Iterable[Judgement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for judgement in undecided for key in judgement.missing))


def _nothing_allows(allows: list[Judgement], open_denies: list[Judgement]) -> str:
    if not allows:
        because = "no statement allows anything"
    elif len(allows) == 1:
        because = f"no statement allows it: {allows[0].name} {allows[0].why}"
    else:
        because = f"none of {len(allows)} Allow statements applies: " + "; ".join(
            f"{judgement.name} {judgement.why}" for judgement in allows[:3]
        )
    return f"{because}; {open_denies[0].name} may deny it besides" if open_denies else because


def _judged(statement: Statement, asked: Asked, variables: bool, named: bool) -> Judgement:
    """Action, resource, principal and conditions, in this order; the first that fails tells why."""
    if _names_action(statement, asked.action) == statement.not_action:
        told = "is for all actions but some, this one among them" if statement.not_action else "is for other actions"
        return Judgement(statement, applies=False, why=told)
    doubts: list[Outcome] = []
    resource = _resource(statement, asked, variables)
    if resource.holds is False:
        told = "leaves out this resource" if statement.not_resource else "is for other resources"
        return Judgement(statement, applies=False, why=told)
    if resource.holds is None:
        doubts.append(resource)
    who = is_about(statement, asked.caller, asked.way.kind, asked.service) if named else HOLDS
    if who.holds is False:
        told = "leaves out this principal" if statement.not_principal else "is for other principals"
        return Judgement(statement, applies=False, why=told)
    if who.holds is None:
        doubts.append(who)
    for condition in statement.conditions:
        outcome = judge(condition, asked.context, variables)
        if outcome.holds is False:
            return Judgement(statement, applies=False, why=_failed(condition, asked.context))
        if outcome.holds is None:
            doubts.append(outcome)
    return _doubtful(statement, doubts) if doubts else Judgement(statement, applies=True)


def _doubtful(statement: Statement, doubts: list[Outcome]) -> Judgement:
    """What it depends on: rules that are not documented first, then the keys that were not told."""
    keys = tuple(dict.fromkeys(key for outcome in doubts for key in outcome.keys))
    told = f"it depends on {' and '.join(keys)}, which {'was' if len(keys) == 1 else 'were'} not told" if keys else ""
    why = [*(outcome.doubt for outcome in doubts if outcome.doubt), told]
    return Judgement(statement, None, "; ".join(text for text in why if text), keys)


def _names_action(statement: Statement, action: str) -> bool:
    return any(matches_folded(pattern, action) for pattern in statement.actions)


def _resource(statement: Statement, asked: Asked, variables: bool) -> Outcome:
    """Whether Resource or NotResource takes the resource in; a variable without a value matches no resource."""
    keys: list[str] = []
    for text in statement.resources:
        filled = fill(text, asked.context, variables, wildcards=True) if "${" in text else None
        pattern = tokens(text) if filled is None else filled.pattern
        if pattern is None or not matcher(pattern)(asked.request.resource):
            continue
        if filled is None or not filled.unknown:
            return Outcome(holds=not statement.not_resource)
        keys.extend(filled.unknown)
    return Outcome(None, tuple(keys)) if keys else Outcome(holds=statement.not_resource)


def _failed(condition: Condition, context: Context) -> str:
    """Why a condition does not hold, after `statement 0`."""
    value = context.look(condition.key)
    name = f"{condition.qualifier}:{condition.operator}" if condition.qualifier else condition.operator
    operator = f"{name}IfExists" if condition.if_exists else name
    wanted = ", ".join(_short(text) for text in condition.values[:3]) + (", …" if len(condition.values) > 3 else "")
    if value is State.ABSENT:
        has = "is not in the request"
    elif isinstance(value, State):
        has = "is in the request"
    else:
        has = "is " + (", ".join(_short(text) for text in value[:3]) or "empty")
    return f"needs {operator} {condition.key} {wanted or '(no value)'}, but {condition.key} {has}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
