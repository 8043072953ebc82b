"""What is on the screen, as text."""

from __future__ import annotations

from textual.app import App


def lines_of(app: App[None]) -> list[str]:
    """Every line of the screen as a reader sees it."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip)[:width].rstrip() for strip in strips[:height]]


def text_of(app: App[None]) -> str:
    """The screen as one text."""
    return "\n".join(lines_of(app))
