"""The Endpoints pane's answer: each endpoint's health, traffic and policy, what goes around, what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from tui.cache.carriage import EndpointRow, EndpointTable, Offer, Traffic
from tui.cache.carried import Carried, carried
from tui.cache.permitting import access_of
from tui.cache.rolling import Held
from tui.cache.view import Ask
from tui.network.clients import by_subnet, zone_of
from tui.network.health import Signal, health, is_gateway, service_of
from tui.network.health_routes import prefix_list_of
from tui.network.inventory import Inventory
from tui.network.rules import Endpoint
from tui.network.service import Connection

NO_LOG = "no flow log tells of its network interfaces"
NO_LOG_AROUND = "no flow log tells of a subnet that is led to it"
NO_RECORDS = "no flow records yet"


def endpoints(held: Held, ask: Ask) -> EndpointTable:
    """The table, by what the ask's inventory knows; one that waits while there is no inventory."""
    inventory = ask.names
    if not isinstance(inventory, Inventory):
        return EndpointTable()
    if not inventory.has("endpoints"):
        is_denied = any("DescribeVpcEndpoints" in each for each in inventory.missing)
        return EndpointTable(is_waiting=not is_denied, missing=inventory.missing, trouble=inventory.trouble)
    told = carried(held, ask, inventory)
    rows = tuple(
        _row(inventory, endpoint, signals, told)
        for endpoint, signals in zip(inventory.endpoints, _healths(inventory), strict=True)
    )
    return EndpointTable(
        rows=rows,
        bypasses=told.bypasses,
        offers=_offers(inventory),
        is_known=True,
        is_waiting=False,
        missing=inventory.missing,
        trouble=inventory.trouble,
        names=_names(inventory),
        since=told.since,
        newest=told.newest,
        is_partial=told.is_partial,
    )


def _row(inventory: Inventory, endpoint: Endpoint, signals: tuple[Signal, ...], told: Carried) -> EndpointRow:
    traffic, unseen = _traffic(inventory, endpoint, told)
    access, zones = access_of(endpoint, service_of(inventory, endpoint)), _zones(inventory, endpoint)
    return EndpointRow(endpoint, signals, traffic, unseen, access, zones, _listed(inventory, endpoint))


def _listed(inventory: Inventory, endpoint: Endpoint) -> str:
    """The prefix list of a gateway endpoint, and how much it holds."""
    listed = prefix_list_of(inventory, endpoint) if is_gateway(endpoint) else None
    if listed is None:
        return ""
    networks = ", ".join(map(str, listed.networks[:6]))
    return f"{listed.id}: {networks}{' and more' if len(listed.networks) > 6 else ''}"


@lru_cache(2)
def _healths(inventory: Inventory) -> tuple[tuple[Signal, ...], ...]:
    """The signals of each endpoint, in the inventory's order: made once an inventory."""
    return tuple(health(inventory, endpoint) for endpoint in inventory.endpoints)


@lru_cache(2)
def _names(inventory: Inventory) -> Mapping[str, str]:
    """Names by id of what rows name."""
    found = [(each.id, each.name) for each in inventory.subnets]
    found += [(each.id, each.name) for each in inventory.route_tables]
    found += [(each.id, each.name) for each in inventory.vpcs]
    found += [(each.id, each.name) for each in inventory.groups]
    for each in inventory.interfaces:
        owner = inventory.owner(each.id)
        if owner is not None and owner.kind == "nat":
            found.append((owner.name, each.name))
    return MappingProxyType({one: name for one, name in found if one and name})


def _zones(inventory: Inventory, endpoint: Endpoint) -> tuple[str, ...]:
    return tuple(dict.fromkeys(zone for one in endpoint.subnets if (zone := zone_of(inventory, one))))


def _offers(inventory: Inventory) -> tuple[Offer, ...]:
    """The services the reader's account offers, with those who want to connect first."""
    by_service: dict[str, list[Connection]] = {}
    for each in inventory.connections:
        by_service.setdefault(each.service, []).append(each)
    return tuple(
        Offer(service, tuple(sorted(by_service.get(service.id, ()), key=_wants)))
        for service in inventory.owned_services
    )


def _wants(connection: Connection) -> tuple[bool, bool, str]:
    """Who waits to be accepted comes first, then who is connected."""
    state = connection.state.lower()
    return state != "pendingacceptance", state != "available", connection.endpoint


def _traffic(inventory: Inventory, endpoint: Endpoint, told: Carried) -> tuple[Traffic | None, str]:
    """What it carries, and why that is not known."""
    found = told.traffic.get(endpoint.id)
    if told.since is None:
        return None, NO_RECORDS
    return (
        _by_routes(inventory, endpoint, told, found) if is_gateway(endpoint) else _by_interfaces(endpoint, told, found)
    )


def _by_interfaces(endpoint: Endpoint, told: Carried, found: Traffic | None) -> tuple[Traffic | None, str]:
    """Whole where all of its interfaces are logged; at least so much where some are, or only its clients'."""
    logged = sum(one in told.seen for one in endpoint.interfaces)
    if found is None and not logged:
        return None, NO_LOG
    found = found or Traffic(is_partial=told.is_partial, is_rate_partial=told.is_rate_partial)
    return (found if logged == len(endpoint.interfaces) else _partly(found)), ""


def _by_routes(
    inventory: Inventory, endpoint: Endpoint, told: Carried, found: Traffic | None
) -> tuple[Traffic | None, str]:
    """Whole where each subnet that is led to it, and has clients, is logged at all."""
    subnets = [
        one
        for one in by_subnet(inventory, endpoint.vpc)
        if (table := inventory.route_table_of(one)) is not None and table.id in endpoint.route_tables
    ]
    logged = _logged(inventory, told.seen)
    seen = [one for one in subnets if one in logged]
    if found is None and not seen:
        return None, NO_LOG_AROUND
    found = found or Traffic(is_partial=told.is_partial, is_rate_partial=told.is_rate_partial)
    return (found if len(seen) == len(subnets) else _partly(found)), ""


@lru_cache(8)
def _logged(inventory: Inventory, seen: frozenset[str]) -> frozenset[str]:
    """The subnets of which any interface is told."""
    interfaces = (inventory.interface(one) for one in seen)
    return frozenset(each.subnet for each in interfaces if each is not None)


def _partly(traffic: Traffic) -> Traffic:
    return replace(traffic, is_partial=True, is_rate_partial=True)
