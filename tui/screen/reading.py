"""The reader's way through time: steps back and forth, marks, and spans chosen on the timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tui.cache.view import Ask
from tui.screen.format import time_of_day
from tui.screen.layout import Layout
from tui.screen.options import Options
from tui.screen.traveling import Clock, Mark, Place, TravelError, moment_of
from tui.screen.widgets.keyline import Keys

if TYPE_CHECKING:
    from tui.screen.dialogs.prompt import Question

CHOOSING: Keys = (("left/right", "start"), ("shift", "end"), ("enter", "look at it"), ("Esc", "leave"))
ISO = "%Y-%m-%dT%H:%M:%S"


class Reading:
    """One per app, used in its thread. `changed` is called when other records are to be looked at."""

    def __init__(
        self, panes: Layout, options: Options, changed: Callable[[], object], prompt: Callable[[Question], object]
    ) -> None:
        self.place = Place()
        self._panes = panes
        self._options = options
        self._changed = changed
        self._prompt = prompt
        self._remark = ""  # why the last key did nothing

    @property
    def clock(self) -> Clock:
        """Now, as this reader writes times."""
        return Clock(self._options.clock(), self._options.utc)

    @property
    def notes(self) -> tuple[tuple[float, str], ...]:
        """The marks, for an export's heading."""
        return tuple((mark.at, mark.note) for mark in self.place.marks)

    def wanted(self, ask: Ask) -> Ask:
        """What is asked, of the time that the reader looks at."""
        since, until = self.place.asked
        return replace(ask, since=since, until=until)

    def tell(self) -> None:
        """Show where the reader is; the cache may have moved on meanwhile."""
        kept = self.place.kept(self._panes.timeline.extent)
        is_pushed, self.place = kept is not self.place, kept
        said = self.place.said(self.clock)
        self._panes.flows.say_when(", ".join(part for part in (said, self._remark) if part))
        for pane in (self._panes.rejects, self._panes.endpoints):
            pane.say_note(self._panes.flows.note, is_frozen=bool(self._panes.flows.frozen))
        self._panes.timeline.tell(self.place)
        if is_pushed:
            self._changed()

    def step(self, minutes: int) -> None:
        """So many minutes forward, or back when negative."""
        self._try(lambda: self.place.stepped(minutes, self._panes.timeline.extent, self.clock))

    def go_to(self, at: float) -> None:
        """To a moment."""
        self._try(lambda: self.place.gone_to(at, self._panes.timeline.extent, self.clock))

    def act(self, what: str) -> None:
        """What a key says, by name."""
        {
            "go": lambda: self._ask_time(-1),
            "marks": lambda: self._ask_time(0),
            "mark": self._ask_note,
            "choose": self._choose,
            "measure": self._measure,
        }[what]()

    def return_to_now(self, *, is_whole: bool) -> bool:
        """A step on the way back: from the moment travelled to, then from the span, both at once when `is_whole`.

        False where there is nothing to return from.
        """
        self._remark = ""
        return self._go(self.place.whole() if is_whole or self.place.at is None else self.place.now())

    def move_edge(self, edge: int, minutes: int) -> None:
        """Move an edge of the span being chosen."""
        self._go(self.place.edge_moved(edge, minutes, self._panes.timeline.extent))

    def end_choice(self, *, is_wanted: bool) -> None:
        """Look at the span, or leave things as they were."""
        if self.place.edges is None:
            return
        place = self.place.applied(self._panes.timeline.extent) if is_wanted else replace(self.place, edges=None)
        has_focus = self._panes.timeline.has_focus
        self._go(place)
        if has_focus:
            self._panes.show(self._panes.current)

    def _choose(self) -> None:
        self._try(lambda: self.place.choosing(self._panes.timeline.extent))
        if self.place.edges is not None:
            self._panes.timeline.app.clear_notifications()  # they would hide it
            self._panes.keyline.tell(CHOOSING)
            self._panes.timeline.focus(scroll_visible=False)

    def _measure(self) -> None:
        self._panes.timeline.count_records(are_counted=not self._panes.timeline.by_records)

    def _try(self, moved: Callable[[], Place]) -> None:
        self._remark = ""
        try:
            self._go(moved())
        except TravelError as error:
            text = str(error).rstrip(".")
            self._remark = text[:1].lower() + text[1:]
            self.tell()

    def _go(self, place: Place) -> bool:
        is_changed = place.asked != self.place.asked
        is_other, self.place = place != self.place, place
        self.tell()
        if is_changed:
            self._changed()
        return is_other

    # Questions.

    def _ask_time(self, choice: int) -> None:
        """To a time that is written, or to a mark."""
        from tui.screen.dialogs.prompt import Question

        marks = self.place.marks[::-1]
        if choice == 0 and not marks:
            self._remark = "no marks yet: m makes one"
            self.tell()
            return
        extent, clock = self._panes.timeline.extent, self.clock
        held = "" if extent.is_empty else f" The cache starts {clock.written(extent.since)}."
        kept = " Up and down take a mark." if marks else ""
        self._prompt(
            Question(
                "Go to a time",
                f"13:05, 5m for five minutes ago, or 2026-11-22T13:05.{held}{kept}",
                self._answer_time,
                value=self._iso(marks[0].at) if choice == 0 else "",
                choices=tuple(self._told(mark) for mark in marks),
                choice=choice,
                chosen=lambda _, at: self._iso(marks[at].at),
                keys="Enter goes there, Esc leaves",
            )
        )

    def _answer_time(self, written: str, choice: int) -> str:
        from tui.flows.filter.value import Now

        del choice
        zone = UTC if self._options.utc else datetime.now().astimezone().tzinfo or UTC
        clock = self.clock
        try:
            at = moment_of(written, Now(clock.now, zone))
            place = self.place.gone_to(at, self._panes.timeline.extent, clock)
        except TravelError as error:
            return str(error)
        self._remark = ""
        self._go(place)
        return ""

    def _ask_note(self) -> None:
        from tui.screen.dialogs.prompt import Question

        clock = self.clock
        at = clock.now if self.place.at is None else self.place.at
        self._prompt(
            Question(
                f"Mark {clock.written(at)}",
                "What happened? One line, which may be empty. Exports tell it; it is kept until you quit.",
                lambda written, _: self._answer_note(at, written),
                keys="Enter marks, Esc leaves",
            )
        )

    def _answer_note(self, at: float, written: str) -> str:
        self._remark = ""
        self._go(self.place.marked(at, written))
        return ""

    def _iso(self, at: float) -> str:
        return time_of_day(at, utc=self._options.utc, pattern=ISO)

    def _told(self, mark: Mark) -> str:
        return f"{self.clock.written(mark.at)}  {mark.note}".rstrip()
