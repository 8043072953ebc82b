"""Whether an endpoint with interfaces is reached: in every zone, by its security groups, under the service's name.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from tui.network.clients import by_zone, clients_of, listed, named_subnet, named_table, zone_of
from tui.network.health import Check, Severity, Signal, is_gateway, kind_of, service_of
from tui.network.prefix import Prefixes, read_address
from tui.network.rules import ANY, Endpoint, GroupRule, short_service

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

HTTPS, TCP = 443, 6
SETTLED = 120.0  # seconds after its creation in which an endpoint may be told before its interfaces are


def _interfaces(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    if not endpoint.interfaces:
        severity = Severity.NOTICE if endpoint.state.lower() == "pending" else Severity.FAILING
        if kind_of(endpoint) in {"Interface", "GatewayLoadBalancer"}:
            yield Signal(
                "no-interface",
                severity,
                "It has no network interface: nothing can reach it.",
                "add a subnet to it for every zone that has clients",
            )
        return
    fresh = endpoint.created is not None and inventory.read_at["interfaces"] < endpoint.created + SETTLED
    gone = [
        one
        for one in endpoint.interfaces
        if ((each := inventory.interface(one)) is None and not fresh) or (each is not None and each.gone is not None)
    ]
    if gone:
        text = f"Its network interface {listed(gone)} is not there."
        all_gone = len(gone) == len(endpoint.interfaces)
        yield Signal(
            "interface-gone",
            Severity.FAILING if all_gone else Severity.WARNING,
            text,
            "remove its subnet from the endpoint and add it again",
            tuple(gone),
        )
    held = {each.subnet for one in endpoint.interfaces if (each := inventory.interface(one)) is not None}
    bare = [one for one in endpoint.subnets if one not in held]
    if bare and not gone and not fresh:
        names = listed(named_subnet(inventory, one) for one in bare)
        yield Signal(
            "subnet-without-interface",
            Severity.WARNING,
            f"It has no network interface in {names}, which it is to be in.",
            "remove the subnet from the endpoint and add it again",
            tuple(bare),
        )


def zones_without(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    """The zones that have clients and none of its interfaces."""
    if kind_of(endpoint) != "Interface" or not endpoint.interfaces:
        return
    places = {zone_of(inventory, one) for one in endpoint.subnets}
    places |= {
        zone_of(inventory, each.subnet, each.az or each.az_id)
        for one in endpoint.interfaces
        if (each := inventory.interface(one)) is not None
    }
    bare = {zone: count for zone, count in sorted(by_zone(inventory, endpoint.vpc).items()) if zone not in places}
    if not bare or places <= {""}:
        return
    counted = listed(f"{zone} ({count} interface{'s' * (count != 1)})" for zone, count in bare.items())
    yield Signal(
        "zone-without-interface",
        Severity.NOTICE,
        f"It has no interface in {counted}: clients there cross zones, which is paid, and share the other zones' fate.",
        f"add a subnet of {listed(bare)}",
        tuple(bare),
    )


def admission(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    """Whether any client can come in: security groups only allow, and any rule of any group is enough."""
    if kind_of(endpoint) == "GatewayLoadBalancer" or not endpoint.interfaces:
        return  # those take no security group
    ids = endpoint.groups or tuple(
        dict.fromkeys(
            group
            for one in endpoint.interfaces
            if (each := inventory.interface(one)) is not None
            for group in each.groups
        )
    )
    groups = [inventory.group(one) for one in ids]
    known = [group for group in groups if group is not None]
    if not ids or len(known) < len(groups):
        lacking = listed(one for one, group in zip(ids, groups, strict=True) if group is None) or "its security groups"
        yield Signal(
            "groups-unknown",
            Severity.UNKNOWN,
            f"Not known: who may come in, for {lacking} {'is' if ids else 'are'} not told.",
        )
        return
    port = HTTPS if speaks_https(endpoint) else None
    rules = [rule for group in known for rule in group.rules if not rule.egress and _covers(rule, port)]
    what = f"tcp/{HTTPS}" if port else "TCP"
    said = listed(group.id + (f" ({group.name})" if group.name else "") for group in known)
    if not rules:
        yield Signal(
            "group-lets-nobody-in",
            Severity.FAILING,
            f"Its security group {said} lets nobody in on {what}: clients wait until they give up.",
            f"add a rule that lets the clients in on {what}",
            ids,
        )
        return
    yield from _subnets_let_in(inventory, endpoint, rules, said, what, ids)


def _subnets_let_in(
    inventory: Inventory, endpoint: Endpoint, rules: Sequence[GroupRule], said: str, what: str, ids: tuple[str, ...]
) -> Iterator[Signal]:
    """The subnets none of whose clients a rule lets in."""
    let_in = _let_in(inventory, endpoint.vpc, tuple(rules))
    out = [subnet for subnet, passes in let_in.items() if not passes]
    if not out:
        return
    whole = len(out) == len(let_in)
    names = listed(named_subnet(inventory, subnet) for subnet in sorted(out))
    yield Signal(
        "group-lets-nobody-in" if whole else "group-leaves-out",
        Severity.FAILING if whole else Severity.NOTICE,
        f"Its security group {said} lets no client in on {what}."
        if whole
        else f"Its security group {said} lets nobody of {names} in on {what}.",
        f"add a rule that lets them in on {what}, if they are to use it",
        (*ids, *sorted(out)),
    )


def speaks_https(endpoint: Endpoint) -> bool:
    """Whether its service is AWS's own, which is asked over HTTPS; mail is another matter, and so is what others offer."""
    own = endpoint.service.startswith(("com.amazonaws.", "cn.com.amazonaws.", "aws.api.", "api.aws."))
    short = short_service(endpoint.service)
    return own and not short.startswith(("vpce-svc-", "email-smtp", "elasticfilesystem")) and "vpce-svc-" not in short


def _covers(rule: GroupRule, port: int | None) -> bool:
    """Whether a rule is about TCP to the port, or to any."""
    if rule.number == ANY:
        return True
    return rule.number == TCP and (port is None or rule.first == ANY or rule.first <= port <= rule.last)


@lru_cache(64)  # endpoints share their groups, mostly
def _let_in(inventory: Inventory, vpc: str, rules: tuple[GroupRule, ...]) -> Mapping[str, bool]:
    """By subnet, whether a rule lets in any of its clients; what cannot be told counts as yes: no alarm is made of a guess."""
    listings = [inventory.prefix_list(rule.prefix_list) for rule in rules if rule.prefix_list]
    is_open = any(each is None or not each.networks for each in listings) or any(
        rule.network is None and not rule.peer_group and not rule.prefix_list for rule in rules
    )
    networks = [rule.network for rule in rules if rule.network is not None]
    networks += [network for each in listings if each is not None for network in each.networks]
    inside = Prefixes((network, True) for network in networks)
    groups = {rule.peer_group for rule in rules if rule.peer_group}
    found: dict[str, bool] = {}
    for each in clients_of(inventory, vpc):
        if not found.get(each.subnet):
            found[each.subnet] = (
                is_open
                or not groups.isdisjoint(each.groups)
                or any((parsed := read_address(one)) and inside.find(parsed) for one in each.addresses)
            )
    return MappingProxyType(found)


def _names(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    """Private DNS off, where the service has names of its own and nothing else in the VPC answers to them."""
    if endpoint.private_dns or kind_of(endpoint) != "Interface":
        return
    service = service_of(inventory, endpoint)
    others = [
        each
        for each in inventory.endpoints
        if each.vpc == endpoint.vpc and each.service == endpoint.service and each.id != endpoint.id
    ]
    if any(each.private_dns or is_gateway(each) for each in others):
        return
    if service is None:
        if speaks_https(endpoint):
            yield Signal(
                "private-dns",
                Severity.NOTICE,
                f"Private DNS is off: clients that use the usual name of {endpoint.short} go around it, if it has one.",
                "turn private DNS on, or give the clients the endpoint's own name",
            )
        return
    if service.private_names:
        yield Signal(
            "private-dns",
            Severity.WARNING,
            f"Private DNS is off: clients that use {listed(service.private_names, 2)} go around it.",
            "turn private DNS on, or give the clients the endpoint's own name",
        )


def _resolved(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    """Private DNS on, in a VPC whose DNS attributes leave it without effect.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html#prerequisites-interface-endpoints:
    "you must enable both DNS hostnames and DNS resolution for your VPC" to use private DNS.
    """
    if not endpoint.private_dns or kind_of(endpoint) != "Interface":
        return
    found = inventory.dns_of(endpoint.vpc)
    if found is not None and found.off:
        yield Signal(
            "vpc-dns",
            Severity.WARNING,
            f"Private DNS is on, but {listed(found.off)} of {endpoint.vpc} {'is' if len(found.off) == 1 else 'are'} off: "
            "names do not lead to it.",
            f"turn {listed(found.off)} on for {endpoint.vpc} (aws ec2 modify-vpc-attribute)",
            (endpoint.vpc,),
        )
    elif found is None or not found.is_whole:
        denied = any("DescribeVpcAttribute" in each for each in inventory.missing)
        yield Signal(
            "vpc-dns",
            Severity.UNKNOWN,
            f"Not known: whether {endpoint.vpc} has the DNS attributes that private DNS needs.",
            "allow ec2:DescribeVpcAttribute" if denied else "",
        )


def _led_to(inventory: Inventory, endpoint: Endpoint) -> Iterator[Signal]:
    """A Gateway Load Balancer endpoint works by the routes that lead to it; of any, one may be a blackhole."""
    mine = [(table, route) for table in inventory.route_tables for route in table.routes if route.target == endpoint.id]
    black = list(dict.fromkeys(table.id for table, route in mine if route.state.lower() == "blackhole"))
    if black:
        yield Signal(
            "blackhole",
            Severity.FAILING,
            f"The route to it in {listed(named_table(inventory, one) for one in black)} is a blackhole.",
            "lead the route to an endpoint that is available, or delete it",
            tuple(black),
        )
    if kind_of(endpoint) == "GatewayLoadBalancer" and not mine:
        yield Signal(
            "no-route",
            Severity.WARNING,
            "No route table leads to it: nothing is inspected by it.",
            "add routes that lead through it",
        )


CHECKS: tuple[Check, ...] = (
    (("interfaces",), "whether its interfaces are there", _interfaces),
    (("interfaces", "subnets"), "whether every zone with clients has one", zones_without),
    (("groups", "interfaces"), "whom its security groups let in", admission),
    ((), "", _names),
    ((), "", _resolved),
    (("route_tables",), "which routes lead to it", _led_to),
)
