from __future__ import annotations

import io
import re

from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui.screen.sent import Sent

WIDTH, HEIGHT = 24, 3
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True)
STYLES = [
    None,
    Style.parse("#00ff00 on #102030"),
    Style.parse("bold #00ff00 on #102030"),
    Style.parse("#ff0000 on #102030"),
    Style.parse("reverse #ff0000 on #000000"),
    Style.parse("red"),
]
Cell = tuple[str, frozenset[tuple[str, str]]]
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([Hm])|([^\x1b])", re.DOTALL)


class Grid:
    """A terminal of few lines that knows CUP and SGR (ECMA-48), slow and obvious."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Cell] = {}
        self.y = self.x = 0
        self.pen: dict[str, str] = {}

    def take(self, text: str) -> None:
        """Obey what was written."""
        for parameters, final, character in SEQUENCE.findall(text):
            if final == "H":
                self.y, self.x = (int(each) - 1 for each in parameters.split(";"))
            elif final == "m":
                self.turn([int(each or 0) for each in parameters.split(";")])
            elif character != "\n":
                self.cells[self.y, self.x] = (character, frozenset(self.pen.items()))
                self.x += 1

    def turn(self, codes: list[int]) -> None:
        """Change the pen."""
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.pen = {}
            elif code in {38, 48}:
                length = 4 if codes[0] == 2 else 2
                self.pen["fg" if code == 38 else "bg"] = ";".join(map(str, codes[:length]))
                del codes[:length]
            elif code in {39, 49}:
                self.pen.pop("fg" if code == 39 else "bg", None)
            elif 30 <= code <= 37:
                self.pen["fg"] = str(code)
            else:
                self.pen[str(code)] = "on"


def line_of(draw: st.DrawFn, width: int) -> Strip:
    """Text of this width, in segments of any lengths and styles."""
    segments = []
    while width:
        text = draw(st.text(alphabet="ab ", min_size=1, max_size=min(5, width)))
        segments.append(Segment(text, draw(st.sampled_from(STYLES))))
        width -= len(text)
    return Strip(segments)


@st.composite
def layouts(draw: st.DrawFn) -> LayoutUpdate:
    """The whole screen, each line cut into pieces anywhere."""
    lines = []
    for _ in range(HEIGHT):
        line = line_of(draw, WIDTH)
        cuts = sorted(draw(st.sets(st.integers(1, WIDTH - 1), max_size=3)))
        lines.append(list(line.divide([*cuts, WIDTH])))
    return LayoutUpdate(list(lines), Region(0, 0, WIDTH, HEIGHT))


@st.composite
def chops(draw: st.DrawFn) -> ChopsUpdate:
    """Some pieces of some lines."""
    spans, pieces, ends = [], [{} for _ in range(HEIGHT)], [[] for _ in range(HEIGHT)]  # type: ignore[var-annotated]  # in the call below
    for y in sorted(draw(st.sets(st.integers(0, HEIGHT - 1), min_size=1))):
        start = draw(st.integers(0, WIDTH - 1))
        end = draw(st.integers(start + 1, WIDTH))
        spans.append((y, start, end))
        pieces[y] = {start: line_of(draw, end - start)}
        ends[y] = [end]
    return ChopsUpdate(pieces, spans, ends)


@given(st.lists(st.one_of(layouts(), chops()), min_size=1, max_size=6))
def test_the_terminal_shows_what_it_would_if_all_were_sent(updates: list[LayoutUpdate | ChopsUpdate]) -> None:
    """However lines are cut, what is left out is there already, and each cell has its own colours."""
    sent, ours, theirs = Sent(), Grid(), Grid()
    for update in updates:
        ours.take(sent.only_news(update).render_segments(CONSOLE))
        ours.pen = dict(ours.pen)
        theirs.take(update.render_segments(CONSOLE))
        assert ours.cells == theirs.cells
        assert not ours.pen  # whoever writes next finds the terminal's own colours


@given(layouts())
def test_what_is_shown_is_not_sent_again(update: LayoutUpdate) -> None:
    """Nor when its lines are cut otherwise; but all of it once the terminal may show something else."""
    sent = Sent()
    first = sent.only_news(update).render_segments(CONSOLE)
    assert sent.only_news(update).render_segments(CONSOLE) == ""
    whole = [[Strip.join(line)] for line in update.strips]
    assert sent.only_news(LayoutUpdate(list(whole), update.region)).render_segments(CONSOLE) == ""
    sent.forget()
    assert sent.only_news(update).render_segments(CONSOLE) == first


def test_a_number_that_changed_is_all_that_is_sent() -> None:
    """From the first segment that differs to the last."""
    style = Style.parse("#00ff00 on #102030")
    before, after = (
        Strip([Segment("web-1 ", style), Segment(rate, STYLES[3]), Segment("  ✓ 48", style)]) for rate in ("10", "11")
    )
    sent, region = Sent(), Region(0, 4, 14, 1)
    sent.only_news(LayoutUpdate([[before]], region)).render_segments(CONSOLE)
    news = sent.only_news(LayoutUpdate([[after]], region)).render_segments(CONSOLE)
    assert news == "\x1b[5;7H\x1b[38;2;255;0;0;48;2;16;32;48m11\x1b[0m"


def test_a_wide_character_is_not_counted_upon() -> None:
    """A terminal may find it narrower than we do: what stands behind it is sent with it, and placed anew."""
    one, two = (Strip([Segment("名前", STYLES[1]), Segment(number)]) for number in ("1", "2"))
    sent, region = Sent(), Region(0, 0, 5, 1)
    sent.only_news(LayoutUpdate([[one]], region)).render_segments(CONSOLE)
    assert "名前" in sent.only_news(LayoutUpdate([[two]], region)).render_segments(CONSOLE)


def test_colours_are_told_as_few_as_the_terminal_has() -> None:
    """The colour system of the console, as for Textual's own updates."""
    sent = Sent()
    assert sent.codes(STYLES[1], ColorSystem.EIGHT_BIT) == ("", "38;5;46", "48;5;17")
    assert sent.codes(STYLES[2], ColorSystem.STANDARD)[0] == "1"
