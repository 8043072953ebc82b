"""What the screen benchmarks run in a pty: `python -m tests.bench.changing all|three|idle|paint|empty`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.flows.source import About, Batch
    from tui.screen.options import Connected

PERIOD, T0 = 0.25, 1_790_000_040


class Changing:
    """Sixty conversations, of which all, three or none change with each batch, four times a second."""

    def __init__(self, about: About, changing: int) -> None:
        self.about = about
        self._changing = changing

    def batches(self, stop: Event) -> Iterator[Batch]:
        """One batch of all, then those that change."""
        from tests.screen.flow_feed import batch, record

        turn = 0
        while not stop.wait(PERIOD):
            count = 60 if turn == 0 else self._changing
            if count:
                lines = [
                    record(f"10.0.{n % 6}.{n}", "10.0.2.9", 5432, size=900_000 - n * 9_000 + turn) for n in range(count)
                ]
                yield batch(lines, at=T0 + 120.0)
            turn += 1


def connect() -> Connected:
    """A source as the first argument says."""
    from tests.screen.flow_feed import ABOUT
    from tui.cache.rolling import RollingCache
    from tui.screen.options import Connected

    return Connected(Changing(ABOUT, {"all": 60, "three": 3}.get(sys.argv[1], 0)), RollingCache())


def main() -> None:
    """The monitor, or an app with nothing in it."""
    if sys.argv[1] == "empty":
        from textual.app import App

        App[None]().run()
        return
    from tui.screen.app import VpcTop
    from tui.screen.options import Options

    VpcTop(connect, Options(theme="dark", utc=True, clock=lambda: T0 + 120.0)).run()


if __name__ == "__main__":
    main()
