"""Waiting for whoever started us to go away."""

from __future__ import annotations

import os
import select
import stat
import sys


def wait_for_stdin(wake: int) -> None:
    """Wait until the other end of stdin goes, or the descriptor `wake` can be read.

    A stdin that was at its end from the first (/dev/null, a closed pipe) tells nothing: a service manager gives such a
    one. A terminal is asked for a hang-up only: reading it would stop a job in the background.
    """
    poll = select.poll()
    poll.register(wake, select.POLLIN)
    descriptor = _open_stdin()
    if descriptor is not None:
        _watch(poll, descriptor, wake)
    else:
        poll.poll()


def _watch(poll: select.poll, descriptor: int, wake: int) -> None:
    is_terminal = os.isatty(descriptor)
    first = select.poll()
    first.register(descriptor, select.POLLIN)
    if is_terminal:
        poll.register(descriptor, 0)
    elif not (first.poll(0) and not os.read(descriptor, 1 << 16)):
        poll.register(descriptor, select.POLLIN)
    while True:
        for ready, events in poll.poll():
            if ready == wake or is_terminal or events & (select.POLLERR | select.POLLNVAL):
                return
            if not os.read(descriptor, 1 << 16):
                return


def _open_stdin() -> int | None:
    try:
        descriptor = sys.stdin.fileno()
        mode = os.fstat(descriptor).st_mode
    except (AttributeError, OSError, ValueError):
        return None
    return descriptor if os.isatty(descriptor) or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
