"""Lines into columns: Amazon's own samples, states, several layouts, and agreement with an obvious parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.flows.dtype import InUse
from tui.flows.field import FIELDS, Field, Kind
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, layout_of, read_log_format
from tui.flows.parse import LineParser, skipped_gaps
from tui.flows.source import Cause, Records
from tui.flows.write import write_lines

SSH = (
    "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"
)
NODATA = "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA"
SKIPDATA = "2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA"
IPV6 = (
    "2 123456789010 eni-1235b8ca123456789 2001:db8:1234:a100:8d6e:3477:df66:f105 "
    "2001:db8:1234:a102:3304:8879:34cf:4071 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK"
)
FLAGS_FORMAT = (
    "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr "
    "pkt-dstaddr protocol bytes packets start end action tcp-flags log-status"
)
# The last sample of Amazon's TCP-flag sequence: two spaces between ports and the packet's source.
TWO_SPACES = (
    "3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010 IPv4 "
    "10.0.0.62 52.213.180.42 5001 43638  10.0.0.62 52.213.180.42 6 967 14 1566933133 1566933193 ACCEPT 19 OK"
)


def only(parser: LineParser, line: str) -> dict[str, object]:
    """The one record of the one line."""
    parsed = parser.parse([line])
    assert parsed.unparsed == ()
    (_, frame, at) = parsed.records[0]
    assert at == [0]
    return frame.row(0, named=True)


def obvious(line: str, layout: Layout) -> tuple[object, ...] | None:
    """A line read in the plainest way: a tuple of values, or None when it does not fit."""
    tokens = [token for token in re.split("[ \t]+", line.strip(" \t\r\n")) if token]
    if len(tokens) != len(layout.fields) or len(line.encode()) > 16_384:
        return None
    values: list[object] = []
    for field, token in zip(layout.fields, tokens, strict=True):
        limit = {Kind.BYTE: 2**8, Kind.PORT: 2**16, Kind.COUNT: 2**63, Kind.SECONDS: 2**32}.get(field.kind)
        if token == "-":
            values.append(None)
        elif limit:
            if not (token.isascii() and token.isdigit() and int(token) < limit):
                return None
            values.append(int(token))
        elif field.kind is Kind.ADDRESS:
            try:
                ip_address(token)
            except ValueError:
                return None
            values.append(token)
        elif field.kind in {Kind.ACTION, Kind.STATUS} and token not in {"ACCEPT", "REJECT", "OK", "NODATA", "SKIPDATA"}:
            return None
        else:
            values.append(token)
    return tuple(values)


def test_a_default_record_is_typed() -> None:
    """Amazon's SSH sample becomes numbers, addresses and words."""
    row = only(LineParser([DEFAULT_LAYOUT]), SSH)
    assert row["dstport"] == 22
    assert row["bytes"] == 4249
    assert row["start"] == 1418530010
    assert row["srcaddr"] == "172.31.16.139"
    assert row["action"] == "ACCEPT"


@pytest.mark.parametrize(("line", "status"), [(NODATA, "NODATA"), (SKIPDATA, "SKIPDATA")])
def test_states_are_records_without_a_flow(line: str, status: str) -> None:
    """NODATA and SKIPDATA are states with nulls, not errors."""
    row = only(LineParser([DEFAULT_LAYOUT]), line)
    assert row["log-status"] == status
    assert row["srcaddr"] is None
    assert row["bytes"] is None
    assert row["end"] == 1431280934


def test_skipdata_is_a_gap() -> None:
    """A SKIPDATA record is a gap over its capture window, named by its interface; NODATA is none."""
    _, frame, _ = LineParser([DEFAULT_LAYOUT]).parse([NODATA, SKIPDATA]).records[0]
    (gap,) = skipped_gaps(Records(DEFAULT_LAYOUT, frame))
    assert (gap.since, gap.until, gap.cause) == (1431280876, 1431280934, Cause.SKIPDATA)
    assert gap.note == "eni-11111111aaaaaaaaa"


def test_ipv6_is_kept_as_written() -> None:
    """IPv6 addresses are addresses."""
    assert only(LineParser([DEFAULT_LAYOUT]), IPV6)["srcaddr"] == "2001:db8:1234:a100:8d6e:3477:df66:f105"


def test_two_spaces_are_one() -> None:
    """Amazon's own sample with a double space reads like any other."""
    row = only(LineParser([layout_of(FLAGS_FORMAT.split())]), TWO_SPACES)
    assert row["pkt-srcaddr"] == "10.0.0.62"
    assert row["tcp-flags"] == 19
    assert (row["bytes"], row["packets"]) == (967, 14)


def test_unknown_account_stays_text() -> None:
    """Interfaces made by a service have the account `unknown`."""
    assert only(LineParser([DEFAULT_LAYOUT]), SSH.replace("123456789010", "unknown"))["account-id"] == "unknown"


def test_an_unknown_field_is_a_text_column() -> None:
    """A field of a version to come is kept as text."""
    layout = read_log_format("${srcaddr} ${quantum-state} ${dstaddr}")
    assert only(LineParser([layout]), "10.0.0.1 entangled 10.0.0.2")["quantum-state"] == "entangled"


def test_the_layout_is_chosen_per_line() -> None:
    """Two layouts in one stream: each line goes to the one it fits, in order, and the rest is kept with its reason."""
    nat = layout_of(["instance-id", "interface-id", "srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"])
    line = "- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5"
    parsed = LineParser([DEFAULT_LAYOUT, nat]).parse([line, SSH, "hello", line, NODATA])
    assert {layout: at for layout, _, at in parsed.records} == {DEFAULT_LAYOUT: [1, 4], nat: [0, 3]}
    assert parsed.unparsed == ((2, "1 field where the log format has 6 or 14"),)


def test_layouts_of_one_width_are_told_apart() -> None:
    """Packets and bytes swapped: no packet is under a byte, so the implausible reading gives way."""
    names = list(DEFAULT_LAYOUT.names)
    names[8], names[9] = names[9], names[8]
    swapped = layout_of(names)
    parsed = LineParser([swapped, DEFAULT_LAYOUT]).parse([SSH, SSH.replace("20 4249", "4249 20"), NODATA])
    rows = {layout: frame["bytes"].to_list() for layout, frame, _ in parsed.records}
    assert rows == {DEFAULT_LAYOUT: [4249], swapped: [4249, None]}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (" 22 ", " 70000 ", "dstport is '70000', not a port"),
        (" 22 ", " +22 ", "dstport is '+22', not a port"),
        (" 6 ", " six ", "protocol is 'six', not a number from 0 to 255"),
        ("172.31.16.21", "172.31.16.256", "dstaddr is '172.31.16.256', not an address"),
        ("172.31.16.21", "fe80::1%eth0", "dstaddr is 'fe80::1%eth0', not an address"),
        ("4249", "-4249", "bytes is '-4249', not a count"),
        ("4249", "9223372036854775808", "bytes is '9223372036854775808', not a count"),
        ("1418530070", "99999999999", "end is '99999999999', not a time in seconds"),
        ("ACCEPT", "accept", "action is 'accept', neither ACCEPT nor REJECT"),
        (" OK", "", "13 fields where the log format has 14"),
        (" OK", " OK OK", "15 fields where the log format has 14"),
    ],
)
def test_a_line_that_fits_no_layout_is_kept_with_its_reason(old: str, new: str, reason: str) -> None:
    """A value that cannot be read is an unparsed line, not a null."""
    parsed = LineParser([DEFAULT_LAYOUT]).parse([SSH.replace(old, new), SSH])
    assert parsed.unparsed == ((0, reason),)
    assert parsed.records[0][2] == [1]


def test_a_new_action_word_is_kept() -> None:
    """Enums may grow: a word not known yet is a value, up to a bound."""
    assert only(LineParser([DEFAULT_LAYOUT]), SSH.replace("ACCEPT", "DEFER"))["action"] == "DEFER"
    many = [SSH.replace("ACCEPT", f"W{number}") for number in range(300)]
    parser = LineParser([DEFAULT_LAYOUT])
    for line in many:
        parser.parse([line])
    assert len(parser.parse(many).unparsed) == 270


def test_a_megabyte_line_is_unparsed() -> None:
    """A line as long as CloudWatch allows is kept aside, whatever it holds."""
    parsed = LineParser([DEFAULT_LAYOUT]).parse(["x" * 1_000_000, SSH])
    assert parsed.unparsed[0][1] == "the line is 1,000,000 characters long"


def test_no_lines_no_layouts() -> None:
    """Nothing in, nothing out; lines without any layout are unparsed."""
    assert LineParser([DEFAULT_LAYOUT]).parse([]).records == ()
    assert LineParser([]).parse([SSH]).unparsed == ((0, "14 fields where the log format has none"),)


TOKEN = st.text(st.characters(exclude_categories=["Cs", "Zs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12)


def value_of(field: Field) -> st.SearchStrategy[str]:
    """Tokens that a field may hold."""
    by_kind: dict[Kind, st.SearchStrategy[str]] = {
        Kind.BYTE: st.integers(0, 255).map(str),
        Kind.PORT: st.integers(0, 65_535).map(str),
        Kind.COUNT: st.integers(0, 2**63 - 1).map(str),
        Kind.SECONDS: st.integers(0, 2**32 - 1).map(str),
        Kind.ADDRESS: st.ip_addresses().map(str),
        Kind.ACTION: st.sampled_from(["ACCEPT", "REJECT"]),
        Kind.STATUS: st.sampled_from(["OK", "NODATA", "SKIPDATA"]),
    }
    return st.just("-") | by_kind.get(field.kind, TOKEN)


LAYOUTS = st.lists(st.sampled_from(FIELDS), min_size=1, max_size=20, unique=True).map(lambda f: Layout(tuple(f)))


@st.composite
def layout_and_lines(draw: st.DrawFn) -> tuple[Layout, list[str]]:
    """A layout, and lines of which most fit it."""
    layout = draw(LAYOUTS)
    good = st.tuples(*map(value_of, layout.fields)).map(" ".join)
    odd = st.tuples(*(value_of(field) | TOKEN for field in layout.fields)).map("  ".join)
    return layout, draw(st.lists(good | odd | st.text(max_size=40), max_size=12))


@settings(max_examples=150, deadline=None)
@given(layout_and_lines())
def test_the_columnar_parser_agrees_with_the_obvious_one(case: tuple[Layout, list[str]]) -> None:
    """Value by value, for every generated line, and no line is lost."""
    layout, lines = case
    parsed = LineParser([layout]).parse(lines)
    rows = {index: row for _, frame, at in parsed.records for index, row in zip(at, frame.rows(), strict=True)}
    for index, line in enumerate(lines):
        expected = obvious(line, layout)
        if expected is None and index in rows:  # only a new word may be read where the obvious parser gives up
            words = [rows[index][i] for i, f in enumerate(layout.fields) if f.kind in {Kind.ACTION, Kind.STATUS}]
            assert any(word and re.fullmatch("[A-Z][A-Z0-9_-]*", str(word)) for word in words)
        else:
            assert rows.get(index) == expected, line
    assert sorted([*rows, *(index for index, _ in parsed.unparsed)]) == list(range(len(lines)))


@settings(max_examples=100, deadline=None)
@given(LAYOUTS, st.data())
def test_parse_then_write_is_the_identity(layout: Layout, data: st.DataObject) -> None:
    """A line of the layout, read and written again, is the same line."""
    lines = data.draw(st.lists(st.tuples(*map(value_of, layout.fields)).map(" ".join), min_size=1, max_size=8))
    parsed = LineParser([layout]).parse(lines)
    assert parsed.unparsed == ()
    (_, frame, _) = parsed.records[0]
    assert write_lines(layout, frame) == lines
    assert frame.dtypes == [InUse.dictionary.dtype(field.kind) for field in layout.fields]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=60), max_size=6), st.lists(LAYOUTS, max_size=3))
def test_parsing_never_raises_on_any_text(lines: Sequence[str], layouts: list[Layout]) -> None:
    """Any text at all, lone surrogates and NUL included, is read or kept aside; nothing raises, nothing is lost."""
    parsed = LineParser(layouts).parse(lines)
    assert sum(frame.height for _, frame, _ in parsed.records) + len(parsed.unparsed) == len(lines)


def test_a_frame_of_addresses_joins_by_value() -> None:
    """Equal addresses in different columns and batches are equal: they share one dictionary."""
    parser = LineParser([layout_of(["srcaddr", "dstaddr"])])
    first = parser.parse(["10.0.0.1 10.0.0.2"]).records[0][1]
    second = parser.parse(["10.0.0.2 10.0.0.1"]).records[0][1]
    assert str(IPv4Address("10.0.0.1")) == second["dstaddr"][0]
    assert first.join(second, left_on="srcaddr", right_on="dstaddr").height == 1
    assert pl.concat([first, second])["srcaddr"].dtype == first["srcaddr"].dtype
