"""Endpoints are created, changed and deleted in forms that say what comes of it, as it changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.network.endpoint_network import (
    APP_A,
    APP_B,
    GATEWAY,
    INSIDE,
    NETWORK,
    OFFERED,
    PUBLIC,
    S3,
    SHUT,
    VPC,
)
from tests.screen.changes_by_hand import ByHand, changing_app
from tests.screen.endpoint_feed import around, show, table
from tests.screen.picture import shows, until
from tui.network.order import AnswerConnection, CreateEndpoint, DeleteEndpoint, ModifyEndpoint, Progress, Stage
from tui.screen.app import VpcTop
from tui.screen.dialogs.sheet import Sheet
from tui.screen.endpoint_draft import Draft
from tui.screen.panes.endpoints import EndpointsPane

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)])


async def want(app: VpcTop, pilot: Pilot[None], what: str, endpoint: str = "", connection: int | None = None) -> None:
    """A key of the Endpoints pane, on the row of an endpoint or of a connection."""
    which = NETWORK.connections[connection] if connection is not None else None
    app.panes.endpoints.post_message(EndpointsPane.Wanted(what, endpoint, which))
    await pilot.pause()


def paste(app: VpcTop, text: str) -> None:
    """The terminal pastes this."""
    assert app.screen.focused is not None
    app.screen.focused.post_message(events.Paste(text))


@SIZES
async def test_an_endpoint_is_created_in_a_form(size: tuple[int, int]) -> None:
    """Service, route table and name are chosen by keys alone; command and consequence follow; its short name confirms."""
    changes = ByHand()
    async with changing_app(changes, size=size, known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await until(pilot, lambda: shows(app, "Choose a service"))
        assert shows(app, "Gateway and Interface")
        await pilot.press(*"s3")
        await until(pilot, lambda: shows(app, "(o) Gateway"))
        await until(pilot, lambda: shows(app, f"aws ec2 create-vpc-endpoint --vpc-id {VPC} --service-name"))
        assert shows(app, "Nothing goes through it until a route table is associated with it.")
        await pilot.press("tab", "tab", "tab", *"public")
        await until(pilot, lambda: shows(app, "only what has public"))
        assert not shows(app, SHUT)
        await pilot.press("space")
        await until(pilot, lambda: shows(app, f"[x] {PUBLIC}"))
        await until(pilot, lambda: shows(app, "Open TCP connections to s3 from 1 subnet (web-a) with 1 interface"))
        await pilot.press("tab", *"s3 of web")
        await until(pilot, lambda: shows(app, "s3 of web"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Type s3 and press Enter to do it."))
        assert shows(app, "a new endpoint of type Gateway for")
        await pilot.press(*"s3", "enter")
        expected = CreateEndpoint(VPC, S3, "Gateway", (), (PUBLIC,), name="s3 of web")
        await until(pilot, lambda: changes.orders == [expected])
        changes.say(
            Progress(Stage.SENT, "AWS has made vpce-0d1", "vpce-0d1"), Progress(Stage.DONE, "vpce-0d1 is available")
        )
        await until(pilot, lambda: shows(app, "vpce-0d1 is available"))
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)


@SIZES
@pytest.mark.parametrize(
    ("key", "endpoint", "chosen"),
    [
        ("M", GATEWAY, "[x] rtb-0a1b2c3d4e5f60002"),
        ("N", "", "[x] rtb-0a1b2c3d4e5f60002"),
        ("N", GATEWAY, "Choose a service"),
        ("M", INSIDE, "Nothing is different."),
    ],
)
async def test_what_goes_around_is_led_to_its_endpoint(
    size: tuple[int, int], key: str, endpoint: str, chosen: str
) -> None:
    """On a row of what goes around, the form has the route table at fault chosen, where a route would mend it."""
    async with changing_app(ByHand(), size=size, known=NETWORK) as (app, pilot):
        service = "kms" if endpoint == INSIDE else "s3"
        bypass = around(service=service, vpc=VPC, table=PUBLIC, endpoint=endpoint)
        await pilot.press("3")
        await show(app, pilot, table(bypasses=(bypass,)))
        await pilot.press("end", key)
        await until(pilot, lambda: shows(app, "Change" if key == "M" else "Create an endpoint"))
        await until(pilot, lambda: shows(app, chosen))
        if "rtb-" in chosen:
            await until(pilot, lambda: shows(app, "Open TCP connections to s3 from 1 subnet (web-a) with 1 interface"))


@SIZES
async def test_an_interface_endpoint_has_one_subnet_a_zone(size: tuple[int, int]) -> None:
    """Another subnet of the same zone takes the place of the first; who is not let in is said at once."""
    async with changing_app(ByHand(), size=size, known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"logs", "tab", "tab", "tab")
        await until(pilot, lambda: shows(app, "2 clients"))
        await pilot.press("space", "down")
        await until(pilot, lambda: shows(app, "[x] eu-west-1a   app-a"))
        await pilot.press("space")
        await until(pilot, lambda: shows(app, "[x] eu-west-1a   web-a"))
        assert not shows(app, "[x] eu-west-1a   app-a")
        await until(pilot, lambda: shows(app, "(default) lets no client in on"))
        await pilot.press("down", "down", "space")
        await until(pilot, lambda: shows(app, "AWS would refuse it: logs is not offered in eu-west-1b."))


@SIZES
async def test_an_endpoint_is_changed_in_a_form(size: tuple[int, int]) -> None:
    """Only what differs is ordered; nothing is ordered while nothing differs."""
    changes = ByHand()
    async with changing_app(changes, size=size, known=NETWORK) as (app, pilot):
        await want(app, pilot, "modify", INSIDE)
        await until(pilot, lambda: shows(app, f"Change kms {INSIDE}"))
        await until(pilot, lambda: shows(app, "Nothing is different."))
        assert shows(app, "[x] eu-west-1b   app-b")
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Not yet: Nothing is different."))
        await pilot.press("down", "down", *"app-b", "space")
        await until(pilot, lambda: shows(app, "1 interface goes, with its address: eni-0a1b2c3d4e5f60022"))
        await pilot.press("escape", "enter")
        await until(pilot, lambda: shows(app, f"Type {INSIDE} and press Enter to do it."))
        assert shows(app, f"- {APP_B}")
        await pilot.press(*INSIDE, "enter")
        await until(pilot, lambda: changes.orders == [ModifyEndpoint(INSIDE, remove_subnets=(APP_B,))])
        changes.say(Progress(Stage.REFUSED, "AWS says no: UnauthorizedOperation", INSIDE))
        await until(pilot, lambda: shows(app, "AWS says no: UnauthorizedOperation"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, f"Change kms {INSIDE}"))
        assert len(app.screen_stack) == 2  # what was refused can be mended


@SIZES
async def test_an_endpoint_is_deleted_once_its_consequences_are_shown(size: tuple[int, int]) -> None:
    """Which subnets lose it, where their traffic goes then, and that policies name its id, stand above the id to type."""
    changes = ByHand()
    async with changing_app(changes, size=size, known=NETWORK) as (app, pilot):
        await want(app, pilot, "delete", GATEWAY)
        await until(pilot, lambda: shows(app, f"Type {GATEWAY} and press Enter to do it."))
        assert shows(app, "Open TCP connections to s3 from 2 subnets (app-a and app-b)")
        assert shows(app, "Then s3 goes by NAT gateway")
        await pilot.press("pagedown")
        await until(pilot, lambda: shows(app, f"aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {GATEWAY}"))
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [DeleteEndpoint(GATEWAY)])


async def test_connections_are_accepted_and_rejected() -> None:
    """The endpoint's id is typed; account and service are named."""
    changes = ByHand()
    async with changing_app(changes, known=NETWORK) as (app, pilot):
        waiting = NETWORK.connections[0]
        await want(app, pilot, "accept", connection=0)
        await until(pilot, lambda: shows(app, "Everybody in account 210987654321"))
        await pilot.press(*waiting.endpoint, "enter")
        await until(pilot, lambda: changes.orders == [AnswerConnection(OFFERED, waiting.endpoint, accept=True)])
        changes.say(Progress(Stage.DONE, "It is available.", waiting.endpoint))
        await until(pilot, lambda: shows(app, "It is available."))
        await pilot.press("enter")
        await want(app, pilot, "reject", connection=1)
        await until(pilot, lambda: shows(app, "is in use: it can no longer reach"))
        await pilot.press("escape")
        await want(app, pilot, "accept")
        await until(pilot, lambda: shows(app, "There is no connection to a service of yours"))


@SIZES
async def test_without_leave_to_change_the_command_is_shown(size: tuple[int, int]) -> None:
    """The form works and shows the command to run; Enter says how to start it, and nothing is ordered."""
    async with changing_app(size=size, known=NETWORK) as (app, pilot):
        await want(app, pilot, "modify", GATEWAY)
        await until(pilot, lambda: shows(app, "read only"))
        await pilot.press("down", "space")
        await until(pilot, lambda: shows(app, f"[x] {PUBLIC}"))
        await until(pilot, lambda: shows(app, "from 1 subnet (web-a) with 1 interface"))
        await pilot.press("pagedown")
        await until(pilot, lambda: shows(app, f"--add-route-table-ids {PUBLIC}"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "vpctop only reads"))
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await want(app, pilot, "delete", GATEWAY)
        await until(pilot, lambda: shows(app, "vpctop only reads: start it with --allow-changes"))
        await pilot.press("end")
        await until(pilot, lambda: shows(app, f"aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {GATEWAY}"))


async def test_a_policy_from_a_file_is_checked(tmp_path: Path) -> None:
    """A file that is no policy holds the order back with its place; one that is goes along; a path can be pasted."""
    (tmp_path / "bad.json").write_text('{"Statement": [{"Effect": "Allow",}]}')
    good = (
        '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}]}'
    )
    (tmp_path / "good.json").write_text(good)
    changes = ByHand()
    async with changing_app(changes, known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"s3", "ctrl+end")
        paste(app, str(tmp_path / "bad.json"))
        await until(pilot, lambda: shows(app, "Policy, line 1:"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Not yet: Policy, line 1:"))
        assert len(app.screen_stack) == 2
        await pilot.press("ctrl+u")
        paste(app, str(tmp_path / "none.json"))
        await until(pilot, lambda: shows(app, "none.json cannot be read: No such file"))
        await pilot.press("ctrl+u")
        paste(app, str(tmp_path / "good.json"))
        await until(pilot, lambda: shows(app, "--policy-document"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Type s3 and press Enter"))
        await pilot.press(*"s3", "enter")
        await until(pilot, lambda: changes.orders == [CreateEndpoint(VPC, S3, "Gateway", policy=good)])


async def test_what_is_not_known_by_name_can_be_written() -> None:
    """Any service may be named whole; a short name is of the Region."""
    async with changing_app(ByHand(), known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"vpce-svc-0a1b2c3d4e5f60009")
        name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60009"
        await until(pilot, lambda: shows(app, name))
        await pilot.press("ctrl+u", *"qldb.session")
        await until(pilot, lambda: shows(app, "com.amazonaws.eu-west-1.qldb.session"))


async def test_an_order_that_ends_leaves_the_form_of_another() -> None:
    """Its page was left while it was under way; when it is done, what is being filled in meanwhile stays."""
    changes = ByHand()
    async with changing_app(changes, known=NETWORK) as (app, pilot):
        await want(app, pilot, "modify", GATEWAY)
        await until(pilot, lambda: shows(app, "Nothing is different."))
        await pilot.press("down", "space", "enter")
        await until(pilot, lambda: shows(app, f"Type {GATEWAY}"))
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [ModifyEndpoint(GATEWAY, add_route_tables=(PUBLIC,))])
        await pilot.press("escape", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"log")
        changes.say(Progress(Stage.DONE, "AWS shows it as ordered", GATEWAY))
        await until(pilot, lambda: shows(app, "done: AWS shows it as ordered"))
        assert shows(app, "Create an endpoint")
        assert shows(app, "log_")


async def test_keys_that_come_faster_than_answers_are_all_taken() -> None:
    """Letters, a step and a blank in one burst do what they would do one by one."""
    async with changing_app(ByHand(), known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        sheet = app.screen.query_one(Sheet)
        for letter in "execute-api":
            sheet.type(letter)
        for _ in range(3):
            sheet.action_section(1)
        sheet.type(" ")
        await until(pilot, lambda: shows(app, "[x] eu-west-1a   app-a"))
        await until(pilot, lambda: shows(app, "com.amazonaws.eu-west-1.execute-api"))


async def test_in_ascii_the_form_is_ascii() -> None:
    """With --ascii no other character is drawn."""
    async with changing_app(ByHand(), known=NETWORK, ascii=True) as (app, pilot):
        await want(app, pilot, "modify", INSIDE)
        await until(pilot, lambda: shows(app, "Nothing is different."))
        from tests.screen.picture import text_of

        assert text_of(app).isascii(), text_of(app)


@SIZES
async def test_what_is_written_is_edited_anywhere(size: tuple[int, int]) -> None:
    """The keys of a text field work at the caret, a paste goes there, and it stays while the cursor is elsewhere."""
    async with changing_app(ByHand(), size=size, known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"qldb.sesion")
        await pilot.press("left", "left", "left", "s")
        await until(pilot, lambda: shows(app, "com.amazonaws.eu-west-1.qldb.session"))
        await pilot.press("home", "delete", "x", "end", "backspace", "m")
        await until(pilot, lambda: shows(app, "com.amazonaws.eu-west-1.xldb.sessiom"))
        await pilot.press("ctrl+a")
        paste(app, "my-")
        await until(pilot, lambda: shows(app, "com.amazonaws.eu-west-1.my-xldb.sessiom"))
        await pilot.press("ctrl+e", "ctrl+w", *"s3", "ctrl+left", "ctrl+u")
        await until(pilot, lambda: shows(app, "com.amazonaws.eu-west-1.s3") and shows(app, "(o) Gateway"))
        await pilot.press("ctrl+end", "up", *"of web", "home", *"s3 ", "up", "down", "backspace")
        await until(pilot, lambda: shows(app, "s3of web"))


async def test_a_long_text_shows_where_the_caret_is() -> None:
    """A path wider than its line shows its end while it is written there, and its beginning after Home."""
    async with changing_app(ByHand(), size=(80, 24), known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"s3", "ctrl+end")
        paste(app, "/first/" + "a" * 100 + "/last.json")
        await until(pilot, lambda: shows(app, "/last.json_"))
        assert not shows(app, "Policy           /first/")
        await pilot.press("home")
        await until(pilot, lambda: shows(app, "Policy           /first/"))


@SIZES
async def test_addresses_and_the_region_of_the_service_are_chosen(size: tuple[int, int]) -> None:
    """Records follow the kind of addresses; what subnets cannot have is told; another Region makes another name."""
    changes = ByHand()
    async with changing_app(changes, size=size, known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"kms", "tab", "tab", "tab", "space")
        await until(pilot, lambda: shows(app, "[x] eu-west-1a   app-a"))
        await pilot.press("tab", "tab", "tab", "down", "down", "space")
        await until(pilot, lambda: shows(app, "(o) dualstack"))
        await until(pilot, lambda: shows(app, "app-a: dualstack needs both IPv4 and IPv6 ranges"))
        await pilot.press("space", "up", "up", "space")
        await until(pilot, lambda: shows(app, "(o) ipv4"))
        await pilot.press("tab", *"us-east-1")
        await until(pilot, lambda: shows(app, "(o) ipv4") and shows(app, "us-east-1_"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Type kms and press Enter"))
        assert shows(app, "its service is in us-east-1")
        await pilot.press(*"kms", "enter")
        order = CreateEndpoint(
            VPC, "com.amazonaws.us-east-1.kms", "Interface", (APP_A,), ip_type="ipv4", region="us-east-1"
        )
        await until(pilot, lambda: changes.orders == [order])


async def test_private_dns_of_s3_can_be_for_resolvers_only() -> None:
    """Where the VPC has a gateway endpoint that is chosen at first, as AWS has it, and can be chosen no more."""
    changes = ByHand()
    async with changing_app(changes, known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"s3", "tab", "down", "space", "tab", "tab", "tab", "tab", "space")
        await until(pilot, lambda: shows(app, "[x] for inbound Resolver endpoints only"))
        await until(pilot, lambda: shows(app, "Only what asks an inbound Resolver endpoint (on-premises) is led here"))
        await pilot.press("down", "space")
        await until(pilot, lambda: shows(app, "[ ] for inbound Resolver endpoints only"))
        await until(pilot, lambda: shows(app, "resolves to this endpoint in the whole of"))


async def test_keys_that_come_at_once_keep_their_order() -> None:
    """On a slow line several keys come in one piece: no letter overtakes a step."""
    async with changing_app(ByHand(), known=NETWORK) as (app, pilot):
        await want(app, pilot, "create")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"kms")
        await until(pilot, lambda: shows(app, "[ ] eu-west-1a   app-a"))
        for key, character in (("tab", "\t"), ("tab", "\t"), ("tab", "\t"), ("down", None), ("space", " ")):
            app.post_message(events.Key(key, character))
        await until(pilot, lambda: shows(app, "[x] "))
        assert shows(app, "[x] eu-west-1a   web-a")


def test_what_is_chosen_and_unchosen_is_no_difference() -> None:
    """Private DNS of S3 brings a choice with it, and takes it away again."""
    inside = replace(NETWORK.endpoints[1], service=S3, private_dns=False)
    draft = Draft(replace(NETWORK, endpoints=(NETWORK.endpoints[0], inside)), inside)
    (names,) = (each for each in draft.choices() if each.section == "Private DNS")
    draft.toggle(names)
    assert draft.order() == ModifyEndpoint(INSIDE, private_dns=True, resolvers_only=True)
    draft.toggle(names)
    assert draft.order() == ModifyEndpoint(INSIDE)
