"""Filters as readers may write them, records to ask about, and what surrounds them: for the tests of every back end."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_network
from random import Random

from hypothesis import strategies as st

from tests.flows.slow_filter import like
from tui.flows.filter.model import Kind, Node
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.surroundings import Members, Surroundings
from tui.flows.filter.value import Now

AT = int(datetime(2026, 11, 22, 14, 30, tzinfo=UTC).timestamp())
NOW = Now(AT)


def node(text: str) -> Node:
    """What a text means at half past two."""
    return parse_filter(text, NOW).node


class Inventory:
    """web-1 and web-2, an interface of theirs, and S3."""

    def members(self, kind: Kind, pattern: str) -> Members:
        """By name."""
        known = {
            (Kind.NAME, "web-1"): Members((ip_network("10.0.1.7/32"),), ("eni-1",)),
            (Kind.SERVICE, "s3"): Members((ip_network("52.218.0.0/17"),), (), ("S3",)),
        }
        found = [members for (at, name), members in known.items() if at is kind and like(pattern, name)]
        return Members(
            tuple(network for each in found for network in each.networks),
            tuple(interface for each in found for interface in each.interfaces),
            tuple(service for each in found for service in each.services),
        )


AROUND = Surroundings(AT, ((AT - 600, AT - 500), (AT - 100, AT - 100)), Inventory(), (ip_network("203.0.113.0/24"),))
ADDRESSES = ["10.0.1.7", "10.0.2.9", "172.31.255.1", "203.0.113.5", "52.218.1.1", "2001:db8::7", "fd00::1", "8.8.8.8"]
ROWS = {
    "srcaddr": st.sampled_from([*ADDRESSES, None]),
    "dstaddr": st.sampled_from([*ADDRESSES, None]),
    "srcport": st.sampled_from([443, 5432, 40312, 0, None]) | st.integers(0, 65535),
    "dstport": st.sampled_from([443, 80, 53, 0, None]),
    "protocol": st.sampled_from([6, 17, 1, None]),
    "bytes": st.sampled_from([0, 40, 10_000, 10**7, None]) | st.integers(0, 2**63 - 1),
    "action": st.sampled_from(["ACCEPT", "REJECT", None]),
    "interface-id": st.sampled_from(["eni-1", "eni-2", None]),
    "tcp-flags": st.sampled_from([0, 2, 18, 19, 3, None]),
    "traffic-path": st.sampled_from([1, 7, 8, None]),
    "pkt-dst-aws-service": st.sampled_from(["S3", "DYNAMODB", None]),
    "instance-tag": st.sampled_from(["my%2Dapp", "caf%C3%A9", "web", None]),
    "start": st.integers(AT - 900, AT),
    "end": st.integers(AT - 900, AT) | st.none(),
    "@late": st.booleans(),
}
TESTS = [
    "src=10.0.0.0/8", "dst=10.0.1.7", "host 2001:db8::/32", "src!=fd00::1", "src=10.0.*", "dst ~ 113", "dst=-", "src=-",
    "port 443", "port https,dns", "sport=ephemeral", "dport<100", "dport in 0-52", "port != 443", "sport >= 40000",
    "proto=tcp,udp", "proto=1-10", "bytes>10kB", "bytes<=40", "bytes != 0", "action=reject", "action != ACCEPT",
    "eni=eni-1", "eni=eni-*", "eni ~ NI-2", "flags=syn", "flags ~ syn", "flags ~ syn+ack", "flags=none", "path=igw",
    "path=gateway-endpoint", "service=s3", "service ~ dyn", "instance-tag=my-app", "instance-tag ~ É", "last 5m",
    "since 14:20", "until 14:25", "start>=14:20", "end<14:25", "name:web-*", "name:nobody", "service:s3", "internal",
    "external", "late", "gap", "reject", "web", "443", "https", "tcp", "10.0.1", "203.0.113.5", "app", '"%2D"',
    "vpc=vpc-1", "vpc=-", "reason=BPA", "dir=in",
]  # fmt: skip


@st.composite
def texts(draw: st.DrawFn, depth: int = 3) -> str:
    """A filter as a reader may write it."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(TESTS))
    parts = draw(st.lists(texts(depth - 1), min_size=2, max_size=3))
    joined = draw(st.sampled_from([" and ", " or ", " ", " && ", " || "])).join(parts)
    return draw(st.sampled_from(["({})", "not ({})", "!({})", "not not ({})"])).format(joined)


@st.composite
def frames(draw: st.DrawFn) -> list[dict[str, object]]:
    """Records of one layout, which may lack any field."""
    names = draw(st.lists(st.sampled_from(sorted(ROWS)), unique=True, min_size=1))
    return draw(st.lists(st.fixed_dictionaries({name: ROWS[name] for name in names}), min_size=1, max_size=12))


def many_records(count: int = 150) -> list[dict[str, object]]:
    """Records of all fields, always the same ones: each test of TESTS is true of some and false of others."""
    chance = Random(7)
    told: dict[str, list[object]] = {
        "srcaddr": [*ADDRESSES, None], "dstaddr": [*ADDRESSES, None], "srcport": [443, 5432, 40312, 0, None],
        "dstport": [443, 80, 53, 0, None], "protocol": [6, 17, 1, None], "bytes": [0, 40, 10_000, 10**7, 2**60 + 1, None],
        "action": ["ACCEPT", "REJECT", None], "interface-id": ["eni-1", "eni-2"], "tcp-flags": [0, 2, 18, 19, 3, None],
        "traffic-path": [1, 7, 8, None], "pkt-dst-aws-service": ["S3", "DYNAMODB", None],
        "instance-tag": ["my%2Dapp", "caf%C3%A9", "web", None], "start": [AT - 800, AT - 550, AT - 90],
        "end": [AT - 700, AT - 500, AT - 30, None],
    }  # fmt: skip
    return [{name: chance.choice(values) for name, values in told.items()} for _ in range(count)]
