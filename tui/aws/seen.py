"""Which log events have been read already: exact within the window that is still read, and no larger than it."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

_MINUTE = 60_000
# Events outside the span that was asked for, which no honest service sends, are remembered too, but only so many.
_MOST_STRAYS = 65_536
_FEW = 1024  # ids that may stay unsealed in a generation that is no longer the one being read
_MANY = 65_536  # ids after which also the one being read is sealed


@dataclass(slots=True)
class _Generation:
    """Events of pages that ended in one minute: their ids' hashes, and the earliest timestamp among them.

    Most are sealed, 8 bytes each and in order; in a Python set each takes 64 to 100.
    """

    earliest: int
    ids: set[int] = field(default_factory=set)
    sealed: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt64))

    def __len__(self) -> int:
        return len(self.ids) + len(self.sealed)

    def without(self, fresh: set[int]) -> set[int]:
        """Those of some hashes that are not in here."""
        # isdisjoint first: most pages are all new, and it walks the smaller set and builds none.
        left = fresh if fresh.isdisjoint(self.ids) else fresh - self.ids
        if not left or self.sealed.is_empty():
            return left
        asked = pl.Series(list(left), dtype=pl.UInt64)
        places = self.sealed.search_sorted(asked).clip(upper_bound=len(self.sealed) - 1)
        known = asked.filter(self.sealed.gather(places) == asked)
        return left - set(known) if len(known) else left

    def seal(self) -> None:
        """Keep the ids in less room. What comes to a sealed generation later waits until it is worth the sorting."""
        if len(self.ids) > max(_FEW, len(self.sealed) // 8):
            self.sealed = pl.concat([self.sealed, pl.Series(list(self.ids), dtype=pl.UInt64)]).sort()
            self.ids = set()


class Seen:
    """Tells new events from those read before, a page at a time.

    An id is kept as its 64-bit hash (at a million ids held, two are taken for one with a chance of 1 in 37 million).
    The same event always carries the same timestamp, so only generations whose time a page touches are looked at.
    """

    def __init__(self) -> None:
        self._generations: dict[int, _Generation] = {}  # by the minute of the latest timestamp in it
        self._strays: dict[int, None] = {}
        self._floor = 0
        self._latest = 0  # the generation that was added to last

    def __len__(self) -> int:
        return sum(len(generation) for generation in self._generations.values()) + len(self._strays)

    def admit(self, ids: pl.Series, stamps: pl.Series) -> list[int] | None:
        """Which places of a page are new, and remember them: None means all of them.

        Args:
            ids: eventIds, in any order, perhaps some of them twice.
            stamps: their timestamps in ms, which need not be in order.
        """
        if ids.is_empty():
            return None
        hashes: list[int] = ids.hash().to_list()  # 0.3 ms for a page of 10,000, where Python's hash takes 0.7
        earliest, latest = _bounds(stamps)
        if earliest < self._floor:
            return self._admit_strays(hashes, stamps.to_list())
        fresh = set(hashes)
        for minute, generation in self._generations.items():
            if minute < earliest // _MINUTE or generation.earliest > latest:
                continue
            fresh = generation.without(fresh)
            if not fresh:
                return []
        if len(fresh) == len(hashes):
            self._remember(fresh, earliest, latest)
            return None
        left = set(fresh)
        self._remember(fresh, earliest, latest)
        return [place for place, each in enumerate(hashes) if each in left and not left.discard(each)]  # type: ignore[func-returns-value]  # discard returns None: an id twice in a page is new once

    def forget_before(self, stamp: int) -> None:
        """Events before this timestamp, in ms, will not be asked for again."""
        self._floor = max(self._floor, stamp)
        for minute in [m for m in self._generations if (m + 1) * _MINUTE <= self._floor]:
            del self._generations[minute]

    def _remember(self, fresh: set[int], earliest: int, latest: int) -> None:
        minute = latest // _MINUTE
        if minute != self._latest and self._latest in self._generations:
            self._generations[self._latest].seal()
        self._latest = minute
        generation = self._generations.setdefault(minute, _Generation(earliest))
        generation.earliest = min(generation.earliest, earliest)
        generation.ids |= fresh
        if len(generation.ids) > _MANY:
            generation.seal()

    def _admit_strays(self, hashes: list[int], stamps: list[int]) -> list[int]:
        """The slow way, for a page with events older than anything asked for."""
        new = []
        for place, (each, stamp) in enumerate(zip(hashes, stamps, strict=True)):
            if any(not g.without({each}) for m, g in self._generations.items() if m >= stamp // _MINUTE):
                continue
            if each in self._strays:
                continue
            new.append(place)
            if stamp >= self._floor:
                self._remember({each}, stamp, stamp)
            else:
                self._strays[each] = None
        while len(self._strays) > _MOST_STRAYS:
            del self._strays[next(iter(self._strays))]
        return new


def _bounds(stamps: pl.Series) -> tuple[int, int]:
    return int(stamps.min()), int(stamps.max())  # type: ignore[arg-type]  # a column of integers without nulls
