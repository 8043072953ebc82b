"""LogFormat strings, headers of files, and the table of fields behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.flows.clean import clean, tag_text
from tui.flows.field import BY_NAME, FIELDS, field_named
from tui.flows.logformat import DEFAULT_FORMAT, DEFAULT_LAYOUT, LogFormatError, layout_of, read_header, read_log_format


@pytest.mark.parametrize(
    ("version", "fields"), [(2, 14), (3, 21), (4, 25), (5, 29), (7, 39), (8, 40), (9, 41), (10, 42), (11, 54)]
)
def test_the_table_has_each_versions_fields(version: int, fields: int) -> None:
    """The counts of fields by cumulative version, the transit gateway's own (version 6) left out.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
    """
    assert sum(field.since <= version and field.since != 6 for field in FIELDS) == fields


def test_the_transit_gateway_fields_are_known() -> None:
    """All 36 fields of the transit gateway's default format, in version 6 or before.

    https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html
    """
    text = (
        "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id "
        "tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id "
        "tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end "
        "log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded "
        "packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service"
    )
    names = text.split()
    assert [name for name in names if name not in BY_NAME] == []
    assert len(names) == 36


def test_names_are_unique() -> None:
    """One fact, one line."""
    assert len(BY_NAME) == len(FIELDS)


def test_the_default_format_reads_back() -> None:
    """What DescribeFlowLogs returns for the default format is the default layout."""
    assert read_log_format(DEFAULT_FORMAT).names[-1] == "log-status"
    assert DEFAULT_LAYOUT.text == DEFAULT_FORMAT


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the log format is empty"),
        ("${srcaddr} dstaddr", "field 2 of the log format is 'dstaddr'; write each field as ${name}"),
        ("${srcaddr} ${srcaddr}", "the log format names srcaddr twice"),
        ("${Src}", "field 1 of the log format is '${Src}'"),
    ],
)
def test_a_bad_format_is_one_sentence(text: str, sentence: str) -> None:
    """What is wrong, and where."""
    with pytest.raises(LogFormatError) as error:
        read_log_format(text)
    assert str(error.value).startswith(sentence)


def test_a_header_line_is_a_layout() -> None:
    """S3 delivery writes the bare field names first; a record is no header."""
    assert read_header("version account-id interface-id srcaddr") == layout_of(
        ["version", "account-id", "interface-id", "srcaddr"]
    )
    assert read_header("2 123456789010 eni-1235b8ca123456789 172.31.16.139") is None
    assert read_header("") is None


def test_an_unknown_field_is_text() -> None:
    """A name that is not in the table makes a field of version 0."""
    assert field_named("next-thing").since == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web[prod]-[b]1", "web[prod]-[b]1"),
        ("a\x1b[31mred", "a�[31mred"),
        ("pay\u202egnp.exe", "pay�gnp.exe"),
        ("zero\u200bwidth", "zero�width"),
        ("Größe 東京", "Größe 東京"),
        ("e\u0301\u0301\u0301\u0301", "e\u0301\u0301"),
        ("\ud800", "�"),
    ],
)
def test_hostile_text_is_harmless(text: str, shown: str) -> None:
    """Controls, bidi and zero-width characters are seen, not obeyed."""
    assert clean(text) == shown


@given(st.text(st.characters()), st.integers(1, 50))
def test_clean_text_is_printable_and_bounded(text: str, limit: int) -> None:
    """Whatever comes in, what goes out fits and shows."""
    shown = clean(text, limit)
    assert len(shown) <= limit
    assert all(character.isprintable() or character == " " or character.isspace() for character in shown)
    shown.encode()


def test_tags_are_decoded_for_display() -> None:
    """Flow logs percent-encode tag values."""
    assert tag_text("my%2Dapp%20%E6%9D%B1") == "my-app 東"
    assert tag_text("%1b%5b31m") == "�[31m"
