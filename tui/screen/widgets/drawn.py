"""Widgets painted line by line from runs of text, each run in a role that the theme colours.

A run is a style change on the wire, 20 to 40 bytes of it: lines are built of as few as they can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.screen.format import cells
from tui.screen.glyphs import ASCII, UNICODE, Glyphs

Run = tuple[str, str]  # text, role; the role "" is the widget's own colour
Line = tuple[Run, ...]
BLANK_LINE: Line = ()

ROLES = (
    "accept",
    "reject",
    "skipped",
    "live",
    "lagging",
    "stalled",
    "paused",
    "connecting",
    "ended",
    "muted",
    "rule",
    "heading",
    "strong",
    "key",
    "title",
    "tab",
    "cursor",
    "cursor-idle",
    "cell",
)


class Drawn(Widget):
    """Paints `line(y)`, exactly as wide as itself."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"drawn--{role}" for role in ROLES}

    def line(self, y: int) -> Line:
        """What line `y` of the content shows."""
        raise NotImplementedError

    def paint_over(self, y: int) -> str:
        """The role that lies under the whole line, such as the cursor; "" for none."""
        del y
        return ""

    @property
    def glyphs(self) -> Glyphs:
        """The marks to draw with."""
        return ASCII if self.app.has_class("-ascii") else UNICODE

    def refresh_line(self, y: int) -> None:
        """Repaint one line of the content."""
        self.refresh(Region(0, y, self.size.width, 1))

    def style_of(self, role: str, under: str = "") -> Style:
        """The style of a role, resolved once a theme: asking Textual costs 50 to 100 µs."""
        known = self.__dict__.setdefault("_style_of", {})
        style: Style | None = known.get((role, under))
        if style is None:
            style = self.get_component_rich_style(f"drawn--{role}") if role else self.rich_style
            if under:
                below = self.get_component_rich_style(f"drawn--{under}", partial=True)
                style += Style(bgcolor=below.bgcolor, bold=below.bold, reverse=below.reverse)
            known[role, under] = style
        return style

    def notify_style_update(self) -> None:
        """The theme or a class changed: forget the styles."""
        self.__dict__.pop("_style_of", None)
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint a line; runs beyond the widget's width are cut, what is missing is blank."""
        width = self.size.width
        under = self.paint_over(y)
        return strip_of(
            [(text, self.style_of(role, under)) for text, role in self.line(y)], width, self.style_of("", under)
        )


def strip_of(runs: Sequence[tuple[str, Style]], width: int, rest: Style) -> Strip:
    """Runs as a strip of exactly `width` cells; neighbours of one style become one segment."""
    segments: list[Segment] = []
    used = 0
    text, style = "", rest
    for next_text, next_style in runs:
        used += cells(next_text)
        if next_style is style:
            text += next_text
            continue
        if text:
            segments.append(Segment(text, style))
        text, style = next_text, next_style
    if used < width:
        if style is rest:
            text += " " * (width - used)
        else:
            segments.append(Segment(text, style))
            text, style = " " * (width - used), rest
    if text:
        segments.append(Segment(text, style))
    strip = Strip(segments, max(used, width))
    return strip if used <= width else strip.crop(0, width)


def plain(line: Line) -> str:
    """The text of a line without its roles."""
    return "".join(text for text, _ in line)
