"""The Endpoints pane: how endpoints are, what they carry and what goes around them, at any size; what its keys do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.message import Message

from tests.screen.endpoint_feed import (
    CLOSED,
    KMS,
    NAT,
    OFFER,
    S3,
    SUBNET,
    TABLE,
    around,
    endpoint,
    gateway,
    show,
    table,
)
from tests.screen.flow_feed import NOW, T0
from tests.screen.hand_made import unconnected
from tests.screen.picture import line_with, lines_of, shows, text_of, until
from tui.cache.carriage import Access, EndpointTable, Exit, Traffic
from tui.network.health import KINDS, Severity, Signal
from tui.network.rules import Endpoint
from tui.screen.app import VpcTop
from tui.screen.options import Options
from tui.screen.panes.endpoints import EndpointsPane

HOSTILE = "\x1b]0;pwn\x07[red]kms\u202e\n" + "x" * 300


async def test_a_line_has_state_service_traffic_and_policy() -> None:
    """Everything at full width; the worst first."""
    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, table(endpoint(), gateway(), endpoint(service="sts", one="vpce-0c", signals=(CLOSED,))))
        assert " ".join(line_with(app, "kms").split()) == (
            "✓ fine kms interface 3.40M/s 1.20G 12 · 2 AZ restricted 14:14:00"
        )
        assert " ".join(line_with(app, "s3").split()) == (
            "△ warning s3 gateway 3.40M/s 1.20G 12 · 2 tables full access 14:14:00"
        )
        at = [next(n for n, each in enumerate(lines_of(app)) if word in each) for word in ("failing sts", "s3", "kms")]
        assert at == sorted(at)
        assert shows(app, "Its security group sg-1 lets nobody in.")  # the worst, at the foot


async def test_beside_the_flows_the_line_keeps_what_matters() -> None:
    """A quarter of the screen: state, service, rate, clients."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(endpoint(), gateway(traffic=replace(gateway().traffic, is_rate_partial=True))))  # type: ignore[type-var]  # there is one
        line = next(each for each in lines_of(app) if "warn s3" in each)
        assert "≥3.40M/s" in line
        assert any("✓ fine kms" in each for each in lines_of(app))


@pytest.mark.parametrize(("size", "keys"), [((120, 40), "3"), ((120, 40), "3z"), ((80, 24), "3")])
async def test_what_goes_around_names_subnet_table_gateway_and_cost(size: tuple[int, int], keys: str) -> None:
    """Right under its endpoint, at any size."""
    async with unconnected(size) as (app, pilot):
        await pilot.press(*keys)
        await show(app, pilot, table(gateway(), endpoint(), bypasses=(around(),)))
        assert shows(app, "s3 private-b → nat-b")
        assert shows(app, "$0.72/h")
        assert shows(app, "16.0G/h")
        assert shows(app, "paymen")  # the route table, though its middle may be left out
        lines = lines_of(app)
        first = next(n for n, each in enumerate(lines) if "private-b → nat-b" in each)
        assert "s3" in lines[first - 1]
        assert any("around $0.72/h" in each for each in lines)


async def test_a_service_without_an_endpoint_is_told_first() -> None:
    """What could be had for nothing, by an internet gateway nothing is paid."""
    free = around(service="dynamodb", endpoint="", exit=Exit.INTERNET, target="igw-1")
    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, table(endpoint(), bypasses=(around(endpoint=""), free)))
        lines = lines_of(app)
        at = [next(n for n, each in enumerate(lines) if word in each) for word in ("around s3", "kms", "dynamodb")]
        assert at == sorted(at)
        assert "unpaid" in lines[at[2]]


async def test_a_state_other_than_available_stands_beside_the_service() -> None:
    """As AWS writes it."""
    waits = Signal("state", Severity.WARNING, "It waits.")
    made = endpoint(signals=(waits,))
    made = replace(made, endpoint=replace(made.endpoint, state="pendingAcceptance"))
    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, table(made))
        assert shows(app, "△ warning kms pendingAcceptance")


@pytest.mark.parametrize("kind", [*KINDS, "Quantum", ""])
async def test_every_type_has_its_line_and_its_page(kind: str) -> None:
    """Those of DescribeVpcEndpoints, and those to come."""
    made = endpoint(kind)
    async with unconnected((80, 24)) as (app, pilot):
        await pilot.press("3")
        await show(app, pilot, table(replace(made, traffic=None, unseen="no flow log tells of its interfaces")))
        assert shows(app, "not known")
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "How it is"))
        await pilot.press("end")
        await until(pilot, lambda: shows(app, kind or "not told"))


async def test_enter_tells_everything() -> None:
    """Signals with what to do, traffic, what goes around with the price assumed, and all ids."""
    async with unconnected((120, 70)) as (app, pilot):
        await pilot.press("3")
        await show(app, pilot, table(gateway(), bypasses=(around(),)))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "What goes around it"))
        text = text_of(app)
        for part in (
            "△ warning", "to do: associate it", "3.40M/s", "1.20G, both ways", f"private-b ({SUBNET})", TABLE,
            f"nat-b ({NAT})", "$0.72/h, $525.60 a month at $0.045/GB (assumed: nat-price)", "pl-1: 52.218.0.0/17",
            "full access", S3, "answered with 403",
        ):  # fmt: skip
            assert part in text, part


async def test_a_page_that_is_open_goes_on_telling() -> None:
    """What it carries grows while it is read."""
    async with unconnected() as (app, pilot):
        await pilot.press("3")
        await show(app, pilot, table(gateway()))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "1.20G, both ways"))
        await show(app, pilot, table(gateway(traffic=Traffic(7_700_000_000, 1.0, 12))))
        app.pages.renew()
        await until(pilot, lambda: shows(app, "7.70G, both ways"))


async def test_keys_say_what_is_wanted_and_of_which_endpoint() -> None:
    """Create, modify, delete, accept, reject; the connection under the cursor where there is one."""
    heard: list[EndpointsPane.Wanted] = []

    def hook(message: Message) -> None:
        if isinstance(message, EndpointsPane.Wanted):
            heard.append(message)

    async with unconnected(hook=hook) as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, table(gateway(), offers=(OFFER,)))
        await pilot.press("N", "M", "D")
        await until(pilot, lambda: {each.what for each in heard} >= {"create", "modify", "delete"})
        assert {each.endpoint_id for each in heard if each.what in {"modify", "delete"}} == {S3}
        heard.clear()
        while len(app.screen_stack) > 1:
            await pilot.press("escape")
        assert shows(app, "Services you offer")
        assert shows(app, "payments-api")
        assert shows(app, "1 connected, 1 waiting")
        await pilot.press("3", "G", "up", "A")
        await until(pilot, lambda: any(each.what == "accept" for each in heard))
        accept = next(each for each in heard if each.what == "accept")
        assert accept.connection is not None
        assert accept.connection.state == "pendingAcceptance"
        assert accept.endpoint_id == ""


async def test_the_policy_pane_follows_the_cursor_and_p_goes_there() -> None:
    """What is under the cursor is what the app looks at."""
    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, table(gateway(), endpoint(), bypasses=(around(),)))
        await until(pilot, lambda: app.endpoint_id == S3)
        await pilot.press("down", "down")
        await until(pilot, lambda: app.endpoint_id == KMS)
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == KMS)
        await pilot.press("p")
        await until(pilot, lambda: app.panes.current is app.panes.policy)


async def test_s_sorts_and_the_cursor_stays_on_its_endpoint() -> None:
    """By each of what there is to sort by; S turns it round."""
    busy = endpoint(service="logs", one="vpce-0logs", traffic=Traffic(9, 9e9, 1, 44))
    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, table(gateway(), endpoint(), busy))
        rows = app.panes.endpoints.rows

        def order() -> list[str]:
            """Services from top to bottom."""
            words = [each.split() for each in lines_of(app)[2:6]]
            return [next((word for word in line if word in {"s3", "kms", "logs"}), "") for line in words][1:4]

        assert order() == ["s3", "kms", "logs"]
        await pilot.press("s")
        await until(pilot, lambda: order() == ["logs", "kms", "s3"])
        assert rows.key_at_cursor == ("endpoint", S3)
        await pilot.press("S")
        await until(pilot, lambda: order() == ["s3", "kms", "logs"] or order() == ["kms", "s3", "logs"])
        await pilot.press("s")
        await until(pilot, lambda: order() == ["kms", "logs", "s3"])
        assert shows(app, "sort: service")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (EndpointTable(), "being read"),
        (
            EndpointTable(is_waiting=False, missing=("ec2:DescribeVpcEndpoints is denied: endpoints are not known",)),
            "ec2:DescribeVpcEndpoints is denied",
        ),
        (table(), "There is no VPC endpoint"),
    ],
)
async def test_what_was_never_read_is_not_called_none(made: EndpointTable, said: str) -> None:
    """Being read, denied, and really none are three things."""
    async with unconnected((80, 24)) as (app, pilot):
        await pilot.press("3")
        await show(app, pilot, made)
        assert shows(app, said)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_hostile_texts_stay_on_their_line(size: tuple[int, int]) -> None:
    """Control characters, bidi, markup and lengths of what AWS tells."""
    strange = Endpoint("vpce-0x", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, resource=HOSTILE)
    row = replace(endpoint(signals=(Signal("x", Severity.FAILING, HOSTILE, HOSTILE),)), endpoint=strange)
    async with unconnected(size) as (app, pilot):
        await pilot.press("3", "z")
        bypass = around(service=HOSTILE, target=HOSTILE, subnet=HOSTILE, table=HOSTILE, endpoint="vpce-0x")
        await show(app, pilot, table(row, bypasses=(bypass,)))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "How it is"))
        assert not {"\x1b", "\x07", "\u202e"} & set(text_of(app))


async def test_in_ascii_every_mark_is_ascii() -> None:
    """Marks, arrows and at least so much."""
    app = VpcTop(lambda: (_ for _ in ()).throw(RuntimeError("over")), Options(ascii=True, utc=True, clock=lambda: NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        partial = around(traffic=replace(around().traffic, is_partial=True))
        rows = (gateway(), endpoint(policy=Access.NOTHING), endpoint(one="vpce-0z", signals=(CLOSED,)))
        await show(app, pilot, table(*rows, bypasses=(partial,)))
        assert shows(app, "s3 private-b > nat-b")
        assert shows(app, ">=$0.72/h")
        assert text_of(app).isascii()


async def test_an_answer_of_the_same_sends_nothing() -> None:
    """On a slow line only what changed is drawn."""
    async with unconnected() as (app, pilot):
        made = table(gateway(), endpoint(), bypasses=(around(),))
        await show(app, pilot, made)
        drawn: list[object] = []
        app.panes.endpoints.rows.refresh = lambda *regions, **_: drawn.append(regions)  # type: ignore[assignment,method-assign]  # counted
        await show(app, pilot, made)
        assert not drawn
        assert T0


async def test_f_shows_its_flows_and_esc_comes_back() -> None:
    """Of an endpoint by its id, of what goes around by service and subnet."""
    async with unconnected() as (app, pilot):
        await pilot.press("3")
        await show(app, pilot, table(gateway(), bypasses=(around(),)))
        await pilot.press("f")
        await until(pilot, lambda: app.panes.current is app.panes.flows)
        await until(pilot, lambda: app.filters.state.text == f"endpoint:{S3}")
        await pilot.press("escape")
        await until(pilot, lambda: app.panes.current is app.panes.endpoints)
        assert app.filters.state.text == ""
        await pilot.press("down", "f")
        await until(pilot, lambda: app.filters.state.text == f"service:s3 subnet:{SUBNET}")


async def test_the_edge_says_of_when_it_is_and_that_no_filter_counts() -> None:
    """Numbers of the past are not now's, and a filter hides no endpoint."""
    from tui.cache.view import Ask
    from tui.flows.filter.parse import parse_filter
    from tui.flows.filter.value import Now

    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        app.panes.endpoints.show(table(gateway()), Ask(filter=parse_filter("port 22", Now(NOW))))
        app.panes.endpoints.say_note("frozen 14:14:00", is_frozen=True)
        await until(pilot, lambda: shows(app, "3 Endpoints · frozen 14:14:00, unfiltered"))


async def test_endpoints_of_one_service_are_told_apart() -> None:
    """By their VPC; two of one VPC by name or id."""
    other = replace(gateway(), endpoint=replace(gateway().endpoint, id="vpce-0else", vpc="vpc-0other"))
    twin = replace(endpoint(), endpoint=replace(endpoint().endpoint, id="vpce-0twin", name="kms-for-batch"))
    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, table(gateway(), other, endpoint(), twin))
        for text in ("s3 payments", "s3 vpc-0other", f"kms {KMS}", "kms kms-for-batch"):
            assert shows(app, text), text


async def test_services_that_could_not_be_read_are_not_called_none() -> None:
    """The permission that is missing stands where they would."""
    denied = "ec2:DescribeVpcEndpointServiceConfigurations is denied: endpoint services of this account are not known"
    async with unconnected() as (app, pilot):
        await pilot.press("3", "z")
        await show(app, pilot, replace(table(endpoint()), missing=(denied,)))
        assert shows(app, f"Services you offer: {denied}"[:100])
