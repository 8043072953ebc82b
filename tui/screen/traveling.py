"""Where in time the reader looks: a moment travelled to, a span, marks, and the edges of a span being chosen.

Pure: times are Unix seconds, and who asks brings the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tui.flows.clean import clean
from tui.screen.format import age, time_of_day

if TYPE_CHECKING:
    from tui.flows.filter.value import Now

MINUTE = 60
DAY = 86_400
# Minutes that a span has before the reader moves its edges.
FIRST_SPAN = 10
LONGEST_NOTE = 200
MOST_MARKS = 500


class TravelError(ValueError):
    """Nobody can go there; a sentence says why."""


class Extent(NamedTuple):
    """What the cache holds, in whole minutes; `until` is excluded. Nothing is held where both are the same."""

    since: float = 0.0
    until: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there is no minute to look at."""
        return self.until <= self.since


class Mark(NamedTuple):
    """A moment that the reader marked, and what he wrote about it; the note may be empty."""

    at: float
    note: str = ""


class Clock(NamedTuple):
    """How times are written for this reader: `now`, and whether in UTC."""

    now: float
    utc: bool = False

    def written(self, at: float) -> str:
        """The time of day; with its date, when that is another day than now."""
        pattern = "%H:%M:%S" if at % MINUTE else "%H:%M"
        if time_of_day(at, utc=self.utc, pattern="%F") != time_of_day(self.now, utc=self.utc, pattern="%F"):
            pattern = f"%m-%d {pattern}"
        return time_of_day(at, utc=self.utc, pattern=pattern)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reader is. `at`: rows are as they were then; None: now.

    `since` and `until` are the span looked at, None where it is open. `edges` are those of a span being chosen. `marks`
    are in the order of their times.
    """

    at: float | None = None
    since: float | None = None
    until: float | None = None
    edges: tuple[float, float] | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def is_now(self) -> bool:
        """Whether the rows are those of now, of all that is held."""
        return self.at is None and self.since is None and self.until is None

    @property
    def asked(self) -> tuple[float | None, float | None]:
        """From when and until when records are to be looked at; a moment travelled to ends the span."""
        until = self.until if self.at is None else self.at
        since = self.since if self.since is None or until is None or self.since < until else None
        return since, until

    def now(self) -> Place:
        """Back from the moment travelled to."""
        return replace(self, at=None)

    def whole(self) -> Place:
        """Back to now and to all that is held."""
        return replace(self, at=None, since=None, until=None, edges=None)

    def stepped(self, minutes: int, extent: Extent, clock: Clock) -> Place:
        """So many minutes forward, or back when negative; beyond the newest minute is now.

        Raises:
            TravelError: nothing is held, or the first minute is reached already.
        """
        if extent.is_empty:
            raise TravelError("There are no records to travel among yet.")
        here = extent.until if self.at is None else self.at
        there = here + MINUTE * minutes
        if there >= extent.until:
            return self.now()
        first = extent.since + MINUTE
        if there < first and here <= first:
            raise TravelError(f"The cache starts {clock.written(extent.since)}.")
        return replace(self, at=max(there, first))

    def gone_to(self, at: float, extent: Extent, clock: Clock) -> Place:
        """To a moment; one that is newer than the newest record is now.

        Raises:
            TravelError: that is not held any more, or still to come.
        """
        if extent.is_empty:
            raise TravelError("There are no records to travel among yet.")
        if at > clock.now:
            raise TravelError(f"{clock.written(at)} is still to come.")
        if at <= extent.since:
            raise TravelError(f"{clock.written(at)} is too long ago: the cache starts {clock.written(extent.since)}.")
        return self.now() if at >= extent.until else replace(self, at=at)

    def kept(self, extent: Extent) -> Place:
        """The same, after the oldest minutes have left the cache: a moment that is gone is its first minute now."""
        if self.at is None or extent.is_empty or self.at > extent.since:
            return self
        return replace(self, at=extent.since + MINUTE)

    def marked(self, at: float, note: str) -> Place:
        """With one mark more; the oldest goes when there are too many."""
        marks = (*self.marks, Mark(at, clean(note.strip(), LONGEST_NOTE)))
        return replace(self, marks=tuple(sorted(marks[-MOST_MARKS:], key=lambda mark: mark.at)))

    def choosing(self, extent: Extent) -> Place:
        """Begin to choose a span: the one that is looked at, or the last minutes of what is.

        Raises:
            TravelError: nothing is held.
        """
        if extent.is_empty:
            raise TravelError("There are no records to choose a span of yet.")
        since, until = self.asked
        last = min(extent.until, _up(until)) if until is not None else extent.until
        last = max(last, extent.since + MINUTE)
        first = last - FIRST_SPAN * MINUTE if since is None else _down(since)
        return replace(self, edges=(min(max(first, extent.since), last - MINUTE), last))

    def edge_moved(self, edge: int, minutes: int, extent: Extent) -> Place:
        """The first (0) or the last (1) edge by so many minutes; a minute always stays between them."""
        if self.edges is None:
            return self
        first, last = self.edges
        if edge == 0:
            return replace(self, edges=(min(max(first + MINUTE * minutes, extent.since), last - MINUTE), last))
        return replace(self, edges=(first, max(min(last + MINUTE * minutes, extent.until), first + MINUTE)))

    def applied(self, extent: Extent) -> Place:
        """Look at the chosen span. An edge at an end of what is held is open: what comes later belongs to it."""
        if self.edges is None:
            return self
        first, last = self.edges
        return replace(
            self,
            at=None,
            since=first if first > extent.since else None,
            until=last if last < extent.until else None,
            edges=None,
        )

    def said(self, clock: Clock) -> str:
        """Where the reader is, in a few words; "" for now and all."""
        if self.edges is not None:
            return f"choosing {_span(*self.edges, clock)}"
        parts = []
        if self.at is not None:
            parts.append(f"at {clock.written(self.at)}, {back(clock.now - self.at)} back")
        since, until = self.since, self.until
        if since is not None or until is not None:
            parts.append(_span(since, until, clock))
        return ", ".join(parts)


def back(seconds: float) -> str:
    """How long ago: minutes as a word, longer times as an age."""
    return f"{seconds / MINUTE:.0f} min" if MINUTE <= seconds < 2 * 3600 else age(seconds)


def moment_of(text: str, now: Now) -> float:
    """The time that a reader wrote.

    Raises:
        TravelError: it is none.
    """
    from tui.flows.filter.value import BadValueError, moment  # after the first paint

    text = text.strip()
    if not text:
        raise TravelError("Write a time: 13:05, 5m for five minutes ago, or 2026-11-22T13:05.")
    try:
        return moment(clean(text, 60), now)
    except BadValueError as error:
        examples = f": write {', '.join(error.expected)}" if error.expected else ""
        raise TravelError(f"{error}{examples}.") from None


def _span(since: float | None, until: float | None, clock: Clock) -> str:
    if since is None and until is not None:
        return f"span until {clock.written(until)}"
    if until is None and since is not None:
        return f"span since {clock.written(since)}"
    assert since is not None
    assert until is not None
    return f"span {clock.written(since)} to {clock.written(until)}, {back(until - since)}"


def _down(at: float) -> float:
    return at // MINUTE * MINUTE


def _up(at: float) -> float:
    return -(-at // MINUTE) * MINUTE
