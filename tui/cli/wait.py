"""Waiting for whoever started us to go away, or for something else to end."""

from __future__ import annotations

import os
import select
import stat
import sys


def wait_for_stdin(*wakes: int) -> int | None:
    """Wait until the other end of stdin goes, or one of these descriptors can be read, which is returned.

    A stdin that was at its end from the first (/dev/null, a closed pipe) tells nothing: a service manager gives such a
    one. A terminal is asked for a hang-up only: reading it would stop a job in the background.
    """
    poll = select.poll()
    for wake in wakes:
        poll.register(wake, select.POLLIN)
    descriptor = _open_stdin()
    if descriptor is not None:
        return _watch(poll, descriptor, wakes)
    return poll.poll()[0][0]


def _watch(poll: select.poll, descriptor: int, wakes: tuple[int, ...]) -> int | None:
    is_terminal = os.isatty(descriptor)
    first = select.poll()
    first.register(descriptor, select.POLLIN)
    if is_terminal:
        poll.register(descriptor, 0)
    elif not (first.poll(0) and not os.read(descriptor, 1 << 16)):
        poll.register(descriptor, select.POLLIN)
    while True:
        for ready, events in poll.poll():
            if ready in wakes:
                return ready
            if is_terminal or events & (select.POLLERR | select.POLLNVAL):
                return None
            if not os.read(descriptor, 1 << 16):
                return None


def _open_stdin() -> int | None:
    try:
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):
        return None
    return descriptor if os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
