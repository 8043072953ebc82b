"""Why a flow was refused, or let through: what the rules of its time say, and the records that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui.network.inventory import Inventory
from tui.network.verdict.accepted import explain_accept
from tui.network.verdict.judge_end import also, cannot_tell, judge
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.network.verdict.place import Place, places
from tui.network.verdict.refused import explain_reject
from tui.network.verdict.role import role_of

# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html: `reject-reason`
BLOCKED = "BPA"
REASONS = {"EC": "VPC Encryption Controls"}


def explain(flow: Flow, inventory: Inventory, history: Sequence[Flow] = ()) -> Verdict:
    """The verdict on a flow record, or on a question (`action` ''), which the newest rules answer.

    What cannot be told is a verdict too; nothing is raised.

    Args:
        flow: the record.
        inventory: what is known, with the changes of rules.
        history: records of the same 5-tuple or its reverse, of any interface, of the last minutes, in any order; the
            record itself may be among them.
    """
    if flow.action == "REJECT" and flow.reject_reason not in {"", "-"}:
        return _by_reason(flow)
    ends = places(flow, inventory)
    if isinstance(ends, str):
        return _seen(cannot_tell(ends, flow.interface, egress=flow.egress), flow)
    if flow.action == "REJECT":
        return _refused(flow, ends, inventory, history)
    if flow.action == "ACCEPT":
        return _accepted(flow, ends, inventory, history)
    return _asked(flow, ends, inventory, history)


def _refused(flow: Flow, ends: Sequence[Place], inventory: Inventory, history: Sequence[Flow]) -> Verdict:
    """Of several ends where it may have been refused, the only one whose rules would."""
    told = [explain_reject(flow, end, inventory.rulebook, history) for end in ends]
    if len(told) == 1:
        return told[0]
    clear = [each for each in told if each.ruling is not Ruling.UNKNOWN]
    if len(clear) == 1:
        return _likely(clear[0])
    return also(_seen(cannot_tell(ends[0].told, flow.interface), flow), *(each.sentence for each in clear))


def _accepted(flow: Flow, ends: Sequence[Place], inventory: Inventory, history: Sequence[Flow]) -> Verdict:
    """Of several ends where it may have been let through, the first whose rules would."""
    told = [explain_accept(flow, end, inventory.rulebook, history) for end in ends]
    found = next((each for each in told if each.ruling is Ruling.ALLOWED), told[0])
    return found if len(told) == 1 else _likely(also(found, ends[told.index(found)].told))


def _asked(flow: Flow, ends: Sequence[Place], inventory: Inventory, history: Sequence[Flow]) -> Verdict:
    """A question about both ends, where they are ours: the first that refuses, else that it may pass."""
    verdicts = []
    for interface, egress, _ in ends:
        role = role_of(flow, interface.id, history, egress=egress)
        verdicts.append(judge(flow, inventory, interface, egress, role.is_reply and role.sure))
    refused = [each for each in verdicts if each.ruling is not Ruling.ALLOWED]
    return (refused or verdicts)[0]


def _by_reason(flow: Flow) -> Verdict:
    """AWS itself tells why: it is neither a security group nor an ACL."""
    if flow.reject_reason.upper() == BLOCKED:
        return Verdict(
            Ruling.PUBLIC_ACCESS,
            Confidence.CERTAIN,
            "Block Public Access",
            "VPC Block Public Access refused it: no security group and no network ACL did.",
            "" if flow.egress is None else "out" if flow.egress else "in",
            flow.interface,
            because=(f"The record's reject-reason is {flow.reject_reason}.",),
            evidence=(flow,),
            fix_note="Block Public Access is set for the account in this Region; an exclusion for a VPC or a subnet opens"
            " it for more than this flow, so no command is offered.",
        )
    named = REASONS.get(flow.reject_reason.upper(), "not known here")
    why = f"AWS gives the reason {flow.reject_reason} ({named}): neither a security group nor a network ACL"
    return _seen(cannot_tell(why, flow.interface, egress=flow.egress), flow)


def _seen(verdict: Verdict, flow: Flow) -> Verdict:
    """With the record as evidence, if it is one."""
    return replace(verdict, evidence=(flow,)) if flow.action else verdict


def _likely(verdict: Verdict) -> Verdict:
    return replace(verdict, confidence=Confidence.LIKELY) if verdict.confidence is Confidence.CERTAIN else verdict
