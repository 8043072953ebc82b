"""The state word of the header: what a source's answers say about the data on the screen, as a small machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.flows.source import Status


# Amazon: "typically about 5 minutes" to CloudWatch Logs; data older than its interval and twice that is lagging.
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
DELIVERY = 600
# A source that has not answered for this long is stalled, whatever it said last.
SILENCE = 60.0


class State(Enum):
    """What a reader may think of what is on the screen."""

    CONNECTING = "CONNECTING"  # nothing has answered yet
    LIVE = "LIVE"  # answers come, and the data is as fresh as flow logs can be
    LAGGING = "LAGGING"  # answers come, but the newest record is old, or not all has been read
    STALLED = "STALLED"  # no answers
    ENDED = "ENDED"  # a bounded source was read to its end


class Finding(Enum):
    """What is found of a source when it is looked at; the value is the cause as the log tells it."""

    NOTHING = "nothing has answered yet"
    CURRENT = "answers come and all is read"
    BEHIND = "answers come, the past is still being read"
    OLD = "answers come, the newest record is old"
    REFUSED = "the source gave an error"
    SILENT = "no answer for a minute"
    OVER = "all there was to read has been read"


# Where each finding leads from each state. NOTHING is what a source is before its first answer only, and what has
# ended stays so.
_LEADS = {
    Finding.CURRENT: State.LIVE,
    Finding.BEHIND: State.LAGGING,
    Finding.OLD: State.LAGGING,
    Finding.REFUSED: State.STALLED,
    Finding.SILENT: State.STALLED,
    Finding.OVER: State.ENDED,
}
TRANSITIONS: dict[tuple[State, Finding], State] = {
    (State.CONNECTING, Finding.NOTHING): State.CONNECTING,
    (State.STALLED, Finding.NOTHING): State.CONNECTING,  # the error was before the first answer, and is over
    **{(State.CONNECTING, finding): state for finding, state in _LEADS.items()},
    **{(State.LIVE, finding): state for finding, state in _LEADS.items()},
    **{(State.LAGGING, finding): state for finding, state in _LEADS.items()},
    **{(State.STALLED, finding): state for finding, state in _LEADS.items()},
    **{(State.ENDED, finding): State.ENDED for finding in Finding},
}


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is known of a source: when it last answered, its error since then, how it gets on, and its state so far.

    Times are wall clock, Unix seconds; `interval` is its longest aggregation interval in seconds. `partial`: only
    accepted or only rejected traffic is logged, so that an old newest record proves nothing.
    """

    interval: int = 600
    partial: bool = False
    answered: float | None = None
    caught_up: bool = False
    error: str = ""
    hint: str = ""
    ended: bool = False
    status: Status | None = None
    state: State = State.CONNECTING

    def on_answer(self, at: float, *, complete: bool, status: Status | None = None) -> Pulse:
        """A batch came; `complete` when it ended a pass."""
        caught_up = self.caught_up or complete
        return replace(
            self, answered=at, caught_up=caught_up, error="", hint="", status=self.status if status is None else status
        )

    def on_error(self, reason: str, hint: str) -> Pulse:
        """A call failed and will be tried again."""
        return replace(self, error=reason, hint=hint)

    def on_end(self) -> Pulse:
        """A bounded source was read to its end."""
        return replace(self, ended=True)

    @property
    def is_catching_up(self) -> bool:
        """Whether the past, or a backlog, is still being read."""
        backlog = self.status is not None and self.status.read < self.status.wanted
        return backlog or not self.caught_up

    def find(self, now: float, newest: float | None) -> Finding:
        """What there is to say, given the clock and the end of the newest capture window (None: no record yet)."""
        if self.ended:
            return Finding.OVER
        if self.error:
            return Finding.REFUSED
        if self.answered is None:
            return Finding.NOTHING
        if now - self.answered > SILENCE:
            return Finding.SILENT
        if self.is_catching_up:
            return Finding.BEHIND
        if newest is not None and not self.partial and now - newest > self.interval + DELIVERY:
            return Finding.OLD
        return Finding.CURRENT

    def moved(self, finding: Finding) -> Pulse:
        """The pulse in the state that the finding leads to; itself when that is the one it is in."""
        state = TRANSITIONS.get((self.state, finding), self.state)
        return self if state is self.state else replace(self, state=state)
