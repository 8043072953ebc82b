"""White space of a policy: laid out and left out again, nothing else is touched."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tui.policies.spacing import laid_out, minified, place_before

POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],'
    '"Resource":"arn:aws:s3:::payments-reports/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}}]}'
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def test_a_policy_of_one_line_is_laid_out() -> None:
    """Each value has its line."""
    assert laid_out(POLICY).splitlines()[:6] == [
        "{",
        '  "Version": "2012-10-17",',
        '  "Statement": [',
        "    {",
        '      "Effect": "Allow",',
        '      "Principal": "*",',
    ]
    assert '        "s3:PutObject"' in laid_out(POLICY).splitlines()


def test_a_policy_with_lines_is_left_as_it_is() -> None:
    """Whoever laid it out keeps his layout."""
    written = '{\n\t"Statement" : [ ]\n}\n'
    assert laid_out(written) == written


@given(VALUES)
def test_only_white_space_differs(value: object) -> None:
    """Laid out and minified it is the same value, and minified it is what it was."""
    text = json.dumps(value, separators=(",", ":"))
    assert minified(laid_out(text)) == text
    assert json.loads(laid_out(text)) == value


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    """What is no JSON keeps all of its characters but white space, in order."""
    blank = str.maketrans("", "", " \t\r\n")
    for made in (minified(text), laid_out(text)):
        assert made.translate(blank) == text.translate(blank)


def test_a_place_in_the_text_sent_is_found_in_the_text_written() -> None:
    """AWS tells a place of what it was sent; without white space that is another one than in the editor."""
    written = laid_out(POLICY)
    sent = minified(written)
    column = sent.index('"Condition"') + 1
    line, at = place_before(written, (1, column))
    assert written.splitlines()[line - 1][at - 1 :].startswith('"Condition"')
    assert place_before(written, (1, 99_999)) == (len(written.splitlines()), len(written.splitlines()[-1]) + 1)
