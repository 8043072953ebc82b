"""A filter as CloudWatch's own filter pattern, as far as CloudWatch can say it: no record that the filter keeps is missed.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, space-delimited events.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.flows.clean import clean
from tui.flows.field import BY_NAME
from tui.flows.filter.bound import ABSENT, Bound
from tui.flows.filter.model import And, Has, Node, Not, Or
from tui.flows.filter.project import Projection
from tui.flows.filter.written import written
from tui.flows.logformat import Layout

LONGEST = 1024  # characters
_LONGEST_SAID = 400
MOST_STREAMS = 100  # that one call names
# What NODATA and SKIPDATA lines say beside the interface: asking for it would drop them.
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
_NEVER = frozenset({"version", "start", "end", "log-status"})
# Where the interface is. Such a line tells it of what it stands for, and it cannot stand for records of another one.
_PLACE = frozenset({"account-id", "interface-id"})


@dataclass(frozen=True, slots=True)
class Pushed:
    """`pattern` for CloudWatch, '' for none; `local`: a part of the filter is left to do here; `said`: a status line."""

    pattern: str = ""
    local: bool = False
    said: str = ""


def pushed(node: Node, layout: Layout) -> Pushed:
    """The pattern that lets through as little as CloudWatch can be asked for, but every record that the filter keeps.

    It lets through NODATA and SKIPDATA lines of every interface whose records the filter may keep. Only for a log group
    whose lines are all of this one layout: a line with another number of fields does not match, and would be missed in
    silence. What the inventory or the clock decides (names, `internal`, `last 5m`) is never asked of CloudWatch, since
    it changes while the pattern stays.
    """
    parts = _conjuncts(node, keep=True)
    bounds: dict[str, Bound] = {}
    exactly: dict[str, list[Node]] = {}
    for name in layout.names:
        if name in _NEVER:
            continue
        projection = Projection(name, layout.names)
        alone = [projection.of(part) for part in parts]
        exactly[name] = [part for part, bound in zip(parts, alone, strict=True) if bound.exact]
        bound = projection.of(And(parts)).plain()
        if not bound.exact:
            exactly[name] = [part for part in exactly[name] if _all_of_it(projection, part, bound)]
        if not bound.is_everything and not (bound.is_nothing and name in _PLACE):
            bounds[name] = bound
    for name, bound in bounds.items():
        if bound.is_nothing:  # and so is the whole: one field says it as well as all
            bounds = {name: bound}
            break
    names = {name: f"f{place}" for place, name in enumerate(layout.names, 1)}
    kept = _shortened(bounds, names)
    done = {id(part) for name, bound in kept.items() if bound == bounds[name] for part in exactly[name]}
    left = [part for part in parts if id(part) not in done]
    return Pushed(_pattern(kept, names), bool(left), _said(kept, left))


def streams(node: Node) -> tuple[str, ...]:
    """The network interfaces whose log streams hold all that the filter keeps: 1 to 100 ids, or () for no such choice."""
    bound = Projection("interface-id", tuple(BY_NAME)).of(node)
    fixed = getattr(bound, "fixed", ())
    return tuple(sorted(fixed)) if len(fixed) <= MOST_STREAMS else ()


def _conjuncts(node: Node, *, keep: bool) -> tuple[Node, ...]:
    """The parts that must all be true; a negation is carried inside to find them."""
    if isinstance(node, Not):
        return _conjuncts(node.part, keep=not keep)
    if isinstance(node, And if keep else Or):
        return tuple(found for part in node.parts for found in _conjuncts(part, keep=keep))
    if isinstance(node, Has) and not keep and len(node.fields) > 1:
        return tuple(Not(Has((name,), node.wants)) for name in node.fields)
    return (node if keep else Not(node),)


def _all_of_it(projection: Projection, part: Node, bound: Bound) -> bool:
    """Whether a bound that says less than it could still says all of this part."""
    return bound == bound.both(projection.of(part))  # type: ignore[arg-type]  # bounds of one field are of one kind


def _shortened(bounds: dict[str, Bound], names: dict[str, str]) -> dict[str, Bound]:
    """As many of the bounds as there is room for: the longest is widened, or dropped when it cannot be."""
    kept = dict(bounds)
    while kept and len(_pattern(kept, names)) > LONGEST:
        longest = max(kept, key=lambda name: len(_entry(names[name], kept[name])))
        wide = kept[longest].widened()
        if wide.is_everything or wide == kept[longest]:
            del kept[longest]
        else:
            kept[longest] = wide
    return kept


def _pattern(bounds: dict[str, Bound], names: dict[str, str]) -> str:
    if not bounds:
        return ""
    entries = (_entry(short, bounds[name]) if name in bounds else short for name, short in names.items())
    return f"[{', '.join(entries)}]"


def _entry(name: str, bound: Bound) -> str:
    """One field's conditions; `-` passes, as NODATA and SKIPDATA lines have it.

    The same is meant whether && binds closer than || or what stands first is done first: ranges come first, ascending.
    """
    conditions = sorted(bound.conditions(name), key=lambda each: "&&" not in each)
    if not any("!=" in each and " = " not in each and "<" not in each and ">" not in each for each in conditions):
        conditions.append(f"{name} = {ABSENT}")
    return " || ".join(conditions)


def _said(bounds: dict[str, Bound], left: list[Node]) -> str:
    there = ", ".join(" or ".join(bound.conditions(name)) or f"no {name}" for name, bound in bounds.items())
    here = ", ".join(written(part) for part in left)
    said = [f"CloudWatch filters: {there}"] if there else []
    return clean("; ".join(said + ([f"here: {here}"] if here else [])), _LONGEST_SAID)
