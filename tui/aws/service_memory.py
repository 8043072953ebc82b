"""The services that endpoints lead to, remembered for a day: EC2 knows hundreds, and they hardly change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.network.service import Service

EVERY = 86_400.0  # seconds
_MOST = 2_000  # names that are remembered


class ServiceMemory:
    """What was told of each service, and when. Times are of a clock that never goes back, in seconds."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Service | None]] = {}  # None: AWS does not know it

    def due(self, wanted: Mapping[str, str], mono: float) -> dict[str, list[str]]:
        """The names to ask for, of those wanted, by their Region ('' for the reader's own)."""
        found: dict[str, list[str]] = {}
        for name, region in wanted.items():
            known = self._known.get(name)
            if known is None or mono - known[0] >= EVERY:
                found.setdefault(region, []).append(name)
        return found

    def keep(self, asked: Iterable[str], told: Iterable[Service], mono: float) -> None:
        """What was told of the names asked for; the others are unknown to AWS."""
        by_name = {each.name: each for each in told}
        self._known |= {name: (mono, by_name.get(name)) for name in asked}
        while len(self._known) > _MOST:
            self._known.pop(next(iter(self._known)))

    def held(self, wanted: Iterable[str]) -> tuple[Service, ...]:
        """What is known of those wanted, by name."""
        kept = (self._known.get(name, (0.0, None))[1] for name in sorted(set(wanted)))
        return tuple(each for each in kept if each is not None)
