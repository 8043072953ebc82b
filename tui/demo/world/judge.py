"""Whether a packet may pass an interface, by the security groups and network ACLs that EC2 holds right now.

Security groups keep state: the reply to what was let through passes. Network ACLs keep none, are read in the
order of their numbers, and only for what enters or leaves the subnet:
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any, NamedTuple

PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58}
ANY = -1


class Packet(NamedTuple):
    """One packet at one interface: addresses as in its header, `reply` to something that was let through."""

    interface: str
    direction: str  # ingress or egress
    source: str
    destination: str
    port: int  # the destination's
    protocol: int
    reply: bool


class Verdict(NamedTuple):
    """`refused_by` is "", "security group" or "network ACL"."""

    accepted: bool
    refused_by: str = ""


class Range(NamedTuple):
    """A CIDR as the first and last address of a version of IP."""

    version: int
    first: int
    last: int


class Rule(NamedTuple):
    """One rule of a security group, or one entry of an ACL."""

    protocol: int
    first_port: int
    last_port: int
    peers: tuple[Range, ...]
    allow: bool

    def covers(self, version: int, peer: int, protocol: int, port: int) -> bool:
        """Whether a packet with this peer falls under the rule."""
        return (
            self.protocol in (ANY, protocol)
            and self.first_port <= port <= self.last_port
            and any(each.version == version and each.first <= peer <= each.last for each in self.peers)
        )


class Judge:
    """Judges packets against moto's EC2; `refresh` after a change, or to find out whether there was one."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.epoch = 0
        self._print: Any = None
        self.refresh()

    def refresh(self) -> bool:
        """Read the rules again if they changed; True if so. Looking costs some 0.2 ms."""
        if (found := self._fingerprint()) == self._print:
            return False
        self._print = found
        self.epoch += 1
        self._known: dict[tuple[str, str, str, str, int, int, bool], Verdict] = {}
        self._read_peers()
        self._groups = {
            group.id: (self._group_rules(group.ingress_rules), self._group_rules(group.egress_rules))
            for groups in self.backend.groups.values()
            for group in groups.values()
        }
        self._acls = {
            association.subnet_id: (_acl_rules(acl, egress=False), _acl_rules(acl, egress=True))
            for acl in self.backend.network_acls.values()
            for association in acl.associations
        }
        self._interfaces = {
            eni.id: (eni.subnet.id, _subnet_ranges(eni.subnet), tuple(group.id for group in eni.group_set))
            for eni in self.backend.enis.values()
        }
        entries = _bounds(self._acls.values())
        # Replies pass a security group whatever their port is, so only ACL entries draw lines between their ports.
        self._lines = {True: sorted(entries), False: sorted(entries | _bounds(self._groups.values()))}
        return True

    def band(self, port: int, *, reply: bool) -> int:
        """A number that is the same for ports between which no rule draws a line."""
        return bisect_right(self._lines[reply], port)

    def judge(self, packet: Packet) -> Verdict:
        """The verdict on one packet; remembered until the rules change."""
        key = (*packet[:4], self.band(packet.port, reply=packet.reply), packet.protocol, packet.reply)
        verdict = self._known.get(key)
        if verdict is None:
            verdict = self._known[key] = self._judge(packet)
        return verdict

    def _judge(self, packet: Packet) -> Verdict:
        subnet, inside, groups = self._interfaces[packet.interface]
        egress = packet.direction == "egress"
        peer = ip_address(packet.destination if egress else packet.source)
        asked = (peer.version, int(peer), packet.protocol, packet.port)
        if groups and not packet.reply:
            rules = (rule for group in groups for rule in self._groups[group][egress])
            if not any(rule.covers(*asked) for rule in rules):
                return Verdict(accepted=False, refused_by="security group")
        if any(each.version == peer.version and each.first <= int(peer) <= each.last for each in inside):
            return Verdict(accepted=True)
        entry = next((rule for rule in self._acls[subnet][egress] if rule.covers(*asked)), None)
        if entry is None or not entry.allow:
            return Verdict(accepted=False, refused_by="network ACL")
        return Verdict(accepted=True)

    def _fingerprint(self) -> Any:
        """Everything a verdict depends on, comparable."""
        backend = self.backend
        return (
            [
                (group.id, [_rule_parts(rule) for rule in (*group.ingress_rules, *group.egress_rules)])
                for groups in backend.groups.values()
                for group in groups.values()
            ],
            [
                (acl.id, [each.subnet_id for each in acl.associations], [_entry_parts(each) for each in acl.entries])
                for acl in backend.network_acls.values()
            ],
            [(each.id, each.version, len(each.entries)) for each in backend.managed_prefix_lists.values()],
            [(eni.id, eni.private_ip_address, [g.id for g in eni.group_set]) for eni in backend.enis.values()],
        )

    def _read_peers(self) -> None:
        """The addresses behind group references and prefix lists."""
        self._members: dict[str, list[Range]] = {}
        for eni in self.backend.enis.values():
            addresses = [each["PrivateIpAddress"] for each in eni.private_ip_addresses] + eni.ipv6_addresses
            for group in eni.group_set:
                self._members.setdefault(group.id, []).extend(_range(address) for address in addresses)
        self._lists = {
            each.id: tuple(_range(entry["Cidr"]) for entry in each.entries.get(each.version or 1, []))
            for each in self.backend.managed_prefix_lists.values()
        }

    def _group_rules(self, rules: Iterable[Any]) -> tuple[Rule, ...]:
        return tuple(self._group_rule(rule) for rule in rules)

    def _group_rule(self, rule: Any) -> Rule:
        """One rule of a security group; without ports it covers all of its protocol's."""
        if rule.prefix_list_id:
            peers = self._lists.get(rule.prefix_list_id, ())
        elif rule.source_group:
            peers = tuple(self._members.get(rule.source_group.get("GroupId", ""), ()))
        else:
            peers = (_range(rule.cidr_ipv4 or rule.cidr_ipv6),)
        protocol = str(rule.ip_protocol)
        number = PROTOCOLS[protocol] if protocol in PROTOCOLS else int(protocol)
        return Rule(number, *_ports(rule.from_port, rule.to_port, number), peers, allow=True)


def _bounds(rules: Iterable[tuple[tuple[Rule, ...], tuple[Rule, ...]]]) -> set[int]:
    """The ports at which a rule begins to count, or no longer does."""
    found = [rule for sides in rules for side in sides for rule in side]
    return {rule.first_port for rule in found} | {rule.last_port + 1 for rule in found}


def _rule_parts(rule: Any) -> tuple[Any, ...]:
    return (
        rule.is_egress,
        rule.ip_protocol,
        rule.from_port,
        rule.to_port,
        rule.cidr_ipv4,
        rule.cidr_ipv6,
        rule.prefix_list_id,
        rule.source_group.get("GroupId"),
    )


def _entry_parts(entry: Any) -> tuple[Any, ...]:
    return (
        _is_egress(entry),
        int(entry.rule_number),
        entry.rule_action,
        str(entry.protocol),
        entry.port_range_from,
        entry.port_range_to,
        entry.cidr_block or entry.ipv6_cidr_block,
    )


def _is_egress(entry: Any) -> bool:
    """What the caller sent is what moto keeps: a bool from us, a word from the wire."""
    return str(entry.egress).lower() == "true"


def _acl_rules(acl: Any, *, egress: bool) -> tuple[Rule, ...]:
    """The entries of one direction, in the order in which they are read."""
    entries = sorted(
        (each for each in acl.entries if _is_egress(each) == egress), key=lambda each: int(each.rule_number)
    )
    return tuple(
        Rule(
            number := int(entry.protocol),
            *_ports(entry.port_range_from, entry.port_range_to, number),
            (_range(entry.cidr_block or entry.ipv6_cidr_block),),
            allow=entry.rule_action == "allow",
        )
        for entry in entries
    )


def _ports(first: Any, last: Any, protocol: int) -> tuple[int, int]:
    """The ports of a rule; the types and codes of ICMP are not told apart here: ours allow all or none."""
    if protocol not in (6, 17) or first is None or int(first) < 0:
        return 0, 65535
    return int(first), int(last)


def _range(cidr: str) -> Range:
    network = ip_network(cidr, strict=False)
    return Range(network.version, int(network[0]), int(network[-1]))


def _subnet_ranges(subnet: Any) -> tuple[Range, ...]:
    six = [each["ipv6CidrBlock"] for each in subnet.ipv6_cidr_block_associations.values()]
    return tuple(_range(cidr) for cidr in (subnet.cidr_block, *six))
