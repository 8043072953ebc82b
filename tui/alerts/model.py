"""What an alert is, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How much it matters; higher is worse. Its name in lower case is the word in the config file and on the screen."""

    NOTICE = 1
    WARNING = 2
    CRITICAL = 3


class State(StrEnum):
    """Where an alert stands. What is acknowledged or muted goes on being counted and does not call out again."""

    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    MUTED = "muted"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Alert:
    """One subject of one rule, from its first sign to its end; another sign of it changes these numbers, never adds an alert.

    `id` is stable while it lasts and says rule and subject (`port-scan 192.0.2.201`). `subject` is what it is about, as
    clean text. `sentence` says what happened, in words a reader can act on. `count` is how much was counted in all, `peak`
    the most in one window, `unit` what they count (records, ports, bytes …). `first` and `last` are the times of the first
    and newest sign, `raised` when the rule held for long enough, `ended` when it was over, Unix seconds of the data.
    `muted_until` is when a mute ends. `filter` is filter-language text that shows its records, '' if none would.
    """

    id: str
    rule: str
    subject: str
    severity: Severity
    sentence: str
    state: State = State.FIRING
    count: int = 0
    peak: int = 0
    unit: str = "records"
    first: float = 0.0
    last: float = 0.0
    raised: float = 0.0
    ended: float | None = None
    muted_until: float | None = None
    filter: str = ""

    @property
    def duration(self) -> float:
        """Seconds from its first sign to its newest."""
        return max(0.0, self.last - self.first)
