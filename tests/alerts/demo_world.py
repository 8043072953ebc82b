"""The demo's world on a clock of the test's: its lines through the parser, its network over the wire."""

from __future__ import annotations

from threading import Event

import polars as pl

from tui.aws.inventory import AwsInventory
from tui.aws.inventory_read import Reader
from tui.aws.session import Access, Clients
from tui.demo.backend import Moto
from tui.demo.front import Front
from tui.demo.listener import listen
from tui.demo.world.feed import Feed
from tui.demo.world.incident import Scan
from tui.demo.world.plant import plant
from tui.demo.world.topology import Interface
from tui.flows.logformat import read_log_format
from tui.flows.parse import LineParser
from tui.flows.source import (
    INGESTION,
    LOG_GROUP,
    LOG_STREAM,
    TIMESTAMP,
    About,
    Batch,
    FlowLogState,
    Records,
)
from tui.network.inventory import Inventory

ACCOUNT, REGION, START = "123456789012", "eu-west-1", 1_772_443_200


class _NoScan(Scan):
    """Nobody scans."""

    def probes(self, second: int) -> list[tuple[Interface, int]]:  # noqa: ARG002 - the scan's own
        """None."""
        return []


class DemoWorld:
    """The demo, `calm` or with its incident, which begins at START. `batch(until)` brings what arrived since the last."""

    def __init__(self, *, calm: bool, rate: float = 200.0, history: int = 1200, seed: int = 7) -> None:
        self.now = float(START - history)
        moto = Moto(ACCOUNT, REGION, seed)
        self._front = Front(ACCOUNT, REGION, lambda: self.now, moto)
        self.url = listen(self._front)
        self.topology = plant(seed, ACCOUNT, REGION)
        self.feed = Feed(self.topology, seed, rate, START, history, moto.lock)
        if calm:
            self.feed._acts.clear()
            self.feed._cut()
            self.feed._scan = _NoScan(self.topology, seed, rate)
        self._logs = [
            log
            for log in self.topology.flow_logs
            if log.resource_id == self.topology.scope or log.group.endswith("public-a")
        ]
        self._parsers = {log.group: LineParser([read_log_format(log.log_format)]) for log in self._logs}
        access = Access(region=REGION, endpoint_url=self.url, access_key="AKIDEMO", secret_key="demo", isolated=True)
        self._source = AwsInventory(access, (self.topology.scope,), lambda: self.now)

    def inventory(self) -> Inventory:
        """All of the network as it is now, read over the wire."""
        source = self._source
        if source._reader is None:
            source._reader = Reader(Clients(source._access), Event())
            self.inventory()  # the first look finds the peer, whose rules are read from then on
        source._due.update(dict.fromkeys(source._due, 0.0))
        for _ in source._round(source._reader):
            pass
        return source._known

    def batches(self, until: float) -> list[Batch]:
        """What arrives until then, by log group."""
        self.now = until
        lines: dict[str, list[tuple[int, int, str, str]]] = {}
        for delivery in self.feed.deliveries(until):
            if delivery.group in self._parsers:
                lines.setdefault(delivery.group, []).extend((*event, delivery.stream) for event in delivery.events)
        return [self._batch(group, events) for group, events in lines.items()] or [Batch(until, complete=True)]

    def _batch(self, group: str, events: list[tuple[int, int, str, str]]) -> Batch:
        parsed = self._parsers[group].parse([line for _, _, line, _ in events])
        records = []
        for layout, frame, rows in parsed.records:
            meta = pl.DataFrame(
                {
                    TIMESTAMP: [events[row][0] for row in rows],
                    INGESTION: [events[row][1] for row in rows],
                    LOG_GROUP: pl.Series([group] * len(rows), dtype=pl.Categorical()),
                    LOG_STREAM: pl.Series([events[row][3] for row in rows], dtype=pl.Categorical()),
                }
            )
            records.append(Records(layout, meta.hstack(frame)))
        states = tuple(
            FlowLogState(log.id, log.group, log.resource_id, log.interval, "ALL", "SUCCESS") for log in self._logs
        )
        return Batch(
            self.now, tuple(records), complete=True, about=About(ACCOUNT, REGION, self.topology.scope, states=states)
        )
