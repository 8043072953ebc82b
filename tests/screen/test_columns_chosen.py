"""Columns as the reader chose them: toggled, moved, by presets, remembered; and how fields look that few formats have."""

from __future__ import annotations

import json
import stat
from itertools import pairwise
from pathlib import Path

import pytest

from tests.screen.hand_made import show, table, unconnected
from tests.screen.picture import line_with, lines_of, shows, until
from tui.cache.columns import SHAPES, Grouping
from tui.screen.panes.chosen import BESIDE_RECORDS, PRESETS, Chosen

OWN = tuple(column.key for column in SHAPES[Grouping.TALKERS].columns)


async def test_a_column_is_left_out_and_another_moved() -> None:
    """Space takes a column away, < moves one to the left, Enter shows it so; what is asked for follows."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.TALKERS))
        await pilot.press("o")
        await until(pilot, lambda: shows(app, "Columns of talkers") and shows(app, "[x] Sent"))
        await pilot.press("down", "space")
        assert shows(app, "[ ] Sent")
        await pilot.press("down", "<", "enter")
        wanted = ("address", "received", *OWN[3:])
        await until(pilot, lambda: app.panes.flows.ask.columns == wanted)
        assert app.panes.flows.show(table(Grouping.TALKERS, columns=wanted), app.panes.flows.ask)
        await until(pilot, lambda: "Sent" not in text_heading(lines_of(app)))
        assert "1.23M" in line_with(app, "▸")


async def test_the_choice_can_be_left_and_undone() -> None:
    """Esc changes nothing; 0 brings back the first columns; the last column cannot be taken away."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.SERVICES))
        await pilot.press("o", "space", "escape")
        assert app.panes.flows.ask.columns == ()
        await pilot.press("o", *["space", "down"] * 20, "space")
        await until(pilot, lambda: shows(app, "[x] First seen"))
        await pilot.press("enter")
        await until(pilot, lambda: app.panes.flows.ask.columns == ("first",))
        assert app.panes.flows.ask.sort == "first"
        await pilot.press("o", "0", "enter")
        await until(pilot, lambda: app.panes.flows.ask.columns == ())


@pytest.mark.parametrize(("key", "name"), [(str(at), name) for at, name in enumerate(PRESETS, 1)])
async def test_presets_of_records(key: str, name: str) -> None:
    """A digit takes the columns for a question; sides and directions can be told whatever is chosen."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.RECORDS))
        await pilot.press("o", key, "enter")
        await until(pilot, lambda: app.panes.flows.columns[0].key == PRESETS[name][0])
        assert [column.key for column in app.panes.flows.columns] == list(PRESETS[name])
        assert set(BESIDE_RECORDS) <= set(app.panes.flows.ask.columns)


async def test_every_field_can_be_a_column() -> None:
    """Flags, paths, tags and times are told as words; what is asked for beside the chosen columns is not shown."""
    fields = {"tcp-flags": 19, "traffic-path": 8, "instance-tag": "web%20tier", "ecs-service-name": "checkout"}
    async with unconnected((160, 40)) as (app, pilot):
        await show(app, pilot, table(Grouping.RECORDS))
        await pilot.press("z")
        app.panes.flows.take_columns(("start", "srcaddr", "dstaddr", *fields))
        asked = app.panes.flows.ask
        assert app.panes.flows.show(table(Grouping.RECORDS, fields, columns=asked.columns), asked)
        await until(pilot, lambda: shows(app, "Instance tag"))
        line = line_with(app, "▸")
        for text in ("14:14:00", "10.0.1.7", "10.0.2.9", "SYN-ACK FIN", "internet gateway", "web tier", "checkout"):
            assert text in line, text
        heading = text_heading(lines_of(app))
        assert not any(name in heading for name in ("ENI", "Status", "Proto", "Dir", "Pkt"))


def text_heading(lines: list[str]) -> str:
    """The heading of the rows."""
    return next(before for before, line in pairwise(lines) if "▸" in line)


def test_the_choice_is_remembered_for_nobody_else(tmp_path: Path) -> None:
    """One file in the state folder, mode 0600, read at the next start; the grouping's own choice is not kept."""
    folder = tmp_path / "state"
    keys = ("srcaddr", "dstaddr", "tcp-flags", "bytes")
    assert Chosen(folder).choose(Grouping.RECORDS, keys)
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Chosen(folder).of(Grouping.RECORDS) == keys
    assert Chosen(folder).choose(Grouping.RECORDS, ())
    assert json.loads(file.read_text()) == {}
    assert Chosen(folder).of(Grouping.RECORDS) == ()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"RECORDS": 7}', '{"RECORDS": [1, null, {}]}', '{"NONE": ["a"]}', "[" * 100_000, "\x00"],
    ids=lambda text: text[:20] or "empty",
)
def test_a_spoilt_file_is_no_choice(tmp_path: Path, text: str) -> None:
    """Whatever stands in the file, the grouping's own columns are shown, and a new choice can be kept."""
    (tmp_path / "columns.json").write_text(text)
    chosen = Chosen(tmp_path)
    assert chosen.of(Grouping.RECORDS) == ()
    assert chosen.choose(Grouping.TALKERS, ("address", "bytes"))
    assert Chosen(tmp_path).of(Grouping.TALKERS) == ("address", "bytes")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The choice holds until the end, and that it is not kept is known."""
    (tmp_path / "state").write_text("a file where the folder should be")
    chosen = Chosen(tmp_path / "state")
    assert not chosen.choose(Grouping.TALKERS, ("address", "bytes"))
    assert chosen.of(Grouping.TALKERS) == ("address", "bytes")


def test_unknown_columns_of_another_version_are_left_out(tmp_path: Path) -> None:
    """What this version does not know is not asked for."""
    (tmp_path / "columns.json").write_text(json.dumps({"TALKERS": ["address", "colour", "address", "rate"]}))
    assert Chosen(tmp_path).of(Grouping.TALKERS) == ("address", "rate")
