"""Ways to run the command line: in this process for what it prints, in one of its own for how it ends."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import Ran, Start, Vpctop
from tui.cli.program import run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's home with nothing in it, in UTC."""
    for name in [name for name in os.environ if name.startswith(("VPCTOP_", "XDG_"))]:
        monkeypatch.delenv(name)
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("TZ", "UTC")
    return place


@pytest.fixture
def vpctop(home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Vpctop]:
    """`vpctop("cat", "x.log")` in this process."""
    assert home.is_dir()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    show = warnings.showwarning
    time.tzset()

    def call(*args: str) -> Ran:
        capfd.readouterr()
        code = run([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    yield call
    logging.captureWarnings(capture=False)
    assert warnings.showwarning is show
    for handler in [handler for handler in root.handlers if handler not in before[0]]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(before[1])
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Starts `python -m tui …` with pipes on all three; what still runs at the end is killed."""
    assert home.is_dir()
    running: list[subprocess.Popen[bytes]] = []

    def begin(*args: str, **how: Any) -> subprocess.Popen[bytes]:
        pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        environment = os.environ | how.pop("environment", {})
        process = subprocess.Popen([sys.executable, "-m", "tui", *args], env=environment, **(pipes | how))
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        process.wait()
