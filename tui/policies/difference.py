"""What one policy lets through that another does not, with one concrete request for each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice, product
from math import prod

from tui.policies.arn import Caller, parse_arn
from tui.policies.conditions import judge
from tui.policies.context import Context, EndpointKind, Request, State, Way, context_of
from tui.policies.evaluate import Asked, Decision, Verdict, decide
from tui.policies.model import Condition, Policy, Statement
from tui.policies.samples import SAMPLE, Values, sample_callers, sample_values, variables_of
from tui.policies.space import Space
from tui.policies.variables import has_variables
from tui.policies.who import is_about

MOST_REQUESTS = 10_000  # some seconds
MOST_STATEMENTS = 500  # an endpoint policy has room for some two hundred
_MOST_CONTEXTS = 400


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
        actions: all actions for which the same statements decide in the same way, on one resource or another.
        resources: the resources that were tried on which they do, for one action or another; likewise `callers`.
    """

    kind: Kind
    request: Request
    old: Verdict
    new: Verdict
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    callers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes. `limits`: a sentence for each reason why there may be others; () if every one was found."""

    changes: tuple[Change, ...]
    limits: tuple[str, ...]


def difference(old: Policy, new: Policy, kind: EndpointKind = "interface", most: int = MOST_REQUESTS) -> Difference:
    """What the new policy of an endpoint lets through that the old one did not, and the other way round.

    Every way in which callers, actions, resources and condition keys can meet the statements of both policies is tried
    with one sample each, and both are asked, `most` times at most. Statements that say the same in both are left out
    of account.
    """
    if old.statements == new.statements and has_variables(old.version) == has_variables(new.version):
        return Difference((), ())
    if len(old.statements) + len(new.statements) > MOST_STATEMENTS:
        return Difference((), (f"they have more than {MOST_STATEMENTS} statements, and were not compared",))
    comparison = _Comparison(old, new, Way(kind), most)
    found = comparison.changes()
    return Difference(found, tuple(comparison.limits))


@dataclass(slots=True)
class _Found:
    """A change while it is put together."""

    first: Change
    actions: dict[str, None] = field(default_factory=dict)
    resources: dict[str, None] = field(default_factory=dict)


_RANK = {Decision.ALLOWED: 2, Decision.DEPENDS: 1, Decision.IMPLICIT_DENY: 0, Decision.EXPLICIT_DENY: 0}


class _Comparison:
    """One comparison of two policies. Sets of statements are integers: a bit each, the old policy's first."""

    def __init__(self, old: Policy, new: Policy, way: Way, most: int) -> None:
        self.old, self.new, self.way = old, new, way
        sides = ((old, has_variables(old.version)), (new, has_variables(new.version)))
        self.statements = (*old.statements, *new.statements)
        self.space = Space(sides)
        self.bodies = [_body(each, variables) for policy, variables in sides for each in policy.statements]
        self.with_variables = sum(1 << bit for bit, each in enumerate(self.statements) if variables_of(each))
        self.limits: dict[str, None] = {}
        self.left = most
        self.alike: dict[tuple[int, int], bool] = {}
        self.known: dict[tuple[object, ...], list[Change]] = {}
        self.found: dict[tuple[object, ...], _Found] = {}

    def changes(self) -> tuple[Change, ...]:
        for caller, possible, sure in self._callers():
            for group in self.space.action_groups():
                named = self.space.naming(group[0])
                for resource, about in self.space.resources(group[0]) if named & possible else ():
                    met = possible & named & about
                    if (met, met & sure) not in self.alike:
                        self.alike[met, met & sure] = self._alike(met, met & sure)
                    if self.alike[met, met & sure]:
                        continue
                    if self.left <= 0:
                        self.limits["only the first samples were tried: the policies have too many combinations"] = None
                        return self._told()
                    for change in self._meet(Request(caller, group[0], resource), met):
                        self._note(change, group, resource)
        self.limits |= dict.fromkeys(self.space.limits)
        return self._told()

    def _told(self) -> tuple[Change, ...]:
        """Those that differ in the caller only are one change."""
        merged: dict[tuple[object, ...], Change] = {}
        for (*sides, caller), each in self.found.items():
            actions, resources = tuple(each.actions), tuple(each.resources)
            same = merged.get((*sides, actions, resources))
            callers = (*(same.callers if same else ()), str(caller))
            merged[(*sides, actions, resources)] = replace(
                same or each.first, actions=actions, resources=resources, callers=callers
            )
        return tuple(merged.values())

    def _callers(self) -> list[tuple[Caller, int, int]]:
        """One caller for each way to be named by the statements and their conditions; which may and which do name it."""
        kinds: dict[tuple[object, ...], tuple[Caller, int, int]] = {}
        conditions = [condition for statement in self.statements for condition in statement.conditions]
        variables = dict.fromkeys(key.lower() for statement in self.statements for key in variables_of(statement))
        for caller in sample_callers(self.statements):
            context = context_of(Request(caller, "s3:GetObject", "*"), self.way)
            named = [is_about(statement, caller, self.way.kind, "s3").holds for statement in self.statements]
            judged: list[object] = [
                _free(context, each.key) or judge(each, context, variables=True) for each in conditions
            ]
            judged += [_free(context, key) or context.look(key) for key in variables]
            possible = sum(1 << bit for bit, holds in enumerate(named) if holds is not False)
            sure = sum(1 << bit for bit, holds in enumerate(named) if holds)
            kinds.setdefault((*named, *judged), (caller, possible, sure))
        return list(kinds.values())

    def _alike(self, met: int, sure: int) -> bool:
        """Whether what is left of both policies says the same, whatever the order."""
        sides: tuple[set[object], set[object]] = (set(), set())
        for bit, statement in enumerate(self.statements):
            if met >> bit & 1:
                sides[bit >= len(self.old.statements)].add((statement.effect, self.bodies[bit], sure >> bit & 1))
        return sides[0] == sides[1]

    def _meet(self, request: Request, met: int) -> list[Change]:
        """Ask both policies, as far as they are about the request, in every context that matters."""
        arn = parse_arn(request.resource)
        place = (arn.account, arn.region) if arn else None
        federated = (
            request.action if "withsaml" in request.action.lower() or "webidentity" in request.action.lower() else ""
        )
        own = request.resource if met & self.with_variables else ""
        key = (request.caller, met, place, federated, own)
        if key not in self.known:
            self.known[key] = self._asked(request, met)
        return self.known[key]

    def _asked(self, request: Request, met: int) -> list[Change]:
        lefts = [bit for bit in range(len(self.statements)) if met >> bit & 1]
        statements = [self.statements[bit] for bit in lefts]
        border = sum(bit < len(self.old.statements) for bit in lefts)
        old, new = (
            replace(self.old, statements=tuple(statements[:border])),
            replace(self.new, statements=tuple(statements[border:])),
        )
        differing: dict[tuple[object, ...], tuple[bool, Request]] = {}
        kept = False
        for context in self._contexts(statements, request):
            self.left -= 1
            each = replace(request, context=context)
            asked = Asked.of(each, self.way)
            was, now = decide(old, asked), decide(new, asked)
            before, after = _RANK[was.decision], _RANK[now.decision]
            kept = kept or before == after == _RANK[Decision.ALLOWED]
            if before != after:
                sides = tuple((verdict.decision, verdict.deciding and verdict.deciding.index) for verdict in (was, now))
                differing.setdefault((before < after, *sides), (before < after, each))
        both = kept or len({gained for gained, _ in differing.values()}) > 1
        return [self._change(each, gained, both) for gained, each in differing.values()]

    def _change(self, request: Request, gained: bool, both: bool) -> Change:
        asked = Asked.of(request, self.way)
        kinds = (Kind.NOW_ONLY_IF, Kind.NOW_ALSO_IF) if both else (Kind.NO_LONGER_ALLOWED, Kind.NEWLY_ALLOWED)
        return Change(kinds[gained], request, decide(self.old, asked), decide(self.new, asked), (), (), ())

    def _note(self, change: Change, group: tuple[str, ...], resource: str) -> None:
        """Keep one change for each pair of statements that decide, and all that it was seen on."""
        sides = [(each.decision, each.deciding and each.deciding.index) for each in (change.old, change.new)]
        found = self.found.setdefault((change.kind, *sides, change.request.caller.text), _Found(change))
        found.actions |= dict.fromkeys(group)
        found.resources |= dict.fromkeys([resource])

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


def _body(statement: Statement, variables: bool) -> str:
    """What is left of a statement once it is known to be about a request."""
    named = statement.resources if variables and variables_of(statement) else ()
    return repr((sorted(repr(condition) for condition in statement.conditions), named))


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
