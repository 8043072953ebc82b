"""Waiting for whoever started us to go away, or for something else to end."""

from __future__ import annotations

import os
import select
import stat
import sys


class Starter:
    """Whoever holds the other end of stdin. To be made before anything is said: what is said may make it go.

    A stdin that was at its end from the first (/dev/null, a closed pipe) tells nothing: a service manager gives such a
    one. A terminal is asked for a hang-up only: reading it would stop a job in the background.
    """

    def __init__(self) -> None:
        self._descriptor = _open_stdin()
        self._is_terminal = self._descriptor is not None and os.isatty(self._descriptor)
        if self._descriptor is not None and not self._is_terminal:
            first = select.poll()
            first.register(self._descriptor, select.POLLIN)
            if first.poll(0) and not os.read(self._descriptor, 1 << 16):
                self._descriptor = None

    def wait(self, *wakes: int) -> int | None:
        """Wait until it goes, or one of these descriptors can be read, which is returned."""
        poll = select.poll()
        for wake in wakes:
            poll.register(wake, select.POLLIN)
        if self._descriptor is not None:
            poll.register(self._descriptor, 0 if self._is_terminal else select.POLLIN)
        while True:
            for ready, events in poll.poll():
                if ready in wakes:
                    return ready
                gone = self._is_terminal or events & (select.POLLERR | select.POLLNVAL)
                if gone or not os.read(ready, 1 << 16):
                    return None


def _open_stdin() -> int | None:
    try:
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):
        return None
    return descriptor if os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
