"""What a page's records come to, in a few hundred rows: counting looks at those, and at each record only here."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tui.flows.dtype import Dictionary
from tui.flows.source import INGESTION, LATE, LOG_GROUP, TIMESTAMP

# Whether totals leave a record out since another flow log has delivered the very same one before. Null: the source did
# not look.
AGAIN = "@again"
MINUTE = 60
SLOT = 10
REMEMBERED = 600  # seconds; older slots are all one
# A capture window is 600 s at most; a longer one is a mistake and is counted whole in its last minutes.
_LONGEST = 60


class Delivery(NamedTuple):
    """Records of one interface that came by one way.

    `newest` and `oldest` end of their capture windows in Unix seconds, `length` of the longest window in seconds up to
    the clock; None where the layout does not tell.
    """

    interface: str | None
    group: str | None
    action: str | None
    status: str | None
    again: bool | None
    newest: int | None
    oldest: int | None
    length: int | None


class Sum(NamedTuple):
    """Records whose capture windows touch the same minutes, `first` to `last` (Unix minutes), and their bytes.

    `slot`: when CloudWatch received them, in SLOTs of Unix time; None where the source does not tell.
    """

    first: int
    last: int
    action: str | None
    status: str | None
    slot: int | None
    records: int
    bytes: int


class Look(NamedTuple):
    """What there is to know of a page as a whole.

    `newest`: the latest end of a capture window, Unix seconds. `late`: how many came late. `reach`: how many values its
    dictionary holds at least. `lateness`: seconds from a window's end until CloudWatch had half of the records.
    """

    newest: int | None
    late: int
    reach: int
    lateness: float | None


def look_of(frame: pl.DataFrame, dictionary: Dictionary) -> Look:
    """One look at a frame of at least one record."""
    columns = set(frame.columns)
    end = _seconds("end", columns)
    ingestion = pl.col(INGESTION) / 1000 if INGESTION in columns else pl.lit(None, dtype=pl.Float64)
    late = pl.col(LATE).sum() if LATE in columns else pl.lit(0)
    row = frame.select(
        end.max().alias("newest"),
        late.alias("late"),
        dictionary.reaching(frame.schema).alias("reach"),
        (ingestion - end).median().alias("lateness"),
    )
    return Look(*row.row(0))


def deliveries_of(frame: pl.DataFrame, now: float) -> list[Delivery]:
    """By which ways a frame's records came."""
    columns = set(frame.columns)
    keys = ("interface-id", LOG_GROUP, "action", "log-status", AGAIN)
    end, start = _seconds("end", columns), _seconds("start", columns)
    return list(
        map(
            Delivery._make,
            frame.group_by(_column(name, columns) for name in keys)
            .agg(
                end.max().alias("newest"),
                end.min().alias("oldest"),
                (end.clip(upper_bound=int(now)) - start).max().alias("length"),
            )
            .rows(),
        )
    )


def sums_of(frame: pl.DataFrame, now: float) -> list[Sum]:
    """What a frame's records come to; the column `minute` is where one without a time goes."""
    columns = set(frame.columns)
    otherwise = pl.col("minute").cast(pl.Int64)
    last = pl.coalesce(_seconds("end", columns) // MINUTE, otherwise)
    first = pl.max_horizontal(pl.coalesce(_seconds("start", columns) // MINUTE, otherwise), last - (_LONGEST - 1))
    stamp = next((pl.col(name) for name in (INGESTION, TIMESTAMP) if name in columns), pl.lit(None, dtype=pl.Int64))
    keys = (
        pl.min_horizontal(first, last).alias("first"),
        last.alias("last"),
        _column("action", columns),
        _column("log-status", columns),
        (stamp // (1000 * SLOT)).clip(lower_bound=int(now - REMEMBERED) // SLOT - 1).alias("slot"),
    )
    size = pl.col("bytes").sum() if "bytes" in columns else pl.lit(0, dtype=pl.Int64).alias("bytes")
    return list(map(Sum._make, frame.group_by(keys).agg(pl.len().alias("records"), size).rows()))


def _column(name: str, columns: set[str]) -> pl.Expr:
    return pl.col(name) if name in columns else pl.lit(None, dtype=pl.String).alias(name)


def _seconds(name: str, columns: set[str]) -> pl.Expr:
    return (pl.col(name) if name in columns else pl.lit(None)).cast(pl.Int64)
