"""Records as rows of sums, a packet never counted twice."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tui.cache.packing import WORD, Packing, power

# What a row tells besides its key.
_SUMS = ("bytes", "packets", "rate", "accepted", "rejected")


def grouped(records: pl.DataFrame, key: Sequence[str], way: Sequence[str], newest: int, interval: int) -> pl.DataFrame:
    """One row for each key.

    Each interface on the way reports the same packets, and so does each flow log over one interface: sums are taken
    for each key and way, and the row shows the largest. `rate` is of the `interval` seconds before `newest`, each
    record's bytes spread evenly over its capture window. `interfaces` counts those that saw it.

    Nothing is kept from one call to the next: of records that any filter has let through, a million are grouped in a
    tenth of a second. Sums kept for each minute would not help: most conversations of a minute are in no other.

    Args:
        records: those that count, with the columns of key and way and what is summed.
        key: columns that a row stands for, packable.
        way: `interface-id` and what tells deliveries apart, packable.
        newest: Unix seconds.
        interval: seconds.
    """
    keys, ways = Packing(records, key), Packing(records, way, "way")
    fits = len(keys.keys) == len(ways.keys) == 1 and keys.bits + ways.bits <= WORD and ways.bits < WORD
    whole = keys.packed() + ways.packed()
    if fits:
        whole = [(keys.packed()[0] * power(ways.bits) + ways.packed()[0]).alias("whole")]
    seen = (
        # By the streaming engine, which adds up as it goes: the other one collects each group's rows first, for three
        # times as long.
        records.lazy()
        .select(*whole, *_measures(newest, interval))
        .group_by(["whole"] if fits else keys.keys + ways.keys)
        .agg(pl.col(*_SUMS).sum(), pl.col("first").min(), pl.col("last").max(), pl.col("server_is_dst").max())
        .collect(engine="streaming")
    )
    if fits:
        split = pl.col("whole") // power(ways.bits)
        rest = pl.col("whole") % power(ways.bits)
        seen = seen.select(split.alias("key0"), rest.alias("way0"), pl.all().exclude("whole"))
    # Counting what differs takes as long as all the rest, and needs not be where each way is an interface.
    counted = pl.len() if list(way) == ["interface-id"] else pl.col("interface-id").n_unique()
    return _largest(seen.with_columns(ways.unpacked()[0]), keys, counted.cast(pl.Int64).alias("interfaces"))


def _largest(seen: pl.DataFrame, keys: Packing, counted: pl.Expr) -> pl.DataFrame:
    """The ways of each key in one row; `counted` is its interfaces."""
    told = (*_SUMS, "first", "last", "server_is_dst", "interfaces")
    if len(keys.keys) == 1 and seen[keys.keys[0]].n_unique() == seen.height:
        return seen.with_columns(pl.lit(1, dtype=pl.Int64).alias("interfaces")).select(*keys.unpacked(), *told)
    rows = (
        seen.lazy()
        .group_by(keys.keys)
        .agg(
            pl.col(*_SUMS, "last", "server_is_dst").max(),
            pl.col("first").min(),
            counted,
        )
        .collect(engine="streaming")
    )
    return rows.select(*keys.unpacked(), *told)


def _measures(newest: int, interval: int) -> list[pl.Expr]:
    """What is summed of each record."""
    start, end = pl.col("start").cast(pl.Int64), pl.col("end").cast(pl.Int64)
    overlap = end.clip(upper_bound=newest) - start.clip(lower_bound=newest - interval + 1) + 1
    share = (overlap / (end - start + 1)).clip(0, 1).fill_null(0)
    return [
        pl.col("bytes"),
        pl.col("packets"),
        (pl.col("bytes") * share / interval).alias("rate"),
        (pl.col("action") == "ACCEPT").cast(pl.Int64).alias("accepted"),
        (pl.col("action") == "REJECT").cast(pl.Int64).alias("rejected"),
        pl.col("start").alias("first"),
        pl.col("end").alias("last"),
        pl.col("server_is_dst"),
    ]
