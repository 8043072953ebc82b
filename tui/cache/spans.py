"""Stretches of time that touch: asked of many rows, merged once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from tui.flows.source import Gap


class Spans:
    """Gaps as stretches without overlap, in their order."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self._begins: list[float] = []
        self._ends: list[float] = []
        for since, until in sorted((gap.since, gap.until) for gap in gaps):
            if self._ends and since <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], until)
            else:
                self._begins.append(since)
                self._ends.append(until)

    def touch(self, first: float | None, last: float | None) -> bool:
        """Whether one of them touches what was seen from `first` to `last`, in Unix seconds; a time not told is any."""
        if first is None or last is None:
            return bool(self._begins)
        at = bisect_right(self._begins, last)
        return at > 0 and self._ends[at - 1] >= first
