"""In a real pty: the bell and the terminal's own notifications come out whole, and only when they were asked for."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.screen.alert_feed import ALERTS, SCAN
from tests.screen.terminal import Start, wait_until
from tui.screen.notice import BEL, TERMINALS, notification, sentence

# A notification ends at the first BEL; what is between is shown and not obeyed.
OSC9 = re.compile(rb"\x1b\]9;([ -~]*)\x07")
OSC777 = re.compile(rb"\x1b\]777;notify;([ -~]*)\x07")

POINTER = b"\x1b]22;default\x07"  # Textual's own: the mouse pointer's shape


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither tmux nor screen is around the terminal."""
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)


def alarmed(start: Start, *words: str, **how: Any) -> bytes:
    """What the program wrote until its alert was on the screen."""
    terminal = start(*words, module="tests.screen.alert_program", shown="10.0.2.9:", **how)
    terminal.wait_for("first refusal" if "slight" in words else "scan by")
    time.sleep(0.3)
    return terminal.out.replace(POINTER, b"")


def test_nothing_is_sent_unless_asked(start: Start) -> None:
    """Without a word in the configuration: no bell, no notification."""
    out = alarmed(start)
    assert BEL.encode() not in out
    assert b"\x1b]9;" not in out
    assert b"\x1b]777;" not in out


@pytest.mark.parametrize(("word", "pattern"), [("osc9", OSC9), ("osc777", OSC777)], ids=str)
def test_a_notification_comes_out_whole(start: Start, word: str, pattern: re.Pattern[bytes]) -> None:
    """Once, between frames, with the hostile text neutralised: nothing in it ends the sequence or begins another."""
    out = alarmed(start, word)
    (found,) = pattern.findall(out)
    assert b"critical: scan by a,b?]0,owned" in found
    assert (found.count(b";"), found.startswith(b"vpctop")) == (int(word == "osc777"), True)
    assert len(found) <= 320
    before = out[: out.index(b"\x1b]" + word[3:].encode())]
    assert before.rfind(b"\x1b[?2026h") <= before.rfind(b"\x1b[?2026l")  # not inside a frame
    assert out.count(BEL.encode()) == 1


def test_the_bell_rings_once(start: Start) -> None:
    """A single BEL, outside any sequence."""
    assert alarmed(start, "bell").count(BEL.encode()) == 1


def test_a_slight_alert_does_not_call(start: Start) -> None:
    """What is less severe than the reader asked for is shown, and calls nobody."""
    assert BEL.encode() not in alarmed(start, "slight", "bell", "osc9")


def test_a_terminal_that_does_not_read_is_called_later(start: Start) -> None:
    """While the terminal takes nothing nothing is piled up; the notification comes once it reads again."""
    terminal = start("bell", "osc9", module="tests.screen.alert_program", shown="")
    terminal.wait_for("10.0.2.9:")
    terminal.stop_reading()
    time.sleep(2)
    terminal.read_on()
    wait_until(lambda: len(OSC9.findall(terminal.out)) == 1, "the notification")


@given(
    st.text(max_size=400) | st.text(";\x1b\x07\\]9a\x9c", max_size=20),
    st.sampled_from(TERMINALS),
    st.sampled_from([{}, {"TMUX": "/tmp/x"}, {"STY": "1.x"}]),
)
def test_no_text_breaks_out(text: str, terminal: str, environ: dict[str, str]) -> None:
    """Whatever an alert says: one sequence, of printable ASCII between its ends, wrapped for tmux and screen."""
    whole = notification(terminal, "vpctop", sentence([replace(SCAN, sentence=text)]), environ)
    if "TMUX" in environ:
        assert whole.startswith("\x1bPtmux;\x1b\x1b]")
        whole = whole.removeprefix("\x1bPtmux;").removesuffix("\x1b\\").replace("\x1b\x1b", "\x1b")
    elif "STY" in environ:
        whole = whole.removeprefix("\x1bP").removesuffix("\x1b\\")
    assert (OSC9 if terminal == "osc9" else OSC777).fullmatch(whole.encode())
    assert whole.count(";") == (1 if terminal == "osc9" else 3)
    assert len(whole) < 260


def test_several_alerts_are_one_sentence() -> None:
    """The worst is told, and how many more there are."""
    assert sentence(ALERTS[::-1]) == "critical: 192.0.2.201 tried 412 ports of web-1 (and 3 more alerts)"
    assert sentence(ALERTS[1:2]) == "warning: app-3 is refused by db:5432 since 14:14"
