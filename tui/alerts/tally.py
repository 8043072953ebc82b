"""What a rule has counted so far: by subject and minute, in columns, bounded by time and by rows.

A row says that a subject had so much in a minute; of what is counted distinct, each different thing has a row. Rows come
in chunks, one a batch, which are joined now and then. Sums do not depend on the order in which batches came.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

KEY = {"key": pl.UInt64(), "slot": pl.Int32(), "thing": pl.UInt64()}
_SUMS = (pl.col("n").sum(), pl.col("m").sum(), pl.col("first").min(), pl.col("last").max())
_MOST_CHUNKS = 12
MOST_ROWS = 400_000


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Rows of the slots `low` to `high`."""

    low: int
    high: int
    rows: pl.DataFrame


class Tally:
    """Rows with key (of the subject), slot (Unix minute), thing (0 where nothing is distinct), n, m, first and last.

    `n` is what is measured, `m` what it is a share of. `floor` is the first slot that is still held.
    """

    def __init__(self, most: int = MOST_ROWS) -> None:
        self._most = most
        self._chunks: list[_Chunk] = []
        self.floor = -(2**31)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(chunk.rows.height for chunk in self._chunks)

    def slots(self) -> tuple[int, int]:
        """The first and the last slot of all rows; (1, 0) where there are none."""
        return min((chunk.low for chunk in self._chunks), default=1), max(
            (chunk.high for chunk in self._chunks), default=0
        )

    def add(self, rows: pl.DataFrame) -> None:
        """Take in rows; those before the floor are too late."""
        slots = rows["slot"]
        if self.floor > _least(slots):
            rows = rows.filter(pl.col("slot") >= self.floor)
            slots = rows["slot"]
        if rows.height:
            self._chunks.append(_Chunk(_least(slots), _most(slots), rows))
        if len(self._chunks) > _MOST_CHUNKS:
            self._join()

    def between(self, low: int, high: int) -> pl.DataFrame | None:
        """Rows among which are all of the slots from `low` to `high`; equal key, slot and thing may be in several."""
        found = [chunk.rows for chunk in self._chunks if chunk.low <= high and chunk.high >= low]
        return pl.concat(found) if found else None

    def forget_before(self, floor: int) -> pl.DataFrame | None:
        """Let older slots go; returns their rows."""
        if floor <= self.floor:
            return None
        gone = self.between(-(2**31), floor - 1)
        self.floor = floor
        if gone is not None:
            gone = gone.filter(pl.col("slot") < floor)
            kept = (
                (chunk, chunk.rows.filter(pl.col("slot") >= floor)) for chunk in self._chunks if chunk.high >= floor
            )
            self._chunks = [_Chunk(max(chunk.low, floor), chunk.high, rows) for chunk, rows in kept if rows.height]
        return gone

    def outgrown(self) -> int | None:
        """The slot before which to forget, so that there are not too many rows; None if there are not."""
        if self.size <= self._most:
            return None
        slots = pl.concat([chunk.rows["slot"] for chunk in self._chunks]).sort()
        return int(slots[len(slots) - self._most // 2])

    def remove(self, rows: pl.DataFrame) -> None:
        """Take rows out again, by key, slot and thing."""
        low, high = _least(rows["slot"]), _most(rows["slot"])
        self._chunks = [
            chunk
            if chunk.low > high or chunk.high < low
            else _Chunk(chunk.low, chunk.high, chunk.rows.join(rows, on=list(KEY), how="anti"))
            for chunk in self._chunks
        ]
        self._chunks = [chunk for chunk in self._chunks if chunk.rows.height]

    def _join(self) -> None:
        """Join the younger half of the chunks, and all when they have become as many as the older: each row is joined seldom."""
        half = self._chunks[_MOST_CHUNKS // 2 :]
        rest = self._chunks[: _MOST_CHUNKS // 2]
        while rest and sum(chunk.rows.height for chunk in half) >= rest[-1].rows.height:
            half.insert(0, rest.pop())
        rows = pl.concat([chunk.rows for chunk in half]).group_by(*KEY).agg(_SUMS)
        self._chunks = [*rest, _Chunk(_least(rows["slot"]), _most(rows["slot"]), rows)]


def _least(slots: pl.Series) -> int:
    return int(slots.min()) if len(slots) else 2**31 - 1  # type: ignore[arg-type]  # a column of integers without nulls


def _most(slots: pl.Series) -> int:
    return int(slots.max()) if len(slots) else -(2**31)  # type: ignore[arg-type]  # the same
