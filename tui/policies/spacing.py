"""The white space of a JSON text: laid out for reading, or left out; every other character stays as it was written."""

from __future__ import annotations

import re

# A string, also one that never ends; a bracket, comma or colon; anything else up to the next of them or white space.
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[][{}:,]|[^][{}:," \t\r\n]+')
_INDENT = "  "
_SHORT = 60  # characters of an array or object of plain values that stays on its line
_OPENS, _CLOSES = "[{", "]}"


def minified(text: str) -> str:
    """The text without white space between its elements; also of a text that is no JSON."""
    return "".join(_TOKEN.findall(text))


def place_before(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """Where in a text a place of its minified form is; both as (line, column) from 1.

    A minified text can have several lines only where it is no JSON.
    """
    shortest = minified(text)
    lines = shortest.split("\n")[: place[0] - 1]
    left = sum(len(line) + 1 for line in lines) + place[1] - 1
    at = len(text)
    for word in _TOKEN.finditer(text):
        if left < len(word.group()):
            at = word.start() + max(0, left)
            break
        left -= len(word.group())
    line = text.count("\n", 0, at) + 1
    return line, at - (text.rfind("\n", 0, at) + 1) + 1


def laid_out(text: str) -> str:
    """The text with a line for each element, short lists on one; one that has lines already stays as its author left it."""
    if "\n" in text.strip():
        return text
    words = _TOKEN.findall(text)
    written: list[str] = []
    depth = at = 0
    while at < len(words):
        word = words[at]
        if word[0] in _OPENS and (short := _short(words, at)):
            written.append(_spaced(words[at:short]))
            at = short
            continue
        if word[0] in _OPENS:
            depth += 1
            word += _line(depth)
        elif word[0] in _CLOSES:
            depth = max(0, depth - 1)
            word = _line(depth) + word
        elif word == ",":
            word += _line(depth)
        elif word == ":":
            word = ": "
        written.append(word)
        at += 1
    return "".join(written)


def _line(depth: int) -> str:
    return "\n" + _INDENT * min(depth, 20)


def _short(words: list[str], start: int) -> int:
    """Behind the end of an array or object that holds plain values only and is short; 0 if this is none."""
    length = 0
    for at in range(start + 1, len(words)):
        word = words[at]
        length += len(word) + (word in ",:")
        if length > _SHORT or word[0] in _OPENS:
            return 0
        if word[0] in _CLOSES:
            return at + 1
    return 0


def _spaced(words: list[str]) -> str:
    """Plain values on one line: `["a", "b"]`, `{"a": 1}`."""
    return "".join(f"{word} " if word in {",", ":"} else word for word in words)
