"""How late flow records come, so that a fresh look need reach back no further than where the fresh ones are."""

from __future__ import annotations

from tui.flows.source import INGESTION, TIMESTAMP, Batch

_BIN = 10  # seconds
_BINS = 360  # an hour; what is later still counts as that
_ENOUGH = 200  # records before anything is said
_MANY = 20_000  # records after which the older half of the weight is dropped: delivery changes


class Lateness:
    """A histogram of seconds from a record's start to its arrival in CloudWatch, which forgets."""

    def __init__(self) -> None:
        self._counts = [0.0] * _BINS
        self._total = 0.0

    def add(self, batch: Batch) -> None:
        """Count the records of a batch that were new when they were read."""
        for records in batch.records:
            late = (records.frame[INGESTION] - records.frame[TIMESTAMP]) // (1000 * _BIN)
            for place, count in late.clip(0, _BINS - 1).value_counts().iter_rows():
                self._counts[place] += count
                self._total += count
        if self._total > _MANY:
            self._counts = [count / 2 for count in self._counts]
            self._total /= 2

    def most(self, share: float = 0.98) -> float | None:
        """Within how many seconds this share of records comes; None while too few have."""
        if self._total < _ENOUGH:
            return None
        left = self._total * share
        for place, count in enumerate(self._counts):
            left -= count
            if left <= 0:
                return float((place + 1) * _BIN)
        return float(_BINS * _BIN)
