"""Patterns with `*` (any characters) and `?` (one character), as policies write them; no other character is special.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
No regular expressions here: `a*a*a*…b` would make them search for ever.
"""

from __future__ import annotations


def has_wildcard(text: str) -> bool:
    """Whether a text holds a wildcard, apart from those inside of `${…}`."""
    return "*" in (plain := _without_variables(text)) or "?" in plain


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text; in a text, `*` and `?` are characters like others."""
    return _covers(pattern, text, literal=True)


def covers(pattern: str, other: str) -> bool:
    """Whether a pattern matches whatever another matches. True is certain; False may be too careful."""
    return _covers(pattern, other, literal=False)


def _covers(pattern: str, text: str, *, literal: bool) -> bool:
    """Greedy, with one place to go back to: the last star. Steps at most len(pattern) * len(text)."""
    at, place, star, retry = 0, 0, -1, 0
    while place < len(text):
        here = pattern[at] if at < len(pattern) else ""
        if here == "*":
            star, retry = at, place
            at += 1
        elif here == text[place] or (here == "?" and (literal or text[place] != "*")):
            at, place = at + 1, place + 1
        elif star >= 0:
            retry += 1
            at, place = star + 1, retry
        else:
            return False
    return pattern[at:].strip("*") == ""


def intersects(first: str, second: str) -> bool:
    """Whether some text is matched by both patterns."""
    if not _begin_alike(first, second) or not _begin_alike(first[::-1], second[::-1]):
        return False  # most pairs end here
    reached = {0}  # places in `second` that can be reached with what was read of `first`
    reached = _over_stars(second, reached)
    for char in first:
        if char == "*":
            reached = set(range(min(reached), len(second) + 1))
        else:
            after = set()
            for place in reached:
                if place == len(second):
                    continue
                if second[place] == "*":
                    after.add(place)
                elif second[place] in {char, "?"} or char == "?":
                    after.add(place + 1)
            reached = _over_stars(second, after)
        if not reached:
            return False
    return len(second) in reached


def _begin_alike(first: str, second: str) -> bool:
    """Whether the texts before the first wildcards agree, as far as both go."""
    fixed, other = (pattern.replace("?", "*").partition("*")[0] for pattern in (first, second))
    if fixed == first and other == second:
        return first == second
    return fixed.startswith(other) or other.startswith(fixed)


def _over_stars(pattern: str, places: set[int]) -> set[int]:
    """These places, and those behind the stars that stand there: a star may match nothing."""
    out = set(places)
    for place in places:
        behind = place
        while behind < len(pattern) and pattern[behind] == "*":
            behind += 1
            out.add(behind)
    return out


def _without_variables(text: str) -> str:
    """The text with each `${…}` replaced by an `x`."""
    parts = text.split("${")
    return parts[0] + "".join("x" + part.partition("}")[2] for part in parts[1:])
