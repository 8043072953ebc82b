from __future__ import annotations

import time

import pytest

from tui.aws.clock import Clock

NOW = 1_767_225_600.0
HEADER = "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize("off", [-1200.0, 1200.0, 0.0])
def test_a_wrong_clock_is_put_right(off: float) -> None:
    """Twenty minutes ahead or behind: the time is AWS's, and what the reader's clock says stays known."""
    clock = Clock(lambda: NOW + off, mends=True)
    clock.heed(HEADER)
    assert clock.now() == NOW
    assert clock.told() == NOW + off


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Jan 2026 00:00:00 GMT", "\0"])
def test_a_header_that_is_no_date_changes_nothing(date: str) -> None:
    """A proxy may write anything there."""
    clock = Clock(lambda: NOW, mends=True)
    clock.heed(date)
    assert clock.now() == NOW


def test_a_given_clock_is_believed() -> None:
    """The demo's clock runs as it likes; only the machine's own is compared."""
    clock = Clock(lambda: NOW + 5000)
    clock.heed(HEADER)
    assert clock.now() == NOW + 5000
    assert Clock(time.time)._mends
