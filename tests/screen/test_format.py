"""Numbers, times and addresses: short, of steady width, never misleading; columns, bars and frames."""

from __future__ import annotations

import subprocess
import sys
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cache.columns import Grouping
from tui.cache.view import COLUMNS, Strip
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.frame import FIRST, GIVEN_UP, MUTE, PATIENCE, Pacer
from tui.screen.glyphs import ASCII, UNICODE
from tui.screen.panes.column import arrange
from tui.screen.themes import suits
from tui.screen.widgets.bars import bar_rows, pooled


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0B"),
        (999, "999B"),
        (999.6, "1.00k"),
        (12_345, "12.3k"),
        (999_949, "1.00M"),
        (1_230_000, "1.23M"),
        (2**63, "9.22E"),
    ],
)
def test_sizes(value: float, text: str) -> None:
    """Three digits and a decimal unit, also where rounding crosses one."""
    assert fmt.size(value) == text


@given(st.floats(0, 1e21))
def test_a_size_never_takes_more_than_five_cells(value: float) -> None:
    """Columns do not jitter."""
    assert len(fmt.size(value)) <= 5


@given(st.floats(0, 1e15))
def test_a_count_never_takes_more_than_seven_cells(value: float) -> None:
    """The same for counts."""
    assert len(fmt.count(value)) <= 7


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0s"), (45, "45s"), (192, "3m12s"), (7500, "2h05m"), (4 * 86400 - 1, "3d23h")]
)
def test_ages(seconds: float, text: str) -> None:
    """Two units at most; a clock that is behind shows no negative age."""
    assert fmt.age(seconds) == text


@pytest.mark.parametrize(("part", "text"), [(0, " 0.0 %"), (0.0001, "<0.1 %"), (0.018, " 1.8 %"), (1, " 100 %")])
def test_shares(part: float, text: str) -> None:
    """What is not zero never reads as zero."""
    assert fmt.share(part) == text


@given(st.text(max_size=60), st.integers(1, 40))
def test_fitting_is_exact(raw: str, width: int) -> None:
    """Whatever the cleaned text, a cell is as wide as it should be, and a shortened text no wider than allowed."""
    text = clean(raw)
    assert fmt.cells(fmt.left(text, width)) == width
    assert fmt.cells(fmt.right(text, width)) == width
    assert fmt.cells(fmt.middle(text, width)) <= width
    assert all(fmt.cells(line) <= max(2, width) for line in fmt.wrap(text, width))


def test_a_shortened_address_keeps_its_port() -> None:
    """The middle of the address goes, visibly; the port stays whole."""
    assert fmt.shorten("2001:db8:1234:1a02:4f5b:9b6f:12e7:6c01", 443, 24) == "[2001:db8…12e7:6c01]:443"
    assert fmt.shorten("10.0.2.9", 5432, 24) == "10.0.2.9:5432"


@given(
    st.integers(1, 300),
    st.sampled_from([COLUMNS[Grouping.CONVERSATIONS], COLUMNS[Grouping.RECORDS]]),
    st.integers(7, 47),
    st.integers(7, 47),
)
def test_columns_never_overlap_or_overflow(width: int, columns: Any, source: int, destination: int) -> None:
    """Places follow one another; from 30 cells on they end within the line."""
    places = arrange(columns, width, {"srcaddr": source, "dstaddr": destination}, {"rate"})
    ends = [place.x + place.width for place in places]
    assert all(after.x > end for after, end in zip(places[1:], ends, strict=False))
    assert width < 30 or ends[-1] <= width


@pytest.mark.parametrize("columns", [COLUMNS[Grouping.CONVERSATIONS], COLUMNS[Grouping.RECORDS]])
def test_a_wide_line_has_every_column_but_ports(columns: Any) -> None:
    """Ports stand beside their address; all else has a column where there is room."""
    shown = {place.column.key for place in arrange(columns, 220, {}, ())}
    assert {column.key for column in columns} - shown <= {"server_port", "srcport", "dstport"}


def test_bars_show_a_trace_of_anything() -> None:
    """The largest is full, nothing is blank, and a little is not nothing."""
    assert bar_rows([0, 1, 500, 1000], 6, 1, UNICODE) == ["   ▁▄█"]
    assert bar_rows([0, 1, 500, 1000], 4, 2, UNICODE) == ["   █", " ▁██"]
    assert bar_rows([0, 1000], 2, 1, ASCII) == [" @"]
    assert bar_rows([], 3, 1, UNICODE) == ["   "]
    assert pooled([1.0, 2.0, 3.0], 2) == [3.0, 3.0]
    assert Strip(0).skipped == ()


class Line:
    """A driver with a writer's queue, as far as a pacer looks."""

    def __init__(self) -> None:
        self._writer_thread = SimpleNamespace(_queue=Queue())
        self.write = self._writer_thread._queue.put


def test_a_frame_waits_for_the_answer_to_the_last() -> None:
    """One frame is under way at a time; a terminal that stops answering gets one every few seconds."""
    line: Any = Line()
    pacer = Pacer()
    assert pacer.may_send(line, 0)
    pacer.sent(line, 0)
    assert not pacer.may_send(line, 1)
    pacer.answered()
    assert pacer.may_send(line, 1)
    pacer.sent(line, 1)
    assert not pacer.may_send(line, 1 + PATIENCE - 0.1)
    assert pacer.may_send(line, 1 + PATIENCE)


def test_a_terminal_that_never_answers_gets_two_frames_a_second() -> None:
    """After a first wait it is taken for one that gives no answers."""
    line: Any = Line()
    pacer = Pacer()
    pacer.sent(line, 0)
    assert not pacer.may_send(line, FIRST - 0.1)
    assert pacer.may_send(line, FIRST)
    pacer.sent(line, FIRST)
    assert not pacer.may_send(line, FIRST + MUTE - 0.1)
    assert pacer.may_send(line, FIRST + MUTE)


def test_frames_that_keys_sent_are_waited_for_too() -> None:
    """A key paints past the pacer: the next paced frame waits for the answers to all, or a queue of frames would stay."""
    line: Any = Line()
    pacer = Pacer()
    for at in (0, 0.1, 0.2):
        pacer.sent(line, at)
    pacer.answered()
    pacer.answered()
    assert not pacer.may_send(line, 0.3)
    pacer.answered()
    assert pacer.may_send(line, 0.3)


def test_answers_to_a_slow_first_paint_are_no_answers_to_the_next_frame() -> None:
    """A line that is still drawing when patience ends answers late: every frame that was sent is counted."""
    line: Any = Line()
    pacer = Pacer()
    pacer.sent(line, 0)
    assert pacer.may_send(line, FIRST)
    pacer.sent(line, FIRST)
    pacer.answered()
    assert not pacer.may_send(line, FIRST + 0.1)
    pacer.answered()
    assert pacer.may_send(line, FIRST + 0.1)


def test_a_terminal_that_has_gone_mute_gets_two_frames_a_second_again() -> None:
    """Another program took the terminal's place: after a minute without an answer nobody waits for one."""
    line: Any = Line()
    pacer = Pacer()
    pacer.sent(line, 0)
    pacer.answered()
    now = 0.0
    for _ in range(GIVEN_UP):
        pacer.sent(line, now)
        line._writer_thread._queue.queue.clear()
        now += PATIENCE
        assert pacer.may_send(line, now)
    pacer.sent(line, now)
    assert not pacer.may_send(line, now + MUTE - 0.1)
    assert pacer.may_send(line, now + MUTE)
    pacer.sent(line, now)
    pacer.answered()
    pacer.sent(line, now)
    assert not pacer.may_send(line, now + PATIENCE - 0.1)


def test_nothing_is_sent_while_frames_wait_to_be_written() -> None:
    """A full queue would hold the event loop, and with it every key."""
    line: Any = Line()
    for _ in range(4):
        line.write("x")
    assert not Pacer().may_send(line, 100)


@pytest.mark.parametrize(
    ("environment", "theme"),
    [
        ({"TERM": "xterm-256color"}, "dark"),
        ({"TERM": "tmux-256color"}, "dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "xterm"}, "ansi"),
        ({"TERM": "linux"}, "ansi"),
        ({"TERM": "dumb"}, "ansi"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, "ansi"),
    ],
)
def test_the_theme_suits_the_terminal(environment: dict[str, str], theme: str) -> None:
    """Sixteen colours or none: the terminal's own."""
    assert suits(environment) == theme


def test_the_first_paint_needs_neither_polars_nor_boto3() -> None:
    """What draws the first frame imports nothing heavy."""
    heavy = {"polars", "boto3", "botocore", "cachetools", "msgspec"}
    ours = {"tui.network.inventory", "tui.network.verdict.model", "tui.flows.source", "tui.cache.rejected"}
    code = f"import sys, tui.screen.app; print({heavy | ours} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"
