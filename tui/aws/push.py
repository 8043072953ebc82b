"""What of the reader's filter is asked of CloudWatch itself: only some streams, and only lines of a pattern.

A pattern counts a line's fields, so a line of another log format is missed in silence. Hence nothing is asked of a group
whose lines have several formats, or one that no flow log tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui.aws.session import Clients
from tui.aws.stream import narrow
from tui.aws.target import Target
from tui.flows.clean import clean
from tui.flows.filter.model import Node
from tui.flows.filter.pattern import pushed, streams

_UNSEEN = "lines of other log formats and SKIPDATA of other interfaces are not seen"


def push_down(
    targets: Sequence[Target], node: Node, clients: Clients, *, given: bool
) -> tuple[tuple[Target, ...], str]:
    """The targets, narrowed to what CloudWatch can be asked for, and a sentence that tells what it is asked.

    Nothing that the filter keeps is left out of a group whose lines are all of the one layout known.

    Args:
        targets: the log groups.
        node: the filter.
        clients: to look for streams; a refusal there narrows nothing.
        given: the reader gave the log format, so no flow log has to tell it.
    """
    found: list[Target] = []
    said: dict[str, None] = {}
    for target in targets:
        if len(target.layouts) != 1 or not (target.flow_logs or given):
            found.append(target)
            why = "several log formats" if len(target.layouts) > 1 else "a log format that no flow log tells"
            said[f"{clean(target.group, 120)} has {why}: all of it is read"] = None
            continue
        narrowed, told = _narrowed(target, node, clients)
        found.append(narrowed)
        said |= dict.fromkeys(told)
    return tuple(found), "; ".join(said)


def _narrowed(target: Target, node: Node, clients: Clients) -> tuple[Target, list[str]]:
    pattern = pushed(node, target.layouts[0])
    interfaces = frozenset(streams(node))
    if target.interfaces is not None and interfaces:
        interfaces &= target.interfaces
    if interfaces and interfaces != target.interfaces:
        target = narrow(replace(target, interfaces=interfaces, streams=(), prefix=""), clients)
    told = [pattern.said] if pattern.said else []
    if pattern.pattern or interfaces:
        told.append(_UNSEEN)
    return replace(target, pattern=pattern.pattern), told
