"""What of the noise may be customers: sources outside that are refused where as many others are let in."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tui.cache.belonging import Belonging
from tui.cache.rejected import Served
from tui.cache.rolling import Held
from tui.cache.selecting import core_of
from tui.cache.shaping import KEY

SHOWN = 3
# Fewer than these are a scanner or two.
LEAST_SOURCES = 2
# Of a port that is open for some only, such as an office, far more knock than are let in.
LEAST_SHARE = 0.5
_WHERE = ("dstaddr", "server_port", "protocol")


def served(talks: pl.DataFrame, known: Belonging, held: Held, whole: Sequence[pl.DataFrame]) -> tuple[Served, ...]:
    """Servers of the reader's own that refuse sources outside now, and have let in half as many others or more.

    Args:
        talks: conversations of the noise, with `rejected` and `rate`.
        known: whose addresses are; it has looked up those of the talks.
        held: what the cache holds.
        whole: of each layout the records of the span, whatever the filter.
    """
    knocked = talks.filter(pl.col("server_is_dst") & (pl.col("rate") > 0))
    knocked = knocked.group_by(_WHERE).agg(pl.col("srcaddr").n_unique().alias("refused"), pl.col("rejected").sum())
    knocked = knocked.filter(pl.col("refused") >= LEAST_SOURCES)
    if knocked.is_empty():
        return ()
    let_in = _let_in(knocked, known, held, whole)
    found = knocked.join(let_in, on=_WHERE, how="inner").filter(pl.col("others") >= pl.col("refused") * LEAST_SHARE)
    found = found.sort("rejected", "server_port", "protocol", descending=[True, False, False]).head(SHOWN)
    labels = [known.labels[at] for at in known.owners(found["dstaddr"])]
    rows = found.select("server_port", "protocol", "rejected", "refused", "others").rows()
    return tuple(Served(label, *row) for label, row in zip(labels, rows, strict=True))


def _let_in(knocked: pl.DataFrame, known: Belonging, held: Held, whole: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """By server, port and protocol, how many sources outside were let in."""
    servers, ports = (knocked[name].unique().implode() for name in ("dstaddr", "server_port"))
    passed = [
        frame.filter(pl.col("dstport").is_in(ports) & (pl.col("action") == "ACCEPT") & pl.col("dstaddr").is_in(servers))
        if {"action", "dstaddr", "dstport", "srcaddr"} <= set(frame.columns)
        else frame.clear()
        for frame in whole
    ]
    core = core_of(held, passed).select(*KEY[:2], pl.col("dstport").alias("server_port"), "protocol")
    known.learn(core["srcaddr"])
    foreign = core.filter(~known.own(core["srcaddr"]))
    return foreign.group_by(_WHERE).agg(pl.col("srcaddr").n_unique().alias("others"))
