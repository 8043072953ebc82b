"""What is asked of Live Tail for the log groups that are read.

Limits: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.session import Clients
from tui.aws.stream import MOST_STREAMS
from tui.aws.target import Target
from tui.flows.source import SourceError

MOST_GROUPS = 10
_CLASS = "STANDARD"  # the one class that has Live Tail


@dataclass(frozen=True, slots=True)
class Ask:
    """The parameters of StartLiveTail, and what the reader should know of them, '' if nothing."""

    parameters: dict[str, Any]
    note: str = ""


def ask_for(targets: Sequence[Target], account: str, clients: Clients) -> Ask:
    """The call for these log groups: at most ten; streams are chosen only where there is one group.

    Raises:
        RefusedError: none of them has Live Tail.
    """
    identifiers: list[str] = []
    without: list[str] = []
    for target in targets:
        if len(identifiers) == MOST_GROUPS:
            break
        arn, group_class = _look_up(target, account, clients)
        if arn and group_class == _CLASS:
            identifiers.append(arn)
        else:
            without.append(target.group)
    if not identifiers:
        reason = f"Live Tail is not there for {', '.join(without[:3])}"
        raise RefusedError(Trouble.WRONG, reason, "it needs log groups of the class STANDARD", retry_after=3600.0)
    notes = []
    if without:
        notes.append(f"{', '.join(without[:3])} cannot have Live Tail and is polled")
    if left := len(targets) - len(identifiers) - len(without):
        notes.append(f"Live Tail takes {MOST_GROUPS} log groups; {left} more are polled")
    parameters: dict[str, Any] = {"logGroupIdentifiers": identifiers}
    if len(patterns := {target.pattern for target in targets}) == 1 and "" not in patterns:
        parameters["logEventFilterPattern"] = patterns.pop()
    if len(targets) == 1:
        parameters |= _streams(targets[0])
        if not _streams(targets[0]) and targets[0].interfaces is not None:
            notes.append(f"Live Tail takes {MOST_STREAMS} streams; it listens to the whole log group")
    return Ask(parameters, "; ".join(notes))


def _streams(target: Target) -> dict[str, Any]:
    if target.streams:
        return {"logStreamNames": list(target.streams)}
    return {"logStreamNamePrefixes": [target.prefix]} if target.prefix else {}


def _look_up(target: Target, account: str, clients: Clients) -> tuple[str, str]:
    """A log group's ARN, '' if unknown, and its class; what cannot be learnt is taken to be as usual."""
    arn = target.arn
    if not arn and account:
        partition = clients.client("logs").meta.partition
        arn = f"arn:{partition}:logs:{clients.region}:{account}:log-group:{target.group}"
    if target.arn:
        return arn, _CLASS  # another account's log groups are not listed here
    try:
        what = f"log group {target.group}"
        found = clients.pages(
            "logs", "DescribeLogGroups", "logGroups", what, most=5, logGroupNamePrefix=target.group, limit=50
        )
        group: dict[str, Any] = next((each for each in found if each.get("logGroupName") == target.group), {})
    except SourceError:
        group = {}
    return str(group.get("logGroupArn") or arn), str(group.get("logGroupClass") or _CLASS)
