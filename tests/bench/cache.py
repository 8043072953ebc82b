"""One million records held: bytes a record, and how long the Flows pane's answers take."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import polars as pl

from tui.cache.columns import Grouping
from tui.cache.rolling import Held, RollingCache
from tui.cache.view import Ask
from tui.cache.views import answer, detail
from tui.flows.dtype import TEXTS
from tui.flows.logformat import DEFAULT_LAYOUT
from tui.flows.parse import LineParser
from tui.flows.source import EVENT_ID, INGESTION, LATE, LOG_GROUP, LOG_STREAM, TIMESTAMP, Batch, Records

RECORDS, PAGE, T0 = 1_000_000, 10_000, 1_790_000_040


def lines(pick: random.Random, start: int) -> list[str]:
    """A page of default records: 2,000 clients behind 100 interfaces, 60 servers."""
    made = []
    for _ in range(PAGE):
        net, host = pick.randrange(8), pick.randrange(250)
        made.append(
            f"2 123456789012 eni-{(net * 250 + host) // 20:017x} 10.0.{net}.{host} "
            f"10.1.0.{pick.randrange(60)} {pick.randrange(1024, 65_000)} {pick.choice((443, 5432, 6379))} 6 "
            f"{pick.randrange(1, 400)} {pick.randrange(40, 900_000)} {start} {start + 59} "
            f"{pick.choice(('ACCEPT', 'ACCEPT', 'ACCEPT', 'REJECT'))} OK"
        )
    return made


def resident() -> int:
    """This process's memory, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def fill(lines: Callable[[random.Random, int], list[str]] = lines) -> tuple[RollingCache, float, float]:
    """A cache of RECORDS records, of pages of `lines`; bytes of memory a record at rest, and median ms to add a page."""
    parser, pick, cache = LineParser([DEFAULT_LAYOUT]), random.Random(7), RollingCache()
    parser.parse(lines(pick, T0))
    before, spent = resident(), []
    for page in range(RECORDS // PAGE):
        start = T0 + page * 30
        (_, frame, _) = parser.parse(lines(pick, start)).records[0]
        stamps = pl.Series([start * 1000 + at for at in range(PAGE)])
        frame = frame.with_columns(
            pl.Series(EVENT_ID, [f"{pick.getrandbits(180):056d}" for _ in range(PAGE)]),
            pl.Series(LOG_GROUP, ["/vpc/payments"] * PAGE).cast(TEXTS),
            (pl.col("interface-id").cast(pl.String) + "-all").cast(TEXTS).alias(LOG_STREAM),
            stamps.alias(TIMESTAMP),
            (stamps + 90_000).alias(INGESTION),
            pl.Series(LATE, [False] * PAGE),
        )
        begun = time.perf_counter()
        cache.add(Batch(start + 90, (Records(DEFAULT_LAYOUT, frame),)))
        spent.append(time.perf_counter() - begun)
    time.sleep(2.5)  # the allocator gives back what was freed within 1.5 s
    return cache, (resident() - before) / RECORDS, median(spent) * 1000


def clocked(work: Callable[[], object], runs: int = 7) -> float:
    """Median ms."""
    spent = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1000)
    return median(spent)


def main() -> None:
    """Print the figures beside their budgets."""
    cache, size, add = fill()
    held: Held = cache.held()
    views = answer(held, Ask())
    key = views.flows.rows(40, 41)[0].key
    print(f"held                 {held.records:,} records in {views.flows.total:,} conversations")
    print(f"memory               {size:.0f} B a record at rest (budget 100)")
    print(f"add a page of {PAGE:,} {add:.1f} ms on the owner's thread")
    print(f"snapshot             {clocked(cache.held):.2f} ms")
    print(f"conversations        {clocked(lambda: answer(held, Ask())):.0f} ms to group and sort all (budget 150)")
    print(f"records              {clocked(lambda: answer(held, Ask(Grouping.RECORDS, 'end'))):.0f} ms")
    print(f"detail of a row      {clocked(lambda: detail(held, Grouping.CONVERSATIONS, key)):.0f} ms")
    print(f"a screenful of rows  {clocked(lambda: views.flows.rows(1000, 1040)):.2f} ms")
