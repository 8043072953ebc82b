"""Patterns with `*` (any characters) and `?` (one character), as policies write them; no other character is special.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
A pattern is never made into one regular expression: `a*a*a*…b` would make it search for ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


def has_wildcard(text: str) -> bool:
    """Whether a text holds a wildcard, apart from those inside of `${…}`."""
    return "*" in (plain := _without_variables(text)) or "?" in plain


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text; in a text, `*` and `?` are characters like others."""
    return _fits(_pieces(pattern, any_sign="."), text)


def covers(pattern: str, other: str) -> bool:
    """Whether a pattern matches whatever another matches. True is certain; False may be too careful."""
    return _fits(_pieces(pattern, any_sign="[^*]"), other)


class _Piece(NamedTuple):
    """What stands between two stars: it matches as many characters as it has."""

    length: int
    sign: re.Pattern[str]


@lru_cache(maxsize=8192)
def _pieces(pattern: str, any_sign: str) -> tuple[_Piece, ...]:
    """The pieces of a pattern; `any_sign` is what a question mark stands for."""
    made = []
    for part in re.split(r"\*+", pattern):
        source = "".join(any_sign if char == "?" else re.escape(char) for char in part)
        made.append(_Piece(len(part), re.compile(source, re.DOTALL)))
    return tuple(made)


def _fits(pieces: tuple[_Piece, ...], text: str) -> bool:
    """The first piece at the start, the last at the end, the others where they are found first: later is never better."""
    first, *others = pieces
    if not others:
        return first.sign.fullmatch(text) is not None
    *middle, last = others
    place, end = first.length, len(text) - last.length
    if place > end or not first.sign.match(text) or not last.sign.fullmatch(text, end):
        return False
    for piece in middle:
        found = piece.sign.search(text, place, end)
        if found is None:
            return False
        place = found.end()
    return True


class _Places(NamedTuple):
    """A pattern as bits: bit n is the place before its character n.

    `by_sign` are the places before each character that it names, `any_one` those before its question marks, `stars`
    those before its stars, of which no two stand side by side.
    """

    length: int
    by_sign: Mapping[str, int]
    any_one: int
    stars: int


@lru_cache(maxsize=8192)
def _places(pattern: str) -> _Places:
    single = re.sub(r"\*+", "*", pattern)
    by_sign: dict[str, int] = {}
    for place, char in enumerate(single):
        by_sign[char] = by_sign.get(char, 0) | 1 << place
    return _Places(len(single), by_sign, by_sign.pop("?", 0), by_sign.pop("*", 0))


def intersects(first: str, second: str) -> bool:
    """Whether some text is matched by both patterns."""
    if not _begin_alike(first, second) or not _begin_alike(first[::-1], second[::-1]):
        return False  # most pairs end here
    length, by_sign, any_one, stars = _places(second)
    everywhere = (1 << length + 1) - 1
    reached = 1 | (stars & 1) << 1  # places of `second` that can be reached with what was read of `first`
    for char in first:
        if char == "*":
            reached = everywhere & -(reached & -reached)  # from the lowest on
            continue
        step = reached & ~stars if char == "?" else reached & (by_sign.get(char, 0) | any_one)
        reached = (step << 1 | reached & stars) & everywhere
        reached |= (reached & stars) << 1  # a star may match nothing
        if not reached:
            return False
    return bool(reached >> length & 1)


def _begin_alike(first: str, second: str) -> bool:
    """Whether the texts before the first wildcards agree, as far as both go."""
    fixed, other = (pattern.replace("?", "*").partition("*")[0] for pattern in (first, second))
    if fixed == first and other == second:
        return first == second
    return fixed.startswith(other) or other.startswith(fixed)


def _without_variables(text: str) -> str:
    """The text with each `${…}` replaced by an `x`."""
    parts = text.split("${")
    return parts[0] + "".join("x" + part.partition("}")[2] for part in parts[1:])
