"""Accepted and rejected bytes a minute as bars over a time axis."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cache.view import Strip
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.widgets.drawn import BLANK_LINE, Drawn, Line

LABEL = 11  # " ✓ accepted "
FIGURES = 12  # room for "1.23M/min"
SPELLED = 44  # from here on the peak is told too
TALL = 4  # with four lines, accepted bytes get two of them


class Timeline(Drawn):
    """A bar a minute, the newest at the right; minutes that are not the whole truth are marked on the axis."""

    def __init__(self, *, utc: bool) -> None:
        super().__init__()
        self._utc = utc
        self._strip = Strip(0)
        self._lines: list[Line] = []

    def show(self, strip: Strip) -> None:
        """Draw these minutes; only lines that differ are repainted."""
        self._strip = strip
        lines = self._draw()
        changed = [y for y, line in enumerate(lines) if y >= len(self._lines) or line != self._lines[y]]
        self._lines = lines
        for y in changed:
            self.refresh_line(y)

    def line(self, y: int) -> Line:
        """A line of bars, or the axis."""
        if not self._lines:
            self._lines = self._draw()
        return self._lines[y] if y < len(self._lines) else BLANK_LINE

    def on_resize(self) -> None:
        """As many minutes as fit."""
        self._lines = []

    def _draw(self) -> list[Line]:
        strip, marks, height = self._strip, self.glyphs, self.size.height
        if height < 3:
            return []
        minutes = len(strip.accepted_bytes)
        room = max(1, self.size.width - LABEL - FIGURES - 2)
        each = max(1, -(-minutes // room))  # minutes a bar, when there are more minutes than cells
        accepted, rejected = pooled(strip.accepted_bytes, each), pooled(strip.rejected_bytes, each)
        bars = min(60, room) if each == 1 else len(accepted)
        bars = max(bars, len(accepted))
        spare = self.size.width - LABEL - bars - 2
        tall = height >= TALL
        lines: list[Line] = []
        levels = bar_rows(accepted, bars, 2 if tall else 1, marks)
        for row, text in enumerate(levels):
            last = row == len(levels) - 1
            label = f" {marks.accept} accepted " if last else ""
            figure = self._figure(accepted, each, bars, spare) if last else ""
            lines.append(((fmt.left(label, LABEL), "muted"), (text, "accept"), (f"  {figure}", "muted")))
        text = bar_rows(rejected, bars, 1, marks)[0]
        figure = self._figure(rejected, each, bars, spare)
        label = fmt.left(f" {marks.reject} rejected ", LABEL)
        lines.append(((label, "muted"), (text, "reject"), (f"  {figure}", "muted")))
        lines.append(self._axis(minutes, each, bars))
        return lines

    def _figure(self, values: Sequence[float], each: int, bars: int, spare: int) -> str:
        """The newest minute whose records are in, and the peak with its time."""
        del bars
        if not values:
            return ""
        peak = max(range(len(values)), key=lambda at: values[at])
        partial = pooled_flags(self._strip.partial, each)

        def least(at: int) -> str:
            """The mark of a total that is at least so much, or as many blanks: numbers keep their place."""
            mark = self.glyphs.least
            return mark if at < len(partial) and partial[at] else " " * len(mark)

        now = f"{least(len(values) - 1)}{fmt.size(values[-1] / each):>5}/min"
        if spare < SPELLED or not values[peak]:
            return now
        at = fmt.time_of_day(self._strip.since + 60 * each * peak, utc=self._utc, pattern="%H:%M")
        return f"{now}   peak {least(peak)}{fmt.size(values[peak] / each):>5}/min at {at}"

    def _axis(self, minutes: int, each: int, bars: int) -> Line:
        """The axis: a tick and the time every ten minutes, a mark where a gap is open."""
        strip, marks = self._strip, self.glyphs
        used = -(-minutes // each) if minutes else 0
        first = bars - used
        cells = [" "] * first + [marks.line] * used
        step = 10 * each
        skipped = pooled_flags(strip.partial or strip.skipped, each)
        for bar in range(used):
            at = strip.since + 60 * each * bar
            into = at % (60 * step)
            text = fmt.time_of_day(at - into, utc=self._utc, pattern="%H:%M")
            # A mark never cuts into a time: 16:~0 would be worse than none.
            if into < 60 * each and first + bar + 5 <= bars and not any(skipped[bar : bar + 5]):
                cells[first + bar : first + bar + 5] = list(text)
        runs: list[tuple[str, str]] = [(" " * LABEL, "")]
        for at, cell in enumerate(cells):
            is_skipped = at >= first and at - first < len(skipped) and skipped[at - first]
            run = (marks.skipped, "skipped") if is_skipped else (cell, "rule" if cell == marks.line else "muted")
            if runs[-1][1] == run[1]:
                runs[-1] = (runs[-1][0] + run[0], run[1])
            else:
                runs.append(run)
        zone = "UTC" if self._utc else ""
        return (*runs, (f"  {zone}", "muted"))


def pooled(values: Sequence[float], each: int) -> list[float]:
    """Sums of `each` neighbours, aligned so that the last is whole."""
    if each == 1:
        return list(values)
    return [sum(values[at : at + each]) for at in range(0, len(values), each)]


def pooled_flags(values: Sequence[bool], each: int) -> list[bool]:
    """Whether any of `each` neighbours is marked."""
    return [any(values[at : at + each]) for at in range(0, len(values), each)]


def bar_rows(values: Sequence[float], width: int, rows: int, marks: Glyphs) -> list[str]:
    """Bars `rows` lines high, top line first, at the right of `width` cells; what is not zero is at least a trace."""
    top = max(values, default=0.0)
    steps = len(marks.bars)
    levels = [max(1, round(value / top * steps * rows)) if value > 0 and top > 0 else 0 for value in values]
    lines = []
    for row in reversed(range(rows)):
        text = ""
        for level in levels:
            here = min(steps, level - row * steps)
            text += marks.bars[here - 1] if here > 0 else " "
        lines.append(text.rjust(width)[-width:])
    return lines
