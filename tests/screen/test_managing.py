"""Endpoints deleted, and connections answered, from the Endpoints pane."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.screen.changes_by_hand import ENDPOINT, GATEWAY, KNOWN, ByHand, changing_app
from tests.screen.picture import shows, until
from tui.network.order import AnswerConnection, CreateEndpoint, DeleteEndpoint, ModifyEndpoint, Progress, Stage
from tui.network.place import Vpc
from tui.network.service import Connection
from tui.screen.panes.endpoints import EndpointsPane

ASKING = Connection("vpce-svc-0a1b2c3d4e5f60009", "vpce-0f1e2d3c4b5a60001", "210987654321", "pendingAcceptance")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_an_endpoint_is_deleted_once_its_id_is_typed(size: tuple[int, int]) -> None:
    """What will be gone and what that breaks is told first."""
    changes = ByHand()
    async with changing_app(changes, size=size) as (app, pilot):
        app.panes.endpoints.post_message(EndpointsPane.Wanted("delete", GATEWAY))
        await until(pilot, lambda: shows(app, f"Delete s3 {GATEWAY}"))
        assert shows(app, ENDPOINT.route_tables[0])
        assert shows(app, "The routes to s3 leave route table")
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [DeleteEndpoint(GATEWAY)])
        changes.say(Progress(Stage.DONE, "The endpoint is gone.", GATEWAY))
        await until(pilot, lambda: shows(app, "done      The endpoint is gone."))


@pytest.mark.parametrize(("what", "accept"), [("accept", True), ("reject", False)])
async def test_a_connection_is_answered_once_its_id_is_typed(what: str, accept: bool) -> None:
    """Whose endpoint it is stands on the page; without a connection under the cursor there is none to answer."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        app.panes.endpoints.post_message(EndpointsPane.Wanted(what))
        await until(pilot, lambda: shows(app, "The cursor is on no connection"))
        app.panes.endpoints.post_message(EndpointsPane.Wanted(what, "", ASKING))
        await until(pilot, lambda: shows(app, "vpce-0f1e2d3c4b5a60001 of 210987654321"))
        await pilot.press(*ASKING.endpoint, "enter")
        await until(pilot, lambda: changes.orders == [AnswerConnection(ASKING.service, ASKING.endpoint, accept)])


async def test_nothing_is_managed_without_leave_to_change() -> None:
    """Started without --allow-changes, each key says so, and no page opens."""
    async with changing_app() as (app, pilot):
        for event in (EndpointsPane.Wanted("delete", GATEWAY), EndpointsPane.Wanted("accept", "", ASKING)):
            app.panes.endpoints.post_message(event)
            await until(pilot, lambda: shows(app, "vpctop only reads"))
            assert len(app.screen_stack) == 1


async def test_where_an_endpoint_is_is_changed_by_a_line() -> None:
    """What is no change is told at once; a line of changes is confirmed, with what it breaks."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        app.panes.endpoints.post_message(EndpointsPane.Wanted("modify", GATEWAY))
        await until(pilot, lambda: shows(app, f"Change s3 {GATEWAY}"))
        await pilot.press(*"+rtb-0a1b2c3d4e5f60001", "enter")
        await until(pilot, lambda: shows(app, "It has rtb-0a1b2c3d4e5f60001 already."))
        await pilot.press("ctrl+u", *"+rtb-7", "enter")
        await until(pilot, lambda: shows(app, "Open connections to s3 from subnets of route table rtb-7"))
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [ModifyEndpoint(GATEWAY, add_route_tables=("rtb-7",))])


async def test_an_endpoint_is_created_from_a_line() -> None:
    """The service and its route tables are enough; the id of the VPC is what is typed."""
    changes = ByHand()
    known = replace(KNOWN, vpcs=(Vpc("vpc-0a1b2c3d4e5f67890"),))
    async with changing_app(changes, known=known) as (app, pilot):
        app.action_focus_pane("3")
        await pilot.pause()
        await pilot.press("N")
        await until(pilot, lambda: shows(app, "Write a service and ids"))
        await pilot.press(*"dynamodb rtb-7", "enter")
        await until(pilot, lambda: shows(app, "--service-name com.amazonaws.eu-west-1.dynamodb"))
        await pilot.press(*"vpc-0a1b2c3d4e5f67890", "enter")
        wanted = CreateEndpoint("vpc-0a1b2c3d4e5f67890", "com.amazonaws.eu-west-1.dynamodb", "Gateway", (), ("rtb-7",))
        await until(pilot, lambda: changes.orders == [wanted])
