"""Whether a condition of a statement holds for a request: yes, no, or it cannot be told.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui.policies.compare import COMPARISONS, NEGATED, WITH_WILDCARDS, Hit
from tui.policies.context import Context, State, Value
from tui.policies.glob import is_everything, tokens
from tui.policies.model import Condition
from tui.policies.wildcard import has_wildcard, intersects


class Outcome(NamedTuple):
    """Whether a condition holds. None: it cannot be told, for want of these keys, or of the doubt."""

    holds: bool | None
    keys: tuple[str, ...] = ()
    doubt: str = ""


HOLDS, FAILS = Outcome(holds=True), Outcome(holds=False)


def judge(condition: Condition, context: Context, variables: bool) -> Outcome:
    """One key of one operator. `variables`: whether the policy's version knows policy variables."""
    value = context.look(condition.key)
    if condition.operator == "Null":
        return _null(condition, value)
    if isinstance(value, State):
        return _without_value(condition, value)
    if condition.qualifier:
        return _of_set(condition, value, context, variables)
    if not value:
        return _absent(condition)
    found = [_one(condition, each, context, variables) for each in value]
    if len(found) > 1 and any(outcome.holds is not found[0].holds for outcome in found):
        told = f"{condition.key} has several values, and {condition.operator} is documented for one only"
        return Outcome(None, (), told)
    return found[0]


def _one(condition: Condition, value: str, context: Context, variables: bool) -> Outcome:
    """Whether one value fits any value of the condition, or none of them under a negated operator."""
    compare = COMPARISONS.get(condition.operator)
    if compare is None:
        return Outcome(None, (), f"{condition.operator} is no operator that is known")
    negated = condition.operator in NEGATED
    hits = [compare(value, wanted, context, variables) for wanted in condition.values]
    if context.pathed_role and condition.key.lower() == "aws:principalarn":
        hits = [_pathed(hit, wanted, condition, context) for hit, wanted in zip(hits, condition.values, strict=True)]
    if any(hit.fits for hit in hits):
        return FAILS if negated else HOLDS
    open_hits = [hit for hit in hits if hit.fits is None and (negated or not hit.mistyped)]
    if open_hits:
        return Outcome(None, _keys(open_hits), next((hit.doubt for hit in open_hits if hit.doubt), ""))
    return HOLDS if negated else FAILS


def _pathed(hit: Hit, wanted: str, condition: Condition, context: Context) -> Hit:
    """The ARN of a session leaves out its role's path: a value that tells one may fit, where the name does."""
    if hit.fits is not False or "/" not in wanted.partition(":role/")[2]:
        return hit
    takes_wildcards = condition.operator in WITH_WILDCARDS or condition.operator.startswith("Arn")
    if not takes_wildcards and has_wildcard(wanted):
        return hit
    return Hit(None, ("aws:PrincipalArn",)) if intersects(wanted, context.pathed_role) else hit


def _keys(hits: Sequence[Hit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for hit in hits for key in hit.keys))


def _absent(condition: Condition) -> Outcome:
    """A key that is not in the request: positive operators fail, negated ones hold, and IfExists asks for nothing."""
    if condition.if_exists:
        return HOLDS
    if condition.qualifier:
        return HOLDS if condition.qualifier == "ForAllValues" else FAILS
    return HOLDS if condition.operator in NEGATED else FAILS


def _without_value(condition: Condition, state: State) -> Outcome:
    if state is State.ABSENT:
        return _absent(condition)
    negated = condition.operator in NEGATED
    takes_all = condition.operator in WITH_WILDCARDS and any(is_everything(tokens(text)) for text in condition.values)
    if takes_all or not condition.values:
        # Any value at all would have the same outcome.
        outcome = Outcome(holds=takes_all != negated)
        if state is State.PRESENT or outcome.holds is _absent(condition).holds:
            return outcome
    return Outcome(None, (condition.key,))


def _of_set(condition: Condition, values: tuple[str, ...], context: Context, variables: bool) -> Outcome:
    """ForAllValues and ForAnyValue. A single empty text counts as no value at all, as the guide says."""
    every = condition.qualifier == "ForAllValues"
    if not any(values):
        return HOLDS if every else FAILS
    found = [_one(condition, each, context, variables) for each in values]
    decisive = not every  # one that holds decides for ForAnyValue, one that fails for ForAllValues
    if any(outcome.holds is decisive for outcome in found):
        return HOLDS if decisive else FAILS
    for outcome in found:
        if outcome.holds is None:
            return outcome
    return FAILS if decisive else HOLDS


def _null(condition: Condition, value: Value) -> Outcome:
    """Null asks whether a key is missing: "true" holds if it is. An empty list is no value."""
    wanted = {text.lower() for text in condition.values} & {"true", "false"}
    if len(wanted) != 1:
        return Outcome(holds=bool(wanted))
    if value is State.UNKNOWN:
        return Outcome(None, (condition.key,))
    missing = value is State.ABSENT or (isinstance(value, tuple) and not any(value))
    return Outcome(holds=missing == ("true" in wanted))
