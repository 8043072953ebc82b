"""The filters of Describe calls: which there are, and those that moto does not know.

Each operation's own documentation, which botocore carries, lists its filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from moto.core.utils import get_service_model
from moto.ec2.exceptions import EC2ClientError

_LISTED = re.compile(r"<li> <p> <code>([\w.:-]+)</code>")

Values = Callable[[Any], Iterable[Any]]


def _addresses(eni: Any) -> list[str]:
    return [address["PrivateIpAddress"] for address in eni.private_ip_addresses]


# What moto cannot filter by, and how an item tells it.
OURS: dict[str, dict[str, Values]] = {
    "DescribeFlowLogs": {"deliver-log-status": lambda log: [log.deliver_logs_status]},
    "DescribeVpcEndpoints": {
        "vpc-endpoint-id": lambda endpoint: [endpoint.id],
        "ip-address-type": lambda endpoint: [getattr(endpoint, "ip_address_type", None) or "ipv4"],
        "service-region": lambda endpoint: [endpoint.ec2_backend.region_name],
    },
    "DescribeVpcEndpointConnections": {
        "service-id": lambda connection: [connection["ServiceId"]],
        "vpc-endpoint-id": lambda connection: [connection["VpcEndpointId"]],
        "vpc-endpoint-owner": lambda connection: [connection["VpcEndpointOwner"]],
        "vpc-endpoint-state": lambda connection: [connection["VpcEndpointState"]],
    },
    "DescribeVpcEndpointServiceConfigurations": {
        "service-id": lambda service: [service.id],
        "service-name": lambda service: [service.service_name],
        "service-state": lambda service: [service.service_state],
    },
    "DescribeNetworkInterfaces": {
        "requester-id": lambda eni: [eni.requester_id],
        "addresses.private-ip-address": _addresses,
        "association.public-ip": lambda eni: [eni.public_ip],
        "addresses.association.public-ip": lambda eni: [eni.public_ip],
        "ipv6-addresses.ipv6-address": lambda eni: eni.ipv6_addresses,
        "attachment.status": lambda eni: [eni.attachment.status] if eni.attachment else [],
        "availability-zone-id": lambda eni: [eni.subnet.availability_zone_id],
    },
    "DescribeRouteTables": {
        "route.destination-prefix-list-id": lambda table: [
            route.destination_prefix_list_id
            for route in table._routes.values()  # noqa: SLF001 - moto has no other door
        ],
    },
    "DescribeNatGateways": {"tag-key": lambda gateway: [tag["key"] for tag in gateway.get_tags()]},
    "DescribeNetworkAcls": {"network-acl-id": lambda acl: [acl.id]},
    "DescribePrefixLists": {
        "prefix-list-id": lambda prefixes: [prefixes.id],
        "prefix-list-name": lambda prefixes: [prefixes.prefix_list_name],
    },
    "DescribeManagedPrefixLists": {
        "prefix-list-id": lambda prefixes: [prefixes.id],
        "prefix-list-name": lambda prefixes: [prefixes.prefix_list_name],
        "owner-id": lambda prefixes: [prefixes.owner_id],
    },
    "DescribeTransitGatewayAttachments": {
        "transit-gateway-attachment-id": lambda attachment: [attachment.id],
        "state": lambda attachment: [attachment.state],
    },
}


@cache
def listed(action: str) -> frozenset[str]:
    """The filters an operation has; none if its documentation lists none."""
    shape = get_service_model("ec2").operation_model(action).input_shape
    documented = shape and (shape.members.get("Filters") or shape.members.get("Filter"))
    return frozenset(_LISTED.findall(documented.documentation)) if documented else frozenset()


def take_ours(action: str, parameters: dict[str, Any]) -> dict[str, list[str]]:
    """Take out of the parameters the filters that are ours to apply.

    Raises:
        EC2ClientError: there is no such filter.
    """
    name = "Filters" if "Filters" in parameters else "Filter"
    asked = parameters.get(name) or []
    known, ours = listed(action), OURS.get(action, {})
    for one in asked:
        plain = str(one.get("Name", ""))
        if (
            known
            and plain not in known
            and not (plain.startswith("tag:") and known & {"tag", "tag-key"})
            and plain not in ours
        ):
            raise EC2ClientError("InvalidParameterValue", f"The filter '{plain}' is invalid")
    if any(one.get("Name") in ours for one in asked):
        parameters[name] = [one for one in asked if one.get("Name") not in ours]
    return {one["Name"]: one.get("Values") or [] for one in asked if one.get("Name") in ours}


def passing(action: str, wanted: dict[str, list[str]], items: list[Any]) -> list[Any]:
    """The items that pass the filters taken out."""
    for name, patterns in wanted.items():
        values_of = OURS[action][name]
        items = [
            item
            for item in items
            if any(fnmatchcase(str(value), pattern) for value in values_of(item) for pattern in patterns)
        ]
    return items
