"""Back to a policy of before, or to the default: what that changes is told first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from tests.screen.changes_by_hand import ENDPOINT, GATEWAY, KNOWN, POLICY, ByHand, changing_app
from tests.screen.picture import shows, until
from tui.network.change import Change
from tui.network.order import Progress, ResetToDefault, SetPolicy, Stage
from tui.policies.spacing import laid_out
from tui.screen.app import VpcTop
from tui.screen.dialogs.editor import Editor
from tui.screen.policy_store import PolicyStore

BEFORE = POLICY.replace('"s3:PutObject"', '"s3:DeleteObject"')


async def press(app: VpcTop, pilot: Pilot[None], key: str) -> None:
    """A key of the Policy pane."""
    app.action_focus_pane("4")
    await pilot.pause()
    await pilot.press(key)


async def test_a_version_of_before_is_applied_again(tmp_path: Path) -> None:
    """U lists what was in force with what going back changes; Enter opens one, which is applied like any edit."""
    PolicyStore(tmp_path).keep(GATEWAY, POLICY.replace("Reports", "Same"), 1_790_000_000.0)
    PolicyStore(tmp_path).keep(GATEWAY, BEFORE, 1_790_000_100.0)
    changes = ByHand()
    async with changing_app(changes, folder=tmp_path) as (app, pilot):
        await press(app, pilot, "U")
        await until(pilot, lambda: shows(app, "until 21 Sep 14:15:00"))
        await until(pilot, lambda: shows(app, "1 no longer allowed, 1 newly allowed"))
        await until(pilot, lambda: shows(app, "lets through the same"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and shows(app, "s3:DeleteObject"))
        await until(pilot, lambda: shows(app, "2 changes"))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: shows(app, f"Type {GATEWAY}"))
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [SetPolicy(GATEWAY, BEFORE, POLICY)])


async def test_a_version_that_somebody_else_replaced_is_offered(tmp_path: Path) -> None:
    """A change seen by polling can be taken back though it was not made from here."""
    theirs = replace(ENDPOINT, policy=BEFORE)
    change = Change(1_790_000_200.0, 1_790_000_170.0, "endpoints", GATEWAY, "its policy changed", ENDPOINT, theirs)
    known = replace(KNOWN, endpoints=(theirs,), changes=(change,))
    async with changing_app(ByHand(), folder=tmp_path, known=known) as (app, pilot):
        await press(app, pilot, "U")
        await until(pilot, lambda: shows(app, "until 21 Sep 14:16:40"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor) and shows(app, "s3:PutObject"))


async def test_without_versions_undo_says_so(tmp_path: Path) -> None:
    """Where nothing was changed from here there is nothing to go back to."""
    async with changing_app(ByHand(), folder=tmp_path) as (app, pilot):
        await press(app, pilot, "U")
        await until(pilot, lambda: shows(app, "No change of this policy was made"))


async def test_the_default_is_put_back_once_it_is_confirmed(tmp_path: Path) -> None:
    """R tells what full access lets through besides; done, E shows the default at once, and U has the one before."""
    changes = ByHand()
    async with changing_app(changes, folder=tmp_path) as (app, pilot):
        await press(app, pilot, "R")
        await until(pilot, lambda: shows(app, "Reset to the default: s3"))
        assert shows(app, "Newly allowed")
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [ResetToDefault(GATEWAY, POLICY)])
        changes.say(Progress(Stage.DONE, "It is the default again."))
        await until(pilot, lambda: shows(app, "It is the default again."))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("U")
        await until(pilot, lambda: shows(app, "no longer allowed"))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Editor))
        assert app.editing.work is not None
        assert laid_out(POLICY).startswith("{")


async def test_reset_needs_leave_to_change() -> None:
    """Without --allow-changes R changes nothing and says why."""
    async with changing_app() as (app, pilot):
        await press(app, pilot, "R")
        await until(pilot, lambda: shows(app, "vpctop only reads"))
        assert len(app.screen_stack) == 1
