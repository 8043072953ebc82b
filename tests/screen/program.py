"""The monitor on a scripted source, run in a pty by the tests beside it: `python -m tests.screen.program KIND`."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from threading import Event
from typing import TYPE_CHECKING, Any

from tui.screen.app import VpcTop
from tui.screen.options import Connected, Options

if TYPE_CHECKING:
    from tui.flows.source import About, Batch

PERIOD = 0.05


class Busy:
    """Every conversation changes all the time."""

    def __init__(self, about: About, make: Callable[[int], Batch]) -> None:
        self.about = about
        self._make = make

    def batches(self, stop: Event) -> Iterator[Batch]:
        """Twenty batches a second."""
        turn = 0
        while not stop.wait(PERIOD):
            turn += 1
            yield self._make(turn)


class Stuck(Busy):
    """A call in flight that no stop can wake."""

    def batches(self, stop: Event) -> Iterator[Batch]:
        """One batch, then never again."""
        del stop
        yield self._make(1)
        threading.Event().wait(120)


class Broken(Busy):
    """A bug of ours in the source's thread."""

    def batches(self, stop: Event) -> Iterator[Batch]:
        """One batch, then an error that nobody foresaw."""
        del stop
        yield self._make(1)
        raise ZeroDivisionError("division of a capture window by zero")


class Flood(Busy):
    """More than can be shown: the port of the newest conversation tells how far it has come."""

    def batches(self, stop: Event) -> Iterator[Batch]:
        """Twenty batches a second, of a thousand records each."""
        from tests.screen import flow_feed

        turn = 0
        while not stop.wait(PERIOD):
            turn += 1
            many = [flow_feed.record(f"10.1.{n % 9}.{n % 200}", "10.0.2.9", 443, size=90) for n in range(1000)]
            newest = flow_feed.record("10.0.7.7", "10.0.2.9", 10_000 + turn, size=100_000 * turn)
            yield flow_feed.batch([newest, *many])


SOURCES = {"busy": Busy, "stuck": Stuck, "broken": Broken, "flood": Flood}


def blind() -> None:
    """A bug of ours in the view thread: every answer after the first fails."""
    from tui.cache import views

    whole, asked = views.answer, []

    def answer(*arguments: Any) -> object:
        asked.append(1)
        if len(asked) > 3:
            raise ZeroDivisionError("division of a rate by zero")
        return whole(*arguments)

    views.answer = answer  # type: ignore[assignment]  # the bug


def connect() -> Connected:
    """What the first argument says."""
    from tests.screen import flow_feed
    from tui.cache.rolling import RollingCache
    from tui.flows.source import SourceError

    kind = sys.argv[1]
    if kind == "fatal":
        raise SourceError("no flow log covers vpc-0a1b", "create one, or name another VPC", fatal=True, exit_code=2)

    def make(turn: int) -> Batch:
        pairs = [(f"10.0.{n % 6}.{n}", 5000 + (turn * 7919 + n * 104729) % 90000) for n in range(60)]
        return flow_feed.batch([flow_feed.record(src, "10.0.2.9", 5432, size=size) for src, size in pairs])

    if kind == "calm":
        return Connected(flow_feed.Script(flow_feed.batch(flow_feed.talks())), RollingCache())
    if kind == "blind":
        blind()
    # Small enough to be full within seconds, so that memory is flat however long it goes on.
    cache = RollingCache(size=8 << 20) if kind == "flood" else RollingCache()
    return Connected(SOURCES.get(kind, Busy)(flow_feed.ABOUT, make), cache)


if __name__ == "__main__":
    if "nohup" in sys.argv:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    app = VpcTop(connect, Options(theme="dark", utc=True, clock=lambda: 1_790_000_340.0))
    app.run()
    if app.farewell:
        sys.stderr.write(f"vpctop: {app.farewell}\n")
    sys.exit(app.return_code or 0)
