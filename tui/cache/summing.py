"""Conversations as the traffic of whatever they belong to."""

from __future__ import annotations

import polars as pl

from tui.cache.carriage import Traffic


def summed(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Conversations with their `client`, as one row for each of some columns."""
    return rows.group_by(keys).agg(
        pl.col("bytes", "rate", "rejected", "accepted").sum(),
        pl.col("client").n_unique().alias("clients"),
        pl.col("first").min(),
        pl.col("last").max(),
    )


def traffic_of(row: dict[str, object]) -> Traffic:
    """The traffic that a summed row tells."""
    first, last = row["first"], row["last"]
    return Traffic(
        bytes=int(str(row["bytes"])),
        rate=float(str(row["rate"])),
        clients=int(str(row["clients"])),
        rejects=int(str(row["rejected"])),
        first=None if first is None else int(str(first)),
        last=None if last is None else int(str(last)),
    )
