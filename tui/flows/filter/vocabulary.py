"""The filter language's words: short names of fields, and names for numbers."""

from __future__ import annotations

from tui.flows.field import BY_NAME, FIELDS, Kind
from tui.flows.protocol import PROTOCOLS
from tui.flows.source import LOG_GROUP, LOG_STREAM

# A short name, and the fields it stands for: of several, any.
ALIASES: dict[str, tuple[str, ...]] = {
    "src": ("srcaddr",),
    "dst": ("dstaddr",),
    "host": ("srcaddr", "dstaddr"),
    "sport": ("srcport",),
    "dport": ("dstport",),
    "port": ("srcport", "dstport"),
    "proto": ("protocol",),
    "eni": ("interface-id",),
    "interface": ("interface-id",),
    "vpc": ("vpc-id",),
    "subnet": ("subnet-id",),
    "instance": ("instance-id",),
    "account": ("account-id",),
    "az": ("az-id",),
    "dir": ("flow-direction",),
    "direction": ("flow-direction",),
    "service": ("pkt-src-aws-service", "pkt-dst-aws-service"),
    "path": ("traffic-path",),
    "flags": ("tcp-flags",),
    "status": ("log-status",),
    "reason": ("reject-reason",),
    "pkt-src": ("pkt-srcaddr",),
    "pkt-dst": ("pkt-dstaddr",),
    "pkt-host": ("pkt-srcaddr", "pkt-dstaddr"),
    "group": (LOG_GROUP,),
    "stream": (LOG_STREAM,),
}
# Columns beside a record's own fields that can be asked for, and what they hold.
BESIDE = {LOG_GROUP: Kind.TEXT, LOG_STREAM: Kind.TEXT}
NAMES: tuple[str, ...] = (*ALIASES, *(field.name for field in FIELDS))

# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html, tcp-flags.
FLAGS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "synack": 18, "syn-ack": 18, "urg": 32, "none": 0}
# The same page, traffic-path.
PATHS: dict[str, tuple[int, ...]] = {
    "vpc": (1,),
    "igw": (2, 8),
    "internet": (2, 8),
    "vgw": (3,),
    "vpn": (3,),
    "peering": (4, 5),
    "lgw": (6,),
    "gateway-endpoint": (7,),
}
PATH_WORDS = {
    1: "within the VPC",
    2: "internet gateway or gateway endpoint",
    3: "virtual private gateway",
    4: "peering",
    5: "peering, other Region",
    6: "local gateway",
    7: "gateway endpoint",
    8: "internet gateway",
}
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html, ephemeral ports: Linux from 32768, Windows from 49152.
EPHEMERAL = (32768, 65535)
PROTOCOL_NUMBERS = {name: number for number, name in PROTOCOLS.items()} | {"icmpv6": 58, "ipv6-icmp": 58}
# Values that a reader may write in any case, as AWS writes them.
CANONICAL: dict[str, dict[str, str]] = {
    "action": {"accept": "ACCEPT", "reject": "REJECT", "accepted": "ACCEPT", "rejected": "REJECT", "deny": "REJECT"},
    "log-status": {"ok": "OK", "nodata": "NODATA", "skipdata": "SKIPDATA"},
    "flow-direction": {"in": "ingress", "out": "egress", "ingress": "ingress", "egress": "egress"},
    "type": {"ipv4": "IPv4", "ipv6": "IPv6", "efa": "EFA", "v4": "IPv4", "v6": "IPv6"},
}
UPPER = ("pkt-src-aws-service", "pkt-dst-aws-service", "reject-reason")  # AWS writes these in capitals


def kind_of(name: str) -> Kind:
    """What a field or column holds."""
    return BESIDE.get(name) or (BY_NAME[name].kind if name in BY_NAME else Kind.TEXT)
