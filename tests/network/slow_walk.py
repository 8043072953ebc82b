"""A packet walked through a network the slow and obvious way: every rule looked at, in the words of the AWS pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from tui.network.inventory import Inventory
from tui.network.place import Interface
from tui.network.rules import AclEntry, GroupRule
from tui.network.verdict.model import Flow

NAMES = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58}


@dataclass(frozen=True)
class Step:
    """A packet at one interface: whether it went on, and what stopped it: group ids, or an ACL and a number."""

    interface: Interface
    egress: bool
    reply: bool
    flow: Flow
    stopped_by: str


def reverse(flow: Flow) -> Flow:
    """The other direction of a conversation."""
    return Flow(
        flow.target, flow.source, flow.protocol, flow.target_port, flow.source_port,
        icmp_type={8: 0}.get(flow.icmp_type, flow.icmp_type) if flow.icmp_type is not None else None,
        icmp_code=flow.icmp_code,
    )  # fmt: skip


def walk(inventory: Inventory, flow: Flow) -> Iterator[Step]:
    """Out of its source, into its target, and the reply back; the last step is the one that was stopped, if any was."""
    source, target = owner(inventory, flow.source), owner(inventory, flow.target)
    back = reverse(flow)
    for interface, egress, reply, each in (
        (source, True, False, flow),
        (target, False, False, flow),
        (target, True, True, back),
        (source, False, True, back),
    ):
        if interface is None:
            continue
        stopped_by = stop(inventory, interface, each, egress=egress, reply=reply)
        yield Step(interface, egress, reply, each, stopped_by)
        if stopped_by:
            return


def owner(inventory: Inventory, address: str) -> Interface | None:
    """Whose a private address is."""
    return next((each for each in inventory.interfaces if address in each.addresses), None)


def stop(inventory: Inventory, interface: Interface, flow: Flow, *, egress: bool, reply: bool) -> str:
    """What stops a packet at an interface, '' if nothing does."""
    peer = flow.target if egress else flow.source
    if not reply and not any(
        allows(inventory, rule, flow, peer)
        for group in inventory.groups
        if group.id in interface.groups
        for rule in group.rules
        if rule.egress == egress
    ):
        return " ".join(interface.groups)
    subnet = next(each for each in inventory.subnets if each.id == interface.subnet)
    if any(ip_address(peer) in network for network in subnet.networks):
        return ""
    acl = next(each for each in inventory.acls if interface.subnet in each.subnets)
    for entry in sorted(acl.entries, key=lambda each: each.number):
        if (
            entry.egress == egress
            and entry.network is not None
            and ip_address(peer) in entry.network
            and about(entry, flow)
        ):
            return "" if entry.allow else f"{acl.id} {entry.number}"
    return f"{acl.id} 32767"


def allows(inventory: Inventory, rule: GroupRule, flow: Flow, peer: str) -> bool:
    """Whether a rule of a security group lets the packet through."""
    if rule.protocol != "-1":
        number = NAMES.get(rule.protocol) or int(rule.protocol)
        if number != flow.protocol:
            return False
        if number in {6, 17} and rule.first != -1 and not rule.first <= (flow.target_port or 0) <= rule.last:
            return False
        if number in {1, 58} and not icmp(rule.first, rule.last, flow):
            return False
    if rule.network is not None:
        return ip_address(peer) in rule.network
    if rule.prefix_list:
        lists = [each for each in inventory.prefix_lists if each.id == rule.prefix_list]
        return any(ip_address(peer) in network for each in lists for network in each.networks)
    whose = owner(inventory, peer)
    return whose is not None and rule.peer_group in whose.groups


def about(entry: AclEntry, flow: Flow) -> bool:
    """Whether an ACL entry's protocol, ports, type and code are the packet's."""
    if entry.protocol == "-1":
        return True
    if int(entry.protocol) != flow.protocol:
        return False
    if flow.protocol in {6, 17}:
        return entry.first == -1 or entry.first <= (flow.target_port or 0) <= entry.last
    return flow.protocol not in {1, 58} or icmp(entry.icmp_type, entry.icmp_code, flow)


def icmp(kind: int, code: int, flow: Flow) -> bool:
    """Whether a type and a code are the packet's; -1 is all."""
    return kind == -1 or (kind == flow.icmp_type and code in {-1, flow.icmp_code})
