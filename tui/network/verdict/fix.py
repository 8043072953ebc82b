"""The aws command that would let exactly this flow through, to be copied: nothing here runs it.

Sources: https://docs.aws.amazon.com/cli/latest/reference/ec2/authorize-security-group-ingress.html,
https://docs.aws.amazon.com/cli/latest/reference/ec2/create-network-acl-entry.html
"""

from __future__ import annotations

import shlex
from dataclasses import replace

from tui.network.rules import ANY, AclEntry
from tui.network.verdict.by_acl import by_acl
from tui.network.verdict.closest import Near, smallest
from tui.network.verdict.finding import Finding
from tui.network.verdict.member import PRIVATE, within
from tui.network.verdict.packet import ICMPS, PORTED, Packet, Ports, ephemeral, packet_of
from tui.network.verdict.rulebook import CLOSING, Rulebook
from tui.network.verdict.words import moment, number, ports_text

# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls
_USUAL_ENTRIES = 20
_WORDS = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmpv6"}


def fix(finding: Finding, book: Rulebook, near: Near | None = None) -> tuple[str, str]:
    """The command, '' if there is none, and what it does or why there is none.

    Where both the groups and the ACL refuse, it is two commands.
    """
    if finding.passes is not False:
        return (
            "",
            "" if finding.passes else "What refuses it is not known, so nobody can tell what would let it through.",
        )
    if finding.interface.gone is not None:
        return "", f"{finding.interface.id} is gone since {moment(finding.interface.gone)} UTC."
    packet = finding.packet
    if packet.protocol in PORTED and packet.port is None and not finding.is_reply:
        return "", "The port is not told, so no rule would be about exactly this flow."
    commands, notes = [], []
    if finding.groups.passes is False:
        group = near.group if near and near.group else smallest(finding.groups.groups, book)
        commands.append(_authorize(finding, group, book))
        notes += _group_notes(finding, group, book)
    if finding.acl.passes is False:
        command, note = _create(finding, book)
        if not command:
            return "", note
        commands.append(command)
        notes.append(note)
    if packet.protocol in ICMPS and packet.icmp_type is None:
        notes.append("A flow record does not tell the ICMP type, so every type from this address is let through")
    if not finding.egress and _is_stranger(finding, book):
        notes.append(f"{packet.text} is a stranger on the internet: mind whether it is to get in")
    notes += _reply_note(finding, book)
    return " && ".join(commands), ". ".join(notes) + "."


def _is_stranger(finding: Finding, book: Rulebook) -> bool:
    """Whether nobody here knows the other end, and it is no private address."""
    packet, known = finding.packet, book.known
    if within(packet.peer, PRIVATE) or within(packet.peer, known.inside):
        return False
    return not known.named(packet.text, finding.interface.id).label


def _reply_note(finding: Finding, book: Rulebook) -> list[str]:
    """That an ACL would stop the reply, if it would: what is let through alone does not make a conversation."""
    flow = finding.flow
    if finding.is_reply or finding.tracked:
        return []
    back = replace(
        flow, source=flow.target, target=flow.source, source_port=flow.target_port, target_port=flow.source_port
    )
    usual = ephemeral(book.known.named(back.target, finding.interface.id).kind)
    packet = packet_of(back, egress=not finding.egress, is_reply=True, reply_ports=usual)
    if packet is None or packet.protocol in ICMPS:
        return []
    answer = by_acl(packet, finding.interface, book, egress=not finding.egress)
    if answer.passes is not False or answer.acl is None:
        return []
    way = "in" if finding.egress else "out"
    return [f"The reply would be stopped then: entry {number(answer.entry)} of {answer.acl.id} denies it {way}"]


def _authorize(finding: Finding, group: str, book: Rulebook) -> str:
    packet = finding.packet
    verb = "authorize-security-group-egress" if finding.egress else "authorize-security-group-ingress"
    protocol = packet.protocol
    parts = [f"IpProtocol={_WORDS.get(protocol, protocol)}"]
    if protocol in PORTED:
        parts += [f"FromPort={packet.ports[0]}", f"ToPort={packet.ports[1]}"]
    elif protocol in ICMPS:
        first = ANY if packet.icmp_type is None else packet.icmp_type
        last = ANY if first == ANY or packet.icmp_code is None else packet.icmp_code
        parts += [f"FromPort={first}", f"ToPort={last}"]
    ranges = "IpRanges=[{CidrIp=%s}]" if packet.peer.version == 4 else "Ipv6Ranges=[{CidrIpv6=%s}]"
    parts.append(ranges % _alone(packet))
    return _command(verb, book, "--group-id", group, "--ip-permissions", ",".join(parts))


def _group_notes(finding: Finding, group: str, book: Rulebook) -> list[str]:
    side = "to" if finding.egress else "from"
    notes = [f"Adds a rule to {book.name(group)} for {_alone(finding.packet)} alone"]
    others = len(book.interfaces_in(group)) - 1
    if others > 0:
        several = "interface is" if others == 1 else "interfaces are"
        notes.append(f"{others} more {several} in this group: traffic {side} it is let through there too")
    return notes


def _create(finding: Finding, book: Rulebook) -> tuple[str, str]:
    """The command for an entry before the one that denies."""
    acl, packet = finding.acl.acl, finding.packet
    assert acl is not None
    used = [each.entry.number for each in book.entries(acl, egress=finding.egress)]
    free = free_number(used, finding.acl.entry)
    if free is None:
        return "", f"No number is free before entry {used[0]} of {acl.id}: give that one a higher number first."
    protocol = packet.protocol
    parts = [
        "--network-acl-id", acl.id, "--egress" if finding.egress else "--ingress", "--rule-number", str(free),
        "--protocol", str(protocol), "--rule-action", "allow",
        "--cidr-block" if packet.peer.version == 4 else "--ipv6-cidr-block", _alone(packet),
    ]  # fmt: skip
    notes = [f"Adds entry {free} to {acl.id}, for {_alone(packet)} alone, before what denies it"]
    if protocol in PORTED:
        ports = _ports(finding, book)
        parts += ["--port-range", f"From={ports[0]},To={ports[1]}"]
        if ports[0] != ports[1]:
            notes.append(
                f"A client calls from another port each time, so replies to {ports_text(ports)} are let through"
            )
    elif protocol in ICMPS:
        kind = ANY if packet.icmp_type is None else packet.icmp_type
        code = ANY if kind == ANY or packet.icmp_code is None else packet.icmp_code
        parts += ["--icmp-type-code", f"Code={code},Type={kind}"]
    if sum(each < CLOSING for each in used) >= _USUAL_ENTRIES:
        notes.append(f"It has {len(used) - 1} entries this way; AWS allows {_USUAL_ENTRIES} unless asked for more")
    return _command("create-network-acl-entry", book, *parts), ". ".join(notes)


def _ports(finding: Finding, book: Rulebook) -> Ports:
    """The one port; for a reply all ports its client may call from, of those that are refused now."""
    packet = finding.packet
    if not finding.is_reply:
        return packet.ports
    if packet.every:
        return finding.acl.ports or packet.ports
    usual = ephemeral(book.known.named(packet.text, finding.interface.id).kind)
    return usual if usual[0] <= packet.ports[0] <= usual[1] else packet.ports


def free_number(used: list[int], denying: AclEntry | None) -> int | None:
    """A number that is read before the entry that denies, and after all that are before it; None if none is free.

    Tens are preferred, as people write them.
    """
    limit = CLOSING if denying is None or denying.number >= CLOSING else denying.number
    before = max((each for each in used if each < limit), default=0)
    if limit == CLOSING:
        ten = (before // 10 + 1) * 10
        return ten if ten < limit else before + 1 if before + 1 < limit else None
    ten = (limit - 1) // 10 * 10
    if before < ten:
        return ten
    if limit - 1 > before:
        return limit - 1
    return next((each for each in range(limit - 1, 0, -1) if each not in used), None)


def _alone(packet: Packet) -> str:
    return f"{packet.peer}/{packet.peer.max_prefixlen}"


def _command(verb: str, book: Rulebook, *arguments: str) -> str:
    """`aws ec2 …`, each word quoted for a shell."""
    region = ("--region", book.known.region) if book.known.region else ()
    return shlex.join(("aws", "ec2", verb, *region, *arguments))
