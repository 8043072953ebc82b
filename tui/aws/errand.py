"""What a pass over a log group is made for, and what the reader wants read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tui.aws.pages import Pass


class Kind(Enum):
    """Why a pass is made."""

    HOT = "hot"
    SWEEP = "sweep"
    PAST = "past"
    LAST = "last"


@dataclass(slots=True)
class Errand:
    """A pass, and what for. `began` is the data's clock when it did, in seconds."""

    kind: Kind
    reading: Pass
    began: float
    began_mono: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The reader's wishes, all times in seconds of the data's clock.

    `since` is the earliest capture window wanted; `once` reads up to `until` and ends.
    """

    since: float
    until: float | None
    once: bool
    interval: float
