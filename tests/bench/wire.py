"""Wire to cache: events a second against boto3 alone, which parses nothing, on the same pages in the same run."""

from __future__ import annotations

import random
import time
from statistics import median
from threading import Event
from typing import Any

import boto3
from botocore.config import Config

from tests.bench.cache import PAGE, lines
from tui.aws.session import Access
from tui.aws.tail import TailOptions, open_tail
from tui.cache.rolling import RollingCache
from tui.demo.embedded import EmbeddedAws

PAGES, RUNS, GROUP = 20, 5, "/vpc/bench"


def plant(aws: EmbeddedAws, since: int) -> None:
    """PAGES pages of default records, in 100 streams."""
    pick = random.Random(7)
    for page in range(PAGES):
        start = since + page * 10
        by_stream: dict[str, list[tuple[int, int, str]]] = {}
        for line in lines(pick, start):
            stamp = start * 1000
            by_stream.setdefault(f"{line.split(' ', 3)[2]}-all", []).append((stamp, stamp + 90_000, line))
        for stream, events in by_stream.items():
            aws.put(GROUP, stream, events)


def alone(client: Any, since: int, until: int) -> tuple[int, float]:
    """`client.filter_log_events` over the span, nothing parsed: events, and seconds of this thread and the server."""
    begun, events = time.perf_counter(), 0
    token: dict[str, str] = {}
    while True:
        page = client.filter_log_events(logGroupName=GROUP, startTime=since * 1000, endTime=until * 1000, **token)
        events += len(page["events"])
        if "nextToken" not in page:
            return events, time.perf_counter() - begun
        token = {"nextToken": page["nextToken"]}


def vpctop(access: Access, since: int, until: int) -> tuple[int, float]:
    """The same span through the tail into the cache."""
    options = TailOptions(since=since, until=until, once=True, api_rate=0, clock=lambda: until)
    tail, cache, records = open_tail([GROUP], access, options), RollingCache(window=7200), 0
    begun = time.perf_counter()
    for batch in tail.batches(Event()):
        cache.add(batch)
        records += len(batch)
    return records, time.perf_counter() - begun


def main() -> None:
    """Print events a second of both, and the ratio pair by pair."""
    with EmbeddedAws(empty=True) as aws:
        key, secret = aws.access_keys
        client = boto3.client(
            "logs",
            region_name=aws.region,
            endpoint_url=aws.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(proxies={}),
        )
        since = int(time.time()) - 1800
        until = since + 1200
        aws.configure(hiccups=False, page_bytes=8 << 20)  # full pages of 10,000 events
        plant(aws, since)
        access = Access(region=aws.region, endpoint_url=aws.url, access_key=key, secret_key=secret, isolated=True)
        ratios, plain, ours = [], [], []
        for _ in range(RUNS):
            events, spent = alone(client, since, until)
            records, taken = vpctop(access, since, until)
            assert events == records == PAGES * PAGE, (events, records)
            plain.append(events / spent)
            ours.append(records / taken)
            ratios.append(spent / taken)
    print(f"client.filter_log_events alone   {median(plain):>10,.0f} events/s")
    print(f"tail, parsed and in the cache    {median(ours):>10,.0f} events/s")
    print(
        f"ratio                            {median(ratios):>10.1f} times (budget 4), from {min(ratios):.1f} to {max(ratios):.1f}"
    )
