"""Filters that a reader keeps by name, and writes as `@name` within another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from tui.flows.filter.model import LONGEST, Filter, FilterError
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.value import Now

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}", re.ASCII)
NAME_RULE = "a name is up to 40 letters, digits, - and _, a letter first"
# A quoted text, in which nothing is replaced, or a name where a word could begin.
_PLACES = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?:(?<=[\s(!])|^)@(?P<name>[\w-]*)""")
_DEEPEST = 8  # names within names


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the written text, and of what it became: (from, to) of each."""

    written: tuple[int, int]
    became: tuple[int, int]
    is_name: bool


def read_filter(text: str, saved: Mapping[str, str], now: Now) -> Filter:
    """The filter that `text` is, each `@name` in it replaced by the saved text, in brackets.

    Raises:
        FilterError: it is none, or a name is not known; the position is within `text` as it was written.
    """
    whole, pieces = _expanded(text, saved, 0)
    try:
        return parse_filter(whole, now)
    except FilterError as error:
        raise _as_written(error, pieces) from None


def _expanded(text: str, saved: Mapping[str, str], depth: int) -> tuple[str, list[_Piece]]:
    out = ""
    pieces: list[_Piece] = []
    last = 0
    for found in _PLACES.finditer(text):
        name = found["name"]
        if name is None:
            continue
        out = _plain(text, last, found.start(), out, pieces)
        inner = _inner(name, found.start(), saved, depth)
        pieces.append(_Piece(found.span(), (len(out), len(out) + len(inner)), is_name=True))
        out += inner
        last = found.end()
        if len(out) > LONGEST:
            raise FilterError(f"with its names written out it is longer than {LONGEST:,} characters", found.start())
    return _plain(text, last, len(text), out, pieces), pieces


def _plain(text: str, first: int, last: int, out: str, pieces: list[_Piece]) -> str:
    pieces.append(_Piece((first, last), (len(out), len(out) + last - first), is_name=False))
    return out + text[first:last]


def _inner(name: str, at: int, saved: Mapping[str, str], depth: int) -> str:
    if name not in saved:
        near = get_close_matches(name, saved, 3) or list(saved)[:6]
        message = f"there is no saved filter @{name}" if name else "the name of a saved filter is missing"
        raise FilterError(message, at, len(name) + 1, tuple(f"@{each}" for each in near))
    if depth >= _DEEPEST:
        raise FilterError(f"@{name}: saved filters name one another more than {_DEEPEST} deep", at, len(name) + 1)
    try:
        inner, _ = _expanded(saved[name], saved, depth + 1)
    except FilterError as error:
        raise FilterError(error.message, at, len(name) + 1, error.expected) from None
    return f"({inner})"


def _as_written(error: FilterError, pieces: list[_Piece]) -> FilterError:
    for piece in pieces:
        (first, last), (start, end) = piece.written, piece.became
        if start <= error.position < end:
            if piece.is_name:
                return FilterError(error.message, first, last - first, error.expected)
            return FilterError(error.message, first + error.position - start, error.length, error.expected)
    end = pieces[-1].written[1] if pieces else error.position
    return FilterError(error.message, end, error.length, error.expected)
