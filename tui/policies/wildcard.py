"""Patterns as they are written: whether they hold a wildcard, and whether two of them have a text in common.

What they match is told by tui.policies.glob.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple


def has_wildcard(text: str) -> bool:
    """Whether a text holds a wildcard, apart from those inside of `${…}`."""
    return "*" in (plain := _without_variables(text)) or "?" in plain


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
