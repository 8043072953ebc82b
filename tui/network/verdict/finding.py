"""What security groups and network ACL together say about a packet at one interface."""

from __future__ import annotations

from dataclasses import dataclass

from tui.network.place import Interface
from tui.network.verdict.answer import AclAnswer, GroupAnswer
from tui.network.verdict.by_acl import by_acl
from tui.network.verdict.by_group import by_group
from tui.network.verdict.model import Flow, Ruling
from tui.network.verdict.packet import Packet, ephemeral, packet_of
from tui.network.verdict.rulebook import Rulebook

STATE = "it belongs to what is under way, which security groups let through by the state they keep"


@dataclass(frozen=True, slots=True)
class Finding:
    """Both answers about one packet.

    Of what belongs to something that was let through (`tracked`), be it a reply or not, the groups are not asked.
    """

    flow: Flow
    packet: Packet
    interface: Interface
    egress: bool
    is_reply: bool
    tracked: bool
    groups: GroupAnswer
    acl: AclAnswer

    @property
    def passes(self) -> bool | None:
        """Whether both let it through; None if nobody can tell."""
        if self.groups.passes is False or self.acl.passes is False:
            return False
        return None if self.groups.passes is None or self.acl.passes is None else True

    @property
    def ruling(self) -> Ruling:
        """What did it. Where both refuse, the security group is named: without a rule of it nothing helps."""
        if self.groups.passes is False:
            return Ruling.NO_RULE
        if self.acl.passes is False:
            return Ruling.ACL_RETURN if self.is_reply else Ruling.ACL_ENTRY
        return Ruling.ALLOWED if self.passes else Ruling.UNKNOWN

    @property
    def doubts(self) -> tuple[str, ...]:
        """What was doubted."""
        return (*self.groups.doubts, *self.acl.doubts)

    @property
    def way(self) -> str:
        """`in` or `out`."""
        return "out" if self.egress else "in"


def find(
    flow: Flow, interface: Interface, book: Rulebook, *, egress: bool, is_reply: bool, tracked: bool | None = None
) -> Finding | str:
    """The finding, or why there is none: the other end is no address. A reply is `tracked` unless told otherwise."""
    packet = packet_of(flow, egress=egress, is_reply=is_reply, reply_ports=_reply_ports(flow, book, interface))
    if packet is None:
        return f"{(flow.target if egress else flow.source) or '-'!r} is no address"
    known = is_reply if tracked is None else tracked
    groups = GroupAnswer(passes=True, skipped=STATE) if known else by_group(packet, interface, book, egress=egress)
    acl = by_acl(packet, interface, book, egress=egress)
    return Finding(flow, packet, interface, egress, is_reply, known, groups, acl)


def _reply_ports(flow: Flow, book: Rulebook, interface: Interface) -> tuple[int, int]:
    """The ports that the client of a conversation, who is the target of its replies, calls from."""
    name = book.known.named(flow.target, interface.id)
    return ephemeral(name.kind)
