"""A filter in plain English."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.filters import AROUND, node, texts
from tui.flows.filter.english import english
from tui.flows.filter.insights import insights
from tui.flows.filter.model import FilterError
from tui.flows.filter.pattern import pushed
from tui.flows.filter.written import written
from tui.flows.logformat import DEFAULT_LAYOUT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "every record"),
        ("src=10.0.0.0/16", "source in 10.0.0.0/16"),
        ("dst 10.0.1.7 or dst=-", "destination 10.0.1.7 or destination not told"),
        (
            "src=10.0.0.0/16 port 443,8000-8100 not (bytes<10kB or name:web-*)",
            "source in 10.0.0.0/16, either port 443 (https) or 8000 to 8100, and not (bytes at most 9,999 or either side is named web-*)",
        ),
        ("(late or gap) action=reject", "(it came late or something is missing around its time), and action REJECT"),
        ("dport!=22", "destination port not 22 (ssh)"),
        ("port not in 22,3389", "neither port 22 (ssh) or 3389 (rdp)"),
        ("sport=ephemeral proto=tcp,udp", "source port ephemeral, and protocol TCP or UDP"),
        ("flags ~ syn+ack", "TCP flags with SYN+ACK"),
        ("flags=none", "TCP flags no flags"),
        ("path=igw", "traffic path 2 (internet gateway or gateway endpoint) or 8 (internet gateway)"),
        ("eni ~ 0123", "network interface containing 0123"),
        ("vpc=vpc-*", "VPC like vpc-*"),
        ("last 1h30m", "in the last 1 hour 30 minutes"),
        ("since 14:20 until 14:25", "since 2026-11-22 14:20:00 and until 2026-11-22 14:25:00"),
        ("internal service:rds", "both sides are private and either side belongs to the service rds"),
        ("payments", "“payments” somewhere in it"),
        ("stream ~ eni", "log stream containing eni"),
        ("not not external", "one side is public"),
        ("not (late gap)", "not (it came late and something is missing around its time)"),
        ("dport in " + ",".join(map(str, range(10000, 10020))),
         "destination port 10000, 10001, 10002, 10003, 10004, 10005, 10006, 10007, 10008, 10009, 10010, 10011 or 8 more"),
    ],
)  # fmt: skip
def test_a_filter_in_words(text: str, said: str) -> None:
    """One sentence."""
    assert english(node(text)) == said


def test_times_are_the_reader_s() -> None:
    """In the zone that the reader chose."""
    tokyo = timezone(timedelta(hours=9))
    assert english(node("since 14:20"), tokyo) == "since 2026-11-22 23:20:00"
    assert english(node("until 9999-12-31T23:00"), tokyo) == "until 253402297200"


def test_hostile_text_is_harmless() -> None:
    """What a terminal would obey is shown as a mark."""
    assert "\x1b" not in english(node('"\x1b[31m"'))


@settings(max_examples=300, deadline=None)
@given(st.text() | st.text(alphabet="()!=<>~,\"'&|{}- srcpot0149./:*inandt", max_size=60))
def test_whatever_is_a_filter_can_be_said_in_every_way(text: str) -> None:
    """In English, as text, as a pattern and as a query."""
    with suppress(FilterError):
        asked = node(text)
        assert english(asked)
        assert isinstance(written(asked), str)
        assert len(pushed(asked, DEFAULT_LAYOUT).pattern) <= 1024
        assert insights(asked, DEFAULT_LAYOUT, AROUND).endswith("limit 1000")


@settings(max_examples=300, deadline=None)
@given(texts())
def test_every_filter_can_be_said(text: str) -> None:
    """Never a crash, never nothing."""
    assert english(node(text))
