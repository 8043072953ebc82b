"""What the security groups of an interface say about a packet that begins something.

They keep state, so what answers is let through and not asked here; they only allow, and any rule of any group is enough:
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.network.place import Interface
from tui.network.rules import GroupRule
from tui.network.verdict.answer import GroupAnswer
from tui.network.verdict.member import is_member
from tui.network.verdict.packet import Packet, ports_fit, protocol_fits
from tui.network.verdict.rulebook import Rulebook, Table

# Interfaces that take no security group, by InterfaceType on the wire:
# https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html,
# https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html,
# https://docs.aws.amazon.com/vpc/latest/privatelink/create-gateway-load-balancer-endpoint.html
GROUPLESS = {
    "nat_gateway": "a NAT gateway",
    "natgateway": "a NAT gateway",
    "regional_nat_gateway": "a NAT gateway",
    "transit_gateway": "a transit gateway attachment",
    "gateway_load_balancer": "a Gateway Load Balancer",
    "gateway_load_balancer_endpoint": "a Gateway Load Balancer endpoint",
}
_OWNERS = {"nat": "a NAT gateway", "tgw": "a transit gateway attachment", "gwlb": "a Gateway Load Balancer"}
_NLB = "nlb"  # may be made without security groups


def by_group(packet: Packet, interface: Interface, book: Rulebook, *, egress: bool) -> GroupAnswer:
    """Whether any rule lets it through."""
    skipped = groupless(interface, book)
    if skipped:
        return GroupAnswer(passes=True, skipped=skipped)
    if not interface.groups:
        if interface.requester_managed:
            owner = book.known.owner(interface.id)
            label = owner.label if owner else interface.id
            return GroupAnswer(
                passes=True,
                skipped=f"{interface.id} ({label}) has no security group",
                doubts=() if owner and owner.kind == _NLB else (f"AWS names no security group of {interface.id}",),
            )
        return GroupAnswer(None, doubts=(f"no security group of {interface.id} is known",))
    doubts: list[str] = []
    weak: list[str] = []
    for group in interface.groups:
        table = book.table(group, egress=egress)
        if table is None:
            doubts.append(_unknown(group, book))
            continue
        for rule, sure, why in _about(table, packet, interface, book):
            if sure:
                return GroupAnswer(passes=True, rule=rule, groups=interface.groups)
            (doubts if sure is None else weak).append(why)
        if group in book.unread:
            doubts.append(f"a rule of {group} cannot be read")
    if doubts:
        return GroupAnswer(None, doubts=tuple(dict.fromkeys(doubts)), groups=interface.groups)
    return GroupAnswer(passes=False, doubts=tuple(dict.fromkeys(weak)), groups=interface.groups)


def groupless(interface: Interface, book: Rulebook) -> str:
    """Why no security group is asked about this interface; '' if they are."""
    kind = GROUPLESS.get(interface.kind.lower())
    if kind is None and not interface.groups:
        owner = book.known.owner(interface.id)
        kind = _OWNERS.get(owner.kind) if owner else None
    return f"{interface.id} is of {kind}, which has no security group" if kind else ""


def _about(
    table: Table, packet: Packet, interface: Interface, book: Rulebook
) -> Iterator[tuple[GroupRule, bool | None, str]]:
    """The rules that let the packet through, then those of which that is in doubt (None), or hardly so (False)."""
    later: list[tuple[GroupRule, bool | None, str]] = []
    for rule in table.about(packet.peer):
        fits = covers(rule, packet)
        if fits:
            yield rule, True, ""
        elif fits is None:
            later.append((rule, None, _untold(rule, packet)))
    for rule, sure, why in (*_of_lists(table, packet, book), *_of_groups(table, packet, interface, book)):
        if sure:
            yield rule, True, ""
        elif why:
            later.append((rule, sure, why))
    for rule in table.unclear:
        if rule.number is None:
            why = f"the protocol of {_named(rule)} is {rule.protocol!r}, which nobody here knows"
        elif covers(rule, packet) is False:
            continue
        else:
            why = f"{_named(rule)} names no address, prefix list or group"
        later.append((rule, None, why))
    yield from later


def covers(rule: GroupRule, packet: Packet) -> bool | None:
    """Whether a rule's protocol and ports are the packet's, whoever the peer is."""
    fits = protocol_fits(rule.number, packet)
    return ports_fit(rule.number, rule.first, rule.last, packet) if fits and rule.number is not None else fits


def _of_lists(table: Table, packet: Packet, book: Rulebook) -> Iterator[tuple[GroupRule, bool | None, str]]:
    for prefix_list, rules in table.by_list.items():
        fitting = [(rule, fits) for rule in rules if (fits := covers(rule, packet)) is not False]
        if not fitting:
            continue
        inside = book.lists_with(prefix_list, packet.peer)
        for rule, fits in fitting:
            if inside is None:
                yield rule, None, f"{_named(rule)} refers to prefix list {prefix_list}, which is not known"
            elif inside:
                yield rule, fits, "" if fits else _untold(rule, packet)


def _of_groups(
    table: Table, packet: Packet, interface: Interface, book: Rulebook
) -> Iterator[tuple[GroupRule, bool | None, str]]:
    for rules in table.by_group.values():
        fitting = [(rule, fits) for rule in rules if (fits := covers(rule, packet)) is not False]
        if not fitting:
            continue
        inside, why = is_member(fitting[0][0], packet, interface, book)
        for rule, fits in fitting:
            if inside:
                yield rule, fits, "" if fits else _untold(rule, packet)
            elif why:
                yield rule, inside, why


def _untold(rule: GroupRule, packet: Packet) -> str:
    what = "its ICMP type" if packet.protocol in {1, 58} else "its port"
    return f"{_named(rule)} lets some of it through: {what} is not told"


def _named(rule: GroupRule) -> str:
    return rule.id or f"a rule of {rule.group}"


def _unknown(group: str, book: Rulebook) -> str:
    if book.rules.has("groups"):
        return f"security group {group} is not known"
    denied = next((each for each in book.rules.missing if "DescribeSecurityGroups" in each), "")
    return denied or "the security groups have not been read"
