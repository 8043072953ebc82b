"""The monitor on one endpoint that may be changed, run in a pty by tests: `python -m tests.screen.edit_program FOLDER`.

Whatever is ordered is done at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event

from tests.screen import flow_feed
from tests.screen.changes_by_hand import KNOWN
from tui.cache.rolling import RollingCache
from tui.network.inventory import Inventory
from tui.network.order import Order, Progress, Stage
from tui.screen.app import VpcTop
from tui.screen.options import Connected, Options


class Obliging:
    """Does whatever is ordered."""

    def carry_out(self, order: Order, stop: Event) -> Iterator[Progress]:
        """Done."""
        del order, stop
        yield Progress(Stage.DONE, "It is in effect in a few minutes.")


class Known:
    """One inventory."""

    def inventories(self, stop: Event) -> Iterator[Inventory]:
        """That one, then none."""
        yield KNOWN
        stop.wait()

    def wanted(self, names: Iterable[str]) -> None:
        """Nobody is looked for."""


if __name__ == "__main__":
    app = VpcTop(
        lambda: Connected(
            flow_feed.Script(flow_feed.batch(flow_feed.talks())), RollingCache(), Known(), changes=Obliging()
        ),
        Options(theme="dark", utc=True, clock=lambda: flow_feed.NOW, state_folder=Path(sys.argv[1])),
    )
    app.run()
    sys.exit(app.return_code or 0)
