"""A batch's records as rules look at them: who asked whom, when, how much, and which rules keep them.

One pass over all columns for all rules: polars shares it out over the cores, and a rule then takes its own rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network

import polars as pl

from tui.alerts.observation import Known
from tui.alerts.rule import AlertRule, Side
from tui.flows.filter.mask import mask
from tui.flows.filter.model import And, Has, Network, Node, Not, Within
from tui.flows.filter.surroundings import PRIVATE, Surroundings
from tui.flows.port import server_is_dst
from tui.flows.source import LOG_GROUP, TIMESTAMP, Records

SLOT = 60  # seconds; what is counted is counted by the minute in which a record starts
# A record that says it is from this far ahead of the data's clock, in seconds, is taken to be from now.
_AHEAD = 900
_ANYWHERE: tuple[Network, ...] = (ip_network("0.0.0.0/0"), ip_network("::/0"))
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

    def __init__(self, records: Records, at: float, known: Known, rules: Iterable[AlertRule]) -> None:
        raw = records.frame
        if records.again is not None:
            raw = raw.filter(~records.again.fill_null(value=False))
        self._known = known
        self._masks: dict[Node, str] = {}
        surroundings = Surroundings(at, directory=known.directory, inside=known.inside)
        masks: list[pl.Expr] = []
        for node in dict.fromkeys(wanted for rule in rules for wanted in _nodes(rule, known)):
            name = self._masks[node] = f"mask {len(masks)}"
            masks.append(mask(node, raw, surroundings).alias(name))
        self.frame = raw.with_columns(_lacking(raw)).select(*_columns(raw, int(at)), *masks)

    def of(self, rule: AlertRule) -> pl.DataFrame:
        """The records that a rule keeps; for a share, those it is a share of, with a column `kept`."""
        kept, *base = (self._masks[node] for node in _nodes(rule, self._known))
        if base:
            return self.frame.filter(self.frame[base[0]]).rename({kept: "kept"})
        return self.frame.filter(self.frame[kept])

    def kept(self, rule: AlertRule, part: pl.DataFrame) -> pl.DataFrame:
        """Those of some of the sheet's records that a rule keeps."""
        return part.filter(pl.col(self._masks[_nodes(rule, self._known)[0]]))


def _nodes(rule: AlertRule, known: Known) -> tuple[Node, ...]:
    """What a rule keeps, and for a share what it is a share of, as filters with the sides' addresses in them."""
    sides = (*_side("srcaddr", rule.source, known), *_side("dstaddr", rule.target, known))
    if rule.is_share:
        base = _all(rule.of.node, *sides)
        return _all(base, rule.filter.node), base
    return (_all(rule.filter.node, *sides),)


def _all(*nodes: Node) -> Node:
    parts = tuple(part for node in nodes for part in (node.parts if isinstance(node, And) else (node,)))
    return parts[0] if len(parts) == 1 else And(parts)


def _side(field: str, side: Side, known: Known) -> tuple[Node, ...]:
    """Where an address must be. Without an inventory all private addresses are own."""
    if side is Side.ANY:
        return ()
    if side is Side.OWN:
        return (_within(field, known.inside or PRIVATE),)
    return (_within(field, _ANYWHERE), Not(_within(field, (*PRIVATE, *known.inside))))


def _within(field: str, networks: Iterable[Network]) -> Has:
    return Has((field,), tuple(map(Within, networks)))


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
