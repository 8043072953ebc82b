"""Accepted and rejected traffic by minute, each record spread over its capture window."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from tui.flows.source import INGESTION, TIMESTAMP

MINUTE = 60
SLOT = 10
REMEMBERED = 600
# A capture window is 600 s at most; a longer one is a mistake and is counted whole in its last minutes.
_LONGEST = 60


@dataclass(slots=True)
class Tally:
    """One minute's sums. Bytes and records are fractions of records that reach into other minutes."""

    accepted_bytes: float = 0.0
    rejected_bytes: float = 0.0
    accepted: float = 0.0
    rejected: float = 0.0
    others: float = 0.0  # records without an action: NODATA, SKIPDATA, transit gateways
    skipped: bool = False


class Arrivals:
    """How many records CloudWatch received lately, by slots of SLOT seconds of ingestion time.

    Of arrival, not of capture: the newest minutes of capture are never complete, and a rate over them would always be
    too low.
    """

    def __init__(self) -> None:
        self._slots: dict[int, tuple[int, int, int]] = {}

    def add(self, frame: pl.DataFrame, now: float) -> None:
        """Count a frame's records; what was received long ago (a back-fill) does not matter."""
        stamp = next((name for name in (INGESTION, TIMESTAMP) if name in frame.columns), None)
        horizon = int(now - REMEMBERED) * 1000
        if stamp is None or (frame[stamp].max() or 0) < horizon:  # type: ignore[operator]  # a column of integers
            return
        has_action = "action" in frame.columns
        action = pl.col("action").cast(pl.String) if has_action else pl.lit(None, dtype=pl.String)
        counts = (
            frame.lazy()
            .filter(pl.col(stamp) >= horizon)
            .group_by(slot=pl.col(stamp) // (1000 * SLOT))
            .agg((action == "ACCEPT").sum().alias("accepted"), (action == "REJECT").sum().alias("rejected"), pl.len())
            .collect()
        )
        for slot, *found in counts.rows():
            old = self._slots.get(slot, (0, 0, 0))
            self._slots[slot] = (old[0] + found[0], old[1] + found[1], old[2] + found[2])
        for slot in [slot for slot in self._slots if (slot + 1) * SLOT < now - REMEMBERED]:
            del self._slots[slot]

    def counts(self, now: float, seconds: int) -> tuple[int, int, int]:
        """Accepted, rejected and all records received in the last seconds."""
        recent = [counts for slot, counts in self._slots.items() if now - seconds < (slot + 1) * SLOT <= now + SLOT]
        return sum(c[0] for c in recent), sum(c[1] for c in recent), sum(c[2] for c in recent)


def tally_of(frame: pl.DataFrame, minute: str) -> dict[int, Tally]:
    """Tallies by minute (Unix minutes) of a frame's records; the column named `minute` is where a timeless record goes.

    A record of n bytes whose window touches k minutes gives each n / k: rates do not spike because a batch came.
    """
    last = _minute_of(frame, "end", minute)
    first = pl.max_horizontal(_minute_of(frame, "start", minute), last - (_LONGEST - 1))
    columns = frame.columns
    action = pl.col("action").cast(pl.String) if "action" in columns else pl.lit(None, dtype=pl.String)
    status = pl.col("log-status").cast(pl.String) if "log-status" in columns else pl.lit(None, dtype=pl.String)
    size = pl.col("bytes").fill_null(0) if "bytes" in columns else pl.lit(0, dtype=pl.Int64)
    spread = frame.select(
        pl.min_horizontal(first, last).alias("first"),
        last.alias("last"),
        action.alias("action"),
        (status == "SKIPDATA").fill_null(value=False).alias("skipped"),
        size.alias("bytes"),
    )
    sums = (
        spread.group_by("first", "last", "action", "skipped")  # few of these: windows are 60 or 600 s long
        .agg(pl.len().alias("records"), pl.col("bytes").sum())
        .rows()
    )
    tallies: dict[int, Tally] = {}
    for start, end, word, skipped, records, total in sums:
        share = 1 / (end - start + 1)
        for at in range(start, end + 1):
            tally = tallies.setdefault(at, Tally())
            tally.skipped |= skipped
            if word == "ACCEPT":
                tally.accepted += records * share
                tally.accepted_bytes += total * share
            elif word == "REJECT":
                tally.rejected += records * share
                tally.rejected_bytes += total * share
            else:
                tally.others += records * share
    return tallies


def _minute_of(frame: pl.DataFrame, name: str, otherwise: str) -> pl.Expr:
    fallback = pl.col(otherwise).cast(pl.Int64)
    if name not in frame.columns:
        return fallback
    return (pl.col(name).cast(pl.Int64) // MINUTE).fill_null(fallback)


def merge(into: dict[int, Tally], more: dict[int, Tally]) -> None:
    """Add the sums of `more` to `into`."""
    for minute, tally in more.items():
        held = into.setdefault(minute, Tally())
        held.accepted_bytes += tally.accepted_bytes
        held.rejected_bytes += tally.rejected_bytes
        held.accepted += tally.accepted
        held.rejected += tally.rejected
        held.others += tally.others
        held.skipped |= tally.skipped
