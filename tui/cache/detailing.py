"""What is told around a row's records, computed from what is held: pure, for the view thread."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tui.cache.around import Around, Reverse
from tui.cache.digest import AGAIN, MINUTE
from tui.cache.equivalent import FIVE_TUPLE, filter_of, flow_filter_of, reverse_filter_of, understood
from tui.cache.rolling import Held
from tui.cache.view import Detail
from tui.flows.clean import clean
from tui.flows.filter.mask import mask
from tui.flows.filter.surroundings import Surroundings
from tui.flows.logformat import Layout
from tui.flows.write import write_lines

# Lines of the other direction that are shown.
SHOWN = 3
# Minutes that a capture window is spread over at most; AWS's are ten at most, and a strange one is counted at its end.
LONGEST_WINDOW = 30

Found = Sequence[tuple[Layout, pl.DataFrame]]


def around(held: Held, detail: Detail | None) -> Around:
    """What is told around the records of a row."""
    if detail is None or not detail.records:
        return Around()
    fields = {name: value for name, value, _ in detail.records[0].fields}
    row = detail.grouping, detail.key, fields
    since, minutes = _minutes(held, flow_filter_of(*row))
    other = reverse_filter_of(*row)
    return Around(since, minutes, _reverse(_kept(held, other)) if other else None, filter_of(*row))


def _kept(held: Held, text: str) -> Found:
    """The records of each layout that a filter keeps, those delivered again left out."""
    wanted = understood(text)
    if wanted is None:
        return ()
    found = []
    for layout, frames in held.tables:
        whole = pl.concat(frames)
        kept = whole.filter(mask(wanted.node, whole, Surroundings(held.now)))
        found.append((layout, kept.filter(pl.col(AGAIN).not_().fill_null(value=True))))
    return found


def _minutes(held: Held, text: str) -> tuple[int, tuple[float, ...]]:
    """Bytes a minute over what is held."""
    if not held.tallies:
        return 0, ()
    first, last = held.tallies[0][0], held.tallies[-1][0]
    sums: dict[int, float] = {}
    for _, kept in _kept(held, text):
        if not {"start", "end", "bytes"} <= set(kept.columns):
            continue
        for minute, size in _spread(kept).rows():
            sums[minute] = sums.get(minute, 0.0) + size
    if not sums:
        return 0, ()
    return first * MINUTE, tuple(sums.get(minute, 0.0) for minute in range(first, last + 1))


def _spread(kept: pl.DataFrame) -> pl.DataFrame:
    """Minute and bytes; a flow that several interfaces saw is counted where it was seen most."""
    have = set(kept.columns)
    flow = [name for name in FIVE_TUPLE if name in have]
    last = pl.col("end") // MINUTE
    first = pl.min_horizontal(pl.col("start") // MINUTE, last)
    first = pl.when(last - first > LONGEST_WINDOW).then(last).otherwise(first)
    windows = kept.drop_nulls(["start", "end", "bytes"]).select(
        *(pl.col(name) for name in (*flow, "interface-id") if name in have),
        pl.col("bytes").cast(pl.Float64),
        first.cast(pl.Int64).alias("first"),
        last.cast(pl.Int64).alias("last"),
    )
    each = windows.with_columns(
        (pl.col("bytes") / (pl.col("last") - pl.col("first") + 1)).alias("bytes"),
        pl.int_ranges("first", pl.col("last") + 1).alias("minute"),
    ).explode("minute")
    ways = ["interface-id"] if "interface-id" in have else []
    seen = each.group_by(*flow, *ways, "minute").agg(pl.col("bytes").sum())
    if flow:
        seen = seen.group_by(*flow, "minute").agg(pl.col("bytes").max())
    return seen.group_by("minute").agg(pl.col("bytes").sum())


def _reverse(found: Found) -> Reverse:
    """What the other direction's records tell."""
    records = size = accepted = rejected = 0
    newest: list[tuple[int, str]] = []
    for layout, kept in found:
        have = set(kept.columns)
        records += kept.height
        size += int(kept["bytes"].sum() or 0) if "bytes" in have else 0
        if "action" in have:
            accepted += int((kept["action"].cast(pl.String) == "ACCEPT").sum())
            rejected += int((kept["action"].cast(pl.String) == "REJECT").sum())
        last = kept.sort("end", descending=True, nulls_last=True).head(SHOWN) if "end" in have else kept.tail(SHOWN)
        ends = last["end"].fill_null(0).to_list() if "end" in have else [0] * last.height
        newest += zip(ends, (clean(line, 4096) for line in write_lines(layout, last)), strict=True)
    newest.sort(key=lambda entry: entry[0], reverse=True)
    return Reverse(records, size, accepted, rejected, tuple(line for _, line in newest[:SHOWN]))
