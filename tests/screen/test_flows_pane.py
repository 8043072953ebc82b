"""The Flows pane as a reader sees it: rows, order, place, freezing, detail, hostile text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from threading import Event

import pytest
from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, T0, Script, batch, connecting, record, talks
from tests.screen.picture import line_with, lines_of, shows, text_of, until
from tui.flows.logformat import read_log_format
from tui.screen.app import VpcTop
from tui.screen.options import Options

Opened = Callable[..., AbstractAsyncContextManager[tuple[VpcTop, Pilot[None]]]]
LOOK = Options(theme="dark", utc=True, clock=lambda: NOW)


@asynccontextmanager
async def opened(*steps: object, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app on a scripted source."""
    app = VpcTop(connecting(Script(*steps)), LOOK)  # type: ignore[arg-type]  # steps are batches, errors and events
    async with app.run_test(size=size) as pilot:
        yield app, pilot


async def test_conversations_are_shown_by_rate_with_the_port_at_the_server() -> None:
    """The busiest first; source, arrow, destination with the server's port, protocol, verdicts."""
    async with opened(batch(talks())) as (app, pilot):
        await until(pilot, lambda: shows(app, "1-5 of 5 conversations by bytes/s ▼"))
        first = line_with(app, "▸")
        assert "10.0.1.7" in first
        assert "→ 10.0.2.9:5432" in first
        assert "tcp" in first
        assert "✓ 1" in first
        assert "✗ 1" in line_with(app, "198.51.100.7")


async def test_the_reply_carries_the_port_at_its_source() -> None:
    """The server's port stands at the serving side whichever way the bytes go."""
    async with opened(batch([record("10.0.2.9", "10.0.1.7", 40312, sport=5432)])) as (app, pilot):
        await until(pilot, lambda: shows(app, "10.0.2.9:5432"))
        assert "10.0.2.9:5432 → 10.0.1.7 " in " ".join(line_with(app, "▸").split()) + " "


async def test_every_column_can_be_sorted_by() -> None:
    """The key s goes through all columns and comes back; the heading and the edge name the sorted one; S turns it round."""
    async with opened(batch(talks())) as (app, pilot):
        await until(pilot, lambda: shows(app, "by bytes/s ▼"))
        await pilot.press("S")
        await until(pilot, lambda: shows(app, "by bytes/s ▲") and "198.51.100.7" in line_with(app, "▸"))
        await pilot.press("S")
        names = ["Bytes", "Packets", "Accept", "Reject", "Last seen", "First seen", "ENIs", "Source", "Destination"]
        for name in [*names, "Port", "Proto", "bytes/s"]:
            await pilot.press("s")
            await until(pilot, lambda name=name: shows(app, f"by {name} "))  # type: ignore[misc]  # a loop variable
            assert any(f"{mark}{name}" in text_of(app) or f"{name}{mark}" in text_of(app) for mark in "▼▲")


async def test_the_cursor_stays_on_its_flow() -> None:
    """Neither new records nor another order take the flow from under the cursor."""
    gate = Event()
    more = batch([record("10.9.9.9", "10.0.2.9", 5432, size=9_000_000, start=T0 + 60)])
    async with opened(batch(talks()), gate, more) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("j", "j")
        assert "10.0.3.4:6379" in line_with(app, "▸")
        gate.set()
        await until(pilot, lambda: shows(app, "10.9.9.9"))
        assert "10.0.3.4:6379" in line_with(app, "▸")
        await pilot.press("S")
        await until(pilot, lambda: shows(app, "by bytes/s ▲"))
        assert "10.0.3.4:6379" in line_with(app, "▸")


async def test_an_untouched_cursor_stays_at_the_top() -> None:
    """Who has not moved the cursor wants to see the largest, whoever that is."""
    gate = Event()
    more = batch([record("10.9.9.9", "10.0.2.9", 5432, size=9_000_000, start=T0 + 60)])
    async with opened(batch(talks()), gate, more) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        gate.set()
        await until(pilot, lambda: shows(app, "10.9.9.9"))
        assert "10.9.9.9" in line_with(app, "▸")


async def test_space_freezes_and_counts_what_waits() -> None:
    """Frozen rows stand still while records are collected; space again shows them."""
    gate = Event()
    more = batch([record(f"10.9.9.{n}", "10.0.2.9", 5432, size=9_000_000) for n in range(40)])
    async with opened(batch(talks()), gate, more) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("space")
        await until(pilot, lambda: shows(app, "PAUSED +0") and shows(app, "frozen 14:19:00"))
        gate.set()
        await until(pilot, lambda: shows(app, "PAUSED +40"))
        assert not shows(app, "10.9.9.")
        await pilot.press("s")
        await until(pilot, lambda: shows(app, "by Bytes"))
        assert not shows(app, "10.9.9.")
        await pilot.press("space")
        await until(pilot, lambda: shows(app, "10.9.9.") and shows(app, "LIVE"))


@pytest.mark.parametrize("key", ["G", "end", "escape", "space"])
async def test_scrolling_up_freezes_and_says_so(key: str) -> None:
    """Moving up is reading: the rows stand still until G, End, Esc or space."""
    async with opened(batch(talks())) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("down", "down")
        assert not shows(app, "PAUSED")
        await pilot.press("up")
        await until(pilot, lambda: shows(app, "PAUSED") and shows(app, "scrolled up"))
        await pilot.press(key)
        await until(pilot, lambda: shows(app, "LIVE") and not shows(app, "scrolled up"))


async def test_enter_shows_the_raw_lines() -> None:
    """The detail has the lines as they came and each field's meaning; opening freezes; Esc only closes."""
    lines = talks()
    async with opened(batch(lines)) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, lines[0][:90]))
        assert shows(app, "1 record as it came")
        assert shows(app, "destination address; for ingress")
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "opened a row") and shows(app, "PAUSED"))


async def test_single_records_newest_first() -> None:
    """The keys a r show records with both ports and their action as a word, a c the conversations again."""
    rows = [record("10.0.1.7", "10.0.2.9", 5432), record("10.0.1.8", "10.0.2.9", 22, action="REJECT", start=T0 + 60)]
    async with opened(batch(rows)) as (app, pilot):
        await until(pilot, lambda: shows(app, "10.0.2.9:5432"))
        await pilot.press("a", "r")
        await until(pilot, lambda: shows(app, "records by End ▼"))
        assert "10.0.1.8:40312 → 10.0.2.9:22" in " ".join(line_with(app, "▸").split())
        assert "✗ REJECT" in line_with(app, "10.0.1.8")
        assert "✓ ACCEPT" in line_with(app, "10.0.1.7")
        await pilot.press("a", "c")
        await until(pilot, lambda: shows(app, "conversations by bytes/s"))


async def test_minutes_without_traffic_and_lost_records_say_so() -> None:
    """NODATA and SKIPDATA are words, not empty rows."""
    empty = "2 123456789012 eni-0a1b2c3d4e5f67890 - - - - - - - {} {} - {}"
    rows = [empty.format(T0, T0 + 59, status) for status in ("NODATA", "SKIPDATA")]
    async with opened(batch([*rows, *talks()])) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("a", "r")
        await until(pilot, lambda: shows(app, "~ SKIPPED") and shows(app, "· NODATA"))


async def test_eighty_columns_still_answer() -> None:
    """Who, whom, port, protocol, rate and rejects fit 80 columns; the state and the keys too."""
    async with opened(batch(talks()), size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        line = line_with(app, "198.51.100.7")
        assert "10.0.1.20:22" in line
        assert "tcp" in line
        assert line.endswith("✗ 1")
        assert shows(app, "bytes/s")
        for text in ("● LIVE", "rec/s", "data", "gaps 0", "? help", "q quit", "2 Rejects", "eu-west-1"):
            assert shows(app, text), text


async def test_long_ipv6_addresses_give_up_their_middle_visibly() -> None:
    """An address that does not fit is cut in the middle, the cut is shown, and the port stays whole."""
    pair = ("2001:db8:1234:1a00:f00d:5b9f:12e7:6c01", "2001:db8:1234:1a02:4f5b:9b6f:12e7:6c02")
    async with opened(batch([record(*pair, 5432)]), size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: shows(app, "]:5432"))
        line = line_with(app, "]:5432")
        assert line.count("…") == 2
        assert "2001:db8" in line
    async with opened(batch([record(*pair, 5432)]), size=(160, 40)) as (app, pilot):
        await until(pilot, lambda: shows(app, "]:5432"))
        await pilot.press("z")
        await until(pilot, lambda: shows(app, f"{pair[0]} → [{pair[1]}]:5432"))


async def test_hostile_text_is_harmless() -> None:
    """Markup is shown as it is; escapes, bidi and zero-width characters become visible stand-ins."""
    layout = read_log_format(
        "${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${bytes} ${start} ${end} ${action} ${instance-tag}"
    )
    line = f"10.0.1.7 10.0.2.9 40312 5432 6 100 {T0} {T0 + 59} ACCEPT [b]x[/b]\x1b[31m\u202egnp.exe\u200b"
    async with opened(batch([line], layout=layout)) as (app, pilot):
        await until(pilot, lambda: shows(app, "10.0.2.9:5432"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "[b]x[/b]"))
        text = text_of(app)
        assert not set("\x1b\u202e\u200b") & set(text)
        assert "\ufffd" in text


async def test_the_mouse_sorts_and_opens() -> None:
    """A click on a heading sorts by it, a click on a row goes there, a second one opens it."""
    async with opened(batch(talks())) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        x = lines_of(app)[2].index("Reject")
        await pilot.click(offset=(x, 2))
        await until(pilot, lambda: shows(app, "by Reject ▼"))
        await pilot.click(offset=(20, 5))
        await until(pilot, lambda: lines_of(app)[5][1] == "▸")
        await pilot.click(offset=(20, 4), times=2)
        await until(pilot, lambda: shows(app, "Esc closes"))


async def test_a_value_is_copied() -> None:
    """The key c copies the value under the cursor, C the row."""
    async with opened(batch(talks())) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == "10.0.1.7")
        await pilot.press("right", "C")
        await until(pilot, lambda: app.clipboard.startswith("10.0.1.7\t10.0.2.9\t5432\t6"))


async def test_a_hidden_column_comes_into_sight_under_the_column_cursor() -> None:
    """The key right goes through all columns, also those that did not fit."""
    async with opened(batch(talks()), size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        assert not shows(app, "ENIs")
        await pilot.press(*["right"] * 11)
        await until(pilot, lambda: shows(app, "ENIs"))
