"""Patterns against a matcher so slow and plain that it cannot be wrong."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from tui.policies.glob import joined, literal, matcher, matches, matches_folded, tokens


def plainly(pattern: str, text: str) -> bool:
    """`*` is nothing or one more character, `?` one character, all else itself."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return plainly(pattern[1:], text) or (bool(text) and plainly(pattern, text[1:]))
    return bool(text) and pattern[0] in {"?", text[0]} and plainly(pattern[1:], text[1:])


@given(st.text("ab*?/[.\n", max_size=9), st.text("ab*?/[.\n", max_size=9))
def test_a_pattern_matches_what_it_plainly_matches(pattern: str, text: str) -> None:
    """Fast and plain agree on every pattern and text."""
    assert matches(pattern, text) == plainly(pattern, text)


@given(st.text("aB*?:", max_size=8), st.text("aB:b", max_size=8))
def test_actions_are_compared_in_any_case(pattern: str, text: str) -> None:
    """The same without the case."""
    assert matches_folded(pattern, text.lower()) == plainly(pattern.lower(), text.lower())


@given(st.text("a*?", max_size=6))
def test_what_is_literal_matches_itself_alone(text: str) -> None:
    """Wildcards that were filled in are characters."""
    assert matcher(literal(text))(text)
    assert not matcher(literal(text))(f"{text}a")
    assert matcher(joined([tokens("*"), literal(text)]))(f"zz{text}")


def test_a_hostile_pattern_costs_no_time() -> None:
    """Thousands of stars against a long text that just fails."""
    began = time.perf_counter()
    assert not matches("*a" * 5000 + "b", "a" * 20000)
    assert not matches("*?a" * 2000 + "b", "a" * 20000)
    assert time.perf_counter() - began < 2
