"""A program in a terminal of its own, ended with the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.screen.terminal import Start, Terminal


@pytest.fixture
def start() -> Iterator[Start]:
    """`start("busy")` starts the program beside this and waits until flows are on the screen."""
    made: list[Terminal] = []

    def begin(*kind: str, shown: str = "10.0.2.9:", **how: Any) -> Terminal:
        terminal = Terminal(*kind, **how)
        made.append(terminal)
        if shown:
            terminal.wait_for(shown)
        return terminal

    yield begin
    for terminal in made:
        terminal.close()
