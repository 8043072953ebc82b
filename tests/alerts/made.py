"""Records, networks and watches that tests of alerts are made of: real-looking, and as short to write as they are to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from types import MappingProxyType

import polars as pl

from tui.alerts.defaults import DEFAULTS
from tui.alerts.engine import Watch
from tui.alerts.model import Alert
from tui.alerts.observation import Known, Observation, Place
from tui.alerts.reading import read_rules
from tui.alerts.rule import AlertRule
from tui.flows.filter.model import Kind
from tui.flows.filter.surroundings import Members
from tui.flows.filter.value import Now
from tui.flows.logformat import Layout, layout_of
from tui.flows.parse import LineParser
from tui.flows.source import LOG_GROUP, Records

T0 = 1_790_000_040  # a whole minute
LAYOUT = layout_of([
    "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes",
    "start", "end", "action", "log-status", "vpc-id", "tcp-flags",
])  # fmt: skip
PLAIN = layout_of(list(LAYOUT.names[:14]))  # the default format: neither flags nor VPC
VPC, OTHER = "vpc-0a1b2c3d4e5f60718", "vpc-0ffffffffffffffff"
APP, WEB, DB = "10.0.1.7", "10.0.1.8", "10.0.2.9"
SCANNER, CLIENT = "192.0.2.201", "198.51.100.24"
NAT = "10.0.0.220"
S3 = "3.5.140.7"
ENI, NAT_ENI = "eni-0d4c2b1a09f8e7d6c", "eni-0a1b2c3d4e5f60001"

Row = Mapping[str, object]


class Directory:
    """Who is a NAT gateway, and where S3 is."""

    def members(self, kind: Kind, pattern: str) -> Members:
        """See Directory."""
        if kind is Kind.SERVICE and pattern == "nat":
            return Members((ip_network(NAT),), (NAT_ENI,))
        if kind is Kind.SERVICE and pattern == "s3":
            return Members((ip_network("3.5.140.0/22"),), (), ("S3",))
        return Members()


KNOWN = Known(
    directory=Directory(),
    inside=(ip_network("10.0.0.0/16"),),
    places=MappingProxyType({ENI: Place("app-1", VPC), NAT_ENI: Place("nat-b", VPC)}),
    vpcs=MappingProxyType({VPC: "payments"}),
    services=((ip_network("3.5.140.0/22"), "s3"),),
    gateways=MappingProxyType({(VPC, "s3"): "vpce-0123456789abcdef0"}),
)


def record(at: float, source: str, target: str, dport: int = 443, **told: object) -> dict[str, object]:
    """One record that starts `at` seconds after T0 and lasts up to a minute; `flags` and the like may be told otherwise."""
    start = T0 + int(at)
    row: dict[str, object] = {
        "version": 5, "account-id": "123456789012", "interface-id": ENI, "srcaddr": source, "dstaddr": target,
        "srcport": 40_000, "dstport": dport, "protocol": 6, "packets": 4, "bytes": 240, "start": start,
        "end": start + 30, "action": "REJECT", "log-status": "OK", "vpc-id": VPC, "tcp-flags": 2,
    }  # fmt: skip
    names = {"sport": "srcport", "flags": "tcp-flags", "eni": "interface-id", "status": "log-status", "vpc": "vpc-id"}
    return row | {names.get(name, name): value for name, value in told.items()}


def skipped(at: float, eni: str = ENI) -> dict[str, object]:
    """SKIPDATA: all that is told is of which interface and when."""
    told = {"version", "account-id", "interface-id", "start", "end", "vpc-id"}
    row = record(at, "-", "-", eni=eni, status="SKIPDATA")
    return {name: value if name in {*told, "log-status"} else "-" for name, value in row.items()}


def records(
    rows: Iterable[Row], layout: Layout = LAYOUT, group: str = "/vpc/payments/flow-logs", again: bool | None = None
) -> Records:
    """What a source makes of records."""
    lines = [" ".join(str(row[name]) for name in layout.names) for row in rows]
    (_, frame, _), *_ = LineParser([layout]).parse(lines).records
    groups = pl.Series(LOG_GROUP, [group] * frame.height, dtype=pl.Categorical())
    marks = None if again is None else pl.Series([again] * frame.height)
    return Records(layout, frame.hstack([groups]), marks)


def rules(*tables: Mapping[str, object]) -> list[AlertRule]:
    """Only these rules: the defaults are switched off, but for those that a table names."""
    named = {str(table["name"]) for table in tables}
    off = [{"name": each["name"], "off": True} for each in DEFAULTS if each["name"] not in named]
    return [each.rule for each in read_rules([*tables, *off], {}, Now(float(T0))) if not each.off]


def watch(*tables: Mapping[str, object], known: Known = KNOWN, window: float = 3600.0) -> Watch:
    """A watch under these rules alone, that knows the network; data begins half an hour before T0."""
    made = Watch(rules(*tables), window)
    made.observe(Observation(T0, known=known))
    tell(made, [record(-1800, "10.0.9.9", "10.0.9.8", 9, action="ACCEPT", flags=0)], at=-1700)
    return made


def tell(
    watch: Watch, rows: Iterable[Row], at: float = 0.0, layout: Layout = LAYOUT, *, catching_up: bool = False
) -> None:
    """Let a watch see records, when the data's clock is `at` seconds after T0."""
    rows = list(rows)
    made = (records(rows, layout),) if rows else ()
    watch.observe(Observation(T0 + at, made, catching_up=catching_up))


def ids(alerts: Iterable[Alert]) -> list[str]:
    """Their ids."""
    return [each.id for each in alerts]
