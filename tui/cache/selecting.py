"""Which of the records held an ask is about, and what is told of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import polars as pl

from tui.cache.digest import AGAIN
from tui.cache.rolling import Held
from tui.cache.view import Ask
from tui.flows.dtype import Dictionary
from tui.flows.field import field_named
from tui.flows.filter.mask import mask
from tui.flows.filter.model import And, Filter, Span
from tui.flows.filter.surroundings import Surroundings
from tui.flows.port import server_is_dst
from tui.flows.source import LOG_GROUP, Gap

# What conversations and records are made of; a layout without one of them has nulls there.
CORE = (
    "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end",
    "action", "log-status", "tcp-flags",
)  # fmt: skip


def kept_frames(held: Held, ask: Ask, gaps: Sequence[Gap]) -> list[pl.DataFrame]:
    """For each layout the records that the ask's filter and span keep, with all their columns."""
    whole = [pl.concat(frames) for _, frames in held.tables]
    if not is_narrowed(ask):
        return whole
    now = held.now if ask.until is None else min(held.now, ask.until)
    around = Surroundings(now, tuple((gap.since, gap.until) for gap in gaps), ask.names, ask.names.inside)
    wanted = And((ask.filter.node, Span(ask.since, ask.until)))
    return [frame.filter(mask(wanted, frame, around)) for frame in whole]


def within_span(held: Held, ask: Ask) -> Held:
    """What is held, of the ask's span only: a detail opened at a moment travelled to tells nothing that came later."""
    if ask.since is None and ask.until is None:
        return held
    frames = kept_frames(held, replace(ask, filter=Filter()), ())
    tables = tuple((layout, (frame,)) for (layout, _), frame in zip(held.tables, frames, strict=True))
    return replace(held, tables=tables)


def is_narrowed(ask: Ask) -> bool:
    """Whether the ask is about some of the records only."""
    return not ask.filter.is_everything or ask.since is not None or ask.until is not None


def core_of(held: Held, frames: Sequence[pl.DataFrame], more: Iterable[str] = ()) -> pl.DataFrame:
    """The frames as one: the columns CORE and `more` by Amazon's names, the log group, `serial`, AGAIN and `layout`."""
    names = tuple(dict.fromkeys((*CORE, *more)))
    parts = [_core(frame, names, held.dictionary) for frame in frames] or [_nothing(names, held.dictionary)]
    if len(parts) < 2:
        return parts[0]
    return pl.concat(part.with_columns(pl.lit(at, dtype=pl.UInt32).alias("layout")) for at, part in enumerate(parts))


def _nothing(names: Sequence[str], dictionary: Dictionary) -> pl.DataFrame:
    empty = {name: dictionary.dtype(field_named(name).kind) for name in names}
    return pl.DataFrame(schema={**empty, LOG_GROUP: dictionary.texts, "serial": pl.Int64, AGAIN: pl.Boolean})


def _core(frame: pl.DataFrame, names: Sequence[str], dictionary: Dictionary) -> pl.DataFrame:
    have = set(frame.columns)
    group = pl.col(LOG_GROUP) if LOG_GROUP in have else pl.lit(None)
    extra = [group.cast(dictionary.texts).alias(LOG_GROUP), pl.col("serial"), pl.col(AGAIN)]
    return frame.select(*(_column(name, have, dictionary) for name in names), *extra)


def _column(name: str, have: set[str], dictionary: Dictionary) -> pl.Expr:
    """The column, or what tells the same: a format may have the packet's addresses only."""
    for candidate in (name, f"pkt-{name}"):
        if candidate in have:
            return pl.col(candidate).alias(name)
    return pl.lit(None, dtype=dictionary.dtype(field_named(name).kind)).alias(name)


def with_side(core: pl.DataFrame) -> pl.DataFrame:
    """The core with `server_is_dst` and `server_port`."""
    side = core.with_columns(server_is_dst().alias("server_is_dst"))
    port = pl.when("server_is_dst").then("dstport").otherwise("srcport")
    return side.with_columns(port.alias("server_port"))


def told_apart(core: pl.DataFrame, held: Held) -> pl.DataFrame:
    """The records that are not the very same as another, with columns that tell deliveries apart.

    `layout` numbers the layouts, where there are several; `group` is the log group where nobody looked for equal records.
    """
    if held.several:
        core = core.with_columns(pl.when(pl.col(AGAIN).is_null()).then(LOG_GROUP).alias("group"))
    return core.filter(pl.col(AGAIN).not_().fill_null(value=True))


def ways_of(core: pl.DataFrame) -> list[str]:
    """The columns that tell apart by which way a record came."""
    return ["interface-id", *(name for name in ("group", "layout") if name in core.columns)]
