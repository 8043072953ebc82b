"""The gap ledger: every stretch that is not the whole truth, bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from tui.flows.source import Cause, Gap

# A storm of gaps is told by its count; the newest ten thousand can be looked at.
_KEPT = 10_000


class Ledger:
    """Gaps in the order they were first noticed, and how many there were of each cause."""

    def __init__(self) -> None:
        self._gaps: dict[tuple[object, ...], Gap] = {}
        self.counts: Counter[Cause] = Counter()

    def add(self, gaps: Iterable[Gap]) -> None:
        """Write these down; a gap noticed again only grows in its count."""
        for gap in gaps:
            key = (gap.cause, gap.since, gap.until, gap.note)
            known = self._gaps.get(key)
            self._gaps[key] = replace(gap, count=gap.count + known.count) if known else gap
            self.counts[gap.cause] += gap.count
            if len(self._gaps) > _KEPT:
                del self._gaps[next(iter(self._gaps))]

    def gaps(self) -> tuple[Gap, ...]:
        """The newest gaps, oldest first."""
        return tuple(self._gaps.values())
