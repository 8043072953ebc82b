"""One packet at one interface, as security groups and network ACLs look at it."""

from __future__ import annotations

from dataclasses import dataclass

from tui.network.place import Interface
from tui.network.prefix import Address, read_address
from tui.network.rules import ANY
from tui.network.verdict.model import Flow

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
PORTED = frozenset({TCP, UDP})  # the protocols of which rules tell ports apart
ICMPS = frozenset({ICMP, ICMP6})
LAST_PORT = 65_535
Ports = tuple[int, int]
ALL_PORTS: Ports = (0, LAST_PORT)
# https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports: Linux 32768-60999,
# Windows 49152-65535; load balancers, NAT gateways and functions use all that are not well known.
EPHEMERAL_HOST: Ports = (32_768, LAST_PORT)
EPHEMERAL_WIDE: Ports = (1024, LAST_PORT)
_WIDE_OWNERS = frozenset({"alb", "nlb", "clb", "elb", "gwlb", "nat", "lambda"})
_HOST_OWNERS = frozenset({"ec2", "rds", "rds-proxy", "elasticache", "redshift", "ecs", "eks", "emr", "workspaces"})


@dataclass(frozen=True, slots=True)
class Packet:
    """What rules ask of a packet that enters or leaves an interface.

    `peer` is the other end: the source of what enters, the target of what leaves. `ports` are the target's: first and
    last, of which `every` one is to pass (a reply goes to a port nobody told) or one nobody told. `at` is when it was
    seen, Unix seconds, None for a question.
    """

    peer: Address
    text: str
    protocol: int
    ports: Ports = ALL_PORTS
    every: bool = False
    icmp_type: int | None = None
    icmp_code: int | None = None
    at: float | None = None

    @property
    def port(self) -> int | None:
        """The one port it goes to; None if it has none, or it is not told."""
        return self.ports[0] if self.protocol in PORTED and self.ports[0] == self.ports[1] else None


def packet_of(
    flow: Flow, *, egress: bool, reply_ports: Ports = EPHEMERAL_WIDE, is_reply: bool = False
) -> Packet | None:
    """The packet; None if the other end is no address.

    Args:
        flow: in its own direction, as it passes the interface.
        egress: whether it leaves the interface.
        reply_ports: where a reply goes whose port is not told.
        is_reply: whether it answers something.
    """
    text = flow.target if egress else flow.source
    peer = read_address(text)
    if peer is None:
        return None
    ports, every = ALL_PORTS, False
    if flow.protocol in PORTED:
        if flow.target_port is not None:
            ports = (flow.target_port, flow.target_port)
        elif is_reply:
            ports, every = reply_ports, True
    at = flow.end if flow.end is not None else flow.start
    return Packet(peer, text, flow.protocol, ports, every, flow.icmp_type, flow.icmp_code, at)


def ephemeral(owner: str) -> Ports:
    """The ports that a client of this kind of owner (`ec2`, `alb` …, '' for a stranger) calls from."""
    if owner in _WIDE_OWNERS:
        return EPHEMERAL_WIDE
    return EPHEMERAL_HOST if owner in _HOST_OWNERS else EPHEMERAL_WIDE


def protocol_fits(rule: int | None, packet: Packet) -> bool | None:
    """Whether a rule about this protocol is about the packet's; None if nobody knows the rule's word for it."""
    if rule is None:
        return None
    return rule in (ANY, packet.protocol)


def ports_fit(rule: int, first: int, last: int, packet: Packet) -> bool | None:
    """Whether a rule's ports (for ICMP type and code) have the packet's; None if the packet's are not told.

    `rule` is the rule's protocol, which fits. Of other protocols than TCP, UDP and ICMP every packet is meant:
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    if rule in PORTED:
        if first == ANY or (first <= packet.ports[0] and packet.ports[1] <= last):
            return True
        apart = packet.ports[1] < first or last < packet.ports[0]
        return False if apart or packet.every else None
    if rule in ICMPS:
        return icmp_fits(first, last, packet)
    return True


def icmp_fits(kind: int, code: int, packet: Packet) -> bool | None:
    """Whether a rule about an ICMP type and code is about the packet; None if the packet's are not told."""
    if kind == ANY:
        return True
    if packet.icmp_type is None:
        return None
    if kind != packet.icmp_type:
        return False
    if code == ANY:
        return True
    return None if packet.icmp_code is None else code == packet.icmp_code


def is_own(interface: Interface, address: str) -> bool:
    """Whether a private address is the interface's: primary, secondary, IPv6, or of a range delegated to it."""
    if address in interface.addresses or (address and address == interface.address):
        return True
    parsed = read_address(address)
    if parsed is None:
        return False
    return str(parsed) in interface.addresses or any(parsed in network for network in interface.prefixes)
