"""Tables of refused flows made by hand: what the Rejects pane draws, without a cache behind it."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from tests.screen.flow_feed import T0
from tui.cache.rejected import TREND, Explanation, Party, RejectKey, RejectRow, RejectTable, Section, Sum
from tui.cache.view import Ask
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.screen.app import VpcTop

ENI = "eni-0a1b2c3d4e5f67890"
REPLY = Flow(
    "10.0.2.9",
    "10.0.1.7",
    6,
    5432,
    40312,
    ENI,
    egress=True,
    flags=18,
    action="REJECT",
    start=T0,
    end=T0 + 59,
    packets=3,
)
REQUEST = replace(
    REPLY, source="10.0.1.7", target="10.0.2.9", source_port=40312, target_port=5432, egress=False, flags=2,
    action="ACCEPT", packets=1,
)  # fmt: skip
DENIED = Verdict(
    Ruling.ACL_RETURN,
    Confidence.CERTAIN,
    "ACL 100 denies replies",
    "Entry 100 of network ACL acl-1 denies the reply out.",
    direction="out",
    interface=ENI,
    rule="acl-1 100",
    because=("It answers a request that was let through.", "The ACL is stateless."),
    evidence=(REQUEST, REPLY),
    closest="entry 110 of acl-1 allows tcp/1024-32767: the port is 40312",
    fix="aws ec2 create-network-acl-entry --network-acl-id acl-1 --rule-number 90 --egress",
    fix_note="Adds entry 90 to acl-1.",
)
UNKNOWN = Verdict(
    Ruling.UNKNOWN,
    Confidence.UNKNOWN,
    "cannot tell",
    "Which rule decided cannot be told: security group sg-2 was not read.",
    because=("ec2:DescribeSecurityGroupRules is denied.",),
    fix_note="Nobody knows what would mend it.",
)
TOLD = Explanation(
    REPLY, DENIED, "2 123456789012 eni-1 10.0.2.9 10.0.1.7 REJECT", ((T0 - 60.0, "network ACL acl-1: edited"),)
)


def refused(
    client: str = "web-1",
    server: str = "payments-db",
    port: int = 5432,
    *,
    section: Section = Section.MINE,
    verdict: Verdict | None = DENIED,
    **more: object,
) -> RejectRow:
    """A row, as the cache would tell it."""
    key: RejectKey = (client, server, port, 6, section is Section.NOISE)
    row = RejectRow(
        key,
        section,
        Party(client, 1, "10.0.1.7"),
        Party(server, 1, "10.0.2.9"),
        port,
        6,
        count=1204,
        rate=41.0,
        trend=(0.0,) * (TREND - 3) + (1.0, 20.0, 41.0),
        first=T0 - 1800,
        last=T0 + 59,
        serial=7,
        verdict=verdict,
    )
    return replace(row, **more)  # type: ignore[arg-type]  # a row's own


def table(*rows: RejectRow, noise: int = 0, unfolded: bool = False, **more: object) -> RejectTable:
    """An answer of these; `noise` records of it from twelve sources."""
    mine = [row for row in rows if row.section is Section.MINE]
    stale = [row for row in rows if row.section is Section.STALE]
    made = RejectTable(
        rows=rows,
        mine=Sum(len(mine), sum(row.count for row in mine), sum(row.rate for row in mine)),
        noise=Sum(9, noise, 89.0, 12, (1.0,) * TREND) if noise else Sum(),
        stale=Sum(len(stale), sum(row.count for row in stale)),
        unfolded=unfolded,
        by_owner=True,
        is_judged=True,
        since=T0 - 3600,
        newest=T0 + 59,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # a table's own


async def show(app: VpcTop, pilot: Pilot[None], made: RejectTable) -> None:
    """Hand the pane an answer."""
    assert app.panes.rejects.show(made, Ask())
    await pilot.pause()
