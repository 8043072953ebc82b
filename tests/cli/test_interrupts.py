"""A signal ends a wait of the main thread whenever it comes: also on the way into the wait, and on the way out."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator

import pytest

from tui.cli import sink
from tui.cli.sink import Interrupted, Interrupts, Sink
from tui.cli.wait import Starter

TIMES = 5_000  # a wait in threading.Event.wait is lost within the first two thousand
LATEST = 3e-5  # seconds: the time it takes to come to the system call


@pytest.fixture
def alarm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SIGALRM is a signal that ends the command: a timer sends it to the microsecond."""
    monkeypatch.setattr(sink, "_ENDING", (signal.SIGALRM,))
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def _interrupted(wait: Callable[[Interrupts], object], after: float) -> bool:
    with Interrupts() as interrupts:
        try:
            with interrupts.waiting():
                signal.setitimer(signal.ITIMER_REAL, after)
                wait(interrupts)
        except Interrupted:
            return interrupts.signal == signal.SIGALRM
    return False


@pytest.mark.usefixtures("alarm")
def test_a_signal_at_any_moment_ends_the_wait_for_stdin() -> None:
    """A lost one would hang here: nothing else ends this wait."""
    pick = random.Random(7)
    for _ in range(TIMES):
        assert _interrupted(lambda interrupts: Starter().wait(interrupts.wake), 1e-6 + pick.random() * LATEST)


@pytest.mark.usefixtures("alarm")
def test_a_signal_at_any_moment_ends_a_write_that_nobody_reads() -> None:
    """The pipe is full: only the signal can end the write."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    pick = random.Random(7)
    try:
        os.write(write, bytes(1 << 20))
        for _ in range(TIMES):
            after = 1e-6 + pick.random() * LATEST
            assert _interrupted(lambda interrupts: Sink(write, interrupts).write(b"more"), after)
    finally:
        os.close(read)
        os.close(write)
