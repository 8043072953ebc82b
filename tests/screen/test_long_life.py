"""In a real pty: what a day does to a program that stays open, none of which may leave a mess or a process behind."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from textual._styles_cache import StylesCache

from tests.screen import flow_feed
from tests.screen.picture import until
from tests.screen.terminal import LIMIT, Start, Terminal, assert_ended, wait_until
from tui.screen.app import VpcTop
from tui.screen.options import Options

STALL = float(os.environ.get("STALL", "5"))  # seconds a terminal does not read: STALL=60 for the whole minute
NEWEST = re.compile(rb"10\.0\.2\.9:(1\d{4})\b")

# A signal in the middle of a query, with polars imported in a thread, as by the program.
QUERY = """
import os, signal, threading
from tui.screen.interrupt import keep_interrupts

heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(1))
keep_interrupts()

def work():
    import polars as pl
    def hit(values):
        os.kill(os.getpid(), signal.SIGINT)
        return values
    frame = pl.DataFrame({"a": [2, 1]})
    frame.lazy().select(pl.col("a").map_batches(hit, return_dtype=pl.Int64)).sort("a").collect()
    print("heard", flush=True, end=" ")

thread = threading.Thread(target=work)
thread.start()
thread.join()
print(len(heard))
"""


@pytest.mark.parametrize("after", [b"\x1b[?1049h", b"\x1b[?2004h", b"Connecting"], ids=["screen", "paste", "paint"])
def test_a_signal_at_the_very_start(start: Start, after: bytes) -> None:
    """SIGTERM that comes while the terminal is being taken leaves it whole."""
    terminal = start("calm", shown="")
    wait_until(lambda: after in terminal.out, "the start")
    terminal.signal(signal.SIGTERM)
    assert_ended(terminal, 143)


def test_a_second_signal_while_leaving(start: Start) -> None:
    """Impatience changes nothing: the terminal is whole."""
    terminal = start("busy")
    terminal.signal(signal.SIGTERM)
    time.sleep(0.05)
    terminal.signal(signal.SIGHUP)
    terminal.signal(signal.SIGINT)
    assert_ended(terminal, 143)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_a_signal_while_a_call_is_in_flight(start: Start, number: signal.Signals) -> None:
    """A source that cannot be woken does not hold the end."""
    terminal = start("stuck")
    terminal.signal(number)
    assert_ended(terminal, 128 + number)


def test_a_terminal_that_vanished_where_sighup_is_ignored(start: Start) -> None:
    """Started under nohup it ends all the same, instead of spinning on a terminal that is gone."""
    terminal = start("busy", "nohup")
    terminal.hang_up()
    code, seconds = terminal.wait(5)
    assert code == 129
    assert seconds < 2


def test_a_terminal_that_stalled_and_then_vanished(start: Start) -> None:
    """As when a laptop sleeps and its connection is dropped an hour later."""
    terminal = start("busy")
    terminal.stop_reading()
    time.sleep(1.5)  # the pty fills
    terminal.hang_up()
    _, seconds = terminal.wait(5)
    assert seconds < 2.5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_a_signal_while_the_terminal_is_stalled(start: Start, number: signal.Signals) -> None:
    """Keys and sizes that came meanwhile have filled what can be filled: it is left by force."""
    terminal = start("busy")
    terminal.stop_reading()
    press_and_resize(terminal)
    terminal.signal(number)
    code, seconds = terminal.wait(5)
    assert code == 128 + number
    assert seconds < 2.5
    assert terminal.is_line_restored
    terminal.read_on()
    wait_until(lambda: terminal.is_restored, "the screen to be given back")
    assert b"Traceback" not in terminal.out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=str)
def test_a_signal_on_the_way_out_of_a_stalled_terminal(start: Start, number: signal.Signals) -> None:
    """The reader has quit; what gives the terminal back waits for it. The signal ends the wait, not the giving back."""
    terminal = start("busy")
    terminal.stop_reading()
    press_and_resize(terminal)
    running = terminal.threads
    terminal.type("q")
    wait_until(lambda: terminal.threads < running - 1, "the app to stop what it runs")
    terminal.signal(number)
    code, seconds = terminal.wait(5)
    assert code == 128 + number
    assert seconds < 2.5
    assert terminal.is_line_restored
    terminal.read_on()
    wait_until(lambda: terminal.is_restored, "the screen to be given back")


def test_sigint_during_a_query_is_heard_once() -> None:
    """Otherwise polars raises KeyboardInterrupt from its next call in any thread; in the event loop that is the end of it."""
    ended = subprocess.run([sys.executable, "-c", QUERY], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert (ended.stdout, ended.returncode) == ("heard 1\n", 0), ended.stderr


def test_a_stopped_program_comes_back_whole(start: Start) -> None:
    """SIGTSTP gives the terminal back; after SIGCONT every row is painted, changed or not, at the size it has then."""
    terminal = start("calm")
    terminal.signal(signal.SIGTSTP)
    wait_until(lambda: os.waitpid(terminal.pid, os.WNOHANG | os.WUNTRACED)[0] != 0, "the program to stop")
    wait_until(lambda: terminal.is_restored, "the terminal to be restored")
    terminal.resize(100, 30)
    since = len(terminal.out)
    terminal.signal(signal.SIGCONT)
    for shown in ("vpctop", "10.0.2.9:5432", "10.0.3.4:6379", "198.51.100.7"):
        terminal.wait_for(shown, since=since)
    terminal.type("q")
    assert_ended(terminal, 0)


def test_reading_goes_on_while_the_terminal_does_not(start: Start) -> None:
    """Unread for some seconds under a flood, keys and sizes: memory stays, the feed goes on, and the newest is drawn next."""
    terminal = start("flood")
    terminal.wait_for("10.0.2.9:10020")
    before = terminal.memory
    terminal.stop_reading()
    last, stopped = newest(terminal.out), time.monotonic()
    press_and_resize(terminal)
    time.sleep(STALL)
    wanted = last + int((time.monotonic() - stopped) / 0.05 * 0.4)  # the machine is shared: less than half the batches
    assert terminal.memory - before < 40 << 20
    unread = len(terminal.out)
    terminal.read_on()
    began = time.monotonic()
    wait_until(lambda: newest(terminal.out[unread:]) >= wanted, "the newest")
    assert time.monotonic() - began < 1.5
    assert len(terminal.out) - unread < 400_000  # what had filled the pty, and a frame; not five seconds of frames
    terminal.type("q")
    assert_ended(terminal, 0)


def test_the_right_size_is_drawn_after_a_storm_nobody_saw(start: Start) -> None:
    """A hundred sizes while the terminal does not read do not block; the last is drawn, whole."""
    terminal = start("busy")
    terminal.stop_reading()
    press_and_resize(terminal)
    terminal.resize(79, 23)
    time.sleep(1)
    unread = len(terminal.out)
    terminal.read_on()
    terminal.wait_for("79x23", since=unread)
    terminal.resize(120, 40)
    since = len(terminal.out)
    terminal.wait_for("10.0.2.9:5432", since=since)
    terminal.type("q")
    assert_ended(terminal, 0)


def test_a_bug_in_the_sources_thread(start: Start) -> None:
    """Rows stay, the header says STALLED and why, and no traceback is on the screen."""
    terminal = start("broken")
    terminal.wait_for("STALLED")
    terminal.wait_for("ZeroDivisionError")
    assert b"Traceback" not in terminal.out
    terminal.type("q")
    assert_ended(terminal, 0)


def test_a_bug_in_the_view_thread(start: Start) -> None:
    """The last good rows stay, one sentence says that they are not brought up to date, and keys are answered."""
    terminal = start("blind")
    terminal.wait_for("could not be brought up to date")
    assert b"Traceback" not in terminal.out
    terminal.type("q")
    assert_ended(terminal, 0)


@pytest.mark.parametrize("end", ["hang up", "stalled"])
def test_the_demo_leaves_no_child(start: Start, end: str) -> None:
    """However the demo ends, the AWS it started is gone with it."""
    terminal = start("demo", shown="LIVE", module="tui")
    (child,) = terminal.children
    if end == "hang up":
        terminal.hang_up()
    else:
        terminal.stop_reading()
        press_and_resize(terminal)
        terminal.signal(signal.SIGTERM)
    terminal.wait(5)
    wait_until(lambda: not Path(f"/proc/{child}").exists(), "the embedded AWS to end", 2.5)


def test_the_demo_says_that_its_aws_ended(start: Start) -> None:
    """Killed from outside: the rows stay, the state and a sentence say what happened, and q leaves as ever."""
    terminal = start("demo", shown="LIVE", module="tui")
    (child,) = terminal.children
    os.kill(child, signal.SIGKILL)
    terminal.wait_for("ENDED")
    terminal.wait_for("The embedded AWS ended (killed by SIGKILL); start the demo again.")
    terminal.type("q")
    assert_ended(terminal, 0)


async def test_a_palette_that_was_closed_is_forgotten() -> None:
    """Opening and closing it again and again leaves nothing in memory."""
    app = VpcTop(flow_feed.connecting(flow_feed.Script(flow_feed.batch(flow_feed.talks()))), Options(theme="dark"))
    async with app.run_test(size=(120, 40)) as pilot:

        async def open_and_close() -> None:
            await pilot.press("colon")
            await pilot.pause()
            assert len(app.screen_stack) == 2
            await pilot.press("escape")
            await pilot.pause()
            await pilot.press("down", "up")

        def kept() -> int:
            gc.collect()
            return sum(isinstance(each, StylesCache) for each in gc.get_objects())

        await open_and_close()
        await open_and_close()
        once = kept()
        for _ in range(4):
            await open_and_close()
        await until(pilot, lambda: kept() <= once)  # what was closed goes when the loop next has time


def press_and_resize(terminal: Terminal) -> None:
    """What a reader does with a terminal that seems to hang, each of which would paint a whole screen."""
    for turn in range(100):
        terminal.resize(80 + turn % 40, 24 + turn % 16)
        if turn % 5 == 0:
            terminal.type("a")
        time.sleep(0.01)
    terminal.resize(120, 40)


def newest(written: bytes) -> int:
    """How far the flood had come when this was drawn."""
    return max((int(port) for port in NEWEST.findall(written)), default=0)
