"""Widgets painted line by line from runs of text, each run in a role that the theme colours.

A run is a style change on the wire, 20 to 40 bytes of it: lines are built of as few as they can be.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.screen.format import cells
from tui.screen.glyphs import ASCII, UNICODE, Glyphs

Run = tuple[str, str]  # text, role; the role "" is the widget's own colour
Line = tuple[Run, ...]
BLANK_LINE: Line = ()

# Each role's theme colour ("" for the widget's own) and attributes. Not component classes of the style sheet: Textual
# resolves each of them for each widget when it is mounted, which took half of the time to the first paint.
ROLES: dict[str, tuple[str, str]] = {
    "accept": ("accept", ""),
    "reject": ("reject", ""),
    "skipped": ("skipped", ""),
    "live": ("live", "bold"),
    "lagging": ("lagging", "bold"),
    "stalled": ("stalled", "bold"),
    "paused": ("paused", "bold"),
    "connecting": ("skipped", "bold"),
    "ended": ("muted", "bold"),
    "muted": ("muted", "quiet"),
    "rule": ("rule", "quiet"),
    "edge": ("secondary", ""),
    "heading": ("heading", ""),
    "strong": ("primary", "bold"),
    "key": ("primary", "bold"),
    "title": ("", "bold"),
    "tab": ("", "bold reverse"),
    "chip": ("accent", "reverse"),
    "cell": ("heading", "underline"),
}
# What lies under a whole line: a background colour, and what stands for it where there are only 16 colours.
UNDER = {"cursor": ("cursor", "bold", "reverse"), "cursor-idle": ("cursor-idle", "", "bold")}


class Drawn(Widget):
    """Paints `line(y)`, exactly as wide as itself."""

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
        """The style of a role, resolved once a theme."""
        known = self.__dict__.setdefault("_style_of", {})
        style: Style | None = known.get((role, under))
        if style is None:
            style = self.rich_style + self._foreground(role) + self._background(under)
            known[role, under] = style
        return style

    def _foreground(self, role: str) -> Style:
        colour, words = ROLES[role] if role else ("", "")
        is_ansi = self.app.current_theme.ansi
        quiet = "dim" if is_ansi else ""  # sixteen colours have no grey to count on
        style = Style.parse(words.replace("quiet", quiet))
        return style + Style(color=self._colour(colour)) if colour else style

    def _background(self, under: str) -> Style:
        if not under:
            return Style.null()
        colour, words, ansi_words = UNDER[under]
        if self.app.current_theme.ansi:
            return Style.parse(ansi_words)
        return Style.parse(words) + Style(bgcolor=self._colour(colour))

    def _colour(self, name: str) -> RichColor:
        return Color.parse(self.app.theme_variables[name]).rich_color

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
