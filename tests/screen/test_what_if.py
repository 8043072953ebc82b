"""What if: a request is answered while it is written, completed from what is known, and kept as a case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from tests.screen.picture import lines_of, shows, text_of, until
from tests.screen.policy_feed import APP, KMS, KMS_ID, NARROW, S3, changed, inventory, is_shown, policy_pane, tell
from tests.screenshots import keys_of
from tui.network.rules import Endpoint
from tui.screen.app import VpcTop

NARROWED = replace(KMS, policy=NARROW)


def on_form(app: VpcTop, text: str) -> bool:
    """Whether the form is open and shows this, wherever its lines were broken."""
    return len(app.screen_stack) == 2 and text in " ".join(" ".join(line.strip("│ ") for line in lines_of(app)).split())


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120", "80"])
async def test_the_form_opens_with_a_request_of_the_policy(size: tuple[int, int]) -> None:
    """Who, what and on what stand in the policy; the answer is there, with the statement that decides."""
    async with policy_pane(NARROWED, size=size) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "✓ ALLOWED: statement 0 (OnlyTheApp) allows it"))
        assert shows(app, f"Principal    {APP}")
        assert shows(app, "Action       kms:Decrypt")
        assert on_form(app, "✓ Allow statement 0 (OnlyTheApp) applies, and decides")
        assert on_form(app, "must stay allowed")
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_the_answer_follows_what_is_written() -> None:
    """Each statement says why it missed; a field that is none is said to be, and what belongs there."""
    async with policy_pane(NARROWED) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "ALLOWED"))
        await pilot.press("tab", "ctrl+u", *keys_of("kms:Enc"))
        await until(pilot, lambda: on_form(app, "▸ kms:Encrypt"))
        await pilot.press("down", "tab")
        await until(pilot, lambda: on_form(app, "✗ DENIED, for want of an Allow: no statement allows it"))
        assert on_form(app, "· Allow statement 0 (OnlyTheApp) is for other actions")
        await pilot.press("ctrl+u", *keys_of("kms:*"))
        await until(pilot, lambda: on_form(app, "One action, without wildcards, as s3:GetObject."))


async def test_writing_replaces_what_was_filled_in() -> None:
    """The example of a field is selected when the reader comes to it; an arrow keeps it, to write on."""
    async with policy_pane(NARROWED) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "ALLOWED"))
        await pilot.press(*keys_of("anonymous"), "tab")
        assert shows(app, "Principal    anonymous ")
        await pilot.press("end", "X")
        assert shows(app, "Action       kms:DecryptX")


async def test_what_is_typed_ahead_goes_to_the_form() -> None:
    """Keys right behind t are letters of the first field: none is a key of the pane, or of the app."""
    async with policy_pane(NARROWED) as (app, pilot):
        for key in "tEUdq":
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: len(app.screen_stack) == 2 and "EUdq" in app.trying._form.inputs["principal"].value)
        assert not app._notifications


async def test_the_palette_offers_it() -> None:
    """From any pane, for the endpoint that pane 4 tells of."""
    async with policy_pane(NARROWED) as (app, pilot):
        await pilot.press("1")
        await app.run_action("policy('try')")
        await until(pilot, lambda: on_form(app, "ALLOWED"))
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert {"What if", "Policy before and after", "Copy the policy"} <= set(titles)


async def test_what_is_not_told_is_named() -> None:
    """A policy that asks for the organization: the answer depends on it, until the form tells."""
    async with policy_pane(KMS) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "? IT DEPENDS:"))
        assert on_form(app, "it depends on aws:PrincipalOrgID, which was not told")
        assert not on_form(app, "Not told:")
        await pilot.press("enter")
        await until(pilot, lambda: on_form(app, "It cannot be kept: it depends; tell more of it."))
        await pilot.press("shift+tab", "shift+tab")
        await until(pilot, lambda: on_form(app, "▸ aws:PrincipalOrgID="))
        await pilot.press("down", "tab")
        await until(pilot, lambda: on_form(app, "▸ aws:PrincipalOrgID=o-pay1example"))
        await pilot.press("down", "tab")
        await until(pilot, lambda: on_form(app, "✓ ALLOWED: statement 0 (OurKeys) allows it"))


async def test_an_answer_is_kept_as_a_case(tmp_path: Path) -> None:
    """Enter keeps it, ctrl+t its opposite; it is on disk, in the pane, and tried when the policy changes."""
    async with policy_pane(NARROWED, folder=tmp_path) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "ALLOWED"))
        await pilot.press(*["tab"] * 5, *keys_of("the app"), "enter")
        await until(pilot, lambda: on_form(app, "Kept: must stay allowed; it is kept in"))
        assert [(each.name, each.allowed) for each in app.expectations(KMS_ID)] == [("the app", True)]
        await pilot.press("ctrl+t", "ctrl+s")
        await until(pilot, lambda: on_form(app, "Kept: must become denied"))
        assert [(each.name, each.allowed) for each in app.expectations(KMS_ID)] == [("the app", False)]
        await pilot.press("escape")
        await until(pilot, lambda: is_shown(app, "✗ BROKEN: must stay denied the app:"))
        assert app.store.wait()
        assert '"allowed": false' in (tmp_path / "expectations.json").read_text()
        rows = app.panes.policy.rows
        rows.move_to(next(at for at, (key, *_) in enumerate(rows._rows) if key[0] == "case"))
        await pilot.press("enter")
        await until(pilot, lambda: on_form(app, "Name of case the app"))


async def test_keys_of_the_app_are_letters_in_the_form() -> None:
    """Nothing is exported, no filter or time is asked for, no pane is changed."""
    async with policy_pane(NARROWED) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "ALLOWED"))
        await pilot.press("ctrl+u", *keys_of("/ETmM:bq1?"))
        await until(pilot, lambda: "/ETmM:bq1?" in text_of(app))
        assert len(app.screen_stack) == 2


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        (replace(KMS, policy="{"), "The text is no policy"),
        (S3, "full access"),
        (Endpoint("vpce-1", "GatewayLoadBalancer"), "takes no policy"),
    ],
)
async def test_an_endpoint_without_a_readable_policy_says_so(endpoint: Endpoint, said: str) -> None:
    """No answer is made up."""
    async with policy_pane(endpoint, shown="") as (app, pilot):
        await until(pilot, lambda: app.panes.policy.endpoint == endpoint.id)
        await pilot.press("t")
        if endpoint is S3:
            await until(pilot, lambda: on_form(app, "✓ ALLOWED"))
        else:
            await until(pilot, lambda: on_form(app, said))


async def test_a_request_typed_ahead_is_kept_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter right behind a letter waits for the answer to it."""
    async with policy_pane(NARROWED) as (app, pilot):
        before = inventory(NARROWED)
        await tell(app, pilot, before)
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "ALLOWED"))
        form = app.trying._form
        ask, held = form.ask, []
        monkeypatch.setattr(form, "ask", lambda fields, field: held.append((fields, field)))
        form.inputs["action"].value = "kms:Encrypt"
        await until(pilot, lambda: bool(held))
        await pilot.press("ctrl+s")
        assert app.expectations(KMS_ID) == ()
        ask(*held[-1])
        await until(pilot, lambda: len(app.expectations(KMS_ID)) == 1)
        assert app.expectations(KMS_ID)[0].request.action == "kms:Encrypt"
        assert app.expectations(KMS_ID)[0].allowed is False
        await tell(app, pilot, changed(before, KMS))


async def test_the_request_of_a_change_can_be_tried() -> None:
    """On a sentence of a change, t opens the form with the very request that the sentence tells."""
    async with policy_pane(KMS) as (app, pilot):
        before = inventory(KMS)
        await tell(app, pilot, before)
        await tell(app, pilot, changed(before, NARROWED), "No longer allowed")
        rows = app.panes.policy.rows
        rows.move_to(next(at for at, (_, _, part) in enumerate(rows._rows) if part.request is not None))
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "✗ DENIED, for want of an Allow"))
        assert on_form(app, "aws:PrincipalOrgID=o-pay1example")


async def test_only_ascii_is_drawn_in_the_form() -> None:
    """Where that is asked for."""
    async with policy_pane(NARROWED) as (app, pilot):
        app.set_class(True, "-ascii")
        app.screen.set_class(True, "-ascii")
        await pilot.press("t")
        await until(pilot, lambda: on_form(app, "+ ALLOWED"))
        form = app.trying._form
        assert all("".join(text for text, _ in form.answer.line(y)).isascii() for y in range(form.answer.size.height))
