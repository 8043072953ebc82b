"""What a scope argument names: a VPC, subnet, interface, instance, endpoint or Name tag, and the interfaces in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tui.aws.session import Clients
from tui.flows.clean import clean
from tui.flows.source import SourceError


@dataclass(frozen=True, slots=True)
class Reach:
    """The resources a scope is about.

    `covering`: a flow log on one of these tells about the scope; `within`: it tells about nothing else.
    `interfaces` are the ENIs in scope, None when records cannot be told apart by ENI (a transit gateway).
    `kind` is the flow-log resource type, for the command that would create one.
    """

    text: str
    kind: str
    ids: tuple[str, ...]
    covering: frozenset[str]
    within: frozenset[str]
    interfaces: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Interface:
    id: str
    subnet: str
    vpc: str


def reach_of(scope: str, clients: Clients) -> Reach:
    """Look a scope up.

    Raises:
        SourceError: there is no such resource, several have that name, or a call was refused.
    """
    kind, dash, rest = scope.partition("-")
    look_up = _BY_PREFIX.get(kind) if dash and rest.isalnum() else None
    if look_up:
        return look_up(scope, clients)
    if dash and rest.isalnum() and kind in _BY_ID:
        return Reach(scope, _BY_ID[kind], (scope,), frozenset({scope}), frozenset({scope}), None)
    return _named(scope, clients)


def _vpc(vpc: str, clients: Clients) -> Reach:
    found = _one(_list(clients, "DescribeVpcs", "Vpcs", "vpc-id", [vpc]), vpc, clients)
    subnets = {s["SubnetId"] for s in _list(clients, "DescribeSubnets", "Subnets", "vpc-id", [vpc])}
    interfaces = {each.id for each in _interfaces(clients, "vpc-id", [vpc])}
    everything = frozenset({vpc} | subnets | interfaces)
    return Reach(_with_name(vpc, found), "VPC", (vpc,), everything, everything, frozenset(interfaces))


def _subnet(subnet: str, clients: Clients) -> Reach:
    found = _one(_list(clients, "DescribeSubnets", "Subnets", "subnet-id", [subnet]), subnet, clients)
    interfaces = frozenset(each.id for each in _interfaces(clients, "subnet-id", [subnet]))
    within = interfaces | {subnet}
    text = _with_name(subnet, found)
    return Reach(text, "Subnet", (subnet,), within | {str(found.get("VpcId"))}, within, interfaces)


def _interface(interface: str, clients: Clients) -> Reach:
    found = list(_interfaces(clients, "network-interface-id", [interface]))
    _one(found, interface, clients)
    return _of_interfaces(interface, found)


def _instance(instance: str, clients: Clients) -> Reach:
    interfaces = list(_interfaces(clients, "attachment.instance-id", [instance]))
    reservations = _list(clients, "DescribeInstances", "Reservations", "instance-id", [instance])
    instances = [each for reservation in reservations for each in reservation.get("Instances") or ()]
    found = _one(instances, instance, clients)
    if not interfaces:
        raise _wrong(f"{instance} has no network interface now", "a terminated instance has none; give its VPC instead")
    return _of_interfaces(_with_name(instance, found), interfaces)


def _endpoint(endpoint: str, clients: Clients) -> Reach:
    endpoints = _list(clients, "DescribeVpcEndpoints", "VpcEndpoints", "vpc-endpoint-id", [endpoint])
    found = _one(endpoints, endpoint, clients)
    ids = [str(each) for each in found.get("NetworkInterfaceIds") or ()]
    if not ids:
        hint = "the traffic of a gateway endpoint shows at the interfaces that use it; give the VPC or the instance"
        raise _wrong(f"{endpoint} has no network interface", hint)
    return _of_interfaces(_with_name(endpoint, found), list(_interfaces(clients, "network-interface-id", ids)))


_BY_PREFIX = {"vpc": _vpc, "subnet": _subnet, "eni": _interface, "i": _instance, "vpce": _endpoint}
# Known to DescribeFlowLogs as the resource of a flow log, or as the flow log itself.
_BY_ID = {"tgw": "TransitGateway", "fl": "VPC", "nat": "RegionalNatGateway"}


def _of_interfaces(text: str, found: list[_Interface]) -> Reach:
    ids = frozenset(each.id for each in found)
    above = {each.subnet for each in found} | {each.vpc for each in found}
    return Reach(text, "NetworkInterface", tuple(sorted(ids)), ids | above, ids, ids)


def _named(name: str, clients: Clients) -> Reach:
    """The one resource with this Name tag, or the load balancer of this name."""
    found: list[tuple[str, Callable[[str, Clients], Reach]]]
    found = [(each["VpcId"], _vpc) for each in _list(clients, "DescribeVpcs", "Vpcs", "tag:Name", [name])]
    found += [(each["SubnetId"], _subnet) for each in _list(clients, "DescribeSubnets", "Subnets", "tag:Name", [name])]
    for reservation in _list(clients, "DescribeInstances", "Reservations", "tag:Name", [name]):
        instances = reservation.get("Instances") or ()
        found += [(each["InstanceId"], _instance) for each in instances if _is_there(each)]
    if not found:
        found += [(each.id, _interface) for each in _interfaces(clients, "tag:Name", [name])]
    if len(found) > 1:
        ids = sorted(each for each, _ in found)
        shown = ", ".join(ids[:6]) + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")
        raise _wrong(f"{len(ids)} resources are named {name}: {shown}", "give the id of the one you mean, or several")
    if found:
        each, look_up = found[0]
        return look_up(each, clients)
    # The interfaces of a load balancer carry its name: https://docs.aws.amazon.com/elasticloadbalancing/
    descriptions = [f"ELB net/{name}/*", f"ELB app/{name}/*", f"ELB gwy/{name}/*", f"ELB {name}"]
    balancer = list(_interfaces(clients, "description", descriptions))
    if balancer:
        return _of_interfaces(f'load balancer "{clean(name, 64)}"', balancer)
    raise _wrong(
        f"nothing in {clients.region} is named {clean(name, 80)}",
        "give an id (vpc-… subnet-… eni-… i-…), a Name tag or a log group of this account and Region",
    )


def _is_there(instance: dict[str, Any]) -> bool:
    return (instance.get("State") or {}).get("Name") not in {"terminated", "shutting-down"}


def _list(clients: Clients, operation: str, key: str, name: str, values: list[str]) -> list[Any]:
    """What a Describe call finds by a filter: unlike an id parameter, it finds nothing without an error, and pages."""
    filters = [{"Name": name, "Values": values}]
    return list(clients.pages("ec2", operation, key, ", ".join(values[:3]), Filters=filters, MaxResults=1000))


def _interfaces(clients: Clients, name: str, values: list[str]) -> Iterable[_Interface]:
    for each in _list(clients, "DescribeNetworkInterfaces", "NetworkInterfaces", name, values):
        yield _Interface(
            str(each.get("NetworkInterfaceId")), str(each.get("SubnetId") or ""), str(each.get("VpcId") or "")
        )


def _one(found: list[Any], what: str, clients: Clients) -> Any:
    if not found:
        raise _wrong(f"{what} does not exist in {clients.region}", "check the id, --region and --profile")
    return found[0]


def _with_name(resource: str, found: dict[str, Any]) -> str:
    tags = {str(tag.get("Key")): str(tag.get("Value") or "") for tag in found.get("Tags") or ()}
    return f'{resource} "{clean(tags["Name"], 64)}"' if tags.get("Name") else resource


def _wrong(reason: str, hint: str) -> SourceError:
    return SourceError(reason, hint, fatal=True, exit_code=2)
