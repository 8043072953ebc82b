"""Waiting for whoever started us to go away."""

from __future__ import annotations

import os
import select
import stat
import sys
from threading import Event

_GLANCE = 1.0


def wait_for_stdin(stop: Event) -> None:
    """Wait until the other end of stdin goes, or `stop` is set.

    A stdin that was at its end from the first (/dev/null, a closed pipe) tells nothing: a service manager gives such a
    one. A terminal is asked for a hang-up only: reading it would stop a job in the background.
    """
    descriptor = _open_stdin()
    if descriptor is None:
        stop.wait()
        return
    poll = select.poll()
    is_terminal = os.isatty(descriptor)
    poll.register(descriptor, 0 if is_terminal else select.POLLIN)
    began_at_end = not is_terminal and bool(poll.poll(0)) and not os.read(descriptor, 1 << 16)
    if began_at_end:
        stop.wait()
        return
    while not stop.is_set():
        for _, events in poll.poll(_GLANCE * 1000):
            if is_terminal or events & (select.POLLERR | select.POLLNVAL) or not os.read(descriptor, 1 << 16):
                return


def _open_stdin() -> int | None:
    try:
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):
        return None
    return descriptor if os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
