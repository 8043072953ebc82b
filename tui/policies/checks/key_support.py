"""Checks of keys against actions: a key that an action does not have is absent from the request.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.knowledge import actions, folded_key, key_of, matching_actions, services
from tui.policies.model import Condition, Statement
from tui.policies.text import shown

_MOST_NAMED = 3
# Of these, what AWS's reference lists at each action is not the whole: they come with every request of the service.
_EVERYWHERE = {
    "s3:resourceaccount",
    "s3:dataaccesspointaccount",
    "s3:tlsversion",
    "kms:calleraccount",
    "kms:viaservice",
}


def check_support(case: Case) -> Iterator[Finding]:
    """UNSUPPORTED_ACTION_FOR_CONDITION_KEY, MISSING_ACTION_FOR_CONDITION_KEY."""
    for statement, condition in case.conditions():
        lower = folded_key(condition.key)
        prefix = lower.partition(":")[0]
        if statement.not_action or prefix not in services() or key_of(condition.key) is None or lower in _EVERYWHERE:
            continue
        if condition.if_exists or condition.operator == "Null" or "*" in statement.actions:
            continue
        able = {f"{prefix}:{action.name}" for action in actions(prefix).values() if lower in action.keys}
        # Services lend keys to one another (sts:AssumeRole has iam:ResourceTag): only a service's own actions are judged.
        own = [action for action in statement.actions if action.partition(":")[0].lower() == prefix]
        if able and any("*" not in action and "?" not in action for action in own):
            yield from _compare(case, statement, condition, able, own)


def _compare(
    case: Case, statement: Statement, condition: Condition, able: set[str], own: list[str]
) -> Iterator[Finding]:
    given = {action: matching_actions(action) for action in own}
    meant = {action for found in given.values() for action in found}
    single = [found[0] for action, found in given.items() if found and "*" not in action and "?" not in action]
    if meant and not meant & able:
        told = f"none of these actions has the key {condition.key}; {_some(able)} would"
        fix = f"Add an action that has the key, as {min(able)}, or remove the key."
        yield case.error("MISSING_ACTION_FOR_CONDITION_KEY", condition.node, told + _effect(statement, condition), fix)
        return
    unable = [action for action in single if action not in able]
    if unable:
        told = f"{_some(unable)} has no key {condition.key}" + _effect(statement, condition)
        fix = "Move these actions into a statement without the key."
        yield case.error("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", condition.node, told, fix)


def _effect(statement: Statement, condition: Condition) -> str:
    """What an absent key means for the statement."""
    holds = "Not" in condition.operator or condition.qualifier == "ForAllValues"
    if holds:
        return ": the condition always holds for them"
    return ": they are never allowed by this" if statement.effect == "Allow" else ": they are never denied by this"


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = len(listed) - _MOST_NAMED
    return ", ".join(listed[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def check_resource_tags(case: Case) -> Iterator[Finding]:
    """ALLOW_ and DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE, and the two for NotAction.

    aws:ResourceTag is absent where the service does not tell it, so that a condition on it never holds.
    """
    for statement in case.policy.statements:
        for condition in statement.conditions:
            if not condition.key.lower().startswith("aws:resourcetag/") or not _needs_key(condition):
                continue
            if statement.not_action:
                yield _with_not_action(case, statement, condition)
                continue
            without = sorted({prefix for prefix in _prefixes(statement) if not _tells_tags(prefix)})
            if without:
                yield _without_tags(case, statement, condition, without)


def _needs_key(condition: Condition) -> bool:
    """Whether it cannot hold where its key is absent."""
    return not (
        condition.if_exists or "Not" in condition.operator or condition.operator == "Null" or condition.qualifier
    )


def _prefixes(statement: Statement) -> Iterator[str]:
    for action in statement.actions:
        prefix = action.partition(":")[0].lower()
        if prefix in services():
            yield prefix


def _tells_tags(prefix: str) -> bool:
    return any("aws:resourcetag/" in action.keys for action in actions(prefix).values())


def _without_tags(case: Case, statement: Statement, condition: Condition, without: list[str]) -> Finding:
    named = _some(without)
    fix = "Move the actions of these services into a statement without the key."
    if statement.effect == "Deny":
        told = f"{named} tells no {condition.key}: what this denies is let through there"
        return case.finding(
            "security", "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", condition.node, told, fix
        )
    told = f"{named} tells no {condition.key}: nothing of it is allowed by this"
    return case.suggestion("ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE", condition.node, told, fix)


def _with_not_action(case: Case, statement: Statement, condition: Condition) -> Finding:
    fix = f"Write Action with the actions that have {shown(condition.key)}."
    if statement.effect == "Deny":
        told = "NotAction stands for many actions without tags, which this does not deny"
        code = "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
        return case.finding("security", code, condition.node, told, fix)
    told = "NotAction stands for many actions without tags, which this does not allow"
    code = "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE"
    return case.suggestion(code, condition.node, told, fix)
