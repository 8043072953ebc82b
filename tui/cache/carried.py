"""What endpoints carry and what goes around them, of the records held: pure, for the view thread.

A packet counts once, as in the Flows pane: each interface on the way, and each flow log, tells of it. Conversations are
those of the packets' own addresses, so that what a NAT gateway sees of its client's side is the client's conversation.

Rules of the way: traffic-path in https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html, and
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html (no interface: routes to a prefix list).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from tui.cache.around_endpoint import ways
from tui.cache.bypassing import Clock, bypasses
from tui.cache.carriage import Bypass, Traffic
from tui.cache.ends import Ends, ends_of
from tui.cache.grouping import grouped
from tui.cache.ledger import open_gaps
from tui.cache.relaying import by_packet
from tui.cache.rolling import Held
from tui.cache.selecting import core_of, kept_frames, told_apart, ways_of, with_side
from tui.cache.shaping import KEY
from tui.cache.spans import Spans
from tui.cache.standing import is_partial
from tui.cache.summing import summed, traffic_of
from tui.cache.view import Ask
from tui.flows.filter.model import Filter
from tui.network.inventory import Inventory

MORE = ("pkt-srcaddr", "pkt-dstaddr", "pkt-src-aws-service", "pkt-dst-aws-service", "traffic-path")
_ADDRESSES = ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")


@dataclass(frozen=True, slots=True)
class Carried:
    """By endpoint id what it carries; what goes around; and which interfaces any record tells of.

    `since` and `newest` bound the records in Unix seconds; `is_partial`: a gap touches them; `is_rate_partial`: one
    touches the interval that rates are of.
    """

    traffic: dict[str, Traffic] = field(default_factory=dict)
    bypasses: tuple[Bypass, ...] = ()
    seen: frozenset[str] = frozenset()
    since: int | None = None
    newest: int = 0
    is_partial: bool = False
    is_rate_partial: bool = False


def carried(held: Held, ask: Ask, inventory: Inventory) -> Carried:
    """The traffic of the ask's span, whatever its filter: how an endpoint is must not depend on what is looked at."""
    gaps = open_gaps(held.gaps)
    frames = kept_frames(held, replace(ask, filter=Filter()), gaps)
    newest = held.newest or 0
    if ask.until is not None:
        newest = min(newest, int(ask.until) - 1)
    since = held.oldest if ask.since is None else max(int(ask.since), held.oldest or 0)
    partial = held.newest is not None and is_partial(gaps, since or 0, newest + 1)
    lately = held.newest is not None and is_partial(gaps, newest + 1 - ask.interval, newest + 1)
    whole = Carried({}, (), _seen(frames), since, newest, is_partial=partial, is_rate_partial=lately)
    ends = ends_of(inventory, held.dictionary)
    parts = []
    for frame in frames:
        written = held.dictionary.rewrite(frame)
        ends.learn(written)
        parts.append(_concerned(written, ends))
    core = told_apart(core_of(held, parts, MORE), held)
    if core.is_empty():
        return whole
    flows = with_side(by_packet(core))
    traffic = _inside(flows, ends, newest, ask.interval)
    placed = ways(flows, ends)
    if placed.records.height:
        by_way = grouped(
            placed.records, (*KEY, "service", "subnet", "way"), ways_of(placed.records), newest, ask.interval
        )
        by_gateway, around = bypasses(by_way, placed, ends, Clock(newest, ask.interval, Spans(gaps)))
        traffic |= by_gateway
        whole = replace(whole, bypasses=around)
    marked = {one: replace(each, is_partial=partial, is_rate_partial=lately) for one, each in traffic.items()}
    return replace(whole, traffic=marked)


def _seen(frames: Sequence[pl.DataFrame]) -> frozenset[str]:
    """The interfaces that records tell of, also that there was no traffic."""
    found: set[str] = set()
    for frame in frames:
        if "interface-id" in frame.columns:
            interfaces = frame["interface-id"]
            numbers = interfaces.to_physical().drop_nulls()
            if len(numbers):  # marked one by one: to look for the different ones takes three times as long
                marks = pl.Series([False]).new_from_index(0, int(str(numbers.max())) + 1).scatter(numbers, values=True)
                met = marks.arg_true().cast(numbers.dtype)
                found.update(met.cat.to(interfaces.dtype).cast(pl.String))
    return frozenset(found)


def _concerned(frame: pl.DataFrame, ends: Ends) -> pl.DataFrame:
    """The records that are of an endpoint or of a service."""
    have = set(frame.columns)
    masks = [ends.concerns(frame[name]) for name in _ADDRESSES if name in have]
    if "interface-id" in have:
        masks.append(ends.endpoint_of_interface(frame["interface-id"]) > 0)
    codes = [each.code for each in ends.services if each.listed is None]
    masks += [
        frame[name].cast(pl.String).is_in(codes).fill_null(value=False)
        for name in ("pkt-src-aws-service", "pkt-dst-aws-service")
        if codes and name in have
    ]
    if not masks:
        return frame.clear()
    keep = masks[0]
    for mask in masks[1:]:
        keep |= mask
    return frame.filter(keep)


def _inside(flows: pl.DataFrame, ends: Ends, newest: int, interval: int) -> dict[str, Traffic]:
    """What the endpoints with interfaces carry: by the address at either side, or by the interface that saw it."""
    source, target = ends.endpoint(flows["srcaddr"]), ends.endpoint(flows["dstaddr"])
    own = ends.endpoint_of_interface(flows["interface-id"])
    numbered = flows.with_columns(own.alias("own"), source.alias("source"), target.alias("target")).with_columns(
        pl.when(pl.col("own") > 0)
        .then("own")
        .when(pl.col("target") > 0)
        .then("target")
        .otherwise("source")
        .alias("endpoint")
    )
    mine = numbered.filter((pl.col("endpoint") > 0) & pl.col("srcaddr").is_not_null() & pl.col("dstaddr").is_not_null())
    if mine.is_empty():
        return {}
    rows = grouped(mine, (*KEY, "endpoint"), ways_of(mine), newest, interval)
    serves = ends.endpoint(rows["dstaddr"]) == rows["endpoint"]
    asks = ends.endpoint(rows["srcaddr"]) == rows["endpoint"]
    rows = rows.with_columns(serves.alias("serves"), asks.alias("asks")).with_columns(
        pl.when(pl.col("serves") | (pl.col("server_is_dst") & ~pl.col("asks")))
        .then("srcaddr")
        .otherwise("dstaddr")
        .alias("client")
    )
    return {
        ends.endpoints[number - 1].id: traffic
        for number, traffic in (
            (row["endpoint"], traffic_of(row)) for row in summed(rows, "endpoint").iter_rows(named=True)
        )
    }
