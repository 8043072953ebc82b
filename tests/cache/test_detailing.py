"""What is told around a row's records: bytes a minute, the other direction, the equivalent filter."""

from __future__ import annotations

import polars as pl
import pytest

from tests.screen.flow_feed import T0, batch, record
from tui.cache import views
from tui.cache.columns import Grouping
from tui.cache.detailing import around
from tui.cache.equivalent import filter_of, reverse_filter_of, understood
from tui.cache.rolling import Held, RollingCache
from tui.cache.view import Ask
from tui.flows.filter.mask import mask
from tui.flows.filter.surroundings import Surroundings

TALK = ("10.0.1.7", "10.0.2.9", 5432, 6)


def held(*lines: str) -> Held:
    """A cache with these records."""
    cache = RollingCache()
    cache.add(batch(list(lines)))
    return cache.held()


def test_bytes_a_minute_of_a_row() -> None:
    """Each record in the minute of its window, over all that is held; another flow's are not in it."""
    now = held(
        record("10.0.1.7", "10.0.2.9", 5432, size=600),
        record("10.0.1.7", "10.0.2.9", 5432, size=900, start=T0 + 120),
        record("10.0.1.8", "10.0.2.9", 5432, size=5_000, start=T0 + 180),
    )
    found = around(now, views.detail(now, Grouping.CONVERSATIONS, TALK))
    assert found.since == T0
    assert found.minutes == pytest.approx((600, 0, 900, 0))


def test_a_long_window_is_spread_and_an_absurd_one_is_not() -> None:
    """Ten minutes of a record are ten parts; a window of most of an hour is counted at its end."""
    end = T0 + 540
    fields = "2 123456789012 eni-0a1b2c3d4e5f67890 10.0.1.7 10.0.2.9 40312 5432 6 10"
    wide = f"{fields} 1000 {T0} {end + 59} ACCEPT OK"
    absurd = f"{fields} 77 {T0 - 3000} {T0 + 59} ACCEPT OK"
    now = held(wide, absurd)
    found = around(now, views.detail(now, Grouping.CONVERSATIONS, TALK))
    at = (T0 - found.since) // 60
    assert found.minutes[at : at + 10] == pytest.approx([177] + [100] * 9)


def test_what_two_interfaces_saw_is_counted_once() -> None:
    """A packet is seen where it leaves and where it comes in."""
    now = held(
        record("10.0.1.7", "10.0.2.9", 5432, size=600, eni="eni-0aaaaaaaaaaaaaaaa"),
        record("10.0.1.7", "10.0.2.9", 5432, size=500, eni="eni-0bbbbbbbbbbbbbbbb"),
    )
    assert around(now, views.detail(now, Grouping.CONVERSATIONS, TALK)).minutes == pytest.approx((600,))


def test_the_other_direction_is_counted_and_shown() -> None:
    """Records of the reversed pair with the same server's port, the newest first; others are not taken for it."""
    back = [record("10.0.2.9", "10.0.1.7", 40312, sport=5432, size=100 + n, start=T0 + 60 * n) for n in range(5)]
    other = record("10.0.2.9", "10.0.1.7", 40312, sport=6379)
    now = held(record("10.0.1.7", "10.0.2.9", 5432), *back, other)
    found = around(now, views.detail(now, Grouping.CONVERSATIONS, TALK)).reverse
    assert found is not None
    assert (found.records, found.bytes, found.accepted, found.rejected) == (5, 510, 5, 0)
    assert found.lines == tuple(reversed(back[2:]))


def test_no_answer_is_told_as_none_held() -> None:
    """A flow that nobody answered is what an engineer looks for."""
    now = held(record("10.0.1.7", "10.0.2.9", 5432, action="REJECT"))
    found = around(now, views.detail(now, Grouping.CONVERSATIONS, TALK)).reverse
    assert found is not None
    assert (found.records, found.lines) == (0, ())


def test_a_row_that_is_gone_has_nothing_around_it() -> None:
    """The records may have left the cache."""
    assert around(held(), None).minutes == ()


LINES = [
    record("10.0.1.7", "10.0.2.9", 5432),
    record("10.0.2.9", "10.0.1.7", 40312, sport=5432),
    record("2001:db8::1", "2001:db8::2", 443, protocol=17),
    record("10.0.1.7", "10.0.1.1", 0, sport=0, protocol=1),
    record("198.51.100.7", "10.0.1.20", 22, action="REJECT", start=T0 + 60),
    record("10.0.1.7", "10.0.2.9", 5433, protocol=200),
]


@pytest.mark.parametrize("grouping", [Grouping.CONVERSATIONS, Grouping.RECORDS])
def test_the_filter_keeps_what_the_row_is_of(grouping: Grouping) -> None:
    """Its text parses, and keeps of all records just those behind the row."""
    now = held(*LINES)
    table = views.answer(now, Ask(grouping, sort="bytes")).flows
    rows = table.rows(0, table.height)
    assert len(rows) == len(LINES)
    (frame,) = [pl.concat(frames) for _, frames in now.tables]
    for row in rows:
        detail = views.detail(now, grouping, row.key)
        text = around(now, detail).filter
        wanted = understood(text)
        assert detail is not None
        assert wanted is not None, text
        assert frame.filter(mask(wanted.node, frame, Surroundings())).height == detail.total == 1, text


def test_the_filter_is_in_the_languages_own_words() -> None:
    """Short names, and protocols by theirs; a group of flows has its own filter elsewhere."""
    assert filter_of(Grouping.CONVERSATIONS, TALK, {}) == "src=10.0.1.7 and dst=10.0.2.9 and port=5432 and proto=tcp"
    assert filter_of(Grouping.CONVERSATIONS, ("10.0.1.7", "10.0.2.9", None, 47), {}).endswith("port=- and proto=gre")
    assert filter_of(Grouping.TALKERS, ("10.0.1.7",), {}) == ""


def test_a_value_that_no_filter_can_say_has_none() -> None:
    """A strange record's address is not put into a text that would not parse."""
    assert filter_of(Grouping.CONVERSATIONS, ("no address", "10.0.2.9", 1, 6), {}) == ""
    assert reverse_filter_of(Grouping.TALKERS, ("10.0.1.7",), {}) == ""
    assert reverse_filter_of(Grouping.RECORDS, (1,), {"srcaddr": "-"}) == ""
