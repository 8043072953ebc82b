"""Conversations and records: sums, sides, order, places, and agreement with a slow and obvious version."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from tests.cache.test_rolling import T0, batch, line
from tui.cache.columns import Grouping
from tui.cache.rolling import Held, RollingCache
from tui.cache.view import Ask
from tui.cache.views import answer, detail
from tui.flows.logformat import DEFAULT_LAYOUT, layout_of
from tui.flows.source import Batch

RECORDS = Ask(Grouping.RECORDS, sort="end")


def held(*batches: Batch) -> Held:
    """A cache with these batches."""
    cache = RollingCache()
    for one in batches:
        cache.add(one)
    return cache.held()


def record(
    eni: str, src: str, dst: str, sport: int, dport: int, *, size: int = 100, start: int = T0, action: str = "ACCEPT"
) -> str:
    """A default TCP record of a minute."""
    return f"2 123456789010 {eni} {src} {dst} {sport} {dport} 6 10 {size} {start} {start + 59} {action} OK"


def test_a_conversation_is_not_counted_twice() -> None:
    """Both ends' interfaces report the same packets: the row has them once and says two interfaces saw it."""
    lines = [record(eni, "10.0.1.7", "10.0.2.9", 40312, 5432, size=700) for eni in ("eni-a1", "eni-b2")]
    row = answer(held(batch(T0 + 90, lines)), Ask()).flows.rows(0, 9)[0]
    values = dict(zip((c.key for c in answer(held(), Ask()).flows.columns), row.values, strict=True))
    assert row.key == ("10.0.1.7", "10.0.2.9", 5432, 6)
    assert row.server_is_dst is True
    assert values["bytes"] == 700
    assert values["interfaces"] == 2
    assert values["accepted"] == 1


def test_the_reply_is_its_own_row_with_the_port_at_the_source() -> None:
    """Client ports vanish; the server's port names the conversation in both directions."""
    lines = [record("eni-a1", "10.0.1.7", "10.0.2.9", port, 5432) for port in (40312, 40313)]
    lines += [record("eni-a1", "10.0.2.9", "10.0.1.7", 5432, port, action="REJECT") for port in (40312, 40313)]
    rows = answer(held(batch(T0 + 90, lines)), Ask(sort="rejected")).flows.rows(0, 9)
    assert [row.key for row in rows] == [("10.0.2.9", "10.0.1.7", 5432, 6), ("10.0.1.7", "10.0.2.9", 5432, 6)]
    assert [row.server_is_dst for row in rows] == [False, True]


def test_the_flags_tell_the_server_when_ports_do_not() -> None:
    """A SYN-ACK comes from the server even when its port is the higher one."""
    layout = layout_of(["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "tcp-flags", "start", "end"])
    lines = [f"10.0.1.7 10.0.2.9 30000 40000 6 {flags} {T0} {T0 + 59}" for flags in (2, 3, 18, 19, 0)]
    rows = answer(held(batch(T0 + 90, lines, layout)), Ask(sort="server_port")).flows.rows(0, 9)
    assert [row.key[2] for row in rows] == [40000, 30000]


def test_rates_are_spread_over_the_capture_window() -> None:
    """6,000 bytes over ten minutes are 10 bytes a second, also when only the last minute is asked about."""
    window = line(T0, size=6_000, seconds=599)
    for interval in (60, 600):
        table = answer(held(batch(T0 + 660, [window])), Ask(interval=interval)).flows
        assert table.rows(0, 1)[0].values[4] == pytest.approx(10.0)


def test_idle_interfaces_make_no_row() -> None:
    """NODATA is a record but no conversation."""
    idle = f"2 123456789010 eni-1235b8ca123456789 - - - - - - - {T0} {T0 + 59} - NODATA"
    made = held(batch(T0 + 90, [idle, line(T0)]))
    assert answer(made, Ask()).flows.height == 1
    assert answer(made, RECORDS).flows.height == 2


def test_records_of_several_layouts_stand_in_one_table() -> None:
    """What a layout does not tell is absent, not wrong."""
    path = layout_of(["srcaddr", "dstaddr", "flow-direction"])
    rows = answer(held(batch(T0 + 90, [line(T0)]), batch(T0 + 91, ["10.0.1.5 10.0.0.220 egress"], path)), RECORDS)
    assert [row.values[9] for row in rows.flows.rows(0, 9)] == ["ACCEPT", None]


def test_the_row_under_the_cursor_is_found_again() -> None:
    """Whatever the order, the answer says where the kept row is; a row that is gone is None."""
    lines = [record("eni-a1", f"10.0.1.{host}", "10.0.2.9", 40000, 443, size=host) for host in range(1, 100)]
    made = held(batch(T0 + 90, lines))
    key = ("10.0.1.42", "10.0.2.9", 443, 6)
    for ask in (Ask(keep=key), Ask(sort="srcaddr", keep=key), Ask(sort="bytes", descending=False, keep=key)):
        table = answer(made, ask).flows
        assert table.kept is not None
        assert table.rows(table.kept, table.kept + 1)[0].key == key
    assert answer(made, Ask(keep=("10.9.9.9", "10.0.2.9", 443, 6))).flows.kept is None
    assert answer(made, Ask(keep=(7,))).flows.kept is None


def test_detail_shows_the_lines_as_they_came() -> None:
    """Enter on a conversation: its raw records, newest first, and how many there are."""
    lines = [line(T0 + 60 * minute) for minute in range(5)]
    made = held(batch(T0 + 400, lines[3:]), batch(T0 + 401, [*lines[:3], line(T0, src="10.0.1.8")]))
    found = detail(made, Grouping.CONVERSATIONS, ("10.0.1.7", "10.0.2.9", 5432, 6), limit=3)
    assert found is not None
    assert found.total == 5
    assert [one.line for one in found.records] == lines[:1:-1]
    assert found.records[0].log_stream == "eni-1235b8ca123456789-all"
    assert ("dstport", "5432", "destination port; 0 for ICMP") in found.records[0].fields
    assert detail(made, Grouping.CONVERSATIONS, ("10.0.1.7", "10.0.2.9", 1, 6)) is None


def test_detail_of_a_record_is_that_record() -> None:
    """Enter on a record."""
    made = held(batch(T0 + 90, [line(T0), line(T0 + 1)]))
    key = answer(made, RECORDS).flows.rows(0, 1)[0].key
    found = detail(made, Grouping.RECORDS, key)
    assert found is not None
    assert [one.line for one in found.records] == [line(T0 + 1)]


def test_an_empty_cache_answers() -> None:
    """Before the first record there is an empty table for every ask."""
    for ask in (Ask(), RECORDS, Ask(sort="nonsense")):
        table = answer(held(), ask).flows
        assert (table.height, table.rows(0, 40)) == (0, [])


def slow(lines: list[str]) -> dict[tuple[object, ...], tuple[int, int, int]]:
    """Bytes, accepted and rejected by conversation, one record at a time."""
    seen: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for text in lines:
        token = text.split()
        sport, dport = int(token[5]), int(token[6])
        known = [port < 1024 or port == 5432 for port in (sport, dport)]
        side = known[1] if known[0] != known[1] else dport <= sport
        sums = seen[token[3], token[4], dport if side else sport, int(token[7]), token[2]]
        sums[0] += int(token[9])
        sums[1] += token[12] == "ACCEPT"
        sums[2] += token[12] == "REJECT"
    rows: dict[tuple[object, ...], tuple[int, int, int]] = {}
    for (*key, _), sums in seen.items():
        old = rows.get(tuple(key), (0, 0, 0))
        rows[tuple(key)] = (max(old[0], sums[0]), max(old[1], sums[1]), max(old[2], sums[2]))
    return rows


@pytest.mark.parametrize("seed", range(5))
def test_conversations_agree_with_a_slow_version(seed: int) -> None:
    """Thousands of records in many batches, late ones among them."""
    pick = random.Random(seed)
    ports = [443, 5432, 22, 40000, 40001, 50123]
    lines = [
        record(
            f"eni-{pick.randrange(3)}",
            f"10.0.1.{pick.randrange(5)}",
            f"10.0.2.{pick.randrange(5)}",
            pick.choice(ports),
            pick.choice(ports),
            size=pick.randrange(40, 9_000),
            start=T0 + pick.randrange(1200),
            action=pick.choice(["ACCEPT", "REJECT"]),
        )
        for _ in range(3_000)
    ]
    made = held(*(batch(T0 + 1300, lines[at : at + 250]) for at in range(0, 3_000, 250)))
    table = answer(made, Ask()).flows
    names = [column.key for column in table.columns]
    rows = {row.key: dict(zip(names, row.values, strict=True)) for row in table.rows(0, 100_000)}
    assert {key: (row["bytes"], row["accepted"], row["rejected"]) for key, row in rows.items()} == slow(lines)


def test_the_default_layout_tells_all_the_core() -> None:
    """The core of the views is within the default format, but for the TCP flags."""
    assert DEFAULT_LAYOUT.lacks("srcaddr", "bytes", "action") == ()
    assert DEFAULT_LAYOUT.lacks("tcp-flags") == ("tcp-flags",)


NOW = 1_790_000_000.0
