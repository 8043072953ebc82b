"""The process of the embedded AWS: `python -m tui.demo.child`, started by tui/demo/embedded.py and ended with it.

It says one JSON line on stdout when it listens, and nothing after. It ends when its stdin does.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

import msgspec

WAIT = 0.5  # seconds between two deliveries
FIRST_DELIVERY = 1.5  # seconds of work before the line is said; the rest of the history follows behind it
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


def main() -> None:
    """Listen, plant, say so, deliver; the watcher ends the process."""
    out = _private_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the program on the screen
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        line = _start(msgspec.json.decode(sys.argv[1], type=Options))
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
    scope = "" if options.empty else _plant(options, front.logs(), moto.lock)
    gc.collect()
    gc.freeze()
    return {
        "url": url,
        "account": options.account,
        "region": options.region,
        "scope": scope,
        "now": options.clock(),
    }


def _plant(options: Options, logs: Any, lock: Any) -> str:
    """Plant the world, deliver its history, and go on delivering. Returns the id of the VPC to show."""
    from tui.demo.world.feed import Feed
    from tui.demo.world.plant import plant

    with lock:
        topology = plant(options.seed, options.account, options.region)
    clock = options.clock
    feed = Feed(topology, options.seed, options.rate, clock() if options.at is None else options.at, options.history)

    def deliver() -> None:
        now = clock()
        with lock:
            feed.act(now)
        for delivery in feed.deliveries(now):
            logs.put(delivery.group, delivery.stream, delivery.events)

    def go_on() -> None:
        while True:
            deliver()
            logs.trim(int((clock() - KEPT) * 1000))
            time.sleep(WAIT)

    if options.at is not None:
        deliver()  # to the last event: the picture is to be the same every time
    else:
        feeder = threading.Thread(target=go_on, daemon=True, name="feeder")
        feeder.start()
        feeder.join(FIRST_DELIVERY)
    return str(topology.scope)


if __name__ == "__main__":
    main()
