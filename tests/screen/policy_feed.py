"""Endpoints with policies, as an inventory tells them, and the app with the Policy pane open."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from textual.pilot import Pilot

from tests.screen.flow_feed import NOW, T0
from tests.screen.hand_made import unconnected
from tests.screen.picture import until
from tui.network.change import changes_between
from tui.network.inventory import Inventory
from tui.network.rules import Endpoint
from tui.network.service import Service
from tui.screen.app import VpcTop
from tui.screen.messages import InventoryLoaded

ACCOUNT = "123456789012"
APP = f"arn:aws:iam::{ACCOUNT}:role/payments-app"
KEYS = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*"
KMS_ID, S3_ID = "vpce-0a1b2c3d4e5f67890", "vpce-0c3d4e5f60718293a"


def policy(*statements: dict[str, Any], indent: int | None = 2) -> str:
    """A text of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=indent)


def allow(actions: object = "*", resource: object = "*", **more: object) -> dict[str, Any]:
    """A statement that lets anyone."""
    return {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resource, **more}


OURS = {"StringEquals": {"aws:PrincipalOrgID": "o-pay1example"}}
WIDE = policy(allow("kms:*", KEYS, Sid="OurKeys", Condition=OURS))
NARROW = policy(
    allow(
        ["kms:Decrypt", "kms:DescribeKey"], KEYS, Sid="OnlyTheApp", Condition={"ArnEquals": {"aws:PrincipalArn": APP}}
    )
)
FULL = policy(allow(), indent=None)
KMS = Endpoint(
    KMS_ID, "Interface", "com.amazonaws.eu-west-1.kms", "vpc-0a1b2c3d", "available", "payments-kms", policy=WIDE
)
S3 = Endpoint(S3_ID, "Gateway", "com.amazonaws.eu-west-1.s3", "vpc-0a1b2c3d", "available", policy=FULL)
SERVICES = (
    Service("com.amazonaws.eu-west-1.kms", ("Interface",), "amazon", takes_policy=True),
    Service("com.amazonaws.eu-west-1.s3", ("Gateway", "Interface"), "amazon", takes_policy=True),
)


def inventory(*endpoints: Endpoint, services: Sequence[Service] = SERVICES, at: float = T0) -> Inventory:
    """What there is, read at that time."""
    return Inventory(
        at, endpoints=endpoints, services=tuple(services), read_at=MappingProxyType({"endpoints": at}), account=ACCOUNT
    )


def changed(before: Inventory, *endpoints: Endpoint, at: float = NOW) -> Inventory:
    """The same, read again, with what changed."""
    after = replace(before, at=at, endpoints=endpoints, read_at=MappingProxyType({"endpoints": at}))
    return replace(after, changes=(*before.changes, *changes_between(before, after)))


def is_shown(app: VpcTop, text: str) -> bool:
    """Whether this stands on the screen, wherever the lines of the pane were broken."""
    return text in words_of(app)


def words_of(app: VpcTop) -> str:
    """What the Policy pane shows, in one line."""
    rows = app.panes.policy.rows
    return " ".join(" ".join("".join(text for text, _ in rows.line(y)) for y in range(rows.size.height)).split())


async def tell(app: VpcTop, pilot: Pilot[None], known: Inventory, shown: str = "") -> None:
    """Hand the app an inventory, and wait until its pane shows it."""
    app.post_message(InventoryLoaded(known))
    await until(pilot, lambda: app.inventory is known and (not shown or is_shown(app, shown)))


@asynccontextmanager
async def policy_pane(
    *endpoints: Endpoint, size: tuple[int, int] = (120, 40), folder: Path | None = None, shown: str = "Policy "
) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app with pane 4 alone on the screen."""
    async with unconnected(size, folder) as (app, pilot):
        await pilot.press("4", "z")
        await tell(app, pilot, inventory(*endpoints), shown)
        yield app, pilot
