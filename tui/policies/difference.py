"""What one policy lets through that another does not, with one concrete request for each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice, product
from math import prod

from tui.policies.arn import Caller
from tui.policies.conditions import judge
from tui.policies.context import Context, EndpointKind, Request, State, Way, context_of
from tui.policies.evaluate import Asked, Decision, Verdict, decide
from tui.policies.model import Condition, Policy, Statement
from tui.policies.samples import SAMPLE, Values, sample_callers, sample_values, variables_of
from tui.policies.space import Space, names_action
from tui.policies.variables import has_variables
from tui.policies.who import is_about

MOST_REQUESTS = 20_000  # some seconds
_MOST_CONTEXTS = 600


class Kind(StrEnum):
    """In what way a policy changed for a request."""

    NEWLY_ALLOWED = "newly-allowed"
    NO_LONGER_ALLOWED = "no-longer-allowed"
    NOW_ONLY_IF = "now-only-if"  # it is still allowed, but no longer with this context
    NOW_ALSO_IF = "now-also-if"  # it was allowed, and now is with this context too


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        request: a request on which the two policies differ; `old` and `new` are their verdicts on it.
        actions: all actions for which the same statements decide in the same way, the request's own first.
        callers: all callers that were tried for which they do, likewise.
    """

    kind: Kind
    request: Request
    old: Verdict
    new: Verdict
    actions: tuple[str, ...]
    callers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes. `limits`: a sentence for each reason why there may be others; () if every one was found."""

    changes: tuple[Change, ...]
    limits: tuple[str, ...]


def difference(old: Policy, new: Policy, kind: EndpointKind = "interface") -> Difference:
    """What the new policy of an endpoint lets through that the old one did not, and the other way round.

    Every way in which callers, actions, resources and condition keys can meet the statements of both policies is tried
    with one sample each, and both are asked. Statements that say the same in both are left out of account.
    """
    comparison = _Comparison(old, new, Way(kind))
    found = comparison.changes()
    return Difference(found, tuple(comparison.limits))


@dataclass(slots=True)
class _Found:
    """A change while it is put together."""

    first: Change
    actions: dict[str, None] = field(default_factory=dict)


_RANK = {Decision.ALLOWED: 2, Decision.DEPENDS: 1, Decision.IMPLICIT_DENY: 0, Decision.EXPLICIT_DENY: 0}


class _Comparison:
    """One comparison of two policies."""

    def __init__(self, old: Policy, new: Policy, way: Way) -> None:
        self.old, self.new, self.way = old, new, way
        self.sides = ((old, has_variables(old.version)), (new, has_variables(new.version)))
        self.statements = (*old.statements, *new.statements)
        self.space = Space(self.sides)
        self.limits: dict[str, None] = {}
        self.left = MOST_REQUESTS
        self.found: dict[tuple[object, ...], _Found] = {}

    def changes(self) -> tuple[Change, ...]:
        for caller in self._callers():
            for group in self.space.action_groups():
                for resource in self.space.resources(group[0]):
                    if self.left <= 0:
                        self.limits["only the first samples were tried: the policies have too many combinations"] = None
                        return self._told()
                    self._meet(caller, group, resource)
        self.limits |= dict.fromkeys(self.space.limits)
        return self._told()

    def _told(self) -> tuple[Change, ...]:
        """Those that differ in the caller only are one change."""
        merged: dict[tuple[object, ...], Change] = {}
        for (*sides, caller), each in self.found.items():
            actions = tuple(each.actions)
            same = merged.get((*sides, actions))
            callers = (*(same.callers if same else ()), str(caller))
            merged[(*sides, actions)] = replace(same or each.first, actions=actions, callers=callers)
        return tuple(merged.values())

    def _callers(self) -> list[Caller]:
        """One caller for each way to be named or not named by the statements and their conditions on callers."""
        kinds: dict[tuple[object, ...], Caller] = {}
        conditions = [condition for statement in self.statements for condition in statement.conditions]
        variables = dict.fromkeys(key.lower() for statement in self.statements for key in variables_of(statement))
        for caller in sample_callers(self.statements):
            context = context_of(Request(caller, "s3:GetObject", "*"), self.way)
            named = [is_about(statement, caller, self.way.kind, "s3").holds for statement in self.statements]
            judged: list[object] = [
                _free(context, each.key) or judge(each, context, variables=True) for each in conditions
            ]
            judged += [_free(context, key) or context.look(key) for key in variables]
            kinds.setdefault((*named, *judged), caller)
        return list(kinds.values())

    def _meet(self, caller: Caller, group: tuple[str, ...], resource: str) -> None:
        """Ask both about a caller, an action and a resource in every context that matters."""
        met = [self._met(policy, variables, caller, group[0], resource) for policy, variables in self.sides]
        if met[0].bodies == met[1].bodies:
            return
        lost: list[Change] = []
        gained: list[Change] = []
        kept = False
        for context in self._contexts([*met[0].statements, *met[1].statements], Request(caller, group[0], resource)):
            self.left -= 1
            request = Request(caller, group[0], resource, context=context)
            asked = Asked.of(request, self.way)
            old, new = decide(self.old, asked), decide(self.new, asked)
            before, after = _RANK[old.decision], _RANK[new.decision]
            kept = kept or (before == after == 2)
            if before != after:
                into = lost if before > after else gained
                into.append(Change(Kind.NEWLY_ALLOWED, request, old, new, group, (caller.text,)))
        both = kept or bool(lost and gained)
        self._note(lost, Kind.NOW_ONLY_IF if both else Kind.NO_LONGER_ALLOWED)
        self._note(gained, Kind.NOW_ALSO_IF if both else Kind.NEWLY_ALLOWED)

    def _note(self, changes: Sequence[Change], kind: Kind) -> None:
        """Keep one change for each pair of statements that decide; what differs in the action only is one."""
        for change in changes:
            sides = [(each.decision, each.deciding and each.deciding.index) for each in (change.old, change.new)]
            key = (kind, *sides, change.request.resource, change.request.caller.text)
            found = self.found.setdefault(key, _Found(replace(change, kind=kind)))
            found.actions |= dict.fromkeys(change.actions)

    def _met(self, policy: Policy, variables: bool, caller: Caller, action: str, resource: str) -> _Met:
        """The statements of one policy that may apply to it, whatever the context."""
        met = _Met([], set())
        for statement in policy.statements:
            if not names_action(statement, action.lower()):
                continue
            if not self.space.may_be_about(statement, resource, variables):
                continue
            who = is_about(statement, caller, self.way.kind, action.partition(":")[0]).holds
            if who is not False:
                met.statements.append(statement)
                named = statement.resources if variables and variables_of(statement) else ()
                conditions = sorted(repr(condition) for condition in statement.conditions)
                met.bodies.add(repr((statement.effect, who, conditions, named)))
        return met

    def _contexts(self, statements: Sequence[Statement], request: Request) -> Iterator[dict[str, Values]]:
        """Every combination of values that some condition tells apart, as long as there are not too many."""
        by_key: dict[str, list[Condition]] = {}
        spelled: dict[str, str] = {}
        for condition in (condition for statement in statements for condition in statement.conditions):
            by_key.setdefault(condition.key.lower(), []).append(condition)
            spelled.setdefault(condition.key.lower(), condition.key)
        for key in (key for statement in statements for key in variables_of(statement)):
            by_key.setdefault(key.lower(), [])
            spelled.setdefault(key.lower(), key)
        compared = any(variables_of(statement) for statement in statements)
        spare = [SAMPLE, *self._values_beside_variables(statements)] if compared else []
        told = context_of(request, self.way)
        values = {
            spelled[key]: self._values(conditions, spare, compared, state)
            for key, conditions in by_key.items()
            if (state := _free(told, key)) is not None
        }
        if prod(len(each) for each in values.values()) <= _MOST_CONTEXTS:
            for combination in product(*values.values()):
                yield dict(zip(values, combination, strict=True))
            return
        self.limits["of the condition keys only some combinations were tried: there are too many"] = None
        yield from islice(_varied(values), _MOST_CONTEXTS)

    def _values_beside_variables(self, statements: Sequence[Statement]) -> Iterator[str]:
        for statement in statements:
            for condition in statement.conditions:
                yield from (
                    text for text in condition.values if "${" not in text and condition.operator.startswith("String")
                )

    def _values(self, conditions: Sequence[Condition], spare: Sequence[str], every: bool, state: State) -> list[Values]:
        """One value for each way to fulfil or fail the conditions on a key; all, where variables compare keys."""
        samples = [
            value for value in sample_values(conditions, spare) if value is not None or state is not State.PRESENT
        ]
        if every:
            return samples
        kinds: dict[tuple[object, ...], Values] = {}
        for value in samples:
            context = Context({conditions[0].key.lower(): State.ABSENT if value is None else value})
            kinds.setdefault(tuple(judge(each, context, variables=True) for each in conditions), value)
        return list(kinds.values())


@dataclass(slots=True)
class _Met:
    """Statements of one policy that may apply, and what is left of them to tell apart: texts, whatever the order."""

    statements: list[Statement]
    bodies: set[str]


def _free(context: Context, key: str) -> State | None:
    """Whether a key can be varied: None if the request itself tells it, else whether it may be missing."""
    value = context.look(key)
    if isinstance(value, tuple):
        return None
    sent = any(key.lower() == each.lower() for each in context.assumed)
    return None if value is State.ABSENT and not sent else value


def _varied(values: Mapping[str, Sequence[Values]]) -> Iterator[dict[str, Values]]:
    """All first values, then every pair of keys varied; so each key's every value is met with each other's."""
    base = {name: each[0] for name, each in values.items()}
    names = list(values)
    yield dict(base)
    for at, name in enumerate(names):
        for value in values[name]:
            one = base | {name: value}
            yield one
            for later in names[at + 1 :]:
                for other in values[later][1:]:
                    yield one | {later: other}
