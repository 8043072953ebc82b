"""What each network interface has delivered lately, read off the records as they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tui.cache.digest import Delivery
from tui.cache.freshness import Sighting

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


@dataclass(slots=True)
class _Stretch:
    """Records of one interface, log group and log status; times in Unix seconds, `length` of the longest window."""

    newest: int
    oldest: int
    length: int

    def widen(self, newest: int, oldest: int, length: int) -> None:
        self.newest, self.oldest = max(self.newest, newest), min(self.oldest, oldest)
        self.length = max(self.length, length)


_Way = tuple[str, str, str]  # interface, log group, log status


def _by_end(entry: tuple[_Way, _Stretch]) -> tuple[int, bool, bool]:
    """Older ends first; of one end NODATA first and SKIPDATA last, since what comes last is what counts."""
    (_, _, status), stretch = entry
    return stretch.newest, status == "SKIPDATA", status != "NODATA"


def _stretches(deliveries: Iterable[Delivery], now: int) -> dict[_Way, _Stretch]:
    found: dict[_Way, _Stretch] = {}
    for each in deliveries:
        if each.interface is None or each.newest is None or each.oldest is None:
            continue
        way = each.interface, each.group or "", each.status or "OK"
        times = min(each.newest, now), min(each.oldest, now), each.length or 0
        if way in found:
            found[way].widen(*times)
        else:
            found[way] = _Stretch(*times)
    return found


class Sightings:
    """Every interface seen within the cache's window, and how late records usually come. Not thread-safe."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self.lateness = 0.0  # seconds from a window's end until CloudWatch had half of a page's records

    def add(self, deliveries: Iterable[Delivery], now: float) -> None:
        """Look at what came; a window that ends after the clock is taken to end now."""
        stretches = _stretches(deliveries, int(now))
        for (interface, group, status), each in sorted(stretches.items(), key=_by_end):
            windows = 1 + (each.newest - each.oldest) // max(1, each.length or each.newest - each.oldest or 1)
            self._seen.setdefault(interface, _Seen()).add(each.newest, status, each.length, windows, group)

    def measure(self, lateness: float | None) -> None:
        """Take in how late half of a page's records were at least, in seconds from their window's end to CloudWatch."""
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
