"""What can be changed of endpoints: orders, as frozen values, and what every carrier of orders promises.

An order says what is wanted; who may carry it out is made only with `--allow-changes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from threading import Event
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Put a policy into force. `was` is the text the edit started from: if another is in force by now, it stops.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """

    endpoint: str
    text: str
    was: str


@dataclass(frozen=True, slots=True)
class ResetToDefault:
    """Back to the default policy: ResetPolicy for a gateway endpoint, of which alone it is documented, else its text."""

    endpoint: str
    was: str


@dataclass(frozen=True, slots=True)
class CreateEndpoint:
    """A new endpoint. `kind` as AWS writes it; `policy` '' for the default; `name` its Name tag, '' for none.

    `ip_type` is ipv4, ipv6 or dualstack, `dns_record` the DnsRecordIpType, `resolvers_only` the
    PrivateDnsOnlyForInboundResolverEndpoint of DnsOptions, `region` the service's where it is another; '' and None
    leave it to AWS.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """

    vpc: str
    service: str
    kind: str
    subnets: tuple[str, ...] = ()
    route_tables: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    private_dns: bool = False
    policy: str = ""
    name: str = ""
    ip_type: str = ""
    dns_record: str = ""
    resolvers_only: bool | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class ModifyEndpoint:
    """Where an endpoint is, and who may reach it; '' and None: as it is. See CreateEndpoint of `ip_type` and after."""

    endpoint: str
    add_subnets: tuple[str, ...] = ()
    remove_subnets: tuple[str, ...] = ()
    add_route_tables: tuple[str, ...] = ()
    remove_route_tables: tuple[str, ...] = ()
    add_groups: tuple[str, ...] = ()
    remove_groups: tuple[str, ...] = ()
    private_dns: bool | None = None
    ip_type: str = ""
    dns_record: str = ""
    resolvers_only: bool | None = None


@dataclass(frozen=True, slots=True)
class DeleteEndpoint:
    """Delete an endpoint, with its interfaces or its routes."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class AnswerConnection:
    """Accept or reject the connection of an endpoint to a service of the reader's (vpce-svc-…)."""

    service: str
    endpoint: str
    accept: bool


Order = SetPolicy | ResetToDefault | CreateEndpoint | ModifyEndpoint | DeleteEndpoint | AnswerConnection


def dns_options(order: CreateEndpoint | ModifyEndpoint) -> dict[str, str | bool]:
    """The DnsOptions that are ordered; empty where they are left as they are.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
    """
    asked: dict[str, str | bool] = {}
    if order.dns_record:
        asked["DnsRecordIpType"] = order.dns_record
    if order.resolvers_only is not None:
        asked["PrivateDnsOnlyForInboundResolverEndpoint"] = order.resolvers_only
    return asked


class Stage(Enum):
    """How far an order is."""

    WAITING = "waiting"  # for AWS's pace: its token bucket for changes refills 0.3 a second
    SENT = "sent"  # AWS has taken it; it is looked at until it is in effect
    DONE = "done"  # it has been read back
    STOPPED = "stopped"  # nothing was changed: somebody else had changed it since
    REFUSED = "refused"  # AWS or the network said no
    UNSURE = "unsure"  # AWS may have taken it: the answer never came, or what is read back is another thing


FINAL = frozenset({Stage.DONE, Stage.STOPPED, Stage.REFUSED, Stage.UNSURE})


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an order is. `text` is one sentence for the reader.

    `endpoint` is the id it is about, of a new one as soon as AWS told it. `place` is (line, column), both from 1, of
    what AWS does not take in a policy; `live` the policy in force, where it is another than the edit started from.
    """

    stage: Stage
    text: str
    endpoint: str = ""
    place: tuple[int, int] | None = None
    live: str = ""


class Changes(Protocol):
    """Who carries out orders, one at a time; used by one thread of its own."""

    def carry_out(self, order: Order, stop: Event) -> Iterator[Progress]:
        """Do it, and tell how it goes; the last Progress is of a stage in FINAL. Never raises; ends soon after `stop`.

        Calls are made at the pace of the service; what is throttled is waited for and told.
        """
