"""What was planted, as frozen values with the ids that EC2 gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet; `az_id` is the zone's id (`euw1-az3`), which flow records carry, not its name."""

    name: str
    id: str
    vpc_id: str
    cidr: str
    az_id: str
    acl_id: str
    route_table_id: str


@dataclass(frozen=True, slots=True)
class Interface:
    """One network interface and what flow records say about it.

    `instance_id`, `code` (the `interface-type` field) and the tags are `-` where Amazon writes `-`;
    `account_id` is `unknown` where the record's account-id is. `address6` and `public` are "" for none.
    """

    name: str
    id: str
    kind: str
    subnet: Subnet
    address: str
    address6: str
    public: str
    account_id: str
    instance_id: str
    code: str
    interface_tag: str
    instance_tag: str


@dataclass(frozen=True, slots=True)
class FlowLog:
    """One flow log: where its records go and what they look like.

    `fields` are the names of the log format in order; `version` the highest version among them;
    `interval` the MaxAggregationInterval in seconds, 60 or 600.
    """

    id: str
    resource_id: str
    group: str
    fields: tuple[str, ...]
    version: int
    interval: int

    @property
    def log_format(self) -> str:
        """The LogFormat that DescribeFlowLogs returns."""
        return " ".join(f"${{{field}}}" for field in self.fields)


@dataclass(frozen=True, slots=True)
class Topology:
    """The planted world. Mappings go from the names of the blueprint to ids or values.

    `scope` is the VPC that the demo opens.
    """

    account: str
    region: str
    seed: int
    scope: str
    vpcs: Mapping[str, str]
    subnets: Mapping[str, Subnet]
    interfaces: Mapping[str, Interface]
    acls: Mapping[str, str]
    route_tables: Mapping[str, str]
    groups: Mapping[str, str]
    prefix_lists: Mapping[str, str]
    endpoints: Mapping[str, str]
    flow_logs: tuple[FlowLog, ...]

    def logs_of(self, interface: Interface) -> tuple[FlowLog, ...]:
        """The flow logs that record this interface: its VPC's, its subnet's and its own."""
        resources = {interface.subnet.vpc_id, interface.subnet.id, interface.id}
        return tuple(log for log in self.flow_logs if log.resource_id in resources)
