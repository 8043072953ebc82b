"""Checks of what could be left out without changing what the policy says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.glob import covers
from tui.policies.model import Condition
from tui.policies.text import Node, shown

_MOST = 400  # values of one list that are compared with each other


def check_lists(case: Case) -> Iterator[Finding]:
    """REDUNDANT_ACTION, REDUNDANT_RESOURCE: one finding a list."""
    for statement in case.policy.statements:
        lists = (
            ("action", statement.action_nodes, [action.lower() for action in statement.actions]),
            ("resource", statement.resource_nodes, list(statement.resources)),
        )
        for what, nodes, texts in lists:
            found = _covered(texts)
            if found:
                yield _redundant(case, what, nodes, found)


def _redundant(case: Case, what: str, nodes: Sequence[Node], found: list[tuple[int, int]]) -> Finding:
    place, by = found[0]
    more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
    same = nodes[place].text == nodes[by].text
    how = "stands twice in this list" if same else f"is covered by {shown(nodes[by].text)}"
    told = f"{shown(nodes[place].text)} {how}{more}"
    return case.suggestion(f"REDUNDANT_{what.upper()}", nodes[place], told, f"Remove the {what}s that others cover.")


def _covered(texts: Sequence[str]) -> list[tuple[int, int]]:
    """(place, place of what covers it), for each text that another of the list covers. Of equal ones the first stays."""
    texts = texts[:_MOST]
    first: dict[str, int] = {}
    found: dict[int, int] = {}
    for place, text in enumerate(texts):
        if text in first:
            found[place] = first[text]
        first.setdefault(text, place)
    wild = [place for text, place in first.items() if "*" in text or "?" in text]
    for text, place in first.items():
        by = next((other for other in wild if other != place and _may_cover(texts[other], text)), None)
        if by is not None and by not in found:
            found[place] = by
    return sorted(found.items())


def _may_cover(pattern: str, text: str) -> bool:
    start = pattern.replace("?", "*").partition("*")[0]
    return text.startswith(start) and "${" not in pattern and covers(pattern, text)


def check_numbers(case: Case) -> Iterator[Finding]:
    """REDUNDANT_CONDITION_VALUE_NUM: of several limits only the widest counts."""
    for _, condition in case.conditions():
        if len(condition.values) < 2 or not condition.operator.startswith(("NumericLess", "NumericGreater")):
            continue
        widest = _widest(condition)
        if widest is not None:
            told = f"of the values of {condition.key} only {shown(widest)} counts: any one is enough"
            node = condition.value_nodes[0] if condition.values[0] != widest else condition.value_nodes[1]
            yield case.suggestion("REDUNDANT_CONDITION_VALUE_NUM", node, told, f"Keep {widest}.")


def _widest(condition: Condition) -> str | None:
    try:
        ranked = sorted(condition.values, key=float)
    except ValueError:
        return None
    return ranked[-1] if "Less" in condition.operator else ranked[0]


def check_statements(case: Case) -> Iterator[Finding]:
    """REDUNDANT_STATEMENT: the same as another, whatever their Sids."""
    seen: dict[str, int] = {}
    for statement in case.policy.statements:
        same = replace(
            statement,
            index=0,
            sid="",
            principals=tuple(sorted(statement.principals, key=repr)),
            actions=tuple(sorted({action.lower() for action in statement.actions})),
            resources=tuple(sorted(set(statement.resources))),
            conditions=tuple(sorted((_plain(condition) for condition in statement.conditions), key=repr)),
        )
        told = repr(same)  # places are not part of it
        if told in seen:
            message = f"statement {seen[told] + 1} says the same"
            yield case.suggestion("REDUNDANT_STATEMENT", statement.node, message, "Remove one of the two.")
        seen.setdefault(told, statement.index)


def _plain(condition: Condition) -> Condition:
    return replace(condition, key=condition.key.lower(), values=tuple(sorted(set(condition.values))))
