"""A key's way to the far screen behind a slow line, while every row changes four times a second.

The line has a rate, a round trip and a buffer of 2 MiB, as OpenSSH's window is large: nothing blocks, and what is sent
too fast stands in front of the answer to a key. (A program that paints ten fixed frames a second needs 32 s at 64 kB/s.)
"""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

BUFFER = 2 << 20
CHUNK = 1024
WARM, KEYS = 5.0, 30
PATIENCE = 30.0  # seconds
# What is opened, by which key, and what is seen of it; a group is closed by Esc.
WALK = (
    (("Endpoints pane, focused", "3", "new, change, delete"), ("zoomed", "z", "Clients")),
    (("Endpoints pane again", "3", "new, change, delete"), ("an endpoint's page", "\r", "What it carries")),
    (
        ("Endpoints pane again", "3", "new, change, delete"),
        ("the form of a new endpoint", "N", "Choose a service"),
    ),
    (("Policy pane", "4", "what if"), ("what if", "t", "Its account")),
    (("the editor", "E", "next finding"),),
    (("Rejects pane", "2", "unfold noise"), ("why it was refused", "\r", "Because")),
    (("Alerts pane", "6", "mute"),),
    (("help", "?", "Esc"),),
)


@dataclass
class Line:
    """A terminal behind a line: what is written arrives there `trip`/2 later and no faster than `rate` bytes a second."""

    master: int
    rate: float
    trip: float
    arrived: bytes = b""
    _down: deque[tuple[float, bytes]] = field(default_factory=deque)
    _up: deque[tuple[float, bytes]] = field(default_factory=deque)
    _free: float = 0.0  # when the line has carried all it was given
    _under_way: int = 0

    def press(self, key: str) -> None:
        """A key on the far keyboard."""
        self._up.append((time.monotonic() + self.trip / 2, key.encode()))

    def carry_for(self, seconds: float, until: bytes = b"", since: int = 0) -> bool:
        """Let time go by; True as soon as `until` has arrived on the far screen behind `since`."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if until and until in self.arrived[since:]:
                return True
            ready = [self.master] if self._under_way < BUFFER else []
            if select.select(ready, [], [], min(0.005, end - now))[0]:
                self._take(os.read(self.master, 65536))
            self._deliver(time.monotonic())
        return False

    def _take(self, data: bytes) -> None:
        now = time.monotonic()
        for at in range(0, len(data), CHUNK):
            piece = data[at : at + CHUNK]
            self._free = max(self._free, now) + len(piece) / self.rate
            self._down.append((self._free + self.trip / 2, piece))
            self._under_way += len(piece)

    def _deliver(self, now: float) -> None:
        while self._down and self._down[0][0] <= now:
            _, piece = self._down.popleft()
            self._under_way -= len(piece)
            tail = self.arrived[-8:]  # a question may lie across two pieces
            self.arrived += piece
            asked = (tail + piece).count(b"\x1b[6n") - tail.count(b"\x1b[6n")
            self._up.extend([(now + self.trip / 2, b"\x1b[1;1R")] * asked)
        while self._up and self._up[0][0] <= now:
            os.write(self.master, self._up.popleft()[1])


@contextmanager
def behind(rate: float, trip: float, colours: str, *program: str) -> Iterator[Line]:
    """The far screen of a program behind a line, once it is live; 120x40."""
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": colours}
    pid, master = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", *program], env)
    try:
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        line = Line(master, rate, trip)
        if not line.carry_for(PATIENCE, b"LIVE"):
            sys.exit("the program did not come up behind the line")
        line.carry_for(WARM)
        yield line
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)


def pressed(line: Line, key: str, wanted: str) -> tuple[float, int]:
    """Seconds from a key until this has arrived on the far screen, and the bytes that came meanwhile."""
    since, begun = len(line.arrived), time.monotonic()
    line.press(key)
    line.carry_for(PATIENCE, wanted.encode(), since)
    return time.monotonic() - begun, len(line.arrived) - since


def measure(rate: float, trip: float, colours: str) -> list[float]:
    """Seconds from each key to the far screen, sorted."""
    pick, spent = random.Random(7), []
    with behind(rate, trip, colours, "tests.bench.changing", "all") as line:
        for turn in range(KEYS):
            # Heading and title tell the order that the key asked for; every row is another one then.
            spent.append(pressed(line, "S", "▲▼"[turn % 2])[0])
            line.carry_for(pick.uniform(0.12, 0.6))
    return sorted(spent)


def walk(rate: float, trip: float) -> None:
    """Print what it takes to open each pane and page of the demo, each closed again behind it."""
    with behind(rate, trip, "", "tui", "demo", "--allow-changes") as line:
        line.carry_for(10)  # until the inventory is there
        for steps in WALK:
            for what, key, wanted in steps:
                spent, sent = pressed(line, key, wanted)
                line.carry_for(2)  # what else comes of it
                print(f"  {what:<44} {spent * 1000:6.0f} ms {sent:7,} bytes", flush=True)
            line.press("\x1b")
            line.carry_for(3)


def main() -> None:
    """Print median and 99th of each line beside its budget."""
    for rate, trip, colours, budget in (
        (64_000, 0.1, "truecolor", "400 ms"),
        (20_000, 0.1, "truecolor", "1 s"),
        (20_000, 0.1, "", "1 s"),
    ):
        spent = measure(rate, trip, colours)
        print(
            f"{rate // 1000} kB/s, {trip * 1000:.0f} ms round trip, {colours or '256 colours':11}: key to screen median "
            f"{median(spent) * 1000:5.0f} ms, 99th {spent[int(0.99 * len(spent))] * 1000:5.0f} ms (median's budget {budget})",
            flush=True,
        )
    print("the demo at 20 kB/s, 256 colours: from a key until its page is on the far screen")
    walk(20_000, 0.1)
