"""What of a log group could not be read yet: one gap that grows while reads fail, and heals when later reads cover it."""

from __future__ import annotations

from dataclasses import replace

from tui.flows.source import Cause, Gap

_Stretch = tuple[float, float]


class Unread:
    """The stretches of one log group that failed reads left out. All times in Unix seconds."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._told = 0
        self._gap: Gap | None = None
        self._left: list[_Stretch] = []

    def failed(self, since: float, until: float, cause: Cause, note: str) -> Gap:
        """A read of this stretch failed: the gap, new or grown, to be told."""
        until = max(since, until)
        self._left = [*_without(self._left, since, until), (since, until)]
        known = self._gap
        if known is None:
            self._told += 1
            self._gap = Gap(since, until, cause, 1, note, f"{self._group} {since:.0f} {self._told}")
        else:
            since, until = min(known.since, since), max(known.until, until)
            self._gap = replace(known, since=since, until=until, cause=cause, count=known.count + 1, note=note)
        return self._gap

    def read(self, since: float, until: float, now: float) -> tuple[Gap, ...]:
        """A pass has read all of this stretch: the gap, healed, when nothing of it is left."""
        self._left = _without(self._left, since, until)
        if self._gap is None or self._left:
            return ()
        healed, self._gap = replace(self._gap, healed=now), None
        return (healed,)


def _without(stretches: list[_Stretch], since: float, until: float) -> list[_Stretch]:
    """What is left of stretches when [since, until] is taken out."""
    left = []
    for start, end in stretches:
        if end < since or start > until:
            left.append((start, end))
            continue
        left += [(start, since)] if start < since else []
        left += [(until, end)] if until < end else []
    return left
