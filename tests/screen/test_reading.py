"""Moving about in time, as a reader sees it: steps, times, marks, spans, and the way back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event

import pytest
from textual.events import Key
from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, T0, Script, batch, connecting, record, talks
from tests.screen.picture import lines_of, shows, until
from tui.screen.app import VpcTop
from tui.screen.options import Options

SIZES = [(120, 40), (80, 24)]


@asynccontextmanager
async def opened(
    *steps: object, size: tuple[int, int] = (120, 40), ascii_only: bool = False
) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app on five minutes of traffic, 14:14 to 14:18; the clock stands at 14:19."""
    minutes = [line for minute in range(5) for line in talks(T0 + 60 * minute)]
    look = Options(theme="dark", utc=True, clock=lambda: NOW, ascii=ascii_only)
    app = VpcTop(connecting(Script(batch(minutes), *steps)), look)  # type: ignore[arg-type]  # steps are batches, errors and events
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        yield app, pilot


def axis(app: VpcTop) -> str:
    """The timeline's last line."""
    return lines_of(app)[-2]


def told(app: VpcTop) -> str:
    """The flows' upper edge."""
    return next(line for line in lines_of(app) if " 1 Flows" in line and "─" in line)


@pytest.mark.parametrize("size", SIZES)
async def test_steps_go_back_in_time_and_say_so(size: tuple[int, int]) -> None:
    """[ and { go back, ] on; the edge says when, the axis where, the rows are asked of then; at the end it is now."""
    async with opened(size=size) as (app, pilot):
        await pilot.press("[")
        await until(pilot, lambda: "· at 14:18, 1 min back" in told(app))
        assert "▲" in axis(app)
        assert app.wanted().until == T0 + 240
        where = axis(app).index("▲")
        await pilot.press("[")
        await until(pilot, lambda: "at 14:17, 2 min back" in told(app))
        assert axis(app).index("▲") == where - 1
        assert shows(app, "● LIVE")
        await pilot.press("{")
        await until(pilot, lambda: "at 14:15, 4 min back" in told(app))
        await pilot.press("[")
        await until(pilot, lambda: "the cache starts 14:14" in told(app))
        await pilot.press("]", "]", "]", "]")
        await until(pilot, lambda: "at " not in told(app))
        assert "▲" not in axis(app)
        assert app.wanted().until is None


@pytest.mark.parametrize("key", ["G", "end", "escape"])
async def test_the_way_back_to_now(key: str) -> None:
    """G, End and Esc return from a moment."""
    async with opened() as (app, pilot):
        await pilot.press("{")
        await until(pilot, lambda: "at 14:15" in told(app))
        await pilot.press(key)
        await until(pilot, lambda: "at 14:15" not in told(app))
        assert app.reading.place.is_now


async def test_collection_goes_on_while_the_reader_looks_back() -> None:
    """Going back freezes nothing: what comes is counted and drawn on the timeline."""
    gate = Event()
    async with opened(gate, batch([record("10.9.9.9", "10.0.2.9", 5432, start=T0 + 300)])) as (app, pilot):
        await pilot.press("[")
        await until(pilot, lambda: "at 14:18" in told(app))
        held = app.following.summary.records
        gate.set()
        await until(pilot, lambda: app.following.summary.records == held + 1)
        await until(pilot, lambda: app.panes.timeline.extent.until == T0 + 360)
        assert "at 14:18" in told(app)
        assert not shows(app, "PAUSED")


@pytest.mark.parametrize("size", SIZES)
async def test_a_time_is_asked_for(size: tuple[int, int]) -> None:
    """T takes a time; a bad one, and one before the cache, get a sentence and another try."""
    async with opened(size=size) as (app, pilot):
        await pilot.press("T")
        await until(pilot, lambda: shows(app, "The cache starts 14:14."))
        await pilot.press(*"25:99", "enter")
        await until(pilot, lambda: shows(app, "'25:99' is no time of day"))
        await pilot.press(*["backspace"] * 5, *"13:05", "enter")
        await until(pilot, lambda: shows(app, "13:05 is too long ago: the cache starts 14:14."))
        await pilot.press("backspace")
        await until(pilot, lambda: not shows(app, "too long ago"))
        await pilot.press(*["backspace"] * 4, *"3m", "enter")
        await until(pilot, lambda: "at 14:16, 3 min back" in told(app))


async def test_escape_leaves_the_question_and_nothing_else() -> None:
    """Esc closes the question; the moment travelled to stays."""
    async with opened() as (app, pilot):
        await pilot.press("[", "T")
        await until(pilot, lambda: shows(app, "Go to a time"))
        await pilot.press("escape")
        await until(pilot, lambda: not shows(app, "Go to a time"))
        assert "at 14:18" in told(app)


@pytest.mark.parametrize("size", SIZES)
async def test_marks_are_shown_listed_and_gone_to(size: tuple[int, int]) -> None:
    """The key m marks the moment with a note, the axis shows it, M lists all and Enter goes to one."""
    async with opened(size=size) as (app, pilot):
        await pilot.press("M")
        await until(pilot, lambda: "no marks yet: m makes one" in told(app))
        await pilot.press("{", "m")
        await until(pilot, lambda: shows(app, "Mark 14:15"))
        await pilot.press(*"failover", "enter")
        await pilot.press("]", "m", "enter", "G")
        await until(pilot, lambda: axis(app).count("◆") == 2 and "at 14" not in told(app))
        await pilot.press("M")
        await until(pilot, lambda: shows(app, "14:15  failover") and shows(app, "▸ 14:16"))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "at 14:15, 4 min back" in told(app))
        assert app.reading.notes == ((T0 + 60, "failover"), (T0 + 120, ""))


async def test_what_is_typed_at_once_is_not_lost() -> None:
    """Keys that come before the question is drawn belong to its line, in their order."""
    async with opened() as (app, pilot):
        for key in "mdeploy":
            app.post_message(Key(key, key))
        app.post_message(Key("enter", "\r"))
        await until(pilot, lambda: app.reading.notes == ((NOW, "deploy"),))
        for key in "T3m":
            app.post_message(Key(key, key))
        app.post_message(Key("enter", "\r"))
        await until(pilot, lambda: "at 14:16" in told(app))


@pytest.mark.parametrize("size", SIZES)
async def test_a_span_is_chosen_on_the_timeline(size: tuple[int, int]) -> None:
    """B begins, arrows move the edges, Enter looks at the span, Esc ends it; the keys are told."""
    async with opened(size=size) as (app, pilot):
        await pilot.press("B")
        await until(pilot, lambda: "choosing span 14:14 to 14:19, 5 min" in told(app))
        assert shows(app, "enter look at it")
        await pilot.press("right", "shift+left")
        await until(pilot, lambda: "choosing span 14:15 to 14:18, 3 min" in told(app))
        assert "├─┤" in axis(app)
        assert app.wanted().since is None
        await pilot.press("enter")
        await until(pilot, lambda: "· span 14:15 to 14:18, 3 min" in told(app))
        assert (app.wanted().since, app.wanted().until) == (T0 + 60, T0 + 240)
        assert shows(app, "enter detail")
        await pilot.press("j", "escape")
        await until(pilot, lambda: "span" not in told(app))
        assert app.wanted().since is None


@pytest.mark.parametrize("key", ["escape", "tab", "q"])
async def test_a_choice_is_left_without_a_span(key: str) -> None:
    """Esc, q and another pane leave what was looked at as it was."""
    async with opened() as (app, pilot):
        await pilot.press("B", "right")
        await until(pilot, lambda: "choosing" in told(app))
        await pilot.press(key)
        await until(pilot, lambda: "choosing" not in told(app))
        assert app.reading.place.is_now
        assert app.is_running


async def test_steps_back_go_one_at_a_time() -> None:
    """Esc returns from the moment, then lets the rows go on, then ends the span; G does all at once."""
    async with opened() as (app, pilot):
        await pilot.press("B", "right", "enter")
        await until(pilot, lambda: "span since 14:15" in told(app))
        await pilot.press("space", "[")
        await until(pilot, lambda: "at 14:18" in told(app) and "frozen 14:19:00" in told(app))
        await pilot.press("escape")
        await until(pilot, lambda: "at 14:18" not in told(app) and "frozen" in told(app))
        await pilot.press("escape")
        await until(pilot, lambda: "frozen" not in told(app) and "span since" in told(app))
        await pilot.press("escape")
        await until(pilot, lambda: "span" not in told(app))
        await pilot.press("B", "right", "enter", "space", "[")
        await until(pilot, lambda: "at 14:18" in told(app))
        await pilot.press("G")
        await until(pilot, lambda: told(app).startswith("╭─ 1 Flows ─"))
        assert shows(app, "● LIVE")


async def test_the_timeline_counts_records_too() -> None:
    """The key b shows records a minute, and bytes again."""
    async with opened() as (app, pilot):
        assert "M/min" in "\n".join(lines_of(app)[-6:-1])
        await pilot.press("b")
        await until(pilot, lambda: "4/min" in lines_of(app)[-4] and " records" in axis(app))
        await pilot.press("b")
        await until(pilot, lambda: "M/min" in lines_of(app)[-4])


async def test_a_click_on_a_minute_goes_there() -> None:
    """The mouse is a shorter way."""
    async with opened() as (app, pilot):
        bars = lines_of(app)[-4]
        await pilot.click(app.panes.timeline, offset=(bars.rindex("█", 0, 75) - 1, 1))
        await until(pilot, lambda: "at 14:18" in told(app))
        assert app.panes.flows.rows.has_focus


async def test_plain_characters_where_there_are_no_others() -> None:
    """The caret, marks and edges have plain forms."""
    async with opened(ascii_only=True) as (app, pilot):
        await pilot.press("[", "m", "enter", "[")
        await until(pilot, lambda: "^*" in axis(app))
        await pilot.press("B")
        await until(pilot, lambda: "[" in axis(app) and "]" in axis(app))
        assert all(line.isascii() for line in lines_of(app))


@pytest.mark.parametrize("size", SIZES)
async def test_standing_still_is_said_on_any_terminal(size: tuple[int, int]) -> None:
    """Space, opening a row and scrolling up freeze and say why; G and End go on; what waits is counted."""
    gate = Event()
    more = batch([record(f"10.9.9.{n}", "10.0.2.9", 5432) for n in range(40)])
    async with opened(gate, more, size=size) as (app, pilot):
        await pilot.press("space")
        await until(pilot, lambda: shows(app, "PAUSED +0") and "frozen 14:19:00" in told(app))
        gate.set()
        await until(pilot, lambda: shows(app, "PAUSED +40"))
        await pilot.press("G")
        await until(pilot, lambda: shows(app, "● LIVE") and "frozen" not in told(app))
        await pilot.press("enter", "escape")
        await until(pilot, lambda: "frozen 14:19:00, opened a row" in told(app))
        await pilot.press("end")
        await until(pilot, lambda: "frozen" not in told(app))
        await pilot.press("down", "up")
        await until(pilot, lambda: "frozen 14:19:00, scrolled up" in told(app))
        await pilot.press("space")
        await until(pilot, lambda: "frozen" not in told(app) and shows(app, "● LIVE"))
