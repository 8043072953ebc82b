"""Leaves the terminal whole, whatever ends the program: signals, a terminal that vanished, one that stopped reading.

Textual installs no handlers: SIGTERM and SIGHUP would leave the terminal raw and in the alternate screen, and a vanished
terminal a process that spins. Neither the event loop's handlers nor Python's own are any help while the main thread waits
for a terminal that does not read (the kernel may give a signal to another thread, and then nothing wakes the main one), so
a thread hears of signals through a pipe, and a watchdog stands behind it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable

from tui.screen.interrupt import keep_interrupts
from tui.screen.unstall import freed, listen

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
# Seconds a quiet end may take before the watchdog ends the process.
PATIENCE = 0.9
# Leave kitty keys, paste, focus and mouse reports, the alternate screen; wrap lines, show the cursor, plain colours.
RESTORE = (
    b"\x1b[<u\x1b[?2004l\x1b[?1004l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2048l\x1b[?2026l"
    b"\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[0m"
)


class Guard:
    """Watches from `start` to `stop`. `leave(code)` asks the app to quit; it is called in a thread."""

    def __init__(self, leave: Callable[[int], None]) -> None:
        self._leave = leave
        self._code = 0
        self._left = threading.Event()
        self._last = threading.Lock()  # held by whoever ends the process: the app, or the watchdog by force
        self._before: list[object] = []
        self._terminal = _fileno(sys.__stdin__)
        self._output = _fileno(sys.__stderr__)
        self._handlers: dict[signal.Signals, object] = {}
        self._wakeup = -1  # where Python's C handler writes the number of each signal, at once and in any thread

    @property
    def code(self) -> int:
        """128 and the signal that ended the program, 0 if none did."""
        return self._code

    def start(self) -> None:
        """Install the handlers (main thread only), remember the terminal's settings, watch for a hang-up."""
        if threading.current_thread() is not threading.main_thread():
            return
        heard, self._wakeup = os.pipe()
        os.set_blocking(self._wakeup, False)
        signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
        keep_interrupts()
        # A handler of Python's must be there for the C handler to be; what it would do, the thread has done.
        self._handlers = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
        listen()
        terminal = self._terminal if self._terminal is not None and os.isatty(self._terminal) else None
        if terminal is not None:
            self._before = termios.tcgetattr(terminal)
        threading.Thread(target=self._watch, args=(heard, terminal), name="guard", daemon=True).start()

    def stop(self) -> None:
        """The app has quit and the terminal is whole. Never returns when the watchdog is ending the process by force.

        What the watchdog does lets go of the interpreter between its steps; a main thread that came to its end then
        would take the process with it, with the terminal half restored and an exit code of its own.
        """
        self._last.acquire()
        self._left.set()
        if self._wakeup >= 0:
            signal.set_wakeup_fd(-1)
            os.close(self._wakeup)  # which ends the thread
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # as signal.signal gave it
        if self._code == 128 + signal.SIGHUP:
            self._silence()

    def _end(self, code: int) -> None:
        """Ask the app to leave, and see that it does."""
        if self._code:
            return
        self._code = code
        threading.Thread(target=self._watchdog, name="watchdog", daemon=True).start()
        self._leave(code)

    def _watch(self, heard: int, terminal: int | None) -> None:
        """Wait for a signal, or until the terminal's other end is closed: without SIGHUP nothing else would tell."""
        poll = select.poll()
        poll.register(heard, select.POLLIN)
        if terminal is not None:
            poll.register(terminal, 0)
        while True:  # also after the first: a pipe that nobody reads makes Python complain on the terminal
            ready = dict(poll.poll())
            if terminal in ready:
                poll.unregister(terminal)
                self._end(128 + signal.SIGHUP)
            if heard not in ready:
                continue
            numbers = os.read(heard, 64)
            if not numbers:
                os.close(heard)
                return
            for number in numbers:
                if number in SIGNALS:
                    self._end(128 + number)

    def _watchdog(self) -> None:
        """End the process by force when the app does not: its last bytes wait for a terminal that takes none.

        Deliberately no line in the log: a handler that writes to the same terminal would wait as well.
        """
        if self._left.wait(PATIENCE) or not self._last.acquire(blocking=False):
            return
        with freed(self._output):
            self._restore()
        os._exit(self._code)

    def _restore(self) -> None:
        """Give back what can be given back without waiting; the line first, since it is what a shell needs."""
        try:
            if self._terminal is not None and self._before:
                termios.tcsetattr(self._terminal, termios.TCSANOW, self._before)  # type: ignore[arg-type]  # as got
        except termios.error:
            pass  # the terminal is gone
        try:
            if self._output is not None:
                os.set_blocking(self._output, False)
                os.write(self._output, RESTORE)
        except OSError:
            pass  # it is full or gone

    def _silence(self) -> None:
        """Send what the interpreter flushes at its end to nowhere: the terminal is gone, and that is no error."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.__stdout__, sys.__stderr__):
            number = _fileno(stream)
            if number is not None and os.isatty(number) is False and number in {1, 2} and not _is_open(number):
                os.dup2(nowhere, number)
        os.close(nowhere)


def _is_open(number: int) -> bool:
    """Whether writing to this can work: a hung-up terminal is no terminal any more."""
    poll = select.poll()
    poll.register(number, select.POLLOUT)
    return not any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))


def _fileno(stream: object) -> int | None:
    try:
        return stream.fileno()  # type: ignore[attr-defined,no-any-return]  # whatever sys holds may lack it
    except (AttributeError, OSError, ValueError):
        return None
