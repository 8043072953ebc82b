"""What is read of one log group next, so that no record is lost however late it comes.

Flow records arrive minutes after their timestamp, which is the start of their capture window, and in no order across
interfaces. So nothing here ever starts at the newest timestamp seen:

* the hot pass reads the newest part, every few seconds: what is fresh is on the screen soon. How far back that is
  follows from how late records have been coming;
* the sweep reads everything that may still have changed since the sweep before it *began*: what is late is found, and
  what arrived during an outage, however long;
* the back-fill reads the past once, in pieces, newest first.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from tui.aws.decode import Event
from tui.aws.envelope import Opener, Span
from tui.aws.errand import Errand, Kind, Plan
from tui.aws.lateness import Lateness
from tui.aws.pages import RESTART_MARGIN, Pass
from tui.aws.past import Past
from tui.aws.target import Target
from tui.aws.unread import Unread
from tui.flows.source import Batch, Gap

# Seconds. Amazon: records come "typically within about 5 minutes", best effort; a quarter of an hour is the allowance.
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
FRESH = 300
LATENESS = 900
SWEEP_EVERY = 120
_HOT_PAGES = 3  # in a row, while the sweep waits; while the past does, turn by turn
_HOT_MARGIN = 30  # seconds, from an event's ingestion until a call finds it
# Seconds without a look at the newest part, after which what was missed is read like the past: newest first.
BACKLOG = 600
_FULL_PAGE = 8000  # events of the default format that fill a page of 1 MB


class GroupReading:
    """The passes over one log group."""

    def __init__(self, target: Target, plan: Plan, now: float) -> None:
        self.opener = Opener(target)
        self.unread = Unread(target.group)
        self._gone: float | None = None
        self.density = 0.0  # events a second of the data's time, by the last whole pass
        self.page_events = float(_FULL_PAGE)
        self.not_before = 0.0  # monotonic: after a refusal this group rests
        self.failing = False
        self.answered = False
        self.rests = False  # no hot pass is begun: Live Tail brings what is fresh
        self._plan = plan
        self._hot: Errand | None = None
        self._rest: Errand | None = None
        self._hot_due = 0.0
        self._hot_began = now
        self._hot_pages = 0
        self._lateness = Lateness()
        self._sweep_due = float("inf")
        self._swept = now  # when the last sweep, or the back-fill, began
        self._ended = False
        self._past = Past(int(self._earliest * 1000), self._end(now), whole=plan.once)

    @property
    def target(self) -> Target:
        """What is read."""
        return self.opener.target

    @property
    def caught_up(self) -> bool:
        """Whether the past has been read."""
        return not self._past

    @property
    def wanted(self) -> float:
        """Seconds of the past that are to be read before it has caught up; 0 when it has."""
        return self._past.wanted

    @property
    def read(self) -> float:
        """Seconds of `wanted` that have been read."""
        under_way = self._rest.reading if self._rest is not None and self._rest.kind is Kind.PAST else None
        return self._past.read(under_way)

    @property
    def sweep_span(self) -> float:
        """Seconds that a sweep reads."""
        return self.target.interval + LATENESS + SWEEP_EVERY

    @property
    def swept(self) -> float:
        """When the last sweep that was read to its end began, by the data's clock, in seconds; 0 before the first."""
        return 0.0 if self._past else self._swept

    @property
    def floor(self) -> int:
        """No pass to come looks before this timestamp, in ms, once the past is read."""
        return int((self._earliest if self._past else self._sweep_since) * 1000)

    @property
    def ended(self) -> bool:
        """Whether nothing will be read any more."""
        return self._ended

    def stays(self, groups: Container[str], now: float) -> bool:
        """Whether it is still to be read: a log group that has left the scope is, until its last records have come."""
        if self.target.group in groups:
            self._gone = None
        elif self._gone is None:
            self._gone = now
        return self._gone is None or now - self._gone <= self.target.interval + LATENESS

    def aim(self, target: Target) -> None:
        """Read another part of the group from now on; passes under way are begun anew, since tokens belong to them."""
        self.opener.aim(target)
        for errand in (self._hot, self._rest):
            if errand is not None and errand.reading.target != target:
                errand.reading = Pass(target, errand.reading.since, errand.reading.until, long=self._plan.once)

    def due(self, now: float, mono: float, *, over: bool) -> Errand | None:
        """The pass whose next page is to be read now; None when it is time to wait.

        Args:
            now: the data's clock, seconds.
            mono: a clock that never goes back, seconds.
            over: the reader wants no more than what is there now.
        """
        if self._ended or mono < self.not_before:
            return None
        over = over and not self._plan.once
        self._mind_backlog(now, over=over)
        hot = self._due_hot(now, mono, over=over)
        rest = self._due_rest(now, mono, over=over)
        in_a_row = 1 if self._past else _HOT_PAGES
        if hot is None or (rest is not None and self._hot_pages >= in_a_row):
            self._hot_pages = 0
            return rest
        self._hot_pages += 1
        return hot

    def wait(self, mono: float) -> float:
        """Seconds until something may be due."""
        hot_due = float("inf") if self.rests and self._hot is None else self._hot_due
        return max(self.not_before, min(hot_due, self._sweep_due)) - mono

    def span(self, errand: Errand) -> Span:
        """What is wanted of a page of this pass."""
        reaches_back = errand.reading.since < self._plan.since * 1000
        late = self._late if errand.kind in {Kind.SWEEP, Kind.LAST} else None
        return Span(self._plan.since if reaches_back else None, late)

    def live(self, events: Sequence[Event], session: int, at: float) -> tuple[Batch, int]:
        """What Live Tail brought of this group that is new, as a batch; and how many events are left to the sweep.

        Args:
            events: of one update.
            session: which session brought them; each brings an event once.
            at: the clock, in seconds.
        """
        until = self._until
        events = [each for each in events if until is None or each.timestamp <= until]
        batch, left = self.opener.live(events, session, Span(self._plan.since, self._late), at)
        self._lateness.add(batch)
        return batch, left

    @property
    def _late(self) -> int:
        """From which lateness on, in ms, a record counts as late."""
        return int((self.target.interval + FRESH) * 1000)

    def missed(self, errand: Errand | None, now: float) -> tuple[float, float]:
        """What is not read when this errand's page cannot be, or when no call is made at all: from, to in seconds."""
        if errand is None:
            return self._hot_began, now
        until = errand.reading.until
        return errand.reading.reached / 1000, now if until is None else min(until / 1000, now)

    def after_page(self, errand: Errand, batch: Batch, mono: float, now: float) -> tuple[Gap, ...]:
        """A page was read, and brought this: learn from it, and at its pass's end plan the next.

        Returns:
            The gap that this pass has filled, if it has.
        """
        self.answered, self.failing = True, False
        if errand.kind in {Kind.HOT, Kind.SWEEP}:
            self._lateness.add(batch)
        if not errand.reading.done:
            if self._plan.once:  # pages come in order of time, and none is asked for again
                self.opener.forget_before(errand.reading.reached - RESTART_MARGIN)
            return ()
        self._measure(errand, now)
        self._after_pass(errand, mono)
        until = errand.reading.until
        return self.unread.read(errand.reading.first / 1000, now if until is None else until / 1000, now)

    def _after_pass(self, errand: Errand, mono: float) -> None:
        if errand.kind is Kind.HOT:
            self._hot = None
            self._hot_began = errand.began
            # A pass that takes longer than the interval leaves as much time to others.
            self._hot_due = max(errand.began_mono + self._plan.interval, 2 * mono - errand.began_mono)
            return
        self._rest = None
        if errand.kind is Kind.PAST:
            self._past.next_piece()
            if not self._past:
                self._sweep_due = mono + SWEEP_EVERY
                self._ended = self._plan.once
            return
        self._swept = errand.began
        self._hot_began = max(self._hot_began, errand.began)  # a hot pass after a rest need not reach behind the sweep
        self._sweep_due = mono + SWEEP_EVERY
        self._ended = errand.kind is Kind.LAST
        self.opener.forget_before(int(self._sweep_since * 1000))

    def _measure(self, errand: Errand, now: float) -> None:
        """How many events there are in a second, and on a page, by what a whole pass has read."""
        done = errand.reading
        seconds = (now if done.until is None else min(now, done.until / 1000)) - done.first / 1000
        if errand.kind is not Kind.HOT and seconds >= 1:
            self.density = done.events / seconds
        if done.full_pages:
            self.page_events = max(1.0, done.full_events / done.full_pages)

    def _mind_backlog(self, now: float, *, over: bool) -> None:
        """After an outage, or a night of the machine's sleep: what was missed is read newest first, like the past."""
        if self._plan.once or over or self.failing or now - self._hot_began <= BACKLOG + self._plan.interval:
            return
        if self._hot is not None and now - self._hot.began <= BACKLOG + self._plan.interval:
            return
        self._past.begin_anew(int(self._sweep_since * 1000), self._end(now))
        self._hot = self._rest = None
        self._swept = self._hot_began = now

    @property
    def _sweep_since(self) -> float:
        return max(self._swept - self.target.interval - LATENESS, self._earliest)

    @property
    def _earliest(self) -> float:
        """A capture window that overlaps the span may have begun, and its event is stamped, one interval before it."""
        return self._plan.since - self.target.interval

    @property
    def _until(self) -> int | None:
        return None if self._plan.until is None else int(self._plan.until * 1000)

    def _end(self, now: float) -> int:
        """Where the past ends, in ms."""
        return int(min(now, self._plan.until or now) * 1000)

    def _due_hot(self, now: float, mono: float, *, over: bool) -> Errand | None:
        if self._plan.once or over:
            self._hot = None
        elif self._hot is None and mono >= self._hot_due and not self.rests:
            since = max(min(now, self._hot_began) - self.hot_span, self._earliest)
            self._hot = self._errand(Kind.HOT, int(since * 1000), self._until, now)
            self._hot.began_mono = mono
        return self._hot

    @property
    def hot_span(self) -> float:
        """Seconds that a hot pass reaches back: as far as nearly all records come, and no less than a window."""
        usual = float(self.target.interval + FRESH)
        measured = self._lateness.most()
        return usual if measured is None else min(usual, max(measured, self.target.interval) + _HOT_MARGIN)

    def _due_rest(self, now: float, mono: float, *, over: bool) -> Errand | None:
        if self._rest is None and self._past:
            since, until = self._past.piece
            self._rest = self._errand(Kind.PAST, since, self._until if self._plan.once else until, now)
        elif self._rest is None and over:
            self._rest = self._errand(Kind.LAST, int(self._sweep_since * 1000), self._until, now)
        elif self._rest is None and self._is_sweep_due(now, mono):
            self._rest = self._errand(Kind.SWEEP, int(self._sweep_since * 1000), self._until, now)
        return self._rest

    def _is_sweep_due(self, now: float, mono: float) -> bool:
        """Every two minutes; where the data's clock runs faster than ours, every two minutes of that, within reason."""
        rested = mono >= self._sweep_due - SWEEP_EVERY + self._plan.interval
        return mono >= self._sweep_due or (rested and now - self._swept >= SWEEP_EVERY)

    def _errand(self, kind: Kind, since: int, until: int | None, now: float) -> Errand:
        return Errand(kind, Pass(self.target, since, until, long=self._plan.once), now)
