"""The rows of the Rejects pane are those of a slow and obvious version, and each is in the section it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cache.refused import (
    DB,
    ENI_DB,
    ENI_WEB,
    FAR,
    OUT,
    OUT_TOO,
    PARTNER,
    PUBLIC,
    STRAY,
    STRAY_TOO,
    SYN_ACK,
    WEB,
    Known,
    held,
    line,
)
from tests.cache.test_partial import T0
from tui.cache.belonging import Belonging
from tui.cache.calling import UNKNOWN, called
from tui.cache.columns import Grouping
from tui.cache.reject_order import Order
from tui.cache.rejected import TREND, RejectRow, RejectsAsk, RejectTable, Section
from tui.cache.rejects import rejects
from tui.cache.rolling import Held
from tui.cache.selecting import core_of, with_side
from tui.cache.view import Ask
from tui.cache.views import answer
from tui.flows.dtype import ADDRESSES
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.value import Now
from tui.flows.source import Cause, Gap

UNFOLDED = Ask(names=Known(), rejects=RejectsAsk(unfolded=True), interval=60)
PLACES = [WEB, DB, PUBLIC, STRAY, STRAY_TOO, FAR, PARTNER, OUT, OUT_TOO, "52.218.0.5", "2001:db8::7", "fd00::1"]
PORTS = [22, 443, 5432, 40_312, 51_000]


def found(lines: list[str], ask: Ask = UNFOLDED, gaps: tuple[Gap, ...] = ()) -> RejectTable:
    """What the pane is answered."""
    return rejects(held(lines, gaps), ask)


def row(table: RejectTable, client: str, server: str) -> RejectRow:
    """The only row between these."""
    (one,) = [each for each in table.rows if (each.client.label, each.server.label) == (client, server)]
    return one


# Few places and ports most of the time, so that records meet in one row.
PLACE = st.sampled_from([WEB, OUT, OUT_TOO, STRAY, STRAY_TOO]) | st.sampled_from(PLACES)
RECORD = st.builds(
    line,
    PLACE,
    PLACE,
    st.sampled_from([40_312, 51_000]) | st.sampled_from(PORTS),
    st.sampled_from([22]) | st.sampled_from(PORTS),
    action=st.sampled_from(["REJECT", "REJECT", "ACCEPT"]),
    eni=st.sampled_from([ENI_WEB, ENI_DB]),
    flags=st.sampled_from([0, 2, 18]),
    start=st.integers(T0 - 1800, T0),
    seconds=st.sampled_from([0, 30, 59, 600]),
    protocol=st.sampled_from([6, 17]),
)


def owner(address: str) -> str:
    """What a row calls it."""
    known = {WEB: "web-1", PUBLIC: "web-1", DB: "payments-db", PARTNER: "partners", "52.218.0.5": "s3"}
    network = ip_network((address, 24 if "." in address else 64), strict=False)
    return known.get(address) or (str(network) if private(address) else "internet")


def private(address: str) -> bool:
    """Whether the internet does not route it."""
    return ip_address(address) in ip_network("10.0.0.0/8" if "." in address else "fc00::/7")


def own(address: str) -> bool:
    """Whether it is the reader's."""
    return private(address) or address in {WEB, PUBLIC, DB, PARTNER}


def slow(holding: Held, interval: int) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The same, one record at a time."""
    records = with_side(core_of(holding, [pl.concat(frames) for _, frames in holding.tables])).rows(named=True)
    talks: dict[tuple[Any, ...], dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for each in records:
        if each["action"] == "REJECT":
            key = (each["srcaddr"], each["dstaddr"], each["server_port"], each["protocol"], is_noise(each, records))
            talks[key][each["interface-id"]].append(each)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for (source, destination, port, protocol, noise), seen in talks.items():
        every = [each for way in seen.values() for each in way]
        toward = any(each["server_is_dst"] for each in every)
        client, server = (source, destination) if toward else (destination, source)
        made = rows.setdefault(
            (owner(client), owner(server), port, protocol, noise),
            {"count": 0, "rate": 0.0, "first": [], "last": [], "clients": set(), "servers": set()},
        )
        made["count"] += max(len(way) for way in seen.values())
        made["rate"] += max(sum(a_minute(each, holding.newest or 0, interval) for each in way) for way in seen.values())
        made["first"] += [each["start"] for each in every]
        made["last"] += [each["end"] for each in every]
        made["clients"].add(client)
        made["servers"].add(server)
    return rows


def is_noise(each: dict[str, Any], records: list[dict[str, Any]]) -> bool:
    """From outside, and no answer to what was let out."""
    if own(each["srcaddr"]):
        return False
    answered = not each["server_is_dst"] and own(each["dstaddr"])
    return not (
        answered
        and any(
            other["action"] == "ACCEPT"
            and other["server_is_dst"]
            and (other["srcaddr"], other["dstaddr"]) == (each["dstaddr"], each["srcaddr"])
            and (other["server_port"], other["protocol"]) == (each["server_port"], each["protocol"])
            for other in records
        )
    )


def a_minute(each: dict[str, Any], newest: int, interval: int) -> float:
    """Records a minute that a record adds to the last interval."""
    inside = min(each["end"], newest) - max(each["start"], newest - interval + 1) + 1
    return 60 * max(0, inside) / (each["end"] - each["start"] + 1) / interval  # type: ignore[no-any-return]


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(RECORD, max_size=40), interval=st.sampled_from([60, 600]))
def test_rows_are_those_of_a_slow_version(lines: list[str], interval: int) -> None:
    """Owners, sides, noise, counts, rates, times and how many addresses, whatever the records."""
    holding = held(lines)
    table = rejects(holding, replace(UNFOLDED, interval=interval))
    expected = slow(holding, interval)
    assert {each.key for each in table.rows} == set(expected)
    assert len(table.rows) == len(expected)
    for each in table.rows:
        told = expected[each.key]
        assert (each.count, each.first, each.last) == (told["count"], min(told["first"]), max(told["last"]))
        assert each.rate == pytest.approx(told["rate"])
        # The side of a conversation is told once for all of its records.
        assert (each.client.addresses, each.server.addresses) == (len(told["clients"]), len(told["servers"]))
        assert each.client.address in told["clients"]
        assert sum(each.trend) <= each.count * 2 + 1e-6
        assert len(each.trend) == TREND
    assert table.mine.count + table.noise.count == sum(told["count"] for told in expected.values())
    assert table.noise.rows == sum(key[-1] for key in expected)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(RECORD, max_size=40))
def test_the_flows_pane_tells_as_many(lines: list[str]) -> None:
    """What this pane counts is what the other counts as rejected."""
    views = answer(held(lines), replace(UNFOLDED, grouping=Grouping.CONVERSATIONS))
    assert views.rejects is not None
    assert views.rejects.mine.count + views.rejects.noise.count == views.flows.totals.rejected


def test_what_is_the_readers_own_is_told_from_the_noise() -> None:
    """By the source: an interface, a private address, a prefix list of his; all else from outside is noise."""
    table = found(
        [
            line(WEB, DB, 40_312, 5432),
            line(PUBLIC, OUT, 40_312, 443, way="egress", eni=ENI_WEB),
            line(STRAY, DB, 40_312, 22),
            line(PARTNER, DB, 40_312, 22),
            line(OUT, WEB, 40_312, 22),
            line("52.218.0.5", WEB, 40_312, 22),
        ]
    )
    sections = {(each.client.label, each.server.label): each.section for each in table.rows}
    assert sections == {
        ("web-1", "payments-db"): Section.MINE,
        ("web-1", "internet"): Section.MINE,
        ("10.9.4.0/24", "payments-db"): Section.MINE,
        ("partners", "payments-db"): Section.MINE,
        ("internet", "web-1"): Section.NOISE,
        ("s3", "web-1"): Section.NOISE,
    }
    assert (table.mine.rows, table.noise.rows, table.noise.sources) == (4, 2, 2)


def test_a_reply_that_is_stopped_is_the_trouble_of_who_asked() -> None:
    """The network ACL stops what a server far away answers: it is the reader's own, if he asked; else it is noise."""
    reply = line(OUT, WEB, 443, 40_312, flags=SYN_ACK, eni=ENI_WEB)
    asked = line(WEB, OUT, 40_312, 443, action="ACCEPT", eni=ENI_WEB, way="egress")
    (unasked,) = found([reply]).rows
    assert unasked.section is Section.NOISE
    table = found([asked, reply])
    assert [(each.client.label, each.server.label, each.port, each.section) for each in table.rows] == [
        ("web-1", "internet", 443, Section.MINE)
    ]
    only_rejects = replace(UNFOLDED, filter=parse_filter("action=reject", Now(0.0)))
    assert [each.section for each in found([asked, reply], only_rejects).rows] == [Section.MINE]


def test_one_row_has_both_directions() -> None:
    """The client is the client, whoever's packet was refused."""
    table = found(
        [
            line(WEB, DB, 40_312, 5432),
            line(DB, WEB, 5432, 40_312, flags=SYN_ACK, way="egress"),
        ]
    )
    assert row(table, "web-1", "payments-db").count == 2
    assert len(table.rows) == 1


def test_addresses_that_nobody_knows_are_one_row_a_network() -> None:
    """An application that looks for a host that is gone asks many: the row says how many, and one of them."""
    table = found([line(WEB, address, 40_312, 8125) for address in (STRAY, STRAY_TOO, STRAY)])
    (one,) = table.rows
    assert (one.server.label, one.server.addresses, one.server.is_anybody) == ("10.9.4.0/24", 2, True)
    assert one.server.address in {STRAY, STRAY_TOO}


def test_without_an_inventory_rows_are_of_addresses() -> None:
    """And the table says so."""
    lines = [line(WEB, DB, 40_312, 5432), line(OUT, DB, 40_312, 22), line(OUT_TOO, DB, 40_312, 22)]
    table = found(lines, Ask(rejects=RejectsAsk(unfolded=True)))
    assert not table.by_owner
    assert {(each.client.label, each.server.label) for each in table.rows} == {(WEB, DB), (OUT, DB), (OUT_TOO, DB)}
    assert {each.client.label for each in table.rows if each.section is Section.MINE} == {WEB}


def test_noise_is_folded_into_its_sum() -> None:
    """How much, of how many rows and sources, and its trend; row by row only when asked for."""
    scan = [line(OUT, DB, 40_312, port, start=T0 - 60 * (port % 2)) for port in range(1, 41)]
    table = found([*scan, line(WEB, DB, 40_312, 5432)], replace(UNFOLDED, rejects=RejectsAsk()))
    assert [each.section for each in table.rows] == [Section.MINE]
    noise = table.noise
    assert (noise.rows, noise.count, noise.sources, noise.trend[-2:]) == (40, 40, 1, (20, 20))
    assert not table.unfolded


def test_the_busiest_row_is_first_and_the_order_is_steady() -> None:
    """Most refused now, then most in all; equal rows stay where they are."""
    old = [line(WEB, STRAY, 40_000 + n, 22, start=T0 - 900) for n in range(9)]
    now = [line(WEB, DB, 40_312, 5432), line(WEB, DB, 40_313, 6379)]
    tables = [found([*old, *now]), found([*now[::-1], *old])]
    assert [each.port for each in tables[0].rows][-1] == 22
    assert [each.key for each in tables[0].rows] == [each.key for each in tables[1].rows]


def test_trends_are_records_a_minute() -> None:
    """The newest minute last; a record of several minutes gives each its share."""
    table = found(
        [
            line(WEB, DB, 40_312, 5432),
            line(WEB, DB, 40_313, 5432, start=T0 - 60),
            line(WEB, DB, 40_314, 5432, start=T0 - 60),
            line(WEB, DB, 40_315, 5432, start=T0 - 240, seconds=119),
            line(WEB, DB, 40_316, 5432, start=T0 - 60 * TREND, seconds=0),
        ]
    )
    trend = row(table, "web-1", "payments-db").trend
    assert trend[-5:] == (0.5, 0.5, 0, 2, 1)
    assert sum(trend) == 4


def test_a_filter_and_a_span_hold_here_too() -> None:
    """What they leave out is in no row and in no sum; the rows of a moment are those of then."""
    lines = [line(WEB, DB, 40_312, 5432), line(WEB, DB, 40_313, 6379, start=T0 - 600)]
    kept = found(lines, replace(UNFOLDED, filter=parse_filter("port 5432", Now(0.0))))
    assert [each.port for each in kept.rows] == [5432]
    assert kept.mine.count == 1
    then = found(lines, replace(UNFOLDED, until=T0 - 300.0))
    assert [each.port for each in then.rows] == [6379]
    assert then.newest == T0 - 301


def test_a_gap_marks_the_rows_that_it_touches() -> None:
    """And the sums of what was looked at."""
    gap = Gap(T0 - 590, T0 - 580, Cause.SKIPDATA, 1)
    lines = [line(WEB, DB, 40_312, 5432), line(WEB, DB, 40_313, 6379, start=T0 - 600)]
    table = found(lines, gaps=(gap,))
    assert {each.port: each.is_partial for each in table.rows} == {5432: False, 6379: True}
    assert table.is_partial
    healed = replace(gap, healed=float(T0))
    assert not any(each.is_partial for each in found(lines, gaps=(healed,)).rows)


def test_a_record_that_opens_a_connection_stands_for_its_row() -> None:
    """It tells more than a newer one amid a connection."""
    holding = held(
        [
            line(WEB, DB, 40_312, 5432, start=T0 - 120),
            line(WEB, DB, 40_313, 5432, start=T0 - 60),
            line(WEB, DB, 40_314, 5432, flags=0),
        ]
    )
    (one,) = rejects(holding, UNFOLDED).rows
    (frame,) = holding.tables[0][1] if len(holding.tables[0][1]) == 1 else (pl.concat(holding.tables[0][1]),)
    assert frame.filter(pl.col("serial") == one.serial)["srcport"].to_list() == [40_313]


def test_strange_records_are_no_trouble() -> None:
    """Nothing held; nothing refused; ICMP, which has no ports; a layout without an action."""
    assert found([]).rows == ()
    assert found([line(WEB, DB, 40_312, 5432, action="ACCEPT")]).rows == ()
    (ping,) = found([line(WEB, DB, 0, 0, protocol=1, flags=0)]).rows
    assert (ping.port, ping.protocol, ping.client.label) == (0, 1, "web-1")


@settings(max_examples=50, deadline=None)
@given(addresses=st.lists(st.sampled_from(PLACES) | st.ip_addresses().map(str), min_size=1, unique=True))
def test_owners_are_called_as_everywhere(addresses: list[str]) -> None:
    """As the grouping by owner calls them, but for private addresses that nobody knows."""
    series = pl.Series("address", addresses, dtype=ADDRESSES)
    known = Belonging(Known())
    known.learn(series)
    mine = dict(zip(addresses, (known.labels[at] for at in known.owners(series)), strict=True))
    theirs = dict(called(series, Known()).select(pl.col("address").cast(pl.String), "label").rows())
    for address in addresses:
        if theirs[address] == UNKNOWN:
            assert ip_address(address) in ip_network(mine[address])
        else:
            assert mine[address] == theirs[address]


def customer(at: int) -> str:
    """One of many addresses outside."""
    return f"192.0.2.{at}"


def test_customers_that_are_refused_are_not_lost_in_the_noise() -> None:
    """A port that refuses some outside now and has let in as many others is told of; one for a few only is not."""
    let_in = [line(customer(at), WEB, 40_312, 443, action="ACCEPT", start=T0 - 120) for at in range(1, 9)]
    refused = [line(customer(at), WEB, 40_313, 443) for at in range(5, 15)]
    office = [line(OUT, WEB, 40_312, 22, action="ACCEPT")]
    knocking = [line(customer(at), WEB, 40_314, 22) for at in range(1, 30)]
    (one,) = found([*let_in, *refused, *office, *knocking]).served
    assert (one.server, one.port, one.count, one.refused, one.others) == ("web-1", 443, 10, 10, 8)
    only_rejects = replace(UNFOLDED, filter=parse_filter("action=reject", Now(0.0)))
    assert found([*let_in, *refused], only_rejects).served == (one,)
    assert found([*let_in, refused[0]]).served == ()  # one source is a scanner
    over = [line(customer(at), WEB, 40_313, 443, start=T0 - 600) for at in range(5, 15)]
    assert found([*let_in, *over, line(WEB, DB, 40_312, 5432)]).served == ()


ORDERS: dict[Order, Callable[[RejectRow], Any]] = {
    Order.RATE: lambda row: (row.rate, row.count),
    Order.COUNT: lambda row: row.count,
    Order.SINCE: lambda row: row.first or 0,
    Order.LAST: lambda row: row.last or 0,
}


@settings(max_examples=40, deadline=None)
@given(st.lists(RECORD, max_size=30), st.sampled_from(list(Order)), st.booleans())
def test_rows_are_sorted_as_asked(lines: list[str], order: Order, upward: bool) -> None:
    """Within each section, either way round; and the rows are the same ones."""
    asked = replace(UNFOLDED, rejects=RejectsAsk(unfolded=True, order=order, is_upward=upward))
    table, usual = found(lines, asked), found(lines)
    assert (table.order, table.is_upward) == (order, upward)
    assert table.keys == usual.keys
    for section in (Section.MINE, Section.NOISE):
        numbers = [ORDERS[order](each) for each in table.rows if each.section is section]
        assert numbers == sorted(numbers, reverse=not upward)
