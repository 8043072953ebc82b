"""In a real pty: the terminal is left whole whatever ends the program, and a slow one does not block it."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.screen.terminal import Start, assert_ended, wait_until


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
    ids=str,
)
def test_a_signal_leaves_the_terminal_whole(start: Start, number: signal.Signals, code: int) -> None:
    """SIGTERM, SIGHUP and SIGINT end it within a second, with 128 and the signal as the exit code."""
    terminal = start("busy")
    terminal.signal(number)
    assert_ended(terminal, code)


@pytest.mark.parametrize("key", ["q", "\x03", "\x11"], ids=["q", "ctrl+c", "ctrl+q"])
def test_a_key_quits(start: Start, key: str) -> None:
    """q, ctrl+c and ctrl+q leave with code 0 and the terminal whole."""
    terminal = start("calm")
    terminal.type(key)
    assert_ended(terminal, 0)


def test_a_call_in_flight_does_not_hold_quitting(start: Start) -> None:
    """A source that cannot be woken is left behind: quitting takes no longer."""
    terminal = start("stuck")
    terminal.type("q")
    assert_ended(terminal, 0)


def test_a_fatal_error_ends_with_its_sentence(start: Start) -> None:
    """The sentence stands on the plain terminal after the screen is gone, with the error's exit code."""
    terminal = start("fatal", shown="")
    code, _ = terminal.wait()
    wait_until(lambda: b"create one, or name another VPC" in terminal.out, "the sentence")
    assert code == 2
    assert terminal.out.index(b"no flow log covers vpc-0a1b;") > terminal.out.rindex(b"\x1b[?1049l")
    assert terminal.is_restored


@pytest.mark.parametrize("kind", ["calm", "busy"])
def test_a_vanished_terminal_leaves_no_process(start: Start, kind: str) -> None:
    """When the other end is closed it ends quietly, as SIGHUP would have it."""
    terminal = start(kind)
    terminal.hang_up()
    code, seconds = terminal.wait(5)
    assert code == 129
    assert seconds < 2


def test_a_terminal_that_stops_reading_is_left_by_force(start: Start) -> None:
    """SIGTERM ends it although its last bytes cannot be written; the line's settings are restored."""
    terminal = start("busy")
    terminal.stop_reading()
    time.sleep(3)  # long enough for the pty and the writer's queue to fill, were frames still queued
    terminal.signal(signal.SIGTERM)
    code, seconds = terminal.wait(5)
    assert code == 143
    assert seconds < 2.5
    assert terminal.is_line_restored


def test_a_reader_that_stops_does_not_block_the_loop(start: Start) -> None:
    """After four seconds unread, keys pressed meanwhile are answered at once: no old frames stand in front of them."""
    terminal = start("busy")
    terminal.stop_reading()
    terminal.type("ar")
    time.sleep(4)
    unread = len(terminal.out)
    terminal.read_on()
    began = time.monotonic()
    terminal.wait_for("records by", since=unread)
    assert time.monotonic() - began < 1.5
    wait_until(lambda: len(terminal.out) > unread + 1000, "the screen")
    assert len(terminal.out) - unread < 200_000  # some frames, not four seconds of them
    terminal.type("q")
    assert_ended(terminal, 0)


@pytest.mark.parametrize(("rate", "trip", "limit"), [(64_000, 0.1, 2.0), (20_000, 0.0, 2.5)], ids=["64k", "20k"])
def test_a_slow_line_answers_keys(start: Start, rate: int, trip: float, limit: float) -> None:
    """Where all rows four times a second would need 50 kB/s or more, a key is answered within a frame or two."""
    terminal = start("busy")
    terminal.rate, terminal.delay = rate, trip
    time.sleep(3)
    for key, shown in (("ar", "records by"), ("ac", "conversations by")):
        since = len(terminal.out)
        began = time.monotonic()
        terminal.type(key)
        terminal.wait_for(shown, since=since)
        assert time.monotonic() - began < limit
    for turn in range(8):  # no frame that a key sent stays under way in front of the next key
        since, began = len(terminal.out), time.monotonic()
        terminal.type("S")
        terminal.wait_for("▲▼"[turn % 2], since=since)
        assert time.monotonic() - began < limit, turn
    terminal.rate, terminal.delay = 0, 0.0
    terminal.type("q")
    assert_ended(terminal, 0)


def test_a_terminal_that_gives_no_answer_gets_two_frames_a_second(start: Start) -> None:
    """One that never tells where its cursor is is drawn on all the same, but not more often; keys are answered at once."""
    terminal = start("busy", is_mute=True)
    time.sleep(3)  # so long the first answer is waited for
    since, began = len(terminal.out), time.monotonic()
    time.sleep(4)
    frames = terminal.out[since:].count(b"\x1b[6n")
    assert 1 <= frames <= 2 * (time.monotonic() - began) + 1
    since, began = len(terminal.out), time.monotonic()
    terminal.type("ar")
    terminal.wait_for("records by", since=since)
    assert time.monotonic() - began < 1.5
    terminal.type("q")
    assert_ended(terminal, 0)


def test_no_answer_is_left_for_the_shell(start: Start) -> None:
    """Quitting waits for the terminal's last answer, so that it is not typed at the prompt."""
    terminal = start("busy")
    terminal.delay = 0.35
    for _ in range(3):  # an answer is certainly under way
        since = len(terminal.out)
        terminal.wait_for("\x1b[6n", since=since)
    terminal.type("q")
    assert_ended(terminal, 0)
    assert terminal.typed() == b""


def test_suspending_gives_the_terminal_back(start: Start) -> None:
    """ctrl+z restores the terminal, and on return everything is painted again."""
    terminal = start("calm")
    terminal.type("\x1a")
    wait_until(lambda: os.waitpid(terminal.pid, os.WNOHANG | os.WUNTRACED)[0] != 0, "the program to stop")
    wait_until(lambda: terminal.is_restored, "the terminal to be restored")
    since = len(terminal.out)
    terminal.signal(signal.SIGCONT)
    terminal.wait_for("10.0.2.9:5432", since=since)
    terminal.type("q")
    assert_ended(terminal, 0)


def test_a_resize_storm_ends_at_the_right_size(start: Start) -> None:
    """A hundred sizes, down to one cell, and the last is the one that is drawn."""
    terminal = start("busy")
    for turn in range(100):
        terminal.resize(1 + (turn * 37) % 160, 1 + (turn * 17) % 50)
    terminal.resize(1, 1)
    terminal.resize(79, 23)
    terminal.wait_for("79x23")
    since = len(terminal.out)
    terminal.resize(120, 40)
    terminal.wait_for("10.0.2.9:5432", since=since)
    terminal.type("q")
    assert_ended(terminal, 0)


def test_all_is_drawn_again_when_asked_for(start: Start) -> None:
    """ctrl+l, as everywhere: somebody's `wall` has drawn over it."""
    terminal = start("calm")
    time.sleep(1)
    since = len(terminal.out)
    terminal.type("\x0c")
    for shown in ("vpctop", "10.0.2.9:5432", "10.0.3.4:6379", "198.51.100.7"):
        terminal.wait_for(shown, since=since)
    terminal.type("q")
    assert_ended(terminal, 0)
