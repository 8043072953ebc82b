"""The filter as a reader sees it: bar, chips, keys on a cell, history, saved filters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, Script, Step, batch, connecting, record, talks
from tests.screen.picture import lines_of, shows, text_of, until
from tui.flows.source import SourceError
from tui.screen.app import VpcTop
from tui.screen.options import Options

LOOK = Options(theme="dark", utc=True, clock=lambda: NOW)


@asynccontextmanager
async def opened(
    *steps: Step, size: tuple[int, int] = (120, 40), look: Options = LOOK, shown: str = "5 conversations"
) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app with five conversations on the screen."""
    app = VpcTop(connecting(Script(batch(talks()), *steps)), look)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: shows(app, shown))
        yield app, pilot


async def typed(pilot: Pilot[None], text: str) -> None:
    """A text typed into the bar, key by key."""
    await pilot.press(*text)
    await pilot.pause()


async def test_the_bar_says_what_a_text_keeps_or_where_it_is_wrong() -> None:
    """Above the key line: the text, and below it English or a caret with the message; the keys are those of the bar."""
    async with opened() as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "dst=10.0.2.9")
        await until(pilot, lambda: shows(app, "/ dst=10.0.2.9") and shows(app, "keeps "))
        assert lines_of(app)[-5].startswith(" / dst=")
        assert "enter apply  esc leave  tab complete" in lines_of(app)[-1]
        assert "F1 help  ctrl-c quit" in lines_of(app)[-1]
        await typed(pilot, " prt=1")
        await until(pilot, lambda: shows(app, "^^^ there is no field 'prt'"))
        line = lines_of(app)[-5]
        assert lines_of(app)[-4].index("^^^") == line.index("prt")
        assert shows(app, "expected port, sport, proto")


async def test_typing_tries_and_esc_leaves() -> None:
    """Each text that parses is asked of the view, the applied filter is not touched, and Esc goes back to it."""
    async with opened() as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "dst=10.0.2.9")
        assert (app.filters.wanted.text, app.filters.state.text) == ("dst=10.0.2.9", "")
        await typed(pilot, " (")
        assert app.filters.wanted.text == "dst=10.0.2.9"
        await pilot.press("escape")
        await until(pilot, lambda: not shows(app, "enter apply"))
        assert app.filters.wanted.text == ""
        assert app.focused is app.panes.flows.rows
        assert "s sort" in lines_of(app)[-1]


async def test_keys_pressed_faster_than_the_bar_opens_are_typed() -> None:
    """Of keys that come all at once, as over a slow line, none is lost, and none is taken for a command."""
    async with opened() as (app, pilot):
        keys = [*(("slash", "/"), *((each, each) for each in "quxz"), ("space", " "), ("enter", None)), ("s", "s")]
        for key, character in keys:
            app.post_message(events.Key(key, character))
        await until(pilot, lambda: shows(app, " filter  quxz ") and shows(app, "by Bytes"))
        assert app.is_running
        assert app.filters.state.text == "quxz"


async def test_a_pane_that_comes_late_leaves_the_focus_to_the_bar() -> None:
    """What a key before `/` asked for may be done after it: letters go to the bar all the same, and Esc closes it."""
    async with opened(size=(80, 24)) as (app, pilot):
        await pilot.press("slash", "m")
        app.panes.show(app.panes.rejects)
        await pilot.press("x")
        await until(pilot, lambda: shows(app, " / mx"))
        await pilot.press("escape")
        await until(pilot, lambda: not shows(app, "enter apply"))
        assert app.focused is app.panes.rejects.rows


async def test_enter_applies_and_the_parts_stay_in_sight() -> None:
    """The applied filter is chips: no line without one, one line at 80x24; Backspace drops a part, the backslash all."""
    async with opened(size=(80, 24)) as (app, pilot):
        rows = app.panes.flows.rows.size.height
        await pilot.press("slash")
        await typed(pilot, "src=10.0.0.0/8 and port 5432")
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, " filter  src=10.0.0.0/8   port 5432 ") and not shows(app, "enter apply"))
        assert app.panes.flows.rows.size.height == rows - 1
        await pilot.press("a", "r", "s", "space", "2", "1")
        await until(pilot, lambda: shows(app, "frozen"))
        assert shows(app, " filter  src=10.0.0.0/8   port 5432 ")
        await pilot.press("backspace")
        await until(pilot, lambda: not shows(app, "port 5432 "))
        assert shows(app, " filter  src=10.0.0.0/8 ")
        await pilot.press("backslash")
        await until(pilot, lambda: not shows(app, " filter  src"))
        assert app.panes.flows.rows.size.height == rows


async def test_rows_follow_what_is_typed() -> None:
    """Only flows that the text keeps are on the screen, how many is said, and Esc brings all back."""
    gate = Event()
    more = batch([record("10.0.1.9", "10.0.2.9", 5432), record("10.0.1.9", "10.0.9.9", 5432)])
    async with opened(gate, more) as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "dst=10.0.2.9")
        await until(pilot, lambda: shows(app, "2 conversations, 2 of 5 records") and not shows(app, "198.51.100.7"))
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("slash")
        await typed(pilot, "dst=10.0.2.9")
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "2 of 5 records") and not shows(app, "198.51.100.7"))
        gate.set()
        await until(pilot, lambda: shows(app, "3 of 7 records") and shows(app, "10.0.1.9"))
        assert not shows(app, "10.0.9.9")
        await pilot.press("backslash")
        await until(pilot, lambda: shows(app, "10.0.9.9"))


async def test_a_filter_that_keeps_nothing_says_so() -> None:
    """An empty table under a filter is not taken for an empty network."""
    async with opened() as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "host 192.0.2.1")
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "The filter keeps none of the 5 records held."))
        await pilot.press("backslash")
        await until(pilot, lambda: shows(app, "198.51.100.7") and not shows(app, "The filter keeps none"))


async def test_a_cell_is_kept_or_excluded() -> None:
    """`=` keeps the value under the cursor, once; `-` excludes it instead; a rate cannot be filtered by, and that is said."""
    async with opened() as (app, pilot):
        await pilot.press("equals_sign")
        await until(pilot, lambda: shows(app, " filter  src=10.0.1.7 "))
        await pilot.press("equals_sign")
        await until(pilot, lambda: shows(app, "The filter says src=10.0.1.7 already."))
        assert app.filters.state.text == "src=10.0.1.7"
        await pilot.press("minus")
        await until(pilot, lambda: shows(app, " filter  src!=10.0.1.7 "))
        await pilot.press("backslash", "right", "equals_sign", "right", "minus")
        await until(pilot, lambda: app.filters.state.text.count("!=") == 1)
        assert app.filters.state.text.startswith("dst=10.0.")
        assert " and port!=" in app.filters.state.text
        await pilot.press("backslash")
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        rate = next(at for at, column in enumerate(app.panes.flows.rows.columns) if column.key == "rate")
        app.panes.flows.rows.column = rate
        await pilot.press("equals_sign")
        await until(pilot, lambda: shows(app, "bytes/s cannot be filtered by here."))


async def test_up_and_down_walk_the_history_and_tab_completes() -> None:
    """With nothing offered the arrows bring back older filters; an `@` offers the saved ones, and Tab takes one."""
    look = replace(LOOK, filters={"noise": "port 53", "night": "port 123", "web": "port 443"})
    async with opened(look=look) as (app, pilot):
        for text in ("late", "gap"):
            await pilot.press("slash", "ctrl+u")
            await typed(pilot, text)
            await pilot.press("enter")
            await pilot.pause()
        await pilot.press("slash", "up")
        await until(pilot, lambda: shows(app, "/ late"))
        await pilot.press("down", *"x")
        await until(pilot, lambda: shows(app, "/ gap x"))
        await pilot.press("escape", "slash", "up")
        await until(pilot, lambda: shows(app, "/ late"))
        await pilot.press("down")
        await until(pilot, lambda: shows(app, "/ gap"))
        await pilot.press("ctrl+u")
        await typed(pilot, "@n")
        await until(pilot, lambda: shows(app, " @night  @noise   port 123"))
        await pilot.press("down")
        await until(pilot, lambda: shows(app, "port 53") and not shows(app, "port 123"))
        await pilot.press("tab")
        await until(pilot, lambda: shows(app, "/ @noise") and app.filters.wanted.text == "(port 53)")
        assert app.panes.current is app.panes.flows
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, " filter  @noise "))


async def test_a_filter_is_saved_under_a_name(tmp_path: Path) -> None:
    """Ctrl-s asks for a name in the bar; the next session knows the name and the history."""
    look = replace(LOOK, state_folder=tmp_path / "state", config_folder=tmp_path / "config")
    async with opened(look=look) as (app, pilot):
        await pilot.press("slash", "ctrl+s")
        await until(pilot, lambda: shows(app, "Nothing to save"))
        await typed(pilot, "port 53")
        await pilot.press("ctrl+s")
        await typed(pilot, "1x")
        await until(pilot, lambda: shows(app, "save as @ 1x"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "A name is up to 40 letters"))
        await pilot.press("ctrl+u")
        await typed(pilot, "dns")
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Saved as @dns in ") and shows(app, "/ port 53"))
        await pilot.press("enter")
        app.filters.wait()
    async with opened(look=replace(look, filter="@dns and late"), shown=" filter  @dns   late ") as (app, pilot):
        assert app.filters.wanted.text == "(port 53) and late"
        await pilot.press("slash", "ctrl+u", "up", "up")
        await until(pilot, lambda: shows(app, "/ port 53"))


async def test_hostile_text_in_the_bar_is_harmless() -> None:
    """A pasted escape or bidi override is never sent to the terminal, and markup is text."""
    async with opened() as (app, pilot):
        await pilot.press("slash")
        bar = app.screen.query_one("#filter-bar FilterLine")
        bar.insert("[b]\x1b[2J\u202e\u200b[/b]", 0)  # type: ignore[attr-defined]  # Input's, found by its name
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, " filter  [b]\ufffd[2J"))
        assert not set("\x1b\u202e\u200b") & set(text_of(app))


async def test_the_bar_stays_through_what_happens_meanwhile() -> None:
    """Records that arrive, another size and help over it take nothing from what is being typed."""
    gate = Event()
    async with opened(gate, batch([record("10.9.9.9", "10.0.2.9", 5432)])) as (app, pilot):
        await pilot.press("slash")
        await typed(pilot, "port 5432")
        gate.set()
        await until(pilot, lambda: app.following.summary.records == 6)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: shows(app, "/ port 5432") and len(lines_of(app)) == 24)
        await pilot.press("f1")
        await until(pilot, lambda: shows(app, "Esc closes"))
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "/ port 5432") and not shows(app, "Esc closes"))
        await typed(pilot, "0")
        await until(pilot, lambda: shows(app, "/ port 54320"))


async def test_what_cloudwatch_filters_by_is_told() -> None:
    """The pattern that was pushed stands in the bar and on the ! page; hostile text in it is harmless."""
    async with opened() as (app, pilot):

        class Pushing:
            """A source's status that tells of a pattern."""

            def __getattr__(self, name: str) -> object:
                known: dict[str, object] = {
                    "pushed": "CloudWatch filters: \x1b[31meni",
                    "mode": "polling",
                    "expires": None,
                    "advice": "",
                }
                return known.get(name, 0)

        app.following.pulse = replace(app.following.pulse, status=Pushing())  # type: ignore[arg-type]  # as Status
        await pilot.press("slash")
        await typed(pilot, "eni=eni-1 ")
        await until(pilot, lambda: shows(app, "CloudWatch filters: \ufffd[31meni"))
        await pilot.press("escape", "exclamation_mark")
        await until(pilot, lambda: shows(app, "  CloudWatch filters: \ufffd[31meni"))


async def test_help_lists_the_keys_of_the_filter() -> None:
    """The help page has the bar's keys and those on a cell."""
    async with opened(size=(120, 280)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: shows(app, "The filter bar"))
        for text in (
            "keep the value under the cursor",
            "save under a name",
            "clear the filter",
            "it works while you type",
        ):
            assert shows(app, text)
        line = next(line for line in lines_of(app) if "exclude the value" in line)
        assert line.strip(" │").startswith("- ")


KEYS = st.sampled_from(
    [*"ab@(=!,\"'10./-", "space", "left", "backspace", "tab", "up", "down", "ctrl+u", "home", "delete"]
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(KEYS, min_size=10, max_size=30))
async def test_no_keys_break_the_bar(keys: list[str]) -> None:
    """Whatever is typed, the bar closes on Esc and the rows are there."""
    async with opened() as (app, pilot):
        await pilot.press("slash", *keys)
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "198.51.100.7") and not shows(app, "enter apply"))


async def test_a_filter_stays_through_everything() -> None:
    """Back in time and to now again, a source that fails and goes on, another grouping, the other panes."""
    gate = Event()
    trouble = SourceError("no route to logs.eu-west-1.amazonaws.com", "try again", retry_after=0.05)
    more = batch([record("10.0.1.9", "10.0.2.9", 5432)])
    look = replace(LOOK, filter="dst=10.0.2.9")
    async with opened(gate, trouble, more, look=look, shown="2 of 5 records") as (app, pilot):
        for key in ("left_square_bracket", "G", "a", "t", "a", "c", "3", "1", "z", "z"):
            await pilot.press(key)
            assert shows(app, " filter  dst=10.0.2.9 ") or key in {"3", "z"}
        gate.set()
        await until(pilot, lambda: shows(app, "3 of 6 records"))
        assert app.filters.wanted.text == "dst=10.0.2.9"
        assert shows(app, " filter  dst=10.0.2.9 ")
