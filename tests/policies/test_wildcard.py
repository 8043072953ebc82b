"""Patterns with * and ?, against the slow and obvious way."""

from __future__ import annotations

import re
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.policies.glob import covers, matches
from tui.policies.wildcard import has_wildcard, intersects

PATTERN = st.text("ab*?", max_size=6)
# Every text that could tell two such patterns apart for these tests.
TEXTS = ["".join(letters) for length in range(6) for letters in product("ab", repeat=length)]


def slow(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression."""
    return re.compile("".join(".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern))


@given(PATTERN, st.text("ab*?", max_size=7))
@settings(deadline=None)
def test_matching(pattern: str, text: str) -> None:
    """In a text * and ? are characters like others."""
    assert matches(pattern, text) == bool(slow(pattern).fullmatch(text))


@given(PATTERN, PATTERN)
@settings(deadline=None)
def test_covering_is_certain(pattern: str, other: str) -> None:
    """What is covered by a pattern is matched by it, every text of it."""
    if covers(pattern, other):
        assert all(matches(pattern, text) for text in TEXTS if matches(other, text))


@given(PATTERN, PATTERN)
@settings(deadline=None)
def test_intersecting(first: str, second: str) -> None:
    """Two patterns meet in some text, whichever is asked first."""
    meet = any(matches(first, text) and matches(second, text) for text in TEXTS)
    assert intersects(first, second) == intersects(second, first)
    assert intersects(first, second) or not meet
    if len(first) + len(second) <= 5:
        assert intersects(first, second) == meet


def test_brackets_are_characters() -> None:
    """Not as in file names."""
    assert not matches("logs-[ab]", "logs-a")
    assert matches("logs-[ab]", "logs-[ab]")


def test_a_hostile_pattern_takes_no_time() -> None:
    """A regular expression would go back and forth for hours."""
    assert not matches("*a" * 200 + "b", "a" * 2000)


def test_a_variable_is_no_wildcard() -> None:
    """`${*}` is the star itself."""
    assert not has_wildcard("home/${*}/x")
    assert has_wildcard("home/${aws:username}/*")
