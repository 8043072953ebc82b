"""What each network interface has delivered lately, read off the records as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from tui.cache.freshness import Sighting
from tui.flows.source import INGESTION, LOG_GROUP

# A longest window is believed for this long, in seconds: a flow log that was made anew has another interval.
_BELIEVED = 1800
# How much one page's lateness counts against what was measured before.
_WEIGHT = 0.2
_LONGEST = 900.0  # seconds; more is no measure of what is usual


@dataclass(slots=True)
class _Seen:
    """One interface. `longest_at` is when its longest window ended."""

    end: int = 0
    status: str = "OK"
    length: int = 0
    longest_at: int = 0
    windows: int = 0
    groups: dict[str, None] = field(default_factory=dict)

    def add(self, end: int, status: str, length: int, windows: int, group: str) -> None:
        if end > self.end:
            self.windows += windows
        if end > self.end or (end == self.end and self.status != "SKIPDATA"):
            self.end, self.status = end, status
        if length >= self.length or end - self.longest_at > _BELIEVED:
            self.length, self.longest_at = length, end
        if group:
            self.groups[group] = None


def _by_end(row: tuple[Any, ...]) -> tuple[int, bool, bool]:
    """Older ends first; of one end NODATA first and SKIPDATA last, since what comes last is what counts."""
    return row[3] or 0, row[2] == "SKIPDATA", row[2] != "NODATA"


class Sightings:
    """Every interface seen within the cache's window, and how late records usually come. Not thread-safe."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self.lateness = 0.0  # seconds from a window's end until CloudWatch had half of a page's records

    def add(self, frame: pl.DataFrame, now: float) -> None:
        """Look at a frame's records; a window that ends after the clock is taken to end now."""
        columns = set(frame.columns)
        if not {"interface-id", "end"} <= columns:
            return
        end = pl.col("end").cast(pl.Int64).clip(upper_bound=int(now))
        start = pl.col("start").cast(pl.Int64) if "start" in columns else pl.lit(None, dtype=pl.Int64)
        status = pl.col("log-status") if "log-status" in columns else pl.lit("OK")
        group = pl.col(LOG_GROUP) if LOG_GROUP in columns else pl.lit("")
        rows = (
            frame.lazy()
            .select(
                "interface-id", group.alias("group"), status.alias("status"), end.alias("end"), start.alias("start")
            )
            .group_by("interface-id", "group", "status")
            .agg(
                pl.col("end").max(),
                (pl.col("end") - pl.col("start")).max().alias("length"),
                (pl.col("end").max() - pl.col("end").min()).alias("span"),
            )
            .collect()
            .rows()
        )
        for interface, where, word, newest, length, span in sorted(rows, key=_by_end):
            if interface is not None and newest is not None:
                windows = 1 + span // max(1, length or span or 1)
                self._seen.setdefault(interface, _Seen()).add(newest, word or "OK", length or 0, windows, where or "")
        if INGESTION in columns:
            self._measure(frame.select((pl.col(INGESTION) / 1000 - end).median()).item())

    def _measure(self, lateness: float | None) -> None:
        if lateness is None:
            return
        bounded = min(max(0.0, float(lateness)), _LONGEST)
        self.lateness = bounded if not self.lateness else (1 - _WEIGHT) * self.lateness + _WEIGHT * bounded

    def forget_before(self, end: float) -> None:
        """Let interfaces go that have delivered nothing since: they are gone."""
        for interface in [name for name, seen in self._seen.items() if seen.end < end]:
            del self._seen[interface]

    def all(self) -> tuple[Sighting, ...]:
        """What is known of each interface."""
        return tuple(
            Sighting(name, seen.end, seen.status, seen.length, seen.windows, tuple(seen.groups))
            for name, seen in self._seen.items()
        )
