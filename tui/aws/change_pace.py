"""The pace at which endpoints may be changed: EC2's token bucket of each such operation.

Capacity 4, refilled by 0.3 a second: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

from __future__ import annotations

import time
from collections.abc import Callable

CAPACITY = 4.0  # calls at once after a rest
REFILL = 0.3  # calls a second


class ChangePace:
    """When each operation may be called. Others of the account use the same buckets, so AWS may still say no."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._tokens: dict[str, tuple[float, float]] = {}  # by operation: how many, and as of when

    def take(self, operation: str) -> float:
        """Take a turn: 0.0 if there was one, else the seconds until there is."""
        tokens = self._held(operation)
        if tokens < 1.0:
            return (1.0 - tokens) / REFILL
        self._tokens[operation] = (tokens - 1.0, self._now())
        return 0.0

    def emptied(self, operation: str) -> None:
        """AWS said too fast: others have taken what was left."""
        self._tokens[operation] = (0.0, self._now())

    def _held(self, operation: str) -> float:
        tokens, at = self._tokens.get(operation, (CAPACITY, self._now()))
        return min(CAPACITY, tokens + (self._now() - at) * REFILL)
