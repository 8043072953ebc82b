"""What of a filter CloudWatch is asked for, and that nothing the filter keeps is ever missed by it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.filters import AROUND, AT, ROWS, TESTS, many_records, node, texts
from tests.flows.slow_filter import keeps
from tui.demo.logs.pattern import compile_pattern
from tui.flows.filter.model import FilterError, Node
from tui.flows.filter.pattern import LONGEST, Pushed, pushed, streams
from tui.flows.filter.written import written
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, layout_of, read_log_format

WIDE = read_log_format(
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} "
    "${bytes} ${start} ${end} ${action} ${log-status} ${vpc-id} ${subnet-id} ${instance-id} ${tcp-flags} ${type} "
    "${pkt-srcaddr} ${pkt-dstaddr} ${region} ${az-id} ${sublocation-type} ${sublocation-id} ${pkt-src-aws-service} "
    "${pkt-dst-aws-service} ${flow-direction} ${traffic-path}"
)
NAT = read_log_format("${interface-id} ${pkt-srcaddr} ${pkt-dstaddr} ${srcport} ${instance-tag} ${bytes} ${log-status}")
_TOLD = ("version", "account-id", "interface-id", "start", "end")
_MORE = {
    "interface-id": st.sampled_from(["eni-1", "eni-2", None]),
    "pkt-srcaddr": ROWS["srcaddr"],
    "pkt-dstaddr": ROWS["dstaddr"],
    "version": st.just(5),
    "account-id": st.sampled_from(["123456789012", "unknown"]),
    "packets": st.integers(1, 9),
    "log-status": st.just("OK"),
    "start": st.integers(AT - 900, AT),
    "end": st.integers(AT - 900, AT),
}


@pytest.mark.parametrize(
    ("text", "asked", "said"),
    [
        ("dport=443", {7: 'f7 = 443 || f7 = "-"'}, "CloudWatch filters: dstport = 443"),
        (
            "dport=443 action=reject name:web-*",
            {7: 'f7 = 443 || f7 = "-"', 13: 'f13 = REJECT || f13 = "-"'},
            "CloudWatch filters: dstport = 443, action = REJECT; here: name:web-*",
        ),
        ("dport in 443,8000-8100", {7: 'f7 >= 8000 && f7 <= 8100 || f7 = 443 || f7 = "-"'}, None),
        ("dport != 443", {7: "f7 != 443"}, None),
        ("not (dport=443 or sport=443)", {6: "f6 != 443", 7: "f7 != 443"}, None),
        ("port=443", {}, "here: port = 443"),
        ("src=10.0.0.0/16", {4: 'f4 = 10.0.* || f4 = "-"'}, None),
        ("src=10.0.1.7", {4: 'f4 = 10.0.1.7 || f4 = "-"'}, None),
        ("src=10.0.4.0/23", {4: 'f4 = 10.0.4.* || f4 = 10.0.5.* || f4 = "-"'}, None),
        ("src=10.0.128.0/17", {4: 'f4 = 10.0.* || f4 = "-"'}, "CloudWatch filters: srcaddr = 10.0.*; here: src = 10.0.128.0/17"),
        ("src=10.0.0.0/8 src!=10.0.1.7", {4: 'f4 = 10.* && f4 != 10.0.1.7 || f4 = "-"'}, None),
        ("src=10.0.0.0/8 or src=10.1.0.0/16", {4: 'f4 = 10.* || f4 = "-"'}, None),
        ("src=2001:db8::/32", {}, None),
        ("eni=eni-0123", {3: 'f3 = "eni-0123" || f3 = "-"'}, None),
        ("eni ~ 0123 bytes>10kB", {3: 'f3 = *0123* || f3 = "-"', 10: 'f10 >= 10001 || f10 = "-"'}, None),
        ("eni ~ web", {}, None),
        ("(dport=443 src=10.0.1.7) or dport=80", {7: 'f7 = 80 || f7 = 443 || f7 = "-"'}, None),
        ("dport=443 or action=reject", {}, None),
        ("vpc=vpc-1 dport=443", {3: None}, None),
        ("status=ok", {}, None),
        ("last 5m internal", {}, "here: last 300s, internal"),
        ("action=accept action=reject", {13: 'f13 = "-"'}, "CloudWatch filters: no action"),
        ("", {}, ""),
    ],
)  # fmt: skip
def test_a_readable_pattern(text: str, asked: dict[int, str | None], said: str | None) -> None:
    """Each field is asked for what the filter says of it alone, and `-` passes."""
    found = pushed(node(text), DEFAULT_LAYOUT)
    if None in asked.values():  # nothing can pass: one field says so
        assert found.pattern.count('"-"') == 1
        return
    entries = [asked.get(place, f"f{place}") for place in range(1, 15)]
    assert found.pattern == (f"[{', '.join(map(str, entries))}]" if asked else "")
    assert said is None or found.said == said


def test_what_is_left_to_do_is_told() -> None:
    """A part that CloudWatch does wholly is not named again."""
    assert not pushed(node("dport=443 action=reject"), DEFAULT_LAYOUT).local
    assert pushed(node("dport=443 https"), DEFAULT_LAYOUT).local
    assert pushed(node(""), DEFAULT_LAYOUT) == Pushed()


def test_a_long_filter_keeps_its_best_bounds() -> None:
    """A list that does not fit is widened or left out; what is short stays, and all is still done here."""
    many = ",".join(f"10.{at}.{at}.7" for at in range(1, 45))
    found = pushed(node(f"src={many} dst={many} action=reject"), DEFAULT_LAYOUT)
    assert 0 < len(found.pattern) <= LONGEST
    assert "f13 = REJECT" in found.pattern
    assert found.local


def test_many_networks_are_told_as_those_around_them() -> None:
    """By two octets, or by one, rather than not at all."""
    many = pushed(node(" or ".join(f"src=10.{at}.0.0/15" for at in range(80))), DEFAULT_LAYOUT)
    assert 'f4 = 10.* || f4 = "-"' in many.pattern
    assert many.local
    lots = pushed(node("src in " + ",".join(f"172.16.{at}.9" for at in range(100))), DEFAULT_LAYOUT)
    assert 'f4 = 172.16.* || f4 = "-"' in lots.pattern


def test_an_entry_means_the_same_read_from_the_left() -> None:
    """Amazon does not tell whether && binds closer than ||: no entry depends on it."""
    two = pushed(node("(src=10.0.0.0/8 src!=10.0.1.7) or (src=192.168.0.0/16 src!=192.168.0.1)"), DEFAULT_LAYOUT)
    assert 'f4 = 10.* || f4 = 192.168.* || f4 = "-"' in two.pattern
    assert two.local
    ports = pushed(node("dport in 22,8000-8100,80-90,60000-65535"), DEFAULT_LAYOUT)
    assert "f7 >= 80 && f7 <= 90 || f7 >= 8000 && f7 <= 8100 || f7 = 22 || f7 >= 60000" in ports.pattern


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("eni=eni-1", ("eni-1",)),
        ("eni in eni-2,eni-1 and dport=443", ("eni-1", "eni-2")),
        ("(eni=eni-1 and dport=1) or eni=eni-2", ("eni-1", "eni-2")),
        ("eni=eni-1 or dport=443", ()),
        ("eni=eni-*", ()),
        ("eni!=eni-1", ()),
        ("eni=" + ",".join(f"eni-{at}" for at in range(101)), ()),
    ],
)
def test_interfaces_that_a_filter_fixes(text: str, ids: tuple[str, ...]) -> None:
    """Up to a hundred exact ids name the streams to read."""
    assert streams(node(text)) == ids


def _line(layout: Layout, row: dict[str, object]) -> str:
    return " ".join("-" if row.get(name) is None else str(row[name]) for name in layout.names)


@st.composite
def _rows(draw: st.DrawFn) -> tuple[Layout, dict[str, object]]:
    layout = draw(st.sampled_from([DEFAULT_LAYOUT, WIDE, NAT]))
    known = ROWS | _MORE
    return layout, {name: draw(known[name]) if name in known else None for name in layout.names}


@settings(max_examples=600, deadline=None)
@given(texts(), _rows())
def test_a_pattern_never_misses_what_the_filter_keeps(text: str, record: tuple[Layout, dict[str, object]]) -> None:
    """Nor a NODATA or SKIPDATA line of the same interface; and CloudWatch accepts the pattern."""
    _misses_nothing(text, *record)


@pytest.mark.parametrize("text", TESTS)
def test_no_test_s_pattern_misses_what_it_keeps(text: str) -> None:
    """Nor its opposite's, over records of all fields."""
    for row in many_records():
        _misses_nothing(text, layout_of(list(row)), row)
        _misses_nothing(f"not ({text})", layout_of(list(row)), row)


def _misses_nothing(text: str, layout: Layout, row: dict[str, object]) -> None:
    asked = node(text)
    found = pushed(asked, layout)
    assert len(found.pattern) <= LONGEST
    matches = compile_pattern(found.pattern) or (lambda _: True)
    kept = keeps(asked, row, AROUND)
    status = {name: row[name] for name in _TOLD if name in row} | {"log-status": "SKIPDATA"}
    if kept:
        assert matches(_line(layout, row)), found.pattern
        assert matches(_line(layout, status)), found.pattern
    if "eni" not in text:
        assert matches(_line(layout, status)), found.pattern
    if not found.local and found.pattern and None not in row.values():
        assert kept == matches(_line(layout, row)), found.pattern


@settings(max_examples=400, deadline=None)
@given(texts(), _rows())
def test_a_node_written_again_means_the_same(text: str, record: tuple[Layout, dict[str, object]]) -> None:
    """Text of a filter's meaning keeps the same records."""
    layout, row = record
    asked = node(text)
    with suppress(TooLongError):
        again = _again(written(asked))
        assert keeps(again, row, AROUND) == keeps(asked, row, AROUND), written(asked)
    assert layout.names


class TooLongError(Exception):
    """The text has grown beyond what a filter may be."""


def _again(text: str) -> Node:
    try:
        return node(text)
    except FilterError as error:
        if "at most" in error.message:
            raise TooLongError from None
        raise
