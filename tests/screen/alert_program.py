"""The monitor with a scripted alert, run in a pty by tests: `python -m tests.screen.alert_program [bell] [osc9|osc777]`.

The alert comes with the second batch, half a second after the first; its subject and sentence are hostile.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from threading import Event

from tests.screen import flow_feed
from tests.screen.alert_feed import NEW, SCAN, ScriptedWatch
from tui.cache.rolling import RollingCache
from tui.flows.source import Batch
from tui.screen.app import VpcTop
from tui.screen.notice import Notice
from tui.screen.options import Connected, Options

WORDS = sys.argv[1:]
HOSTILE = "a;b\x1b]0;owned\x07\x9c\u202e" + "x" * 500
ALERT = replace(SCAN, sentence=f"scan by {HOSTILE}", subject=HOSTILE)


class Slow(flow_feed.Script):
    """Two batches."""

    def batches(self, stop: Event) -> Iterator[Batch]:
        """The second one later; then none."""
        yield flow_feed.batch(flow_feed.talks())
        stop.wait(0.5)
        yield flow_feed.batch(flow_feed.talks(), flow_feed.NOW + 1)
        stop.wait()


if __name__ == "__main__":
    terminal = next((word for word in WORDS if word.startswith("osc")), "")
    options = Options(
        theme="dark",
        utc=True,
        clock=lambda: flow_feed.NOW,
        alerts=lambda: ScriptedWatch([], [NEW] if "slight" in WORDS else [ALERT]),
        notice=Notice("bell" in WORDS, terminal),
    )
    app = VpcTop(lambda: Connected(Slow(), RollingCache()), options)
    app.run()
    sys.exit(app.return_code or 0)
