"""What a row of owners is, as a filter: labels are of several kinds, and the inventory tells which."""

from __future__ import annotations

from tui.cache.columns import Grouping
from tui.cache.view import Key
from tui.flows.filter.model import Kind
from tui.flows.filter.quote import as_value
from tui.flows.filter.surroundings import Directory
from tui.screen.panes.narrowing import NOBODY, filter_for


def filter_of_row(grouping: Grouping, key: Key, known: Directory | None) -> str:
    """As `filter_for`; owners by what their labels are names of to `known`."""
    if grouping is not Grouping.OWNERS or known is None:
        return filter_for(grouping, key)
    return " and ".join(dict.fromkeys(test for label in key if label and (test := _owner(str(label), known))))


def _owner(label: str, known: Directory) -> str:
    """Itself a name, an AWS service, or a name behind its owner's kind (`alb payments-web`)."""
    if label in NOBODY:
        return NOBODY[label]
    kind, _, name = label.partition(" ")
    tests = [(Kind.NAME, label), (Kind.SERVICE, label), (Kind.NAME, name), (Kind.ENDPOINT, name), (Kind.SERVICE, kind)]
    for what, pattern in tests:
        members = known.members(what, pattern) if pattern else None
        if members is not None and (members.networks or members.interfaces or members.services):
            return f"{what.value}:{as_value(pattern)}"
    return f"name:{as_value(label)}"
