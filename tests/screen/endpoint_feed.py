"""Answers of the Endpoints pane made by hand: endpoints of every type, what goes around, what is offered."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from tests.screen.flow_feed import T0
from tui.cache.carriage import Access, Bypass, EndpointRow, EndpointTable, Exit, Offer, Traffic
from tui.network.health import Severity, Signal
from tui.network.rules import Endpoint
from tui.network.service import Connection, OwnedService
from tui.screen.app import VpcTop

VPC = "vpc-0a1b2c3d4e5f60718"
S3, KMS = "vpce-0aaaaaaaaaaaaaaa1", "vpce-0bbbbbbbbbbbbbbb2"
SUBNET, TABLE, NAT = "subnet-0ccccccccccccccc3", "rtb-0ddddddddddddddd4", "nat-0eeeeeeeeeeeeeee5"
FINE = Signal("fine", Severity.FINE, "Nothing is the matter with it, as far as EC2 tells.")
LEFT_OUT = Signal(
    "left-out", Severity.WARNING, "What leaves private-b for s3 goes by NAT gateway.", "associate it", (SUBNET,)
)
CLOSED = Signal("group-lets-nobody-in", Severity.FAILING, "Its security group sg-1 lets nobody in.", "add a rule")
TRAFFIC = Traffic(1_200_000_000, 3_400_000.0, 12, 0, T0 - 600, T0)


def endpoint(kind: str = "Interface", service: str = "kms", one: str = KMS, **more: object) -> EndpointRow:
    """One that is well and carries something."""
    made = Endpoint(
        one, kind, f"com.amazonaws.eu-west-1.{service}", VPC, "available", subnets=("subnet-1",), interfaces=("eni-1",)
    )
    row = EndpointRow(made, (FINE,), TRAFFIC, policy=Access.RESTRICTED, zones=("eu-west-1a", "eu-west-1b"))
    return replace(row, **more)  # type: ignore[arg-type]  # a row's own


def gateway(**more: object) -> EndpointRow:
    """The endpoint of S3, with a subnet left out."""
    made = Endpoint(S3, "Gateway", "com.amazonaws.eu-west-1.s3", VPC, "available", route_tables=("rtb-1", "rtb-2"))
    row = EndpointRow(made, (LEFT_OUT,), TRAFFIC, policy=Access.FULL, prefix_list="pl-1: 52.218.0.0/17")
    return replace(row, **more)  # type: ignore[arg-type]  # a row's own


def around(**more: object) -> Bypass:
    """Private-b goes to S3 by the NAT gateway."""
    made = Bypass(
        "s3", VPC, Exit.NAT, NAT, SUBNET, TABLE, S3, Traffic(135_000_000, 2_260_000.0, 5, 0, T0 - 30, T0), pace=16e9
    )
    return replace(made, **more)  # type: ignore[arg-type]  # a bypass's own


OFFER = Offer(
    OwnedService("vpce-svc-0f61a3d2b97c4e815", name="payments-api", state="available", acceptance_required=True),
    (
        Connection("vpce-svc-0f61a3d2b97c4e815", "vpce-0fffffffffffffff6", "210987654321", "pendingAcceptance"),
        Connection("vpce-svc-0f61a3d2b97c4e815", "vpce-0fffffffffffffff7", "345678901234", "available"),
    ),
)
NAMES = {SUBNET: "private-b", TABLE: "payments-private-b", NAT: "nat-b", VPC: "payments"}


def table(*rows: EndpointRow, bypasses: tuple[Bypass, ...] = (), offers: tuple[Offer, ...] = ()) -> EndpointTable:
    """An answer of these."""
    return EndpointTable(
        rows, bypasses, offers, is_known=True, is_waiting=False, names=NAMES, since=T0 - 600, newest=T0
    )


async def show(app: VpcTop, pilot: Pilot[None], made: EndpointTable) -> None:
    """Hand the pane an answer."""
    app.panes.endpoints.show(made)
    await pilot.pause()
