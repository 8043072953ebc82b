"""The white space of a JSON text: laid out for reading, or left out; every other character stays as it was written."""

from __future__ import annotations

import re

from tui.policies.json_reader import read_json
from tui.policies.laid_out import lay_out

# A string, also one that never ends; a bracket, comma or colon; anything else up to the next of them or white space.
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[][{}:,]|[^][{}:," \t\r\n]+')


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
    """The text as it is shown everywhere: with a line for each value, or as its author laid it out."""
    return lay_out(read_json(text)).text
