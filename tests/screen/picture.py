"""What is on the screen, as text."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.app import App
from textual.pilot import Pilot


def lines_of(app: App[None]) -> list[str]:
    """Every line of the screen as a reader sees it."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip)[:width].rstrip() for strip in strips[:height]]


def text_of(app: App[None]) -> str:
    """The screen as one text."""
    return "\n".join(lines_of(app))


def shows(app: App[None], text: str) -> bool:
    """Whether a line of the screen holds this."""
    return any(text in line for line in lines_of(app))


def line_with(app: App[None], text: str) -> str:
    """The first line that holds this, without the pane's sides and what stands beside them."""
    line = next(line for line in lines_of(app) if text in line)
    return line.strip("│").split("│")[0].rstrip()


async def until(pilot: Pilot[None], holds: Callable[[], bool], limit: float = 10.0) -> None:
    """Until something holds, while the app goes on."""
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, f"waited {limit} s; the screen shows\n{text_of(pilot.app)}"
        await pilot.pause(0.02)
