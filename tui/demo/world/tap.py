"""Where records are taken and how they are delivered: a tap per interface and flow log, a log stream per tap.

A tap has capture windows of its flow log's interval, with a phase of its own. What a window held is delivered
in batches some seconds after its end, at some taps minutes after, and now and then a record is very late:
https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html calls delivery best effort.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from random import Random
from typing import NamedTuple

from tui.demo.world.line import status_line
from tui.demo.world.topology import FlowLog, Interface, Topology

NITRO = 60  # records of Nitro instances have windows of a minute at most, whatever the flow log says
BATCH = 250
SKIP_AT_LEAST = 12


class Delivery(NamedTuple):
    """Log events that arrive together in one stream: (timestamp ms, ingestion ms, message), oldest first."""

    group: str
    stream: str
    events: list[tuple[int, int, str]]


class Tap:
    """One interface as one flow log sees it; `held` is what its open capture window holds: (start, line)."""

    __slots__ = ("delay", "edge", "held", "interface", "interval", "log", "opened")

    def __init__(self, interface: Interface, log: FlowLog, start: int, random: Random) -> None:
        self.interface, self.log = interface, log
        self.interval = min(log.interval, NITRO) if interface.kind == "instance" else log.interval
        self.opened = start
        self.edge = start + 1 + int(random.random() * self.interval)
        self.held: list[tuple[int, str]] = []
        slow = random.random() < 0.06
        self.delay = random.uniform(110, 220) if slow else random.uniform(5, 26)


class Taps:
    """All taps of a world: closes their windows and says what is delivered when."""

    def __init__(self, topology: Topology, start: int, skips: Iterator[int], random: Random) -> None:
        self.random = random
        self.of: dict[str, tuple[Tap, ...]] = {
            interface.id: tuple(Tap(interface, log, start, random) for log in topology.logs_of(interface))
            for interface in topology.interfaces.values()
        }
        self._due: dict[int, list[Tap]] = defaultdict(list)
        for taps in self.of.values():
            for tap in taps:
                self._due[tap.edge].append(tap)
        self._skips = skips
        self._next_skip = next(skips)

    def close(self, now: int) -> Iterator[tuple[int, Delivery]]:
        """Close the windows that end now; yields (ingestion in ms, delivery)."""
        for tap in self._due.pop(now, ()):
            held, opened, tap.held, tap.opened, tap.edge = tap.held, tap.opened, [], now, now + tap.interval
            self._due[tap.edge].append(tap)
            if (
                now >= self._next_skip
                and len(held) >= SKIP_AT_LEAST
                and tap.log.interval == NITRO
                and tap.delay < NITRO
            ):
                self._next_skip = next(self._skips)
                # What was skipped is gone; one SKIPDATA record can stand for many flows.
                held = held[: len(held) * 2 // 3]
                held.append((opened, status_line(tap.log, tap.interface, opened, now, "SKIPDATA")))
            elif not held:
                held = [(opened, status_line(tap.log, tap.interface, opened, now, "NODATA"))]
            yield from self._batches(tap, now, held)

    def _batches(self, tap: Tap, end: int, held: list[tuple[int, str]]) -> Iterator[tuple[int, Delivery]]:
        """What a window held, as it arrives."""
        random = self.random.random
        arrives = int((end + tap.delay + random() * 13) * 1000)
        group, stream = tap.log.group, f"{tap.interface.id}-all"
        if len(held) > 5 and random() < 0.015:
            late = [held.pop(int(random() * len(held))) for _ in range(1 + int(random() * 3))]
            yield _delivery(group, stream, late, int((end + 200 + random() * 390) * 1000))
        for at in range(0, len(held), BATCH):
            yield _delivery(group, stream, held[at : at + BATCH], arrives)
            arrives += 700 + int(random() * 2500)


def _delivery(group: str, stream: str, held: list[tuple[int, str]], arrives: int) -> tuple[int, Delivery]:
    held.sort(key=itemgetter(0))
    return arrives, Delivery(group, stream, [(start * 1000, arrives, line) for start, line in held])
