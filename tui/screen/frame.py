"""When a frame may be sent: a slow terminal gets fewer frames, never a queue of old ones in front of a key.

Over ssh a megabyte of frames can be under way before anything blocks. So after a frame the terminal is asked where its
cursor is (CSI 6n; tmux, screen and mosh answer too), and the next frame waits for the answer.
"""

from __future__ import annotations

import time
from queue import Queue

from textual.driver import Driver
from textual.geometry import Size

# A frame is up to three items of the driver's queue (begin, body, end of a synchronised update); with thirty of them
# the event loop would wait for the terminal.
MOST_QUEUED = 3
# Keys and new sizes paint past the pacer, so that they are answered at once; but not so many that the loop must wait.
FULL = 12
ASK = "\x1b[6n"
# Seconds to wait for an answer: from a terminal that has answered before, from one that has not yet, and from one that
# seems to give none.
PATIENCE, FIRST, MUTE = 5.0, 2.0, 0.5
# So many times PATIENCE without any answer, a minute: a line that stalls is back by then, a terminal that has gone mute
# (another program took its place) is not.
GIVEN_UP = 12


class Pacer:
    """One per app, used in its thread."""

    def __init__(self) -> None:
        self._asked_at: float | None = None
        # Questions without an answer. A key's frame goes out past the pacer, so there may be several: were one answer
        # enough, each such frame would stay under way for good, and a queue of them stand in front of the next key.
        self._open = 0
        self._unanswered = 0
        self._limit = FIRST
        self._is_closed = False

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self._asked_at is not None and self._limit == PATIENCE

    def close(self) -> None:
        """Ask no more."""
        self._is_closed = True

    def may_send(self, driver: Driver | None, now: float | None = None) -> bool:
        """Whether the terminal has shown the last frame. Without a terminal, as in tests, it always has."""
        queue = _queue(driver)
        if queue is None:
            return True
        if queue.qsize() > MOST_QUEUED:
            return False
        if self._asked_at is None:
            return True
        if (time.monotonic() if now is None else now) - self._asked_at < self._limit:
            return False
        self._tire()
        return True

    def _tire(self) -> None:
        """No answer in time. One that never answered may still be drawing the first frames: its questions stay open."""
        self._asked_at = None
        if self._limit == PATIENCE:
            self._unanswered += 1
            self._open = 0
        if self._limit == FIRST or self._unanswered == GIVEN_UP:
            self._limit = MUTE

    def sent(self, driver: Driver | None, now: float | None = None) -> None:
        """A frame was handed to the driver: ask for the answer that lets the next one go."""
        if driver is None or _queue(driver) is None or is_full(driver) or self._is_closed:
            return
        self._asked_at = time.monotonic() if now is None else now
        self._open += 1
        driver.write(ASK)

    def answered(self) -> None:
        """The terminal told where its cursor is."""
        self._limit, self._unanswered = PATIENCE, 0
        self._open = max(0, self._open - 1)
        if self._open == 0:
            self._asked_at = None


def is_full(driver: Driver | None) -> bool:
    """Whether the terminal does not read: whatever is drawn now would hold the event loop soon."""
    queue = _queue(driver)
    return queue is not None and queue.qsize() > FULL


def size_of(driver: Driver | None) -> Size | None:
    """The terminal's size now, as Textual reads it; None where the terminal itself tells each (DEC mode 2048)."""
    ask = getattr(driver, "_get_terminal_size", None)
    if ask is None or getattr(driver, "_in_band_window_resize", False):
        return None
    return Size(*ask())


def _queue(driver: Driver | None) -> Queue[str | None] | None:
    """What waits to be written; None where there is no terminal. Textual tells it nowhere else."""
    queue = getattr(getattr(driver, "_writer_thread", None), "_queue", None)
    return queue if isinstance(queue, Queue) else None
