"""Which kinds of addresses and DNS records an endpoint can have, by its service and its subnets.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointIpAddressType.html,
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointDnsRecordIpType.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.network.clients import listed, named_subnet
from tui.network.health import ENDED, kind_of, service_of
from tui.network.rules import Endpoint

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

IP_TYPES = ("ipv4", "ipv6", "dualstack")
# Each kind of record, with the types of addresses that it goes with.
RECORDS = {
    "ipv4": ("ipv4", "dualstack"),
    "ipv6": ("ipv6", "dualstack"),
    "dualstack": ("dualstack",),
    "service-defined": ("dualstack",),
}
_NEEDS = {"ipv4": {4}, "ipv6": {6}, "dualstack": {4, 6}}  # versions of IP that each subnet has to have


def ip_types(inventory: Inventory, endpoint: Endpoint) -> tuple[str, ...]:
    """The types that its service can be reached by; all where AWS has not told."""
    service = service_of(inventory, endpoint)
    told = set(service.address_types) if service is not None else set()
    if not told:
        return IP_TYPES
    return tuple(each for each in IP_TYPES if each in told or (each == "dualstack" and {"ipv4", "ipv6"} <= told))


def has_resolver_choice(endpoint: Endpoint) -> bool:
    """Whether private DNS may be for inbound Resolver endpoints only: where there are gateway endpoints too.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html
    """
    return kind_of(endpoint) == "Interface" and endpoint.short == "s3"


def refused(after: Endpoint, inventory: Inventory) -> Iterator[str]:
    """What AWS would not take of the addresses and DNS options of an endpoint, a sentence each."""
    ip_type, record = after.address_type.lower(), after.dns_record.lower()
    if ip_type and ip_type not in ip_types(inventory, after):
        yield f"{after.short} cannot be reached by {ip_type}, but by {listed(ip_types(inventory, after))}."
    yield from _subnets(after, ip_type, inventory)
    if ip_type and ip_type not in RECORDS.get(record, (ip_type,)):
        yield f"DNS records of type {record} go with {listed(RECORDS[record])}, not with {ip_type}."
    if after.resolvers_only is None:
        return
    if not has_resolver_choice(after):
        if after.resolvers_only:
            yield f"{after.short} has no gateway endpoints: private DNS cannot be for inbound Resolver endpoints only."
    elif after.resolvers_only and not any(
        each.vpc == after.vpc
        and each.service == after.service
        and kind_of(each) == "Gateway"
        and each.state.lower() not in ENDED | {"deleting"}
        for each in inventory.endpoints
    ):
        yield (
            f"{after.vpc} has no gateway endpoint for {after.short}: private DNS for inbound Resolver endpoints only needs "
            "one (PrivateDnsOnlyForInboundResolverEndpoint)."
        )


def _subnets(after: Endpoint, ip_type: str, inventory: Inventory) -> Iterator[str]:
    """Subnets that lack a kind of address, or that have one too many: ipv6 is for subnets that are IPv6 only."""
    if ip_type not in _NEEDS:
        return
    lacking, mixed = [], []
    for one in after.subnets:
        found = inventory.index.subnets.get(one)
        if found is None or not found.networks:
            continue
        versions = {each.version for each in found.networks}
        if not _NEEDS[ip_type] <= versions:
            lacking.append(one)
        elif ip_type == "ipv6" and versions != {6}:
            mixed.append(one)
    if lacking:
        what = "both IPv4 and IPv6 ranges" if ip_type == "dualstack" else f"an {ip_type.replace('ip', 'IP')} range"
        yield f"{listed(named_subnet(inventory, one) for one in lacking)}: {ip_type} needs {what} in each subnet."
    if mixed:
        yield f"{listed(named_subnet(inventory, one) for one in mixed)}: ipv6 is for subnets that are IPv6 only."
