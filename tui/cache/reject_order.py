"""What refused flows are sorted by. A page of its own: the screen needs it before its first paint, and no more."""

from __future__ import annotations

from enum import Enum


class Order(Enum):
    """What rows are sorted by, in their section: the most first, of times the newest."""

    RATE = "rate"  # refused most now, then most in all
    COUNT = "count"  # refused most in all
    SINCE = "since"  # began last
    LAST = "last"  # seen last
