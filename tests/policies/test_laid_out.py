"""A policy on one line is laid out; every finding is found again where it is shown."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tui.policies.json_reader import read_json
from tui.policies.laid_out import lay_out

ONE_LINE = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:Get*"],"Resource":[]}]}'
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def test_one_line_becomes_many() -> None:
    """As AWS's own pages show policies; what is empty stays on its line."""
    laid = lay_out(read_json(ONE_LINE))
    assert laid.is_broken
    assert laid.lines[:4] == ["{", '  "Version": "2012-10-17",', '  "Statement": [', "    {"]
    assert '      "Resource": []' in laid.lines
    at = ONE_LINE.index('"s3:Get*"')
    line, column = laid.place(at)
    assert laid.lines[line - 1][column - 1 :] == '"s3:Get*"'
    assert laid.place(at + 3) == (line, column + 3)


def test_what_has_lines_is_left_alone() -> None:
    """So are its places, whatever ends its lines; and what is no JSON, or short."""
    text = '{\r\n "Version":\n"2012-10-17",\r"Statement":   []}'
    laid = lay_out(read_json(text))
    assert (laid.text, laid.is_broken) == (text, False)
    assert laid.place(text.index('"Statement"')) == (4, 1)
    for other in ("", "{}", "no JSON at all, however long the line may be that it stands on", "{" * 90):
        assert lay_out(read_json(other)).text == other


@given(VALUES, st.data())
def test_nothing_is_added_or_lost(value: object, data: st.DataObject) -> None:
    """The same JSON; each character that is no white space is found where it stands now."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=data.draw(st.booleans()))
    document = read_json(text)
    laid = lay_out(document)
    assert json.loads(laid.text) == json.loads(text)
    for node in document.root.walk() if document.root is not None else ():
        line, column = laid.place(node.start)
        assert laid.lines[line - 1][column - 1] == text[node.start]


@given(st.text(), st.integers(-3, 300))
def test_any_text_has_places(text: str, at: int) -> None:
    """Never outside of the lines."""
    laid = lay_out(read_json(text))
    line, column = laid.place(at)
    assert 1 <= line <= len(laid.lines)
    assert column >= 1
