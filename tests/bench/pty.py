"""A program in a pty of 120 by 40 that reads all it writes: bytes, processor time, and when the first screen was there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


class Run:
    """`python -m tests.bench.changing ARGUMENT`, from its start."""

    def __init__(self, argument: str) -> None:
        self.began = time.perf_counter()
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, [sys.executable, "-m", "tests.bench.changing", argument], env)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.written = 0
        self.painted: float | None = None  # seconds until 4 kB, a screen, had come

    def read_for(self, seconds: float) -> None:
        """Read what comes, answering the terminal's question about synchronized output."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if not select.select([self._master], [], [], left)[0]:
                continue
            data = os.read(self._master, 65536)
            self.written += len(data)
            if self.painted is None and self.written > 4096:
                self.painted = time.perf_counter() - self.began
            if b"\x1b[?2026$p" in data:
                os.write(self._master, b"\x1b[?2026;2$y")

    def cpu(self) -> float:
        """Seconds of processor time so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def close(self) -> None:
        """End it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)
