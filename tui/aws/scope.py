"""Scopes to what is read for them: log groups, their layouts, and which of their streams."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui.aws.flowlog import FlowLog, group_of_arn, list_flow_logs
from tui.aws.reach import Reach, reach_of
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.session import Clients
from tui.aws.stream import narrow
from tui.aws.target import Target
from tui.flows.clean import clean
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, LogFormatError, is_flow_layout, read_log_format
from tui.flows.source import FlowLogState, SourceError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the reader's scopes come to, with what they should know about it."""

    text: str
    targets: tuple[Target, ...]
    notes: tuple[str, ...] = ()
    states: tuple[FlowLogState, ...] = ()


def resolve(scopes: Sequence[str], clients: Clients, log_formats: Sequence[str] = (), account: str = "") -> Resolution:
    """Find what to read.

    Args:
        scopes: `vpc-… subnet-… eni-… i-… vpce-… tgw-… fl-…`, Name tags, log groups by name or ARN.
        clients: of the calling thread.
        log_formats: LogFormat strings of the reader's, which win over what DescribeFlowLogs says.
        account: the reader's, '' if unknown.

    Raises:
        SourceError: a scope is not there or ambiguous, no flow log covers it, its log format lacks the addresses, or a
            call was refused.
    """
    given = _given_layouts(log_formats)
    notes: list[str] = []
    if not scopes:
        raise _wrong("no scope was given", "give vpc-… subnet-… eni-… i-…, a Name tag or a log group")
    for scope in scopes:
        if not scope or any(character in scope.removesuffix(":*") for character in "*? \t\n"):
            raise _wrong(f"{clean(scope, 80)!r} is no scope", "scopes are ids, Name tags or log groups; no wildcards")
    groups = {scope: named for scope in scopes if (named := _log_group(scope, clients, notes))}
    flow_logs = _flow_logs(clients, notes, needed=len(groups) < len(set(scopes)))
    reaches = [reach_of(scope, clients) for scope in scopes if scope not in groups]
    for reach in reaches:
        _must_be_covered(reach, flow_logs)
    targets = [_whole_group(name, owner, flow_logs, given, notes) for name, owner in groups.values()]
    direct = {target.group for target in targets}
    covering = frozenset().union(*(reach.covering for reach in reaches))
    found = dict.fromkeys(each.group for each in flow_logs if each.group and _is_on(each, covering))
    targets += [_target(group, reaches, flow_logs, given, notes) for group in found if group not in direct]
    owned = [_with_arn(target, flow_logs, groups, clients, account) for target in targets]
    text = ", ".join([*(reach.text for reach in reaches), *(clean(name, 200) for name, _ in groups.values())])
    ids = {each for target in owned for each in target.flow_logs}
    states = tuple(each.state for each in flow_logs if each.id in ids)
    return Resolution(text, tuple(narrow(each, clients) for each in owned), tuple(dict.fromkeys(notes)), states)


def _given_layouts(log_formats: Sequence[str]) -> tuple[Layout, ...]:
    try:
        layouts = tuple(read_log_format(text) for text in log_formats)
    except LogFormatError as error:
        raise _wrong(str(error), "see --log-format in the help") from error
    if layouts and not any(is_flow_layout(layout) for layout in layouts):
        raise _wrong(f"the log format given lacks {_lacking(layouts[0])}", "without addresses there is no flow to show")
    return layouts


def _log_group(scope: str, clients: Clients, notes: list[str]) -> tuple[str, str] | None:
    """The log group a scope names, with its account, or None when it names none.

    A name without a slash may also be a Name tag: it is a log group only if there is one of that name.
    """
    name, owner = group_of_arn(scope) if scope.startswith("arn:") else (scope, "")
    if not name:
        raise _wrong(
            f"{clean(scope, 120)} is not the ARN of a log group", "it looks like arn:aws:logs:…:log-group:NAME"
        )
    if owner:
        return name, owner  # perhaps of another account: only reading it tells whether it is there
    if "/" not in name and _looks_like_id(name):
        return None
    try:
        found = clients.pages("logs", "DescribeLogGroups", "logGroups", name, most=5, logGroupNamePrefix=name)
        names = [str(each.get("logGroupName")) for each in found]
    except RefusedError as error:
        if error.trouble is not Trouble.DENIED:
            raise
        notes.append(f"logs:DescribeLogGroups is denied, so {clean(name, 80)} is taken as it is written")
        return (name, "") if "/" in name else None
    if name in names:
        return name, ""
    if "/" not in name:
        return None
    if any(each.group == name for each in _flow_logs(clients, [], needed=False)):
        # https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-troubleshooting.html: made only when traffic occurs
        notes.append(f"log group {clean(name, 120)} is not there yet: its flow log makes it when there is traffic")
        return name, ""
    near = ", ".join(clean(each, 120) for each in names[:3])
    hint = f"there is {near}" if near else "check the name, --region and --profile"
    raise _wrong(f"log group {clean(name, 120)} does not exist in {clients.region}", hint)


def _looks_like_id(name: str) -> bool:
    kind, _, rest = name.partition("-")
    return kind in {"vpc", "subnet", "eni", "i", "vpce", "tgw", "fl", "nat"} and len(rest) >= 8 and rest.isalnum()


def _flow_logs(clients: Clients, notes: list[str], *, needed: bool) -> tuple[FlowLog, ...]:
    """The account's flow logs; a denied call is borne when only log groups are to be read."""
    try:
        return list_flow_logs(clients)
    except RefusedError as error:
        if needed or error.trouble is not Trouble.DENIED:
            raise
        notes.append("ec2:DescribeFlowLogs is denied, so the log format is not known")
        return ()


def _is_on(flow_log: FlowLog, resources: frozenset[str]) -> bool:
    return flow_log.resource in resources or flow_log.id in resources


def _must_be_covered(reach: Reach, flow_logs: tuple[FlowLog, ...]) -> None:
    found = [each for each in flow_logs if _is_on(each, reach.covering)]
    if any(each.group for each in found):
        return
    ids = " ".join(reach.ids[:5])
    command = (
        f"aws ec2 create-flow-logs --resource-type {reach.kind} --resource-ids {ids} --traffic-type ALL "
        "--max-aggregation-interval 60 --log-group-name /vpc/flow-logs --deliver-logs-permission-arn ROLE_ARN"
    )
    if not found:
        raise _wrong(f"no flow log covers {reach.text}", command)
    places = ", ".join(f"{each.id} to {each.place} ({each.destination})" for each in found[:3])
    hint = f"only CloudWatch Logs can be followed: {command}"
    raise _wrong(f"the flow logs of {reach.text} are not in CloudWatch Logs: {places}", hint)


def _target(
    group: str, reaches: list[Reach], flow_logs: tuple[FlowLog, ...], given: tuple[Layout, ...], notes: list[str]
) -> Target:
    """One log group for the scopes it covers; narrowed to their interfaces when it holds more than they want."""
    here = [each for each in flow_logs if each.group == group]
    wanted = [reach for reach in reaches if any(_is_on(each, reach.covering) for each in here)]
    mine = [each for each in here if any(_is_on(each, reach.covering) for reach in wanted)]
    within = frozenset().union(*(reach.within for reach in wanted))
    interfaces: frozenset[str] | None = frozenset()
    for reach in wanted:
        interfaces = None if interfaces is None or reach.interfaces is None else interfaces | reach.interfaces
    if all(_is_on(each, within) for each in here):
        interfaces = None
    layouts = given or _layouts_of(mine, group, notes)
    others = () if given else tuple(_readable_formats([each for each in here if each not in mine], notes))
    notes.extend(f"{each.id} cannot deliver: {each.trouble}" for each in mine if each.trouble)
    return Target(
        group,
        tuple(dict.fromkeys((*layouts, *others))),
        max(each.interval for each in mine),
        tuple(each.id for each in mine),
        interfaces=interfaces,
    )


def _whole_group(
    name: str, owner: str, flow_logs: tuple[FlowLog, ...], given: tuple[Layout, ...], notes: list[str]
) -> Target:
    """A log group the reader named: all of it, by the formats of its flow logs if they can be asked."""
    here = [each for each in flow_logs if each.group == name and (not owner or owner == each.owner or not each.owner)]
    ids = tuple(each.id for each in here)
    if given:
        return Target(name, given, max((each.interval for each in here), default=600), ids)
    if here:
        return Target(name, _layouts_of(here, name, notes), max(each.interval for each in here), ids)
    notes.append(
        f"no flow log tells the format of {clean(name, 120)}: read as the default format, or give --log-format"
    )
    return Target(name, (DEFAULT_LAYOUT,))


def _layouts_of(flow_logs: list[FlowLog], group: str, notes: list[str]) -> tuple[Layout, ...]:
    """The distinct layouts of these flow logs.

    Raises:
        SourceError: none of them tells who talked to whom.
    """
    layouts = tuple(_readable_formats(flow_logs, notes))
    if not layouts:
        raise _wrong(f"the log format of {flow_logs[0].id} cannot be read", "give it with --log-format")
    poor = [layout for layout in layouts if not is_flow_layout(layout)]
    if len(poor) == len(layouts):
        reason = f"the log format of {flow_logs[0].id} in {clean(group, 120)} lacks {_lacking(poor[0])}"
        raise _wrong(
            reason, "a flow log cannot be changed: create one whose --log-format has them, then delete this one"
        )
    notes.extend(f"one log format in {clean(group, 80)} lacks {_lacking(layout)}" for layout in poor)
    return layouts


def _readable_formats(flow_logs: list[FlowLog], notes: list[str]) -> list[Layout]:
    layouts = []
    for each in flow_logs:
        try:
            layouts.append(read_log_format(each.log_format))
        except LogFormatError as error:
            notes.append(clean(f"{each.id}: {error}", 200))
    return list(dict.fromkeys(layouts))


def _lacking(layout: Layout) -> str:
    missing = layout.lacks("srcaddr", "dstaddr")
    if "pkt-srcaddr" in layout.names:
        missing = tuple(name for name in missing if name != "srcaddr")
    if "pkt-dstaddr" in layout.names:
        missing = tuple(name for name in missing if name != "dstaddr")
    return " and ".join(f"${{{name}}}" for name in missing) or "the addresses"


def _with_arn(
    target: Target,
    flow_logs: tuple[FlowLog, ...],
    groups: dict[str, tuple[str, str]],
    clients: Clients,
    account: str,
) -> Target:
    """A log group of another account is read by its ARN, from a monitoring account.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account.html
    """
    owners = [owner for name, owner in groups.values() if name == target.group]
    owners += [each.owner for each in flow_logs if each.id in target.flow_logs]
    owner = next((each for each in owners if each), "")
    if not owner or not account or owner == account:
        return target
    partition = clients.client("logs").meta.partition
    return replace(target, arn=f"arn:{partition}:logs:{clients.region}:{owner}:log-group:{target.group}")


def _wrong(reason: str, hint: str) -> SourceError:
    return SourceError(reason, hint, fatal=True, exit_code=2)
