"""A policy edited, stopped, applied and reset against the embedded AWS, over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tests.screen.changes_by_hand import ENDPOINT, KNOWN, POLICY, changing_app
from tests.screen.picture import shows, until
from tui.aws.changing import AwsChanges
from tui.aws.session import Access
from tui.policies.same import DEFAULT_POLICY, same_meaning
from tui.policies.spacing import laid_out
from tui.screen.app import VpcTop
from tui.screen.dialogs.editor import Editor

S3 = "com.amazonaws.eu-west-1.s3"
NARROWER = laid_out(POLICY.replace(',"s3:PutObject"', ""))
THEIRS = POLICY.replace("payments-reports", "payments-archive")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests are short here, and AWS's bucket is never empty."""
    monkeypatch.setattr("tui.aws.change_call.LOOKS", (0.01, 0.02, 0.05))
    monkeypatch.setattr("tui.aws.change_pace.REFILL", 1000.0)


@pytest.fixture(name="gateway")
def gateway_fixture(network: Network) -> str:
    """A gateway endpoint for S3."""
    made = network.ec2.create_vpc_endpoint(
        VpcId=network.vpc, ServiceName=S3, VpcEndpointType="Gateway", PolicyDocument=POLICY
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def in_force(network: Network, gateway: str) -> str:
    """The policy as AWS shows it."""
    (found,) = network.ec2.describe_vpc_endpoints(VpcEndpointIds=[gateway])["VpcEndpoints"]
    return str(found["PolicyDocument"])


@asynccontextmanager
async def opened(access: Access, network: Network, gateway: str) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app that may change this endpoint, in its Policy pane."""
    endpoint = replace(ENDPOINT, id=gateway, vpc=network.vpc, policy=in_force(network, gateway))
    async with changing_app(AwsChanges(access), known=replace(KNOWN, endpoints=(endpoint,))) as (app, pilot):
        app.action_focus_pane("4")
        await pilot.pause()
        yield app, pilot


async def edit(app: VpcTop, pilot: Pilot[None], text: str) -> Editor:
    """Another text, checked."""
    if not isinstance(app.screen, Editor):
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, Editor))
    editor = app.screen
    assert isinstance(editor, Editor)
    editor.replace(text)
    work = app.editing.work
    await until(pilot, lambda: bool(work and work.survey and work.survey.text == text))
    return editor


async def apply(app: VpcTop, pilot: Pilot[None], gateway: str) -> None:
    """Confirmed by typing the id."""
    await pilot.press("ctrl+s")
    await until(pilot, lambda: shows(app, f"Type {gateway}"))
    await pilot.press(*gateway, "enter")


async def test_an_edit_is_in_force_on_aws(access: Access, network: Network, gateway: str) -> None:
    """What was typed is what AWS shows, and the page says that it takes effect in a few minutes."""
    async with opened(access, network, gateway) as (app, pilot):
        await edit(app, pilot, NARROWER)
        await apply(app, pilot, gateway)
        await until(pilot, lambda: shows(app, "done      AWS shows the new policy"), 30)
        assert shows(app, "in effect")
    assert in_force(network, gateway) == NARROWER


async def test_what_somebody_else_changed_is_not_written_over_unseen(
    access: Access, network: Network, gateway: str
) -> None:
    """Changed meanwhile by another, it stops; what that changed is told, and only then it can be put in its place."""
    async with opened(access, network, gateway) as (app, pilot):
        editor = await edit(app, pilot, NARROWER)
        network.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, PolicyDocument=THEIRS)
        await apply(app, pilot, gateway)
        await until(pilot, lambda: shows(app, "stopped   Somebody has changed the policy since"), 30)
        assert in_force(network, gateway) == THEIRS
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is editor and shows(app, "payments-archive"))
        assert shows(app, "Somebody else changed the policy since you began.")
        await until(pilot, lambda: bool(app.editing.work and app.editing.work.was == THEIRS))
        await apply(app, pilot, gateway)
        await until(pilot, lambda: shows(app, "done      AWS shows the new policy"), 30)
    assert in_force(network, gateway) == NARROWER


async def test_the_place_that_aws_names_is_shown(access: Access, network: Network, gateway: str) -> None:
    """A text that AWS does not take, though vpctop would have: its sentence and its place are in the editor."""
    async with opened(access, network, gateway) as (app, pilot):
        editor = await edit(app, pilot, '{\n  "Version": "2012-10-17"\n}')
        assert app.editing.work is not None
        app.editing.applying.confirm(app.editing.work, None, ())  # as if the checks had failed
        await until(pilot, lambda: shows(app, f"Type {gateway}"))
        await pilot.press(*gateway, "enter")
        await until(pilot, lambda: shows(app, "refused   AWS does not take the policy"), 30)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is editor and shows(app, "✗ AWS does not take the policy"))
    assert in_force(network, gateway) == POLICY


async def test_the_default_is_in_force_after_a_reset(access: Access, network: Network, gateway: str) -> None:
    """R and the id put the default back."""
    async with opened(access, network, gateway) as (app, pilot):
        await pilot.press("R")
        await until(pilot, lambda: shows(app, "Reset to the default: s3"))
        await pilot.press(*gateway, "enter")
        await until(pilot, lambda: shows(app, "done      AWS shows the new policy"), 30)
    assert same_meaning(in_force(network, gateway), DEFAULT_POLICY)
    assert json.loads(in_force(network, gateway))
