"""What endpoints carry and what goes around them: each packet once, by the way the records tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cache.carrying import (
    APP,
    BATCH,
    BUCKET,
    BUCKET_TOO,
    ENI_APP,
    ENI_BATCH,
    ENI_KMS,
    ENI_NAT,
    ENI_WEB,
    KMS,
    KMS_ADDRESS,
    KNOWN,
    LAYOUT,
    NAT,
    NAT_ADDRESS,
    PLAIN,
    S3,
    SUBNET_B,
    SUBNET_P,
    T0,
    TABLE_B,
    TABLES,
    WEB,
    held,
    line,
    plain,
)
from tests.cache.slow_carried import Seen, slow
from tui.cache.carriage import Bypass, EndpointsAsk, Exit
from tui.cache.carried import Carried, carried
from tui.cache.rolling import Held
from tui.cache.view import Ask
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.value import Now
from tui.flows.logformat import Layout
from tui.flows.source import Cause, Gap
from tui.network.inventory import Inventory

ASK = Ask(names=KNOWN, endpoints=EndpointsAsk(), interval=60)


def told(lines: list[str], layout: Layout = LAYOUT, known: Inventory = KNOWN) -> Carried:
    """What these records tell."""
    return carried(held(lines, layout), ASK, known)


def only(made: Carried) -> Bypass:
    """The one thing that goes around."""
    (found,) = made.bypasses
    return found


def test_both_ends_of_an_interface_endpoint_see_the_same_packets() -> None:
    """The client's interface and the endpoint's own tell of them: they count once, both directions."""
    made = told(
        [
            line(ENI_APP, APP, KMS_ADDRESS, 700, path="1"),
            line(ENI_KMS, APP, KMS_ADDRESS, 700),
            line(ENI_APP, KMS_ADDRESS, APP, 5_000),
            line(ENI_KMS, KMS_ADDRESS, APP, 5_000, path="1"),
        ]
    )
    kms = made.traffic[KMS]
    assert (kms.bytes, kms.clients, kms.rejects, kms.first, kms.last) == (5_700, 1, 0, T0, T0 + 59)
    assert kms.rate == pytest.approx(5_700 / 60)
    assert made.seen == {ENI_APP, ENI_KMS}
    assert not made.bypasses


def test_refused_clients_of_an_endpoint_are_counted() -> None:
    """A REJECT at the endpoint's interface is its security group's, or the ACL's."""
    made = told([line(ENI_KMS, BATCH, KMS_ADDRESS, 60, action="REJECT"), line(ENI_KMS, APP, KMS_ADDRESS, 600)])
    assert (made.traffic[KMS].rejects, made.traffic[KMS].clients) == (1, 2)


@pytest.mark.parametrize("path", ["7", "2"])
def test_a_gateway_endpoint_carries_what_left_by_it(path: str) -> None:
    """Codes 7 and, before Nitro, 2; what comes back has no code and goes by what left. domain: flow-log-records."""
    made = told([line(ENI_APP, APP, BUCKET, 500, path=path), line(ENI_APP, BUCKET, APP, 9_000)])
    assert (made.traffic[S3].bytes, made.traffic[S3].by_routes) == (9_500, False)
    assert not made.bypasses


@pytest.mark.parametrize(
    ("path", "subnet", "eni", "client", "exit_"),
    [
        ("1", SUBNET_B, ENI_BATCH, BATCH, Exit.NAT),
        ("8", SUBNET_P, ENI_WEB, WEB, Exit.INTERNET),
        ("2", SUBNET_P, ENI_WEB, WEB, Exit.INTERNET),
        ("3", SUBNET_B, ENI_BATCH, BATCH, Exit.OTHER),
    ],
)
def test_what_leaves_otherwise_goes_around(path: str, subnet: str, eni: str, client: str, exit_: Exit) -> None:
    """By the record's own word, with the subnet and what it left by."""
    found = only(told([line(eni, client, BUCKET, 500, path=path), line(eni, BUCKET, client, 9_000)]))
    assert (found.service, found.exit, found.subnet, found.endpoint) == ("s3", exit_, subnet, S3)
    assert found.traffic.bytes == 9_500
    if exit_ is Exit.NAT:
        assert (found.target, found.table) == (NAT, TABLE_B)
        assert found.pace == pytest.approx(9_500 * 3600 / 60)
        assert found.cost(0.045) == pytest.approx(found.pace / 1e9 * 0.045)
    else:
        assert found.cost(0.045) is None


def test_a_nat_gateway_sees_the_clients_packets_again() -> None:
    """Its inner side is the client's conversation, its outer side is its own: nothing counts twice."""
    found = only(
        told(
            [
                line(ENI_BATCH, BATCH, BUCKET, 800, path="1"),
                line(ENI_NAT, BATCH, NAT_ADDRESS, 800, packet=(BATCH, BUCKET)),
                line(ENI_NAT, NAT_ADDRESS, BUCKET, 800, path="8"),
                line(ENI_NAT, BUCKET, NAT_ADDRESS, 70_000),
                line(ENI_NAT, NAT_ADDRESS, BATCH, 70_000, packet=(BUCKET, BATCH), path="1"),
                line(ENI_BATCH, BUCKET, BATCH, 70_000),
            ]
        )
    )
    assert (found.traffic.bytes, found.traffic.clients, found.subnet) == (70_800, 1, SUBNET_B)


def test_a_nat_gateway_alone_does_not_tell_for_whom() -> None:
    """In the default fields its own side is all there is: bytes, but no client, subnet or route table."""
    made = told([plain(ENI_NAT, NAT_ADDRESS, BUCKET, 800), plain(ENI_NAT, BUCKET, NAT_ADDRESS, 70_000)], PLAIN)
    found = only(made)
    assert not found.clients_known
    assert (found.traffic.bytes, found.traffic.clients, found.subnet, found.target) == (70_800, 0, "", NAT)


def test_without_the_way_in_the_records_the_routes_of_now_tell() -> None:
    """And that is said."""
    made = told(
        [plain(ENI_APP, APP, BUCKET, 100), plain(ENI_BATCH, BUCKET, BATCH, 300), plain(ENI_WEB, WEB, BUCKET, 500)],
        PLAIN,
    )
    assert (made.traffic[S3].bytes, made.traffic[S3].by_routes) == (100, True)
    assert {(each.exit, each.traffic.bytes) for each in made.bypasses} == {(Exit.NAT, 300), (Exit.INTERNET, 500)}
    unread = replace(KNOWN, route_tables=(), read_at={part: 1.0 for part in KNOWN.read_at if part != "route_tables"})
    nothing = told([plain(ENI_APP, APP, BUCKET, 100)], PLAIN, unread)
    assert not nothing.bypasses
    assert S3 not in nothing.traffic


def test_a_route_that_was_lost_splits_what_comes_back_by_time() -> None:
    """Before it by the endpoint, after it by the NAT gateway: each answer goes by the request nearest to it."""
    made = told(
        [
            line(ENI_BATCH, BATCH, BUCKET, 1, path="7"),
            line(ENI_BATCH, BUCKET, BATCH, 10, at=T0 + 5),
            line(ENI_BATCH, BATCH, BUCKET, 100, path="1", at=T0 + 120),
            line(ENI_BATCH, BUCKET, BATCH, 1_000, at=T0 + 125),
        ]
    )
    assert made.traffic[S3].bytes == 11
    assert only(made).traffic.bytes == 1_100
    assert only(made).pace == pytest.approx(1_100 * 3600 / 65)


def test_a_service_that_could_have_an_endpoint_for_nothing_is_told() -> None:
    """DynamoDB without one; another service's addresses, and what the VPC has itself, are nobody's bypass."""
    made = told([line(ENI_BATCH, BATCH, TABLES, 400, path="1"), line(ENI_BATCH, BATCH, "198.51.100.7", 400, path="1")])
    found = only(made)
    assert (found.service, found.endpoint, found.exit) == ("dynamodb", "", Exit.NAT)


def test_where_no_prefix_list_was_read_the_record_names_the_service() -> None:
    """pkt-dst-aws-service and pkt-src-aws-service."""
    blind = replace(KNOWN, prefix_lists=())
    made = told(
        [line(ENI_BATCH, BATCH, BUCKET, 400, path="1", code="S3"), line(ENI_BATCH, BUCKET, BATCH, 9_000, code="S3")],
        known=blind,
    )
    assert (only(made).service, only(made).traffic.bytes, only(made).traffic.clients) == ("s3", 9_400, 1)


def test_the_filter_hides_nothing_and_the_span_does() -> None:
    """How an endpoint is does not depend on what is looked at; when does."""
    kept = held([line(ENI_APP, APP, BUCKET, 500, path="7"), line(ENI_APP, APP, BUCKET, 70, path="7", at=T0 + 120)])
    filtered = replace(ASK, filter=parse_filter("port 22", Now(T0)))
    assert carried(kept, filtered, KNOWN).traffic[S3].bytes == 570
    assert carried(kept, replace(ASK, since=T0 + 100), KNOWN).traffic[S3].bytes == 70
    assert carried(kept, replace(ASK, until=T0 + 100), KNOWN).newest == T0 + 99


def test_a_gap_makes_it_at_least_so_much() -> None:
    """Of everything that the span tells."""
    gap = Gap(T0 + 10, T0 + 20, Cause.DISCONNECTED, 3, "")
    made = carried(held([line(ENI_APP, APP, BUCKET, 500, path="7")], gaps=(gap,)), ASK, KNOWN)
    assert made.is_partial
    assert made.traffic[S3].is_partial


def test_nothing_held_tells_nothing() -> None:
    """No record, no number."""
    assert carried(Held(), ASK, KNOWN) == Carried()


PATHS = st.sampled_from(["7", "1", "8", "2", "3", "-"])
CLIENTS = {APP: ENI_APP, BATCH: ENI_BATCH, WEB: ENI_WEB}


@st.composite
def traffic(draw: st.DrawFn) -> list[Seen]:
    """Records of three clients, two buckets and the endpoint of KMS, each end and the NAT gateway telling or not."""
    made: list[Seen] = []
    for _ in range(draw(st.integers(0, 14))):
        client = draw(st.sampled_from(sorted(CLIENTS)))
        server = draw(st.sampled_from([BUCKET, BUCKET_TOO, KMS_ADDRESS]))
        minute, size, refused = draw(st.integers(0, 3)), draw(st.integers(1, 900)), draw(st.booleans())
        is_out = draw(st.booleans())
        # One path a client, bucket and minute: two at once would be anybody's guess.
        path = ("7", "1", "8", "-")[(len(client) + len(server) + minute * 3 + ord(client[-1])) % 4] if is_out else "-"
        at = T0 + minute * 120 + (0 if is_out else draw(st.sampled_from([20, 100])))
        ends = [CLIENTS[client]] if server != KMS_ADDRESS else [CLIENTS[client], ENI_KMS]
        if server != KMS_ADDRESS and draw(st.booleans()):
            ends.append(ENI_NAT)
        for eni in ends:
            if draw(st.booleans()):
                sent, to = (client, server) if is_out else (server, client)
                made.append(Seen(eni, sent, to, size, path if eni == CLIENTS[client] else "-", at, refused))
    return made


@settings(max_examples=150, deadline=None)
@given(traffic())
def test_sums_are_what_a_slow_count_says(records: list[Seen]) -> None:
    """Bytes and refusals of each endpoint and each way around, whatever the records."""
    lines = [
        line(
            each.eni, each.sent, each.to, each.size, path=each.path, at=each.at,
            action="REJECT" if each.refused else "ACCEPT",
        )
        for each in records
    ]  # fmt: skip
    made = told(lines)
    found = {(one, ""): (each.bytes, each.rejects) for one, each in made.traffic.items()}
    found |= {(each.exit.value, each.subnet): (each.traffic.bytes, each.traffic.rejects) for each in made.bypasses}
    expected = slow(records, KNOWN)
    if ("nat", SUBNET_P) in expected:  # what left by who knows what may be what was seen at the NAT gateway
        for sums in (expected, found):
            sums.pop(("other", SUBNET_P), None)
    accepted = {key for key in expected if key[1] == "" or key in found}
    assert found == {key: value for key, value in expected.items() if key in accepted}
    for key, (_, refused) in expected.items():  # what goes around and is all refused has not left
        assert key in found or refused


def test_a_nat_gateway_beyond_a_transit_gateway_counts_once() -> None:
    """The central egress VPC: the client's record says transit gateway, the NAT gateway's tells the same packets."""
    central = tuple(
        replace(each, routes=(*each.routes[:-1], replace(each.routes[-1], target="tgw-0123456789abcdef0")))
        if each.id == TABLE_B
        else each
        for each in KNOWN.route_tables
    )
    known = replace(KNOWN, route_tables=central)
    client = line(ENI_BATCH, BATCH, BUCKET, 800, path="1")
    assert only(told([client], known=known)).exit is Exit.TRANSIT
    found = only(told([client, line(ENI_NAT, BATCH, NAT_ADDRESS, 800, packet=(BATCH, BUCKET))], known=known))
    assert (found.exit, found.subnet, found.target, found.traffic.bytes) == (Exit.NAT, SUBNET_B, "", 800)
