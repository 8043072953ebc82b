"""A filter as a Logs Insights query: what it looks like, and that it keeps what the filter keeps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.cwli import run
from tests.flows.filters import AROUND, AT, ROWS, TESTS, many_records, node, texts
from tests.flows.slow_filter import keeps
from tui.flows.filter.insights import insights
from tui.flows.filter.model import Node
from tui.flows.logformat import DEFAULT_LAYOUT, layout_of


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("dport=443", "dstport = 443"),
        ("dport in 443,80", "dstport in [443, 80]"),
        ("port=443", "(srcport = 443 or dstport = 443)"),
        ("dport in 8000-8100", '(dstport != "-" and dstport >= 8000 and dstport <= 8100)'),
        ("dport != 443", "not (dstport = 443)"),
        ("src=10.0.0.0/12 action=reject", '(isIpv4InSubnet(srcaddr, "10.0.0.0/12") and action_ = "REJECT")'),
        ("src=10.0.1.7", 'srcaddr = "10.0.1.7"'),
        ("src=2001:db8::/32", 'isIpv6InSubnet(srcaddr, "2001:db8::/32")'),
        ("eni=eni-0*", r"interface_id like /(?i)^eni\x2d0.*$/"),
        ("eni ~ a/b", r"interface_id like /(?i)a\x2fb/"),
        ("src=-", 'srcaddr = "-"'),
        ("vpc=vpc-1", "strlen(@message) < 0"),
        ("stream ~ eni-1", r"@logStream like /(?i)eni\x2d1/"),
        ("since 14:20", f'((end_ != "-" and end_ >= {AT - 600}) or (end_ = "-" and @timestamp >= {AT - 600}000))'),
    ],
)
def test_a_readable_query(text: str, test: str) -> None:
    """The line is parsed by its log format, filtered, and the newest come first."""
    query = insights(node(text), DEFAULT_LAYOUT, AROUND, 50)
    parse, *middle, sort, limit = query.split("\n| ")
    assert parse.startswith('parse @message "* * * * * * * * * * * * * *" as version_, account_id, interface_id, src')
    assert middle == [f"filter {test}"]
    assert (sort, limit) == ("sort @timestamp desc", "limit 50")


def test_a_filter_of_everything_is_no_filter() -> None:
    """Nothing is asked then."""
    assert "filter" not in insights(node(""), DEFAULT_LAYOUT, AROUND)


@st.composite
def _rows(draw: st.DrawFn) -> dict[str, object]:
    names = draw(st.lists(st.sampled_from(sorted(set(ROWS) - {"@late"})), unique=True, min_size=1))
    return {name: draw(ROWS[name]) for name in names}


@settings(max_examples=600, deadline=None)
@given(texts(), _rows(), st.integers(AT - 900, AT))
def test_a_query_keeps_what_the_filter_keeps(text: str, row: dict[str, object], at: int) -> None:
    """Whatever is asked of whatever log format; nobody but a tail knows what was late."""
    _agrees(node(text), row, at)


def _agrees(asked: Node, row: dict[str, object], at: int) -> None:
    message = " ".join("-" if value is None else str(value) for value in row.values())
    query = insights(asked, layout_of(list(row)), AROUND)
    beside = {"@timestamp": at * 1000, "@logStream": "", "@log": ""}
    assert run(query, message, dict(beside)) == keeps(
        asked, {**row, "@timestamp": at * 1000, "@late": False}, AROUND
    ), query


@pytest.mark.parametrize("text", TESTS)
def test_each_test_of_a_query_keeps_what_it_should(text: str) -> None:
    """And so does its opposite, over records of all fields."""
    for asked in (node(text), node(f"not ({text})")):
        for row in many_records():
            _agrees(asked, row, AT - 300)
