"""What is offered at the cursor of a filter being written."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.flows.filters import node, texts
from tui.flows.filter.complete import MOST, complete
from tui.flows.filter.model import FilterError

SEEN = {
    "srcaddr": ["10.0.1.7", "10.0.2.9"],
    "dstaddr": ["203.0.113.5"],
    "interface-id": ["eni-0aaa", "eni-0bbb"],
    "name": ["web-1", "my db", 'a "b"'],
    "instance-tag": ["or", "café (x)"],
}


@pytest.mark.parametrize(
    ("text", "first", "span"),
    [
        ("", ["src", "dst", "host", "port"], ""),
        ("sr", ["src", "srcaddr", "srcport"], "sr"),
        ("late ", ["and", "or", "src"], ""),
        ("late and ", ["src", "dst"], ""),
        ("late an", ["and"], "an"),
        ("src ", ["=", "!=", "~"], ""),
        ("bytes ", ["=", "!=", "<"], ""),
        ("flags ", ["=", "!=", "<"], ""),
        ("src no", ["not in"], "no"),
        ("src=", ["10.0.1.7", "10.0.2.9", "10.0.0.0/8"], ""),
        ("src 10.0.2", ["10.0.2.9"], "10.0.2"),
        ("host in (10.0.1.7, 20", ["203.0.113.5"], "20"),
        ("host in (10.0.1.7 ", ["10.0.1.7", "10.0.2.9"], ""),
        ("host in (10.0.1.7) ", ["and"], ""),
        ("eni=", ["eni-0aaa", "eni-0bbb"], ""),
        ("port 443,", ["https", "http"], ""),
        ("port ht", ["https", "http", "http-dev", "http-alt"], "ht"),
        ("port 44", ["443", "445"], "44"),
        ("action=", ["ACCEPT", "REJECT"], ""),
        ("action=rej", ["REJECT"], "rej"),
        ("proto=t", ["tcp"], "t"),
        ("flags=syn+", ["syn+ack"], "syn+"),
        ("path=gate", ["gateway-endpoint"], "gate"),
        ("dir=", ["ingress", "egress"], ""),
        ("last ", ["5m", "15m"], ""),
        ("name:", ["web-1", '"my db"'], ""),
        ("not name:we", ["web-1"], "we"),
        ('name="my', ['"my db"'], '"my'),
        ("instance-tag=o", ['"or"'], "o"),
        ("srcaddr:10.0.1", ["10.0.1.7"], "10.0.1"),
        ("(ext", ["external"], "ext"),
        ("src !", [], ""),
    ],
)
def test_what_is_offered(text: str, first: list[str], span: str) -> None:
    """The best options first, for the word at the cursor."""
    found = complete(text, len(text), SEEN)
    assert [option.text for option in found.options][: len(first)] == first
    assert first or not found.options
    assert text[found.start : found.end] == span


def test_a_word_is_completed_from_its_middle() -> None:
    """What stands behind the cursor is replaced too."""
    found = complete("late and srcp and gap", 11, {})
    assert (found.start, found.end) == (9, 13)
    assert found.options[0].text == "src"


def test_every_option_is_explained() -> None:
    """A field with its meaning, a port with its number."""
    meanings = {
        option.text: option.meaning for text in ("", "port ht") for option in complete(text, len(text), {}).options
    }
    assert meanings["src"].startswith("source address")
    assert meanings["https"] == "443"


def test_completion_is_light() -> None:
    """The filter bar is there before polars is."""
    code = "import sys, tui.flows.filter.complete; print('polars' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


@settings(max_examples=300, deadline=None)
@given(texts(), st.data())
def test_an_option_never_spoils_a_good_beginning(text: str, data: st.DataObject) -> None:
    """A filter that was right up to the word being written is right with the option, or wants more behind it."""
    text = text[: data.draw(st.integers(0, len(text)))]
    found = complete(text, len(text), SEEN)
    assert len(found.options) <= MOST
    problem = _problem(text)
    assume(problem is None or problem.position >= found.start)
    for option in found.options:
        whole = text[: found.start] + option.text
        after = _problem(whole)
        assert after is None or after.position >= len(whole), (text, whole, after)


@settings(max_examples=400, deadline=None)
@given(
    st.text() | st.text(alphabet="()!=<>~,\"'&|{}- srcpot0149./:*inandt", max_size=60),
    st.integers(-2, 70),
    st.dictionaries(st.sampled_from(["srcaddr", "name", "vpc-id"]), st.lists(st.text())),
)
def test_no_text_breaks_completion(text: str, cursor: int, seen: dict[str, list[str]]) -> None:
    """Anything may be written, and anything may have been seen."""
    found = complete(text, cursor, seen)
    assert 0 <= found.start <= found.end <= len(text)
    for option in found.options:
        _problem(text[: found.start] + option.text + text[found.end :])


def _problem(text: str) -> FilterError | None:
    try:
        node(text)
    except FilterError as error:
        return error
    return None
