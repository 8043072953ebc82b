"""How changes of endpoints take their time: states that settle after seconds, and AWS's pace for changes."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

CAPACITY, REFILL = 4.0, 0.3  # https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
PACED = {"CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"}


class EndpointHabits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`settle`: seconds until an endpoint that is made is available, and one that is deleted is gone.

    `paced`: whether changes are throttled as AWS does, each operation by a token bucket of its own.
    """

    settle: float = 0.0
    paced: bool = False


AWS_HABITS = EndpointHabits(4.0, paced=True)  # as AWS, but that it takes a minute or two


class EndpointClock:
    """What is to become of endpoints and connections, and how many changes may still be made."""

    def __init__(self, habits: EndpointHabits | None = None) -> None:
        self._habits = habits or EndpointHabits()
        self._coming: list[tuple[float, Callable[[], object]]] = []
        self._tokens: dict[str, tuple[float, float]] = {}

    def later(self, change: Callable[[], object]) -> None:
        """Make a change once it has settled; at once where nothing takes time."""
        if self._habits.settle <= 0:
            change()
        else:
            self._coming.append((time.monotonic() + self._habits.settle, change))

    def catch_up(self) -> None:
        """Make the changes whose time has come."""
        now = time.monotonic()
        due = [change for at, change in self._coming if at <= now]
        self._coming = [each for each in self._coming if each[0] > now]
        for change in due:
            change()

    def may(self, action: str) -> bool:
        """Whether a call may be made now; if so, it is counted."""
        if not self._habits.paced or action not in PACED:
            return True
        now = time.monotonic()
        tokens, at = self._tokens.get(action, (CAPACITY, now))
        tokens = min(CAPACITY, tokens + (now - at) * REFILL)
        self._tokens[action] = (tokens - 1.0 if tokens >= 1.0 else tokens, now)
        return tokens >= 1.0
