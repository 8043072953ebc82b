"""The filter language: what is understood, what is refused and where, and that every record is judged as it should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_network

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.filters import AROUND, AT, frames, node, texts
from tests.flows.slow_filter import keeps
from tui.flows.dtype import InUse, fresh_dictionary
from tui.flows.field import BY_NAME
from tui.flows.filter.mask import mask
from tui.flows.filter.model import (
    And,
    Between,
    FilterError,
    Has,
    Kind,
    Named,
    Node,
    Not,
    OneOf,
    Or,
    Span,
    State,
    Text,
    Within,
)
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.value import Now

HOST = ("srcaddr", "dstaddr")
PORT = ("srcport", "dstport")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("src=10.0.0.0/16", Has(("srcaddr",), (Within(ip_network("10.0.0.0/16")),))),
        ("src 10.0.0.9", Has(("srcaddr",), (Within(ip_network("10.0.0.9")),))),
        ("src=10.0.5.9/16", Has(("srcaddr",), (Within(ip_network("10.0.0.0/16")),))),
        ("host 10.0.0.5", Has(HOST, (Within(ip_network("10.0.0.5")),))),
        ("10.0.0.5", Has(HOST, (Within(ip_network("10.0.0.5")),))),
        ("2001:db8::/32", Has(HOST, (Within(ip_network("2001:db8::/32")),))),
        ("port 443,8000-8100", Has(PORT, (OneOf((443,)), Between(8000, 8100)))),
        ("port in (80 https ephemeral)", Has(PORT, (OneOf((80,)), OneOf((443,)), Between(32768, 65535)))),
        ("dport not in {22,3389}", Not(Has(("dstport",), (OneOf((22,)), OneOf((3389,)))))),
        ("dstport != 22", Not(Has(("dstport",), (OneOf((22,)),)))),
        ("proto=tcp", Has(("protocol",), (OneOf((6,)),))),
        ("bytes>=10MB", Has(("bytes",), (Between(10_000_000, None),))),
        ("packets >= 2Ki", Has(("packets",), (Between(2048, None),))),
        ("bytes < 1.5KiB", Has(("bytes",), (Between(None, 1535),))),
        ("flags=syn+ack", Has(("tcp-flags",), (OneOf((18,)),))),
        ("action=reject", Has(("action",), (OneOf(("REJECT",)),))),
        ("dir=out", Has(("flow-direction",), (OneOf(("egress",)),))),
        ("path=igw", Has(("traffic-path",), (OneOf((2, 8)),))),
        ("last 1h30m", Span(last=5400)),
        ("since 13:05", Span(since=AT - 85 * 60)),
        ("since 15:00", Span(since=AT + 30 * 60 - 86_400)),
        ("until 2026-11-22T14:00", Span(until=AT - 30 * 60)),
        ("since 10m", Span(since=AT - 600)),
        ("name:web-*", Named(Kind.NAME, "web-*")),
        ('service:"my db"', Named(Kind.SERVICE, "my db")),
        ("sg:sg-0123", Named(Kind.SECURITY_GROUP, "sg-0123")),
        ("name=web-1", Named(Kind.NAME, "web-1")),
        ("sg in sg-1,sg-2", Or((Named(Kind.SECURITY_GROUP, "sg-1"), Named(Kind.SECURITY_GROUP, "sg-2")))),
        ("name !~ web", Not(Named(Kind.NAME, "*web*"))),
        ("internal", State.INTERNAL),
        ("late", State.LATE),
        ("lately", Text("lately")),
        ("in.example.com", Text("in.example.com")),
        ('"not"', Text("not")),
        ("srcaddr:10.1.1.1", Has(("srcaddr",), (Within(ip_network("10.1.1.1")),))),
        ("not not late", State.LATE),
        ("!late gap", And((Not(State.LATE), State.GAP))),
        ("LATE AND Gap", And((State.LATE, State.GAP))),
        ("", And(())),
    ],
)
def test_a_text_is_understood(text: str, meaning: Node) -> None:
    """Fields, aliases, lists, ranges, names for numbers, sizes, times, inventory names and bare words."""
    assert node(text) == meaning


def test_and_binds_closer_than_or() -> None:
    """`a or b c` is `a or (b and c)`, and brackets change it."""
    assert node("late or gap internal") == node("late || (gap && internal)")
    assert node("(late or gap) internal") != node("late or gap internal")


def test_a_time_of_day_is_of_the_reader_s_zone() -> None:
    """13:05 in Tokyo is 04:05 UTC."""
    tokyo = Now(AT, timezone(timedelta(hours=9)))
    at = datetime(2026, 11, 22, 4, 5, tzinfo=UTC).timestamp()
    assert parse_filter("since 13:05", tokyo).node == Span(since=at)


@pytest.mark.parametrize(
    ("text", "position", "message", "expected"),
    [
        ("port 80,", 8, "something is missing at the end", "a value"),
        ("src=10.0.0.0/33", 4, "10.0.0.0/33: the prefix length of an IPv4 network is 0 to 32, not '33'", ""),
        ("10.0.0.0/40", 0, "10.0.0.0/40: the prefix length of an IPv4 network is 0 to 32, not '40'", ""),
        ("port=70000", 5, "70000: srcport is 65,535 at most", ""),
        ("late and colour=red", 9, "there is no field 'colour'", "port"),
        ("action=maybe", 7, "'maybe' is no action: it is ACCEPT or REJECT", "REJECT"),
        ("since 25:00", 6, "'25:00' is no time of day", "13:05"),
        ("last 0s", 5, "'0s' is no duration that can be meant", "5m"),
        ("src < 10.0.0.1", 6, "srcaddr has no order: use = != in or ~ with it", ""),
        ("bytes", 5, "bytes is a field: what of it?", "="),
        ("bytes ~ 5", 8, "~ looks into text, and bytes is a number", ""),
        ("(late", 5, "something is missing at the end", ")"),
        ("late)", 4, "')' cannot stand here", "the end"),
        ('eni = "web', 6, "a quote is not closed", '"'),
        ("flags=sin", 6, "'sin' is no TCP flag", "syn"),
        ("bytes > 99999999999TB", 8, "99999999999TB: bytes is 9,223,372,036,854,775,807 at most", ""),
        ("port=100-50", 5, "100-50: a range goes from the smaller to the larger", ""),
        ("(" * 60, 40, "brackets go 40 deep at most", ""),
        ("x " * 1500, 2000, "a filter has 2,000 characters at most, this one 3,000", ""),
        ("x " * 400, 496, "a filter has 250 tests at most", ""),
    ],
)
def test_what_cannot_be_understood_is_refused_where_it_is(
    text: str, position: int, message: str, expected: str
) -> None:
    """One sentence, the place, and what could stand there."""
    with pytest.raises(FilterError) as caught:
        node(text)
    assert (caught.value.message, caught.value.position) == (message, position)
    assert not expected or expected in caught.value.expected


def frame_of(rows: list[dict[str, object]]) -> pl.DataFrame:
    """The rows as the parser types them."""
    dictionary = InUse.dictionary
    schema = {name: pl.Boolean() if name == "@late" else dictionary.dtype(BY_NAME[name].kind) for name in rows[0]}
    return pl.DataFrame(rows, schema)


@settings(max_examples=400, deadline=None)
@given(texts(), frames())
def test_a_mask_agrees_with_the_obvious_evaluation(text: str, rows: list[dict[str, object]]) -> None:
    """Whatever is asked of whatever fields there are."""
    asked = node(text)
    frame = frame_of(rows)
    kept = frame.with_columns(mask(asked, frame, AROUND).alias("kept"))["kept"].to_list()
    assert kept == [keeps(asked, row, AROUND) for row in rows], text


def _tried(text: str) -> tuple[Node | None, FilterError | None]:
    try:
        return node(text), None
    except FilterError as error:
        return None, error


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet="()!=<>~,\"'&|{}- srcpot0149./:*inandt", max_size=60) | texts())
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is a filter or a FilterError with a place in it, and a filter can be carried out."""
    asked, refusal = _tried(text)
    assert refusal is None or 0 <= refusal.position <= len(text)
    if asked is None:
        return
    rows: list[dict[str, object]] = [{"srcaddr": "10.0.1.7", "srcport": 443, "bytes": 7, "action": "REJECT"}]
    frame = frame_of(rows)
    kept = frame.with_columns(mask(asked, frame, AROUND).alias("kept"))["kept"].to_list()
    assert kept == [keeps(asked, rows[0], AROUND)]


def test_a_text_is_looked_for_where_no_value_was_seen_yet() -> None:
    """A dictionary may still be empty."""
    dictionary = fresh_dictionary()
    frame = pl.DataFrame({"pkt-dst-aws-service": [None]}, {"pkt-dst-aws-service": dictionary.texts})
    assert not frame.select(mask(node("service ~ dyn"), frame, AROUND)).item()
