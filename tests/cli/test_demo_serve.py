"""`vpctop demo --serve` ends with whatever it depends on: its starter, a signal, the embedded AWS."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.cli.command_line import Start

LIMIT = 20.0


def serving(start: Start) -> tuple[subprocess.Popen[bytes], int]:
    """The command, once it has said what to export, and the pid of its embedded AWS."""
    process = start("demo", "--serve", "--rate", "5")
    assert process.stdout is not None
    while not process.stdout.readline().startswith(b"# scope"):
        assert process.poll() is None
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    (child,) = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    return process, child


def test_it_ends_with_the_embedded_aws(start: Start) -> None:
    """Killed from outside: one sentence on stderr, exit code 3, at once."""
    process, child = serving(start)
    os.kill(child, signal.SIGKILL)
    began = time.monotonic()
    assert process.wait(LIMIT) == 3
    assert time.monotonic() - began < 2
    assert process.stderr is not None
    assert process.stderr.read() == b"vpctop: the embedded AWS ended: killed by SIGKILL\n"


def test_it_ends_with_whoever_started_it(start: Start) -> None:
    """The other end of stdin is closed: exit code 0, and the embedded AWS is gone."""
    process, child = serving(start)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(LIMIT) == 0
    assert not Path(f"/proc/{child}").exists()


def test_a_signal_ends_it(start: Start) -> None:
    """SIGTERM: 143, and the embedded AWS is gone."""
    process, child = serving(start)
    process.send_signal(signal.SIGTERM)
    assert process.wait(LIMIT) == 143
    assert not Path(f"/proc/{child}").exists()
