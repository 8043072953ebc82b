"""What a page's records come to, in a few hundred rows: counting looks at those, and at each record only here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from tui.flows.source import INGESTION, LOG_GROUP, TIMESTAMP

# Whether totals leave a record out since another flow log has delivered the very same one before. Null: the source did
# not look.
AGAIN = "@again"
MINUTE = 60
SLOT = 10
REMEMBERED = 600  # seconds; older slots are all one
# A capture window is 600 s at most; a longer one is a mistake and is counted whole in its last minutes.
_LONGEST = 60


_WAY = ("interface-id", LOG_GROUP, "action", "log-status", AGAIN)


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


def lateness_of(frame: pl.DataFrame) -> float | None:
    """Seconds from a window's end until CloudWatch had half of the records; None where that is not told."""
    if not {INGESTION, "end"} <= set(frame.columns):
        return None
    late = (frame[INGESTION] - frame["end"].cast(pl.Int64) * 1000).median()
    return None if late is None else float(str(late)) / 1000


class Digest:
    """A page's records by interface, way, action and minutes: one grouping of them all, the rest is of its rows.

    Args:
        frame: the records, with the columns `@again` and `minute`, which is where one without a time goes.
        now: the clock, Unix seconds.
    """

    def __init__(self, frame: pl.DataFrame, now: float) -> None:
        self._oldest = int(now - REMEMBERED) // SLOT - 1
        columns = set(frame.columns)
        end, start = _seconds("end", columns), _seconds("start", columns)
        self.newest = _highest(frame["end"]) if "end" in columns else None  # end of a capture window, Unix seconds
        ended = end.clip(upper_bound=int(now)) if (self.newest or 0) > now else end
        stamp = next((pl.col(name) for name in (INGESTION, TIMESTAMP) if name in columns), pl.lit(None, dtype=pl.Int64))
        # In two steps: keys that are computed within the grouping take half as long again.
        told = frame.select(
            *(_column(name, columns) for name in _WAY),
            _minute("start", frame),
            _minute("end", frame),
            (stamp // (1000 * SLOT)).alias("slot"),
            end.alias("newest"),
            (ended - start).alias("length"),
            _column("bytes", columns, 0),
        )
        self.frame = told.group_by(*_WAY, "start", "end", "slot").agg(
            pl.col("newest").max(),
            pl.col("newest").min().alias("oldest"),
            pl.col("length").max(),
            pl.len().alias("records"),
            pl.col("bytes").sum(),
        )

    def deliveries(self) -> list[Delivery]:
        """By which ways the records came."""
        ways = self.frame.group_by(_WAY).agg(pl.col("newest").max(), pl.col("oldest").min(), pl.col("length").max())
        return list(map(Delivery._make, ways.rows()))

    def leave_out(self, ways: Sequence[Delivery]) -> None:
        """Do not count the records that came by these ways."""
        if not ways:
            return
        schema = {name: self.frame.schema[name] for name in _WAY}
        spare = pl.DataFrame([each[: len(_WAY)] for each in ways], schema, orient="row")
        self.frame = self.frame.join(spare, on=_WAY, how="anti", nulls_equal=True)

    def sums(self) -> list[Sum]:
        """What the records come to that are not left out."""
        start, end = pl.col("start"), pl.col("end")
        same = (
            pl.min_horizontal(pl.max_horizontal(start, end - (_LONGEST - 1)), end).alias("first"),
            end.alias("last"),
            pl.col("action"),
            pl.col("log-status"),
            pl.col("slot").clip(lower_bound=self._oldest),
        )
        return list(map(Sum._make, self.frame.group_by(same).agg(pl.col("records", "bytes").sum()).rows()))


def _column(name: str, columns: set[str], otherwise: int | None = None) -> pl.Expr:
    return (
        pl.col(name)
        if name in columns
        else pl.lit(otherwise, dtype=pl.String if otherwise is None else pl.Int64).alias(name)
    )


def _seconds(name: str, columns: set[str]) -> pl.Expr:
    return (pl.col(name) if name in columns else pl.lit(None)).cast(pl.Int64)


def _minute(name: str, frame: pl.DataFrame) -> pl.Expr:
    """The minute of a time; where the record does not tell it, the one it is held under."""
    if name not in frame.columns:
        return pl.col("minute").alias(name)
    minute = pl.col(name).cast(pl.Int64) // MINUTE
    return pl.coalesce(minute, pl.col("minute")).alias(name) if frame[name].null_count() else minute


def _highest(numbers: pl.Series) -> int | None:
    return numbers.max()  # type: ignore[return-value]  # a column of integers
