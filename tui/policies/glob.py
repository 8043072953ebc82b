"""Patterns with `*` and `?` as policies mean them: any text, also across `/` and `:`, and exactly one character.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html. Not fnmatch: `[k]` is three
characters here. A pattern is a tuple of tokens, so that what a policy variable puts in can never become a wildcard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache


class Wildcard:
    """One of the two wildcards, told by identity."""

    def __init__(self, sign: str) -> None:
        self.sign = sign

    def __repr__(self) -> str:
        return self.sign


MANY = Wildcard("*")
ONE = Wildcard("?")
Token = str | Wildcard  # a text stands for itself
Tokens = tuple[Token, ...]
Matcher = Callable[[str], bool]

_PARTS = re.compile(r"([*?])")


@lru_cache(maxsize=8192)
def tokens(pattern: str) -> Tokens:
    """The tokens of a text in which `*` and `?` are wildcards."""
    return tuple({"*": MANY, "?": ONE}.get(part, part) for part in _PARTS.split(pattern) if part)


def literal(text: str) -> Tokens:
    """The tokens of a text in which nothing is a wildcard."""
    return (text,) if text else ()


def joined(parts: Iterable[Tokens]) -> Tokens:
    """Patterns, one after the other; texts that meet become one."""
    made: list[Token] = []
    for token in (token for part in parts for token in part):
        if isinstance(token, str) and made and isinstance(made[-1], str):
            made[-1] += token
        elif token is not MANY or not made or made[-1] is not MANY:
            made.append(token)
    return tuple(made)


def is_everything(pattern: Tokens) -> bool:
    """Whether it matches every text: `*`, `**`."""
    return bool(pattern) and all(token is MANY for token in pattern)


def has_wildcard(pattern: Tokens) -> bool:
    """Whether it can match more than one text."""
    return any(isinstance(token, Wildcard) for token in pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches the whole of a text, case included."""
    return matcher(tokens(pattern))(text)


def covers(pattern: str, other: str) -> bool:
    """Whether a pattern matches whatever another matches. True is certain; False may be too careful."""
    return matcher(tokens(pattern), one="[^*]")(other)


def matches_folded(pattern: str, text: str) -> bool:
    """The same without looking at the case, as actions are compared. `text` is in lower case already."""
    return matcher(tokens(pattern.lower()))(text)


@lru_cache(maxsize=8192)
def matcher(pattern: Tokens, one: str = ".") -> Matcher:
    """What tells whether a text matches. Its work grows with the length of the text, whatever the pattern.

    `one` is what `?` stands for, as a regular expression.

    A regular expression with several `.*` goes back and forth for ever on a hostile one. Between two `*` the first
    place that fits is always as good as any later one, so nothing is ever tried again.
    """
    if MANY not in pattern:
        return _fixed(pattern, one).fullmatch_whole
    pieces = _pieces(pattern)
    first, *middle, last = [_fixed(piece, one) for piece in pieces]

    def found(text: str) -> bool:
        end = len(text) - last.length
        if end < first.length or not first.at(text, 0) or not last.at(text, end):
            return False
        place = first.length
        for piece in middle:
            place = piece.after(text, place, end)
            if place < 0:
                return False
        return True

    return found


def _pieces(pattern: Tokens) -> list[Tokens]:
    """What stands before, between and after the `*` of a pattern."""
    pieces: list[list[Token]] = [[]]
    for token in pattern:
        if token is MANY:
            pieces.append([])
        else:
            pieces[-1].append(token)
    first, *middle, last = pieces
    return [tuple(piece) for piece in (first, *(piece for piece in middle if piece), last)]


class _Fixed:
    """A pattern of known length: texts and `?`."""

    def __init__(self, pattern: Tokens, one: str) -> None:
        self.length = sum(len(token) if isinstance(token, str) else 1 for token in pattern)
        self.text = "".join(token for token in pattern if isinstance(token, str)) if ONE not in pattern else None
        source = "".join(re.escape(token) if isinstance(token, str) else one for token in pattern)
        self.found = re.compile(source, re.DOTALL) if self.text is None else None

    def fullmatch_whole(self, text: str) -> bool:
        """Whether the whole text is this."""
        return len(text) == self.length and self.at(text, 0)

    def at(self, text: str, place: int) -> bool:
        """Whether it stands at this place of the text."""
        if self.found is None:
            return self.text is not None and text.startswith(self.text, place)
        return self.found.match(text, place) is not None

    def after(self, text: str, place: int, end: int) -> int:
        """Behind its first occurrence in text[place:end]; -1 if there is none."""
        if self.found is None:
            start = text.find(self.text or "", place, end)
        else:
            match = self.found.search(text, place, end)
            start = match.start() if match else -1
        return start + self.length if start >= 0 else -1


@lru_cache(maxsize=8192)
def _fixed(pattern: Tokens, one: str) -> _Fixed:
    return _Fixed(pattern, one)
