"""What is told around a row's records: how its traffic went, what came back, and the filter that keeps the same.

Light on purpose: the screen imports this page before its first paint, so polars is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reverse:
    """What is held of the other direction: how much, and the newest lines, each as it came."""

    records: int
    bytes: int
    accepted: int
    rejected: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What is told besides a row's records.

    `minutes` are bytes a minute from `since` on, each record spread over its window; of twins seen by several
    interfaces the largest. `reverse` is None where a row has no one other direction. `filter` is "" where none can say it.
    """

    since: int = 0
    minutes: tuple[float, ...] = ()
    reverse: Reverse | None = None
    filter: str = ""
