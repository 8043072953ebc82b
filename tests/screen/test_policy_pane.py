"""Pane 4: a policy in words, its findings and its text; what changed of it, and what must stay allowed."""

from __future__ import annotations

import pytest

from tests.screen.hand_made import unconnected
from tests.screen.picture import until
from tui.screen.panes.policy import PolicyPane


@pytest.mark.parametrize(
    ("key", "what"), [("E", "edit"), ("ctrl+e", "editor"), ("U", "undo"), ("R", "reset"), ("b", "bucket")]
)
async def test_keys_of_the_pane_win_over_those_of_the_app(monkeypatch: pytest.MonkeyPatch, key: str, what: str) -> None:
    """In pane 4, E edits and b tells bucket policies; nothing is exported, and the timeline stays as it is."""
    wanted: list[str] = []
    monkeypatch.setattr(PolicyPane, "action_want", lambda _, what: wanted.append(what))
    async with unconnected() as (app, pilot):
        await pilot.press("4", key)
        await until(pilot, lambda: wanted == [what])
        assert len(app.screen_stack) == 1
