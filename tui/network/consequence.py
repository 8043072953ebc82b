"""What an order breaks, or may break: told before it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.network.order import (
    AnswerConnection,
    CreateEndpoint,
    DeleteEndpoint,
    ModifyEndpoint,
    Order,
    ResetToDefault,
    SetPolicy,
)
from tui.network.rules import Endpoint

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

# Default quotas: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
INTERFACES_PER_VPC, GATEWAYS_PER_REGION = 50, 20


def consequences(order: Order, inventory: Inventory) -> tuple[str, ...]:
    """A sentence for each; () where nothing is known to break. What the inventory has not read is not told of."""
    match order:
        case SetPolicy() | ResetToDefault():
            told = _of_policy()
        case DeleteEndpoint():
            told = _of_deletion(_endpoint(order.endpoint, inventory), order.endpoint)
        case ModifyEndpoint():
            told = _of_changes(order, _endpoint(order.endpoint, inventory))
        case CreateEndpoint():
            told = _of_creation(order, inventory)
        case AnswerConnection():
            told = _of_answer(order)
    return tuple(told)


def _endpoint(endpoint: str, inventory: Inventory) -> Endpoint | None:
    return next((each for each in inventory.endpoints if each.id == endpoint), None)


def _of_policy() -> Iterator[str]:
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    yield (
        "It is in effect some minutes later. No connection is dropped: each request is judged anew, also on those that "
        "are open."
    )


def _of_deletion(endpoint: Endpoint | None, name: str) -> Iterator[str]:
    if endpoint is None:
        yield "What it carries is dropped."
    elif endpoint.route_tables:
        yield (
            f"The routes to {endpoint.short} leave {_named(endpoint.route_tables, 'route table')}: traffic goes where "
            "their other routes lead, to a NAT gateway if there is one, or nowhere. Open connections are dropped."
        )
    else:
        where = _named(endpoint.interfaces, "network interface") if endpoint.interfaces else "its network interfaces"
        yield f"{where} {'goes' if len(endpoint.interfaces) == 1 else 'go'}, and every connection through it is dropped."
    if endpoint is not None and endpoint.private_dns:
        yield (
            f"Names of {endpoint.short} lead to its public addresses again: whoever has no way to the internet reaches it "
            "no more."
        )
    yield (
        f"Policies that name {name} (aws:SourceVpce), such as those of buckets, refuse who then comes another way. "
        "A new endpoint has another id."
    )


def _of_changes(order: ModifyEndpoint, endpoint: Endpoint | None) -> Iterator[str]:
    service = endpoint.short if endpoint is not None else "the service"
    if order.remove_subnets:
        yield f"Its interface in {_named(order.remove_subnets, 'subnet')} goes: connections through it are dropped."
        if endpoint is not None and not set(endpoint.subnets) - set(order.remove_subnets) and not order.add_subnets:
            yield "It is left without an interface: nobody reaches it."
    # https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    if order.add_route_tables:
        named = _named(order.add_route_tables, "route table")
        yield f"Open connections to {service} from subnets of {named} are dropped: their source address becomes another."
    if order.remove_route_tables:
        named = _named(order.remove_route_tables, "route table")
        yield f"Subnets of {named} reach {service} by their other routes or not at all; open connections are dropped."
    if order.remove_groups:
        yield f"Clients that only {_named(order.remove_groups, 'security group')} lets in are refused."
    if order.add_groups:
        yield f"Whoever {_named(order.add_groups, 'security group')} lets in reaches {service} too."
    if order.private_dns is True:
        yield f"Names of {service} lead to the endpoint, for all of the VPC: also for subnets that it does not let in."
    elif order.private_dns is False:
        yield f"Names of {service} lead to its public addresses again: whoever has no way to the internet fails."


def _of_creation(order: CreateEndpoint, inventory: Inventory) -> Iterator[str]:
    if order.kind.lower() == "gateway":
        if order.route_tables:
            named = _named(order.route_tables, "route table")
            yield f"Open connections to the service from subnets of {named} are dropped: their route becomes another."
        there = sum(each.kind.lower() == "gateway" for each in inventory.endpoints)
        yield from _quota(there, GATEWAYS_PER_REGION, "gateway endpoints of a Region")
    elif order.kind.lower() == "interface":
        yield "It is paid for by the hour in each Availability Zone, and by the gigabyte."
        if order.private_dns:
            yield "Names of the service lead to the endpoint, for all of the VPC: also for what its groups do not let in."
        of_vpc = [each.kind.lower() for each in inventory.endpoints if each.vpc == order.vpc]
        there = of_vpc.count("interface") + of_vpc.count("gatewayloadbalancer")
        yield from _quota(there, INTERFACES_PER_VPC, "interface and Gateway Load Balancer endpoints of a VPC")


def _quota(there: int, most: int, what: str) -> Iterator[str]:
    if there + 1 >= most:
        yield f"There are {there} already; the quota is {most} {what}, unless yours was raised."


def _of_answer(order: AnswerConnection) -> Iterator[str]:
    if order.accept:
        yield f"Whoever owns {order.endpoint} can open connections to the service."
    else:
        yield f"{order.endpoint} can open no connections to the service, and open ones are dropped."


def _named(ids: tuple[str, ...], what: str) -> str:
    """`route table rtb-1`, `3 route tables (rtb-1, rtb-2, rtb-3)`."""
    if len(ids) == 1:
        return f"{what} {ids[0]}"
    told = ", ".join(ids[:4]) + (", …" if len(ids) > 4 else "")
    return f"{len(ids)} {what}s ({told})"
