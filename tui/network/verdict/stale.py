"""Packets that come after their connection was closed: AWS writes REJECT for them, though no rule refuses them.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html, `action`
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.network.change import Change
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.network.verdict.packet import TCP
from tui.network.verdict.place import Place
from tui.network.verdict.role import FIN, RST, SYN, Role, is_late, newest


def is_stale(flow: Flow, role: Role, edits: Sequence[Change], *, groups_refuse: bool) -> bool:
    """Whether a refused flow came late. No ACL denies it, or it would be that.

    It was let through a while before, and opens nothing. That a group would refuse it is no reason against: what answers
    is let through whatever they say, while its connection lasts. Unless the groups were edited in between (`edits`).
    """
    if not is_late(flow):
        return False
    passed = newest((*role.asked, *role.same))
    if passed is None:
        # Without SYN nothing begins, so it belongs to what began before the records that are at hand, unless somebody
        # knocks at a port that is closed to him.
        return has_no_syn(flow) and (role.is_reply or not groups_refuse)
    edited = groups_refuse and edits and passed.start is not None
    return not (edited and passed.start is not None and edits[-1].at > passed.start)


def has_no_syn(flow: Flow) -> bool:
    """Whether TCP flags are told, and SYN is not among them."""
    return flow.protocol == TCP and flow.flags is not None and not flow.flags & SYN


def stale(flow: Flow, place: Place, role: Role, *, groups_refuse: bool) -> Verdict:
    """The verdict."""
    passed = newest((*role.asked, *role.same))
    closed = any((each.flags or 0) & (FIN | RST) for each in (*role.asked, *role.same))
    told = has_no_syn(flow)
    because = ["It carries no SYN, so it opens no connection." if told else "It is but a few packets."]
    if passed is not None:
        because.append(
            f"A record before it shows that the conversation was let through{', and closed' if closed else ''}."
        )
    elif groups_refuse:
        because.append(f"It looks like a reply: {role.why}. No record of what it answers is at hand.")
    else:
        because.append("Security groups and network ACL would let it through.")
    return Verdict(
        Ruling.STALE,
        Confidence.CERTAIN if told and closed else Confidence.LIKELY,
        "stale: late packets",
        "These packets came after their connection was closed, or was forgotten: AWS writes REJECT for them too.",
        "out" if place.egress else "in",
        place.interface.id,
        because=tuple(because),
        evidence=tuple(each for each in (passed, flow) if each is not None),
        fix_note="There is nothing to mend: no rule refused them.",
    )
