"""The watch: what is observed in, alerts out.

What it answers is made of all that was seen within the window, so that the order in which batches come decides nothing,
and a record that comes late counts in its own minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from tui.alerts.book import Book
from tui.alerts.counted import Counted, keys_of
from tui.alerts.draft import Draft
from tui.alerts.folding import folded
from tui.alerts.masks import Masks
from tui.alerts.model import Alert
from tui.alerts.observation import NOTHING_KNOWN, Observation
from tui.alerts.rule import AlertRule, By, On
from tui.alerts.sheet import SLOT, Sheet
from tui.alerts.spell import Spell
from tui.alerts.standing import Changes, Delivery, Silence
from tui.alerts.telling import drafts_of
from tui.alerts.unanswered import Unanswered

_FOREVER = 2**31 - 1
# Seconds of data, and records, that wait for what is known of the network: who is ours, which interface is a NAT gateway's.
_WAIT, _MOST_WAITING = 30.0, 500_000
_OVER_KEPT = 12 * 60  # minutes for which a subject that is over is remembered


class Watch:
    """Looks at everything that comes, under every rule, whatever the screen shows. One owner thread, no locks, no clock.

    `window` is for how many seconds of data late records still count, as the cache's.
    """

    def __init__(self, rules: Sequence[AlertRule], window: float = 3600.0) -> None:
        self._span = int(window) // SLOT
        self._rules = tuple(rule for rule in rules if rule.watches_records)
        counted = [Unanswered(rule) if rule.on is On.UNANSWERED else Counted(rule) for rule in self._rules]
        # Rules about what is known of others come after those.
        self._counted = sorted(counted, key=lambda each: bool(each.rule.during))
        self._changes = [Changes(rule) for rule in rules if rule.on in (On.RULES, On.ENDPOINTS)]
        self._delivery = [Delivery(rule) for rule in rules if rule.on is On.DELIVERY]
        self._silence = [Silence(rule) for rule in rules if rule.on is On.SILENCE]
        self._known = NOTHING_KNOWN
        self._masks = Masks(self._rules, self._known)
        self._waiting: list[Observation] = []
        self._waits = True
        self._book = Book()
        self._at = 0.0
        self._newest, self._begin = -_FOREVER, _FOREVER
        self._forgotten = -_FOREVER
        self._catching_up = False
        self._made: tuple[Alert, ...] | None = ()

    def observe(self, seen: Observation) -> None:
        """Take in a batch, what is known of the network, or that time went on."""
        self._at = max(self._at, seen.at)
        self._catching_up = seen.catching_up
        self._made = None
        if seen.known is not None:
            self._known = seen.known
            self._masks = Masks(self._rules, self._known)
            for changes in self._changes:
                changes.learn(seen.known)
        if seen.flow_logs is not None:
            for delivery in self._delivery:
                delivery.told(seen.flow_logs, self._at)
        for each in self._due(seen):
            self._count(each)
        if seen.answered and not seen.catching_up:
            for silence in self._silence:
                silence.tick(self._at)

    def alerts(self) -> tuple[Alert, ...]:
        """All of them, those that are over included: firing first, then by severity, then the newest first."""
        if self._made is None:
            self._made = self._book.alerts(self._drafts(), self._at)
        return self._made

    def calls(self) -> tuple[Alert, ...]:
        """Those that are to be told now: newly raised, or raised to a worse severity, since this was last asked.

        While the past is being read there are none; then those that still last.
        """
        return () if self._catching_up else self._book.calls(self.alerts())

    def acknowledge(self, alert: str) -> None:
        """The reader knows of the alert with this id: it goes on being counted and calls no more."""
        found = next((each for each in self.alerts() if each.id == alert), None)
        if found is not None:
            self._book.acknowledge(alert, found.last)
            self._made = None

    def mute(self, alert: str, until: float) -> None:
        """The alert with this id, and what comes of its subject, is silent until this time of the data."""
        self._book.mute(alert, until)
        self._made = None

    def unmute(self, alert: str) -> None:
        """It may be heard again."""
        self._book.unmute(alert)
        self._made = None

    @property
    def size(self) -> int:
        """Rows that are held for all rules."""
        return sum(each.size for each in self._counted)

    def _due(self, seen: Observation) -> Sequence[Observation]:
        """What is to be counted now: records that come before the network is known wait for it, for a while."""
        if seen.records:
            self._waiting.append(seen)
        if not self._waiting:
            return ()
        held = sum(records.frame.height for each in self._waiting for records in each.records)
        self._waits = self._waits and self._at - self._waiting[0].at <= _WAIT and held <= _MOST_WAITING
        if self._waits and self._known is NOTHING_KNOWN:
            return ()
        due, self._waiting = self._waiting, []
        return due

    def _count(self, seen: Observation) -> None:
        for records in seen.records:
            sheet = Sheet(records, self._at, self._masks)
            slots = sheet.frame["slot"]
            if not len(slots):
                continue
            self._newest = max(self._newest, min(int(str(slots.max())), int(self._at) // SLOT))
            self._begin = min(self._begin, max(int(str(slots.min())), self._newest - self._span))
            wanted = [each.wanted(sheet, self._known) for each in self._counted]
            for counted, rows in zip(self._counted, _collected(wanted), strict=True):
                if rows is not None:
                    counted.count(rows)
            for silence in self._silence:
                silence.take(sheet)
        if not seen.records:
            return
        self._judge([each for each in self._counted if not each.rule.during])
        self._judge([each for each in self._counted if each.rule.during])  # which are about the signs of those
        if self._newest > self._forgotten:
            self._forgotten = self._newest
            for counted in self._counted:
                counted.forget(self._newest - self._span, self._newest - _OVER_KEPT)

    def _judge(self, counted: Sequence[Counted]) -> None:
        asked = [
            each.ask(self._newest, self._begin, self._around(each.rule) if each.rule.during else None)
            for each in counted
        ]
        for each, some in zip(counted, _collected(asked), strict=True):
            each.judge(some)

    def _around(self, rule: AlertRule) -> dict[int, list[Spell]]:
        """The sources that are subjects of the rules it is about, by key, and when."""
        sources: dict[str, list[Spell]] = {}
        for counted in self._counted:
            if counted.rule.name not in rule.during:
                continue
            place = next((at for at, by in enumerate(counted.rule.by) if by in (By.SOURCE, By.CLIENT)), None)
            for subject in counted.subjects.values() if place is not None else ():
                if subject.signs and place is not None:
                    sources.setdefault(subject.values[place], []).extend(sign.spell for sign in subject.signs)
        return dict(zip(keys_of(sources), sources.values(), strict=True))

    def _drafts(self) -> Iterator[Draft]:
        for counted in self._counted:
            yield from folded(list(drafts_of(counted, self._newest, self._known)), len(counted.beyond))
        standing: list[Changes | Delivery | Silence] = [*self._changes, *self._delivery, *self._silence]
        for each in standing:
            yield from folded(list(each.drafts(self._at)))


def _collected(frames: Sequence[pl.LazyFrame | None]) -> list[pl.DataFrame | None]:
    """All of them in one go, shared out over the cores; the streaming engine would take half a millisecond more for each."""
    found = iter(pl.collect_all([frame for frame in frames if frame is not None], engine="in-memory"))
    return [None if frame is None else next(found) for frame in frames]
