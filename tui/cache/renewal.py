"""Frames written anew with a fresh dictionary, some at a time, so that the screen never waits for it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from tui.flows.dtype import Dictionary, fresh_dictionary

# A dictionary is replaced when it has become more than twice what was in use at its start, and this many values.
SLACK = 100_000
# Rows written anew at the first step, 10 to 30 ms; each step takes a quarter more, so that it ends however fast rows come.
ROWS = 50_000


class Renewal:
    """The way from an outgrown dictionary to a fresh one, which holds only what frames still refer to."""

    def __init__(self) -> None:
        self.dictionary: Dictionary = fresh_dictionary()
        self.size = 0  # values in it, as far as it is used
        self._rows = ROWS
        self._done: dict[int, tuple[pl.DataFrame, pl.DataFrame]] = {}  # holds the old frame, so its id stays its own

    def step(self, frames: Iterable[pl.DataFrame]) -> bool:
        """Write some of these anew; True when all of them are done."""
        room = self._rows
        self._rows += self._rows // 4
        for frame in frames:
            if id(frame) in self._done:
                continue
            if room <= 0:
                return False
            self._write(frame)
            room -= frame.height
        return True

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame that is done, as it is now."""
        return self._done[id(frame)][1]

    def _write(self, frame: pl.DataFrame) -> None:
        renewed = self.dictionary.rewrite(frame)
        self.size = max(self.size, self.dictionary.reach(renewed))
        self._done[id(frame)] = (frame, renewed)
