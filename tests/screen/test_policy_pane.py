"""Pane 4: a policy in words, its findings and its text; what changed of it, and what must stay allowed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.screen.hand_made import unconnected
from tests.screen.picture import lines_of, shows, text_of, until
from tests.screen.policy_feed import (
    APP,
    FULL,
    KEYS,
    KMS,
    KMS_ID,
    NARROW,
    S3,
    S3_ID,
    WIDE,
    allow,
    changed,
    inventory,
    is_shown,
    policy,
    policy_pane,
    tell,
    words_of,
)
from tui.flows.clean import clean
from tui.network.rules import Endpoint
from tui.network.service import Service
from tui.policies.arn import parse_caller
from tui.policies.context import Request
from tui.policies.expectation import Expectation
from tui.policies.finding import SEVERITIES, Finding
from tui.screen.app import VpcTop
from tui.screen.glyphs import UNICODE
from tui.screen.panes.policy import PolicyPane
from tui.screen.panes.policy_part import Style
from tui.screen.policy_desk import PolicyWork
from tui.screen.policy_showing import Showing, show_policy
from tui.screen.widgets.drawn import plain

ENCRYPTS = Expectation(Request(parse_caller(APP), "kms:Encrypt", KEYS.replace("*", "0f1e"), "", {
    "aws:PrincipalOrgID": ("o-pay1example",)}), name="the nightly export")  # fmt: skip
HOSTILE = '{"Sid": "\x1b]0;pwn\x07[red]\u202egnp.exe[/red]\x00"}'


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


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120", "80"])
async def test_a_policy_is_told_in_words_before_its_text(size: tuple[int, int]) -> None:
    """Who may do what, then what is wrong with it, then the text with its lines."""
    async with policy_pane(KMS, size=size) as (app, _):
        words = words_of(app)
        order = [
            words.index(part)
            for part in (
                f"{len(WIDE):,} of 20,480 characters",
                "Only what the Allow statement names is let through.",
                "✓ 0 OurKeys: Anyone may do anything in kms on",
                "if the caller's organization is o-pay1example.",
                "Findings none (actions as known on 20",
                "Policy as AWS keeps it",
                '2 "Version": "2012-10-17",',
            )
        ]
        assert order == sorted(order)
        assert shows(app, f"kms interface payments-kms {KMS_ID}")


async def test_the_default_policy_is_known_by_its_meaning() -> None:
    """However it is written; on one line it is laid out, which is said."""
    async with policy_pane(S3, shown="laid out here") as (app, _):
        words = words_of(app)
        assert "! Anyone may do anything on any resource: full access, as with the default policy." in words
        assert "Policy on one line as AWS keeps it; laid out here" in words
        assert f"{len(FULL)} of 20,480 characters" in words
        assert any(line.rstrip(" │").endswith('"Effect": "Allow",') for line in lines_of(app))


async def test_findings_stand_worst_first_and_at_their_lines() -> None:
    """Each with its severity as word and mark, its place where it is shown, and what to do; Enter goes to its line."""
    text = policy(
        allow("s3:*", "*"), {"Effect": "Alow", "Principal": "*", "Action": "kms:*", "Resource": "*"}, indent=None
    )
    async with policy_pane(replace(KMS, policy=text), shown="laid out here") as (app, pilot):
        shown = text_of(app)
        finding = next(line for line in lines_of(app) if "✗ error " in line and "Alow" in line)
        place = finding.split("✗ error ")[1].split(" ")[0]
        line = int(place.split(":")[0])
        assert "→ " in shown
        at_line = next(each for each in lines_of(app) if each.strip("│▸ ").startswith(f"{line}✗"))
        assert '"Effect": "Alow"' in at_line
        severities = [
            part.about.severity
            for part in app.panes.policy.rows.parts
            if part.key[0] == "finding" and isinstance(part.about, Finding)
        ]
        assert severities == sorted(severities, key=SEVERITIES.index)
        rows = app.panes.policy.rows
        part = next(part for part in rows.parts if part.key[0] == "finding" and "Alow" in part.copy)
        rows.move_to(rows.place_of(part.key) or 0)
        await pilot.press("enter")
        assert rows.part_at_cursor is not None
        assert rows.part_at_cursor.number == line
        await pilot.press("enter")
        assert rows.part_at_cursor.key[0] == "finding"


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        (Endpoint("vpce-1", "GatewayLoadBalancer", "com.amazonaws.vpce.eu-west-1.vpce-svc-0f61a3d2b97c4e815"),
         "GatewayLoadBalancer endpoint takes no policy"),
        (Endpoint("vpce-1", "Interface", "com.amazonaws.vpce.eu-west-1.vpce-svc-0f61a3d2b97c4e815"),
         "is no service of AWS's own"),
        (Endpoint("vpce-1", "Interface", "com.amazonaws.eu-west-1.quaint"), "quaint does not support endpoint policies"),
        (Endpoint("vpce-1", "Interface", "com.amazonaws.eu-west-1.kms"), "the default: full access"),
        (Endpoint("vpce-1"), "takes no policy"),
    ],
)  # fmt: skip
async def test_why_there_is_no_policy_is_said(endpoint: Endpoint, said: str) -> None:
    """Full access, and the reason; no findings are made up."""
    quaint = Service("com.amazonaws.eu-west-1.quaint", ("Interface",), takes_policy=False)
    async with unconnected() as (app, pilot):
        await pilot.press("4", "z")
        await tell(app, pilot, inventory(endpoint, services=(quaint,)), said)
        assert "Findings" not in words_of(app)


async def test_left_and_right_step_through_the_endpoints() -> None:
    """As comma and full stop do; the endpoint under the cursor of pane 3 is the same one."""
    async with policy_pane(KMS, S3) as (app, pilot):
        for key, endpoint in (("right", S3_ID), ("full_stop", KMS_ID), ("comma", S3_ID), ("left", KMS_ID)):
            await pilot.press(key)
            await until(pilot, lambda endpoint=endpoint: app.panes.policy.endpoint == app.endpoint_id == endpoint)  # type: ignore[misc]  # mypy reads no defaults of a lambda
            assert shows(app, endpoint)


async def test_a_change_is_told_by_what_it_means() -> None:
    """When it was seen, in a few words, then with a request that came through before; d shows both texts."""
    async with policy_pane(KMS) as (app, pilot):
        before = inventory(KMS)
        await tell(app, pilot, before)
        await tell(app, pilot, changed(before, replace(KMS, policy=NARROW)), "no longer allowed")
        words = words_of(app)
        assert "between 14:14:00 and 14:19:00: 47 actions no longer allowed for some callers (kms:" in words
        assert "✗ No longer allowed: role payments-app of account 123456789012, kms:Encrypt (and 44 more" in words
        assert "✓ Allowed before, and now in this case too: role payments-app" in words
        assert shows(app, "changed 14:19")
        await pilot.press("d")
        await until(pilot, lambda: shows(app, "Both texts"))
        assert shows(app, "kms policy changed between 14:14:00 and 14:19:00")
        for line in ('-       "Action": "kms:*",', '+         "kms:Decrypt",', '    "Version": "2012-10-17",'):
            await pilot.press("g")
            await until(pilot, lambda line=line: shows(app, line))  # type: ignore[misc]  # likewise
        await pilot.press("escape")
        assert len(app.screen_stack) == 1


async def test_where_nothing_changed_the_others_that_did_are_named() -> None:
    """The reader may be at the wrong endpoint."""
    async with policy_pane(KMS, S3) as (app, pilot):
        await pilot.press("d")
        await until(pilot, lambda: len(app._notifications) == 1)
        before = inventory(KMS, S3)
        await tell(app, pilot, before)
        await tell(app, pilot, changed(before, replace(KMS, policy=NARROW), S3))
        await pilot.press("right")
        await until(pilot, lambda: app.panes.policy.endpoint == S3_ID)
        await pilot.press("d")
        await until(pilot, lambda: any(f"Changed: {KMS_ID}." in each.message for each in app._notifications))


async def test_what_is_written_in_another_way_is_no_change() -> None:
    """It is listed, as what lets the same through."""
    async with policy_pane(KMS) as (app, pilot):
        before = inventory(KMS)
        await tell(app, pilot, before)
        after = changed(before, replace(KMS, policy=json.dumps(json.loads(WIDE))))
        await tell(
            app, pilot, after, "= between 14:14:00 and 14:19:00: written in another way; it lets the same through"
        )


async def test_the_text_before_a_change_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key y copies the policy as AWS keeps it; on a change, the one before; c the line."""
    copied: list[str] = []
    monkeypatch.setattr(VpcTop, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with policy_pane(KMS) as (app, pilot):
        before = inventory(KMS)
        await tell(app, pilot, before)
        await tell(app, pilot, changed(before, replace(KMS, policy=NARROW)), "no longer allowed")
        await pilot.press("g", "y")
        rows = app.panes.policy.rows
        rows.move_to(next(at for at, (key, *_) in enumerate(rows._rows) if key[0] == "change"))
        await pilot.press("y", "c")
        await until(pilot, lambda: len(copied) == 3)
        assert copied[:2] == [NARROW, WIDE]
        assert copied[2].startswith("between 14:14:00")


async def test_what_must_stay_allowed_is_tried_again_with_every_change(tmp_path: Path) -> None:
    """Broken, it is first and says why, the edge and a notice say so; x forgets it."""
    async with policy_pane(KMS, folder=tmp_path) as (app, pilot):
        app.store.add(KMS_ID, ENCRYPTS)
        before = inventory(KMS)
        await tell(app, pilot, before, "Must stay so 1 of 1 hold ✓ allowed the nightly export:")
        await tell(
            app, pilot, changed(before, replace(KMS, policy=NARROW)), "1 of 1 BROKEN ✗ BROKEN: must stay allowed"
        )
        assert shows(app, "Policy · 1 BROKEN")
        await until(pilot, lambda: any("must stay allowed and is not" in each.message for each in app._notifications))
        rows = app.panes.policy.rows
        rows.move_to(next(at for at, (key, *_) in enumerate(rows._rows) if key[0] == "case"))
        await pilot.press("x")
        await until(pilot, lambda: not is_shown(app, "Must stay so"))
        assert app.expectations(KMS_ID) == ()


async def test_cases_of_endpoints_out_of_sight_are_tried_too(tmp_path: Path) -> None:
    """Whatever pane the reader looks at, he is told once."""
    async with unconnected(folder=tmp_path) as (app, pilot):
        app.store.add(KMS_ID, ENCRYPTS)
        before = inventory(S3, KMS)
        await tell(app, pilot, before)
        after = changed(before, S3, replace(KMS, policy=NARROW))
        await tell(app, pilot, after)
        await until(pilot, lambda: len(app._notifications) == 1)
        await tell(app, pilot, replace(after, at=after.at + 30))
        await pilot.pause(0.2)
        assert len(app._notifications) == 1


async def test_nothing_is_asked_while_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same inventory again asks nothing; out of sight nothing is asked; back in sight it is."""
    asked: list[str] = []
    async with policy_pane(KMS) as (app, pilot):
        ask = app.desk.ask

        def note(work: PolicyWork) -> None:
            """Remember what was asked."""
            asked.append(work.purpose)
            ask(work)

        monkeypatch.setattr(app.desk, "ask", note)
        await tell(app, pilot, inventory(KMS))
        assert asked == []
        await pilot.press("1")
        await tell(app, pilot, inventory(replace(KMS, policy=NARROW)))
        assert asked == []
        await pilot.press("4")
        await until(pilot, lambda: is_shown(app, "OnlyTheApp"))
        assert asked == ["pane"]


async def test_only_ascii_is_drawn_where_it_is_asked_for() -> None:
    """Marks and words say what colours do."""
    async with policy_pane(KMS) as (app, pilot):
        app.set_class(True, "-ascii")
        app.screen.set_class(True, "-ascii")
        before = inventory(KMS)
        await tell(app, pilot, before, "+ 0 OurKeys")
        await tell(app, pilot, changed(before, replace(KMS, policy=NARROW)), "x between 14:14:00")
        assert words_of(app).isascii()


async def test_a_policy_that_could_not_be_read_again_says_as_of_when() -> None:
    """It may be another by now."""
    async with policy_pane(KMS) as (app, pilot):
        await tell(app, pilot, replace(inventory(KMS), trouble="ec2:DescribeVpcEndpoints is throttled"))
        await until(pilot, lambda: shows(app, "Policy · as of 14:14"))


def row_texts(text: str, width: int) -> list[str]:
    """What the pane shows of a policy, row by row."""
    style = Style(UNICODE, utc=True)
    shown = show_policy(Showing(replace(KMS, policy=text), None, (), (), "", style, width)).shown
    return [plain(line) for _, line, _ in shown.rows]


@settings(deadline=None, max_examples=40)
@given(
    st.one_of(st.text(max_size=300), st.text(max_size=40).map(lambda sid: policy(allow(Sid=sid)))), st.integers(1, 90)
)
def test_any_text_is_shown_harmlessly(text: str, width: int) -> None:
    """Never an error, nothing that a terminal obeys, nothing wider than the pane but a single wide character."""
    for row in row_texts(text, width):
        assert clean(row, len(row)) == row
        assert "could not be told" not in row


@pytest.mark.parametrize(
    "text",
    [HOSTILE, "\x00", "[" * 90_000, '{"a":' * 3_000, "no JSON", '"' * 30_000, policy(allow(["s3:Get*"] * 2_000)), "x" * (1 << 20),
     "\n" * 60_000, policy(*[allow(Sid="[bold]")] * 180)],
    ids=["hostile", "nul", "deep", "open", "words", "quotes", "long", "huge", "lines", "many"],
)  # fmt: skip
def test_what_no_policy_should_be_is_shown_all_the_same(text: str) -> None:
    """With its size, and bounded."""
    rows = row_texts(text, 42)
    assert len(rows) < 12_000
    assert "\x1b" not in "".join(rows)


async def test_markup_is_no_markup() -> None:
    """What stands in a policy is shown as it is written."""
    async with policy_pane(replace(KMS, policy=HOSTILE)) as (app, _):
        assert is_shown(app, "[red]")
        assert is_shown(app, "This text is no policy")


async def test_another_width_breaks_the_rows_anew() -> None:
    """Zoomed and back the cursor stays on its line of the text."""
    async with policy_pane(KMS) as (app, pilot):
        rows = app.panes.policy.rows
        rows.move_to(next(at for at, (key, *_) in enumerate(rows._rows) if key[:2] == ("text", 9)))
        for _ in range(2):
            width = rows.size.width
            await pilot.press("z")
            await until(pilot, lambda width=width: rows.size.width != width and is_shown(app, '"Resource":'))  # type: ignore[misc]  # likewise
            assert rows.part_at_cursor is not None
            assert rows.part_at_cursor.number == 9
            assert all(len("".join(text for text, _ in line)) <= rows.wide for _, line, _ in rows._rows)


async def test_what_changed_last_stands_right_under_the_summary(tmp_path: Path) -> None:
    """So that it is seen where the pane has few rows; Enter on it shows both texts."""
    async with policy_pane(KMS, folder=tmp_path) as (app, pilot):
        app.store.add(KMS_ID, ENCRYPTS)
        before = inventory(KMS)
        await tell(app, pilot, before, "1 of 1 hold")
        await tell(app, pilot, changed(before, replace(KMS, policy=NARROW)), "1 of 1 that must stay so: BROKEN")
        rows = app.panes.policy.rows
        assert [key[0] for key, *_ in rows._rows][:3] == ["summary", "news", "news"]
        rows.move_to(2)
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Both texts"))
