"""The rule that nearly lets a packet through, and in what it differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.network.place import Network
from tui.network.prefix import Address
from tui.network.rules import ANY, AclEntry, GroupRule
from tui.network.verdict.finding import Finding
from tui.network.verdict.member import within
from tui.network.verdict.packet import ICMPS, PORTED, icmp_fits, protocol_fits
from tui.network.verdict.rulebook import Rulebook, Table
from tui.network.verdict.words import address, peer_of, rule_what, traffic, what

Score = tuple[int, int]
_MOST_PORTS_APART = 1 << 20


@dataclass(frozen=True, slots=True)
class Near:
    """A rule or an entry, and the sentence that tells of it; `group` is the id of the rule's group, '' for an entry."""

    text: str
    group: str = ""


def closest(finding: Finding, book: Rulebook) -> Near | None:
    """The nearest rule that differs in one thing only: the peer, the ports, or TCP for UDP. None if none is near."""
    if finding.groups.passes is False:
        return _rule(finding, book)
    if finding.acl.passes is False:
        return _entry(finding, book)
    return None


def _rule(finding: Finding, book: Rulebook) -> Near | None:
    tables = [
        table for group in finding.groups.groups if (table := book.table(group, egress=finding.egress)) is not None
    ]
    found = [best for table in tables if (best := _nearest(table, finding, book)) is not None]
    if not found:
        return None
    _, rule, differs = min(found, key=lambda each: each[0])
    way = "to" if finding.egress else "from"
    said = f"{rule.id or 'a rule'} of {book.name(rule.group)} allows {rule_what(rule)} {way} {peer_of(rule, book)}"
    return Near(f"{said}: {differs}", rule.group)


def _nearest(table: Table, finding: Finding, book: Rulebook) -> tuple[Score, GroupRule, str] | None:
    """The best of one group, with its score (the smaller, the nearer) and in what it differs."""
    packet, port = finding.packet, finding.packet.port
    same_peer = _with_peer(table, finding, book)
    best: tuple[Score, GroupRule] | None = None
    for rule in same_peer:
        score = _apart(rule, packet.protocol, port)
        if score is not None and (best is None or score < best[0]):
            best = score, rule
    known = set(map(id, same_peer))
    held = bool(book.holders(packet.peer, packet.at))
    by_port = best
    for rule, fits in table.covering(packet):
        if fits and id(rule) not in known:
            score = 1, _distance(rule, packet.peer, held=held)
            if best is None or score < best[0]:
                best = score, rule
    if best is None:
        return None
    score, rule = best
    if best is by_port:
        other_protocol = rule.number != packet.protocol or packet.protocol in ICMPS
        return score, rule, f"it is {what(finding.flow)}" if other_protocol else f"the port is {port}"
    other = address(packet.text, book, finding.interface.id)
    way = "to" if finding.egress else "from"
    return score, rule, f"{other} is not in it" if rule.network is None else f"it is {way} {other}"


def _with_peer(table: Table, finding: Finding, book: Rulebook) -> list[GroupRule]:
    """The rules about the packet's peer, whatever they let through."""
    packet = finding.packet
    found = list(table.about(packet.peer))
    for prefix_list, rules in table.by_list.items():
        if book.is_listed(prefix_list, packet.peer):
            found += rules
    groups = {group for each in book.holders(packet.peer, packet.at) for group in each.groups}
    for group in groups & table.by_group.keys():
        found += table.by_group[group]
    return found


def _apart(rule: GroupRule, protocol: int, port: int | None) -> Score | None:
    """How far a rule's ports are from the packet's; None if they have nothing in common."""
    number = rule.number
    if number == protocol:
        if port is not None and rule.first != ANY:
            apart = _beside(rule.first, rule.last, port)
            return 0 if apart <= 1 else 2, apart
        return (2, 0) if protocol in ICMPS else None
    if port is not None and number in PORTED and rule.first <= port <= rule.last:
        return 2, 0
    return None


def _beside(first: int, last: int, port: int) -> int:
    return max(first - port, port - last, 0)


def _distance(rule: GroupRule, peer: Address, *, held: bool) -> int:
    """How far a rule's peer is from the packet's: bits that differ; an interface is near to groups."""
    if rule.network is not None:
        return _bits(rule.network, peer)
    if rule.prefix_list:
        return 40
    return 0 if held else 60


def _bits(network: Network, peer: Address) -> int:
    """How many of a network's bits would have to be dropped to have the peer in it."""
    if network.version != peer.version:
        return 200
    differ = int(network.network_address) ^ int(peer)
    return max(0, differ.bit_length() - (network.max_prefixlen - network.prefixlen))


def _entry(finding: Finding, book: Rulebook) -> Near | None:
    """The nearest entry of the ACL that allows something."""
    acl = finding.acl.acl
    if acl is None:
        return None
    asked = finding.acl.ports or finding.packet.ports
    allowing = [each.entry for each in book.entries(acl, egress=finding.egress) if each.entry.allow]
    scored = [best for entry in allowing if (best := _entry_score(entry, finding, asked, book)) is not None]
    if not scored:
        return None
    _, entry, differs = min(scored, key=lambda each: (each[0], each[1].number))
    way = "to" if finding.egress else "from"
    return Near(f"entry {entry.number} of {acl.id} allows {_entry_what(entry)} {way} {entry.network}: {differs}")


def _entry_what(entry: AclEntry) -> str:
    protocol = entry.protocol_number
    if protocol is None:
        return entry.protocol
    first, last = (entry.icmp_type, entry.icmp_code) if protocol in ICMPS else (entry.first, entry.last)
    return traffic(protocol, first, last)


def _entry_score(
    entry: AclEntry, finding: Finding, asked: tuple[int, int], book: Rulebook
) -> tuple[Score, AclEntry, str] | None:
    packet, protocol = finding.packet, entry.protocol_number
    if entry.network is None or not protocol_fits(protocol, packet):
        return None
    there = within(packet.peer, (entry.network,))
    ported = protocol in PORTED and entry.first != ANY
    covered = not ported or (entry.first <= asked[0] and asked[1] <= entry.last)
    if protocol in ICMPS:
        covered = icmp_fits(entry.icmp_type, entry.icmp_code, packet) is True
    decided = finding.acl.entry
    if there and covered:
        before = f"entry {decided.number} comes before it" if decided else "it is doubted"
        return (0, 0), entry, before
    if there:
        target = f"the port is {asked[0]}" if asked[0] == asked[1] else f"the ports are {asked[0]}-{asked[1]}"
        differs = f"it is {what(finding.flow)}" if protocol in ICMPS else target
        return (1, min(_beside(entry.first, entry.last, asked[0]), _MOST_PORTS_APART)), entry, differs
    if covered and entry.network.version == packet.peer.version:
        other = address(packet.text, book, finding.interface.id)
        way = "to" if finding.egress else "from"
        return (2, _bits(entry.network, packet.peer)), entry, f"it is {way} {other}"
    return None


def smallest(groups: Iterable[str], book: Rulebook) -> str:
    """The group that the fewest interfaces are in: a rule in it opens the least."""
    return min(groups, key=lambda group: (len(book.interfaces_in(group)), group))
