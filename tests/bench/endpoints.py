"""One million records, a third of them of endpoints and of S3: how long the Endpoints pane's answers take."""

from __future__ import annotations

import random
from dataclasses import replace
from ipaddress import ip_network

from tests.bench.cache import RECORDS, clocked
from tests.cache.carrying import BIG, LAYOUT, batch_of, big
from tui.cache.carriage import EndpointsAsk
from tui.cache.carried import carried
from tui.cache.endpoints import endpoints
from tui.cache.ends import ends_of
from tui.cache.rolling import Held, RollingCache
from tui.cache.view import Ask
from tui.cache.views import answer
from tui.network.health import health

PAGE = 10_000
T0 = 1_790_000_040
SERVERS = 400  # addresses of S3 that are in use
CLIENTS = 4_000


def lines(pick: random.Random, start: int) -> list[str]:
    """A page: of ten records two to S3 by its endpoint, one around it, one to an interface endpoint, six of others."""
    made = []
    for _ in range(PAGE):
        client = pick.randrange(CLIENTS)
        own = f"10.0.{16 + (client >> 8)}.{client & 255}"
        kind = pick.randrange(10)
        size, port = pick.randrange(400, 90_000), pick.randrange(32_768, 61_000)
        if kind < 3:
            number = pick.randrange(SERVERS)
            server, path = f"52.218.{number >> 8}.{number & 255}", "1" if kind == 0 else "7"
        elif kind == 3:
            server, path = f"10.0.1.{pick.randrange(10, 14)}", "1"
        else:
            server, path = f"198.18.{pick.randrange(40)}.{pick.randrange(250)}", "8"
        out = pick.random() < 0.5
        source, target = (own, server) if out else (server, own)
        ports = f"{port} 443" if out else f"443 {port}"
        made.append(
            f"eni-{client:017x} {source} {target} {ports} 6 10 {size} {start} {start + 59} ACCEPT OK 0 "
            f"{source} {target} - {'S3' if kind < 3 and out else '-'} {path if out else '-'}"
        )
    return made


def filled() -> Held:
    """A cache with the records, over the last hour."""
    pick, cache = random.Random(7), RollingCache(size=1 << 30)
    for page in range(RECORDS // PAGE):
        start = T0 + page * 3_000 // (RECORDS // PAGE)
        cache.add(batch_of(lines(pick, start), LAYOUT, at=T0 + 3_100))
    return cache.held()


def main() -> None:
    """Print the figures beside their budgets."""
    held = filled()
    ask = Ask(names=BIG, endpoints=EndpointsAsk(), interval=60)
    first = clocked(lambda: carried(held, ask, BIG), 1)
    told = carried(held, ask, BIG)
    sums = sum(each.bytes for each in told.traffic.values()), sum(each.traffic.bytes for each in told.bypasses)
    print(f"held                  {held.records:,} records, {len(ends_of(BIG, held.dictionary).services)} services")
    print(f"carried, around       {sums[0] / 1e9:.1f} GB, {sums[1] / 1e9:.1f} GB in {len(told.bypasses)} rows")
    print(f"first answer          {first:.0f} ms: every address is looked up")
    print(f"each after it         {clocked(lambda: carried(held, ask, BIG)):.0f} ms (budget 150)")
    print(f"with health, policies {clocked(lambda: endpoints(held, ask)):.0f} ms (budget 150)")
    judging()
    print(
        f"for comparison        {clocked(lambda: answer(held, Ask(names=BIG))):.0f} ms for the Flows pane's conversations"
    )


def judging() -> None:
    """Print how long the health of many endpoints takes, none of which lets anybody in: the slowest case."""
    many = big(20_000)
    closed = tuple(
        replace(each, rules=(replace(each.rules[0], network=ip_network("192.0.2.0/24")),)) for each in many.groups
    )
    endpoints = tuple(replace(many.endpoints[at % 2], id=f"vpce-{at}") for at in range(200))
    known = replace(many, groups=closed, endpoints=endpoints)
    assert known.index  # built by the inventory's own thread
    took = clocked(lambda: [health(known, each) for each in known.endpoints], 1)
    print(f"health                {took:.0f} ms for 200 endpoints among 20,000 interfaces, once an inventory")
