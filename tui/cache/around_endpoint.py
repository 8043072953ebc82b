"""Which way traffic to an AWS service went: by a gateway endpoint, or around it, and who let it.

What a record of a client's interface tells of its way (traffic-path) is believed; only what leaves has it, so what comes
back takes that of the nearest record the other way. Where no record tells, the routes of now are believed.
https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from tui.cache.carriage import Bypass, Exit, Traffic
from tui.cache.ends import CARRIER, FREE, NAT, ORDINARY, Ends, Service
from tui.cache.spans import Spans
from tui.cache.summing import summed, traffic_of
from tui.network.health import is_gateway
from tui.network.rules import Route

# Ways, as small numbers.
UNTOLD, ENDPOINT, BY_NAT, BY_INTERNET, BY_TRANSIT, ELSEWHERE, NAT_ITSELF = range(7)
EXITS = {BY_NAT: Exit.NAT, BY_INTERNET: Exit.INTERNET, BY_TRANSIT: Exit.TRANSIT, ELSEWHERE: Exit.OTHER}
_BY_ROUTE = {"nat": BY_NAT, "igw": BY_INTERNET, "eigw": BY_INTERNET, "tgw": BY_TRANSIT}
_LEAST = 60  # seconds that a pace is taken over at least
_HOUR = 3600
_OVER = 900  # seconds: flow records come up to a quarter of an hour late


@dataclass(frozen=True, slots=True)
class Placed:
    """Records of traffic to services with `service`, `subnet` (numbers of Ends) and `way`.

    `guessed`: subnet and service of which no record tells the way.
    """

    records: pl.DataFrame
    guessed: frozenset[tuple[int, int]] = frozenset()


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


def ways(flows: pl.DataFrame, ends: Ends) -> Placed:
    """The records to and from services, each with the way it took.

    Args:
        flows: records with the packets' own addresses as `srcaddr` and `dstaddr`.
        ends: has learned their addresses and interfaces.
    """
    rows = _of_services(flows, ends)
    if rows.is_empty():
        return Placed(rows)
    rows = _at_home(rows, ends)
    ordinary = pl.col("role") == ORDINARY
    told = rows.filter(ordinary & pl.col("outward") & pl.col("traffic-path").is_not_null())
    rows = _with_path(rows, told).join(_routes(rows, ends), on=["subnet", "service"], how="left")
    pairs = set(rows.filter(ordinary).select("subnet", "service").unique().rows())
    guessed = frozenset(pairs - set(told.select("subnet", "service").unique().rows()))
    return Placed(rows.with_columns(_way().cast(pl.UInt8).alias("way")), guessed)


def _of_services(flows: pl.DataFrame, ends: Ends) -> pl.DataFrame:
    """Those of services, with `service`, whether they go there, and the client's address; not what carriers pass on."""
    to, back = ends.service(flows["dstaddr"]), ends.service(flows["srcaddr"])
    told = flows.with_columns(
        to.alias("to"),
        back.alias("back"),
        ends.role(flows["interface-id"]).alias("role"),
        ends.subnet(flows["interface-id"]).alias("subnet"),
    )
    by_code = {each.code: at for at, each in enumerate(ends.services, 1) if each.listed is None}
    if by_code:
        codes = [
            pl.max_horizontal(
                side, pl.col(name).cast(pl.String).replace_strict(by_code, default=0, return_dtype=pl.UInt8)
            )
            for side, name in (("to", "pkt-dst-aws-service"), ("back", "pkt-src-aws-service"))
        ]
        told = told.with_columns(*codes)
    return (
        told.filter(
            ((pl.col("to") > 0) | (pl.col("back") > 0))
            & (pl.col("role") != CARRIER)
            & pl.col("srcaddr").is_not_null()
            & pl.col("dstaddr").is_not_null()
        )
        .with_columns(
            (pl.col("to") > 0).alias("outward"),
            pl.when(pl.col("to") > 0).then("to").otherwise("back").alias("service"),
        )
        .with_columns(
            pl.when("outward").then("srcaddr").otherwise("dstaddr").alias("client"),
            pl.when("outward").then("dstaddr").otherwise("srcaddr").alias("server"),
        )
    )


def _at_home(rows: pl.DataFrame, ends: Ends) -> pl.DataFrame:
    """With the client's subnet where the interface does not tell it: a NAT gateway's is not its client's.

    `itself`: what a NAT gateway sends in its own name, beyond translation.
    """
    strangers = rows.filter((pl.col("role") == NAT) | (pl.col("subnet") == 0))["client"].unique()
    addresses = strangers.cast(pl.String).to_list()
    found = pl.DataFrame(
        {
            "client": strangers,
            "home": pl.Series([ends.home(each) for each in addresses], dtype=pl.UInt16),
            "itself": pl.Series([_is_nat(each, ends) for each in addresses], dtype=pl.Boolean),
        }
    )
    joined = rows.join(found, on="client", how="left", maintain_order="left")
    is_strange = (pl.col("role") == NAT) | (pl.col("subnet") == 0)
    return joined.with_columns(
        pl.when(is_strange).then(pl.col("home").fill_null(0)).otherwise("subnet").cast(pl.UInt16).alias("subnet"),
        ((pl.col("role") == NAT) & pl.col("itself").fill_null(value=False)).alias("itself"),
    ).drop("home")


def _is_nat(address: str | None, ends: Ends) -> bool:
    holder = ends.inventory.interface_at(address) if address else None
    owner = ends.inventory.owner(holder.id) if holder else None
    return owner is not None and owner.kind == "nat"


def _with_path(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """With `path`: the record's own, else that of its subnet and service where there is one only, else the nearest."""
    if told.is_empty():
        return rows.with_columns(pl.col("traffic-path").alias("path"))
    path = pl.col("traffic-path")
    per = told.group_by("subnet", "service").agg(path.n_unique().alias("paths"), path.min().alias("only"))
    rows = rows.join(per, on=["subnet", "service"], how="left", maintain_order="left")
    rows = rows.with_columns(
        pl.when(pl.col("paths") == 1).then(pl.coalesce(path, "only")).otherwise(path).alias("path")
    )
    lost = pl.col("path").is_null() & (pl.col("paths") > 1)
    if rows.select(lost.any()).item():
        found = _nearest(rows.filter(lost.fill_null(value=False)), told)
        rows = pl.concat([rows.filter(~lost.fill_null(value=False)), found.select(rows.columns)])
    return rows.drop("paths", "only")


def _nearest(lost: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """With the path of the record of the same interface and the same two, the other way, that began nearest."""
    pair = ["interface-id", "client", "server"]
    numbers = [pl.col(name).to_physical().cast(pl.UInt32).fill_null(0).alias(f"{name}#") for name in pair]
    begin = pl.col("start").cast(pl.Int64).fill_null(0).alias("begin")
    keys = [f"{name}#" for name in pair]
    known = told.select(*numbers, begin, pl.col("traffic-path").alias("near")).unique([*keys, "begin"]).sort("begin")
    asked = lost.with_columns(*numbers, begin).sort("begin")
    joined = asked.join_asof(known, on="begin", by=keys, strategy="nearest", check_sortedness=False)
    return joined.with_columns(pl.col("near").alias("path")).drop("near", "begin", *keys)


def _routes(rows: pl.DataFrame, ends: Ends) -> pl.DataFrame:
    """For each subnet and service that occur, the ways by the routes of now: `now`, and `beside` any gateway endpoint."""
    pairs = rows.select("subnet", "service").unique().rows()
    told = [(subnet, service, *_by_routes(*ends.routes(subnet, service))) for subnet, service in pairs]
    return pl.DataFrame(
        told,
        schema={"subnet": pl.UInt16, "service": pl.UInt8, "now": pl.UInt8, "beside": pl.UInt8},
        orient="row",
    )


def _by_routes(to_endpoint: Route | None, beside: Route | None) -> tuple[int, int]:
    other = UNTOLD if beside is None else _BY_ROUTE.get(beside.kind, ELSEWHERE)
    return (ENDPOINT if to_endpoint else other), other


def _way() -> pl.Expr:
    """The way of a record."""
    path, now, beside = pl.col("path"), pl.col("now"), pl.col("beside")
    inside = pl.when(beside.is_in([BY_NAT, BY_TRANSIT])).then(beside).otherwise(pl.lit(ELSEWHERE))
    return (
        pl.when("itself").then(pl.lit(NAT_ITSELF))
        .when(pl.col("role") == NAT).then(pl.lit(BY_NAT))
        .when(path.is_null()).then(now)
        .when(path == 7).then(pl.lit(ENDPOINT))
        .when(path == 8).then(pl.lit(BY_INTERNET))
        .when(path == 2).then(pl.when(now == ENDPOINT).then(now).otherwise(pl.lit(BY_INTERNET)))
        .when(path == 1).then(inside)
        .otherwise(pl.lit(ELSEWHERE))
    )  # fmt: skip


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
    table.found.sort(key=lambda each: (-each.pace, each.key))
    return table.carried, tuple(table.found)


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
        kinds = {Exit.NAT: {"nat"}, Exit.INTERNET: {"igw", "eigw"}, Exit.TRANSIT: {"tgw"}}
        target = beside.target if beside and (way not in kinds or beside.kind in kinds[way]) else ""
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
