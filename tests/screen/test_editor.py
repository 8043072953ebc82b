"""The editor of a policy: checked while it is typed, confirmed, applied; and what others do meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.screen.changes_by_hand import ENDPOINT, GATEWAY, KNOWN, POLICY, ByHand, changing_app
from tests.screen.picture import lines_of, shows, until
from tui.network.order import Progress, SetPolicy, Stage
from tui.policies.arn import parse_caller
from tui.policies.context import Request
from tui.policies.expectation import Expectation
from tui.policies.spacing import laid_out, minified
from tui.screen.app import VpcTop
from tui.screen.dialogs.editor import Editor
from tui.screen.policy_store import PolicyStore

NARROWER = POLICY.replace('"s3:GetObject","s3:PutObject"', '"s3:GetObject"')


def editor_of(app: VpcTop) -> Editor:
    """The editor, which is open."""
    assert isinstance(app.screen, Editor)
    return app.screen


async def open_editor(app: VpcTop, pilot: Pilot[None]) -> Editor:
    """Press E in the Policy pane, and wait for the first check."""
    app.action_focus_pane("4")
    await pilot.pause()
    await pilot.press("E")
    await until(pilot, lambda: shows(app, "the policy of s3"))
    await until(pilot, lambda: not shows(app, "checking"))
    return editor_of(app)


async def write(app: VpcTop, pilot: Pilot[None], text: str) -> None:
    """Another text, and wait until it is checked."""
    editing = app.editing
    editor_of(app).replace(text)
    await until(pilot, lambda: bool(editing.work and editing.work.survey and editing.work.survey.text == text))


async def confirm(app: VpcTop, pilot: Pilot[None]) -> None:
    """Apply, and type the id."""
    await pilot.press("ctrl+s")
    await until(pilot, lambda: shows(app, f"Type {GATEWAY}"))
    await pilot.press(*GATEWAY, "enter")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_policy_in_force_is_laid_out_with_what_is_found(size: tuple[int, int]) -> None:
    """E opens the policy with a line for each element, counts it, and says that nothing is different yet."""
    async with changing_app(ByHand(), size=size) as (app, pilot):
        await open_editor(app, pilot)
        assert shows(app, '6        "Effect": "Allow",')
        assert shows(app, f"{len(laid_out(POLICY)):,} of 20,480 characters")
        assert shows(app, "no change")
        assert shows(app, "ctrl+s apply")


async def test_what_is_typed_is_checked() -> None:
    """A key later the finding is there with its place, F8 goes to it, and undo takes it back."""
    async with changing_app(ByHand()) as (app, pilot):
        editor = await open_editor(app, pilot)
        await pilot.press(*["down"] * 5, *["right"] * 18, "x")
        await until(pilot, lambda: shows(app, "error 6:17"))
        assert shows(app, "1 error")
        assert shows(app, "What it changes is told once there are no errors.")
        await pilot.press(*["up"] * 5, "f8")
        assert editor._text.place == (6, 17)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: shows(app, "no change"))


async def test_errors_keep_a_text_from_being_applied() -> None:
    """ctrl+s on a text that AWS would not take goes to the first error, and nothing can be confirmed."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        editor = await open_editor(app, pilot)
        await write(app, pilot, laid_out(POLICY).replace('"Allow"', '"Alow"'))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: shows(app, "mend 1 error first"))
        assert app.screen is editor
        assert changes.orders == []


async def test_what_aws_alone_can_judge_can_be_applied() -> None:
    """An error that is not against the grammar stands on the page where it is confirmed, and does not forbid it."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        await open_editor(app, pilot)
        role = '"Principal": {"AWS": "arn:aws:iam::123456789012:role/reports"}'
        await write(app, pilot, laid_out(POLICY).replace('"Principal": "*"', role))
        assert shows(app, "VPCE_GATEWAY_PRINCIPAL")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: shows(app, f"Type {GATEWAY}"))
        await pilot.press("pagedown")
        await until(pilot, lambda: shows(app, "error 7:"))


async def test_a_change_is_shown_confirmed_and_applied(tmp_path: Path) -> None:
    """What it denies is told in words and line by line; typed, it is ordered, and the text before is kept for undo."""
    changes = ByHand()
    async with changing_app(changes, folder=tmp_path) as (app, pilot):
        await open_editor(app, pilot)
        text = laid_out(NARROWER)
        await write(app, pilot, text)
        assert shows(app, "No longer allowed")
        assert shows(app, "s3:PutObject")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: shows(app, f"Type {GATEWAY}"))
        assert shows(app, "What will be different")
        assert shows(app, '-        "s3:PutObject"')
        assert shows(app, '+        "s3:GetObject"')
        await pilot.press("pagedown", "pagedown")
        await until(pilot, lambda: shows(app, f"--vpc-endpoint-id {GATEWAY}"))
        assert shows(app, "No connection is dropped")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: app.clipboard.startswith("aws ec2 modify-vpc-endpoint"))
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [SetPolicy(GATEWAY, text, POLICY)])
        assert [each.text for each in PolicyStore(tmp_path).versions(GATEWAY)] == [POLICY]
        changes.say(Progress(Stage.DONE, "It is in effect in a few minutes.", GATEWAY))
        await until(pilot, lambda: shows(app, "in effect in a few minutes"))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("E")
        await until(pilot, lambda: shows(app, "no change"))
        assert editor_of(app).text == text  # though the inventory does not know it yet


async def test_the_place_that_aws_names_gets_the_caret() -> None:
    """InvalidPolicyDocument with a place: back in the editor the caret is there, and AWS's sentence above the list."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        editor = await open_editor(app, pilot)
        await write(app, pilot, laid_out(NARROWER))
        await confirm(app, pilot)
        refused = Progress(
            Stage.REFUSED, "The Policy Document is not valid. Syntax error at position (7,9)", place=(7, 9)
        )
        changes.say(refused)
        await until(pilot, lambda: shows(app, "refused"))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is editor and editor._text.place == (7, 9))
        assert shows(app, "✗ The Policy Document is not valid.")


async def test_what_is_too_long_is_sent_without_its_white_space() -> None:
    """A text over the limit that fits without white space is sent so, and the place AWS names is found in the editor's."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        editor = await open_editor(app, pilot)
        text = laid_out(NARROWER).replace("\n", "\n" + " " * 1_900)
        await write(app, pilot, text)
        assert shows(app, f"sent without white space, {len(minified(text)):,} of 20,480")
        await confirm(app, pilot)
        await until(pilot, lambda: changes.orders == [SetPolicy(GATEWAY, minified(text), POLICY)])
        column = minified(text).index('"Action"') + 1
        changes.say(Progress(Stage.REFUSED, "Syntax error", place=(1, column)))
        await until(pilot, lambda: shows(app, "refused"))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is editor)

        def behind_caret() -> str:
            """What stands behind the caret."""
            line, at = editor._text.place
            return text.splitlines()[line - 1][at - 1 :]

        await until(pilot, lambda: behind_caret().startswith('"Action"'))


async def test_somebody_else_stops_a_change() -> None:
    """STOPPED: what the other changed is told, and the edits are held against his from then on."""
    changes = ByHand()
    his = POLICY.replace("payments-reports", "payments-archive")
    async with changing_app(changes) as (app, pilot):
        editor = await open_editor(app, pilot)
        await write(app, pilot, laid_out(NARROWER))
        await confirm(app, pilot)
        changes.say(Progress(Stage.STOPPED, "Somebody else has changed it.", live=his))
        await until(pilot, lambda: shows(app, "stopped"))
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "Somebody else changed the policy since you began."))
        assert shows(app, "arn:aws:s3:::payments-archive")
        await confirm(app, pilot)
        await until(pilot, lambda: changes.orders[-1:] == [SetPolicy(GATEWAY, laid_out(NARROWER), his)])
        changes.say(Progress(Stage.STOPPED, "Somebody else has changed it.", live=POLICY))
        await until(pilot, lambda: shows(app, "stopped"))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is editor)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: editor.text == laid_out(POLICY))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: editor.text == laid_out(NARROWER))


async def test_a_change_seen_by_polling_is_told_in_the_editor() -> None:
    """A newer inventory with another policy says so while the editor is open."""
    async with changing_app(ByHand()) as (app, pilot):
        await open_editor(app, pilot)
        his = POLICY.replace("payments-reports", "payments-archive")
        app.know_endpoints(replace(KNOWN, endpoints=(replace(ENDPOINT, policy=his),)))
        await until(pilot, lambda: shows(app, "Somebody else changed the policy since you began."))


async def test_edits_are_asked_for_and_outlive_the_program(tmp_path: Path) -> None:
    """Esc asks; kept, the next program opens them; thrown away, it opens what is in force."""
    async with changing_app(ByHand(), folder=tmp_path) as (app, pilot):
        await open_editor(app, pilot)
        await write(app, pilot, laid_out(NARROWER))
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "There are edits that are not in force."))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await until(pilot, lambda: PolicyStore(tmp_path).draft(GATEWAY) is not None)
    async with changing_app(ByHand(), folder=tmp_path) as (app, pilot):
        editor = await open_editor(app, pilot)
        assert editor.text == laid_out(NARROWER)
        assert shows(app, "ctrl+r begins anew from what is in force")
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "There are edits"))
        await pilot.press("down", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await until(pilot, lambda: PolicyStore(tmp_path).draft(GATEWAY) is None)
        assert (await open_editor(app, pilot)).text == laid_out(POLICY)


async def test_without_leave_to_change_a_draft_can_be_tried() -> None:
    """Started without --allow-changes the editor checks and compares, and says that nothing can be applied."""
    async with changing_app() as (app, pilot):
        editor = await open_editor(app, pilot)
        assert shows(app, "draft only, without --allow-changes")
        await write(app, pilot, laid_out(NARROWER))
        assert shows(app, "No longer allowed")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: shows(app, "vpctop only reads"))
        assert app.screen is editor


async def test_what_is_pasted_reaches_no_terminal_as_a_command() -> None:
    """Control characters in a text are drawn as stand-ins, and found."""
    async with changing_app(ByHand(), ascii=True) as (app, pilot):
        editor = await open_editor(app, pilot)
        editor._text.post_message(events.Paste('"\x1b]52;c;aGk=\x07\u202e"\n'))
        await until(pilot, lambda: shows(app, "error 1:"))
        assert not any(each in line for line in lines_of(app) for each in "\x1b\x07\u202e")


async def test_keys_of_the_app_are_letters_here() -> None:
    """No key that has a meaning elsewhere does anything but stand in the text."""
    async with changing_app(ByHand()) as (app, pilot):
        editor = await open_editor(app, pilot)
        keys = ["T", "m", "M", "E", "slash", "colon", "q", "question_mark", "1", "z", "c", "U", "R"]
        await pilot.press(*keys, "tab", "ctrl+c")
        await until(pilot, lambda: editor.text.startswith("TmME/:q?1zcUR "))
        assert app.screen is editor
        assert app.return_code is None


async def test_what_must_stay_allowed_is_tried_again(tmp_path: Path) -> None:
    """An edit that breaks an expectation says so while it is typed, and on the page where it is confirmed."""
    caller = parse_caller("arn:aws:iam::123456789012:role/reports")
    expected = Expectation(Request(caller, "s3:PutObject", "arn:aws:s3:::payments-reports/2026.csv"))
    async with changing_app(ByHand(), folder=tmp_path) as (app, pilot):
        app.store.add(GATEWAY, replace(expected, name="nightly report"))
        await open_editor(app, pilot)
        await write(app, pilot, laid_out(NARROWER))
        await until(pilot, lambda: shows(app, "1 case broken"))
        assert shows(app, "case broken: nightly report: arn:aws:iam::123456789012:role/reports s3:PutObject")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: shows(app, "Cases that break"))


async def test_what_is_no_policy_by_far_is_not_taken() -> None:
    """A paste of a whole log leaves the text as it is and says why."""
    async with changing_app(ByHand()) as (app, pilot):
        editor = await open_editor(app, pilot)
        editor._text.post_message(events.Paste("2 123456789012 eni-0a1b2c3d4e5f67890 \n" * 10_000))
        await until(pilot, lambda: shows(app, "no policy, and not taken"))
        assert editor.text == laid_out(POLICY)


async def test_an_endpoint_that_goes_away_is_told_of() -> None:
    """Deleted by somebody else while its policy is edited: the editor says so, and the text stays."""
    async with changing_app(ByHand()) as (app, pilot):
        await open_editor(app, pilot)
        app.know_endpoints(replace(KNOWN, endpoints=()))
        await until(pilot, lambda: shows(app, "The endpoint is not there any more."))


async def test_an_endpoint_without_a_policy_has_none_to_edit() -> None:
    """A Gateway Load Balancer endpoint takes no policy: E says so and opens nothing."""
    known = replace(KNOWN, endpoints=(replace(ENDPOINT, kind="GatewayLoadBalancer", policy=""),))
    async with changing_app(ByHand(), known=known) as (app, pilot):
        app.action_focus_pane("4")
        await pilot.pause()
        await pilot.press("E")
        await until(pilot, lambda: shows(app, "A GatewayLoadBalancer endpoint takes no policy"))
        assert len(app.screen_stack) == 1


async def test_keys_that_come_all_at_once_stay_in_order() -> None:
    """A slow line hands over many keys in one piece: arrows, letters and Enter act in the order they were pressed."""
    async with changing_app(ByHand()) as (app, pilot):
        editor = await open_editor(app, pilot)
        for key in ("down", "end", "enter", "x", "left", "y", "backspace", "z", "home", "a"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: editor.text.splitlines()[2:3] == ["  azx"])
        assert editor.text.splitlines()[1] == '  "Version": "2012-10-17",'


async def test_requests_are_tried_against_the_text_as_it_is_edited(tmp_path: Path) -> None:
    """F3 opens what-if on the edited text, and Esc comes back to it."""
    async with changing_app(ByHand(), folder=tmp_path) as (app, pilot):
        editor = await open_editor(app, pilot)
        await write(app, pilot, laid_out(NARROWER))
        await pilot.press("f3")
        await until(pilot, lambda: shows(app, "as it is edited"))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is editor)
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "There are edits that are not in force."))


async def test_what_is_typed_while_an_order_is_under_way_stays(tmp_path: Path) -> None:
    """The page closed and the text edited on, the order's end keeps the editor open with the edits that came after."""
    changes = ByHand()
    async with changing_app(changes, folder=tmp_path) as (app, pilot):
        editor = await open_editor(app, pilot)
        await write(app, pilot, laid_out(NARROWER))
        await confirm(app, pilot)
        await until(pilot, lambda: len(changes.orders) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is editor)
        later = laid_out(NARROWER).replace("payments-reports", "payments-archive")
        await write(app, pilot, later)
        changes.say(Progress(Stage.DONE, "It is in effect in a few minutes."))
        work = app.editing.work
        await until(pilot, lambda: bool(work and work.was == laid_out(NARROWER)))
        assert app.screen is editor
        assert editor.text == later
        await confirm(app, pilot)
        await until(pilot, lambda: changes.orders[-1:] == [SetPolicy(GATEWAY, later, laid_out(NARROWER))])


async def test_an_order_ends_after_the_editor_was_left(tmp_path: Path) -> None:
    """Left while an order is under way, its end is told in a notice, and E shows what was applied."""
    changes = ByHand()
    async with changing_app(changes, folder=tmp_path) as (app, pilot):
        await open_editor(app, pilot)
        await write(app, pilot, laid_out(NARROWER))
        await confirm(app, pilot)
        await until(pilot, lambda: len(changes.orders) == 1)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: shows(app, "There are edits that are not in force."))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        changes.say(Progress(Stage.DONE, "It is in effect in a few minutes."))
        await until(pilot, lambda: shows(app, "in effect in a few minutes"))
        assert (await open_editor(app, pilot)).text == laid_out(NARROWER)
        await until(pilot, lambda: shows(app, "no change"))
