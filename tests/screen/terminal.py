"""A real terminal for the tests: a pty with a program on it, read by a thread that can stop reading."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TIOCGPTN = 0x80045430  # linux/ioctls: the number of the pty's other end
LIMIT = 60.0  # seconds a test waits for anything before it fails: the machine is shared
Start = Callable[..., "Terminal"]


class Terminal:
    """A child on a pty of its own, as its controlling terminal. `out` is all it wrote so far."""

    def __init__(
        self,
        *arguments: str,
        columns: int = 120,
        lines: int = 40,
        module: str = "tests.screen.program",
        is_mute: bool = False,
    ) -> None:
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execve(sys.executable, [sys.executable, "-m", module, *arguments], env)
        number = struct.unpack("I", fcntl.ioctl(self.master, TIOCGPTN, bytes(4)))[0]
        self.slave = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY)
        self.resize(columns, lines)
        self.before = termios.tcgetattr(self.master)
        self.out = b""
        self.delay = 0.0  # seconds an answer of the terminal's takes
        self.is_mute = is_mute  # gives no answers
        self.rate = 0  # bytes a second that are read; 0: as they come
        self._is_reading = threading.Event()
        self._is_reading.set()
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._is_closed.is_set():
            if not self._is_reading.wait(0.05):
                continue
            ready, _, _ = select.select([self.master], [], [], 0.05)
            if ready:
                try:
                    data = os.read(self.master, 2048 if self.rate else 65536)
                except OSError:
                    return
                if not data:
                    return
                if self.rate:
                    time.sleep(len(data) / self.rate)
                self.out += data
                for _ in range(0 if self.is_mute else data.count(b"\x1b[6n")):
                    time.sleep(self.delay)
                    os.write(self.master, b"\x1b[1;1R")  # where the cursor is, as every terminal answers

    def resize(self, columns: int, lines: int) -> None:
        """Another size; the child gets SIGWINCH."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.master, text.encode())

    def signal(self, number: signal.Signals) -> None:
        """Send the child a signal."""
        os.kill(self.pid, number)

    def stop_reading(self) -> None:
        """Leave what the child writes unread from now on."""
        self._is_reading.clear()
        time.sleep(0.2)  # the read in progress ends

    def read_on(self) -> None:
        """Read again."""
        self._is_reading.set()

    @property
    def memory(self) -> int:
        """The child's, in bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @property
    def threads(self) -> int:
        """How many the child has."""
        return len(list(Path(f"/proc/{self.pid}/task").iterdir()))

    @property
    def children(self) -> list[int]:
        """Processes that the child started."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]

    def wait_for(self, text: str, since: int = 0) -> None:
        """Until the child has written this."""
        wanted = text.encode()
        wait_until(lambda: wanted in self.out[since:], f"{text!r} on the screen")

    def hang_up(self) -> None:
        """The other end vanishes, as when ssh dies."""
        self._is_closed.set()
        self._thread.join()
        os.close(self.slave)
        os.close(self.master)

    def wait(self, limit: float = LIMIT) -> tuple[int, float]:
        """The child's exit code (negative: killed by that signal), and how many seconds it took."""
        began = time.monotonic()
        while time.monotonic() - began < limit:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status), time.monotonic() - began
            time.sleep(0.01)
        raise AssertionError(f"the program is still there after {limit} s")

    def close(self) -> None:
        """Whatever happened, nothing stays behind."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if not self._is_closed.is_set():
            self.hang_up()

    def typed(self) -> bytes:
        """What the next program on this terminal would read: answers that came too late."""
        tty.setraw(self.slave, termios.TCSANOW)
        ready, _, _ = select.select([self.slave], [], [], 0.3)
        return os.read(self.slave, 4096) if ready else b""

    @property
    def is_restored(self) -> bool:
        """Whether the terminal was left as it was found: modes on the wire, and the settings of the line."""
        ends = (
            b"\x1b[?1049l",
            b"\x1b[?25h",
            b"\x1b[?2004l",
            b"\x1b[?1004l",
            b"\x1b[?1000l",
            b"\x1b[?1003l",
            b"\x1b[<u",
        )
        starts = (
            b"\x1b[?1049h",
            b"\x1b[?25l",
            b"\x1b[?2004h",
            b"\x1b[?1004h",
            b"\x1b[?1000h",
            b"\x1b[?1003h",
            b"\x1b[>",
        )
        modes = all(self.out.rfind(end) > self.out.rfind(start) for end, start in zip(ends, starts, strict=True))
        return modes and self.is_line_restored

    @property
    def is_line_restored(self) -> bool:
        """Whether the line echoes and edits again."""
        return termios.tcgetattr(self.master)[:4] == self.before[:4]


def wait_until(holds: Callable[[], bool], what: str, limit: float = LIMIT) -> None:
    """Until something holds."""
    end = time.monotonic() + limit
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"waited {limit} s for {what}")
        time.sleep(0.01)


def assert_ended(terminal: Terminal, code: int) -> None:
    """It has ended, within the time promised (doubled: the machine is shared), and nothing is left changed."""
    ended, seconds = terminal.wait(5)
    assert ended == code
    assert seconds < 2
    wait_until(lambda: terminal.is_restored, f"the terminal to be restored; it ends with {terminal.out[-300:]!r}", 3)
