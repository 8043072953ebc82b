"""What is followed: how fresh its source is, the cache it fills, and what the reader froze meanwhile."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tui.cache.state import Freshness, State
from tui.cache.view import Summary
from tui.screen.format import age
from tui.screen.widgets.header import Standing

if TYPE_CHECKING:
    from tui.cache.rolling import Held, RollingCache
    from tui.flows.source import About, Batch, Gap, Unparsed
    from tui.screen.options import Connected

# Gaps and unreadable lines kept for the `!` list; the summary counts all of them.
KEPT_GAPS = 2_000
KEPT_LINES = 200


class Following:
    """Owned by the app thread. Freezing keeps an old `Held`; collecting goes on behind it."""

    def __init__(self) -> None:
        self.about: About | None = None
        self.freshness = Freshness()
        self.summary = Summary()
        self.gaps: deque[Gap] = deque(maxlen=KEPT_GAPS)
        self.unparsed: deque[Unparsed] = deque(maxlen=KEPT_LINES)
        self.is_changed = False  # records came since the last view was asked for
        self._waiting = 0
        self._frozen: Held | None = None
        self._cache: RollingCache | None = None

    def open(self, connected: Connected) -> None:
        """The source answered."""
        self._cache = connected.cache
        self.about = connected.source.about
        self.freshness = Freshness(interval=self.about.interval)

    def take(self, batch: Batch) -> None:
        """Remember what came."""
        self.freshness = self.freshness.on_answer(batch.at, complete=batch.complete)
        if self._cache is None:
            return
        self._cache.add(batch)
        self.gaps.extend(batch.gaps)
        self.unparsed.extend(batch.unparsed)
        self._waiting += len(batch)
        self.is_changed = self.is_changed or bool(batch.records or batch.unparsed or batch.gaps)

    def stall(self, reason: str, hint: str) -> None:
        """The source gave an error and will be asked again."""
        self.freshness = self.freshness.on_error(reason, hint)

    def end(self) -> None:
        """The source was read to its end."""
        self.freshness = self.freshness.on_end()

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
        newest = self.summary.newest
        return Standing(
            title=title,
            about=self.about,
            state=self.freshness.state(now, newest),
            age=None if newest is None else now - newest,
            summary=self.summary,
            waiting=self._waiting if self.is_frozen else None,
        )

    def complaint(self, now: float) -> str:
        """Why the source is stalled and what to do, in full sentences; empty when it is not."""
        fresh = self.freshness
        if fresh.error:
            return " ".join(sentence(part) for part in (fresh.error, fresh.hint, "Trying again") if part)
        if fresh.answered is not None and fresh.state(now, self.summary.newest) is State.STALLED:
            return f"The source has not answered for {age(now - fresh.answered)}. It is still being asked."
        return ""


def sentence(text: str) -> str:
    """The text as one: a capital first, a full stop last."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."
