"""Accepted and rejected traffic by minute, each record spread over its capture window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.cache.digest import REMEMBERED, SLOT, Sum


@dataclass(slots=True)
class Tally:
    """One minute's sums. Bytes and records are fractions of records that reach into other minutes."""

    accepted_bytes: float = 0.0
    rejected_bytes: float = 0.0
    accepted: float = 0.0
    rejected: float = 0.0
    others: float = 0.0  # records without an action: NODATA, SKIPDATA, transit gateways
    skipped: bool = False


class Arrivals:
    """How many records CloudWatch received lately, by slots of SLOT seconds of ingestion time.

    Of arrival, not of capture: the newest minutes of capture are never complete, and a rate over them would always be
    too low.
    """

    def __init__(self) -> None:
        self._slots: dict[int, tuple[int, int, int]] = {}

    def add(self, sums: Iterable[Sum], now: float) -> None:
        """Count records; what was received long ago (a back-fill) does not matter."""
        for each in sums:
            if each.slot is None or (each.slot + 1) * SLOT < now - REMEMBERED:
                continue
            old = self._slots.get(each.slot, (0, 0, 0))
            accepted, rejected = (each.records if each.action == word else 0 for word in ("ACCEPT", "REJECT"))
            self._slots[each.slot] = (old[0] + accepted, old[1] + rejected, old[2] + each.records)
        for slot in [slot for slot in self._slots if (slot + 1) * SLOT < now - REMEMBERED]:
            del self._slots[slot]

    def counts(self, now: float, seconds: int) -> tuple[int, int, int]:
        """Accepted, rejected and all records received in the last seconds."""
        recent = [counts for slot, counts in self._slots.items() if now - seconds < (slot + 1) * SLOT <= now + SLOT]
        return sum(c[0] for c in recent), sum(c[1] for c in recent), sum(c[2] for c in recent)


def count(tallies: dict[int, Tally], sums: Iterable[Sum]) -> None:
    """Add records to the tallies of the minutes (Unix minutes) they touch.

    A record of n bytes whose window touches k minutes gives each n / k: rates do not spike because a batch came.
    """
    for each in sums:
        share = 1 / (each.last - each.first + 1)
        for at in range(each.first, each.last + 1):
            tally = tallies.setdefault(at, Tally())
            tally.skipped |= each.status == "SKIPDATA"
            if each.action == "ACCEPT":
                tally.accepted += each.records * share
                tally.accepted_bytes += each.bytes * share
            elif each.action == "REJECT":
                tally.rejected += each.records * share
                tally.rejected_bytes += each.bytes * share
            else:
                tally.others += each.records * share
