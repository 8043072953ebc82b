"""Batches on their way to the watch for alerts, and those that wait until the network is known."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.flows.source import Batch

MOST_HELD = 200_000  # records from which on the source waits with them: some 50 MB


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch to observe; `done` is called behind it, whatever came of it."""

    batch: Batch
    done: Callable[[], object]
    catching_up: bool


class Waiting:
    """Batches that came before the network was known."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._until: float | None = None  # from the first batch on
        self._is_over = not patience
        self._held: list[Taken] = []

    def held(self, batches: Sequence[Taken]) -> list[Taken]:
        """What of these, and of those before, is to be observed now."""
        self._held += batches
        now = time.monotonic()
        if self._held and self._until is None:
            self._until = now + self._patience
        is_late = self._until is not None and now >= self._until
        return self.end() if self._is_over or is_late else []

    @property
    def is_full(self) -> bool:
        """Whether no more of them should come."""
        return sum(len(each.batch) for each in self._held) >= MOST_HELD

    def end(self) -> list[Taken]:
        """Wait no more; what was held."""
        self._is_over = True
        held, self._held = self._held, []
        return held
