"""The demo's incident in the Rejects pane: whose trouble is what, and which rule it is, from the wire to the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.screen.picture import shows, until
from tests.screenshots import AT, connect_to, stopped_demo
from tui.cache.rejected import RejectRow, Section
from tui.network.verdict.model import Confidence, Ruling
from tui.screen.app import VpcTop
from tui.screen.options import Options

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from tui.demo.embedded import EmbeddedAws

SCANNER = "192.0.2.201"


@pytest.fixture(scope="module")
def aws() -> Iterator[EmbeddedAws]:
    """The demo's AWS, its clock stopped in the middle of the incident."""
    with stopped_demo() as running:
        yield running


def app_on(aws: EmbeddedAws) -> VpcTop:
    """The program on it."""
    return VpcTop(connect_to(aws), Options(theme="dark", clock=lambda: AT, utc=True, title="demo"))


async def settled(pilot: Pilot[None], app: VpcTop) -> None:
    """Wait until every record that is in the cache is on the screen, told by name."""

    def is_settled() -> bool:
        """Whether that is so."""
        held, words = app.following.held(), app.panes.flows.rows.words
        return (
            app.following.pulse.caught_up
            and held is not None
            and app.following.summary.records == held.records > 0
            and words.known is not None
        )

    await until(pilot, is_settled, limit=60)


async def rows_of(pilot: Pilot[None], app: VpcTop) -> tuple[RejectRow, ...]:
    """All rows, judged."""
    await settled(pilot, app)
    await pilot.press("2", "u")

    def is_judged() -> bool:
        """Whether the last answer is unfolded and has all verdicts."""
        table = app.panes.rejects.rows.table
        return table is not None and table.unfolded and all(row.verdict for row in table.rows)

    await until(pilot, is_judged, limit=60)
    table = app.panes.rejects.rows.table
    assert table is not None
    return table.rows


async def test_the_incident_is_the_readers_own_and_the_scan_is_noise(aws: EmbeddedAws) -> None:
    """Replies that the data tier's ACL stops are named by it; who scans is noise; nothing is left without a verdict."""
    app = app_on(aws)
    async with app.run_test(size=(120, 40)) as pilot:
        rows = await rows_of(pilot, app)
        mine = [row for row in rows if row.section is Section.MINE]
        noise = [row for row in rows if row.section is Section.NOISE]
        data = [row for row in mine if row.client.label.startswith("app-") and row.port in {5432, 6379}]
        assert len(data) >= 9
        for row in data:
            assert row.verdict is not None
            assert row.verdict.ruling is Ruling.ACL_RETURN
            assert row.verdict.short == "ACL * denies reply"
            assert row.verdict.fix.startswith("aws ec2 create-network-acl-entry")
        assert mine[0] in data
        assert {row.verdict.ruling for row in mine if row.verdict and row not in data} <= {
            Ruling.NO_RULE, Ruling.ACL_RETURN,
        }  # fmt: skip
        assert {(row.client.label, row.port) for row in mine} >= {("web-3", 5432), ("app-5", 8125)}
        scan = [row for row in noise if row.client.address == SCANNER]
        assert len({row.port for row in scan}) > 100
        assert {row.verdict.ruling for row in scan if row.verdict} <= {Ruling.NO_RULE, Ruling.ACL_ENTRY}
        assert all(row.verdict.confidence is Confidence.CERTAIN for row in scan if row.verdict)
        assert not [row for row in mine if row.client.address == SCANNER]


async def test_what_is_counted_is_what_the_flows_pane_counts(aws: EmbeddedAws) -> None:
    """To the record."""
    app = app_on(aws)
    async with app.run_test(size=(120, 40)) as pilot:
        await rows_of(pilot, app)
        table, flows = app.panes.rejects.rows.table, app.panes.flows.rows.table
        assert table is not None
        assert flows is not None
        assert table.mine.count + table.stale.count + table.noise.count == flows.totals.rejected > 10_000


async def test_enter_and_e_explain_it_and_a_detail_has_the_verdict(aws: EmbeddedAws) -> None:
    """The same words from the row of the Rejects pane, from the flow, and from its detail."""
    app = app_on(aws)
    async with app.run_test(size=(120, 50)) as pilot:
        await settled(pilot, app)
        await pilot.press("2")
        await until(pilot, lambda: shows(app, "✗ ACL * denies reply"), limit=30)
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "No entry of network ACL") and shows(app, "The records that show it"))
        assert shows(app, "--network-acl-id acl-")
        assert shows(app, "✓ ACCEPT  app-")
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard.startswith("aws ec2 create-network-acl-entry --"))
        await pilot.press("escape", "1", "s", "s", "s", "s")
        await until(pilot, lambda: shows(app, "by Reject"))
        rows = app.panes.flows.rows
        await until(pilot, lambda: "db-writer" in rows.title_at_cursor() or "db-reader" in rows.title_at_cursor())
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "✗ No entry of network ACL") and shows(app, "e explains"))
        await pilot.press("e")
        await until(pilot, lambda: shows(app, "What would let it through"))
