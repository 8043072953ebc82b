"""What the watch is told: records as they come, the network as it is known, and how the flow logs get on.

The rooms that read these do not know alerts: tui/cache/observing.py makes these values from theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from tui.flows.filter.model import Network
from tui.flows.filter.surroundings import Directory, NoDirectory
from tui.flows.source import FlowLogState, Records


class Called(Protocol):
    """What an address is called; `label` is '' when nobody knows."""

    @property
    def label(self) -> str:
        """The name to show."""


class Names(Protocol):
    """Who tells what an address is called: the inventory does."""

    def named(self, address: str, interface: str = "") -> Called:
        """What the interface that saw it would call it."""


class Aspect(StrEnum):
    """What of the network changed."""

    RULES = "rules"  # a security group, a network ACL, a route table or a prefix list of the reader's
    ENDPOINT = "endpoint"  # a VPC endpoint: its state, its policy, where it is, or that it is new or gone


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of one resource: it happened after `since` and was seen at `at`, both Unix seconds.

    `id` is the resource's, `name` its own, '' for none; `what` one sentence. `grave`: it works no more.
    """

    at: float
    since: float
    aspect: Aspect
    id: str
    name: str
    what: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A network interface as alerts name it; `vpc` is the id of its VPC."""

    label: str
    vpc: str = ""


@dataclass(frozen=True, eq=False)  # compared as the one it is: it stands for a whole inventory
class Known:
    """What is known of the network, the whole of it each time.

    `inside` are the networks of the VPCs and of their peers; empty: all private addresses count as own. `places` are
    interfaces by id, `services` the networks of AWS services that a gateway endpoint could carry (s3, dynamodb), and
    `gateways` the ids of those endpoints by VPC and service. `changes` are all that are remembered, oldest first.
    """

    names: Names | None = None
    directory: Directory = field(default_factory=NoDirectory)
    inside: tuple[Network, ...] = ()
    places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))
    vpcs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    services: tuple[tuple[Network, str], ...] = ()
    gateways: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    changes: tuple[Changed, ...] = ()


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Observation:
    """What one batch brought, or that time went on.

    `at` is the time of the data in Unix seconds: the batch's clock, which stands still or runs faster in a replay.
    `known` and `flow_logs` are None where nothing new was told. `answered`: the source could be asked. `catching_up`:
    the past is still being read, so alerts of it call nobody yet.
    """

    at: float
    records: tuple[Records, ...] = ()
    known: Known | None = None
    flow_logs: tuple[FlowLogState, ...] | None = None
    answered: bool = True
    catching_up: bool = False
