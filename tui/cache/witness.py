"""Held records as flows to be judged: the record itself, and what else was seen of its connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tui.cache.digest import AGAIN
from tui.cache.rolling import Held
from tui.flows.clean import clean
from tui.flows.write import write_lines
from tui.network.verdict.model import Flow

# Seconds before a record's window in which others of its connection are looked for, and after it for what answered.
BEFORE, AFTER = 900, 600
MOST_HISTORY = 64  # records of one connection, the nearest in time
# Those that have ports; of others flow logs write 0. https://www.iana.org/assignments/protocol-numbers
WITH_PORTS = {6, 17, 33, 132, 136}
_LONGEST = 4_096
_FIELDS = (
    "interface-id", "srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr", "srcport", "dstport", "protocol",
    "flow-direction", "tcp-flags", "action", "reject-reason", "start", "end", "packets",
)  # fmt: skip
_SIDES = ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")

# Protocol, then address and port of one end, and of the other; the ends in order, so that both directions are the same.
_Talk = tuple[object, frozenset[tuple[object, object]]]


@dataclass(frozen=True, slots=True)
class Witness:
    """A flow, and the records of its connection: any interface, both directions, in order of time."""

    flow: Flow
    history: tuple[Flow, ...] = ()


def witnesses(held: Held, serials: Sequence[int]) -> dict[int, Witness]:
    """The flows of these records, by serial number; what has left the cache, or tells no addresses, is not in it."""
    rows = {serial: row for row in _rows_of(held, serials) if (serial := row["serial"]) is not None}
    flows = {serial: flow for serial, row in rows.items() if (flow := flow_of(row)) is not None}
    seen: dict[_Talk, list[tuple[int, Flow]]] = {}
    if flows:
        wanted = {talk for serial in flows for talk in _talks(rows[serial])}
        starts = [flow.start for flow in flows.values() if flow.start is not None]
        for row in _related(held, [rows[serial] for serial in flows], min(starts, default=0) - BEFORE):
            flow = flow_of(row)
            for talk in _talks(row) & wanted if flow else ():
                seen.setdefault(talk, []).append((row["serial"], flow))  # type: ignore[arg-type]  # it is one here
    return {serial: Witness(flow, _history(serial, flow, rows[serial], seen)) for serial, flow in flows.items()}


def flow_and_line(held: Held, serial: int) -> tuple[Flow | None, str] | None:
    """A record as a flow, if it tells one, and its line as it came; None when it has left the cache."""
    for layout, frames in held.tables:
        for frame in frames:
            found = frame.filter(pl.col("serial") == serial)
            if found.height:
                (row,) = _named(found)
                return flow_of(row), clean(write_lines(layout, found)[0], _LONGEST)
    return None


def flow_of(row: Mapping[str, Any]) -> Flow | None:
    """The flow that a record tells of; None where it says not who, with whom, over what."""
    source, target = row["pkt-srcaddr"] or row["srcaddr"], row["pkt-dstaddr"] or row["dstaddr"]
    protocol, way = row["protocol"], row["flow-direction"]
    if source is None or target is None or protocol is None:
        return None
    has_ports = protocol in WITH_PORTS
    return Flow(
        source=source,
        target=target,
        protocol=protocol,
        source_port=row["srcport"] if has_ports else None,
        target_port=row["dstport"] if has_ports else None,
        interface=row["interface-id"] or "",
        egress=None if way not in {"ingress", "egress"} else way == "egress",
        flags=row["tcp-flags"],
        action=row["action"] or "",
        reject_reason=row["reject-reason"] or "",
        start=row["start"],
        end=row["end"],
        packets=row["packets"],
        seen_source=row["srcaddr"] if row["srcaddr"] not in {None, source} else "",
        seen_target=row["dstaddr"] if row["dstaddr"] not in {None, target} else "",
    )


def _rows_of(held: Held, serials: Sequence[int]) -> list[dict[str, Any]]:
    wanted = pl.Series(serials, dtype=pl.Int64).implode()
    found = []
    for _, frames in held.tables:
        kept = pl.concat(frames).filter(pl.col("serial").is_in(wanted))
        found += _named(kept)
    return found


def _named(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows with all of _FIELDS, those that the layout lacks None."""
    have = set(frame.columns)
    shown = frame.select(
        "serial",
        *(
            (pl.col(name).cast(pl.String) if isinstance(frame.schema[name], pl.Categorical) else pl.col(name))
            if name in have
            else pl.lit(None).alias(name)
            for name in _FIELDS
        ),
    )
    return shown.rows(named=True)


def _related(held: Held, rows: Sequence[Mapping[str, Any]], since: int) -> Iterable[dict[str, Any]]:
    """Records that may be of the same connections, those delivered again left out."""
    ports = {(row["srcport"], row["dstport"]) for row in rows}
    ports |= {(second, first) for first, second in ports}
    packed = pl.Series([_packed(*pair) for pair in ports], dtype=pl.UInt32).unique().implode()
    addresses = pl.Series(
        sorted({row[side] for row in rows for side in _SIDES if row[side] is not None}), dtype=pl.String
    )
    for _, frames in held.tables:
        recent = [frame for frame in frames if "start" not in frame.columns or _is_recent(frame, since)]
        if not recent:
            continue
        whole = pl.concat(recent)
        have = set(whole.columns)
        if {"srcport", "dstport"} <= have:
            pair = pl.col("srcport").fill_null(0).cast(pl.UInt32) * 65_536 + pl.col("dstport").fill_null(0)
            whole = whole.filter(pair.is_in(packed))
        for side in (("srcaddr", "pkt-srcaddr"), ("dstaddr", "pkt-dstaddr")):
            there = [pl.col(name) for name in side if name in have]
            if there and whole.height:
                dtype = whole.schema[next(name for name in side if name in have)]
                among = addresses.cast(dtype).implode()
                whole = whole.filter(pl.any_horizontal(name.is_in(among) for name in there))
        yield from _named(whole.filter(pl.col(AGAIN).not_().fill_null(value=True)))


def _is_recent(frame: pl.DataFrame, since: int) -> bool:
    latest = frame["start"].max()
    return latest is None or int(str(latest)) >= since


def _packed(source: int | None, target: int | None) -> int:
    return (source or 0) << 16 | (target or 0)


def _talks(row: Mapping[str, Any]) -> set[_Talk]:
    """What a record may be of: by the addresses it was seen with, and by the packet's own."""
    made = set()
    for source, target in ((row["srcaddr"], row["dstaddr"]), (row["pkt-srcaddr"], row["pkt-dstaddr"])):
        if source is not None and target is not None:
            made.add((row["protocol"], frozenset({(source, row["srcport"]), (target, row["dstport"])})))
    return made


def _history(
    serial: int, flow: Flow, row: Mapping[str, Any], seen: Mapping[_Talk, Sequence[tuple[int, Flow]]]
) -> tuple[Flow, ...]:
    """The others of its connection, the nearest in time."""
    start, end = flow.start, flow.end
    found = {
        other: each
        for talk in _talks(row)
        for other, each in seen.get(talk, ())
        if other != serial and _is_near(each, start, end)
    }
    middle = start or 0
    nearest = sorted(found.values(), key=lambda each: abs((each.start or middle) - middle))[:MOST_HISTORY]
    return tuple(sorted(nearest, key=lambda each: (each.start or 0, each.end or 0)))


def _is_near(other: Flow, start: int | None, end: int | None) -> bool:
    if start is None or end is None or other.start is None or other.end is None:
        return True
    return other.end >= start - BEFORE and other.start <= end + AFTER
