"""What EC2 tells of endpoint services and of the connections to the reader's own, as values of tui.network.service.

Each function takes one item of a Describe answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tui.aws.inventory_place import Item, name_of, tags, text, texts
from tui.network.service import Connection, OwnedService, Service


def services(items: Iterable[Item]) -> tuple[Service, ...]:
    """Items of DescribeVpcEndpointServices, by name: of S3 there are two, one for each type of endpoint."""
    found: dict[str, Service] = {}
    for item in items:
        new = _service(item)
        if new.name:
            found[new.name] = _both(found[new.name], new) if new.name in found else new
    return tuple(found[name] for name in sorted(found))


def _service(item: Item) -> Service:
    alone = (text(item, "PrivateDnsName"),) if item.get("PrivateDnsName") else ()
    return Service(
        name=text(item, "ServiceName"),
        kinds=texts(item, "ServiceType", "ServiceType"),
        owner=text(item, "Owner"),
        takes_policy=_flag(item, "VpcEndpointPolicySupported"),
        acceptance_required=_flag(item, "AcceptanceRequired"),
        zones=tuple(sorted(texts(item, "AvailabilityZones"))),
        private_names=texts(item, "PrivateDnsNames", "PrivateDnsName") or alone,
        address_types=texts(item, "SupportedIpAddressTypes"),
    )


def _both(one: Service, other: Service) -> Service:
    """A service that was told twice: what either takes, it takes."""
    return Service(
        one.name,
        tuple(sorted({*one.kinds, *other.kinds})),
        one.owner or other.owner,
        _either(one.takes_policy, other.takes_policy),
        _either(one.acceptance_required, other.acceptance_required),
        tuple(sorted({*one.zones, *other.zones})),
        tuple(dict.fromkeys((*one.private_names, *other.private_names))),
        tuple(sorted({*one.address_types, *other.address_types})),
    )


def _either(one: bool | None, other: bool | None) -> bool | None:
    told = [each for each in (one, other) if each is not None]
    return any(told) if told else None


def owned_service(item: Item) -> OwnedService:
    """An item of DescribeVpcEndpointServiceConfigurations."""
    mine = tags(item)
    return OwnedService(
        id=text(item, "ServiceId"),
        service=text(item, "ServiceName"),
        name=name_of(mine),
        state=state_of(item, "ServiceState"),
        kinds=texts(item, "ServiceType", "ServiceType"),
        acceptance_required=item.get("AcceptanceRequired") is True,
        zones=tuple(sorted(texts(item, "AvailabilityZones"))),
        load_balancers=_balancers(item),
        private_name=text(item, "PrivateDnsName"),
        tags=mine,
    )


def connection(item: Item) -> Connection:
    """An item of DescribeVpcEndpointConnections."""
    created = item.get("CreationTimestamp")
    return Connection(
        service=text(item, "ServiceId"),
        endpoint=text(item, "VpcEndpointId"),
        owner=text(item, "VpcEndpointOwner"),
        state=state_of(item, "VpcEndpointState"),
        created=created.timestamp() if isinstance(created, datetime) else None,
        load_balancers=_balancers(item),
    )


def state_of(item: Item, key: str) -> str:
    """A state in lower camel case: the wire spells it so or in upper, and the model of the API again otherwise."""
    told = text(item, key)
    return told[:1].lower() + told[1:]


def _balancers(item: Item) -> tuple[str, ...]:
    return (*texts(item, "NetworkLoadBalancerArns"), *texts(item, "GatewayLoadBalancerArns"))


def _flag(item: Item, key: str) -> bool | None:
    told: Any = item.get(key)
    return told if isinstance(told, bool) else None
