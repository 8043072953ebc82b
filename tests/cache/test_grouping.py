"""Rows of sums agree with a slow and obvious version, whatever the keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.cache import packing
from tui.cache.grouping import grouped
from tui.cache.packing import Packing
from tui.flows.dtype import ADDRESSES, TEXTS, WORDS

KEY = ("srcaddr", "dstaddr", "server_port", "protocol")
WAY = ("interface-id", "layout")
NEWEST = 1_790_000_640
SCHEMA: dict[str, Any] = {
    "srcaddr": ADDRESSES, "dstaddr": ADDRESSES, "server_port": pl.UInt16, "protocol": pl.UInt8, "interface-id": TEXTS,
    "layout": pl.UInt32, "bytes": pl.Int64, "packets": pl.Int64, "start": pl.UInt32, "end": pl.UInt32, "action": WORDS,
    "server_is_dst": pl.Boolean,
}  # fmt: skip


def address() -> st.SearchStrategy[str | None]:
    """Few, so that records meet."""
    return st.none() | st.sampled_from(["10.0.1.7", "10.0.2.9", "2001:db8::7", "203.0.113.5"])


RECORD = st.tuples(
    address(),
    address(),
    st.none() | st.sampled_from([0, 22, 443, 65_535]),
    st.none() | st.sampled_from([1, 6, 17, 255]),
    st.none() | st.sampled_from(["eni-1235b8ca123456789", "eni-0a1b2c3d4e5f67890"]),
    st.integers(0, 2),
    st.none() | st.integers(0, 1 << 40),
    st.none() | st.integers(0, 1 << 30),
    st.none() | st.integers(NEWEST - 1300, NEWEST),
    st.none() | st.integers(NEWEST - 700, NEWEST + 60),
    st.none() | st.sampled_from(["ACCEPT", "REJECT"]),
    st.booleans(),
)


def least(values: Iterable[int | None]) -> int | None:
    """The least of those that are told."""
    return min((value for value in values if value is not None), default=None)


def greatest(values: Iterable[int | None]) -> int | None:
    """The greatest of those that are told."""
    return max((value for value in values if value is not None), default=None)


def slow(rows: list[dict[str, Any]], names: tuple[str, ...], interval: int) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The same, one record at a time."""
    ways: dict[tuple[Any, ...], dict[tuple[Any, ...], list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        ways[tuple(row[name] for name in KEY)][tuple(row[name] for name in names)].append(row)
    found = {}
    for key, seen in ways.items():
        every = [row for way in seen.values() for row in way]
        found[key] = {
            "bytes": max(sum(row["bytes"] or 0 for row in way) for way in seen.values()),
            "packets": max(sum(row["packets"] or 0 for row in way) for way in seen.values()),
            "rate": pytest.approx(max(sum(rate(row, interval) for row in way) for way in seen.values())),
            "accepted": max(sum(row["action"] == "ACCEPT" for row in way) for way in seen.values()),
            "rejected": max(sum(row["action"] == "REJECT" for row in way) for way in seen.values()),
            "first": least(row["start"] for row in every),
            "last": greatest(row["end"] for row in every),
            "server_is_dst": any(row["server_is_dst"] for row in every),
            "interfaces": len({row["interface-id"] for row in every}),
        }
    return found


def rate(row: dict[str, Any], interval: int) -> float:
    """Bytes a second that a record adds to the last `interval` seconds, second by second."""
    if row["bytes"] is None or row["start"] is None or row["end"] is None or row["end"] < row["start"]:
        return 0.0
    inside = min(row["end"], NEWEST) - max(row["start"], NEWEST - interval + 1) + 1
    return row["bytes"] * max(0, inside) / (row["end"] - row["start"] + 1) / interval  # type: ignore[no-any-return]


@pytest.mark.parametrize("word", [64, 34])
@settings(max_examples=150, deadline=None)
@given(records=st.lists(RECORD, max_size=60), interval=st.sampled_from([60, 600]), way=st.sampled_from([WAY, WAY[:1]]))
def test_rows_are_those_of_a_slow_version(
    word: int, records: list[tuple[Any, ...]], interval: int, way: tuple[str, ...]
) -> None:
    """With keys in one number, in several where they do not fit, and with whatever a layout does not tell."""
    records = [record for record in records if None in record[8:10] or record[8] <= record[9]]
    frame = pl.DataFrame(records, SCHEMA, orient="row")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "WORD", word)
        patch.setattr("tui.cache.grouping.WORD", word)
        rows = grouped(frame, KEY, way, NEWEST, interval).rows(named=True)
    found = {tuple(row.pop(name) for name in KEY): row for row in rows}
    assert len(found) == len(rows)
    assert found == slow(frame.rows(named=True), way, interval)


@pytest.mark.parametrize("key", [("srcaddr",), ("dstaddr", "server_port"), ("interface-id",)])
def test_any_columns_may_be_the_key(key: tuple[str, ...]) -> None:
    """Talkers, ports and interfaces are grouped by the same function."""
    rows = [
        ("10.0.1.7", "10.0.2.9", 443, 6, "eni-1235b8ca123456789", 0, size, 1, NEWEST - 59, NEWEST, "ACCEPT", True)
        for size in (100, 200, 300)
    ]
    (row,) = grouped(pl.DataFrame(rows, SCHEMA, orient="row"), key, WAY, NEWEST, 60).rows(named=True)
    assert (row["bytes"], row["rate"], row["interfaces"]) == (600, 10.0, 1)


def test_the_widest_values_come_back_as_they_were() -> None:
    """All 64 bits of a key hold, nulls and the largest numbers among them."""
    frame = pl.DataFrame(
        {"a": [0, 2**31 - 1, None, 2**32 - 2], "b": [2**32 - 1, 0, 1, None], "c": [None, True, False, True]},
        {"a": pl.UInt32, "b": pl.UInt32, "c": pl.Boolean},
    )
    pack = Packing(frame, ["a", "b", "c"])
    assert pack.keys == ["key0", "key1"]
    assert frame.select(pack.packed()).select(pack.unpacked()).equals(frame)
