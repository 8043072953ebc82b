"""What another text of an endpoint's policy means: the same, less, or more; in a few words, and change by change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tui.policies.arn import parse_arn
from tui.policies.context import EndpointKind, Request
from tui.policies.difference import MOST_REQUESTS, Change, Difference, Kind, difference
from tui.policies.english import is_full_access
from tui.policies.english_difference import change_in_words
from tui.policies.grammar import read_policy
from tui.policies.model import Policy, Principal, Statement

# What an endpoint without a policy of its own has.
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
DEFAULT_TEXT = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
LOSSES = frozenset({Kind.NO_LONGER_ALLOWED, Kind.NOW_ONLY_IF})
_IDS = (("AROA", "role"), ("AIDA", "user"))  # how the unique ids of roles and users begin
_NAMED = 2  # actions that are named in a few words


@dataclass(frozen=True, slots=True)
class Told:
    """One change in a sentence with its request; `is_gain`: more is let through."""

    is_gain: bool
    sentence: str
    request: Request


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change of text means.

    Attributes:
        brief: in a few words, to be put behind `endpoint policy:`.
        changes: each with one concrete request, losses first, of those the widest.
        limits: a sentence for each reason why there may be other changes.
        is_same: whether the same requests are let through; None where it cannot be told.
        notes: what else there is to know, a sentence each.
    """

    brief: str
    changes: tuple[Told, ...] = ()
    limits: tuple[str, ...] = ()
    is_same: bool | None = None
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def compare_texts(old: str, new: str, kind: EndpointKind = "", most: int = MOST_REQUESTS) -> Comparison:
    """What the new text of a policy lets through that the old one did not, and the other way round. Never raises.

    Args:
        old: '' is the default policy, full access; likewise `new`.
        new: the text after the change.
        kind: of the endpoint.
        most: requests that are tried at most: a thousand take some tenths of a second.
    """
    before, after = (read_policy(text if text.strip() else DEFAULT_TEXT).policy for text in (old, new))
    if after is None:
        return Comparison("the text is no policy now: what it lets through cannot be told")
    if before is None:
        return Comparison("a policy again, where the text before was none: what changed cannot be told")
    rewritten = with_old_principals(before, after)
    found = difference(before, rewritten or after, kind or "interface", most)
    notes = (_OF_IDS,) if rewritten is not None else ()
    if not found.changes:
        return _without_changes(found, notes)
    ordered = sorted(found.changes, key=lambda change: (change.kind not in LOSSES, -len(change.actions)))
    told = tuple(Told(change.kind not in LOSSES, change_in_words(change), change.request) for change in ordered)
    brief = _brief(before, after, ordered, "at least " if found.limits else "")
    return Comparison(brief, told, found.limits, is_same=False, notes=notes)


_OF_IDS = (
    "Unique ids (AROA..., AIDA...) stand now where ARNs of roles or users stood, or the other way round. AWS writes so by "
    "itself; an id whose owner was deleted stands for nobody, even if a role or user of that name is made again."
)


def _without_changes(found: Difference, notes: tuple[str, ...]) -> Comparison:
    if found.limits:
        return Comparison("no change was found, but not everything could be tried", limits=found.limits, notes=notes)
    if notes:
        return Comparison("rewritten with unique ids for the same principals; it changes nothing", (), (), True, notes)
    return Comparison("written in another way; it lets the same through", is_same=True)


def _brief(before: Policy, after: Policy, changes: Sequence[Change], least: str) -> str:
    """In a few words; the whole where it can be said, else how many actions are concerned."""
    parts = []
    if is_full_access(after):
        parts.append("full access now")
    elif not any(statement.effect == "Allow" for statement in after.statements):
        parts.append("nothing is let through any more")
    elif is_full_access(before):
        parts.append("no full access any more")
    for kind, words in _BRIEF:
        actions = _actions(changes, kind)
        if not actions or (parts and parts[0] in _WHOLE):
            continue
        parts.append(f"{least}{len(actions):,} {'action' if len(actions) == 1 else 'actions'} {words}{_some(actions)}")
    return "; ".join(parts)


_WHOLE = ("full access now", "nothing is let through any more")
_BRIEF = (
    (Kind.NO_LONGER_ALLOWED, "no longer allowed for some callers"),
    (Kind.NOW_ONLY_IF, "allowed in fewer cases"),
    (Kind.NEWLY_ALLOWED, "newly allowed"),
    (Kind.NOW_ALSO_IF, "allowed in more cases"),
)


def _actions(changes: Sequence[Change], kind: Kind) -> list[str]:
    return list(dict.fromkeys(action for change in changes if change.kind is kind for action in change.actions))


def _some(actions: Sequence[str]) -> str:
    left = len(actions) - _NAMED
    return f" ({', '.join(actions[:_NAMED])} and {left} more)" if left > 0 else f" ({', '.join(actions)})"


def with_old_principals(old: Policy, new: Policy) -> Policy | None:
    """The new policy with the principals of the old, where they differ only in ARNs that are unique ids in the other.

    AWS writes the id for the ARN of a role or user, and shows it once its owner is deleted. None: they differ otherwise,
    or not at all. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
    """
    if len(old.statements) != len(new.statements):
        return None
    pairs = list(zip(old.statements, new.statements, strict=True))
    if not all(_is_same_but_for_ids(was, now) for was, now in pairs):
        return None
    if all(Counter(was.principals) == Counter(now.principals) for was, now in pairs):
        return None
    return replace(new, statements=tuple(replace(now, principals=was.principals) for was, now in pairs))


def _is_same_but_for_ids(was: Statement, now: Statement) -> bool:
    if replace(was, principals=()) != replace(now, principals=()):
        return False
    old, new = Counter(was.principals), Counter(now.principals)
    gone, come = [_sort(each) for each in (old - new).elements()], [_sort(each) for each in (new - old).elements()]
    if not gone and not come:
        return True
    written = {is_id for _, is_id in gone}, {is_id for _, is_id in come}
    is_turned = written in (({True}, {False}), ({False}, {True}))
    return is_turned and Counter(owner for owner, _ in gone) == Counter(owner for owner, _ in come)


def _sort(principal: Principal) -> tuple[str, bool]:
    """Whether it is a role, a user or something else, and whether it is written as a unique id."""
    if principal.kind != "AWS":
        return f"other {principal.value}", False
    for prefix, owner in _IDS:
        if principal.value.startswith(prefix):
            return owner, True
    arn = parse_arn(principal.value)
    owner = arn.resource.partition("/")[0] if arn and arn.service == "iam" else ""
    return owner if owner in {"role", "user"} else f"other {principal.value}", False
