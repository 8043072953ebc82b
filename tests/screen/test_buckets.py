"""`b` in the Policy pane: bucket policies for an endpoint for S3, and whether it passes a bucket's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.screen.picture import shows, until
from tests.screen.policy_feed import KMS, S3, S3_ID, policy_pane
from tui.screen.app import VpcTop

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)])
ROLE = "arn:aws:iam::123456789012:role/payments-app"


def only_from(endpoint: str) -> str:
    """A bucket policy as AWS's example has it, and an Allow for the role.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
    """
    both = ["arn:aws:s3:::payments-ledger", "arn:aws:s3:::payments-ledger/*"]
    deny: dict[str, object] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": both}
    deny["Condition"] = {"StringNotEquals": {"aws:SourceVpce": endpoint}}
    allow = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "s3:*", "Resource": both}
    return json.dumps({"Version": "2012-10-17", "Statement": [deny, allow]})


async def ask(app: VpcTop, pilot: Pilot[None], written: str) -> None:
    """Press b, and write this."""
    await pilot.press("b")
    await until(pilot, lambda: shows(app, "A bucket behind"))
    assert app.screen.focused is not None
    app.screen.focused.post_message(events.Paste(written))
    await pilot.press("enter")


@SIZES
async def test_policies_to_start_from_are_shown_and_copied(size: tuple[int, int]) -> None:
    """For this endpoint and for its VPC, with what they lock out; `c` and `u` copy them whole."""
    async with policy_pane(S3, size=size) as (app, pilot):
        await ask(app, pilot, "payments-ledger")
        await until(pilot, lambda: shows(app, "only through this endpoint"))
        assert shows(app, "beware")
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard.startswith("{"))
        (statement,) = json.loads(app.clipboard)["Statement"]
        assert statement["Condition"] == {"StringNotEquals": {"aws:SourceVpce": S3_ID}}
        await pilot.press("u")
        await until(pilot, lambda: S3.vpc in app.clipboard)
        await pilot.press("escape", "b")
        await until(pilot, lambda: shows(app, "payments-ledger"))  # it is asked again with what was written


@SIZES
@pytest.mark.parametrize(
    ("endpoint", "gate", "request_said"),
    [
        (S3_ID, "does not deny what comes through", "allowed  s3:ListBucket"),
        ("vpce-99999999", "denies what comes through", "explicit-deny  s3:ListBucket"),
    ],
)
async def test_a_bucket_policy_is_held_against_the_endpoint(
    tmp_path: Path, size: tuple[int, int], endpoint: str, gate: str, request_said: str
) -> None:
    """What its statements make of this endpoint, and whether the role may list, read and write by both policies."""
    file = tmp_path / "the bucket.json"
    file.write_text(only_from(endpoint))
    async with policy_pane(S3, size=size) as (app, pilot):
        await ask(app, pilot, f"arn:aws:s3:::payments-ledger '{file}' {ROLE}")
        await until(pilot, lambda: shows(app, "Its own policy, and this endpoint"))
        assert shows(app, gate)
        assert shows(app, request_said)


@SIZES
async def test_what_who_asks_may_do_himself_is_asked_too(tmp_path: Path, size: tuple[int, int]) -> None:
    """In a bucket of another account its policy is not enough: the caller's own must allow it too."""
    (tmp_path / "bucket.json").write_text(only_from(S3_ID))
    own = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payments-ledger/*"}
    (tmp_path / "own.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": own}))
    async with policy_pane(S3, size=size) as (app, pilot):
        written = f"payments-ledger {tmp_path}/bucket.json {ROLE} account=222233334444 identity={tmp_path}/own.json"
        await ask(app, pilot, written)
        await until(pilot, lambda: shows(app, "Its own policy, and this endpoint"))
        for said in ("implicit-deny  s3:ListBucket", "allowed  s3:GetObject", "implicit-deny  s3:PutObject"):
            if not shows(app, said):
                await pilot.press("pagedown")
            await until(pilot, lambda said=said: shows(app, said))  # type: ignore[misc]  # a lambda's default has no type


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("ledger account=12", "twelve digits"),
        ("ledger account=111122223333 account=222233334444", "twelve digits"),
        ("ledger b.json identity=own.json", "write his ARN"),
    ],
)
async def test_options_that_cannot_be_meant_are_said(written: str, said: str) -> None:
    """While they are written."""
    async with policy_pane(S3) as (app, pilot):
        await ask(app, pilot, written)
        await until(pilot, lambda: shows(app, said))


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("", "is not known"),
        ('{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]', "is not understood"),
        ('{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Foo":1}]}', "is not understood"),
    ],
)
async def test_no_request_is_tried_without_the_policy_of_the_endpoint(tmp_path: Path, policy: str, said: str) -> None:
    """A policy that is not known, or not understood, is not left out of the answer: there is none."""
    file = tmp_path / "bucket.json"
    file.write_text(only_from(S3_ID))
    async with policy_pane(replace(S3, policy=policy), shown="") as (app, pilot):
        await ask(app, pilot, f"payments-ledger {file} {ROLE}")
        await until(pilot, lambda: any(said in each.message for each in app._notifications))
        assert not shows(app, "allowed  s3:")


async def test_what_cannot_be_meant_is_said(tmp_path: Path) -> None:
    """While it is written, or once the file was read; an endpoint of another service has no buckets."""
    (tmp_path / "cut.json").write_text('{"Version": "2012-10-17", "Statement": [')
    async with policy_pane(S3, KMS) as (app, pilot):
        await ask(app, pilot, "Payments_Ledger")
        await until(pilot, lambda: shows(app, "is no name of a bucket"))
        await pilot.press("escape")
        for written, said in (
            (f"ledger {tmp_path / 'none.json'}", "cannot be read: No such file"),
            (f"ledger {tmp_path}", "is no file"),
            (f"ledger {tmp_path / 'cut.json'}", "cut.json, line 1, column"),
        ):
            await ask(app, pilot, written)
            await until(pilot, lambda said=said: any(said in each.message for each in app._notifications))  # type: ignore[misc]
            app.clear_notifications()
            app.buckets._last.clear()
        await pilot.press("full_stop")
        await until(pilot, lambda: app.endpoint_id == KMS.id)
        await pilot.press("b")
        await until(pilot, lambda: any("leads to kms" in each.message for each in app._notifications))
