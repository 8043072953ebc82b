"""The gap ledger: every stretch that is not the whole truth, merged where it is one, bounded."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from tui.flows.source import Batch, Cause, Gap, Unparsed

# A storm of gaps is told by its count; the newest ten thousand can be looked at.
_KEPT = 10_000
# Capture windows are told in whole seconds, both ends included: what begins a second after an end follows on it.
_SEAM = 1.0
_MINUTE = 60

_Kin = tuple[Cause, str]  # gaps that may be one stretch: of one cause, with one note
_Place = str | tuple[Cause, str, float]  # a gap's id, or its kin and where its stretch begins


class Ledger:
    """Gaps in the order they were last told. A gap with an id replaces what was told under it; others are merged.

    `forgotten` counts the entries that left for want of room; those that are healed leave first.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._gaps: dict[_Place, Gap] = {}
        self._begins: dict[_Kin, list[float]] = {}  # where each kin's stretches begin, in order; they never touch
        self.forgotten = 0

    def take(self, batch: Batch) -> None:
        """Write down what a batch tells: its gaps, and its unparsed lines by minute."""
        self.add(batch.gaps)
        if batch.unparsed:
            self.add(unparsed_gaps(batch.unparsed, batch.at))

    def add(self, gaps: Iterable[Gap]) -> None:
        """Write these down."""
        for gap in gaps:
            if gap.id:
                self._gaps.pop(gap.id, None)
                self._gaps[gap.id] = gap
            else:
                self._merge(gap)
        while len(self._gaps) > self._kept:
            self._forget()

    def gaps(self) -> tuple[Gap, ...]:
        """All that is written down, what was told last at the end."""
        return tuple(self._gaps.values())

    def _merge(self, gap: Gap) -> None:
        """Join the gap with the stretches of its kin that it touches."""
        begins = self._begins.setdefault((gap.cause, gap.note), [])
        at = bisect_right(begins, gap.until + _SEAM)
        while at and self._gaps[gap.cause, gap.note, begins[at - 1]].until + _SEAM >= gap.since:
            at -= 1
            known = self._gaps.pop((gap.cause, gap.note, begins.pop(at)))
            since, until = min(gap.since, known.since), max(gap.until, known.until)
            gap = replace(gap, since=since, until=until, count=gap.count + known.count)
        begins.insert(at, gap.since)
        self._gaps[gap.cause, gap.note, gap.since] = gap

    def _forget(self) -> None:
        """Let one entry go: the oldest that is healed, or the oldest."""
        healed = (place for place, gap in self._gaps.items() if gap.healed is not None)
        place = next(healed, next(iter(self._gaps)))
        gap = self._gaps.pop(place)
        self.forgotten += 1
        if not isinstance(place, str):
            begins = self._begins[gap.cause, gap.note]
            begins.remove(gap.since)
            if not begins:
                del self._begins[gap.cause, gap.note]


def unparsed_gaps(lines: Iterable[Unparsed], at: float) -> list[Gap]:
    """A gap for each minute and log group of lines that fit no layout.

    Args:
        lines: the lines; `timestamp` in ms, 0 where it is not known.
        at: the clock in Unix seconds, for lines without a time.
    """
    counts = Counter((int(line.timestamp / 1000 or at) // _MINUTE, line.log_group) for line in lines)
    return [
        Gap(minute * _MINUTE, (minute + 1) * _MINUTE, Cause.UNPARSED, count, group)
        for (minute, group), count in counts.items()
    ]


def open_gaps(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Those that no later read has healed."""
    return tuple(gap for gap in gaps if gap.healed is None)


def touches(gap: Gap, since: float, until: float) -> bool:
    """Whether the gap has a part of [since, until), in seconds; a gap without length counts as a moment."""
    return gap.since < until and (gap.until > since or gap.since == gap.until == since)


def newest_first(gaps: Iterable[Gap]) -> list[Gap]:
    """By where they end, then by where they begin."""
    return sorted(gaps, key=lambda gap: (gap.until, gap.since), reverse=True)
