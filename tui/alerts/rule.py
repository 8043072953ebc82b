"""What raises an alert: a rule, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.alerts.model import Severity
from tui.flows.filter.model import Filter

_ALL = Filter()


class On(StrEnum):
    """What a rule looks at."""

    RECORDS = "records"  # flow records that its filter keeps
    UNANSWERED = "unanswered"  # accepted SYNs that nothing answers
    RULES = "rules"  # changes of security groups, network ACLs, route tables, prefix lists
    ENDPOINTS = "endpoints"  # changes of VPC endpoints
    DELIVERY = "delivery"  # flow logs that cannot deliver
    SILENCE = "silence"  # log groups or interfaces from which nothing comes any more


class Measure(StrEnum):
    """What of the records is counted."""

    RECORDS = "records"
    BYTES = "bytes"
    PACKETS = "packets"
    PORTS = "ports"  # distinct ports of servers
    ADDRESSES = "addresses"  # distinct addresses of servers
    SOURCES = "sources"  # distinct addresses of clients
    CONNECTIONS = "connections"  # distinct pairs of address and port of clients
    SHARE = "share"  # percent of the records that its `of` keeps


class By(StrEnum):
    """What makes a subject: records with the same values of these are about one thing."""

    SOURCE = "source"
    TARGET = "target"
    CLIENT = "client"
    SERVER = "server"
    PORT = "port"
    PROTOCOL = "protocol"
    ENI = "eni"
    VPC = "vpc"
    GROUP = "group"
    SERVICE = "service"


class Side(StrEnum):
    """Whose an address must be."""

    ANY = "any"
    OWN = "own"  # of the VPCs or their peers
    OUTSIDE = "outside"  # neither own nor private


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule. Spans are whole minutes, in seconds.

    It holds while what it measures within `window` is at least `threshold`; it fires once it has held for `hold`, and is
    over when it has not held for `cool_down`. At `critical` it becomes critical. `rise`: it must also be so many times
    what is usual for the subject. `new`: the subject must never have been seen before, in at least so many seconds of
    data. `source` and `target` are whose addresses these are. `during`: only sources that are subjects of these rules at
    that time. `least` records are needed for a share to count. `say` is what happened, with the words of `by` in braces.
    """

    name: str
    say: str
    on: On = On.RECORDS
    filter: Filter = _ALL
    of: Filter = _ALL
    by: tuple[By, ...] = ()
    measure: Measure = Measure.RECORDS
    threshold: float = 1
    critical: float | None = None
    window: int = 300
    hold: int = 0
    cool_down: int = 600
    severity: Severity = Severity.WARNING
    rise: float = 0.0
    new: int = 0
    least: int = 0
    source: Side = Side.ANY
    target: Side = Side.ANY
    during: tuple[str, ...] = ()
