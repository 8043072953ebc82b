"""The Endpoints pane's answer: what is not seen is not known, policies in two words, who wants to connect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cache.carrying import (
    APP,
    BUCKET,
    ENI_APP,
    ENI_BATCH,
    ENI_KMS,
    KMS,
    KMS_ADDRESS,
    KNOWN,
    S3,
    SUBNET_A,
    T0,
    TABLE_A,
    VPC,
    held,
    line,
)
from tui.cache.carriage import Access, EndpointsAsk, EndpointTable
from tui.cache.endpoints import NO_LOG, NO_LOG_AROUND, NO_RECORDS, endpoints
from tui.cache.permitting import access_of
from tui.cache.rolling import Held
from tui.cache.view import NO_NAMES, Ask
from tui.cache.views import answer
from tui.flows.source import Cause, Gap
from tui.network.health import Severity
from tui.network.inventory import Inventory
from tui.network.rules import Endpoint
from tui.network.service import Connection, OwnedService, Service

NODATA = f"{{}} - - - - - - - {T0} {T0 + 59} - NODATA - - - - - -"
DEFAULT = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'


def table(lines: list[str], known: Inventory = KNOWN, gaps: tuple[Gap, ...] = ()) -> EndpointTable:
    """The answer."""
    return endpoints(held(lines, gaps=gaps), Ask(names=known, endpoints=EndpointsAsk(), interval=60))


def test_what_no_flow_log_sees_is_not_known() -> None:
    """Neither zero nor healthy: each says why."""
    rows = {row.endpoint.id: row for row in table([line(ENI_BATCH, "10.0.32.8", "10.9.9.9", path="1")]).rows}
    assert (rows[KMS].traffic, rows[KMS].unseen) == (None, NO_LOG)
    assert (rows[S3].traffic, rows[S3].unseen) == (None, NO_LOG_AROUND)
    assert {row.unseen for row in table([]).rows} == {NO_RECORDS}


def test_an_interface_that_says_there_was_no_traffic_makes_it_zero() -> None:
    """NODATA is a heartbeat. https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html."""
    rows = {row.endpoint.id: row for row in table([NODATA.format(ENI_KMS), NODATA.format(ENI_APP)]).rows}
    for one in (KMS, S3):
        traffic = rows[one].traffic
        assert traffic is not None
        assert (traffic.bytes, traffic.clients, traffic.is_partial) == (0, 0, False)


def test_where_only_a_client_is_logged_it_is_at_least_so_much() -> None:
    """Other clients may be there."""
    seen = line(ENI_APP, APP, KMS_ADDRESS, 700, path="1")
    rows = {row.endpoint.id: row.traffic for row in table([seen]).rows}
    kms = rows[KMS]
    assert kms is not None
    assert (kms.bytes, kms.is_partial, kms.is_rate_partial) == (700, True, True)
    whole = {row.endpoint.id: row.traffic for row in table([seen, NODATA.format(ENI_KMS)]).rows}[KMS]
    assert whole is not None
    assert not whole.is_partial


def test_an_old_gap_touches_the_sum_and_not_the_rate() -> None:
    """The rate is of the last interval alone."""
    gap = Gap(T0 + 5, T0 + 9, Cause.DISCONNECTED, 1, "")
    records = [line(ENI_APP, APP, BUCKET, 700, path="7"), line(ENI_APP, APP, BUCKET, 70, path="7", at=T0 + 240)]
    traffic = {row.endpoint.id: row.traffic for row in table(records, gaps=(gap,)).rows}[S3]
    assert traffic is not None
    assert (traffic.is_partial, traffic.is_rate_partial) == (True, False)
    assert traffic.rate == pytest.approx(70 / 60)


# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
@pytest.mark.parametrize(
    ("text", "access"),
    [
        (DEFAULT, Access.FULL),
        (DEFAULT.replace('"Action": "*"', '"Action": "s3:GetObject"'), Access.RESTRICTED),
        (DEFAULT.replace("Allow", "Deny"), Access.NOTHING),
        ("", Access.NONE),
        ("{", Access.UNREADABLE),
        ("\x00" * 30_000, Access.UNREADABLE),
        ('{"Statement": []}', Access.UNREADABLE),
    ],
)
def test_a_policy_is_told_in_two_words(text: str, access: Access) -> None:
    """By meaning, however it is written; what cannot be read is said to be so."""
    assert access_of(Endpoint(S3, "Gateway", "com.amazonaws.eu-west-1.s3", policy=text)) is access


def test_endpoints_that_take_no_policy() -> None:
    """Gateway Load Balancer endpoints, services of others, and those of which AWS says so."""
    for made in (
        Endpoint("a", "gatewayloadbalancer"),
        Endpoint("b", "Interface", "com.amazonaws.vpce.eu-west-1.vpce-svc-0a"),
    ):
        assert access_of(made) is Access.NOT_TAKEN
    assert access_of(Endpoint("c", "Interface", "x"), Service("x", takes_policy=False)) is Access.NOT_TAKEN


def test_what_was_not_read_is_not_called_none() -> None:
    """No inventory yet; one without endpoints, and what is missing for it."""
    ask = Ask(names=NO_NAMES, endpoints=EndpointsAsk())
    assert endpoints(held([]), ask) == EndpointTable()
    denied = Inventory(missing=("ec2:DescribeVpcEndpoints is denied: endpoints are not known",))
    made = endpoints(held([]), replace(ask, names=denied))
    assert (made.is_known, made.is_waiting, made.missing) == (False, False, denied.missing)


def test_services_offered_show_who_waits_first() -> None:
    """Then who is connected."""
    service = OwnedService("vpce-svc-0a", state="available")
    states = ("rejected", "available", "PendingAcceptance")
    connections = tuple(Connection(service.id, f"vpce-{state}", "1", state) for state in states)
    (offer,) = table([], replace(KNOWN, owned_services=(service,), connections=connections)).offers
    assert [each.state for each in offer.connections] == ["PendingAcceptance", "available", "rejected"]


def test_the_pane_is_answered_only_when_it_asks_and_takes_nothing_from_the_others() -> None:
    """A bug of ours in it leaves the flows as they are."""
    kept = held([line(ENI_APP, APP, BUCKET, 700, path="7")])
    assert answer(kept, Ask(names=KNOWN)).endpoints is None
    assert answer(Held(), Ask(names=KNOWN, endpoints=EndpointsAsk())).endpoints is not None
    broken = replace(KNOWN, endpoints=(None,))  # type: ignore[arg-type]  # the bug
    told = answer(kept, Ask(names=broken, endpoints=EndpointsAsk()))
    assert told.flows.total == 1
    assert told.endpoints is not None
    assert "log has the details" in told.endpoints.trouble


def test_rows_tell_where_an_endpoint_is() -> None:
    """Zones by name, the prefix list, and names of what is told by id."""
    made = table([])
    rows = {row.endpoint.id: row for row in made.rows}
    assert rows[KMS].zones == ("eu-west-1a",)
    assert rows[S3].prefix_list == "pl-s3: 52.218.0.0/17"
    assert (made.name(SUBNET_A), made.name(TABLE_A), made.name(VPC), made.name("x")) == (
        "private-a",
        "a",
        "payments",
        "x",
    )
    assert rows[S3].severity is Severity.WARNING
