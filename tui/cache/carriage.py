"""What the Endpoints pane is told: each endpoint's health, traffic and policy, what goes around it, what is offered.

Light on purpose: the app's thread imports it, right after the first paint, so neither polars nor the inventory is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from tui.network.health import Severity, Signal, worst
from tui.network.rules import Endpoint
from tui.network.service import Connection, OwnedService

HOUR = 3600


@dataclass(frozen=True, slots=True)
class EndpointsAsk:
    """What the pane wants: it is on the screen, and that is all."""


class Access(Enum):
    """What a policy lets through, in two words."""

    FULL = "full access"
    RESTRICTED = "restricted"
    NOTHING = "denies all"
    NONE = "no policy"
    UNREADABLE = "unreadable"
    NOT_TAKEN = "not taken"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes a way, in the records held of the span: both directions, each packet once.

    `rate` is bytes a second over the last aggregation interval, `rejects` refused records. `first` and `last` are Unix
    seconds. `is_partial`: there is at least so much, for a gap touches it or not all interfaces are logged;
    `is_rate_partial`: the same of the rate, for which only a gap in that interval counts.
    `by_routes`: records do not tell the way, and the routes of now are believed.
    """

    bytes: int = 0
    rate: float = 0.0
    clients: int = 0
    rejects: int = 0
    first: int | None = None
    last: int | None = None
    is_partial: bool = False
    is_rate_partial: bool = False
    by_routes: bool = False


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One endpoint. `traffic` is None where no flow log sees it, `unseen` says why.

    `policy` is that of the text that is in force; `zones` are by name, `prefix_list` is told with how much it holds.
    """

    endpoint: Endpoint
    signals: tuple[Signal, ...]
    traffic: Traffic | None = None
    unseen: str = ""
    policy: Access = Access.NONE
    zones: tuple[str, ...] = ()
    prefix_list: str = ""

    @property
    def severity(self) -> Severity:
        """How bad it is in all."""
        return worst(self.signals)


class Exit(Enum):
    """How traffic to a service left, where not by its endpoint."""

    NAT = "nat"
    INTERNET = "igw"
    TRANSIT = "tgw"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Bypass:
    """Traffic of one subnet to a service, around the endpoint that is there or could be for nothing.

    `target` is the id of what it leaves by, '' where that is not known; `table` the route table at fault. `pace` is bytes
    an hour since it was first seen, an hour back at most. `endpoint` is the one it should take, '' where there is none yet.
    `clients_known`: False where only the NAT gateway's own records tell of it, which do not say for whom.
    """

    service: str
    vpc: str
    exit: Exit
    target: str
    subnet: str
    table: str
    endpoint: str
    traffic: Traffic
    pace: float
    clients_known: bool = True

    @property
    def key(self) -> tuple[str, ...]:
        """What it is found again by."""
        return ("bypass", self.service, self.vpc, self.subnet, self.exit.value, self.target)

    def cost(self, price: float) -> float | None:
        """US dollars an hour at a price a GB, for what a NAT gateway processes, both directions; None for other ways.

        https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-pricing.html
        """
        return self.pace / 1e9 * price if self.exit is Exit.NAT else None


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that the reader's account offers, and who is connected or wants to be."""

    service: OwnedService
    connections: tuple[Connection, ...] = ()


@dataclass(frozen=True, slots=True)
class EndpointTable:
    """The pane's answer. Times are Unix seconds.

    `is_known`: the endpoints have been read; else `missing` says what is lacking, and `is_waiting` that it is on its way.
    `names` are those of subnets, route tables, VPCs, groups and NAT gateways, by id.
    """

    rows: tuple[EndpointRow, ...] = ()
    bypasses: tuple[Bypass, ...] = ()
    offers: tuple[Offer, ...] = ()
    is_known: bool = False
    is_waiting: bool = True
    missing: tuple[str, ...] = ()
    trouble: str = ""
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    since: int | None = None
    newest: int = 0
    is_partial: bool = False

    def name(self, id_: str) -> str:
        """The name of a subnet, route table, VPC or gateway, else its id."""
        return self.names.get(id_) or id_

    def bypasses_of(self, endpoint: Endpoint) -> tuple[Bypass, ...]:
        """What goes around an endpoint."""
        return tuple(each for each in self.bypasses if each.endpoint == endpoint.id)
