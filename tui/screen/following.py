"""What is followed: how fresh its source is, the cache it fills, and what the reader froze meanwhile."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.cache.state import Finding, Pulse
from tui.cache.view import Summary
from tui.flows.clean import clean
from tui.screen.format import age
from tui.screen.widgets.header import Standing

if TYPE_CHECKING:
    from tui.cache.freshness import Reading
    from tui.cache.rolling import Held, RollingCache
    from tui.flows.source import About, Batch, Gap, Unparsed
    from tui.screen.options import Connected

LOG = logging.getLogger(__name__)
# Unreadable lines kept for the `!` list; the summary counts all of them.
KEPT_LINES = 200
# The credentials' end is counted down from this many seconds before.
COUNTDOWN = 900.0
OLD = "The newest flow record is older than flow logs usually are: traffic has stopped, or its delivery has."


class Following:
    """Owned by the app thread. Freezing keeps an old `Held`; collecting goes on behind it."""

    def __init__(self) -> None:
        self.about: About | None = None
        self.pulse = Pulse()
        self.summary = Summary()
        self.unparsed: deque[Unparsed] = deque(maxlen=KEPT_LINES)
        self.is_changed = False  # records came since the last view was asked for
        self._waiting = 0
        self._frozen: Held | None = None
        self._cache: RollingCache | None = None
        self._lost: Gap | None = None  # the gap of an error that the source told none of

    def open(self, connected: Connected) -> None:
        """The source answered."""
        from tui.cache.freshness import is_partial  # after the first paint, as what else is imported in functions here

        self._cache = connected.cache
        self.about = connected.source.about
        self.pulse = Pulse(self.about.interval, is_partial(self.about.states), state=self.pulse.state)

    def take(self, batch: Batch) -> None:
        """Remember what came."""
        if batch.is_answer:
            self.pulse = self.pulse.on_answer(batch.at, complete=batch.complete, status=batch.status)
        if batch.about is not None:
            from tui.cache.freshness import is_partial

            self.about = batch.about
            self.pulse = replace(self.pulse, interval=batch.about.interval, partial=is_partial(batch.about.states))
        if self._cache is None:
            return
        self._cache.add(batch)
        if batch.complete and self._lost is not None:
            self._tell_lost(replace(self._lost, healed=batch.at))
            self._lost = None
        self.unparsed.extend(batch.unparsed)
        self._waiting += len(batch)
        self.is_changed = self.is_changed or bool(batch.records or batch.unparsed or batch.gaps)

    def stall(self, reason: str, hint: str, at: float) -> None:
        """The source gave an error at `at`, Unix seconds, and will be asked again.

        Where the source told no gap of its own, one is written down: from its last answer until all is read again.
        """
        from tui.cache.ledger import open_gaps
        from tui.flows.source import Cause, Gap

        self.pulse = self.pulse.on_error(reason, hint)
        if self._cache is None or self.pulse.answered is None:
            return
        unread = {Cause.FAILED, Cause.THROTTLED, Cause.DISCONNECTED}
        if self._lost is None and any(gap.cause in unread for gap in open_gaps(self.gaps)):
            return
        since = self._lost.since if self._lost else self.pulse.answered
        self._lost = Gap(since, max(since, at), Cause.DISCONNECTED, 1, reason, id=f"lost at {since}")
        self._tell_lost(self._lost)

    def _tell_lost(self, gap: Gap) -> None:
        if self._cache is not None:
            self._cache.ledger.add([gap])
            self.is_changed = True

    def end(self) -> None:
        """The source was read to its end."""
        self.pulse = self.pulse.on_end()

    def observe(self, now: float) -> None:
        """Look at the clock: the state may be another one now, and the log tells from which and why."""
        finding = self.pulse.find(now, self.summary.newest)
        before, self.pulse = self.pulse.state, self.pulse.moved(finding)
        if self.pulse.state is not before:
            cause = f"{finding.value}: {self.pulse.error}" if finding is Finding.REFUSED else finding.value
            LOG.info("%s to %s: %s", before.value, self.pulse.state.value, clean(cause, 1000))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All that the ledger holds."""
        return () if self._cache is None else self._cache.ledger.gaps()

    @property
    def forgotten_gaps(self) -> int:
        """How many entries left the ledger for want of room."""
        return 0 if self._cache is None else self._cache.ledger.forgotten

    def readings(self, now: float) -> list[Reading]:
        """How fresh each interface is, worst first."""
        if self._cache is None or self.about is None:
            return []
        from tui.cache.freshness import readings

        sightings = self._cache.sightings
        return readings(sightings.all(), self.about.states, self.about.interval, sightings.lateness, now)

    def held(self) -> Held | None:
        """What is remembered now; None before the source answered."""
        return self._cache.held() if self._cache is not None else None

    @property
    def shown(self) -> Held | None:
        """What the rows on the screen were made of: what was frozen, or what is remembered now."""
        return self._frozen if self._frozen is not None else self.held()

    @property
    def is_frozen(self) -> bool:
        """Whether the rows stand still."""
        return self._frozen is not None

    def freeze(self) -> bool:
        """Hold still at what is on the screen; False when nothing is there yet, or it stands still already."""
        if self._frozen is not None or (held := self.held()) is None:
            return False
        self._frozen, self._waiting = held, 0
        return True

    def go_on(self) -> bool:
        """Let the rows go on; False when they did not stand still."""
        was_frozen, self._frozen = self._frozen is not None, None
        self.is_changed = self.is_changed or was_frozen
        return was_frozen

    def standing(self, now: float, title: str) -> Standing:
        """What the header tells."""
        newest, status = self.summary.newest, self.pulse.status
        left = None if status is None or status.expires is None else status.expires - now
        return Standing(
            title=title,
            about=self.about,
            state=self.pulse.state,
            age=None if newest is None else now - newest,
            summary=self.summary,
            waiting=self._waiting if self.is_frozen else None,
            credentials=left if left is not None and left <= COUNTDOWN else None,
            mode=status.mode if status else "",
            price=status.price if status else 0.0,
        )

    def remark(self, now: float) -> tuple[str, str]:
        """What the reader must know, in full sentences, and the role they are shown in; empty when all is well."""
        pulse = self.pulse
        if pulse.error:
            said = " ".join(sentence(part) for part in (pulse.error, pulse.hint, "Trying again") if part)
            return said, "stalled"
        match pulse.find(now, self.summary.newest):
            case Finding.SILENT:
                silent = age(now - (pulse.answered or now))
                return f"The source has not answered for {silent}. It is still being asked.", "stalled"
            case Finding.BEHIND if (status := pulse.status) is not None and status.read < status.wanted:
                advice = f" {sentence(status.advice)}" if status.advice else ""
                return f"Catching up: {progress(status.read, status.wanted)} read.{advice}", "lagging"
            case Finding.OLD:
                return f"{OLD} Press ! for each interface.", "lagging"
        if pulse.status is not None and pulse.status.advice:
            return sentence(pulse.status.advice), "lagging"
        return "", ""


def progress(read: float, wanted: float) -> str:
    """How much of a span of seconds, in whole minutes: `4 min of 16`; in seconds where that would say nothing."""
    if wanted < 120:
        return f"{read:.0f} s of {wanted:.0f}"
    return f"{read // 60:.0f} min of {-(-wanted // 60):.0f}"


def sentence(text: str) -> str:
    """The text as one: a capital first, a full stop last."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."
