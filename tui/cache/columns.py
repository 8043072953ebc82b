"""How records become rows: the groupings, the columns of each, and what makes a row the same row.

Light on purpose: the screen imports this page before its first paint, so polars is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tui.flows.field import Kind, field_named


class Unit(Enum):
    """What a column's values are; the screen decides how they look."""

    TEXT = "text"
    ADDRESS = "address"  # an address, with its port when that is the server's
    PORT = "port"
    PROTOCOL = "protocol"  # IANA number
    COUNT = "count"
    BYTES = "bytes"
    RATE = "bytes/s"
    TIME = "time"  # Unix seconds
    ACTION = "action"  # ACCEPT, REJECT or None
    VERDICTS = "verdicts"  # (accepted, rejected) records
    FLAGS = "flags"  # bits of TCP flags
    PATH = "path"  # traffic-path code
    INTERFACE = "interface"  # an ENI's id, shown by its name where names are wanted
    TAG = "tag"  # percent-encoded


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `weight`: who stays when the line is narrow, 0 first.

    `field` is the name that the filter language has for it, "" where a value cannot be filtered by.
    """

    key: str
    heading: str
    unit: Unit
    weight: int
    field: str = ""


class Grouping(Enum):
    """How records become rows."""

    CONVERSATIONS = "conversations"
    RECORDS = "records"
    PAIRS = "pairs"
    TALKERS = "talkers"
    PORTS = "ports"
    INTERFACES = "ENIs"
    SUBNETS = "subnets"
    SERVICES = "AWS services"
    PATHS = "traffic paths"
    OWNERS = "owners"


_UNITS = {
    Kind.ADDRESS: Unit.ADDRESS,
    Kind.TAG: Unit.TAG,
    Kind.ACTION: Unit.ACTION,
    Kind.PORT: Unit.PORT,
    Kind.COUNT: Unit.COUNT,
    Kind.SECONDS: Unit.TIME,
    Kind.BYTE: Unit.COUNT,
}
_SPECIAL = {
    "protocol": Unit.PROTOCOL,
    "tcp-flags": Unit.FLAGS,
    "traffic-path": Unit.PATH,
    "bytes": Unit.BYTES,
    "interface-id": Unit.INTERFACE,
}


def record_column(name: str) -> Column:
    """The column of single records that shows a field, by Amazon's name; the known ones as `SHAPES` has them."""
    known = next((column for column in SHAPES[Grouping.RECORDS].columns if column.key == name), None)
    field = field_named(name)
    return known or Column(name, field.heading, _SPECIAL.get(name) or _UNITS.get(field.kind, Unit.TEXT), 4, name)


def _measures(*, rate: int = 1, size: int = 3) -> tuple[Column, ...]:
    """What every grouped row tells, with the weights of rate and bytes."""
    return (
        Column("rate", "bytes/s", Unit.RATE, rate),
        Column("bytes", "Bytes", Unit.BYTES, size, "bytes"),
        Column("packets", "Packets", Unit.COUNT, 6, "packets"),
        Column("accepted", "Accept", Unit.COUNT, 2),
        Column("rejected", "Reject", Unit.COUNT, 0),
        Column("last", "Last seen", Unit.TIME, 4),
        Column("first", "First seen", Unit.TIME, 5),
    )


@dataclass(frozen=True, slots=True)
class Shape:
    """A grouping's columns as they stand at first, the columns that make a row the same row, and the first order."""

    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    sort: str = "rate"
    descending: bool = True


# srcaddr and dstaddr are as in the records; server_port is the port of the side that serves, server_is_dst which side.
_CONVERSATIONS = (
    Column("srcaddr", "Source", Unit.ADDRESS, 0, "srcaddr"),
    Column("dstaddr", "Destination", Unit.ADDRESS, 0, "dstaddr"),
    Column("server_port", "Port", Unit.PORT, 1, "port"),
    Column("protocol", "Proto", Unit.PROTOCOL, 2, "protocol"),
    *_measures(),
    Column("interfaces", "ENIs", Unit.COUNT, 7),
)
_RECORDS = (
    Column("end", "End", Unit.TIME, 2, "end"),
    Column("interface-id", "ENI", Unit.INTERFACE, 5, "interface-id"),
    Column("srcaddr", "Source", Unit.ADDRESS, 0, "srcaddr"),
    Column("srcport", "SPort", Unit.PORT, 1, "srcport"),
    Column("dstaddr", "Destination", Unit.ADDRESS, 0, "dstaddr"),
    Column("dstport", "DPort", Unit.PORT, 1, "dstport"),
    Column("protocol", "Proto", Unit.PROTOCOL, 3, "protocol"),
    Column("bytes", "Bytes", Unit.BYTES, 2, "bytes"),
    Column("packets", "Packets", Unit.COUNT, 6, "packets"),
    Column("action", "Action", Unit.ACTION, 0, "action"),
    Column("start", "Start", Unit.TIME, 7, "start"),
    Column("log-status", "Status", Unit.TEXT, 8, "log-status"),
)
# All but the first two are made of conversations, each of which counts a packet once however many interfaces saw it;
# by interface and by subnet each counts what it saw itself.
SHAPES: dict[Grouping, Shape] = {
    Grouping.CONVERSATIONS: Shape(_CONVERSATIONS, ("srcaddr", "dstaddr", "server_port", "protocol")),
    Grouping.RECORDS: Shape(_RECORDS, ("serial",), "end"),
    Grouping.PAIRS: Shape(
        (
            Column("client", "Client", Unit.ADDRESS, 0, "host"),
            Column("server", "Server", Unit.ADDRESS, 0, "host"),
            Column("ports", "Ports", Unit.COUNT, 2),
            *_measures(),
        ),
        ("client", "server"),
    ),
    Grouping.TALKERS: Shape(
        (
            Column("address", "Address", Unit.ADDRESS, 0, "host"),
            Column("sent", "Sent", Unit.BYTES, 1),
            Column("received", "Received", Unit.BYTES, 1),
            Column("peers", "Peers", Unit.COUNT, 2),
            *_measures(),
        ),
        ("address",),
    ),
    Grouping.PORTS: Shape(
        (
            Column("server_port", "Port", Unit.PORT, 0, "port"),
            Column("protocol", "Proto", Unit.PROTOCOL, 0, "protocol"),
            Column("clients", "Clients", Unit.COUNT, 1),
            Column("servers", "Servers", Unit.COUNT, 1),
            *_measures(),
        ),
        ("server_port", "protocol"),
    ),
    Grouping.INTERFACES: Shape(
        (
            Column("interface-id", "ENI", Unit.INTERFACE, 0, "interface-id"),
            Column("subnet", "Subnet", Unit.TEXT, 3, "subnet-id"),
            Column("az", "AZ", Unit.TEXT, 3, "az-id"),
            Column("received", "In", Unit.BYTES, 1),
            Column("sent", "Out", Unit.BYTES, 1),
            *_measures(),
        ),
        ("interface-id",),
    ),
    Grouping.SUBNETS: Shape(
        (
            Column("subnet", "Subnet", Unit.TEXT, 0, "subnet-id"),
            Column("az", "AZ", Unit.TEXT, 0, "az-id"),
            Column("interfaces", "ENIs", Unit.COUNT, 2),
            Column("received", "In", Unit.BYTES, 1),
            Column("sent", "Out", Unit.BYTES, 1),
            *_measures(),
        ),
        ("subnet", "az"),
    ),
    Grouping.SERVICES: Shape(
        (
            Column("service", "AWS service", Unit.TEXT, 0, "service"),
            Column("clients", "Clients", Unit.COUNT, 1),
            *_measures(),
        ),
        ("service",),
    ),
    Grouping.PATHS: Shape(
        (
            Column("traffic-path", "Path", Unit.PATH, 0, "traffic-path"),
            Column("clients", "Sources", Unit.COUNT, 1),
            *_measures(),
        ),
        ("traffic-path",),
    ),
    Grouping.OWNERS: Shape(
        (
            Column("client_owner", "Client", Unit.TEXT, 0, "name"),
            Column("server_owner", "Server", Unit.TEXT, 0, "name"),
            Column("ports", "Ports", Unit.COUNT, 2),
            *_measures(),
        ),
        ("client_owner", "server_owner"),
    ),
}
