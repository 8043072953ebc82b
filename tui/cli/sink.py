"""stdout as a stream of bytes that can be interrupted, and that notices when nobody reads it any more."""

from __future__ import annotations

import os
import select
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

from tui.screen.interrupt import keep_interrupts

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# After "ready" at least something is taken, and a signal then ends a write early with what was taken (POSIX write),
# so large pieces block no signal; small ones would hand the interpreter lock to and fro.
_PIECE = 1 << 20


class Interrupted(BaseException):
    """A signal asks the command to end. Raised only where the main thread waits, so that no line is cut in two."""


class Interrupts:
    """SIGINT, SIGTERM and SIGHUP while a command runs: they end a wait of the main thread at once.

    A signal that was ignored when the command began stays ignored: `nohup` means it. A second one ends the process.
    The main thread waits in system calls that also watch `wake`, never in a threading.Event: a handler that runs
    while the main thread is inside Event.wait may find its lock taken, and then neither goes on. And a signal that
    comes just before the system call would not end it; the byte written to `wake` does.
    """

    def __init__(self) -> None:
        self.signal = 0
        self.wake = -1  # readable once a signal has come
        self._waits = False
        self._before = {number: signal.getsignal(number) for number in _ENDING}

    def __enter__(self) -> Self:
        self.wake, self._written = os.pipe()
        os.set_blocking(self._written, False)
        self._former = signal.set_wakeup_fd(self._written, warn_on_full_buffer=False)
        keep_interrupts()
        for number, before in self._before.items():
            if before is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before if not self.signal else signal.SIG_DFL)
        signal.set_wakeup_fd(self._former)
        os.close(self._written)
        os.close(self.wake)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A wait that a signal ends.

        Raises:
            Interrupted: a signal has come, before or during the wait.
        """
        self._waits = True
        try:
            if self.signal:
                raise Interrupted
            yield
        finally:
            self._waits = False

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.signal:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.signal = number
        if self._waits:
            raise Interrupted


class Sink:
    """Writes bytes to a file descriptor. A slow reader is waited for, and a signal ends that wait."""

    def __init__(self, descriptor: int, interrupts: Interrupts) -> None:
        self._descriptor = descriptor
        self._interrupts = interrupts
        mode = os.fstat(descriptor).st_mode
        self._piped = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
        self._ready = select.poll()
        self._ready.register(descriptor, select.POLLOUT)
        self._slow = select.poll()
        self._slow.register(descriptor, select.POLLOUT)
        self._slow.register(interrupts.wake, select.POLLIN)
        self._gone = select.poll()
        self._gone.register(descriptor, 0)

    def write(self, lines: bytes) -> None:
        """Write all of it.

        Raises:
            BrokenPipeError: nobody reads any more.
            OSError: the disk is full, or the like.
            Interrupted: a signal came while the reader was slow.
        """
        rest = memoryview(lines)
        while rest:
            if not self._ready.poll(0):
                with self._interrupts.waiting():
                    self._slow.poll()
            rest = rest[os.write(self._descriptor, rest[:_PIECE]) :]

    def is_closed(self) -> bool:
        """Whether the reader of a pipe has gone: known without writing, so that a quiet tail ends with its `head`."""
        return self._piped and bool(self._gone.poll(0))
