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
from tui.network.verdict.packet import ICMPS, Packet
from tui.network.verdict.rulebook import Rulebook, Table, covers

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
    # A rule that cannot be read is told by its own id, which does not say whose it is.
    weak += [f"{each} cannot be read, and may be one of theirs" for each in book.unread if each.startswith("sgr-")]
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
    for rule, sure, why in _by_reference(table, packet, interface, book):
        if sure:
            yield rule, True, ""
        else:
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


def _by_reference(
    table: Table, packet: Packet, interface: Interface, book: Rulebook
) -> Iterator[tuple[GroupRule, bool | None, str]]:
    """The rules about the packet that name a prefix list or a group, each of which is looked up once."""
    lists: dict[str, bool | None] = {}
    groups: dict[str, tuple[bool | None, str]] = {}
    for rule, fits in table.covering(packet):
        if rule.prefix_list:
            if rule.prefix_list not in lists:
                lists[rule.prefix_list] = book.is_listed(rule.prefix_list, packet.peer)
            inside = lists[rule.prefix_list]
            why = _unlisted(rule, book) if inside is None else ""
        elif rule.peer_group:
            if rule.peer_group not in groups:
                groups[rule.peer_group] = is_member(rule, packet, interface, book)
            inside, why = groups[rule.peer_group]
        else:
            continue
        if inside:
            yield rule, fits, "" if fits else _untold(rule, packet)
        elif why:
            yield rule, inside, why


def _unlisted(rule: GroupRule, book: Rulebook) -> str:
    lacks = book.lacks("prefix_lists", "DescribeManagedPrefixLists")
    lacks = lacks or next((each for each in book.known.missing if "PrefixListEntries" in each), "")
    return f"{_named(rule)} refers to prefix list {rule.prefix_list}, which is not known{': ' + lacks if lacks else ''}"


def _untold(rule: GroupRule, packet: Packet) -> str:
    what = "its ICMP type" if packet.protocol in ICMPS else "its port"
    return f"{_named(rule)} lets some of it through: {what} is not told"


def _named(rule: GroupRule) -> str:
    return rule.id or f"a rule of {rule.group}"


def _unknown(group: str, book: Rulebook) -> str:
    lacks = book.lacks("groups", "DescribeSecurityGroups")
    return lacks or f"security group {group} is not known"
