"""Frees a terminal that does not read, so that the last words can be written to it: for a process about to end by force.

The thread that writes sits in its own write(2) and holds the terminal's lock there; throwing away what is queued
(tcflush) does not wake it, and any other write waits for it. So writing is made not to wait, every thread is nudged out of
what it waits in, and then the queue is thrown away: what was in it would be drawn on a screen that is being left.
"""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import threading
import time
from collections.abc import Iterator

# A signal whose handler does nothing: it makes a system call return.
NUDGE = signal.SIGUSR2
# Ends a sequence that was cut in its middle (ECMA-48, CAN).
CANCEL = b"\x18"
TRIES, PAUSE = 15, 0.01  # how often, and seconds between


def listen() -> None:
    """Let threads be nudged from now on; in the main thread. Never taken back: the default would end the process."""
    signal.signal(NUDGE, lambda *_: None)


@contextlib.contextmanager
def freed(output: int | None) -> Iterator[None]:
    """While this lasts, writing to the terminal does not wait, and there is room if anything can make it.

    The terminal is shared with the shell, which must not find it like that: it waits again afterwards.
    """
    if output is None:
        yield
        return
    try:
        with contextlib.suppress(OSError):
            os.set_blocking(output, False)
        # The writer's error would be printed on the terminal.
        threading.excepthook = lambda *_: None
        for _ in range(TRIES):
            if _makes_room(output):
                break
        yield
    finally:
        with contextlib.suppress(OSError):
            os.set_blocking(output, True)


def _makes_room(output: int) -> bool:
    """Nudge all other threads, throw away what is queued, and see whether something can be written now."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.ident is not None:
            with contextlib.suppress(OSError):
                signal.pthread_kill(thread.ident, NUDGE)
    time.sleep(PAUSE)
    try:
        termios.tcflush(output, termios.TCOFLUSH)
        return os.write(output, CANCEL) == len(CANCEL)
    except BlockingIOError:
        return False
    except (OSError, termios.error):
        return True  # it is gone, or no terminal: nothing will make it better
