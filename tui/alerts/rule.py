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
    SILENCE = "silence"  # log groups from which nothing comes any more


class Measure(StrEnum):
    """What of the records is counted."""

    RECORDS = "records"
    BYTES = "bytes"
    PACKETS = "packets"
    PORTS = "ports"  # distinct ports of servers
    ADDRESSES = "addresses"  # distinct addresses of servers
    SOURCES = "sources"  # distinct addresses of clients
    CONNECTIONS = "connections"  # distinct addresses and ports of clients
    SHARE = "share"  # percent of the records that `of` keeps


DISTINCT = (Measure.PORTS, Measure.ADDRESSES, Measure.SOURCES, Measure.CONNECTIONS)


class By(StrEnum):
    """What makes a subject: records with the same values of these are about one thing."""

    SOURCE = "source"
    TARGET = "target"
    CLIENT = "client"
    SERVER = "server"
    PORT = "port"  # of the server
    PROTOCOL = "protocol"
    ENI = "eni"
    VPC = "vpc"
    GROUP = "group"  # the log group
    SERVICE = "service"  # s3 or dynamodb, the AWS service on one side


class Side(StrEnum):
    """Whose an address must be."""

    ANY = "any"
    OWN = "own"  # of the VPCs or their peers
    OUTSIDE = "outside"  # neither own nor private


class Gateway(StrEnum):
    """Whether the subject's VPC must have a gateway endpoint for the service."""

    ANY = "any"
    THERE = "there"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One rule. Spans are whole minutes, in seconds.

    It holds while what it measures within `window` is at least `threshold`; it fires once it has held for `hold`, and is
    over when it has not held for `cool_down`. At `critical` it becomes critical. `rise`: it must also be so many times
    what is usual for the subject. `new`: the subject must not have been seen before in at least so many seconds of data,
    and counts as new for as long. `least` records are needed for a share to count. `during`: only sources that are
    subjects of these rules at the time. `say` is what happened, with the words of `by` in braces.
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
    least: int = 1
    source: Side = Side.ANY
    target: Side = Side.ANY
    gateway: Gateway = Gateway.ANY
    during: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether it measures a part of a whole."""
        return self.measure is Measure.SHARE

    @property
    def is_distinct(self) -> bool:
        """Whether it measures how many different ones there are."""
        return self.measure in DISTINCT

    @property
    def watches_records(self) -> bool:
        """Whether it looks at flow records."""
        return self.on in (On.RECORDS, On.UNANSWERED)

    @property
    def unit(self) -> str:
        """What its counts count."""
        if self.on is On.UNANSWERED:
            return str(Measure.CONNECTIONS)
        return {Measure.SHARE: "percent", Measure.SOURCES: "addresses"}.get(self.measure, str(self.measure))
