"""What endpoints carry and what goes around them, record by record, as one would do it by hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from ipaddress import ip_address

from tests.cache.carrying import BUCKETS, ENI_NAT, KMS, KMS_ADDRESS, NAT_ADDRESS, S3
from tui.network.inventory import Inventory

WAYS = {"7": "endpoint", "8": "igw", "2": "igw", "3": "other", "4": "other"}
BY_SUBNET = {"subnet-0a": ("endpoint", "nat"), "subnet-0b": ("nat", "nat"), "subnet-0p": ("igw", "igw")}


@dataclass(frozen=True)
class Seen:
    """One record, in words. `sent` and `to` are the packet's own addresses."""

    eni: str
    sent: str
    to: str
    size: int
    path: str
    at: int
    refused: bool

    @property
    def is_out(self) -> bool:
        """Whether it goes to the bucket."""
        return ip_address(self.to) in BUCKETS

    @property
    def pair(self) -> tuple[str, str]:
        """Client and bucket."""
        return (self.sent, self.to) if self.is_out else (self.to, self.sent)

    @property
    def is_of_bucket(self) -> bool:
        """Whether it is of S3 at all."""
        return self.is_out or ip_address(self.sent) in BUCKETS


def slow(records: list[Seen], known: Inventory) -> dict[tuple[str, str], tuple[int, int]]:
    """Bytes and refused records by what carries them: (endpoint, '') or (way, subnet)."""
    seen: dict[tuple[str, ...], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for record in records:
        if KMS_ADDRESS in {record.sent, record.to}:
            put: tuple[str, ...] = (KMS, "", record.sent, record.to)
        elif record.is_of_bucket:
            way, subnet = way_of(record, records, known)
            put = (S3, "", subnet, *direction(record)) if way == "endpoint" else (way, subnet, *direction(record))
        else:
            continue
        sums = seen[put][record.eni]
        sums[0] += record.size
        sums[1] += record.refused
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for place, by_eni in seen.items():
        where = (place[0], place[1])
        before = found.get(where, (0, 0))
        most = (max(each[0] for each in by_eni.values()), max(each[1] for each in by_eni.values()))
        found[where] = (before[0] + most[0], before[1] + most[1])
    return found


def direction(record: Seen) -> tuple[str, str]:
    """The conversation."""
    return record.sent, record.to


def way_of(record: Seen, records: list[Seen], known: Inventory) -> tuple[str, str]:
    """How it went, and from which subnet."""
    client, _ = record.pair
    if record.eni == ENI_NAT:
        return ("itself", "") if client == NAT_ADDRESS else ("nat", home(client, known))
    subnet = home(client, known)
    now, beside = BY_SUBNET[subnet]
    told = [
        each
        for each in records
        if each.is_of_bucket and each.is_out and each.path != "-" and each.eni != ENI_NAT
        and home(each.pair[0], known) == subnet
    ]  # fmt: skip
    path = record.path
    if path == "-" and len({each.path for each in told}) == 1:
        path = told[0].path
    elif path == "-":
        mine = [each for each in told if (each.eni, *each.pair) == (record.eni, *record.pair)]
        path = min(mine, key=lambda each: abs(each.at - record.at)).path if mine else "-"
    if path == "-":
        return now, subnet
    if path == "1":
        return (beside if beside == "nat" else "other"), subnet
    if path == "2" and now == "endpoint":
        return "endpoint", subnet
    return WAYS[path], subnet


def home(address: str, known: Inventory) -> str:
    """The subnet of an address."""
    found = known.interface_at(address)
    return found.subnet if found else ""
