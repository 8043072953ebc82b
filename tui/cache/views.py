"""The panes' answers, computed from what is held: pure, and run beside the screen (polars releases the GIL)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tui.cache.columns import Grouping
from tui.cache.digest import AGAIN, MINUTE
from tui.cache.grouping import grouped
from tui.cache.ledger import open_gaps, touches
from tui.cache.rolling import Held
from tui.cache.tally import Tally
from tui.cache.view import COLUMNS, Ask, Detail, FlowTable, Key, RecordDetail, Strip, Summary, Views
from tui.flows.clean import clean, tag_text
from tui.flows.dtype import Dictionary
from tui.flows.field import BY_NAME, Kind
from tui.flows.logformat import Layout
from tui.flows.port import server_is_dst
from tui.flows.source import INGESTION, LATE, LOG_GROUP, LOG_STREAM, Gap
from tui.flows.write import write_lines

# Rows of single records that a reader can scroll through; the pane's title says how many there are in all.
MOST_RECORDS = 10_000
_KEY = ("srcaddr", "dstaddr", "server_port", "protocol")
_TIES = tuple(pl.col(name).to_physical() if name.endswith("addr") else pl.col(name) for name in _KEY)
_UP = [False] * len(_KEY)
# What conversations and records are made of; a layout without one of them has nulls there.
_CORE = (
    "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end",
    "action", "log-status", "tcp-flags",
)  # fmt: skip


def answer(held: Held, ask: Ask) -> Views:
    """Everything the panes show, for one ask."""
    gaps = open_gaps(held.gaps)
    return Views(_flows(held, ask, gaps), strip_of(held, gaps), summary_of(held, gaps))


def detail(held: Held, grouping: Grouping, key: Key, limit: int = 200) -> Detail | None:
    """The newest `limit` raw records behind a row, by the end of their windows; None when none is held any more."""
    wanted = pl.col("serial") == key[0] if grouping is Grouping.RECORDS else _belongs(key)
    found: list[tuple[int, int, RecordDetail]] = []
    total = 0
    for layout, frames in held.tables:
        # One filter over all frames of a layout: a filter a frame costs 0.1 ms each.
        rows = _with_side(_core(frames, held.dictionary)).filter(wanted).select(pl.col("end").fill_null(0), "serial")
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


def _flows(held: Held, ask: Ask, gaps: Sequence[Gap]) -> FlowTable:
    layouts = [frames for _, frames in held.tables] or [()]
    core = pl.concat([_core(frames, held.dictionary) for frames in layouts])
    if ask.grouping is Grouping.RECORDS:
        frame, total = _newest_records(core, ask)
    else:
        frame = _sorted(_conversations(_told_apart(core, held), held.newest or 0, ask.interval), ask)
        total = frame.height
    columns = COLUMNS[ask.grouping]
    kept = _place_of(frame, ask)
    partial = held.newest is not None and _is_partial(gaps, held.oldest or 0, held.newest + 1)
    return FlowTable(ask.grouping, columns, ask.sort, ask.descending, frame.height, kept, frame, total, partial)


def _is_partial(gaps: Sequence[Gap], since: float, until: float) -> bool:
    return any(touches(gap, since, until) for gap in gaps)


def _core(frames: Sequence[pl.DataFrame], dictionary: Dictionary) -> pl.DataFrame:
    """The core columns of one layout's frames, typed nulls where the layout lacks one."""
    extra = [pl.col(LOG_GROUP).cast(dictionary.texts), pl.col("serial"), pl.col(AGAIN)]
    if not frames:
        empty = {name: dictionary.dtype(BY_NAME[name].kind) for name in _CORE}
        return pl.DataFrame(schema={**empty, LOG_GROUP: dictionary.texts, "serial": pl.Int64, AGAIN: pl.Boolean})
    whole = pl.concat(frames)
    have = set(whole.columns)
    if LOG_GROUP not in have:
        extra[0] = pl.lit(None, dtype=dictionary.texts).alias(LOG_GROUP)
    return whole.select(*(_column(name, have, dictionary) for name in _CORE), *extra)


def _column(name: str, have: set[str], dictionary: Dictionary) -> pl.Expr:
    """The column, or what tells the same: a format may have the packet's addresses only."""
    for candidate in (name, f"pkt-{name}"):
        if candidate in have:
            return pl.col(candidate).alias(name)
    return pl.lit(None, dtype=dictionary.dtype(BY_NAME[name].kind)).alias(name)


def _with_side(core: pl.DataFrame) -> pl.DataFrame:
    side = core.with_columns(server_is_dst().alias("server_is_dst"))
    port = pl.when("server_is_dst").then("dstport").otherwise("srcport")
    return side.with_columns(port.alias("server_port"))


def _told_apart(core: pl.DataFrame, held: Held) -> pl.DataFrame:
    """The records that are not the very same as another, with columns that tell deliveries apart.

    `layout` numbers the layouts, where there are several; `group` is the log group where nobody looked for equal records.
    """
    if held.several:
        core = core.with_columns(pl.when(pl.col(AGAIN).is_null()).then(LOG_GROUP).alias("group"))
    return _numbered(core, held).filter(pl.col(AGAIN).not_().fill_null(value=True))


def _numbered(core: pl.DataFrame, held: Held) -> pl.DataFrame:
    if len(held.tables) < 2:
        return core
    heights = [sum(frame.height for frame in frames) for _, frames in held.tables]
    runs = [pl.repeat(at, height, dtype=pl.UInt32, eager=True) for at, height in enumerate(heights)]
    return core.with_columns(pl.concat(runs).alias("layout"))


def _belongs(key: Key) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).eq_missing(pl.lit(value)) for name, value in zip(_KEY, key, strict=True))


def _conversations(core: pl.DataFrame, newest: int, interval: int) -> pl.DataFrame:
    """One row a (source, destination, server port, protocol)."""
    flows = _with_side(core.filter(pl.col("srcaddr").is_not_null() | pl.col("dstaddr").is_not_null()))
    way = ["interface-id", *(name for name in ("group", "layout") if name in flows.columns)]
    return grouped(flows, _KEY, way, newest, interval)


def _sorted(frame: pl.DataFrame, ask: Ask) -> pl.DataFrame:
    """Rows by the asked column, absent values last; equal rows keep one order so that nothing dances."""
    if ask.sort not in frame.columns:
        return frame
    lead = pl.col(ask.sort)
    if isinstance(frame.schema[ask.sort], pl.Categorical):
        return frame.sort(lead.cast(pl.String), *_TIES, descending=[ask.descending, *_UP], nulls_last=True)
    # Ties are broken within the number itself, by less than any difference that counts: one key sorts 340,000 rows in
    # 20 ms where five take 170.
    shade = pl.struct(_KEY).hash(seed=1) / float(2**64)
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
    if ask.keep is None or frame.is_empty():
        return None
    records = ask.grouping is Grouping.RECORDS
    if len(ask.keep) != (1 if records else len(_KEY)):
        return None  # the key of another grouping
    wanted = pl.col("serial") == ask.keep[0] if records else _belongs(ask.keep)
    places = frame.select(wanted.arg_true()).to_series()
    return int(places[0]) if len(places) else None


def strip_of(held: Held, gaps: Sequence[Gap] = ()) -> Strip:
    """Traffic by minute over what is held, without holes; `gaps` are the open ones."""
    if not held.tallies:
        return Strip(0)
    tallies = dict(held.tallies)
    first, last = held.tallies[0][0], held.tallies[-1][0]
    nothing = Tally()
    minutes = [tallies.get(minute, nothing) for minute in range(first, last + 1)]
    return Strip(
        since=first * MINUTE,
        accepted_bytes=tuple(tally.accepted_bytes for tally in minutes),
        rejected_bytes=tuple(tally.rejected_bytes for tally in minutes),
        accepted=tuple(tally.accepted for tally in minutes),
        rejected=tuple(tally.rejected for tally in minutes),
        skipped=tuple(tally.skipped for tally in minutes),
        partial=_partial_minutes(gaps, first, last),
    )


def _partial_minutes(gaps: Sequence[Gap], first: int, last: int) -> tuple[bool, ...]:
    """For each minute from `first` to `last` whether a gap touches it."""
    flags = [False] * (last - first + 1)
    for gap in gaps:
        if not touches(gap, first * MINUTE, (last + 1) * MINUTE):
            continue
        since, until = max(gap.since, first * MINUTE), min(gap.until, (last + 1) * MINUTE)
        begin, end = int(since // MINUTE), int(-(-until // MINUTE)) - 1
        for minute in range(begin, max(begin, end) + 1):
            flags[minute - first] = True
    return tuple(flags)


def summary_of(held: Held, gaps: Sequence[Gap] | None = None) -> Summary:
    """The header's numbers; `gaps` are the open ones.

    Records that CloudWatch received in the last minute are of windows up to the newest one's, so a gap there counts.
    """
    gaps = open_gaps(held.gaps) if gaps is None else gaps
    accepted, rejected = held.recent
    end, now = (held.newest or held.now) + 1, max(held.now, held.newest or 0) + 1
    return Summary(
        records=held.records,
        newest=held.newest,
        oldest=held.oldest,
        rate=held.rate,
        rejected_share=rejected / (accepted + rejected) if accepted + rejected else 0.0,
        gaps=len(gaps),
        late=held.late,
        unparsed=held.unparsed_count,
        held_bytes=held.size,
        rate_partial=_is_partial(gaps, end - MINUTE, now),
        share_partial=_is_partial(gaps, end - 5 * MINUTE, now),
        doubled=held.doubled,
    )


def _record_details(layout: Layout, frame: pl.DataFrame) -> list[RecordDetail]:
    """Each row of one layout's frame with its line, its envelope and its fields."""
    have = set(frame.columns)
    details = []
    for line, row in zip(write_lines(layout, frame), frame.iter_rows(named=True), strict=True):
        fields = tuple((field.name, _shown(field.kind, row[field.name]), field.meaning) for field in layout.fields)
        details.append(
            RecordDetail(
                line=clean(line, 4096),
                log_group=clean(str(row.get(LOG_GROUP) or "")),
                log_stream=clean(str(row.get(LOG_STREAM) or "")),
                ingestion=row[INGESTION] if INGESTION in have else None,
                late=bool(row.get(LATE)),
                again=bool(row.get(AGAIN)),
                fields=fields,
            )
        )
    return details


def _shown(kind: Kind, value: object) -> str:
    if value is None:
        return "-"
    return tag_text(str(value)) if kind is Kind.TAG else clean(str(value))
