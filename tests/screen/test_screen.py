"""The screen around the panes: states, sentences, keys, dialogs, sizes, themes, ends."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from tests.screen.flow_feed import ABOUT, NOW, T0, Script, batch, connecting, talks
from tests.screen.picture import lines_of, shows, text_of, until
from tui.flows.source import Batch, Cause, Gap, SourceError, Unparsed
from tui.screen.app import VpcTop
from tui.screen.options import Connected, Options
from tui.screen.themes import ThemeError

LOOK = Options(theme="dark", utc=True, clock=lambda: NOW)


@asynccontextmanager
async def opened(
    source: Script, options: Options = LOOK, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app on this source."""
    app = VpcTop(connecting(source), options)
    async with app.run_test(size=size) as pilot:
        yield app, pilot


async def test_the_header_tells_who_where_and_how_the_data_is() -> None:
    """Identity, shortened account, region, scope, state, age, rate, rejects and gaps stand on the first line."""
    async with opened(Script(batch(talks())), replace(LOOK, title="demo")) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        first = lines_of(app)[0]
        for text in (
            "vpctop demo",
            "prod 1234…9012 eu-west-1",
            "● LIVE",
            "data 4m01s old",
            "rec/s",
            "✗ 20.0 %",
            "gaps 0",
        ):
            assert text in first, text


async def test_connecting_is_said_before_anything_answers() -> None:
    """The screen is there at once, and says that nothing has answered yet."""
    gate = Event()

    def connect() -> Connected:
        gate.wait(10)
        return connecting(Script(batch(talks())))()

    app = VpcTop(connect, LOOK)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: shows(app, "◌ CONNECTING") and shows(app, "Connecting."))
        gate.set()
        await until(pilot, lambda: shows(app, "● LIVE"))


async def test_a_stall_says_why_and_what_to_do_and_passes() -> None:
    """While the source gives errors the old rows stay under a sentence; the next answer takes the sentence away."""
    gate = Event()
    denied = SourceError("access denied for logs:FilterLogEvents", "allow it for this role", retry_after=0.05)
    async with opened(Script(batch(talks()), denied, gate, Batch(NOW))) as (app, pilot):
        await until(pilot, lambda: shows(app, "■ STALLED"))
        await until(
            pilot, lambda: shows(app, "Access denied for logs:FilterLogEvents. Allow it for this role. Trying again.")
        )
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        gate.set()
        await until(pilot, lambda: shows(app, "● LIVE") and not shows(app, "access denied"))


async def test_a_bug_in_a_source_is_a_state_and_a_log_entry(caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected exception is logged with its traceback, shown, and the source is asked again."""
    with caplog.at_level(logging.ERROR):
        async with opened(Script(batch(talks()), ZeroDivisionError("oh"), batch(talks(T0 + 60)))) as (app, pilot):
            await until(pilot, lambda: shows(app, "nexpected ZeroDivisionError while reading"))
            await until(pilot, lambda: shows(app, "● LIVE") and app.following.summary.records == 10)
    assert "ZeroDivisionError" in caplog.text


async def test_a_fatal_error_ends_with_a_sentence_and_its_code() -> None:
    """Nothing to try again: the app leaves, and says why."""
    app = VpcTop(connecting(Script(SourceError("no such VPC", "name another", fatal=True, exit_code=2))), LOOK)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.return_code is not None)
    assert app.return_code == 2
    assert app.farewell == "no such VPC; name another"


async def test_a_bounded_source_ends() -> None:
    """What there was has been read; the rows stay."""
    async with opened(Script(batch(talks()), bounded=True)) as (app, pilot):
        await until(pilot, lambda: shows(app, "○ ENDED") and shows(app, "198.51.100.7"))


async def test_old_data_is_lagging() -> None:
    """Answers come, but the newest record is far older than the interval: the word says so."""
    late = replace(LOOK, clock=lambda: NOW + 3600)
    async with opened(Script(batch(talks(), at=NOW + 3600)), late) as (app, pilot):
        await until(pilot, lambda: shows(app, "◐ LAGGING") and shows(app, "data 1h04m old"))


async def test_no_records_yet_is_a_sentence() -> None:
    """An empty log group is not an empty screen."""
    async with opened(Script(Batch(NOW, complete=True))) as (app, pilot):
        await until(pilot, lambda: shows(app, "No flow records yet") and shows(app, "no records yet"))


async def test_gaps_are_listed() -> None:
    """The ! page has each gap with its times, count and cause, and unreadable lines with their reason."""
    gap = Gap(T0, T0 + 120, Cause.SKIPDATA, 12, "internal capacity")
    unparsed = Unparsed("2 unknown\x1b[2J line", "5 fields where 14 are told")
    one = replace(batch(talks()), gaps=(gap,), unparsed=(unparsed,))
    async with opened(Script(one)) as (app, pilot):
        await until(pilot, lambda: shows(app, "gaps 2") and shows(app, "of ≥ 5 conversations"))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: shows(app, "14:14:00 to 14:16:00"))
        assert shows(app, "14:14:00 to 14:16:00  open")
        assert shows(app, "12  AWS skipped records  internal capacity")
        assert shows(app, "1  lines that fit no log format")
        assert shows(app, "5 fields where 14 are told")
        assert "\x1b" not in text_of(app)


async def test_identity_is_told() -> None:
    """The i page has the full account, the role and the log groups."""
    async with opened(Script(batch(talks()))) as (app, pilot):
        await until(pilot, lambda: shows(app, "● LIVE"))
        await pilot.press("i")
        await until(pilot, lambda: shows(app, "123456789012") and shows(app, "assumed-role/oncall/ada"))
        assert shows(app, "vpctop only reads")


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_has_every_key(key: str) -> None:
    """Help is made from the bindings; Esc closes it, and only it."""
    async with opened(Script(batch(talks())), size=(120, 60)) as (app, pilot):
        await until(pilot, lambda: shows(app, "● LIVE"))
        await pilot.press(key)
        await until(pilot, lambda: shows(app, "sort by the next column"))
        await pilot.press("G")
        await until(pilot, lambda: shows(app, "refused by one of them"))
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "198.51.100.7") and not shows(app, "sort by the next column"))
        assert app.is_running


async def test_numbers_lead_to_panes_and_z_zooms() -> None:
    """1 to 6 focus a pane, Tab goes to the next, z shows it alone; on a small terminal there is one at a time."""
    async with opened(Script(batch(talks()))) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        for key, name in enumerate(("Flows", "Rejects", "Endpoints", "Policy", "Flow logs", "Alerts"), 1):
            assert shows(app, f"{key} {name}")
            await pilot.press(str(key))
            assert app.panes.current.title == name
        await pilot.press("tab")
        assert app.panes.current.title == "Flows"
        await pilot.press("2", "z")
        await until(pilot, lambda: not shows(app, "1 Flows"))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: shows(app, "Client → server") and not shows(app, "10.0.2.9:5432"))
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "198.51.100.7"))


async def test_any_size_is_survived() -> None:
    """Down to one cell and back: too small is a sentence, and the rows return."""
    async with opened(Script(batch(talks()))) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        for size in ((1, 1), (2, 60), (200, 1), (79, 24), (80, 23)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await until(pilot, lambda: shows(app, "vpctop needs 80x24 cells, this terminal has 80x23"))
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: shows(app, "198.51.100.7") and shows(app, "? help"))


async def test_a_size_that_is_told_too_late_does_not_stay() -> None:
    """Two changes right behind each other may be told in the wrong order: what the terminal has is what is drawn."""
    async with opened(Script(batch(talks()))) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        app.post_message(Resize(Size(90, 30), Size(90, 30)))
        await pilot.pause()
        await until(pilot, lambda: app.size == Size(120, 40) and shows(app, "198.51.100.7"))


async def test_the_palette_sorts() -> None:
    """The command palette has our commands."""
    async with opened(Script(batch(talks()))) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("colon")
        await pilot.pause()
        await pilot.press(*"Sort by Reject")
        await until(pilot, lambda: shows(app, "Sort by Reject"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "by Reject ▼"))


async def test_ascii_draws_no_other_character() -> None:
    """With ascii the screen has nothing beyond ASCII, and the verdicts are still there."""
    plain = replace(LOOK, ascii=True)
    async with opened(Script(batch(talks()), about=replace(ABOUT, scope="vpc-0a1b")), plain) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        assert text_of(app).isascii(), [line for line in lines_of(app) if not line.isascii()]
        assert shows(app, "x 1")


@pytest.mark.parametrize("theme", ["dark", "light", "contrast", "ansi", "nord"])
async def test_every_theme_draws(theme: str) -> None:
    """Ours, and Textual's own, which know nothing of verdicts."""
    async with opened(Script(batch(talks())), replace(LOOK, theme=theme)) as (app, pilot):
        await until(pilot, lambda: shows(app, "✗ 1"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('primary = "#12345"', "primary is '#12345', which is no colour"),
        ('primary = "#123456"\nprimry = "#123456"', "there is no key primry"),
        ('primary = "#123456"\n[variables]\nreject = "rood"', "variables.reject is 'rood', which is no colour"),
        ('primary = "#123456"\ndark = "yes"', "dark must be true or false"),
        ("primary = ", "is no valid TOML"),
        ('accent = "#123456"', "primary is missing"),
    ],
)
def test_a_bad_theme_is_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    """A theme of the reader's that cannot be used names the file and the key, before anything is drawn."""
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ThemeError) as raised:
        VpcTop(connecting(Script()), replace(LOOK, theme_folder=tmp_path))
    assert str(path) in str(raised.value)
    assert complaint in str(raised.value)


def test_an_unknown_theme_is_one_sentence() -> None:
    """The sentence lists the themes there are."""
    with pytest.raises(ThemeError, match=r"there is no theme 'drak'; there are .*dark.*light"):
        VpcTop(connecting(Script()), replace(LOOK, theme="drak"))


async def test_a_theme_of_the_readers_own_is_used(tmp_path: Path) -> None:
    """What it does not name is filled from its palette."""
    (tmp_path / "mine.toml").write_text('primary = "#ffffff"\nerror = "#ff00ff"\n')
    own = replace(LOOK, theme="mine", theme_folder=tmp_path)
    async with opened(Script(batch(talks())), own) as (app, pilot):
        await until(pilot, lambda: shows(app, "✗ 1"))
        assert app.get_css_variables()["reject"] == "#ff00ff"


async def test_a_busy_source_waits_for_the_screen() -> None:
    """A source that is faster than the screen is held back, not queued without end."""
    steps = [batch(talks()) for _ in range(60)]
    source = Script(*steps)
    app = VpcTop(connecting(source), LOOK)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.following.summary.records == 300)
