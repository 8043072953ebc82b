"""Which way traffic to an AWS service went: by a gateway endpoint, or around it, and who let it.

What a record of a client's interface tells of its way (traffic-path) is believed; only what leaves has it, so what comes
back takes that of the nearest record the other way. Where no record tells, the routes of now are believed.
https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tui.cache.ends import CARRIER, NAT, ORDINARY, Ends
from tui.cache.packing import Packing
from tui.network.rules import Route

# Ways, as small numbers.
UNTOLD, ENDPOINT, BY_NAT, BY_INTERNET, BY_TRANSIT, ELSEWHERE, NAT_ITSELF = range(7)
_BY_ROUTE = {"nat": BY_NAT, "igw": BY_INTERNET, "eigw": BY_INTERNET, "tgw": BY_TRANSIT}


@dataclass(frozen=True, slots=True)
class Placed:
    """Records of traffic to services with `service`, `subnet` (numbers of Ends) and `way`.

    `guessed`: subnet and service of which no record tells the way.
    """

    records: pl.DataFrame
    guessed: frozenset[tuple[int, int]] = frozenset()


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
    lost = rows.select(pl.col("path").is_null() & (pl.col("paths") > 1)).to_series().arg_true()
    if len(lost):
        rows = rows.with_columns(rows["path"].scatter(lost, _nearest(rows, lost, told)))
    return rows.drop("paths", "only")


def _nearest(rows: pl.DataFrame, lost: pl.Series, told: pl.DataFrame) -> pl.Series:
    """For these places of the rows the path of the record of the same interface and the same two that began nearest."""
    pair = Packing(rows, ("interface-id", "client", "server"), "pair")
    begin = pl.col("start").cast(pl.Int64).fill_null(0).alias("begin")
    known = told.select(*pair.packed(), begin, pl.col("traffic-path").alias("near")).unique([*pair.keys, "begin"])
    asked = rows.select(*pair.packed(), begin)[lost].with_row_index("row").sort("begin")
    by = pair.keys[0] if len(pair.keys) == 1 else pair.keys
    joined = asked.join_asof(known.sort("begin"), on="begin", by=by, strategy="nearest", check_sortedness=False)
    return joined.sort("row")["near"]


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
