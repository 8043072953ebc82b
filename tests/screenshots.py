"""`python -m tests.screenshots`: the README's pictures, from the seeded demo with a stopped clock, so twice the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from threading import Event

from textual.keys import _character_to_key as character_to_key  # as Textual's own Pilot names keys
from textual.pilot import Pilot

from tests.screen.picture import shows
from tui.alerts.engine import Watch
from tui.alerts.model import Alert
from tui.alerts.observation import Observation
from tui.alerts.reading import read_rules
from tui.aws.changing import AwsChanges
from tui.aws.inventory import AwsInventory
from tui.aws.session import Access
from tui.aws.tail import Tail, TailOptions, open_tail
from tui.cache.rolling import RollingCache
from tui.demo.embedded import EmbeddedAws
from tui.flows.filter.value import Now
from tui.flows.source import Batch
from tui.network.inventory import PARTS, Inventory
from tui.screen.app import VpcTop
from tui.screen.dialogs.explanation import JUDGING
from tui.screen.options import Connected, Options
from tui.screen.picturing import picture_of

FOLDER = Path(__file__).parent.parent / "screenshots"
AT = 1_790_000_000.0


def keys_of(text: str) -> tuple[str, ...]:
    """The keys that type it."""
    return tuple(character_to_key(each) for each in text)


# name, columns, rows, theme, keys pressed once all records are in
PICTURES = (
    ("overview", 120, 40, "dark", ()),
    ("rejects", 120, 40, "dark", ("2", "z")),
    ("explanation", 120, 40, "dark", ("2", "enter")),
    ("detail", 120, 40, "light", ("enter",)),
    ("small", 80, 24, "dark", ()),
    ("filter", 120, 40, "dark", ("slash", *keys_of("name:web-* port 5432 action=reject"))),
    ("owners", 120, 40, "dark", ("a", "n")),
    ("alerts", 120, 40, "dark", ("6", "z")),
    ("endpoints", 120, 40, "dark", ("3", "z")),
    ("endpoint", 120, 40, "light", ("3", "enter")),
    ("policy", 120, 40, "dark", ("4", "z")),
    ("editor", 120, 40, "dark", ("4", "E", *["down"] * 11, "end", *keys_of(', "s3:DeleteObject"'))),
)
EDITS = "E"  # the key of a picture that takes --allow-changes


@contextmanager
def stopped_demo() -> Iterator[EmbeddedAws]:
    """The demo's AWS as it stands at AT."""
    with EmbeddedAws(seed=7, at=AT) as aws:
        yield aws


class Prepared:
    """All that a tail reads, in one batch: what is drawn then cannot depend on how fast it came."""

    def __init__(self, tail: Tail) -> None:
        self.about = tail.about
        read = list(tail.batches(Event()))
        self._batch = Batch(
            AT,
            records=tuple(records for batch in read for records in batch.records),
            gaps=tuple(gap for batch in read for gap in batch.gaps),
            complete=True,
        )

    def batches(self, stop: Event) -> Iterator[Batch]:
        """The batch, and no end."""
        yield self._batch
        stop.wait()


class Known:
    """The whole inventory as it stands, once: what is called how does not depend on how fast it is read."""

    def __init__(self, inventory: AwsInventory) -> None:
        self._known = next(each for each in inventory.inventories(Event()) if each.has(*PARTS))

    def inventories(self, stop: Event) -> Iterator[Inventory]:
        """It, and no end."""
        yield self._known
        stop.wait()

    def wanted(self, names: Iterable[str]) -> None:
        """There is no more to know."""


class Watched(Watch):
    """The default rules; it calls nobody, since how long a notice stands depends on how fast a picture is drawn."""

    def __init__(self) -> None:
        super().__init__([each.rule for each in read_rules([], {}, Now(AT, UTC)) if not each.off])
        self.is_done = False
        self._wanted = {"records", "known"}

    def observe(self, seen: Observation) -> None:
        """It is done once the records and the inventory were there."""
        super().observe(seen)
        self._wanted -= {part for part in self._wanted if getattr(seen, part)}

    def alerts(self) -> tuple[Alert, ...]:
        """All that there will be, when it is done."""
        alerts = super().alerts()
        self.is_done = not self._wanted
        return alerts

    def calls(self) -> tuple[Alert, ...]:
        """Nobody."""
        return ()


def connect_to(aws: EmbeddedAws, *, may_change: bool = False) -> Callable[[], Connected]:
    """How the program connects to it."""
    key, secret = aws.access_keys
    access = Access(None, aws.region, aws.url, key, secret, isolated=True)
    options = TailOptions(once=True, until=AT, api_rate=0, clock=lambda: AT)
    inventory = AwsInventory(access, [aws.scope], clock=lambda: AT)
    changes = AwsChanges(access) if may_change else None
    return lambda: Connected(
        Prepared(open_tail([aws.scope], access, options)), RollingCache(), Known(inventory), changes=changes
    )


async def settled(pilot: Pilot[None], app: VpcTop, watch: Watched | None = None) -> None:
    """Wait until every record that is in the cache is on the screen, and every alert that `watch` finds in it."""

    def has_all_alerts() -> bool:
        """Whether those that are on the screen are those that there will be."""
        rows = app.panes.alerts.rows
        return watch is None or (watch.is_done and rows.alerts == app.attention.alerts == watch.alerts())

    async with asyncio.timeout(60):
        while not (
            app.following.pulse.caught_up
            and (held := app.following.held()) is not None
            and app.following.summary.records == held.records > 0
            and app.panes.flows.rows.words.known is not None
            and has_all_alerts()
        ):
            await pilot.pause(0.05)
    await pilot.pause()


async def draw(aws: EmbeddedAws, columns: int, rows: int, theme: str, keys: tuple[str, ...]) -> str:
    """One picture, as SVG."""
    watch = Watched()
    look = Options(theme=theme, clock=lambda: AT, utc=True, title="demo", alerts=lambda: watch)
    app = VpcTop(connect_to(aws, may_change=EDITS in keys), look)
    async with app.run_test(size=(columns, rows)) as pilot:
        await settled(pilot, app, watch)
        for key in keys:
            await pilot.press(key)
        async with asyncio.timeout(60):
            while app.asking.is_waiting or shows(app, JUDGING[0][0][0]) or shows(app, "checking"):
                await pilot.pause(0.05)
        await pilot.pause(0.5)
        return picture_of(app, whole=True).svg("vpctop demo")


async def main() -> None:
    """Draw them all."""
    FOLDER.mkdir(exist_ok=True)
    with stopped_demo() as aws:
        for name, columns, rows, theme, keys in PICTURES:
            (FOLDER / f"{name}.svg").write_text(await draw(aws, columns, rows, theme, keys))
            print(f"screenshots/{name}.svg")


if __name__ == "__main__":
    asyncio.run(main())
