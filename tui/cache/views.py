"""The panes' answers, computed from what is held: pure, and run beside the screen (polars releases the GIL)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from tui.cache.carriage import EndpointTable
from tui.cache.columns import SHAPES, Column, Grouping, record_column
from tui.cache.digest import AGAIN
from tui.cache.endpoints import endpoints
from tui.cache.judging import Judging
from tui.cache.ledger import open_gaps
from tui.cache.rejected import RejectTable
from tui.cache.rejects import rejects
from tui.cache.rolling import Held
from tui.cache.selecting import core_of, kept_frames, told_apart, with_side
from tui.cache.shaping import KEY, MORE, shaped
from tui.cache.standing import is_partial, strip_of, summary_of, tallies_of
from tui.cache.view import Ask, Detail, FlowTable, Key, RecordDetail, Totals, Views
from tui.flows.clean import clean, tag_text
from tui.flows.field import Kind
from tui.flows.logformat import Layout
from tui.flows.source import INGESTION, LATE, LOG_GROUP, LOG_STREAM, Gap
from tui.flows.write import write_lines

LOG = logging.getLogger(__name__)
# Rows of single records that a reader can scroll through; the pane's title says how many there are in all.
MOST_RECORDS = 10_000
_LONGEST_NAME = 512  # characters of a log group or stream


def answer(held: Held, ask: Ask, judging: Judging | None = None) -> Views:
    """Everything the panes show, for one ask; `judging` remembers the verdicts of the Rejects pane."""
    gaps = open_gaps(held.gaps)
    table, frames = _flows(held, ask, gaps)
    told = held if ask.filter.is_everything else replace(held, tallies=tallies_of(held, frames))
    refused = None if ask.rejects is None else _rejects(held, ask, frames, judging)
    carried = None if ask.endpoints is None else _endpoints(held, ask)
    return Views(table, strip_of(told, gaps), summary_of(held, gaps), refused, carried)


def _endpoints(held: Held, ask: Ask) -> EndpointTable:
    """The endpoints; a bug of ours there takes nothing from the other panes."""
    try:
        return endpoints(held, ask)
    except Exception:  # the pane says so
        LOG.exception("the endpoints could not be told")
        return EndpointTable(trouble="What was read could not be made into rows; the log has the details.")


def _rejects(held: Held, ask: Ask, frames: Sequence[pl.DataFrame], judging: Judging | None) -> RejectTable:
    """The refused flows, with the verdicts that are known by now and some more."""
    table = rejects(held, ask, frames)
    near = ask.rejects.near if ask.rejects else None
    return table if judging is None else judging.judged(held, ask.names, table, near)


def detail(held: Held, grouping: Grouping, key: Key, limit: int = 200) -> Detail | None:
    """The newest `limit` raw records behind a row, by the end of their windows; None when none is held any more."""
    wanted = pl.col("serial") == key[0] if grouping is Grouping.RECORDS else _belongs(KEY, key)
    found: list[tuple[int, int, RecordDetail]] = []
    total = 0
    for layout, frames in held.tables:
        # One filter over all frames of a layout: a filter a frame costs 0.1 ms each.
        rows = with_side(core_of(held, [pl.concat(frames)])).filter(wanted).select(pl.col("end").fill_null(0), "serial")
        total += rows.height
        if rows.height:
            newest = rows.sort("end", "serial", descending=True).head(limit)
            ends = dict(newest.select("serial", "end").rows())
            kept = pl.concat(frames).filter(pl.col("serial").is_in(newest["serial"].implode()))
            for serial, record in zip(kept["serial"].to_list(), _record_details(layout, kept), strict=True):
                found.append((ends[serial], serial, record))
    if not total:
        return None
    found.sort(key=lambda entry: entry[:2], reverse=True)
    return Detail(key, grouping, total, tuple(record for _, _, record in found[:limit]))


def _flows(held: Held, ask: Ask, gaps: Sequence[Gap]) -> tuple[FlowTable, Sequence[pl.DataFrame]]:
    """The table, and the records it is made of."""
    frames = kept_frames(held, ask, gaps)
    columns = _columns(ask)
    newest = held.newest or 0
    if ask.until is not None:
        newest = min(newest, int(ask.until) - 1)
    if ask.grouping is Grouping.RECORDS:
        core = core_of(held, frames, (column.key for column in columns))
        frame, total = _newest_records(core, ask)
        totals = _sums(core, core.height)
    else:
        core = core_of(held, frames, MORE.get(ask.grouping, ()))
        frame = _sorted(shaped(told_apart(core, held), ask, newest), ask)
        total = frame.height
        # A conversation stands in the rows of both its talkers.
        totals = _sums(frame, core.height, times=2 if ask.grouping is Grouping.TALKERS else 1)
    since = held.oldest or 0 if ask.since is None else max(ask.since, held.oldest or 0)
    partial = held.newest is not None and is_partial(gaps, since, newest + 1)
    totals = replace(totals, rows=total, is_partial=partial)
    kept = _place_of(frame, ask)
    table = FlowTable(
        ask.grouping, columns, ask.sort, ask.descending, frame.height, kept, frame, total, partial, totals
    )
    return table, frames


def _columns(ask: Ask) -> tuple[Column, ...]:
    own = SHAPES[ask.grouping].columns
    if not ask.columns:
        return own
    if ask.grouping is Grouping.RECORDS:
        return tuple(record_column(name) for name in dict.fromkeys(ask.columns))
    there = {column.key: column for column in own}
    return tuple(there[name] for name in dict.fromkeys(ask.columns) if name in there) or own


def _sums(frame: pl.DataFrame, records: int, *, times: int = 1) -> Totals:
    """Of rows that are sums, or of single records, of which each counts that is not the very same as another."""
    if AGAIN in frame.columns:
        frame = frame.filter(pl.col(AGAIN).not_().fill_null(value=True)).with_columns(
            (pl.col("action") == "ACCEPT").alias("accepted"), (pl.col("action") == "REJECT").alias("rejected")
        )
    names = ("bytes", "packets", "accepted", "rejected")
    size, packets, accepted, rejected = frame.select(pl.col(*names).cast(pl.Int64).sum() // times).row(0)
    return Totals(0, records, size, packets, accepted, rejected)


def _belongs(names: Sequence[str], key: Key) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).eq_missing(pl.lit(value)) for name, value in zip(names, key, strict=True))


def _sorted(frame: pl.DataFrame, ask: Ask) -> pl.DataFrame:
    """Rows by the asked column, absent values last; equal rows keep one order so that nothing dances."""
    keys = SHAPES[ask.grouping].keys
    if ask.sort not in frame.columns:
        return frame
    lead = pl.col(ask.sort)
    texts = {name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Categorical)}
    if ask.sort in texts or frame.schema[ask.sort] == pl.String:
        ties = [pl.col(name).to_physical() if name in texts else pl.col(name) for name in keys]
        return frame.sort(
            lead.cast(pl.String), *ties, descending=[ask.descending, *([False] * len(keys))], nulls_last=True
        )
    # Ties are broken within the number itself, by less than any difference that counts: one key sorts 340,000 rows in
    # 20 ms where five take 170.
    shade = pl.struct(keys).hash(seed=1) / float(2**64)
    order = frame.select(lead.cast(pl.Float64) + shade * (lead.cast(pl.Float64).abs() * 1e-13 + 1e-9)).to_series()
    return frame[order.arg_sort(descending=ask.descending, nulls_last=True)]


def _newest_records(core: pl.DataFrame, ask: Ask) -> tuple[pl.DataFrame, int]:
    if ask.sort not in core.columns:
        return core.head(MOST_RECORDS), core.height
    lead = pl.col(ask.sort)
    if isinstance(core.schema[ask.sort], pl.Categorical):
        lead = lead.cast(pl.String)
    order = core.select(lead.alias("lead"), pl.col("serial"), pl.int_range(pl.len()).alias("place"))
    order = order.sort("lead", "serial", descending=[ask.descending, True], nulls_last=True).head(MOST_RECORDS)
    return core[order["place"]], core.height


def _place_of(frame: pl.DataFrame, ask: Ask) -> int | None:
    """Where the row under the cursor is now."""
    keys = SHAPES[ask.grouping].keys
    if ask.keep is None or frame.is_empty() or len(ask.keep) != len(keys):
        return None  # none, or the key of another grouping
    try:
        places = frame.select(_belongs(keys, ask.keep).arg_true()).to_series()
    except (pl.exceptions.PolarsError, TypeError):  # of another grouping, whose keys are as many but of other types
        return None
    return int(places[0]) if len(places) else None


def _record_details(layout: Layout, frame: pl.DataFrame) -> list[RecordDetail]:
    """Each row of one layout's frame with its line, its envelope and its fields."""
    have = set(frame.columns)
    details = []
    for line, row in zip(write_lines(layout, frame), frame.iter_rows(named=True), strict=True):
        fields = tuple((field.name, _shown(field.kind, row[field.name]), field.meaning) for field in layout.fields)
        details.append(
            RecordDetail(
                line=clean(line, 4096),
                log_group=clean(str(row.get(LOG_GROUP) or ""), _LONGEST_NAME),
                log_stream=clean(str(row.get(LOG_STREAM) or ""), _LONGEST_NAME),
                ingestion=row[INGESTION] if INGESTION in have else None,
                late=bool(row.get(LATE)),
                again=bool(row.get(AGAIN)),
                serial=row["serial"],
                fields=fields,
            )
        )
    return details


def _shown(kind: Kind, value: object) -> str:
    if value is None:
        return "-"
    return tag_text(str(value)) if kind is Kind.TAG else clean(str(value))
