"""Runs the reader's own command for an alert: no shell, a time limit, its output in the log."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tui.cli.calling import CallError, argument, as_json
from tui.flows.clean import clean

LOG = logging.getLogger(__name__)
LONGEST_OUTPUT = 8_000  # bytes of it that are logged
LOOK = 0.05  # seconds between two looks at whether it has ended


class CommandCall:
    """One command; the whole alert is on its standard input as JSON, what it wants of it in its arguments."""

    def __init__(self, command: Sequence[str], limit: float) -> None:
        self._program, *self._arguments = command
        self._limit = limit
        self._running: subprocess.Popen[bytes] | None = None
        self._is_ended = threading.Event()
        self.name = f"the command {clean(Path(self._program).name, 60)}"

    def call(self, values: Mapping[str, object]) -> None:
        """Run it once.

        Raises:
            CallError: it could not be run, took too long, or ended with another code than 0.
        """
        argv = [self._program, *(argument(each, values) for each in self._arguments)]
        try:
            with tempfile.TemporaryFile() as given:  # a pipe that it does not read could hold us
                given.write(as_json(values))
                given.seek(0)
                # A session of its own: it cannot write on our terminal, and ends as a whole.
                process = subprocess.Popen(  # noqa: S603  the reader's own command, its values cleaned, without a shell
                    argv, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
                )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise CallError(f"{self.name} cannot be run: {clean(reason, 200)}") from None
        self._running = process
        try:
            output = self._attend(process)
        finally:
            self._running = None
            if process.stdout is not None:
                process.stdout.close()
        said = clean(output.decode(errors="replace").strip(), LONGEST_OUTPUT)
        LOG.info("%s ended with %s: %s", self.name, process.returncode, said or "no output")
        if process.returncode:
            why = f": {said[:120]}" if said else ""
            raise CallError(f"{self.name} ended with {process.returncode}{why}")

    def _attend(self, process: subprocess.Popen[bytes]) -> bytes:
        """Take its output until it ends."""
        assert process.stdout is not None
        end, output = time.monotonic() + self._limit, b""
        while process.poll() is None:
            if self._is_ended.is_set() or time.monotonic() >= end:
                kill(process)
                process.wait(1)
                LOG.warning("%s was ended; its output: %s", self.name, clean(output.decode(errors="replace"), 1_000))
                why = "was ended with the program" if self._is_ended.is_set() else f"took longer than {self._limit:g} s"
                raise CallError(f"{self.name} {why}")
            output += _read(process.stdout.fileno(), LOOK)
            output = output[:LONGEST_OUTPUT]
        while len(output) < LONGEST_OUTPUT and (more := _read(process.stdout.fileno(), 0)):
            output += more
        return output[:LONGEST_OUTPUT]

    def end(self) -> None:
        """End what runs."""
        self._is_ended.set()
        if (process := self._running) is not None:
            kill(process)


def _read(handle: int, wait: float) -> bytes:
    """What there is to read within so many seconds."""
    ready, _, _ = select.select([handle], [], [], wait)
    return os.read(handle, 65_536) if ready else b""


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it has started."""
    if process.returncode is None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
