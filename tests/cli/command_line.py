"""What the fixtures that run the command line give to tests."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

Start = Callable[..., subprocess.Popen[bytes]]


@dataclass(frozen=True)
class Ran:
    """What a run printed, and its exit code."""

    code: int
    out: str
    err: str


Vpctop = Callable[..., Ran]
