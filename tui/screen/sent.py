"""What the terminal has been sent: what it shows already is not sent again, and a colour only where it changes.

Textual writes each piece of a line that was painted, whether it is another one or not, and each of its segments with all
of its colours and a reset: 13 kB for thirty rows of which only the numbers changed, 68 kB for opening a screen.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

Codes = tuple[str, str, str]  # SGR parameters: attributes, foreground, background; '' for the terminal's own
PLAIN: Codes = ("", "", "")


class Sent:
    """The pieces of lines on the terminal, by row and column, as they were last written."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, Strip]] = {}
        self._codes: dict[tuple[Style, ColorSystem], Codes] = {}

    def forget(self) -> None:
        """Nobody knows what the terminal shows: it has another size, or another program has drawn on it."""
        self._rows.clear()

    def only_news(self, update: CompositorUpdate) -> CompositorUpdate:
        """The same update, to be written without what is there already."""
        return News(self, update) if isinstance(update, LayoutUpdate | ChopsUpdate) else update

    def news(self, y: int, x: int, strip: Strip) -> tuple[int, list[Segment]]:
        """What must be written of a piece, and the column it begins at; from now on the terminal shows it."""
        row = self._rows.setdefault(y, {})
        shown = row.get(x)
        if shown is not None and shown.cell_length == strip.cell_length:
            row[x] = strip
            return _difference(x, list(shown), list(strip))
        shown = _cut_out(row, x, x + strip.cell_length)
        row[x] = strip
        if shown is None:
            return x, list(strip)
        return _difference(x, list(shown.simplify()), list(strip.simplify()))

    def codes(self, style: Style | None, system: ColorSystem) -> Codes:
        """The SGR parameters of a style (ECMA-48 8.3.117)."""
        if style is None:
            return PLAIN
        found = self._codes.get((style, system))
        if found is None:
            if len(self._codes) > _MOST_STYLES:
                self._codes.clear()
            self._codes[style, system] = found = _codes(style, system)
        return found


class News(CompositorUpdate):
    """An update of Textual's that writes only what the terminal does not show yet."""

    def __init__(self, sent: Sent, update: LayoutUpdate | ChopsUpdate) -> None:
        self._sent = sent
        self._update = update

    def render_segments(self, console: Console) -> str:
        """The sequences to write; called once, when they are written."""
        system = console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001  as Textual's own updates ask
        update = self._update
        pieces = _layout(update) if isinstance(update, LayoutUpdate) else _chops(update)
        written: list[str] = []
        pen, at = PLAIN, (-1, -1)
        for y, start, strip in pieces:
            x, segments = self._sent.news(y, start, strip)
            if not segments:
                continue
            if (y, x) != at:
                written.append(f"\x1b[{y + 1};{x + 1}H")
            for text, style, control in segments:
                if control or not text:
                    continue
                codes = self._sent.codes(style, system)
                if codes != pen:
                    written.append(_turn(pen, codes))
                    pen = codes
                written.append(text)
            # Behind a character whose width the terminal may see differently, the place is said again.
            is_sure = all(segment.text.isascii() for segment in segments)
            at = (y, x + sum(len(segment.text) for segment in segments)) if is_sure else (-1, -1)
        if pen != PLAIN:
            written.append("\x1b[0m")
        return "".join(written)


_MOST_STYLES = 4096


def _layout(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and text of each piece, as LayoutUpdate.render_segments writes them."""
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            yield y, x, strip
            x += strip.cell_length


def _chops(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Row, column and text of each piece, as ChopsUpdate.render_segments writes them."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > x2 or end <= x1:
                continue
            is_whole = x2 > x >= x1 and end <= x2
            yield y, x, strip if is_whole else strip.crop(0, min(end, x2) - x)


def _cut_out(row: dict[int, Strip], start: int, end: int) -> Strip | None:
    """Take a span out of a row whose pieces were cut elsewhere; what it showed, None where that is not all known."""
    taken: list[Strip] = []
    reached = start
    for at in sorted(at for at, piece in row.items() if at < end and at + piece.cell_length > start):
        piece = row.pop(at)
        length = piece.cell_length
        if at < start:
            row[at] = piece.crop(0, start - at)
        if at + length > end:
            row[end] = piece.crop(end - at)
        if max(at, start) == reached:
            taken.append(piece.crop(max(0, start - at), min(length, end - at)))
            reached = min(at + length, end)
    return Strip.join(taken) if reached == end else None


def _difference(x: int, old: list[Segment], new: list[Segment]) -> tuple[int, list[Segment]]:
    """The segments from the first to the last that are not as they were, and their column."""
    first = 0
    while first < min(len(old), len(new)) and _same(old[first], new[first]):
        first += 1
    if first == len(new) == len(old):
        return x, []
    last = 0
    while last < min(len(old), len(new)) - first and _same(old[-1 - last], new[-1 - last]):
        last += 1
    return x + sum(segment.cell_length for segment in new[:first]), new[first : len(new) - last]


def _same(old: Segment, new: Segment) -> bool:
    """Whether both look alike; past one that a terminal may find wider than we do, nothing is taken for granted."""
    return old.text == new.text and old.style == new.style and len(new.text) == new.cell_length


def _turn(pen: Codes, codes: Codes) -> str:
    """From one style to another: attributes can only be taken back all at once."""
    attributes, foreground, background = codes
    if codes == PLAIN:
        return "\x1b[0m"
    if attributes != pen[0]:
        parts = ["0"] if pen != PLAIN else []
        return f"\x1b[{';'.join([*parts, *filter(None, codes)])}m"
    parts = []
    if foreground != pen[1]:
        parts.append(foreground or "39")
    if background != pen[2]:
        parts.append(background or "49")
    return f"\x1b[{';'.join(parts)}m"


def _codes(style: Style, system: ColorSystem) -> Codes:
    color, ground = style.color, style.bgcolor
    foreground = ";".join(color.downgrade(system).get_ansi_codes()) if color else ""
    background = ";".join(ground.downgrade(system).get_ansi_codes(foreground=False)) if ground else ""
    return style.without_color._make_ansi_codes(system), foreground, background  # noqa: SLF001  Rich tells them nowhere else
