"""A batch's records as rules look at them: who asked whom, when, how much, and which rules keep them.

One pass over all columns for all rules: polars shares it out over the cores, and a rule then takes its own rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tui.alerts.masks import Masks
from tui.alerts.rule import AlertRule
from tui.flows.port import server_is_dst
from tui.flows.source import LOG_GROUP, TIMESTAMP, Records

SLOT = 60  # seconds; what is counted is counted by the minute in which a record starts
# A record that says it is from this far ahead of the data's clock, in seconds, is taken to be from now.
_AHEAD = 900
# What is read of a record, and its type where the layout does not tell it.
_READ: dict[str, pl.DataType] = {
    "srcaddr": pl.Categorical(), "dstaddr": pl.Categorical(), "srcport": pl.UInt16(), "dstport": pl.UInt16(),
    "protocol": pl.UInt8(), "tcp-flags": pl.UInt8(), "interface-id": pl.Categorical(), "vpc-id": pl.Categorical(),
    "action": pl.Categorical(), "log-status": pl.Categorical(), LOG_GROUP: pl.Categorical(), "bytes": pl.Int64(),
    "packets": pl.Int64(), "start": pl.UInt32(), "end": pl.UInt32(), TIMESTAMP: pl.Int64(),
}  # fmt: skip
_ADDRESSES = ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")


class Sheet:
    """One layout's records, without those that another flow log has delivered too.

    `frame` has the columns source, target, client, server (addresses), port and asked_from (the server's and the client's),
    protocol, flags, action, status, eni, vpc, group, code (of an AWS service), bytes, packets, first and last (Unix
    seconds) and slot (minute). What the layout does not tell is null.
    """

    def __init__(self, records: Records, at: float, masks: Masks) -> None:
        raw = records.frame
        if records.again is not None and records.again.any():
            raw = raw.filter(~records.again.fill_null(value=False))
        marks = masks.of(raw, at)
        frame = raw.lazy().with_columns(_lacking(raw)).select(*_columns(raw, int(at))).collect(engine="in-memory")
        self.frame = frame.hstack([marks[name] for name in marks.columns if name != "row"])

    def of(self, rule: AlertRule, columns: Sequence[str]) -> pl.LazyFrame | None:
        """Some columns of the records that a rule keeps; of a share those of all that it is a share of, and `kept`."""
        kept, base = f"kept {rule.name}", f"base {rule.name}"
        if not self.frame[base if rule.is_share else kept].any():
            return None
        if rule.is_share:
            return self.frame.lazy().filter(base).select(*columns, pl.col(kept).alias("kept"))
        return self.frame.lazy().filter(kept).select(columns)


def _lacking(raw: pl.DataFrame) -> list[pl.Expr]:
    """Columns of nulls for what the layout does not tell; addresses of one dictionary, so that sides can be swapped."""
    types = dict(_READ)
    told = next((raw.schema[name] for name in _ADDRESSES if name in raw.columns), None)
    if told is not None:
        types |= dict.fromkeys(_ADDRESSES[:2], told)
    return [pl.lit(None, dtype=dtype).alias(name) for name, dtype in types.items() if name not in raw.columns]


def _columns(raw: pl.DataFrame, at: int) -> Iterator[pl.Expr]:
    # A format may have the packet's own addresses only.
    source, target = (pl.col(_told(name, raw)) for name in ("srcaddr", "dstaddr"))
    asks = server_is_dst()
    start, end = _seconds(at)
    yield source.alias("source")
    yield target.alias("target")
    yield pl.when(asks).then(source).otherwise(target).alias("client")
    yield pl.when(asks).then(target).otherwise(source).alias("server")
    yield pl.when(asks).then("dstport").otherwise("srcport").alias("port")
    yield pl.when(asks).then("srcport").otherwise("dstport").alias("asked_from")
    names = {
        "protocol": "protocol", "tcp-flags": "flags", "action": "action", "log-status": "status",
        "interface-id": "eni", "vpc-id": "vpc", LOG_GROUP: "group",
    }  # fmt: skip
    yield from (pl.col(name).alias(short) for name, short in names.items())
    codes = [name for name in ("pkt-dst-aws-service", "pkt-src-aws-service") if name in raw.columns]
    yield (pl.coalesce(codes) if codes else pl.lit(None, dtype=pl.Categorical())).alias("code")
    yield pl.col("bytes", "packets").fill_null(0)
    yield start.alias("first")
    yield pl.max_horizontal(start, end).alias("last")
    yield (start // SLOT).cast(pl.Int32).alias("slot")


def _told(name: str, raw: pl.DataFrame) -> str:
    return f"pkt-{name}" if name not in raw.columns and f"pkt-{name}" in raw.columns else name


def _seconds(at: int) -> tuple[pl.Expr, pl.Expr]:
    """When a record's window starts and ends, in Unix seconds; its event's time or now where it does not tell."""
    start, end = (pl.col(name).cast(pl.Int64) for name in ("start", "end"))
    stamp, now = pl.col(TIMESTAMP) // 1000, pl.lit(at, dtype=pl.Int64)

    def believed(*columns: pl.Expr) -> pl.Expr:
        told = pl.coalesce(*columns, now)
        return pl.when(told > at + _AHEAD).then(now).otherwise(told)

    return believed(start, stamp, end), believed(end, start, stamp)
