"""What AWS would not take of an order, said before it is asked, by what the inventory says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.network import order_addressing as addressing
from tui.network.clients import listed, named_subnet, named_table
from tui.network.consequence import as_changed, to_be
from tui.network.health import KINDS, kind_of
from tui.network.order import AnswerConnection, CreateEndpoint, DeleteEndpoint, ModifyEndpoint, Order
from tui.network.rules import Endpoint

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

# https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: "Amazon S3 and DynamoDB"; where
# DescribeVpcEndpointServices told the types of a service, those count.
_BY_GATEWAY = re.compile(r"(cn\.)?com\.amazonaws\.[a-z0-9-]+\.(s3|dynamodb|s3express)")
_GONE = frozenset({"deleting", "deleted"})
_TAG_LONGEST = 256  # https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices


def refusals(order: Order, inventory: Inventory) -> tuple[str, ...]:
    """A sentence each; empty where nothing is known to stand against it, which is no promise that AWS takes it."""
    match order:
        case CreateEndpoint():
            return tuple(_created(order, inventory))
        case ModifyEndpoint():
            return tuple(_modified(order, inventory))
        case DeleteEndpoint():
            return tuple(_of_others(order.endpoint, inventory))
        case AnswerConnection():
            return tuple(_answered(order, inventory))
    return ()


def unready(order: Order, inventory: Inventory) -> tuple[str, ...]:
    """Why an order is none yet, a sentence each: something is not chosen, or nothing would be different."""
    match order:
        case CreateEndpoint():
            return (
                *(() if order.vpc else ("Choose a VPC.",)),
                *(() if order.service else ("Choose a service, or write its name: kms, com.amazonaws.REGION.NAME.",)),
            )
        case ModifyEndpoint():
            before = next((each for each in inventory.endpoints if each.id == order.endpoint), None)
            return ("Nothing is different.",) if before is not None and as_changed(order, before) == before else ()
    return ()


def takes(inventory: Inventory, service: str) -> tuple[str, ...]:
    """The types of endpoint that a service takes, as AWS told or as its name says."""
    found = next((each for each in inventory.services if each.name == service), None)
    if found is not None and found.kinds:
        return found.kinds
    if "vpce-svc-" in service:  # somebody's own, behind whichever load balancer
        return ("Interface", "GatewayLoadBalancer")
    return ("Gateway", "Interface") if _BY_GATEWAY.fullmatch(service) else ("Interface",)


def _created(order: CreateEndpoint, inventory: Inventory) -> Iterator[str]:
    if unready(order, inventory):
        return
    kinds = takes(inventory, order.service)
    if order.kind not in kinds and order.kind in KINDS[:3]:
        yield f"{order.service} takes endpoints of type {listed(kinds)}, not {order.kind}."
    new = to_be(order, inventory)
    yield from _places(new, inventory)
    yield from _routed_already(new, new.route_tables, inventory)
    if order.private_dns:
        yield from _named_already(new, inventory)
        yield from _unresolved(new, inventory)
    yield from addressing.refused(new, inventory)
    if order.region and order.region != inventory.region and order.kind != "Interface":
        # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
        yield f"Only interface endpoints lead to a service of another Region ({order.region})."
    if len(order.name) > _TAG_LONGEST:
        yield f"A name has {_TAG_LONGEST} characters at most."
    if order.name.lower().startswith("aws:"):  # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
        yield "A name may not begin with aws:."


def _modified(order: ModifyEndpoint, inventory: Inventory) -> Iterator[str]:
    yield from _of_others(order.endpoint, inventory)
    before = next((each for each in inventory.endpoints if each.id == order.endpoint), None)
    if before is None:
        return
    after = as_changed(order, before)
    yield from _places(after, inventory)
    yield from _routed_already(after, order.add_route_tables, inventory)
    if before.groups and not after.groups:
        yield "An endpoint with interfaces has at least one security group."
    if (order.ip_type, order.dns_record, order.resolvers_only) != ("", "", None) or order.add_subnets:
        yield from addressing.refused(after, inventory)
    if order.private_dns and not before.private_dns:
        yield from _named_already(after, inventory)
        yield from _unresolved(after, inventory)


def _of_others(endpoint: str, inventory: Inventory) -> Iterator[str]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html: RequesterManaged, State, OwnerId."""
    found = next((each for each in inventory.endpoints if each.id == endpoint), None)
    if found is None:
        if inventory.has("endpoints"):
            yield f"There is no endpoint {endpoint}."
        return
    if found.requester_managed:
        yield "A service of AWS made it and manages it (RequesterManaged): it is changed and deleted there."
    if found.state.lower() in _GONE:
        yield f"It is {found.state}."
    if found.account and inventory.account and found.account != inventory.account:
        yield f"It belongs to account {found.account}, not to {inventory.account}."


def _places(after: Endpoint, inventory: Inventory) -> Iterator[str]:
    """One subnet a zone, of the endpoint's VPC, in a zone where the service is.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html: "one subnet per Availability Zone"
    """
    by_zone: dict[str, list[str]] = defaultdict(list)
    for one in after.subnets:
        found = inventory.index.subnets.get(one)
        if found is not None:
            by_zone[found.az or found.az_id].append(one)
            if found.vpc and found.vpc != after.vpc:
                yield f"{one} is in {found.vpc}, not in {after.vpc}."
    for zone, subnets in sorted(by_zone.items()):
        if zone and len(subnets) > 1:
            yield f"{listed(named_subnet(inventory, one) for one in subnets)} are both in {zone}: one subnet a zone."
    service = next((each for each in inventory.services if each.name == after.service), None)
    if service is not None and service.zones:
        without = sorted(zone for zone in by_zone if zone and zone not in service.zones)
        known = any(zone in service.zones for zone in {each.az for each in inventory.subnets})
        if without and known:  # else the zones are told in other words than the subnets'
            yield f"{after.short} is not offered in {listed(without)}."
    if kind_of(after) == "GatewayLoadBalancer" and len(after.subnets) > 1:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
        yield "A Gateway Load Balancer endpoint has one subnet."


def _routed_already(after: Endpoint, added: tuple[str, ...], inventory: Inventory) -> Iterator[str]:
    """One gateway endpoint a service and route table: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html."""
    if added and kind_of(after) != "Gateway":
        yield f"Route tables are for gateway endpoints, not for those of type {after.kind}."
        return
    tables = {each.id: each for each in inventory.route_tables}
    for one in added:
        if one in tables and tables[one].vpc not in {"", after.vpc}:
            yield f"{named_table(inventory, one)} is of {tables[one].vpc}, not of {after.vpc}."
    for other in inventory.endpoints:
        shared = [one for one in added if one in other.route_tables]
        if other.id != after.id and shared and other.service == after.service and other.state.lower() not in _GONE:
            names = listed(named_table(inventory, one) for one in shared)
            yield f"{names} leads {after.short} to {other.id} already: one endpoint a service in a route table."


def _named_already(after: Endpoint, inventory: Inventory) -> Iterator[str]:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html, "Private DNS names"."""
    if kind_of(after) != "Interface":
        yield f"Private DNS is for interface endpoints, not for those of type {after.kind}."
        return
    service = next((each for each in inventory.services if each.name == after.service), None)
    if service is not None and service.zones and not service.private_names:
        yield f"{after.short} has no private DNS name."
    for other in inventory.endpoints:
        same = other.vpc == after.vpc and other.service == after.service and other.id != after.id
        if same and other.private_dns and other.state.lower() not in _GONE:
            yield f"{other.id} answers to the same name in {after.vpc}: private DNS is for one endpoint of a service."


def _unresolved(after: Endpoint, inventory: Inventory) -> Iterator[str]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html, PrivateDnsEnabled."""
    found = inventory.dns_of(after.vpc)
    if found is not None and found.off:
        yield (
            f"{listed(found.off)} of {after.vpc} {'is' if len(found.off) == 1 else 'are'} off: private DNS needs both "
            "enableDnsSupport and enableDnsHostnames (aws ec2 modify-vpc-attribute)."
        )


def _answered(order: AnswerConnection, inventory: Inventory) -> Iterator[str]:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests."""
    for each in inventory.connections:
        if (each.service, each.endpoint) == (order.service, order.endpoint):
            state = each.state.lower()
            if state in ({"available", "pending"} if order.accept else {"rejected"}):
                yield f"It is {each.state} already."
            elif state in {"deleting", "deleted", "expired", "failed"}:
                yield f"It is {each.state}: its owner has to make another."
