"""Whether a flow begins a conversation or answers one, and which records show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.flows.portname import PORT_NAMES
from tui.network.verdict.model import Flow
from tui.network.verdict.packet import TCP

FIN, SYN, RST, SYN_ACK = 1, 2, 4, 18
FEW = 5  # packets: what comes late, or is sent again after the other side closed


@dataclass(frozen=True, slots=True)
class Role:
    """Whether a flow is a reply, whether that is `sure` or at least `told` by something, and `why`.

    `asked` and `same` are the ACCEPT records of the same interface that belong to it: of the other direction, of this one.
    """

    is_reply: bool
    sure: bool
    told: bool = True
    why: str = ""
    asked: tuple[Flow, ...] = ()
    same: tuple[Flow, ...] = ()


def role_of(flow: Flow, interface: str, history: Sequence[Flow], *, egress: bool) -> Role:
    """The role of a flow that enters or leaves (`egress`) an interface.

    TCP flags tell it: SYN alone opens, SYN with ACK answers (they are OR-ed over the window, and ACK alone is not
    logged: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html). Else the records of the other
    direction do, and where there are none, the ports.
    """
    here = [each for each in history if each.action == "ACCEPT" and each.interface in {"", interface} and each != flow]
    earlier = [each for each in here if not _after(each, flow)]
    # An interface that talks to itself sees each flow twice, once each way.
    asked = tuple(each for each in earlier if is_reverse(each, flow) and _goes(each, not egress))
    same = tuple(
        each
        for each in earlier
        # Of a record that names neither its interface nor its way, nobody knows whether the other end took it.
        if is_same(each, flow) and _goes(each, egress) and (each.interface or each.egress is not None)
    )
    if opens(flow):
        return Role(
            is_reply=False, sure=True, why="it carries SYN without ACK: it opens a connection", asked=asked, same=same
        )
    if answers(flow):
        why = "it carries SYN with ACK: it answers" + (" a request that was let through" if asked else "")
        return Role(is_reply=True, sure=True, why=why, asked=asked, same=same)
    return _by_records(flow, asked, same)


def _by_records(flow: Flow, asked: tuple[Flow, ...], same: tuple[Flow, ...]) -> Role:
    if any(map(opens, same)) or any(map(answers, asked)):
        return Role(is_reply=False, sure=True, why="its side opened the connection", asked=asked, same=same)
    if any(map(opens, asked)) or any(map(answers, same)):
        return Role(is_reply=True, sure=True, why="the other side opened the connection", asked=asked, same=same)
    by_port = _served_by_source(flow)
    if asked and not same:
        sure = by_port is not False
        return Role(is_reply=True, sure=sure, why="what it answers was let through", asked=asked)
    if by_port is not None:
        port = flow.source_port if by_port else flow.target_port
        side = "from" if by_port else "to"
        return Role(
            is_reply=by_port,
            sure=False,
            why=f"by its ports: it goes {side} {port}, which serves",
            asked=asked,
            same=same,
        )
    if asked:
        first = min(_start(each) for each in asked) <= min(_start(each) for each in same)
        return Role(is_reply=first, sure=False, why="by the order of the records", asked=asked, same=same)
    return Role(is_reply=False, sure=False, told=False, asked=asked, same=same)


def opens(flow: Flow) -> bool:
    """Whether its flags show SYN without ACK."""
    return flow.protocol == TCP and flow.flags is not None and flow.flags & SYN_ACK == SYN


def answers(flow: Flow) -> bool:
    """Whether its flags show SYN with ACK."""
    return flow.protocol == TCP and flow.flags is not None and flow.flags & SYN_ACK == SYN_ACK


def is_late(flow: Flow) -> bool:
    """Whether it looks like what comes after a connection was closed: no SYN, or, where flags are not told, few packets."""
    if flow.protocol == TCP and flow.flags is not None:
        return not flow.flags & SYN
    return flow.packets is None or flow.packets <= FEW


def is_reverse(one: Flow, other: Flow) -> bool:
    """Whether two records are of the two directions of one conversation."""
    return (one.source, one.target, one.source_port, one.target_port, one.protocol) == (
        other.target, other.source, other.target_port, other.source_port, other.protocol,
    )  # fmt: skip


def is_same(one: Flow, other: Flow) -> bool:
    """Whether two records have one 5-tuple."""
    return (one.source, one.target, one.source_port, one.target_port, one.protocol) == (
        other.source, other.target, other.source_port, other.target_port, other.protocol,
    )  # fmt: skip


def newest(flows: Iterable[Flow]) -> Flow | None:
    """The last of these records."""
    return max(flows, key=_start, default=None)


def _served_by_source(flow: Flow) -> bool | None:
    """Whether the source's port is the one that serves; None if the ports do not tell."""
    source, target = flow.source_port, flow.target_port
    if not source or not target or source == target:
        return None
    known = (_is_known(source), _is_known(target))
    return known[0] if known[0] != known[1] else source < target


def _is_known(port: int) -> bool:
    return port < 1024 or port in PORT_NAMES


def _goes(flow: Flow, egress: bool) -> bool:
    """Whether a record may be of what leaves, or enters."""
    return flow.egress is None or flow.egress == egress


def _start(flow: Flow) -> int:
    return flow.start if flow.start is not None else flow.end or 0


def _after(one: Flow, other: Flow) -> bool:
    """Whether a record began after another ended: what is only sent later shows nothing of it."""
    if one.start is None or (other.end is None and other.start is None):
        return False
    return one.start > max(other.end or 0, other.start or 0)
