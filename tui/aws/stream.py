"""Which log streams of a group a scope needs: one a network interface, `eni-…-all`.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from tui.aws.session import Clients
from tui.aws.target import Target
from tui.flows.source import SourceError

log = logging.getLogger(__name__)

_STREAM = re.compile(r"(eni-[0-9a-f]+)(?:-(?:all|accept|reject))?")
# FilterLogEvents takes this many names; https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
MOST_STREAMS = 100
_MOST_ASKED = 10  # interfaces whose streams are asked for one by one; above, the group's streams are listed
_MOST_PAGES = 10  # of 50 streams


def interface_of(stream: str) -> str:
    """The network interface whose records a stream holds, '' when its name does not tell."""
    found = _STREAM.fullmatch(stream)
    return found[1] if found else ""


def narrow(target: Target, clients: Clients) -> Target:
    """Ask for less than the whole group where that is possible.

    A single interface is a prefix, which also finds its stream when that is made later. Names must exist, or the call
    is refused; what cannot be learnt cheaply is filtered after reading.
    """
    if target.interfaces is None or not target.interfaces:
        return target
    if len(target.interfaces) == 1:
        return replace(target, prefix=next(iter(target.interfaces)))
    if len(target.interfaces) > MOST_STREAMS:
        return target
    try:
        names = _existing(target, clients)
    except SourceError as error:
        log.warning("streams of %s not listed: %s", target.group, error.reason)
        return target
    if names is None or not 0 < len(names) <= MOST_STREAMS:
        return replace(target, waiting=names is not None and not names)
    return replace(target, streams=names, waiting=len({interface_of(n) for n in names}) < len(target.interfaces))


def _existing(target: Target, clients: Clients) -> tuple[str, ...] | None:
    """The streams of the target's interfaces; None when the group has too many streams to look through."""
    interfaces = target.interfaces or frozenset()
    what = f"log group {target.group}"
    prefixes = sorted(interfaces) if len(interfaces) <= _MOST_ASKED else [""]
    names: list[str] = []
    for prefix in prefixes:
        asked = target.named | ({"logStreamNamePrefix": prefix} if prefix else {})
        found = clients.pages("logs", "DescribeLogStreams", "logStreams", what, most=_MOST_PAGES, limit=50, **asked)
        listed = [str(each.get("logStreamName")) for each in found]
        if not prefix and len(listed) >= 50 * _MOST_PAGES:
            return None
        names += [name for name in listed if interface_of(name) in interfaces]
    return tuple(sorted(set(names)))
