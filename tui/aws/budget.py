"""How often Logs may be called: one token bucket, since the quota is the account's and others need it too.

FilterLogEvents has 5 to 25 calls a second, an account and Region, not adjustable:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

_BURST = 3.0  # seconds' worth of calls that may be made at once after a rest
_SLOWEST = 0.05  # calls a second: one in 20 s, so that a throttled tail still notices when it is over
_UNLIMITED_FALL = 5.0  # where a bucket without limit goes when it is throttled: the smallest quota
_RECOVERY = 1.05  # a call that was answered brings 5 % back: from half to full in 15 calls
_FREE = 50.0  # above any quota: a bucket without limit that has recovered to this is without limit again

_USUAL, _CAREFUL = 2.0, 1.0  # calls a second: a fifth of the quota, or of the smallest
_SMALL_QUOTA = {"eu-central-1", "ca-west-1", "il-central-1", "ap-northeast-3", "ap-southeast-3"}


def usual_rate(region: str) -> float:
    """Calls a second in a Region where the reader does not say: one where the quota is 5, else two."""
    return _CAREFUL if region in _SMALL_QUOTA else _USUAL


class Budget:
    """Calls a second; 0 is no limit. Not thread safe: each thread of calls has its own.

    Args:
        rate: calls a second that may be made in the long run.
        now: a clock that never goes back, in seconds.
    """

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self.limit = rate if rate > 0 else float("inf")
        self.rate = self.limit
        self._now = now
        self._tokens = self._capacity
        self._at = now()

    @property
    def _capacity(self) -> float:
        return max(1.0, self.rate * _BURST)

    def take(self, stop: Event) -> bool:
        """Wait for the next call's turn; False when `stop` was set instead."""
        while not stop.is_set():
            if self.take_now():
                return True
            stop.wait((1.0 - self._tokens) / self.rate)
        return False

    def take_now(self) -> bool:
        """Take a turn if there is one without waiting."""
        if self.rate == float("inf"):
            return True
        now = self._now()
        self._tokens = min(self._capacity, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def charge(self, calls: int) -> None:
        """Calls that could not wait for their turn, a look at the scope: those to come wait the longer."""
        if self.rate != float("inf"):
            self._tokens -= calls

    def throttled(self) -> None:
        """AWS said too fast: half the pace, and nothing saved up."""
        self.rate = max(_SLOWEST, self.rate / 2 if self.rate != float("inf") else _UNLIMITED_FALL)
        self._tokens = 0.0
        self._at = self._now()

    def answered(self) -> None:
        """A call was answered: a little faster again, up to the limit."""
        if self.rate < self.limit:
            self.rate = min(self.limit, self.rate * _RECOVERY)
            if self.rate > _FREE and self.limit == float("inf"):
                self.rate = self.limit
