"""Hours of feed with the clock compressed: memory, threads, files, sockets and processor time must not grow.

`python -m tests.bench soak` takes about eight minutes; not run by default. Two ways: the whole engine against the embedded
AWS (tail, parse, dedupe, cache, views) for as long as a minute allows, and generated lines through parser, cache and
views for many hours of data time. A tenth of the records come from addresses never seen before, as on the internet.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import polars as pl

from tui.aws.session import Access
from tui.aws.tail import TailOptions, open_tail
from tui.cache.columns import Grouping
from tui.cache.rolling import RollingCache
from tui.cache.view import Ask
from tui.cache.views import answer
from tui.demo.embedded import EmbeddedAws
from tui.flows.logformat import DEFAULT_LAYOUT
from tui.flows.parse import LineParser
from tui.flows.source import EVENT_ID, INGESTION, LATE, LOG_GROUP, LOG_STREAM, TIMESTAMP, Batch, Records

T0 = 1_790_000_040
WINDOW = 600  # seconds held: hours hold many windows, and the steady state is reached soon
SIZE = 64 << 20
PERIOD = 10  # seconds of data time between passes
VIEW_EVERY = 6  # passes a view is made for: every data-time minute
NEW = 0.1  # share of records from addresses never seen
# Seconds until the allocator has given back what views and parsing freed (it keeps pages for 1.5 s). Compressed time
# leaves it none, so that without a rest the figure would be that of the garbage of the last second.
REST = 2.5


@dataclass(frozen=True, slots=True)
class Reading:
    """What the process uses at one moment. `cpu` in µs a record since the reading before.

    `memory` in bytes at rest, and its `peak` since the reading before.
    """

    hours: float
    records: int
    memory: int
    peak: int
    objects: int
    threads: int
    files: int
    sockets: int
    cpu: float


def resident() -> int:
    """This process's memory, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors() -> tuple[int, int]:
    """Open descriptors, and how many of them are sockets."""
    links = []
    for each in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(each.readlink()))
        except OSError:  # the one that lists the folder
            continue
    return len(links), sum(link.startswith("socket:") for link in links)


class Meter:
    """Takes readings and prints them. Threads are those of the system, Python's and others."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self._peak = 0
        self._cpu, self._records = time.process_time(), 0
        print("  data time    records    memory      peak   objects threads files sockets   CPU a record")

    def glance(self) -> None:
        """Between readings: memory goes up and down with every view."""
        self._peak = max(self._peak, resident())

    def read(self, hours: float, records: int) -> None:
        """One line."""
        self.glance()
        spent = time.process_time() - self._cpu
        gc.collect()
        time.sleep(REST)
        cpu = spent * 1e6 / max(1, records - self._records)
        files, sockets = descriptors()
        threads, objects = len(list(Path("/proc/self/task").iterdir())), len(gc.get_objects())
        one = Reading(hours, records, resident(), self._peak, objects, threads, files, sockets, cpu)
        print(
            f"  {hours:7.2f} h {records:>10,} {one.memory / 1e6:6.1f} MB {one.peak / 1e6:6.1f} MB {one.objects:>9,} {one.threads:7} {one.files:5} "
            f"{one.sockets:7} {cpu:11.1f} µs",
            flush=True,
        )
        self.readings.append(one)
        self._peak, self._cpu, self._records = 0, time.process_time(), records

    def growth(self) -> None:
        """From the first half after warm-up (a third of the run) to the second: means, and the highest peaks."""
        warm = self.readings[len(self.readings) // 3 :]
        early, late = warm[: len(warm) // 2], warm[-(len(warm) // 2) :]
        memory = change(mean(r.memory for r in early), mean(r.memory for r in late))
        peak = change(max(r.peak for r in early), max(r.peak for r in late))
        objects = change(mean(r.objects for r in early), mean(r.objects for r in late))
        cpu = change(mean(r.cpu for r in early), mean(r.cpu for r in late))
        extra = [max(getattr(r, name) for r in late) - max(getattr(r, name) for r in early) for name in COUNTS]
        told = ", ".join(f"{name} {more:+}" for name, more in zip(COUNTS, extra, strict=True))
        print(
            f"growth after warm-up: memory {memory:+.1f} % (budget 5), its peak {peak:+.1f} %, objects {objects:+.1f} %, CPU {cpu:+.1f} %, {told}"
        )


COUNTS = ("threads", "files", "sockets")


def mean(values: Iterator[float]) -> float:
    """The mean."""
    found = list(values)
    return sum(found) / len(found)


def change(before: float, after: float) -> float:
    """In percent."""
    return 100 * (after - before) / before


class Scanned:
    """Lines of a network that is scanned from the internet: 500 clients, 60 servers, and strangers."""

    def __init__(self, rate: int) -> None:
        self._pick = random.Random(7)
        self._rate = rate
        self._parser = LineParser([DEFAULT_LAYOUT])

    def line(self, at: int) -> str:
        """One record of a capture window that ended a minute ago or up to eight."""
        pick = self._pick
        start = at - 120 - int(480 * pick.random() ** 3)
        if pick.random() < NEW:
            src = f"{pick.randrange(11, 223)}.{pick.randrange(256)}.{pick.randrange(256)}.{pick.randrange(256)}"
            port, action = pick.choice((22, 23, 445, 3389)), "REJECT"
        else:
            src, port, action = f"10.0.{pick.randrange(2)}.{pick.randrange(250)}", pick.choice((443, 5432)), "ACCEPT"
        eni = f"eni-{pick.randrange(100):017x}"
        return (
            f"2 123456789012 {eni} {src} 10.1.0.{pick.randrange(60)} {pick.randrange(1024, 65_000)} {port} 6 "
            f"{pick.randrange(1, 400)} {pick.randrange(40, 900_000)} {start} {start + 59} {action} OK"
        )

    def batch(self, at: int) -> Batch:
        """What a pass brings."""
        lines = [self.line(at) for _ in range(self._rate * PERIOD)]
        (_, frame, _) = self._parser.parse(lines).records[0]
        count = frame.height
        told = pl.Series([at * 1000]).new_from_index(0, count)
        meta = [
            pl.Series(EVENT_ID, ["3" * 56]).new_from_index(0, count),
            pl.Series(LOG_GROUP, ["/vpc/soak"], dtype=pl.Categorical()).new_from_index(0, count),
            (frame["interface-id"].cast(pl.String) + "-all").cast(pl.Categorical()).alias(LOG_STREAM),
            (frame["start"].cast(pl.Int64) * 1000).alias(TIMESTAMP),
            told.alias(INGESTION),
            pl.Series(LATE, [False]).new_from_index(0, count),
        ]
        return Batch(at, (Records(DEFAULT_LAYOUT, pl.DataFrame(meta).hstack(frame)),), complete=True)


def look(cache: RollingCache) -> None:
    """What the screen asks."""
    held = cache.held()
    for ask in (Ask(), Ask(Grouping.RECORDS, "end")):
        answer(held, ask).flows.rows(0, 40)


def generated(rate: int, hours: float, readings: int) -> None:
    """Parser, cache and views, a process of its own would do nothing else."""
    print(f"generated, {rate:,} records/s, {hours:g} h, a tenth from new addresses, {WINDOW} s held:")
    source, cache, meter, records = Scanned(rate), RollingCache(WINDOW, SIZE), Meter(), 0
    passes = int(hours * 3600 / PERIOD)
    for turn in range(1, passes + 1):
        batch = source.batch(T0 + turn * PERIOD)
        cache.add(batch)
        records += len(batch)
        if turn % VIEW_EVERY == 0:
            look(cache)
        meter.glance()
        if turn * readings // passes > (turn - 1) * readings // passes:
            meter.read(turn * PERIOD / 3600, records)
    meter.growth()


def engine(rate: float, speed: float, seconds: float, readings: int) -> None:
    """The tail over HTTP into the cache, with views: the demo's own traffic, its time `speed` times the wall's."""
    print(f"engine, {rate:,.0f} records/s, {seconds * speed / 3600:.1f} h at {speed:g} times the wall's speed:")
    with EmbeddedAws(rate=rate, speed=speed, history=600) as aws:
        key, secret = aws.access_keys
        access = Access(region=aws.region, endpoint_url=aws.url, access_key=key, secret_key=secret, isolated=True)
        options = TailOptions(window=WINDOW, interval=PERIOD / speed, api_rate=0, clock=aws.clock)
        tail, cache, meter, stop = open_tail([aws.scope], access, options), RollingCache(WINDOW, SIZE), Meter(), Event()
        begun, records, due = time.monotonic(), 0, [seconds * n / readings for n in range(1, readings + 1)]
        threading.Timer(seconds + 5, stop.set).start()
        looked = 0.0
        for batch in tail.batches(stop):
            cache.add(batch)
            records += len(batch)
            meter.glance()
            spent = time.monotonic() - begun
            if spent - looked > 1:
                looked = spent
                look(cache)
            if due and spent >= due[0]:
                due.pop(0)
                meter.read(spent * speed / 3600, records)
            if not due:
                break
        meter.growth()


async def used(rounds: int, readings: int) -> None:
    """The screen: pages and the palette opened and closed, orders changed. The rows stand still, so that the cache does not grow."""
    from tests.bench.changing import Changing
    from tests.screen.flow_feed import ABOUT
    from tui.screen.app import VpcTop
    from tui.screen.options import Connected, Options

    print(f"the screen, headless, {rounds:,} rounds of keys:")
    meter = Meter()
    cache = RollingCache(WINDOW, SIZE)
    app = VpcTop(lambda: Connected(Changing(ABOUT, 0), cache), Options(theme="dark", refresh=20, clock=lambda: T0))
    begun = time.monotonic()
    async with app.run_test(size=(120, 40)) as pilot:
        while not cache.held().records:
            await pilot.pause(0.05)
        for turn in range(1, rounds + 1):
            await pilot.press(
                "question_mark",
                "escape",
                "enter",
                "escape",
                "colon",
                "escape",
                "s",
                "a",
                "r",
                "a",
                "c",
                "space",
                "space",
            )
            meter.glance()
            if turn % (rounds // readings) == 0:
                meter.read((time.monotonic() - begun) / 3600, turn)
    meter.growth()


PARTS: dict[str, Callable[[], None]] = {
    "slow": lambda: generated(200, 12, 24),
    "fast": lambda: generated(2_000, 2, 24),
    "engine": lambda: engine(200, 60, 120, 12),
    "screen": lambda: asyncio.run(used(180, 12)),
    "engine-fast": lambda: engine(2_000, 10, 330, 22),
}


def main() -> None:
    """Each part in a fresh process, so that none sees what another left."""
    for part in PARTS:
        child = os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-m", "tests.bench.soak", part)
        if child:
            sys.exit(f"the soak {part!r} ended with {child}")


if __name__ == "__main__":
    PARTS[sys.argv[1]]()
