"""Reading JSON strictly: what is JSON and what is not, and where everything stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tui.policies.json_reader import read_bytes, read_json
from tui.policies.text import DEEPEST, LONGEST, Document, Node

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=25,
)
# Text that is nearly JSON: its signs and words, in any order.
SIGNS = (
    *("{", "}", "[", "]", ",", ":", '"', "'a", '"a"', '"A"', "1", "-", "0", "-0", ".5", "e9", "true", "null", "NaN"),
    *("Infinity", "\\", "\\u0041", "\\ud800", "//", "/*", "\u00e9", "\ufeff", "\x00", " ", "\n", "\t", "\r", "\u00a0"),
)
NEARLY = st.lists(st.sampled_from(SIGNS), max_size=14).map("".join)


def strictly(text: str) -> Any:
    """What the json module reads of a text, without its own additions to JSON; None where it refuses."""

    def refuse(word: str) -> Any:
        raise ValueError(word)

    try:
        return (json.loads(text, parse_constant=refuse),)
    except (ValueError, RecursionError):
        return None


def plain(node: Node) -> Any:
    """A node as the json module would give it; of equal names the last wins there."""
    if node.kind == "object":
        return {name.text: plain(value) for name, value in node.members}
    if node.kind == "array":
        return [plain(item) for item in node.items]
    return node.text if node.kind == "string" else json.loads(node.text)


def surrogates(document: Document) -> bool:
    """Whether halves of pairs were complained of: the json module keeps them."""
    return any(complaint.code == "JSON_LONE_SURROGATE" for complaint in document.complaints)


@given(VALUES, st.sampled_from([None, 0, 1, 4]), st.booleans())
@settings(deadline=None)
def test_what_the_json_module_writes_is_read_the_same(value: Any, indent: int | None, plain_ascii: bool) -> None:
    """Whatever the indent and however characters are escaped."""
    document = read_json(json.dumps(value, indent=indent, ensure_ascii=plain_ascii))
    assume(not surrogates(document))
    assert document.root is not None
    assert plain(document.root) == value


@given(NEARLY | st.text())
@settings(deadline=None)
def test_it_agrees_with_the_json_module_on_what_is_json(text: str) -> None:
    """Text is read exactly if the json module reads it, and to the same values."""
    document, expected = read_json(text), strictly(text)
    assert (document.root is None) == (expected is None)
    if document.root is not None and not surrogates(document):
        assert (plain(document.root),) == expected


@given(NEARLY | st.text() | VALUES.map(lambda value: json.dumps(value, indent=1)))
@settings(deadline=None)
def test_every_place_lies_inside_of_the_text(text: str) -> None:
    """Of each node and each complaint; and a node's own text stands where it says."""
    document = read_json(text)
    places = [complaint.at for complaint in document.complaints]
    if document.root is not None:
        for node in document.root.walk():
            assert 0 <= node.start < node.end <= len(text)
            places.append(node.start)
    for at in places:
        line, column = document.place(at)
        assert 1 <= column <= len(document.line(line)) + 2  # a place between CR and LF is one further


@given(st.binary(max_size=60) | st.text().map(lambda text: text.encode("utf-16")))
@settings(deadline=None)
def test_any_bytes_are_read_or_complained_of(data: bytes) -> None:
    """Bytes that are no UTF-8 are a complaint with its place."""
    document = read_bytes(data)
    assert document.root is not None or document.complaints[-1].fatal
    assert all(0 <= complaint.at <= len(document.text) for complaint in document.complaints)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "the text ends where a value is expected"),
        ('{"Version": "2012-10-17",\n}\n', (2, 1), "a name is expected after the comma"),
        ('{"Id": "a"\n "Version": "b"}', (2, 2), "a comma or '}' is expected here"),
        ("{'Id': 'a'}", (1, 2), "' does not begin a string"),
        ("{\u201cId\u201d: 1}", (1, 2), "\u201c does not begin a string"),
        ('{"Id": True}', (1, 8), "True is not a JSON value"),
        ("// mine\n{}", (1, 1), "JSON has no comments"),
        ('{"Id": 1} # mine', (1, 11), "JSON has no comments"),
        ('{"Id": 1}\n{"Id": 2}', (2, 1), "there is more text after the end of the policy"),
        ('{"Id": "a\nb"}', (1, 10), "the line ends inside of a string"),
        ('{"Id": "\\d"}', (1, 9), '"\\d" is not an escape of JSON'),
        ('{"Id": 012}', (1, 8), '"012" is not a JSON number'),
        ('{"Id": "a', (1, 8), "this string is not closed"),
        ('{"Statement": [\n  {}\n\n', (2, 5), "the text ends inside of the array that begins in line 1"),
        ("\ufeff{}", (1, 1), "the text begins with a byte order mark"),
        ('{"Id":\u00a01}', (1, 7), "the character U+00A0 cannot stand between values"),
        ('{"Id": "a\x00"}', (1, 10), "a control character (U+0000) inside of a string"),
        ("[" * 65, (1, 65), f"the text is nested deeper than {DEEPEST} levels"),
        ("\r\n\r\n  oops", (3, 3), "a value is expected here"),
    ],
)
def test_what_people_write_instead_of_json(text: str, place: tuple[int, int], message: str) -> None:
    """The place at fault, and a sentence that says what is wrong there."""
    document = read_json(text)
    (complaint,) = document.complaints
    assert (document.place(complaint.at), complaint.message) == (place, message)


@pytest.mark.parametrize("data", ["{}".encode("utf-16"), b'{"Id": "\xff"}', b"\xef\xbb\xbf{}"])
def test_a_file_of_another_encoding_is_complained_of(data: bytes) -> None:
    """UTF-16, Latin-1 and a byte order mark."""
    assert read_bytes(data).root is None


def test_names_given_twice_are_complained_of() -> None:
    """At the second; also when they differ in case only."""
    document = read_json('{"a": 1,\n "A": 2,\n "a": 3}')
    told = [(complaint.code, document.place(complaint.at)) for complaint in document.complaints]
    assert told == [("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", (2, 2)), ("DUPLICATE_KEYS", (3, 2))]
    assert document.root is not None


def test_half_a_surrogate_pair_is_complained_of_and_replaced() -> None:
    """Nothing that is read can fail to be written as UTF-8."""
    document = read_json(r'["\ud83d", "\ud83d\ude00", "\ufffd"]')
    assert [complaint.code for complaint in document.complaints] == ["JSON_LONE_SURROGATE"]
    assert document.root is not None
    assert [item.text for item in document.root.items] == ["\ufffd", "\U0001f600", "\ufffd"]


def test_a_megabyte_is_not_looked_at() -> None:
    """The place is the first character that is too many."""
    document = read_json("[" + " " * LONGEST)
    assert (document.root, document.complaints[0].at) == (None, LONGEST)


@pytest.mark.parametrize(
    ("line", "column", "path"),
    [
        (1, 1, ""),
        (3, 3, "Statement[0]"),
        (4, 6, "Statement[0].Action[0]"),
        (4, 31, "Statement[0].Action[1]"),
        (5, 46, 'Statement[0].Condition.StringEquals["aws:PrincipalOrgID"]'),
        (5, 60, 'Statement[0].Condition.StringEquals["aws:PrincipalOrgID"]'),
    ],
)
def test_a_place_has_a_path(line: int, column: int, path: str) -> None:
    """Names with other characters than letters stand in quotes."""
    text = (
        '{\n"Statement": [\n  {"Action":\n    ["s3:GetObject",          "s3:PutObject"],\n'
        '    "Condition": {"StringEquals":         {"aws:PrincipalOrgID": "o-1"}}}]}'
    )
    document = read_json(text)
    assert document.path(document.starts[line - 1] + column - 1) == path
