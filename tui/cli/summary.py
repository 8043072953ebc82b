"""What a run on stdout brought, as the line at its end."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from tui.cache.ledger import Ledger, open_gaps
from tui.flows.source import LATE, Batch


@dataclass(slots=True)
class Summary:
    """What a run brought, for the line at its end."""

    records: int = 0
    unparsed: int = 0
    late: int = 0
    errors: int = 0
    began: float = field(default_factory=time.perf_counter)
    ledger: Ledger = field(default_factory=Ledger)

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        self.records += len(batch)
        self.unparsed += len(batch.unparsed)
        self.late += sum(int(records.frame[LATE].sum() or 0) for records in batch.records)
        self.ledger.take(batch)

    def __str__(self) -> str:
        seconds = max(time.perf_counter() - self.began, 1e-6)
        rate = (self.records + self.unparsed) / seconds
        gaps = self.ledger.gaps()
        still = open_gaps(gaps)  # stretches, as the header of the monitor counts them
        number = Counter(gap.cause.value for gap in still)
        causes = ", ".join(f"{cause}: {count}" for cause, count in sorted(number.items()))
        healed = f", {len(gaps) - len(still)} healed" if len(gaps) > len(still) else ""
        return (
            f"{self.records} records in {seconds:.2f} s, {rate:.0f} events/s, {self.unparsed} unparsed, "
            f"{len(still)} gap{'' if len(still) == 1 else 's'}{f' ({causes})' if causes else ''}{healed}, {self.late} late"
        )
