"""Endpoints changed from the screen, over the wire, on the embedded AWS: what is ordered is what AWS has then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from tests.screen.picture import shows, until
from tui.cli.demo import Running
from tui.cli.option import settle
from tui.screen.app import VpcTop
from tui.screen.options import Options
from tui.screen.panes.endpoints import EndpointsPane

SQS = "com.amazonaws.eu-west-1.sqs"


@pytest.fixture(name="demo")
def demo_fixture() -> Iterator[Running]:
    """The demo's AWS."""
    running = Running(7, 20.0, 1.0)
    yield running
    running.close()


def found_by(demo: Running) -> Callable[[], dict[str, Any]]:
    """What tells the endpoint for SQS as AWS has it; {} while there is none."""
    aws = demo.start()
    key, secret = aws.access_keys
    ec2 = boto3.client(
        "ec2", region_name=aws.region, endpoint_url=aws.url, aws_access_key_id=key, aws_secret_access_key=secret
    )

    def found() -> dict[str, Any]:
        answer = ec2.describe_vpc_endpoints(Filters=[{"Name": "service-name", "Values": [SQS]}])
        return next(iter(answer["VpcEndpoints"]), {})

    return found


async def test_an_endpoint_lives_and_dies_by_the_keyboard(demo: Running) -> None:
    """N creates an interface endpoint in a subnet, M turns its private DNS on, D deletes it: AWS has each as ordered."""
    found = found_by(demo)
    settings = settle({}, allow_changes=True)
    app = VpcTop(lambda: demo.connect(settings), Options(theme="dark", utc=True, clock=demo.clock, allow_changes=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.inventory is not None and bool(app.inventory.route_tables), 40.0)
        assert app.changes is not None
        assert found() == {}
        await pilot.press("3", "N")
        await until(pilot, lambda: shows(app, "Create an endpoint"))
        await pilot.press(*"sqs", "tab", "tab", "tab", "space", "enter")
        await until(pilot, lambda: shows(app, "Type sqs and press Enter to do it."))
        await pilot.press(*"sqs", "enter")
        await until(pilot, lambda: shows(app, "is available"), 20.0)
        made = found()
        assert (made["VpcEndpointType"], len(made["SubnetIds"]), made["PrivateDnsEnabled"]) == ("Interface", 1, False)
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        endpoint = str(made["VpcEndpointId"])
        await until(
            pilot, lambda: endpoint in {each.id for each in (app.inventory and app.inventory.endpoints) or ()}, 30.0
        )
        app.panes.endpoints.post_message(EndpointsPane.Wanted("modify", endpoint))
        await until(pilot, lambda: shows(app, "Nothing is different."))
        await pilot.press("end", "up", "up", "up", "space")  # past the three types of addresses
        await until(pilot, lambda: shows(app, "--private-dns-enabled"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, f"Type {endpoint}"))
        await pilot.press(*endpoint, "enter")
        await until(pilot, lambda: shows(app, "AWS shows it as ordered"), 20.0)
        assert found()["PrivateDnsEnabled"] is True
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)

        app.panes.endpoints.post_message(EndpointsPane.Wanted("delete", endpoint))
        await until(pilot, lambda: shows(app, f"Type {endpoint}"))
        await pilot.press(*endpoint, "enter")
        await until(pilot, lambda: shows(app, f"{endpoint} is gone"), 20.0)
        assert found() == {}
