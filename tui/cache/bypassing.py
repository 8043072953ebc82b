"""What goes around endpoints, and what gateway endpoints carry, of records whose way is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from tui.cache.around_endpoint import BY_INTERNET, BY_NAT, BY_TRANSIT, ELSEWHERE, ENDPOINT, NAT_ITSELF, Placed
from tui.cache.carriage import Bypass, Exit, Traffic
from tui.cache.ends import FREE, Ends, Service
from tui.cache.spans import Spans
from tui.cache.summing import summed, traffic_of
from tui.network.health import ENDED, is_gateway

EXITS = {BY_NAT: Exit.NAT, BY_INTERNET: Exit.INTERNET, BY_TRANSIT: Exit.TRANSIT, ELSEWHERE: Exit.OTHER}
_EXIT_OF = {"nat": Exit.NAT, "igw": Exit.INTERNET, "eigw": Exit.INTERNET, "tgw": Exit.TRANSIT}
_LEAST = 60  # seconds that a pace is taken over at least
_HOUR = 3600
_OVER = 900  # seconds: flow records come up to a quarter of an hour late


@dataclass(frozen=True, slots=True)
class Clock:
    """Now, by the newest record, in Unix seconds; over how many seconds rates are taken; what is missing."""

    newest: int
    interval: int
    gaps: Spans

    def marked(self, traffic: Traffic) -> Traffic:
        """With what a gap does to it since it was first seen."""
        first = self.newest if traffic.first is None else traffic.first
        return replace(
            traffic,
            is_partial=self.gaps.touch(first, self.newest),
            is_rate_partial=self.gaps.touch(self.newest + 1 - self.interval, self.newest),
        )

    def pace(self, traffic: Traffic) -> float:
        """Bytes an hour since it was first seen, to its last record: to now where that is so old that it is over."""
        first = self.newest if traffic.first is None else traffic.first
        last = self.newest if traffic.last is None else traffic.last
        until = self.newest if self.newest - last > _OVER else last
        return traffic.bytes * _HOUR / max(_LEAST, until - first + 1)


def bypasses(
    rows: pl.DataFrame, placed: Placed, ends: Ends, clock: Clock
) -> tuple[dict[str, Traffic], tuple[Bypass, ...]]:
    """What gateway endpoints carry, by id, and what goes around an endpoint, the most bytes first.

    Args:
        rows: the placed records as conversations.
        placed: where the records went.
        ends: what the numbers mean.
        clock: when now is.
    """
    to, back = ends.service(rows["dstaddr"]) > 0, ends.service(rows["srcaddr"]) > 0
    client = (
        pl.when("to").then("srcaddr").when("back").then("dstaddr")
        .when("server_is_dst").then("srcaddr").otherwise("dstaddr")
    )  # fmt: skip
    rows = rows.with_columns(to.alias("to"), back.alias("back")).with_columns(client.alias("client"))
    table = _Around(ends, placed.guessed, clock)
    for row in summed(rows.filter(pl.col("way") != NAT_ITSELF), "service", "subnet", "way").iter_rows(named=True):
        table.add(row["service"], row["subnet"], row["way"], traffic_of(row), row["accepted"])
    itself = rows.filter(pl.col("way") == NAT_ITSELF).with_columns(pl.col("client").alias("gateway"))
    for row in summed(itself, "service", "gateway").iter_rows(named=True):
        table.add_itself(row["service"], row["gateway"], traffic_of(row))
    found = sorted(_without_first_legs(table.found), key=lambda each: (-each.pace, each.key))
    return table.carried, tuple(found)


def _without_first_legs(found: list[Bypass]) -> list[Bypass]:
    """Without what left by who knows what, where a NAT gateway tells of the same packets.

    It may be beyond a transit gateway, in another VPC; or no route table could be read, so that nothing leads to it.
    """
    beyond = {
        (each.service, each.subnet) for each in found if each.exit is Exit.NAT and not each.target and each.subnet
    }
    return [
        each
        for each in found
        if (each.service, each.subnet) not in beyond
        or not (each.exit is Exit.TRANSIT or (each.exit is Exit.OTHER and not each.target))
    ]


class _Around:
    """Sums of one service, subnet and way as what endpoints carry, and what goes around them."""

    def __init__(self, ends: Ends, guessed: frozenset[tuple[int, int]], clock: Clock) -> None:
        self.ends = ends
        self.guessed = guessed
        self.clock = clock
        self.carried: dict[str, Traffic] = {}
        self.found: list[Bypass] = []

    def add(self, service: int, subnet: int, way: int, traffic: Traffic, accepted: int) -> None:
        """Traffic of a subnet to a service by a way; one that nobody knows is of no use."""
        traffic = replace(self.clock.marked(traffic), by_routes=(subnet, service) in self.guessed)
        if way == ENDPOINT:
            self._carry(service, subnet, traffic)
        elif way in EXITS and accepted:
            self._leave(service, subnet, EXITS[way], traffic)

    def add_itself(self, service: int, address: str | None, traffic: Traffic) -> None:
        """What a NAT gateway's own records tell, where no client's does: they do not say for whom it was."""
        inventory, asked = self.ends.inventory, self.ends.services[service - 1]
        interface = inventory.interface_at(address or "")
        owner = inventory.owner(interface.id) if interface else None
        if interface is None or owner is None:
            return
        same = [each for each in self.found if each.exit is Exit.NAT and each.service == asked.name]
        if any(each.target in {"", owner.name} and each.vpc in {"", interface.vpc} for each in same):
            return
        endpoint = self._endpoint(interface.vpc, asked)
        if endpoint or asked.name in FREE:
            traffic = replace(self.clock.marked(traffic), clients=0)
            pace = self.clock.pace(traffic)
            self.found.append(
                Bypass(
                    asked.name,
                    interface.vpc,
                    Exit.NAT,
                    owner.name,
                    "",
                    "",
                    endpoint,
                    traffic,
                    pace,
                    clients_known=False,
                )
            )

    def _carry(self, service: int, subnet: int, traffic: Traffic) -> None:
        route, _ = self.ends.routes(subnet, service)
        asked = self.ends.services[service - 1]
        one = route.target if route else self._endpoint(self._vpc(subnet), asked, gateway=True)
        if not one:
            return
        before = self.carried.get(one)
        self.carried[one] = traffic if before is None else _added(before, traffic)

    def _leave(self, service: int, subnet: int, way: Exit, traffic: Traffic) -> None:
        asked, vpc = self.ends.services[service - 1], self._vpc(subnet)
        endpoint = self._endpoint(vpc, asked)
        if not endpoint and asked.name not in FREE:
            return
        table = self.ends.table_of(subnet)
        _, beside = self.ends.routes(subnet, service)
        is_it = beside is not None and _EXIT_OF.get(beside.kind, Exit.OTHER) is way
        target = beside.target if beside is not None and is_it else ""
        self.found.append(
            Bypass(
                asked.name,
                vpc,
                way,
                target,
                self.ends.subnets[subnet],
                table.id if table else "",
                endpoint,
                traffic,
                self.clock.pace(traffic),
            )
        )

    def _vpc(self, subnet: int) -> str:
        found = self.ends.inventory.index.subnets.get(self.ends.subnets[subnet])
        return found.vpc if found else ""

    def _endpoint(self, vpc: str, service: Service, *, gateway: bool = False) -> str:
        """The endpoint of a service in a VPC, a gateway endpoint first; '' if there is none."""
        found = [
            each
            for each in self.ends.inventory.endpoints
            if each.vpc == vpc
            and each.state.lower() not in ENDED
            and (each.service == service.whole or each.short == service.name)
            and (is_gateway(each) or not gateway)
        ]
        found.sort(key=lambda each: not is_gateway(each))
        return found[0].id if found else ""


def _added(one: Traffic, other: Traffic) -> Traffic:
    """Two that share no client, as one."""
    return Traffic(
        bytes=one.bytes + other.bytes,
        rate=one.rate + other.rate,
        clients=one.clients + other.clients,
        rejects=one.rejects + other.rejects,
        first=min((each for each in (one.first, other.first) if each is not None), default=None),
        last=max((each for each in (one.last, other.last) if each is not None), default=None),
        is_partial=one.is_partial or other.is_partial,
        is_rate_partial=one.is_rate_partial or other.is_rate_partial,
        by_routes=one.by_routes or other.by_routes,
    )
