"""Whatever keys are pressed, in whatever order: nothing breaks, and the reader finds back."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.screen.changes_by_hand import ByHand, changing_app
from tests.screen.picture import shows, text_of, until
from tui.screen.app import VpcTop

LETTERS = "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789"  # all but q, which leaves
NAMED = (
    "slash", "question_mark", "colon", "exclamation_mark", "equals_sign", "minus", "comma", "full_stop", "at", "space",
    "left_square_bracket", "right_square_bracket", "backslash", "enter", "escape", "tab", "shift+tab", "up", "down",
    "left", "right", "home", "end", "pageup", "pagedown", "backspace", "delete", "f1", "f3", "f5", "f8", "ctrl+s",
    "ctrl+r", "ctrl+a", "ctrl+u", "ctrl+w", "ctrl+k", "ctrl+l", "ctrl+p",
)  # fmt: skip
# What opens and closes most.
OFTEN = ("escape", "escape", "enter", "3", "4", "E", "N", "M", "D", "t", "b")
PRESSED = 400


def keys_of(seed: int) -> list[str]:
    """So many keys, the same ones every time."""
    chance = random.Random(seed)
    kinds: tuple[tuple[str, ...] | str, ...] = (LETTERS, NAMED, OFTEN)
    return [chance.choice(chance.choice(kinds)) for _ in range(PRESSED)]


def has_lost_focus(app: VpcTop) -> bool:
    """Whether the filter bar is open, nothing lies over it, and what is typed goes elsewhere."""
    typing = app.filters._typing
    if typing is None or not typing.bar.display or len(app.screen_stack) > 1:
        return False
    return app.focused is not typing.bar.entry


async def find_back(app: VpcTop, pilot: Pilot[None]) -> None:
    """Leave everything that is open; the editor asks whether a draft is to be kept."""
    for _ in range(12):
        await pilot.press("enter" if shows(app, "Leave the editor") else "escape")
    await pilot.press("1")
    await until(pilot, lambda: len(app.screen_stack) == 1 and app.panes.current is app.panes.flows)


@pytest.mark.parametrize(("seed", "size"), [(1, (80, 24)), (2, (120, 40))])
async def test_no_keys_break_it(
    seed: int,
    size: tuple[int, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Hundreds of keys over panes, pages, forms and the editor, with leave to change: no error is logged."""
    monkeypatch.chdir(tmp_path)  # what is exported goes there
    caplog.set_level(logging.ERROR, "tui")
    async with changing_app(ByHand(), size=size, folder=tmp_path) as (app, pilot):
        for at, key in enumerate(keys_of(seed)):
            await pilot.press(key)
            assert app.is_running, f"key {at}, {key}, ended it"
            assert not has_lost_focus(app), f"after key {at}, {key}:\n{text_of(app)}"
        await find_back(app, pilot)
        await pilot.press("4")
        await until(pilot, lambda: shows(app, "4 Policy"))
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
