"""What Live Tail did not bring, as gaps that a sweep heals."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.flows.source import Cause, Gap

# Seconds. A call finds an event this long after CloudWatch received it; a sweep that begins later reads over it.
SETTLED = 30.0
_TOGETHER = 10.0  # sampled seconds that lie no further apart are one gap
_LONGEST = 300.0  # then another begins, so that the sweep can heal the first while sampling goes on


@dataclass(slots=True)
class _Open:
    """A gap that is not healed; `first` and `last` are the data's clock when events were missing."""

    gap: Gap
    first: float
    last: float


class LiveGaps:
    """Gaps told again, under the same id, as they grow and when they are healed. Times are seconds.

    A gap's stretch is one of capture time: it reaches back as far as the records around it do.
    """

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._count = 0
        self._sampled: _Open | None = None
        self._lost: _Open | None = None

    def sampled(self, since: float, at: float, now: float) -> Gap:
        """An update did not hold everything: records from `since` on, at the reader's clock `at`, the data's `now`."""
        last = self._sampled
        if last is None or now - last.last > _TOGETHER or now - last.first >= _LONGEST:
            note = "Live Tail did not show every event; the sweep reads the others"
            last = self._sampled = self._begin(Gap(since, at, Cause.SAMPLED, 0, note), now)
        gap = last.gap
        last.gap = replace(gap, since=min(gap.since, since), until=max(gap.until, at), count=gap.count + 1)
        last.last = max(last.last, now)
        return last.gap

    def lost(self, since: float, at: float, now: float, reason: str) -> Gap:
        """The session ended; what it brought last came at `since`."""
        self._lost = self._begin(Gap(since, at, Cause.DISCONNECTED, 1, f"Live Tail: {reason}"), now)
        return self._lost.gap

    def back(self, at: float) -> tuple[Gap, ...]:
        """A session streams again: until now, unless a sweep was sooner, only polling was there."""
        lost, self._lost = self._lost, None
        if lost is None or lost not in self._open:
            return ()
        lost.gap = replace(lost.gap, until=max(lost.gap.until, at))
        return (lost.gap,)

    def healed(self, swept: float, at: float) -> tuple[Gap, ...]:
        """A sweep that began at `swept` by the data's clock was read to its end: the gaps it has healed by `at`."""
        healed = [each for each in self._open if each.last + SETTLED <= swept]
        if not healed:
            return ()
        self._open = [each for each in self._open if each not in healed]
        if self._sampled in healed:
            self._sampled = None
        return tuple(replace(each.gap, healed=at) for each in healed)

    def _begin(self, gap: Gap, now: float) -> _Open:
        self._count += 1
        begun = _Open(replace(gap, id=f"live-{gap.cause.name.lower()}-{self._count}"), now, now)
        self._open.append(begun)
        return begun
