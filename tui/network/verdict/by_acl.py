"""What the network ACL of a subnet says about a packet that enters or leaves it.

It keeps no state, and the lowest number that fits decides. What stays within the subnet it does not see:
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tui.network.place import Interface
from tui.network.rules import ANY, AclEntry, NetworkAcl
from tui.network.verdict.answer import AclAnswer
from tui.network.verdict.member import within
from tui.network.verdict.packet import ICMPS, LAST_PORT, PORTED, Packet, Ports, icmp_fits, protocol_fits
from tui.network.verdict.rulebook import Entry, Rulebook
from tui.network.verdict.transit import unseen_way

_NOTHING: Ports = (1, 0)


class Part(NamedTuple):
    """Ports that one entry decides about; `entry` None: none does. `doubtful` come before it and may."""

    ports: Ports
    entry: AclEntry | None
    doubtful: tuple[AclEntry, ...]

    @property
    def allow(self) -> bool:
        """Whether it lets them through."""
        return self.entry is not None and self.entry.allow

    @property
    def doubted(self) -> tuple[AclEntry, ...]:
        """The doubtful entries that would make another answer of it."""
        return tuple(each for each in self.doubtful if each.allow != self.allow)


def by_acl(packet: Packet, interface: Interface, book: Rulebook, *, egress: bool) -> AclAnswer:
    """Whether the ACL lets it through, or is not asked."""
    same, why = _same_subnet(packet, interface, book)
    if same:
        return AclAnswer(passes=True, skipped=f"{packet.text} is in the same subnet, so no network ACL is asked")
    acl = book.acl_of(interface.subnet)
    if acl is None:
        return AclAnswer(None, doubts=(_unknown(interface, book),))
    answer = _asked(packet, acl, book, egress=egress)
    if answer.passes is not False:
        return answer
    if why:
        return AclAnswer(None, acl, answer.entry, (why, *answer.doubts))
    unseen = unseen_way(packet, interface, book, egress=egress)
    if unseen:
        doubt = f"that {packet.text} comes that way is told by the route back to it"
        return AclAnswer(passes=True, acl=acl, doubts=(doubt,), skipped=unseen)
    return answer


def _asked(packet: Packet, acl: NetworkAcl, book: Rulebook, *, egress: bool) -> AclAnswer:
    entries = book.entries(acl, egress=egress)
    parts = walk(entries, packet)
    doubted = [entry for part in parts for entry in part.doubted]
    if doubted:
        return AclAnswer(None, acl, doubted[0], tuple(_doubt(acl, each, packet) for each in dict.fromkeys(doubted)))
    refused = [part for part in parts if not part.allow]
    if acl.id in book.unread:
        return AclAnswer(None, acl, doubts=(f"an entry of {acl.id} cannot be read",))
    if not refused:
        return AclAnswer(passes=True, acl=acl, entry=parts[0].entry)
    if len(refused) < len(parts) and not packet.every:
        return AclAnswer(None, acl, refused[0].entry, (f"{acl.id} lets some ports through: the port is not told",))
    first = refused[0]
    ports = (first.ports[0], max(each.ports[1] for each in refused if each.entry is first.entry))
    partly = len(refused) < len(parts)
    if first.entry is not None:
        return AclAnswer(passes=False, acl=acl, entry=first.entry, ports=ports, partly=partly)
    closing = [each for each in entries if each.closing]
    if not closing:
        way = "outbound" if egress else "inbound"
        return AclAnswer(None, acl, doubts=(f"no {way} entry of {acl.id} fits, and its closing one (*) is not told",))
    version = packet.peer.version
    return AclAnswer(
        passes=False,
        acl=acl,
        doubts=(f"{acl.id} tells no closing entry for IPv{version}: what no entry allows is taken to be denied",),
        ports=ports,
        partly=partly,
    )


def walk(entries: Sequence[Entry], packet: Packet) -> list[Part]:
    """Who decides about which of the packet's ports, in order of ports."""
    number, version = int(packet.peer), packet.peer.version
    left: list[Ports] = [packet.ports]
    parts: list[Part] = []
    doubtful: tuple[AclEntry, ...] = ()
    for each in entries:
        if each.version and not (each.version == version and each.first <= number <= each.last):
            continue
        entry = each.entry
        fits = protocol_fits(each.protocol, packet)
        if fits and each.protocol in ICMPS:
            fits = icmp_fits(entry.icmp_type, entry.icmp_code, packet)
        if fits is False:
            continue
        span = _span(entry, each.protocol)
        cut = [both for ports in left if (both := _common(ports, span)) != _NOTHING]
        if not cut:
            continue
        if fits is None or not each.version:
            doubtful = (*doubtful, entry)
            continue
        parts += (Part(ports, entry, doubtful) for ports in cut)
        left = [rest for ports in left for rest in _without(ports, span)]
        if not left:
            break
    parts += (Part(ports, None, doubtful) for ports in left)
    return sorted(parts, key=lambda part: part.ports)


def _span(entry: AclEntry, protocol: int | None) -> Ports:
    """The ports an entry is about."""
    if protocol not in PORTED or entry.first == ANY:
        return 0, LAST_PORT
    return entry.first, LAST_PORT if entry.last == ANY else entry.last


def _common(one: Ports, other: Ports) -> Ports:
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else _NOTHING


def _without(ports: Ports, span: Ports) -> Iterable[Ports]:
    """What is left of a range when another is taken out."""
    before, after = (ports[0], min(ports[1], span[0] - 1)), (max(ports[0], span[1] + 1), ports[1])
    return [each for each in (before, after) if each[0] <= each[1]]


def _same_subnet(packet: Packet, interface: Interface, book: Rulebook) -> tuple[bool | None, str]:
    """Whether the peer is in the interface's subnet; None, and why, if nobody can tell."""
    subnet = book.known.index.subnets.get(interface.subnet)
    if subnet is not None and subnet.networks:
        return within(packet.peer, subnet.networks), ""
    lacks = book.lacks("subnets", "DescribeSubnets")
    place = f"subnet {interface.subnet}" if interface.subnet else f"the subnet of {interface.id}"
    return None, f"{lacks or place + ' is not known'}, so nobody can tell whether {packet.text} is in it"


def _unknown(interface: Interface, book: Rulebook) -> str:
    lacks = book.lacks("acls", "DescribeNetworkAcls")
    return lacks or f"the network ACL of subnet {interface.subnet or '-'} is not known"


def _doubt(acl: NetworkAcl, entry: AclEntry, packet: Packet) -> str:
    name = f"entry {entry.number} of {acl.id}"
    if entry.protocol_number is None:
        return f"the protocol of {name} is {entry.protocol!r}, which nobody here knows"
    if entry.network is None:
        return f"{name} names no addresses"
    verb = "allows" if entry.allow else "denies"
    what = "ICMP type" if packet.protocol in ICMPS else "port"
    return f"{name} {verb} some of it: the {what} is not told"
