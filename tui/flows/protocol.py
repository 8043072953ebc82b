"""IP protocols by number, as flow records tell them."""

from __future__ import annotations

# https://www.iana.org/assignments/protocol-numbers: the ones met in flow logs; others are shown by number.
PROTOCOLS = {
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    17: "udp",
    41: "ipv6",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmp6",
    89: "ospf",
    112: "vrrp",
    132: "sctp",
}
