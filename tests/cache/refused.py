"""Refused records for the tests of the Rejects pane's answers: a layout, lines, and an inventory that knows a few."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tests.cache.test_partial import T0, batch
from tui.cache.rolling import Held, RollingCache
from tui.cache.view import NoNames
from tui.flows.filter.model import Network
from tui.flows.logformat import Layout, layout_of
from tui.flows.source import Gap
from tui.network.inventory import Inventory

LAYOUT: Layout = layout_of(
    [
        "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end",
        "action", "log-status", "tcp-flags", "flow-direction", "pkt-srcaddr", "pkt-dstaddr",
    ]
)  # fmt: skip
WEB, DB, STRAY, STRAY_TOO, FAR = "10.0.1.7", "10.0.2.9", "10.9.4.58", "10.9.4.163", "10.200.3.4"
PARTNER, OUT, OUT_TOO = "198.51.100.30", "203.0.113.9", "192.0.2.201"
PUBLIC = "203.0.113.80"  # of the web server itself
ENI_WEB, ENI_DB = "eni-0000000000000web1", "eni-00000000000000db1"
SYN, SYN_ACK, LATE = 2, 18, 0


def line(
    source: str,
    destination: str,
    sport: int,
    dport: int,
    *,
    action: str = "REJECT",
    eni: str = ENI_DB,
    flags: int = SYN,
    start: int = T0,
    seconds: int = 59,
    protocol: int = 6,
    way: str = "ingress",
    packet: tuple[str, str] | None = None,
) -> str:
    """A record; `packet` are the packet's own addresses where they are others."""
    own = packet or (source, destination)
    return (
        f"{eni} {source} {destination} {sport} {dport} {protocol} 1 60 {start} {start + seconds} {action} OK {flags} "
        f"{way} {own[0]} {own[1]}"
    )


def names_of(frame: dict[str, str]) -> pl.DataFrame:
    """A row an address, by what it is called."""
    rows = [(address, label, "ec2", "", "", "") for address, label in frame.items()]
    columns = ("address", "label", "owner", "interface", "subnet", "az")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


@dataclass(frozen=True)
class Known(NoNames):
    """The web server by both its addresses, the database, S3, and a list of the reader's own."""

    inside: tuple[Network, ...] = ()

    def names_frame(self) -> pl.DataFrame:
        """Three addresses of two owners."""
        return names_of({WEB: "web-1", PUBLIC: "web-1", DB: "payments-db"})

    def networks_frame(self) -> pl.DataFrame:
        """Longest first, as the inventory tells them."""
        return pl.DataFrame(
            {"network": ["198.51.100.0/24", "52.218.0.0/17"], "label": ["partners", "s3"], "owner": ["list", "aws"]}
        )


class Ruled(Inventory):
    """An inventory as far as judging asks for one; whom it knows is told as Known tells it."""

    def names_frame(self, vpc: str = "") -> pl.DataFrame:
        """As Known."""
        del vpc
        return Known().names_frame()

    def networks_frame(self) -> pl.DataFrame:
        """As Known."""
        return Known().networks_frame()


def held(lines: list[str], gaps: tuple[Gap, ...] = (), at: float = T0 + 360) -> Held:
    """A cache with these."""
    cache = RollingCache()
    if lines:
        cache.add(batch(lines, layout=LAYOUT, at=at))
    cache.ledger.add(gaps)
    return cache.held()
