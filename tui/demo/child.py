"""The process of the embedded AWS, started by tui/demo/embedded.py and ended with it.

It says one JSON line on stdout when it listens, and nothing after. It ends when its stdin does.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from tui.demo.backend import Moto
    from tui.demo.front import Front

WAIT = 0.5  # seconds between two deliveries
HISTORY_EVENTS = 400_000  # at most, so that a high rate does not start with a minute's work
SHOWN = 150  # seconds of the script that have passed where the clock stands still: the incident has unfolded
KEPT = 45 * 60  # seconds of events kept while time goes on


class Options(msgspec.Struct):
    """What the parent asks for; `wall` is its clock when it asked, in seconds."""

    wall: float
    account: str
    region: str
    seed: int = 7
    rate: float = 200.0
    speed: float = 1.0
    history: int = 1200
    at: float | None = None
    empty: bool = False

    @property
    def clock(self) -> Callable[[], float]:
        """The demo's time in seconds: faster than the wall's, or standing still."""
        if (at := self.at) is not None:
            return lambda: at
        return lambda: self.wall + (time.time() - self.wall) * self.speed


def main(options: str) -> None:
    """Listen, plant, say so, deliver; the watcher ends the process. `options` are Options as JSON."""
    out = _private_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the program on the screen
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        line = _start(msgspec.json.decode(options, type=Options))
    except ModuleNotFoundError as error:
        line = {"error": f"The embedded AWS needs the Python package {error.name}: pip install 'vpctop[demo]'"}
    out.write(msgspec.json.encode(line) + b"\n")
    out.flush()
    if "error" in line:
        os._exit(1)
    threading.Event().wait()


def _private_stdout() -> IO[bytes]:
    """The stdout the parent reads. What moto or anyone else prints goes nowhere."""
    own = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return own


def _end_with_parent() -> None:
    """Wait for the end of stdin, which comes however the parent ends, and end at once, whatever is under way."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def _start(options: Options) -> dict[str, Any]:
    from tui.demo.backend import Moto
    from tui.demo.front import Front
    from tui.demo.listener import listen

    moto = Moto(options.account, options.region, options.seed)
    front = Front(options.account, options.region, options.clock, moto)
    url = listen(front)
    scope = "" if options.empty else _plant(options, front, moto)
    gc.collect()
    gc.freeze()
    return {
        "url": url,
        "account": options.account,
        "region": options.region,
        "scope": scope,
        "now": options.clock(),
    }


def _plant(options: Options, front: Front, moto: Moto) -> str:
    """Plant the world, deliver its history, and go on delivering. Returns the id of the VPC to show."""
    from tui.demo.endpoint_habits import AWS_HABITS
    from tui.demo.world.feed import Feed
    from tui.demo.world.plant import plant

    with moto.lock:
        topology = plant(options.seed, options.account, options.region)
        moto.behave(AWS_HABITS)
    clock, logs = options.clock, front.logs()
    history = min(options.history, int(HISTORY_EVENTS / options.rate))
    begin = clock() if options.at is None else clock() - SHOWN
    feed = Feed(topology, options.seed, options.rate, begin, history, moto.lock)

    def deliver() -> None:
        for delivery in feed.deliveries(clock()):
            logs.put(delivery.group, delivery.stream, delivery.events)

    def go_on() -> None:
        deliver()
        front.history_told.set()
        while True:
            time.sleep(WAIT)
            deliver()
            logs.trim(int((clock() - KEPT) * 1000))

    if options.at is not None:
        deliver()  # to the last event: the picture is to be the same every time
    else:
        front.history_told.clear()  # readers wait for it, while the program that reads is still starting
        threading.Thread(target=go_on, daemon=True, name="feeder").start()
    return str(topology.scope)
