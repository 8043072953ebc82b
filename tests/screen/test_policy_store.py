"""Texts of policies on the disk: the last ten of an endpoint, a draft, and files that are broken."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.screen.policy_store import MOST, Draft, PolicyStore, Version

ENDPOINT = "vpce-0a1b2c3d4e5f60001"


def wait_for(holds: Callable[[], bool]) -> None:
    """Until a thread has done it."""
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_last_ten_outlive_the_program(tmp_path: Path) -> None:
    """Twelve changes leave the newest ten, which another program finds, in files that only their owner reads."""
    store = PolicyStore(tmp_path)
    for number in range(12):
        assert store.keep(ENDPOINT, f'{{"Id":"{number}"}}', 1_790_000_000.0 + number) == ""
    again = PolicyStore(tmp_path).versions(ENDPOINT)
    assert [each.text for each in again] == [f'{{"Id":"{number}"}}' for number in range(11, 1, -1)]
    assert len(again) == MOST
    path = tmp_path / "policies" / f"{ENDPOINT}.versions.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_programs_keep_what_the_other_kept(tmp_path: Path) -> None:
    """What another vpctop wrote meanwhile stays, and a text that was in force twice stands once."""
    one, other = PolicyStore(tmp_path), PolicyStore(tmp_path)
    one.keep(ENDPOINT, "first", 1.0)
    other.keep(ENDPOINT, "second", 2.0)
    one.keep(ENDPOINT, "first", 3.0)
    assert PolicyStore(tmp_path).versions(ENDPOINT) == (Version(3.0, "first"), Version(2.0, "second"))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        '"x"',
        '{"versions": 7}',
        '{"versions": [1, null, {"at": "soon", "text": "x"}, {"at": 1}]}',
        '{"at": 1, "text": 7, "was": ""}',
        "[" * 100_000,
    ],
)
def test_a_broken_file_holds_nothing(tmp_path: Path, broken: str) -> None:
    """Whatever stands in the files, nothing is raised, and the next change is kept."""
    (tmp_path / "policies").mkdir()
    for what in ("versions", "draft"):
        (tmp_path / "policies" / f"{ENDPOINT}.{what}.json").write_text(broken)
    store = PolicyStore(tmp_path)
    assert store.versions(ENDPOINT) == ()
    assert store.draft(ENDPOINT) is None
    assert store.keep(ENDPOINT, "text", 1.0) == ""
    assert PolicyStore(tmp_path).versions(ENDPOINT) == (Version(1.0, "text"),)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    """Then the text is kept in memory, and the reason is given."""
    (tmp_path / "policies").write_text("a file where the folder should be")
    store = PolicyStore(tmp_path)
    assert store.keep(ENDPOINT, "text", 1.0) != ""
    assert store.versions(ENDPOINT) == (Version(1.0, "text"),)
    assert PolicyStore(None).keep(ENDPOINT, "text", 1.0) == "there is no folder to keep it in"


def test_a_draft_outlives_the_program_until_it_is_dropped(tmp_path: Path) -> None:
    """The newest draft is found by the next program; a dropped one is gone from the disk too."""
    store = PolicyStore(tmp_path)
    for text in ("o", "on", "one"):
        store.keep_draft(ENDPOINT, Draft(1.0, text, "was"))
    wait_for(lambda: PolicyStore(tmp_path).draft(ENDPOINT) == Draft(1.0, "one", "was"))
    store.drop_draft(ENDPOINT)
    assert store.draft(ENDPOINT) is None
    wait_for(lambda: not list((tmp_path / "policies").glob("*draft*")))


def test_an_id_makes_no_path(tmp_path: Path) -> None:
    """An id is AWS's word: it does not lead out of the folder."""
    store = PolicyStore(tmp_path)
    store.keep("../../etc/passwd", "text", 1.0)
    (path,) = (tmp_path / "policies").iterdir()
    assert json.loads(path.read_text())["versions"][0]["text"] == "text"
