"""Flow tables made by hand, and an inventory of a few names: what panes draw, without a cache behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import polars as pl
from textual.message import Message
from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, T0
from tests.screen.picture import until
from tui.cache.columns import SHAPES, Grouping
from tui.cache.view import FlowTable, NoNames, Totals
from tui.screen.app import VpcTop
from tui.screen.names import Called, Owned
from tui.screen.options import Connected, Options
from tui.screen.panes.chosen import shown_of

MEASURES = {
    "rate": 15_000.0, "bytes": 9_000_000, "packets": 7_000, "accepted": 41, "rejected": 2, "first": T0, "last": T0 + 59
}  # fmt: skip
ENI = "eni-0a1b2c3d4e5f67890"
RECORD = {
    "serial": 1, "end": T0 + 59, "start": T0, "interface-id": ENI, "srcaddr": "10.0.1.7", "dstaddr": "10.0.2.9",
    "srcport": 40312, "dstport": 5432, "protocol": 6, "bytes": 6_000, "packets": 10, "action": "ACCEPT",
    "log-status": "OK",
}  # fmt: skip
# A row of each grouping, as the cache would tell it.
ROWS: dict[Grouping, dict[str, object]] = {
    Grouping.CONVERSATIONS: {
        "srcaddr": "10.0.1.7", "dstaddr": "10.0.2.9", "server_port": 5432, "protocol": 6, "server_is_dst": True,
        "interfaces": 2, **MEASURES,
    },
    Grouping.RECORDS: RECORD,
    Grouping.PAIRS: {"client": "10.0.1.7", "server": "10.0.2.9", "ports": 3, **MEASURES},
    Grouping.TALKERS: {"address": "10.0.1.7", "sent": 812_000, "received": 1_230_000, "peers": 17, **MEASURES},
    Grouping.PORTS: {"server_port": 5432, "protocol": 6, "clients": 11, "servers": 3, **MEASURES},
    Grouping.INTERFACES: {
        "interface-id": ENI, "subnet": "subnet-9f65f84992a0f75ae", "az": "euw1-az1", "received": 812_000,
        "sent": 1_230_000, **MEASURES,
    },
    Grouping.SUBNETS: {
        "subnet": "subnet-9f65f84992a0f75ae", "az": "euw1-az1", "interfaces": 14, "received": 812_000,
        "sent": 1_230_000, **MEASURES,
    },
    Grouping.SERVICES: {"service": "DYNAMODB", "clients": 6, **MEASURES},
    Grouping.PATHS: {"traffic-path": 7, "clients": 12, **MEASURES},
    Grouping.OWNERS: {"client_owner": "web-1", "server_owner": "payments-db", "ports": 2, **MEASURES},
}  # fmt: skip


def table(
    grouping: Grouping, *rows: dict[str, object], columns: tuple[str, ...] = (), totals: Totals | None = None
) -> FlowTable:
    """A table of these rows; what a row leaves out is as in ROWS."""
    whole = [{**ROWS[grouping], **row} for row in rows or ({},)]
    frame = pl.DataFrame([{**dict.fromkeys(columns), **row} for row in whole], infer_schema_length=None)
    shape = SHAPES[grouping]
    shown = shown_of(grouping, columns)
    return FlowTable(
        grouping,
        shown,
        shape.sort,
        shape.descending,
        frame.height,
        None,
        frame,
        frame.height,
        totals=totals or Totals(),
    )


@asynccontextmanager
async def unconnected(
    size: tuple[int, int] = (120, 40),
    folder: Path | None = None,
    hook: Callable[[Message], None] | None = None,
) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app while nothing answers, so that only what is handed to the pane is shown."""
    gate = Event()

    def connect() -> Connected:
        gate.wait(20)
        raise RuntimeError("the test is over")

    app = VpcTop(connect, Options(theme="dark", utc=True, clock=lambda: NOW, state_folder=folder))
    async with app.run_test(size=size, message_hook=hook) as pilot:
        await until(pilot, lambda: app.focused is app.panes.flows.rows)
        yield app, pilot
        gate.set()


async def show(app: VpcTop, pilot: Pilot[None], made: FlowTable) -> None:
    """Hand the pane an answer of the grouping it asks for."""
    flows = app.panes.flows
    flows.group_by(made.grouping)
    assert flows.show(made, flows.ask)
    await pilot.pause()


@dataclass(frozen=True)
class Someone:
    """What an address or an interface is called."""

    label: str
    interface: str = ""


class Directory(NoNames):
    """An inventory of a few; `asked` counts what was looked up."""

    def __init__(self, addresses: dict[str, Someone], owners: dict[str, Someone] | None = None) -> None:
        self._addresses = addresses
        self._owners = owners or {}
        self.asked = 0

    def named(self, address: str, interface: str = "") -> Called:
        """By address alone."""
        del interface
        self.asked += 1
        return self._addresses.get(address, Someone(""))

    def owner(self, interface: str) -> Owned | None:
        """By the interface's id."""
        return self._owners.get(interface)


class Telling:
    """A source of inventories that are there already."""

    def __init__(self, *known: Directory) -> None:
        self._known = known
        self.asked: list[str] = []

    def inventories(self, stop: Event) -> Iterator[Directory]:
        """Those, then nothing until it is stopped."""
        yield from self._known
        stop.wait()

    def wanted(self, names: Iterable[str]) -> None:
        """Remember who was asked for."""
        self.asked.extend(names)
