"""The demo narrows the policy of its KMS endpoint: the Policy pane tells what that means, from the wire to the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.ec2.models import EC2Backend

from tests.alerts.demo_world import START, DemoWorld
from tests.screen.hand_made import unconnected
from tests.screen.policy_feed import is_shown, tell, words_of


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """What a server of moto's changes in this process is changed back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EC2Backend, "create_default_vpc", EC2Backend.create_default_vpc)
        patch.setenv("MOTO_ACCOUNT_ID", "123456789012")
        yield


async def test_the_narrowed_policy_is_told() -> None:
    """When it was seen, that 47 actions are gone for most callers, what is left, and the request of one who had it."""
    world = DemoWorld(calm=False, rate=20.0, history=60)
    world.batches(START + 30)
    before = world.inventory()
    kms = world.topology.endpoints["kms"]
    async with unconnected() as (app, pilot):
        await pilot.press("4", "z")
        app.endpoint_id = kms
        await tell(app, pilot, before, "Anyone may do anything in kms")
        assert not is_shown(app, "Changes")
        world.batches(START + 60)
        await tell(app, pilot, world.inventory(), "47 actions no longer allowed for some callers")
        words = words_of(app)
        assert "Anyone may call kms:Decrypt or kms:DescribeKey" in words
        assert "Changes 1 seen" in words
        assert "Before: statement 0 (OurKeys) allows it. Now: no statement allows it." in words
