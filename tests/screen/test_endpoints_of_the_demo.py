"""The demo's incident in the Endpoints pane: S3 goes around its endpoint, from the wire to the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.screen.picture import shows, text_of, until
from tests.screenshots import AT, Prepared, connect_to, stopped_demo
from tui.aws import session
from tui.aws.inventory import AwsInventory
from tui.aws.tail import TailOptions, open_tail
from tui.cache.carriage import Access, EndpointTable, Exit
from tui.cache.rolling import RollingCache
from tui.network.health import Severity
from tui.screen.app import VpcTop
from tui.screen.options import Connected, Options

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.demo.embedded import EmbeddedAws


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    """The demo's AWS, its clock stopped in the middle of the incident."""
    with stopped_demo() as running:
        yield running


def app_on(aws: EmbeddedAws) -> VpcTop:
    """The program on it."""
    return VpcTop(connect_to(aws), Options(theme="dark", clock=lambda: AT, utc=True, title="demo"))


async def table_of(pilot: Pilot[None], app: VpcTop) -> EndpointTable:
    """The answer that all records and the whole inventory are in."""

    def is_settled() -> bool:
        """Whether that is so."""
        held, table = app.following.held(), app.panes.endpoints.rows.table
        return (
            app.following.pulse.caught_up
            and held is not None
            and app.following.summary.records == held.records > 0
            and table is not None
            and table.is_known
            and bool(table.bypasses)
        )

    await until(pilot, is_settled, limit=60)
    table = app.panes.endpoints.rows.table
    assert table is not None
    return table


async def test_the_lost_route_is_seen_with_subnet_table_gateway_and_cost(aws: EmbeddedAws) -> None:
    """In a quarter of the screen, without a key pressed."""
    app = app_on(aws)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await table_of(pilot, app)
        (found,) = table.bypasses
        assert (found.service, found.exit, table.name(found.subnet)) == ("s3", Exit.NAT, "payments-private-b")
        assert table.name(found.table) == "payments-private-b"
        assert table.name(found.target) == "nat-b"
        assert found.traffic.clients >= 3
        assert found.traffic.bytes > 50_000_000
        await until(pilot, lambda: shows(app, "s3 payments-private-b → nat-b"))
        cost = found.cost(0.045)
        assert cost is not None
        assert f"${cost:.2f}/h" in text_of(app)


async def test_every_endpoint_has_its_health_traffic_and_policy(aws: EmbeddedAws) -> None:
    """Gateway endpoints by their routes, the others by their interfaces; the one that no flow log sees is not known."""
    app = app_on(aws)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await table_of(pilot, app)
        rows = {row.endpoint.short: row for row in table.rows}
        assert rows["s3"].severity is Severity.WARNING
        assert any("payments-private-b" in signal.sentence for signal in rows["s3"].signals)
        for service in ("s3", "dynamodb", "kms", "sts", "secretsmanager", "ecr.api", "logs"):
            traffic = rows[service].traffic
            assert traffic is not None, service
            assert traffic.bytes > 1_000_000
            assert 0 < traffic.clients < 20
        inspection = next(row for row in table.rows if row.endpoint.kind == "GatewayLoadBalancer")
        assert (inspection.traffic, inspection.policy) == (None, Access.NOT_TAKEN)
        assert rows["kms"].policy is Access.RESTRICTED
        assert rows["dynamodb"].policy is Access.FULL


async def test_what_endpoints_carry_is_what_the_flows_pane_counts(aws: EmbeddedAws) -> None:
    """Of KMS, to the byte: both group the same conversations."""
    from tui.cache.columns import Grouping

    app = app_on(aws)
    async with app.run_test(size=(120, 40)) as pilot:
        table = await table_of(pilot, app)
        kms = next(row for row in table.rows if row.endpoint.short == "kms")
        assert kms.traffic is not None
        app.use_filter(f"endpoint:{kms.endpoint.id}")
        app.panes.flows.group_by(Grouping.CONVERSATIONS)
        await until(pilot, lambda: shows(app, "filtered") or app.filters.state.text != "")
        flows = app.panes.flows.rows

        def is_filtered() -> bool:
            """Whether the rows are those of KMS alone."""
            shown = flows.table
            return shown is not None and 0 < shown.totals.bytes < 200_000_000

        await until(pilot, is_filtered, limit=20)
        assert flows.table is not None
        assert flows.table.totals.bytes == kms.traffic.bytes


async def test_the_page_of_s3_tells_what_to_do(aws: EmbeddedAws) -> None:
    """Which route table to associate, and what it costs meanwhile."""
    app = app_on(aws)
    async with app.run_test(size=(120, 70)) as pilot:
        await table_of(pilot, app)
        await pilot.press("3", "enter")
        await until(pilot, lambda: shows(app, "How it is"))
        for part in ("What goes around it", "a month at $0.045/GB", "associate it with rtb-", "nat-b (nat-", "pl-"):
            assert shows(app, part), part


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("DescribeVpcEndpoints", "ec2:DescribeVpcEndpoints is denied"),
        ("DescribeRouteTables", "? unknown dynamodb"),
    ],
)
async def test_what_may_not_be_read_is_said_and_not_called_healthy(aws: EmbeddedAws, action: str, said: str) -> None:
    """The permission that is missing, in the pane; of gateway endpoints, that their routes are not known."""
    aws.inject([{"kind": "error", "code": "UnauthorizedOperation", "status": 403, "action": action, "times": None}])
    try:
        app = VpcTop(lambda: denied(aws), Options(theme="dark", clock=lambda: AT, utc=True, title="demo"))
        async with app.run_test(size=(120, 50)) as pilot:
            await pilot.press("3", "z")
            await until(pilot, lambda: shows(app, said), limit=60)
            if action == "DescribeVpcEndpoints":
                return
            assert shows(app, "s3 payments-private-b → NAT, route table not known")
            assert not shows(app, "another way")  # the same packets are told once
            while app.endpoint is None or app.endpoint.short != "dynamodb":
                await pilot.press("down")
                await pilot.pause()
            await pilot.press("enter")
            await until(pilot, lambda: shows(app, "No route tables could be"))
            assert shows(app, "allow ec2:DescribeRouteTables")
    finally:
        aws.inject([])


def denied(aws: EmbeddedAws) -> Connected:
    """The program on it, reading the inventory as it does: part by part."""
    key, secret = aws.access_keys
    access = session.Access(None, aws.region, aws.url, key, secret, isolated=True)
    options = TailOptions(once=True, until=AT, api_rate=0, clock=lambda: AT)
    tail = Prepared(open_tail([aws.scope], access, options))
    return Connected(tail, RollingCache(), AwsInventory(access, [aws.scope], clock=lambda: AT))
