"""Accepted and rejected bytes or records a minute as bars over a time axis, on which the reader moves about in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.cache.view import Strip
from tui.screen import format as fmt
from tui.screen.traveling import MINUTE, Extent, Place
from tui.screen.widgets.bars import axis_runs, bar_rows, merged, places_of, pooled, pooled_flags, quieted
from tui.screen.widgets.drawn import BLANK_LINE, Drawn, Line

LABEL = 11  # " ✓ accepted "
FIGURES = 12  # room for "1.23M/min"
SPELLED = 44  # from here on the peak is told too
TALL = 4  # with four lines, accepted bytes get two of them


class Timeline(Drawn, can_focus=True):
    """A bar a minute, the newest at the right; minutes that are not the whole truth are marked on the axis.

    It has the focus while the reader chooses a span on it.
    """

    FOCUS_ON_CLICK = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "edge(0, -1)", "Start back", id="span.start-back", tooltip="the span begins earlier"),
        Binding("right,l", "edge(0, 1)", "Start on", id="span.start-on", tooltip="the span begins later"),
        Binding("shift+left,H", "edge(1, -1)", "End back", id="span.end-back", tooltip="the span ends earlier"),
        Binding("shift+right,L", "edge(1, 1)", "End on", id="span.end-on", tooltip="the span ends later"),
        Binding("enter", "choose(1)", "Look at it", id="span.apply", tooltip="look at the span alone"),
        Binding("escape,q", "choose(0)", "Leave", id="span.leave", tooltip="leave without choosing"),
    ]

    class EdgeMoved(Message):
        """The reader moved the first (0) or last (1) edge of the span by so many minutes."""

        def __init__(self, edge: int, minutes: int) -> None:
            self.edge = edge
            self.minutes = minutes
            super().__init__()

    class Chosen(Message):
        """The reader is done: look at the span, or not."""

        def __init__(self, *, is_wanted: bool) -> None:
            self.is_wanted = is_wanted
            super().__init__()

    class Pointed(Message):
        """The reader clicked on the minute that ends at `at`."""

        def __init__(self, at: float) -> None:
            self.at = at
            super().__init__()

    def __init__(self, *, utc: bool) -> None:
        super().__init__()
        self._utc = utc
        self._strip = Strip(0)
        self._place = Place()
        self._by_records = False
        self._lines: list[Line] = []

    @property
    def extent(self) -> Extent:
        """From when until when there are minutes."""
        since = float(self._strip.since)
        return Extent(since, since + MINUTE * len(self._strip.accepted_bytes))

    @property
    def by_records(self) -> bool:
        """Whether records are counted, not bytes."""
        return self._by_records

    def show(self, strip: Strip) -> None:
        """Draw these minutes; only lines that differ are repainted."""
        self._strip = strip
        self._redraw()

    def tell(self, place: Place) -> None:
        """Show where in time the reader is."""
        if place != self._place:
            self._place = place
            self._redraw()

    def count_records(self, *, are_counted: bool) -> None:
        """Count records instead of bytes, or bytes again."""
        self._by_records = are_counted
        self._redraw()

    def _redraw(self) -> None:
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

    def _shape(self) -> tuple[int, int]:
        """Minutes a bar, when there are more minutes than cells; and how many bars there is room for."""
        minutes = len(self._strip.accepted_bytes)
        room = max(1, self.size.width - LABEL - FIGURES - 2)
        each = max(1, -(-minutes // room))
        return each, max(min(60, room) if each == 1 else 0, -(-minutes // each))

    def _draw(self) -> list[Line]:
        strip, marks, height = self._strip, self.glyphs, self.size.height
        if height < 3:
            return []
        each, bars = self._shape()
        by_records = self._by_records
        accepted = pooled(strip.accepted if by_records else strip.accepted_bytes, each)
        rejected = pooled(strip.rejected if by_records else strip.rejected_bytes, each)
        spare = self.size.width - LABEL - bars - 2
        places = places_of(self._place, strip.since, each, len(accepted))
        first = bars - len(accepted)
        rows = [(text, "accept") for text in bar_rows(accepted, bars, 2 if height >= TALL else 1, marks)]
        lines: list[Line] = []
        for at, (text, role) in enumerate([*rows, (bar_rows(rejected, bars, 1, marks)[0], "reject")]):
            is_last = at >= len(rows) - 1
            values, word = (accepted, "accepted") if role == "accept" else (rejected, "rejected")
            mark = marks.accept if role == "accept" else marks.reject
            label = fmt.left(f" {mark} {word} " if is_last else "", LABEL)
            figure = self._figure(values, each, spare) if is_last else ""
            lines.append(((label, "muted"), *quieted(text, role, places, first), (f"  {figure}", "muted")))
        lines.append(self._axis(each, bars))
        return lines

    def _figure(self, values: Sequence[float], each: int, spare: int) -> str:
        """The newest minute whose records are in, and the peak with its time."""
        if not values:
            return ""
        peak = max(range(len(values)), key=lambda at: values[at])
        partial = pooled_flags(self._strip.partial, each)

        def told(at: int) -> str:
            """The figure; before a total that is at least so much a mark, else as many blanks: numbers keep their place."""
            mark, value = self.glyphs.least, values[at] / each
            written = (
                fmt.size(value) if not self._by_records else fmt.scaled(value) if value >= 999.5 else f"{value:.0f}"
            )
            return f"{mark if at < len(partial) and partial[at] else ' ' * len(mark)}{written:>5}/min"

        if spare < SPELLED or not values[peak]:
            return told(len(values) - 1)
        at = fmt.time_of_day(self._strip.since + 60 * each * peak, utc=self._utc, pattern="%H:%M")
        return f"{told(len(values) - 1)}   peak {told(peak)} at {at}"

    def _axis(self, each: int, bars: int) -> Line:
        """The axis: the time every ten bars, a mark where a gap is open, and where the reader is."""
        strip, marks = self._strip, self.glyphs
        used = -(-len(strip.accepted_bytes) // each)
        first = bars - used
        skipped = pooled_flags(strip.partial or strip.skipped, each)
        cells = [(" ", "muted")] * first + [(marks.line, "rule")] * used
        over = {bar: (marks.skipped, "skipped") for bar, is_skipped in enumerate(skipped[:used]) if is_skipped}
        over.update(axis_runs(places_of(self._place, strip.since, each, used), marks))
        for bar in range(used):
            at = strip.since + 60 * each * bar
            into = at % (600 * each)
            text = fmt.time_of_day(at - into, utc=self._utc, pattern="%H:%M")
            # A mark never cuts into a time: 16:~0 would be worse than none.
            if into < 60 * each and first + bar + 5 <= bars and over.keys().isdisjoint(range(bar, bar + 5)):
                cells[first + bar : first + bar + 5] = [(letter, "muted") for letter in text]
        for bar, run in over.items():
            if bar < used:
                cells[first + bar] = run
        label = " choosing" if self._place.edges else " records" if self._by_records else ""
        role = "paused" if self._place.edges else "muted" if label else ""
        zone = "UTC" if self._utc else ""
        return (
            (fmt.left(label, LABEL), role),
            *merged(cells),
            (f"  {zone}", "muted"),
        )

    def action_edge(self, edge: int, bars: int) -> None:
        """Move an edge of the span by so many bars."""
        self.post_message(self.EdgeMoved(edge, bars * self._shape()[0]))

    def action_choose(self, is_wanted: int) -> None:
        """Look at the span, or leave."""
        self.post_message(self.Chosen(is_wanted=bool(is_wanted)))

    def on_click(self, event: events.Click) -> None:
        """A click on a bar goes to its minute."""
        at = event.get_content_offset(self)
        each, bars = self._shape()
        used = -(-len(self._strip.accepted_bytes) // each)
        bar = -1 if at is None else at.x - LABEL - (bars - used)
        if 0 <= bar < used:
            self.post_message(self.Pointed(self._strip.since + 60.0 * each * (bar + 1)))

    def on_blur(self) -> None:
        """The reader went elsewhere: nothing was chosen."""
        if self._place.edges is not None:
            self.post_message(self.Chosen(is_wanted=False))
