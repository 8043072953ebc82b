"""Filters, spans and groupings: each row is what an obvious count over the kept records says."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cache.test_partial import T0, batch
from tests.flows.slow_filter import keeps
from tui.cache.calling import INTERNET, UNKNOWN
from tui.cache.columns import SHAPES, Grouping
from tui.cache.rolling import Held, RollingCache
from tui.cache.selecting import within_span
from tui.cache.view import NO_NAMES, Ask, FlowTable, NoNames
from tui.cache.views import answer, detail
from tui.flows.filter.model import Filter, Network
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.surroundings import Surroundings
from tui.flows.filter.value import Now
from tui.flows.logformat import Layout, layout_of
from tui.flows.source import Batch, Cause, Gap

LAYOUT: Layout = layout_of(
    [
        "interface-id",
        "srcaddr",
        "dstaddr",
        "srcport",
        "dstport",
        "protocol",
        "packets",
        "bytes",
        "start",
        "end",
        "action",
        "log-status",
        "tcp-flags",
        "flow-direction",
        "traffic-path",
        "pkt-dst-aws-service",
        "subnet-id",
    ]
)
WEB, APP, DB, S3, OUT = "10.0.1.7", "10.0.1.8", "10.0.2.9", "52.218.0.5", "198.51.100.7"
ENI_WEB, ENI_DB = "eni-0000000000000web1", "eni-00000000000000db1"


def line(
    source: str, destination: str, port: int, size: int, *,
    eni: str = ENI_WEB, way: str = "egress", path: str = "1", action: str = "ACCEPT", service: str = "-", at: int = T0,
) -> str:  # fmt: skip
    """A record of one minute from the client's side."""
    return (
        f"{eni} {source} {destination} 40312 {port} 6 10 {size} {at} {at + 59} {action} OK 2 {way} {path} {service} "
        f"subnet-{'b' if eni == ENI_DB else 'a'}"
    )


LINES = [
    line(WEB, DB, 5432, 6000),
    line(WEB, DB, 5432, 6000, eni=ENI_DB, way="ingress", path="-"),  # the same packets, seen at the other end
    line(APP, DB, 5432, 1000, action="REJECT"),
    line(WEB, S3, 443, 50_000, path="7", service="S3"),
    line(WEB, OUT, 443, 700, path="8", at=T0 + 120),
]


@dataclass(frozen=True)
class Inventory(NoNames):
    """The database and the web server have names, S3 its networks."""

    inside: tuple[Network, ...] = (ip_network("10.0.0.0/16"),)

    def names_frame(self) -> pl.DataFrame:
        """Two interfaces."""
        return pl.DataFrame(
            {
                "address": [WEB, DB],
                "label": ["web-1", "payments-db"],
                "owner": ["ec2", "rds"],
                "interface": [ENI_WEB, ENI_DB],
                "subnet": ["public-a", "data-a"],
                "az": ["eu-west-1a", "eu-west-1a"],
            }
        )

    def networks_frame(self) -> pl.DataFrame:
        """S3."""
        return pl.DataFrame({"network": ["52.218.0.0/17"], "label": ["s3"], "owner": ["aws"]})


def held(lines: list[str], gaps: tuple[Gap, ...] = ()) -> Held:
    """A cache with these."""
    cache = RollingCache()
    cache.add(batch(lines, layout=LAYOUT) if lines else Batch(T0 + 360))
    cache.ledger.add(gaps)
    return cache.held()


def table(ask: Ask, lines: list[str] | None = None) -> FlowTable:
    """What the Flows pane is answered."""
    return answer(held(LINES if lines is None else lines), ask).flows


def rows(grouping: Grouping, *columns: str, **more: object) -> list[tuple[object, ...]]:
    """The rows of a grouping by bytes, some columns of each."""
    asked = Ask(grouping, "bytes", columns=columns, names=Inventory(), **more)  # type: ignore[arg-type]  # an Ask's own
    found = table(asked)
    assert tuple(column.key for column in found.columns) == columns
    return [row.values for row in found.rows(0, 99)]


def test_pairs_join_ports_and_directions() -> None:
    """A client and its server; packets that two interfaces saw count once."""
    assert rows(Grouping.PAIRS, "client", "server", "ports", "bytes", "rejected") == [
        (WEB, S3, 1, 50_000, 0), (WEB, DB, 1, 6000, 0), (APP, DB, 1, 1000, 1), (WEB, OUT, 1, 700, 0),
    ]  # fmt: skip


def test_talkers_count_what_they_send_and_receive() -> None:
    """Each address is in as many conversations as it has."""
    assert rows(Grouping.TALKERS, "address", "sent", "received", "peers", "bytes") == [
        (WEB, 56_700, 0, 3, 56_700), (S3, 0, 50_000, 1, 50_000), (DB, 0, 7000, 2, 7000), (APP, 1000, 0, 1, 1000),
        (OUT, 0, 700, 1, 700),
    ]  # fmt: skip


def test_ports_count_clients_and_servers() -> None:
    """The server's port, whoever serves it."""
    assert rows(Grouping.PORTS, "server_port", "protocol", "clients", "servers", "accepted", "rejected") == [
        (443, 6, 1, 2, 2, 0), (5432, 6, 2, 1, 1, 1),
    ]  # fmt: skip


def test_interfaces_count_what_each_saw_itself() -> None:
    """In and out by flow-direction, with the place that the inventory tells."""
    assert rows(Grouping.INTERFACES, "interface-id", "subnet", "az", "received", "sent") == [
        (ENI_WEB, "public-a", "eu-west-1a", 0, 57_700), (ENI_DB, "data-a", "eu-west-1a", 6000, 0),
    ]  # fmt: skip


def test_subnets_add_up_their_interfaces() -> None:
    """By the subnet's name."""
    assert rows(Grouping.SUBNETS, "subnet", "interfaces", "received", "sent") == [
        ("public-a", 1, 0, 57_700), ("data-a", 1, 6000, 0),
    ]  # fmt: skip


def test_direction_is_inferred_where_the_format_lacks_it() -> None:
    """The inventory knows which address is the interface's own."""
    lacking = layout_of([name for name in LAYOUT.names if name != "flow-direction"])
    at = LAYOUT.names.index("flow-direction")
    cut = [" ".join(part for place, part in enumerate(each.split()) if place != at) for each in LINES]
    cache = RollingCache()
    cache.add(batch(cut, layout=lacking))
    asked = Ask(Grouping.INTERFACES, "bytes", columns=("interface-id", "received", "sent"), names=Inventory())
    found = answer(cache.held(), asked).flows.rows(0, 9)
    assert [row.values for row in found] == [(ENI_WEB, 0, 57_700), (ENI_DB, 6000, 0)]
    unknown = answer(cache.held(), Ask(Grouping.INTERFACES, "bytes", columns=("received", "sent"))).flows.rows(0, 9)
    assert [row.values for row in unknown] == [(None, None), (None, None)]


def test_services_are_the_record_s_or_of_amazon_s_networks() -> None:
    """pkt-dst-aws-service where there is one; else the network of the server."""
    told = [(("S3"), 1, 50_000)]
    assert rows(Grouping.SERVICES, "service", "clients", "bytes") == told
    silent = [each.replace(" S3 ", " - ") for each in LINES]
    asked = Ask(Grouping.SERVICES, "bytes", columns=("service", "clients", "bytes"), names=Inventory())
    assert [row.values for row in table(asked, silent).rows(0, 9)] == told


def test_paths_count_what_left() -> None:
    """By traffic-path code; ingress has none."""
    assert rows(Grouping.PATHS, "traffic-path", "clients", "bytes") == [(7, 1, 50_000), (1, 2, 7000), (8, 1, 700)]


def test_owners_are_called_by_the_inventory() -> None:
    """A name, AWS's service, the internet, or a private address nobody knows."""
    assert rows(Grouping.OWNERS, "client_owner", "server_owner", "bytes") == [
        ("web-1", "s3", 50_000), ("web-1", "payments-db", 6000), (UNKNOWN, "payments-db", 1000), ("web-1", INTERNET, 700),
    ]  # fmt: skip


@pytest.mark.parametrize("grouping", list(Grouping))
def test_every_grouping_of_nothing_is_empty(grouping: Grouping) -> None:
    """An empty cache, a filter that keeps nothing, and a key of another grouping break none."""
    nothing = parse_filter("bytes > 99TB", Now(T0))
    for asked in (Ask(grouping), Ask(grouping, filter=nothing), Ask(grouping, keep=("x", 5)), Ask(grouping, keep=(7,))):
        found = table(asked, LINES if asked.filter == nothing else [])
        assert found.rows(0, 9) == []
        assert (found.height, found.totals.bytes) == (0, 0)


@pytest.mark.parametrize("grouping", list(Grouping))
def test_the_row_under_the_cursor_is_found_in_every_grouping(grouping: Grouping) -> None:
    """Its key tells where it is after another sort."""
    shape = SHAPES[grouping]
    asked = Ask(grouping, shape.sort, shape.descending, names=Inventory())
    for row in table(asked).rows(0, 9):
        other = table(Ask(grouping, "bytes", descending=False, keep=row.key, names=Inventory()))
        assert other.kept is not None
        assert other.rows(other.kept, other.kept + 1)[0].key == row.key


def test_totals_are_of_all_kept_rows_and_partial_where_a_gap_is() -> None:
    """A packet counts once in bytes; records are those the filter keeps."""
    found = table(Ask(filter=parse_filter("port 5432", Now(T0))))
    totals = found.totals
    assert (totals.rows, totals.records, totals.bytes, totals.accepted, totals.rejected) == (2, 3, 7000, 1, 1)
    assert not totals.is_partial
    talkers = table(Ask(Grouping.TALKERS, filter=parse_filter("port 5432", Now(T0)))).totals
    assert (talkers.rows, talkers.bytes, talkers.accepted, talkers.rejected) == (3, 7000, 1, 1)
    gap = Gap(T0 + 10, T0 + 20, Cause.FAILED)
    assert answer(held(LINES, (gap,)), Ask()).flows.totals.is_partial
    assert not answer(held(LINES, (gap,)), Ask(since=T0 + 60)).flows.totals.is_partial


def test_a_span_looks_back_in_time() -> None:
    """Only windows that reach into it, with rates before its end."""
    back = table(Ask(until=T0 + 60, interval=60))
    assert {row.values[1] for row in back.rows(0, 9)} == {DB, S3}
    assert back.rows(0, 1)[0].values[4] == pytest.approx(50_000 / 60)
    assert [row.values[1] for row in table(Ask(since=T0 + 100)).rows(0, 9)] == [OUT]


def test_the_timeline_is_of_what_is_kept() -> None:
    """Under a filter the strip keeps its minutes and tells the kept traffic."""
    plain = answer(held(LINES), Ask()).strip
    kept = answer(held(LINES), Ask(filter=parse_filter("dst=198.51.100.7", Now(T0)))).strip
    assert (kept.since, len(kept.accepted)) == (plain.since, len(plain.accepted))
    assert sum(kept.accepted_bytes) == pytest.approx(700)
    assert sum(kept.rejected_bytes) == 0


def test_records_show_any_field() -> None:
    """Also one that no format in use has, and one that is not known."""
    found = table(Ask(Grouping.RECORDS, "end", columns=("dstaddr", "tcp-flags", "ecs-task-id", "of-version-12")))
    assert [column.heading for column in found.columns] == ["Destination", "Flags", "ECS task", "of-version-12"]
    assert found.rows(0, 1)[0].values == (OUT, 2, None, None)


_TEXTS = [
    "port 443",
    "action=reject",
    "src=10.0.1.0/29 and not dst=10.0.2.9",
    "path=7 or external",
    "late",
    "bytes>1kB",
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_TEXTS), st.sampled_from(list(Grouping)), st.lists(st.sampled_from(LINES), max_size=8))
def test_a_filtered_view_is_the_view_of_what_is_kept(text: str, grouping: Grouping, lines: list[str]) -> None:
    """Whatever the grouping, as if the other records had never been."""
    asked = parse_filter(text, Now(T0))
    kept = [each for each in lines if keeps(asked.node, _row(each), Surroundings(inside=Inventory().inside))]
    shape = SHAPES[grouping]
    columns = tuple(column.key for column in shape.columns)
    by = "bytes" if grouping is Grouping.RECORDS else shape.keys[0]

    def told(of: list[str], asked: Filter) -> list[tuple[object, ...]]:
        ask = Ask(grouping, by, columns=columns, names=Inventory(), filter=asked, interval=600)
        rows = (row.values for row in table(ask, of).rows(0, 99))
        # A rate is a sum of fractions, and polars adds in any order.
        return sorted((tuple(round(v, 6) if isinstance(v, float) else v for v in row) for row in rows), key=repr)

    assert told(lines, asked) == told(kept, Filter())


def _row(text: str) -> dict[str, object]:
    numbers = {"srcport", "dstport", "protocol", "packets", "bytes", "start", "end", "tcp-flags", "traffic-path"}
    values = {name: None if value == "-" else value for name, value in zip(LAYOUT.names, text.split(), strict=True)}
    return {
        **{name: int(value) if value is not None and name in numbers else value for name, value in values.items()},
        "@late": False,
    }


def test_a_table_without_names_names_nobody() -> None:
    """NO_NAMES keeps the promise of an inventory."""
    found = table(Ask(Grouping.OWNERS, "bytes", columns=("client_owner", "server_owner"), names=NO_NAMES))
    assert {value for row in found.rows(0, 9) for value in row.values} == {UNKNOWN, INTERNET}


def test_a_detail_is_of_the_span_that_is_looked_at() -> None:
    """At a moment travelled to, what came later is not told; without a span all is."""
    later = [*LINES, line(WEB, DB, 5432, 9000, at=T0 + 120)]
    key = (WEB, DB, 5432, 6)
    whole = detail(within_span(held(later), Ask()), Grouping.CONVERSATIONS, key)
    then = detail(within_span(held(later), Ask(until=T0 + 60)), Grouping.CONVERSATIONS, key)
    assert whole is not None
    assert then is not None
    assert (whole.total, then.total) == (3, 2)
