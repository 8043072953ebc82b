"""Whether an address belongs to a security group that a rule refers to, as far as anybody can tell.

A rule that refers to a group means the private addresses of the interfaces in it, in the same VPC or one that is peered:
https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
"""

from __future__ import annotations

from ipaddress import ip_network

from tui.network.place import Interface, Network
from tui.network.prefix import Address
from tui.network.rules import GroupRule
from tui.network.verdict.packet import Packet
from tui.network.verdict.rulebook import Rulebook

# https://www.rfc-editor.org/rfc/rfc1918, rfc6598 and rfc4193: what no stranger on the internet has
PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
_LIVE = {"", "active"}  # states of a peering that lets traffic through


def is_member(rule: GroupRule, packet: Packet, interface: Interface, book: Rulebook) -> tuple[bool | None, str]:
    """Whether the packet's peer is in the group that the rule refers to, and why that is in doubt ('' if it is not).

    None: nobody can tell.
    """
    holders = book.holders(packet.peer, packet.at)
    vpc = interface.vpc
    # The route within the VPC is always the nearest: an address of it is no other VPC's.
    here = [each for each in holders if each.vpc == vpc]
    own = bool(here) or within(packet.peer, _networks_of(vpc, book))
    holders = here if own else _reachable(holders, vpc, book) or holders
    if holders:
        return _agreed(holders, rule, packet, interface, book)
    return _stranger(rule, packet, vpc, book, own=own)


def _agreed(
    holders: list[Interface], rule: GroupRule, packet: Packet, interface: Interface, book: Rulebook
) -> tuple[bool | None, str]:
    """What all interfaces with the address say; they are more than one where VPCs overlap."""
    said = {rule.peer_group in each.groups for each in holders}
    if len(said) > 1:
        places = ", ".join(sorted({each.vpc for each in holders}))
        return None, f"{packet.text} is the address of several interfaces, in {places}: nobody can tell which is meant"
    member = said.pop()
    if (
        member
        and not any(each.vpc == interface.vpc for each in holders)
        and not _reachable(holders, interface.vpc, book)
    ):
        return (
            None,
            f"{holders[0].vpc} is not known to be peered with {interface.vpc}, so {_refers(rule)} may not count",
        )
    return member, ""


def _stranger(rule: GroupRule, packet: Packet, vpc: str, book: Rulebook, *, own: bool) -> tuple[bool | None, str]:
    """Whether an address that no interface is known to have may be in the group all the same."""
    if not book.known.has("interfaces"):
        return None, f"{_refers(rule)}, and the network interfaces have not been read"
    places = _places(rule, vpc, book)
    # Within its own VPC any group may be meant: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html
    if places and not own and not within(packet.peer, places):
        return False, ""
    if own or places:
        return (
            None,
            f"{_refers(rule)}, and no interface with the address {packet.text} is known, nor what groups it has",
        )
    missing = f"{_refers(rule)}, which is not known"
    if within(packet.peer, PRIVATE) or within(packet.peer, book.known.inside):
        return None, f"{missing}, nor whether {packet.text} is in it"
    return False, f"{missing}; {packet.text} is no private address of an interface, so it is taken not to be in it"


def _refers(rule: GroupRule) -> str:
    return f"{rule.id or 'a rule of ' + rule.group} refers to {rule.peer_group}"


def _networks_of(vpc: str, book: Rulebook) -> tuple[Network, ...]:
    found = book.known.index.vpcs.get(vpc)
    return found.networks if found else ()


def _places(rule: GroupRule, vpc: str, book: Rulebook) -> tuple[Network, ...]:
    """The networks that members of the group a rule refers to can be in; empty if nobody knows."""
    group = book.group(rule.peer_group)
    where = group.vpc if group else rule.peer_vpc
    if where and (found := _networks_of(where, book)):
        return found
    for each in book.known.peerings:
        sides = ((each.requester, each.requester_networks), (each.accepter, each.accepter_networks))
        for side, networks in sides:
            if networks and (
                (where and side[0] == where) or (not where and each.id == rule.peering and side[0] != vpc)
            ):
                return networks
    return ()


def _reachable(holders: list[Interface], vpc: str, book: Rulebook) -> list[Interface]:
    """Those in VPCs that are peered with this one."""
    peers: set[str] = set()
    for each in book.known.peerings:
        if each.status in _LIVE and vpc in {each.requester[0], each.accepter[0]}:
            peers |= {each.requester[0], each.accepter[0]}
    return [each for each in holders if each.vpc in peers - {vpc}]


def within(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether an address is in one of these."""
    return any(address.version == each.version and address in each for each in networks)
