"""Traffic through a NAT gateway is counted once, though up to three records tell of it."""

from __future__ import annotations

import pytest

from tests.cache.carrying import BATCH, BUCKET, ENI_BATCH, ENI_NAT, NAT_ADDRESS, held, line
from tui.cache.columns import Grouping
from tui.cache.view import Ask
from tui.cache.views import answer

TO, BACK = (BATCH, BUCKET), (BUCKET, BATCH)
CLIENT = [line(ENI_BATCH, *TO, 50_000, code="S3"), line(ENI_BATCH, *BACK, 900_000, code="S3")]
FIRST_LEG = [
    line(ENI_NAT, BATCH, NAT_ADDRESS, 50_000, packet=TO, code="S3"),
    line(ENI_NAT, NAT_ADDRESS, BATCH, 900_000, packet=BACK, code="S3"),
]
SECOND_LEG = [
    line(ENI_NAT, NAT_ADDRESS, BUCKET, 50_000, code="S3"),
    line(ENI_NAT, BUCKET, NAT_ADDRESS, 900_000, code="S3"),
]


def services(lines: list[str]) -> list[tuple[object, ...]]:
    """The rows by AWS service."""
    asked = Ask(Grouping.SERVICES, "bytes", columns=("service", "clients", "bytes"))
    return [row.values for row in answer(held(lines), asked).flows.rows(0, 9)]


@pytest.mark.parametrize(
    "lines",
    [
        [*CLIENT, *FIRST_LEG, *SECOND_LEG],
        [*SECOND_LEG, *FIRST_LEG],
        [*CLIENT, *FIRST_LEG],
        CLIENT,
        SECOND_LEG,
    ],
)
def test_a_service_s_traffic_is_counted_once(lines: list[str]) -> None:
    """Whichever of the client's interface and the gateway's two legs are logged: one client, its bytes once."""
    assert services(lines) == [("S3", 1, 950_000)]


def test_what_a_gateway_alone_tells_of_another_client_is_added() -> None:
    """One whose own interface is not logged."""
    other = "10.0.1.99"
    lines = [
        *CLIENT,
        *FIRST_LEG,
        line(ENI_NAT, other, NAT_ADDRESS, 7_000, packet=(other, BUCKET), code="S3"),
        line(ENI_NAT, NAT_ADDRESS, BUCKET, 57_000, code="S3"),
    ]
    assert services(lines) == [("S3", 2, 957_000)]


def test_an_address_of_a_pod_is_no_gateway() -> None:
    """A node's interface tells of its pods with its own address; the node's own traffic is counted too."""
    pod = "10.0.1.200"
    lines = [line(ENI_BATCH, BATCH, BUCKET, 3_000, packet=(pod, BUCKET), code="S3"), *CLIENT]
    assert services(lines) == [("S3", 2, 953_000)]
