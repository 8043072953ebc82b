"""A carrier of orders that does what a test tells it, and an app that may change endpoints with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, Script, batch, connecting, talks
from tests.screen.picture import shows, until
from tui.network.inventory import Inventory
from tui.network.order import FINAL, Changes, Order, Progress
from tui.network.rules import Endpoint
from tui.screen.app import VpcTop
from tui.screen.options import Options

GATEWAY = "vpce-0a1b2c3d4e5f60001"
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"Reports","Effect":"Allow","Principal":"*","Action":["s3:GetObject",'
    '"s3:PutObject"],"Resource":"arn:aws:s3:::payments-reports/*"}]}'
)
ENDPOINT = Endpoint(
    GATEWAY,
    "Gateway",
    "com.amazonaws.eu-west-1.s3",
    "vpc-0a1b2c3d4e5f67890",
    "available",
    route_tables=("rtb-0a1b2c3d4e5f60001",),
    policy=POLICY,
)
KNOWN = Inventory(at=NOW, account="123456789012", region="eu-west-1", endpoints=(ENDPOINT,))


class ByHand:
    """Carries out orders as `say` tells; `orders` are those it was given."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.is_stopped = Event()
        self._said: SimpleQueue[Progress | Exception] = SimpleQueue()

    def say(self, *progress: Progress | Exception) -> None:
        """This comes next."""
        for each in progress:
            self._said.put(each)

    def carry_out(self, order: Order, stop: Event) -> Iterator[Progress]:
        """What the test said, until the last of it."""
        self.orders.append(order)
        while not stop.is_set():
            try:
                progress = self._said.get(timeout=0.02)
            except Empty:
                continue
            if isinstance(progress, Exception):
                raise progress
            yield progress
            if progress.stage in FINAL:
                return
        self.is_stopped.set()


@asynccontextmanager
async def changing_app(
    changes: Changes | None = None,
    *,
    folder: Path | None = None,
    size: tuple[int, int] = (120, 40),
    known: Inventory = KNOWN,
    ascii: bool = False,  # noqa: A002  as the option is called
) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app on a scripted source, with one endpoint known; it may change it where `changes` is given."""
    look = Options(theme="dark", utc=True, clock=lambda: NOW, state_folder=folder, ascii=ascii)
    app = VpcTop(connecting(Script(batch(talks()))), look)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        app.know_endpoints(known)
        app.changes = changes
        await pilot.pause()
        yield app, pilot
