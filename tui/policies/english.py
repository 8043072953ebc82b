"""A policy in plain English: statement by statement, who may or may not do what, on what, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.policies.arn import parse_arn
from tui.policies.context import EndpointKind
from tui.policies.english_conditions import condition_in_words, listed
from tui.policies.glob import is_everything, tokens
from tui.policies.model import Policy, Principal, Statement
from tui.policies.who import account_named, is_anyone

_MOST = 6  # actions, resources or principals that are named; more are counted


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a policy says.

    Attributes:
        summary: the whole in one sentence.
        statements: a sentence for each statement, in their order.
    """

    summary: str
    statements: tuple[str, ...]


def explain(policy: Policy, kind: EndpointKind = "") -> Explanation:
    """The policy in words. `kind`: of the endpoint; on a gateway an account is its root user alone."""
    return Explanation(_summary(policy), tuple(in_words(statement, kind) for statement in policy.statements))


def is_full_access(policy: Policy) -> bool:
    """Whether it lets everything through: the default policy, however it is written.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
    """
    return any(_allows_all(statement) for statement in policy.statements) and all(
        statement.effect == "Allow" for statement in policy.statements
    )


def _allows_all(statement: Statement) -> bool:
    names_all = not (statement.not_principal or statement.not_action or statement.not_resource)
    return (
        names_all
        and statement.effect == "Allow"
        and not statement.conditions
        and any(is_anyone(principal) for principal in statement.principals)
        and any(_is_all_actions(action) for action in statement.actions)
        and any(is_everything(tokens(resource)) for resource in statement.resources)
    )


def is_all_of(service: str, pattern: str) -> bool:
    """Whether an action's pattern means everything of a service."""
    named, colon, _ = pattern.partition(":")
    return _is_all_actions(pattern) or (bool(colon) and named.lower() == service and _is_whole_service(pattern))


def _is_all_actions(pattern: str) -> bool:
    return all(is_everything(tokens(part)) for part in pattern.split(":", 1))


def _summary(policy: Policy) -> str:
    allows = [statement for statement in policy.statements if statement.effect == "Allow"]
    denies = len(policy.statements) - len(allows)
    if is_full_access(policy):
        return "Anyone may do anything on any resource: full access, as with the default policy."
    if not allows:
        return "Nothing is let through: no statement allows anything."
    if any(_allows_all(statement) for statement in allows):
        return f"Everything is let through, except what {_count(denies, 'Deny')} denies."
    less = f", less what {_count(denies, 'Deny')} denies" if denies else ""
    return f"Only what {_count(len(allows), 'Allow')} names is let through{less}."


def _count(number: int, effect: str) -> str:
    return f"the {effect} statement" if number == 1 else f"one of the {number} {effect} statements"


def in_words(statement: Statement, kind: EndpointKind = "") -> str:
    """One statement as a sentence."""
    who = _who(statement, kind)
    when = [condition_in_words(condition) for condition in statement.conditions]
    tail = f", if {' and '.join(when)}" if when else ""
    if statement.effect == "Allow":
        return f"{who[:1].upper()}{who[1:]} may {_what(statement)} {_on_what(statement)}{tail}."
    if who.startswith("nobody"):
        return f"This denies nobody anything: {'all are' if statement.not_principal else 'no principal is'} named."
    if not (statement.actions or statement.not_action):
        return "This denies nothing: no action is named."
    is_one = who.startswith(("anyone but ", "anyone of ")) and (
        statement.not_principal or len(statement.principals) == 1
    )
    is_nobody = who == "anyone" or is_one  # what "may not" would say of some of them, "nobody" says of all
    denied = f"Nobody{who[6:]} may" if is_nobody else f"{who[:1].upper()}{who[1:]} may not"
    return f"{denied} {_what(statement)} {_on_what(statement)}{tail}, whatever else allows it."


def some(texts: Sequence[str], last: str) -> str:
    """The first of them, and how many more there are."""
    named = list(texts[:_MOST])
    if len(texts) > _MOST:
        named.append(f"{len(texts) - _MOST} more")
    return listed(named, last)


def _who(statement: Statement, kind: EndpointKind) -> str:
    if any(is_anyone(principal) for principal in statement.principals):
        return "nobody (all are left out)" if statement.not_principal else "anyone"
    named = [_principal(principal, kind) for principal in statement.principals]
    if statement.not_principal:
        spared = [name.replace("anyone of", "those of", 1) for name in named]
        return f"anyone but {some(spared, 'and')}" if named else "anyone"
    return some(named, "or") or "nobody"


def _principal(principal: Principal, kind: EndpointKind) -> str:
    if account := account_named(principal):
        return f"the root user of account {account}" if kind == "gateway" else f"anyone of account {account}"
    if principal.kind == "Service":
        return f"the service {principal.value}"
    if principal.kind == "Federated":
        return f"who signed in by {principal.value}"
    if principal.kind == "CanonicalUser":
        return f"the account with canonical id {principal.value[:12]}…"
    arn = parse_arn(principal.value)
    what, _, name = arn.resource.partition("/") if arn else ("", "", "")
    if arn and what in {"user", "role", "federated-user"}:
        return f"the {what.replace('-', ' ')} {name} of account {arn.account}"
    if arn and what == "assumed-role":
        role, _, session = name.partition("/")
        return f"the session {session} of the role {role} of account {arn.account}"
    return principal.value


def _what(statement: Statement) -> str:
    if statement.not_action:
        return f"do anything but {some(statement.actions, 'and')}" if statement.actions else "do anything"
    if any(_is_all_actions(action) for action in statement.actions):
        return "do anything"
    if not statement.actions:
        return "do nothing"
    services = [action.partition(":")[0] for action in statement.actions if _is_whole_service(action)]
    calls = [action for action in statement.actions if not _is_whole_service(action)]
    told = [f"do anything in {some(services, 'or')}"] if services else []
    return " or ".join([*told, f"call {some(calls, 'or')}"] if calls else told)


def _is_whole_service(pattern: str) -> bool:
    return is_everything(tokens(pattern.partition(":")[2]))


def _on_what(statement: Statement) -> str:
    if not statement.resources:
        return "on anything" if statement.not_resource else "on no resource"
    if any(is_everything(tokens(resource)) for resource in statement.resources):
        return "on no resource (all are left out)" if statement.not_resource else "on any resource"
    if statement.not_resource:
        return f"on anything but {some(_resources(statement.resources), 'and')}"
    return f"on {some(_resources(statement.resources), 'or')}"


def _resources(patterns: Sequence[str]) -> list[str]:
    """Each resource in words; a bucket and all of its objects are one."""
    left = dict.fromkeys(patterns)
    words = []
    for pattern in patterns:
        if pattern in left and f"{pattern}/*" in left and pattern.startswith("arn:"):
            del left[f"{pattern}/*"]
            words.append(f"{_resource(pattern)} and all in it")
            del left[pattern]
        elif pattern in left and not (pattern.endswith("/*") and pattern[:-2] in left):
            words.append(_resource(pattern))
    return words


def _resource(pattern: str) -> str:
    arn = parse_arn(pattern)
    tell: Callable[[str], str] | None = _OF_SERVICE.get(arn.service) if arn else None
    return tell(arn.resource) if arn and tell and not (arn.region or arn.account) else pattern


def _of_s3(resource: str) -> str:
    bucket, slash, key = resource.partition("/")
    named = "any bucket" if is_everything(tokens(bucket)) else f"the bucket {bucket}"
    if not slash:
        return "any bucket and any object" if is_everything(tokens(bucket)) else named
    return f"any object of {named}" if is_everything(tokens(key)) else f"the object {key} of {named}"


_OF_SERVICE = {"s3": _of_s3}
