"""The demo's flow records in the order of their arrival, and its incident: a pure function of its arguments.

It simulates second by second. However often and with whatever times it is asked, the same events come out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from heapq import heappop, heappush
from random import Random

from moto.ec2.models import ec2_backends

from tui.demo.world.incident import ACTS, Scan
from tui.demo.world.outside import SCANNERS, outside
from tui.demo.world.talk import SCANNED
from tui.demo.world.tap import Delivery, Taps
from tui.demo.world.topology import Topology
from tui.demo.world.traffic import NEVER, Traffic
from tui.demo.world.wiring import End, Wiring

SCANNER_SHARE = 0.06  # of the records, from what knocks on public addresses on any day


class Feed:
    """Deliveries of a planted world.

    `rate` is the average of records per second over all interfaces and flow logs, 10 to 2,000; `start` the
    demo's begin in Unix seconds; `history` how many seconds before it the records begin. `guard`, a lock that
    may be taken again and again, is held around each second of simulation, for that reads and changes moto.
    """

    def __init__(  # five numbers of the demo and a lock
        self,
        topology: Topology,
        seed: int,
        rate: float,
        start: float,
        history: int,
        guard: AbstractContextManager[object] | None = None,
    ) -> None:
        self._guard = guard or nullcontext()
        backend = ec2_backends[topology.account][topology.region]
        self._topology, self._backend = topology, backend
        self._random = Random(f"{seed} feed")
        self._start = int(start)
        self._now = self._start - history
        taps = Taps(topology, self._now, self._skips(history), Random(f"{seed} taps"))
        self._taps = taps
        self.wiring = Wiring(topology, backend, taps)
        places: dict[str, list[End]] = {name: list(addresses) for name, addresses in outside(topology, backend).items()}
        self._knocks = rate * SCANNER_SHARE / 1.25
        self.traffic = Traffic(self.wiring, places, rate, self._random)
        self._public = [each for each in topology.interfaces.values() if each.public]
        self._scan = Scan(topology, seed, rate)
        self._acts = sorted((act for act in ACTS), key=lambda act: act.at)
        self._cut()
        self._arriving: list[tuple[int, int, Delivery]] = []
        self._count = 0

    def deliveries(self, until: float) -> Iterator[Delivery]:
        """What arrives until this time and was not yielded before, in the order of ingestion."""
        limit = int(until * 1000)
        while self._now <= until:
            yield from self._arrived(min(limit, self._now * 1000))
            with self._guard:
                self._step()
        yield from self._arrived(limit)

    def act(self, until: float) -> None:
        """Make the changes that are due at this time, and the records up to then; `deliveries` yields these later."""
        while self._now <= until:
            with self._guard:
                self._step()

    def _arrived(self, limit: int) -> Iterator[Delivery]:
        while self._arriving and self._arriving[0][0] <= limit:
            yield heappop(self._arriving)[2]

    def _step(self) -> None:
        """One second: windows that end, then changes that are due, then what goes on."""
        now = self._now
        for arrives, delivery in self._taps.close(now):
            self._count += 1
            heappush(self._arriving, (arrives, self._count, delivery))
        while self._acts and self._start + self._acts[0].at <= now:
            self._acts.pop(0).apply(self._topology, self._backend)
            self._cut()
        self.wiring.refresh()
        self.traffic.step(now)
        self._knock(now)
        self._now = now + 1

    def _cut(self) -> None:
        self.traffic.cut = self._start + self._acts[0].at if self._acts else NEVER

    def _knock(self, now: int) -> None:
        """The scanners of any day, and the port scan of the incident."""
        random = self._random.random
        whole, rest = divmod(self._knocks, 1)
        for _ in range(int(whole) + (random() < rest)):
            scanner = SCANNERS[int(random() ** 2 * len(SCANNERS))]
            target = self._public[int(random() * len(self._public))]
            self.traffic.knock(scanner, target, SCANNED[int(random() ** 2 * len(SCANNED))], now)
        for target, port in self._scan.probes(now - self._start):
            self.traffic.knock(self._scan.source, target, port, now)

    def _skips(self, history: int) -> Iterator[int]:
        """When a tap skips records: once in the history, once in the first minutes, then every few."""
        random = Random(f"{self._start} skips")
        if history > 120:
            yield self._start - history // 2
        at = self._start + 25
        while True:
            yield at
            at += 200 + int(random.random() * 300)
