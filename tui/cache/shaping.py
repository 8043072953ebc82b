"""Records as the rows of each grouping. All but single records, ENIs and subnets are made of conversations."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tui.cache.calling import called
from tui.cache.columns import Grouping
from tui.cache.grouping import grouped
from tui.cache.relaying import by_packet, without_second_legs
from tui.cache.selecting import ways_of, with_side
from tui.cache.view import Ask, Names

KEY = ("srcaddr", "dstaddr", "server_port", "protocol")
# Fields that a grouping needs besides the core.
MORE: dict[Grouping, tuple[str, ...]] = {
    Grouping.INTERFACES: ("flow-direction", "subnet-id", "az-id"),
    Grouping.SUBNETS: ("flow-direction", "subnet-id", "az-id"),
    Grouping.SERVICES: ("pkt-srcaddr", "pkt-dstaddr", "pkt-src-aws-service", "pkt-dst-aws-service"),
    Grouping.PATHS: ("traffic-path",),
}
_SUMS = pl.col("rate", "bytes", "packets", "accepted", "rejected").sum()
_TIMES = (pl.col("first").min(), pl.col("last").max())


def shaped(core: pl.DataFrame, ask: Ask, newest: int) -> pl.DataFrame:
    """The rows of the ask's grouping, in no order, with the columns of its shape. Not for single records.

    Args:
        core: the records that count, as tui.cache.selecting tells them apart.
        ask: what is wanted.
        newest: Unix seconds: where the interval ends that rates are of.
    """
    flows = with_side(core.filter(pl.col("srcaddr").is_not_null() | pl.col("dstaddr").is_not_null()))
    if ask.grouping in _OF_FLOWS:
        return _OF_FLOWS[ask.grouping](flows, ask, newest)
    conversations = grouped(flows, KEY, ways_of(flows), newest, ask.interval)
    return _OF_CONVERSATIONS[ask.grouping](conversations, ask.names)


def _sided(conversations: pl.DataFrame) -> pl.DataFrame:
    """With `client` and `server`."""
    toward = pl.col("server_is_dst")
    return conversations.with_columns(
        pl.when(toward).then("srcaddr").otherwise("dstaddr").alias("client"),
        pl.when(toward).then("dstaddr").otherwise("srcaddr").alias("server"),
    )


def _pairs(conversations: pl.DataFrame, _names: Names) -> pl.DataFrame:
    return (
        _sided(conversations)
        .group_by("client", "server")
        .agg(_SUMS, *_TIMES, pl.col("server_port").n_unique().cast(pl.Int64).alias("ports"))
    )


def _talkers(conversations: pl.DataFrame, _names: Names) -> pl.DataFrame:
    """Each address as a sender and as a receiver: its bytes are both."""
    nothing = pl.lit(0, dtype=pl.Int64)
    told = ("rate", "bytes", "packets", "accepted", "rejected", "first", "last")
    halves = [
        conversations.select(
            pl.col(mine).alias("address"),
            pl.col(other).alias("peer"),
            (pl.col("bytes") if sends else nothing).alias("sent"),
            (nothing if sends else pl.col("bytes")).alias("received"),
            *told,
        )
        for mine, other, sends in (("srcaddr", "dstaddr", True), ("dstaddr", "srcaddr", False))
    ]
    peers = pl.col("peer").n_unique().cast(pl.Int64).alias("peers")
    return pl.concat(halves).group_by("address").agg(_SUMS, pl.col("sent", "received").sum(), *_TIMES, peers)


def _ports(conversations: pl.DataFrame, _names: Names) -> pl.DataFrame:
    clients = pl.col("client", "server").n_unique().cast(pl.Int64).name.suffix("s")
    return _sided(conversations).group_by("server_port", "protocol").agg(_SUMS, *_TIMES, clients)


def _owners(conversations: pl.DataFrame, names: Names) -> pl.DataFrame:
    sided = _sided(conversations)
    labels = called(pl.concat([sided["client"], sided["server"]]), names).select("address", "label")
    for side in ("client", "server"):
        sided = sided.join(labels.rename({"label": f"{side}_owner"}), left_on=side, right_on="address", how="left")
    ports = pl.col("server_port").n_unique().cast(pl.Int64).alias("ports")
    return sided.group_by("client_owner", "server_owner").agg(_SUMS, *_TIMES, ports)


def _services(flows: pl.DataFrame, ask: Ask, newest: int) -> pl.DataFrame:
    """By the AWS service at the packet's server: as the record tells it, else as AWS's networks do."""
    flows = by_packet(without_second_legs(flows))
    source, destination = pl.col("pkt-src-aws-service"), pl.col("pkt-dst-aws-service")
    told = flows.with_columns(pl.when("server_is_dst").then(destination).otherwise(source).alias("told"))
    rows = _sided(grouped(told, (*KEY, "told"), ways_of(flows), newest, ask.interval))
    looked_up = called(rows["server"], ask.names).select("address", "service")
    rows = rows.join(looked_up, left_on="server", right_on="address", how="left")
    rows = rows.with_columns(pl.coalesce(pl.col("told").cast(pl.String), "service").alias("service"))
    clients = pl.col("client").n_unique().cast(pl.Int64).alias("clients")
    return rows.filter(pl.col("service").is_not_null()).group_by("service").agg(_SUMS, *_TIMES, clients)


def _paths(flows: pl.DataFrame, ask: Ask, newest: int) -> pl.DataFrame:
    """By the way egress traffic left; ingress has none."""
    leaving = flows.filter(pl.col("traffic-path").is_not_null())
    rows = grouped(leaving, (*KEY, "traffic-path"), ways_of(flows), newest, ask.interval)
    clients = pl.col("srcaddr").n_unique().cast(pl.Int64).alias("clients")
    return rows.group_by("traffic-path").agg(_SUMS, *_TIMES, clients)


def _interfaces(flows: pl.DataFrame, ask: Ask, newest: int) -> pl.DataFrame:
    names = ask.names.names_frame()
    flows = _directed(flows, names)
    rows = grouped(flows, ("interface-id", "flow-direction"), ways_of(flows), newest, ask.interval)
    places = flows.group_by("interface-id").agg(pl.col("subnet-id", "az-id").drop_nulls().first().cast(pl.String))
    known = names.select(pl.col("interface").cast(flows.schema["interface-id"]).alias("interface-id"), "subnet", "az")
    rows = rows.group_by("interface-id").agg(
        _SUMS,
        *_TIMES,
        *(
            pl.when(pl.col("flow-direction").is_not_null().any())
            .then(pl.col("bytes").filter(pl.col("flow-direction") == way).sum())
            .alias(name)
            for way, name in (("ingress", "received"), ("egress", "sent"))
        ),
    )
    rows = rows.join(places, on="interface-id", how="left").join(
        known.unique("interface-id"), on="interface-id", how="left"
    )
    return rows.with_columns(
        pl.coalesce("subnet", "subnet-id").alias("subnet"), pl.coalesce("az", "az-id").alias("az")
    ).drop("subnet-id", "az-id")


def _directed(flows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """With flow-direction where the record does not tell it and the inventory knows the interface's addresses."""
    way = pl.col("flow-direction")
    if names.is_empty() or not flows["flow-direction"].null_count():
        return flows
    dtype = flows.schema["flow-direction"]
    known = names.select(
        pl.col("interface").cast(flows.schema["interface-id"]).alias("interface-id"),
        pl.col("address").cast(flows.schema["dstaddr"]),
        pl.lit(value=True).alias("mine"),
    ).unique(["interface-id", "address"])
    joined = flows.join(
        known,
        left_on=["interface-id", "dstaddr"],
        right_on=["interface-id", "address"],
        how="left",
        maintain_order="left",
    )
    inferred = (
        pl.when("mine").then(pl.lit("ingress")).when(pl.col("interface-id").is_in(known["interface-id"].implode()))
        .then(pl.lit("egress"))
    )  # fmt: skip
    return joined.with_columns(pl.coalesce(way, inferred.cast(dtype)).alias("flow-direction")).drop("mine")


def _subnets(flows: pl.DataFrame, ask: Ask, newest: int) -> pl.DataFrame:
    interfaces = pl.len().cast(pl.Int64).alias("interfaces")
    rows = _interfaces(flows, ask, newest)
    return rows.group_by("subnet", "az").agg(_SUMS, *_TIMES, pl.col("received", "sent").sum(), interfaces)


_OF_FLOWS: dict[Grouping, Callable[[pl.DataFrame, Ask, int], pl.DataFrame]] = {
    Grouping.INTERFACES: _interfaces,
    Grouping.SUBNETS: _subnets,
    Grouping.SERVICES: _services,
    Grouping.PATHS: _paths,
}
_OF_CONVERSATIONS: dict[Grouping, Callable[[pl.DataFrame, Names], pl.DataFrame]] = {
    Grouping.CONVERSATIONS: lambda conversations, _names: conversations,
    Grouping.PAIRS: _pairs,
    Grouping.TALKERS: _talkers,
    Grouping.PORTS: _ports,
    Grouping.OWNERS: _owners,
}
