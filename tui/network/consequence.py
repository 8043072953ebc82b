"""What an order breaks or brings, in sentences, by what the inventory says: who is cut off, and where traffic goes then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.network import consequence_inside as inside
from tui.network import consequence_routes as routes
from tui.network.clients import listed
from tui.network.health import kind_of
from tui.network.order import (
    AnswerConnection,
    CreateEndpoint,
    DeleteEndpoint,
    ModifyEndpoint,
    Order,
    ResetToDefault,
    SetPolicy,
)
from tui.network.quota import told_quota
from tui.network.rules import Endpoint

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

_TO_BE = ("eni-to-be-made",)  # what is asked of an endpoint with interfaces is asked of one that will have them

# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
_JUDGED_ANEW = "It is in effect some minutes later. No connection is dropped: each request is judged anew, also on those that are open."


def consequences(order: Order, inventory: Inventory) -> tuple[str, ...]:
    """A sentence each, the worst first where that can be told; of policies the difference is told elsewhere.

    Takes time with the number of interfaces: not for the thread of a screen.
    """
    match order:
        case CreateEndpoint():
            return tuple(_created(order, inventory))
        case ModifyEndpoint() | DeleteEndpoint():
            before = next((each for each in inventory.endpoints if each.id == order.endpoint), None)
            if before is None:
                return (f"Not known: {order.endpoint} is not among the endpoints that were read.",)
            change = _modified if isinstance(order, ModifyEndpoint) else _deleted
            return tuple(change(order, before, inventory))  # type: ignore[arg-type]  # each gets its own kind of order
        case AnswerConnection():
            return tuple(_answered(order, inventory))
        case SetPolicy() | ResetToDefault():
            return (_JUDGED_ANEW,)
    return ()


def to_be(order: CreateEndpoint, inventory: Inventory) -> Endpoint:
    """The endpoint that an order would make; without security groups it gets the default one of its VPC.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """
    groups = order.groups
    if not groups and order.kind == "Interface":
        groups = tuple(each.id for each in inventory.groups if each.vpc == order.vpc and each.name == "default")
    return Endpoint(
        "", order.kind, order.service, order.vpc, "available", subnets=order.subnets, route_tables=order.route_tables,
        groups=groups, private_dns=order.private_dns, interfaces=_TO_BE if order.subnets else (), policy=order.policy,
        address_type=order.ip_type, dns_record=order.dns_record, resolvers_only=order.resolvers_only,
        region=order.region if order.region != inventory.region else "",
    )  # fmt: skip


def as_changed(order: ModifyEndpoint, before: Endpoint) -> Endpoint:
    """The endpoint as an order would leave it."""

    def changed(held: tuple[str, ...], added: tuple[str, ...], removed: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for each in (*held, *added) if each not in removed))

    return replace(
        before,
        subnets=changed(before.subnets, order.add_subnets, order.remove_subnets),
        route_tables=changed(before.route_tables, order.add_route_tables, order.remove_route_tables),
        groups=changed(before.groups, order.add_groups, order.remove_groups),
        private_dns=before.private_dns if order.private_dns is None else order.private_dns,
        address_type=order.ip_type or before.address_type,
        dns_record=order.dns_record or before.dns_record,
        resolvers_only=before.resolvers_only if order.resolvers_only is None else order.resolvers_only,
    )


def _created(order: CreateEndpoint, inventory: Inventory) -> Iterator[str]:
    new = to_be(order, inventory)
    if quota := told_quota(inventory, new):
        yield quota
    if kind_of(new) == "Gateway":
        if not new.route_tables:
            yield "Nothing goes through it until a route table is associated with it."
        yield from routes.joined(inventory, new, new.route_tables)
        return
    if not new.subnets:
        yield "Nothing can reach it until it has an interface in a subnet."
    if new.private_dns:
        yield from inside.named(inventory, new)
        yield from inside.resolving(inventory, new)
    yield from inside.let_in(inventory, new)
    if kind_of(new) == "Interface" and not order.groups and new.subnets:
        yield f"No security group is chosen: it gets the default one of {new.vpc}."
    yield from inside.placed(inventory, new, new.subnets)
    yield from inside.zones(inventory, new)
    yield from inside.addressed(new)
    yield from inside.afar(new)
    yield from _accepted_by_owner(inventory, new)


def _accepted_by_owner(inventory: Inventory, new: Endpoint) -> Iterator[str]:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests."""
    service = next((each for each in inventory.services if each.name == new.service), None)
    if service is not None and service.acceptance_required:
        yield f"Nothing goes through it until the owner of the service{_by(service.owner)} accepts it."


def _by(owner: str) -> str:
    return f" ({owner})" if owner else ""


def _modified(order: ModifyEndpoint, before: Endpoint, inventory: Inventory) -> Iterator[str]:
    after = as_changed(order, before)
    yield from routes.left(inventory, before, order.remove_route_tables)
    yield from routes.joined(inventory, before, order.add_route_tables)
    if before.route_tables and not after.route_tables:
        yield "No route table is left: nothing goes through it then."
    yield from inside.withdrawn(inventory, before, order.remove_subnets) if order.remove_subnets else ()
    if before.subnets and not after.subnets:
        yield "No subnet is left: nothing can reach it then."
    if (after.private_dns, after.resolvers_only) != (before.private_dns, before.resolvers_only):
        if after.private_dns:
            yield from inside.named(inventory, after)
            yield from inside.resolving(inventory, after)
            yield from inside.let_in(inventory, after)
        elif before.private_dns:
            yield from inside.unnamed(inventory, before)
    if (after.address_type, after.dns_record) != (before.address_type, before.dns_record):
        yield from inside.addressed(after, before)
    if order.add_groups or order.remove_groups:
        yield from inside.regrouped(inventory, after)
    yield from inside.placed(inventory, after, order.add_subnets)
    if order.remove_subnets:
        kept = tuple(
            one
            for one in before.interfaces
            if (each := inventory.interface(one)) is not None and each.subnet in after.subnets
        )
        yield from inside.zones(inventory, replace(after, interfaces=kept))


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html, State: what was never there, or is no more
_IDLE = frozenset({"pendingacceptance", "rejected", "failed", "expired", "deleted"})


def _deleted(order: DeleteEndpoint, before: Endpoint, inventory: Inventory) -> Iterator[str]:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html, its neighbour gateway-endpoints.html."""
    del order
    if before.state.lower() in _IDLE:
        yield f"Nothing goes through it, for it is {before.state}: no connection drops."
    elif kind_of(before) == "Gateway":
        yield from routes.left(inventory, before, before.route_tables)
        if not before.route_tables:
            yield "No route table is associated with it: no connection drops."
    else:
        yield from inside.withdrawn(inventory, before, before.subnets)
        yield from inside.led_here(inventory, before)
        if before.private_dns:
            yield from inside.unnamed(inventory, before)
        if before.dns_names:
            yield f"Its own names go with it, such as {before.dns_names[0]}: what was given them finds nothing."
    yield from _named_in_policies(before, inventory)


def _named_in_policies(before: Endpoint, inventory: Inventory) -> Iterator[str]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcevpce."""
    yield (
        f"Bucket, key and other policies that name {before.id} (aws:SourceVpce) match nobody any more, and a new endpoint "
        "gets a new id. vpctop does not read those policies: look for the id in them first."
    )
    naming = [each.id for each in inventory.endpoints if each.id != before.id and before.id in each.policy]
    if naming:
        yield f"The policy of {listed(naming)} names it."


def _answered(order: AnswerConnection, inventory: Inventory) -> Iterator[str]:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests."""
    found = next((each for each in inventory.connections if (each.service, each.endpoint) == _key(order)), None)
    service = next((each for each in inventory.owned_services if each.id == order.service), None)
    what = f"{order.service} ({service.name})" if service and service.name else order.service
    whose = f"account {found.owner}" if found and found.owner else "its owner"
    balancers = found.load_balancers if found and found.load_balancers else service.load_balancers if service else ()
    behind = f", which leads to {listed(balancers, 2)}" if balancers else ""
    if order.accept:
        yield f"Everybody in {whose} who reaches {order.endpoint} can then connect to {what}{behind}."
    elif found is not None and found.state.lower() == "available":
        yield f"{order.endpoint} of {whose} is in use: it can no longer reach {what}."
    else:
        yield f"{order.endpoint} of {whose} is not connected to {what} and will not be; {whose} sees it as rejected."


def _key(order: AnswerConnection) -> tuple[str, str]:
    return order.service, order.endpoint
