"""The screen as it is, to be kept: its text, or a picture of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.segment import Segment, Segments
from textual.app import App
from textual.strip import Strip

# Blanks at the ends of a run, and wide ones within it.
_APART = re.compile(r"(^ +| +$| {2,})")


@dataclass(frozen=True, slots=True)
class Picture:
    """The lines of the screen as they were drawn. Taking one costs a frame, making a file of it can be left to a thread."""

    strips: tuple[Strip, ...]
    width: int

    def text(self) -> str:
        """The plain text, a line a line of the screen, without blanks at their ends."""
        lines = ("".join(segment.text for segment in strip if not segment.control).rstrip() for strip in self.strips)
        return "\n".join(lines) + "\n"

    def svg(self, title: str) -> str:
        """The picture, in the colours of the screen."""
        console = Console(
            width=self.width,
            height=len(self.strips),
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
            safe_box=False,
        )
        for strip in self.strips:
            console.print(Segments([*_apart(strip), Segment.line()]), end="")
        return console.export_svg(title=title)


def _apart(strip: Strip) -> Iterator[Segment]:
    """The line with its words parted from the blanks between them.

    Each piece gets its own place in the picture, and one of blanks alone is not written. A browser needs none of it; but
    librsvg, which draws the pictures of file managers and of many converters, leaves out the blanks a text begins with and
    has its own idea of how wide a letter is, so that columns would not be in line.
    """
    for text, style, control in strip:
        for piece in (text,) if control else _APART.split(text):
            if piece:
                yield Segment(piece, style, control)


def picture_of(app: App[None], *, whole: bool) -> Picture:
    """The screen now; without `whole`, what lies under the dialogs."""
    screen = app.screen if whole else app.screen_stack[0]
    strips = screen._compositor.render_strips(app.size)  # noqa: SLF001  Textual gives the lines nowhere else
    return Picture(tuple(strips[: app.size.height]), app.size.width)
