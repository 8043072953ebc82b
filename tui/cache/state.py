"""The state word of the header: what a source's last answers say about the data on the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

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


@dataclass(frozen=True, slots=True)
class Freshness:
    """What is known of a source: when it last answered, its error since then, and its longest aggregation interval.

    Times are wall clock, Unix seconds.
    """

    interval: int = 600
    answered: float | None = None
    caught_up: bool = False
    error: str = ""
    hint: str = ""
    ended: bool = False

    def on_answer(self, at: float, *, complete: bool) -> Freshness:
        """A batch came; `complete` when it ended a pass."""
        return replace(self, answered=at, caught_up=self.caught_up or complete, error="", hint="")

    def on_error(self, reason: str, hint: str) -> Freshness:
        """A call failed and will be tried again."""
        return replace(self, error=reason, hint=hint)

    def on_end(self) -> Freshness:
        """A bounded source was read to its end."""
        return replace(self, ended=True)

    def state(self, now: float, newest: float | None) -> State:
        """The word, given the clock and the end of the newest capture window (None: no record yet)."""
        if self.ended:
            return State.ENDED
        if self.answered is None:
            return State.STALLED if self.error else State.CONNECTING
        if self.error or now - self.answered > SILENCE:
            return State.STALLED
        if not self.caught_up or (newest is not None and now - newest > self.interval + DELIVERY):
            return State.LAGGING
        return State.LIVE
