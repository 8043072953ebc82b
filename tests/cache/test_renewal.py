"""Dictionaries that are left behind when the internet has filled them with addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tui.cache import renewal
from tui.cache.columns import Grouping
from tui.cache.rolling import RollingCache
from tui.cache.view import Ask
from tui.cache.views import answer, detail
from tui.flows.dtype import InUse
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, layout_of
from tui.flows.parse import LineParser
from tui.flows.source import Batch, Records
from tui.flows.write import write_lines

T0 = 1_790_000_040  # a full minute
OTHER = layout_of(["interface-id", "pkt-srcaddr", "dstaddr", "bytes", "start", "end"])


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Dictionaries are outgrown soon, and written anew in small steps."""
    monkeypatch.setattr(renewal, "ROWS", 200)
    monkeypatch.setattr("tui.cache.rolling.SLACK", 300)
    before = InUse.dictionary
    yield
    InUse.dictionary = before


def scan(turn: int, count: int = 50) -> list[str]:
    """A minute of scanners, none of which was there before; and one flow that is always there."""
    start = T0 + turn * 60
    fresh = [f"203.0.{turn}.{n} 10.0.2.9 40312 22 6 1 40 {start} {start + 59} REJECT OK" for n in range(count)]
    flows = ["10.0.1.7 10.0.2.9 40312 5432 6 20 4249 " + f"{start} {start + 59} ACCEPT OK", *fresh]
    return [f"2 123456789010 eni-1235b8ca123456789 {flow}" for flow in flows]


def batch(turn: int, lines: list[str], layout: Layout = DEFAULT_LAYOUT) -> Batch:
    """What a source would tell."""
    (_, frame, _) = LineParser([layout]).parse(lines).records[0]
    return Batch(T0 + turn * 60 + 60, (Records(layout, frame),))


def lines_of(cache: RollingCache) -> list[str]:
    """Every record held, as the line it came from."""
    return sorted(
        line for layout, frames in cache.held().tables for frame in frames for line in write_lines(layout, frame)
    )


def test_no_record_changes_when_the_dictionary_does() -> None:
    """Through many renewals, every record of the window is held as it came, and the views find it."""
    cache, wanted, used = RollingCache(window=600), [], set()
    for turn in range(100):
        lines = scan(turn)
        wanted.append(lines)
        cache.add(batch(turn, lines))
        used.add(str(cache.held().dictionary))
        assert len({str(f["srcaddr"].dtype) for _, frames in cache.held().tables for f in frames}) == 1
        if turn % 10 == 0:
            views = answer(cache.held(), Ask())
            assert views.flows.total == 50 * len(cache.held().tallies) + 1
            assert views.flows.rows(0, 1)[0].key[0] == "10.0.1.7"
    assert len(used) > 3
    held = lines_of(cache)
    assert held == sorted(line for lines in wanted[-len(held) // 51 :] for line in lines)
    assert len(held) >= 10 * 51


def test_a_dictionary_holds_little_more_than_what_is_live() -> None:
    """After hours of new addresses the numbers in use are no larger than twice what the window holds, and the slack."""
    cache = RollingCache(window=600)
    highest = 0
    for turn in range(240):
        cache.add(batch(turn, scan(turn)))
        if turn > 120:
            held = cache.held()
            highest = max(highest, *(held.dictionary.reach(f) for _, frames in held.tables for f in frames))
    live = 50 * 12
    assert highest < 3 * live + 300


def test_frames_of_an_older_dictionary_are_taken_in() -> None:
    """A page that was read before the change and arrives after it is held and found as any other."""
    cache = RollingCache()
    early = batch(0, scan(0))
    for turn in range(1, 30):
        cache.add(batch(turn, scan(turn)))
    cache.add(early)
    held = cache.held()
    assert held.records == 30 * 51
    found = detail(held, Grouping.CONVERSATIONS, ("203.0.0.7", "10.0.2.9", 22, 6))
    assert found is not None
    assert found.total == 1


def test_layouts_without_a_column_join_those_with_it() -> None:
    """Absent columns are made with the dictionary of what is held, also after it changed."""
    cache = RollingCache()
    for turn in range(30):
        start = T0 + turn * 60
        cache.add(batch(turn, scan(turn)))
        cache.add(batch(turn, [f"eni-0a1b2c3d4e5f67890 10.9.0.1 10.0.2.9 77 {start} {start + 59}"], OTHER))
    assert answer(cache.held(), Ask(Grouping.RECORDS, "end")).flows.total == 30 * 52


def test_who_keeps_nothing_begins_anew() -> None:
    """Without a cache the dictionary is left behind when it is large, and lines are read and written as before."""
    first = InUse.dictionary
    (_, frame, _) = LineParser([DEFAULT_LAYOUT]).parse(scan(1)).records[0]
    InUse.renew_beyond(1_000_000, frame)
    assert InUse.dictionary is first
    InUse.renew_beyond(10, frame)
    assert InUse.dictionary is not first
    (_, frame, _) = LineParser([DEFAULT_LAYOUT]).parse(scan(1)).records[0]
    assert write_lines(DEFAULT_LAYOUT, frame) == scan(1)
