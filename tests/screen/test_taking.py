"""What goes out of the program: exports, the screen, copies; to files that are nobody else's and never over another."""

from __future__ import annotations

import base64
import errno
import json
import os
import stat
import threading
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import polars as pl
import pytest
from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, T0, Script, batch, connecting, record, talks
from tests.screen.picture import lines_of, shows, text_of, until
from tui.cache.view import Row
from tui.flows.source import Cause, Gap
from tui.screen import copying
from tui.screen.app import VpcTop
from tui.screen.options import Options
from tui.screen.saving import MODE, FileRefused, FileSaved, SaveError, Saving, default_name, path_of, write_new

STAMP = "20260921T141900Z"


@asynccontextmanager
async def opened(*steps: object, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app on a scripted source."""
    look = Options(theme="dark", utc=True, clock=lambda: NOW)
    app = VpcTop(connecting(Script(*(steps or (batch(talks()),)))), look)  # type: ignore[arg-type]  # steps are batches
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        yield app, pilot


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, where files go that are named without one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[Path]:
    """The files that were written."""
    return list(folder.iterdir())


async def test_rows_are_exported_with_what_they_are_of(folder: Path) -> None:
    """E and Enter write a CSV that only its owner reads; scope, filter, span, gaps and marks stand at its top."""
    start = batch(talks())
    gap = Gap(T0, T0 + 30, Cause.THROTTLED, 1, "ThrottlingException")
    async with opened(start, batch([]), type(start)(NOW, gaps=(gap,))) as (app, pilot):
        await pilot.press("m", *"failover", "enter")
        await until(pilot, lambda: shows(app, "gaps 1"))
        await pilot.press("E")
        await until(pilot, lambda: shows(app, f"vpctop-flows-{STAMP}.csv"))
        await pilot.press("enter")
        path = folder / f"vpctop-flows-{STAMP}.csv"
        await until(pilot, lambda: shows(app, "Wrote") and not shows(app, "Export"))
        assert stat.S_IMODE(path.stat().st_mode) == MODE
        lines = path.read_text().splitlines()
        assert lines[0] == '# scope: vpc-0a1b2c3d4e5f67890 "payments" (123456789012, eu-west-1)'
        assert lines[1] == "# filter: none"
        assert lines[2].startswith("# span: 2026-09-21T14:14:00Z to 2026-09-21T14:1")
        assert any("gap: 2026-09-21T14:14:00Z" in line and "ThrottlingException" in line for line in lines)
        assert "# mark: 2026-09-21T14:19:00Z: failover" in lines
        rows = pl.read_csv(path, comment_prefix="#")
        assert rows.height == 5
        assert rows["srcaddr"].to_list()[:2] == ["10.0.1.7", "10.0.1.8"]
        assert shows(app, f"Wrote 5 rows, {path.stat().st_size} bytes:")


@pytest.mark.parametrize(("steps", "suffix"), [(1, "jsonl"), (2, "md"), (3, "parquet"), (4, "svg"), (5, "txt")])
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_every_format_is_written(folder: Path, steps: int, suffix: str, size: tuple[int, int]) -> None:
    """Down takes the next format and the name follows; each file holds what was on the screen, without the question."""
    async with opened(size=size) as (app, pilot):
        await pilot.press("E", *["down"] * steps)
        await until(pilot, lambda: shows(app, f"{STAMP}.{suffix}"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Wrote") and len(app.screen_stack) == 1)
    (path,) = names(folder)
    assert path.name == f"vpctop-{'screen' if steps > 3 else 'flows'}-{STAMP}.{suffix}"
    assert stat.S_IMODE(path.stat().st_mode) == MODE
    if suffix == "parquet":
        assert pl.read_parquet(path).height == 5
        return
    text = path.read_text().replace("&#160;", " ")
    assert "198.51.100.7" in text
    assert "Up and down" not in text
    if suffix == "txt":
        assert text.splitlines()[0].startswith(" vpctop")
        assert "? help" in text.splitlines()[size[1] - 1]
    if suffix == "svg":
        assert text.startswith("<svg")
        assert "bytes/s" in text


async def test_no_file_is_written_over(folder: Path) -> None:
    """A file that exists, a folder and a link stay as they are; the question stays with a sentence until the name is good."""
    (folder / "mine.csv").write_text("precious")
    (folder / "link.csv").symlink_to(folder / "elsewhere")
    async with opened() as (app, pilot):
        for name in ("mine.csv", "link.csv"):
            await pilot.press("E", "ctrl+u", *name, "enter")
            await until(pilot, lambda: shows(app, "file already"))
            assert shows(app, "Export")
            await pilot.press("escape")
        assert (folder / "mine.csv").read_text() == "precious"
        assert not (folder / "elsewhere").exists()
        await pilot.press("E", "ctrl+u", *"missing/a.csv", "enter")
        await until(pilot, lambda: shows(app, "there is no such folder"))
        await pilot.press("ctrl+u", *"good.csv", "enter")
        await until(pilot, lambda: (folder / "good.csv").exists() and shows(app, "Wrote"))


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "you may not write there"), (errno.EIO, "Input/output error")],
)
async def test_a_file_that_cannot_be_written_gets_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    """The sentence is in the question, nothing of the file is left, and the program goes on."""
    opening = os.fdopen

    class Full:
        """A file on a full disk."""

        def __init__(self, handle: int, mode: str) -> None:
            self._file = opening(handle, mode)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *error: object) -> None:
            self._file.close()

        def fileno(self) -> int:
            """The real one's."""
            return self._file.fileno()

        def write(self, data: bytes) -> int:
            """Half of it, then no more."""
            self._file.write(data[: len(data) // 2])
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tui.screen.saving.os.fdopen", Full)
    async with opened() as (app, pilot):
        await pilot.press("E", "enter")
        await until(pilot, lambda: said in " ".join(text_of(app).split()).replace("│ ", ""))
        assert shows(app, "Export")
        assert names(folder) == []
        await pilot.press("escape", "j")
        assert app.is_running


def test_a_limit_on_file_sizes_leaves_nothing_behind(folder: Path) -> None:
    """A write that the system cuts short takes away what it had written (RLIMIT_FSIZE, as a full disk)."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            write_new(folder / "big.csv", b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert names(folder) == []


def test_the_mode_is_the_owners_whatever_the_umask(folder: Path) -> None:
    """A umask can take away more than is wanted, and must not give more."""
    before = os.umask(0o277)
    try:
        write_new(folder / "a.csv", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "a.csv").stat().st_mode) == 0o600


async def test_a_slow_export_holds_no_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a large file is made the reader moves on; the message comes when it is written."""
    from tui.cache import export

    gate = threading.Event()
    making = export.as_csv

    def slow(*given: object) -> bytes:
        """As large as a million rows."""
        assert gate.wait(10)
        return making(*given)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setitem(export.FORMATS, "csv", slow)
    async with opened() as (app, pilot):
        await pilot.press("E", "enter")
        await until(pilot, lambda: shows(app, "Writing vpctop-flows-"))
        await pilot.press("escape", "j")
        await until(pilot, lambda: app.panes.flows.rows.cursor == 1)
        assert names(folder) == []
        gate.set()
        await until(pilot, lambda: shows(app, "Wrote"))


async def test_the_screen_is_saved_at_once(folder: Path) -> None:
    """The key ctrl+s writes what is on the screen, a page over the panes too; twice are two files."""
    async with opened() as (app, pilot):
        await until(pilot, lambda: shows(app, "1-5 of 5"))  # the edge is told after the rows
        seen = "\n".join(lines_of(app)) + "\n"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: shows(app, "Wrote"))
        first = folder / f"vpctop-screen-{STAMP}.txt"
        assert first.read_text() == seen
        await pilot.press("question_mark", "ctrl+s")
        second = folder / f"vpctop-screen-{STAMP}-2.txt"
        await until(pilot, second.exists)
        await until(pilot, lambda: "every key" in second.read_text() or "Esc closes" in second.read_text())


async def test_values_and_rows_are_copied() -> None:
    """The key c copies the value under the cursor, C the row, y the row as JSON; a message says so."""
    async with opened() as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == "10.0.1.7" and shows(app, "Sent to the terminal's clipboard"))
        await pilot.press("C")
        await until(pilot, lambda: app.clipboard.startswith("10.0.1.7\t10.0.2.9\t5432\t6"))
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard.startswith("{"))
        row = json.loads(app.clipboard)
        assert (row["srcaddr"], row["server_port"], row["bytes"], row["rejected"]) == ("10.0.1.7", 5432, 900_000, 0)


async def test_a_copy_goes_to_a_file_when_asked_again(folder: Path) -> None:
    """Terminals that take no OSC 52 do not say so: the same key again writes the text to a file."""
    async with opened() as (app, pilot):
        await pilot.press("y", "y")
        path = folder / f"vpctop-copy-{STAMP}.txt"
        await until(pilot, lambda: path.exists() and shows(app, "Wrote the row as JSON"))
        assert json.loads(path.read_text())["dstaddr"] == "10.0.2.9"
        assert stat.S_IMODE(path.stat().st_mode) == MODE


async def test_what_no_terminal_takes_goes_to_a_file(folder: Path) -> None:
    """A text of more base64 than terminals take is not sent at all."""
    async with opened() as (app, pilot):
        before, text = app.clipboard, "x" * 80_000
        app.taking.copy(text, "a long value")
        await until(pilot, lambda: shows(app, "Wrote a long value, 80,001 bytes"))
        assert app.clipboard == before
        assert (folder / f"vpctop-copy-{STAMP}.txt").read_text() == text + "\n"


def test_copies_hold_no_control_characters() -> None:
    """What is pasted into a shell must not be obeyed."""
    from tui.cache.columns import Column, Unit

    hostile = "10.0.0.1\x1b]52;c;aGk=\x07\nrm -rf /\u202e"
    row = Row(("k",), (hostile, 5, None))
    columns = tuple(Column(key, key, Unit.TEXT, 0) for key in ("a", "b", "c"))
    for text in (copying.value_text(row.values[0]), copying.row_json(row, columns)):
        assert not {unicodedata.category(letter) for letter in text} & {"Cc", "Cf"}
    assert json.loads(copying.row_json(row, columns))["b"] == 5


def test_what_fits_a_terminal_is_measured_in_base64() -> None:
    """Four bytes for three, and letters of several bytes count as such."""
    assert copying.fits("x" * 56_244)
    assert not copying.fits("x" * 56_247)
    assert not copying.fits("é" * 30_000)
    assert len(base64.b64encode(b"x" * 56_244)) <= copying.MOST


@pytest.mark.parametrize("name", ["", "  ", "folder/", "a\0b", "~nobody-by-that-name/x.csv"])
def test_names_that_are_none_get_a_sentence(name: str) -> None:
    """Nothing is written under them."""
    with pytest.raises(SaveError, match=r"\.$"):
        path_of(name)


def test_a_name_begins_in_the_current_folder_or_at_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shell."""
    monkeypatch.setenv("HOME", "/home/ada")
    assert path_of("a.csv") == folder / "a.csv"
    assert path_of("~/a.csv") == Path("/home/ada/a.csv")
    assert default_name("flows", T0, "csv") == "vpctop-flows-20260921T141400Z.csv"


def test_a_bug_in_a_format_is_told_not_thrown(folder: Path) -> None:
    """The thread's errors are messages."""
    told: list[object] = []
    done = threading.Event()

    def post(message: object) -> None:
        """As the app takes it."""
        told.append(message)
        done.set()

    def broken() -> bytes:
        """A bug."""
        raise ZeroDivisionError

    Saving(post).save(folder / "a.csv", broken, "rows")
    assert done.wait(5)
    assert isinstance(told[0], FileRefused)
    assert "ZeroDivisionError" in told[0].reason
    done.clear()
    make: Callable[[], bytes] = lambda: b"x"  # noqa: E731  with its type
    Saving(post).save(folder / "a.csv", make, "rows")
    assert done.wait(5)
    assert isinstance(told[1], FileSaved)


async def test_hostile_rows_are_exported_harmless(folder: Path) -> None:
    """A cell that a spreadsheet would take for a formula is text."""
    async with opened(batch([*talks(), record("10.0.1.9", "10.0.2.9", 5432)])) as (app, pilot):
        await pilot.press("E", "ctrl+u", *"x.csv", "enter")
        await until(pilot, lambda: shows(app, "Wrote"))
    assert not any(line.startswith(("=", "+", "-", "@")) for line in (folder / "x.csv").read_text().splitlines())


async def test_a_copy_that_is_written_does_not_close_a_question(folder: Path) -> None:
    """What is asked meanwhile is another thing."""
    async with opened() as (app, pilot):
        await pilot.press("y", "y", "T")
        await until(pilot, lambda: shows(app, "Wrote the row as JSON") and len(names(folder)) == 1)
        await pilot.pause(0.1)
        assert shows(app, "Go to a time")


async def test_messages_are_not_in_the_picture(folder: Path) -> None:
    """What was told a moment ago does not hide the rows in a file."""
    async with opened() as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: shows(app, "Sent to the terminal's clipboard"))
        await pilot.press("E", *["down"] * 5)
        await until(pilot, lambda: shows(app, f"{STAMP}.txt") and not shows(app, "Sent to"))
        await pilot.press("enter")
        await until(pilot, lambda: len(names(folder)) == 1 and shows(app, "Wrote"))
        assert "Sent to" not in (folder / f"vpctop-screen-{STAMP}.txt").read_text()


def test_a_file_that_is_not_finished_when_the_program_ends_is_taken_away(folder: Path) -> None:
    """Half a file would look like a whole one."""
    told: list[object] = []
    saving = Saving(told.append)
    ready, gate = threading.Event(), threading.Event()

    def make() -> bytes:
        """As much as takes its time."""
        ready.set()
        assert gate.wait(5)
        return b"x" * 5_000_000

    saving.save(folder / "a.csv", make, "rows")
    assert ready.wait(5)
    threading.Timer(0.1, gate.set).start()
    saving.stop()
    assert not saving.is_busy
    assert names(folder) == []
    assert isinstance(told[0], FileRefused)
