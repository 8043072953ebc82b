"""$EDITOR on a real terminal: it gets the text, the terminal and the keys, and both come back whole."""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.screen.terminal import Terminal, assert_ended, wait_until
from tui.screen.foreign_editor import ForeignError, editor_command

# An editor that tells what it was given, waits for a line, and changes the text as that says.
SCRIPT = """
import os, sys, stat, signal
signal.signal(signal.SIGINT, lambda *_: print("INTERRUPTED", flush=True))
path = sys.argv[-1]
text = open(path).read()
print(f"EDITOR-HAS {sys.argv[1:-1]} {len(text)} {stat.S_IMODE(os.stat(path).st_mode):o} {path}", flush=True)
word = input()
if word == "change":
    open(path, "w").write(text.replace('"s3:PutObject"', '"s3:GetObject"'))
print("EDITOR-ENDS", flush=True)
sys.exit(3 if word == "fail" else 0)
"""
Begin = Callable[..., Terminal]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begin]:
    """`begin()` starts the program with that editor, and goes to the Policy pane."""
    script = tmp_path / "editor.py"
    script.write_text(SCRIPT)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} '{script}' --wait")
    made: list[Terminal] = []

    def start() -> Terminal:
        terminal = Terminal(str(tmp_path / "state"), module="tests.screen.edit_program")
        made.append(terminal)
        terminal.wait_for("10.0.2.9:")
        terminal.type("4")
        terminal.wait_for("undo")
        return terminal

    yield start
    for terminal in made:
        terminal.close()


def files(tmp_path: Path) -> list[Path]:
    """What is left of texts that were handed over."""
    return list((tmp_path / "state" / "policies").glob("edit-*"))


def test_the_text_goes_to_the_editor_and_comes_back(begin: Begin, tmp_path: Path) -> None:
    """ctrl+e hands over terminal, keys and a private file; the text that comes back is checked and can be applied."""
    terminal = begin()
    terminal.type("\x05")
    terminal.wait_for("EDITOR-HAS ['--wait'] 2")
    terminal.wait_for(" 600 ")
    assert terminal.is_line_restored
    assert str(tmp_path / "state" / "policies" / "edit-").encode() in terminal.out
    terminal.type("\x03")
    terminal.wait_for("INTERRUPTED")
    terminal.type("change\n")
    terminal.wait_for("EDITOR-ENDS")
    since = terminal.out.rindex(b"EDITOR-ENDS")
    terminal.wait_for("the policy of s3", since)
    terminal.wait_for("No longer allowed", since)
    wait_until(lambda: not files(tmp_path), "the file to be gone")
    terminal.type("\x13")
    terminal.wait_for("Type vpce-0a1b2c3d4e5f60001", since)
    terminal.type("vpce-0a1b2c3d4e5f60001\r")
    terminal.wait_for("in effect in a few minutes", since)
    terminal.type("\r")
    terminal.wait_for("198.51.100.7", since)
    terminal.type("q")
    assert_ended(terminal, 0)
    store = tmp_path / "state" / "policies" / "vpce-0a1b2c3d4e5f60001.versions.json"
    assert stat.S_IMODE(store.stat().st_mode) == 0o600


@pytest.mark.parametrize(("word", "said"), [("fail", "ended with 3"), ("none", "")])
def test_an_editor_that_fails_or_changes_nothing_changes_nothing(
    begin: Begin, tmp_path: Path, word: str, said: str
) -> None:
    """The panes are back as they were, all of the screen is drawn anew, and the file is gone."""
    terminal = begin()
    terminal.type("\x05")
    terminal.wait_for("EDITOR-HAS")
    terminal.type(f"{word}\n")
    terminal.wait_for("EDITOR-ENDS")
    since = terminal.out.rindex(b"EDITOR-ENDS")
    terminal.wait_for("198.51.100.7", since)
    terminal.wait_for(said, since)
    wait_until(lambda: not files(tmp_path), "the file to be gone")
    assert b"the policy of s3" not in terminal.out
    terminal.type("q")
    assert_ended(terminal, 0)


def test_the_program_ends_while_the_editor_is_open(begin: Begin) -> None:
    """SIGTERM ends both at once, and the line of the terminal is as it was."""
    terminal = begin()
    terminal.type("\x05")
    terminal.wait_for("EDITOR-HAS")
    (editor,) = terminal.children
    terminal.signal(signal.SIGTERM)
    code, seconds = terminal.wait(5)
    assert code == 128 + signal.SIGTERM
    assert seconds < 2
    wait_until(lambda: not is_running(editor), "the editor to end")
    assert terminal.is_line_restored


def is_running(pid: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_what_stands_in_the_environment_is_a_command() -> None:
    """$VISUAL comes first, arguments are understood, vi stands in, and what cannot be run is told in one sentence."""
    path = os.environ["PATH"]
    assert editor_command({"PATH": path, "VISUAL": "sh -c 'a b'", "EDITOR": "cat"}) == ["sh", "-c", "a b"]
    assert editor_command({"PATH": path, "VISUAL": " ", "EDITOR": "cat -u"}) == ["cat", "-u"]
    for environ, said in (
        (
            {"PATH": path, "EDITOR": "no-such-editor-here"},
            "$EDITOR names 'no-such-editor-here', which is not to be found.",
        ),
        ({"PATH": path, "EDITOR": "sh 'x"}, "$EDITOR is no command: No closing quotation."),
        ({"PATH": "/nowhere"}, "$EDITOR is not set, and vi is not to be found."),
    ):
        with pytest.raises(ForeignError, match=f"^{re.escape(said)}$"):
            editor_command(environ)
