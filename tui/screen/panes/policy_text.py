"""A policy's own text, line by line: highlighted as JSON, whatever it is, and harmless on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.widgets.drawn import Line, Run

MOST_LINES = 5_000
MOST_CHARACTERS = 100_000  # an endpoint policy may have 20,480
_LONGEST_LINE = 20_480
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]+|[^\s"{}\[\],:]+|\s+')
_STAND_IN = "\N{REPLACEMENT CHARACTER}"
_NAME = "edge"
_MARK = "muted"
_EFFECTS = {'"Allow"': "accept", '"Deny"': "reject"}


def shown_lines(lines: Sequence[str]) -> tuple[list[Line], int]:
    """The lines as runs, and how many characters are not shown since there are too many."""
    shown: list[Line] = []
    left = MOST_CHARACTERS
    for line in lines[:MOST_LINES]:
        part = line[: min(left, _LONGEST_LINE)]
        shown.append(tuple(highlighted(harmless(part))))
        left -= len(part) + 1
        if left <= 0 or len(part) < len(line):
            break
    whole = sum(len(line) + 1 for line in lines)
    told = sum(sum(len(text) for text, _ in line) + 1 for line in shown)
    return shown, max(0, whole - told)


def harmless(text: str) -> str:
    """The text without what a terminal obeys, character by character: columns stay where they are.

    (Unless marks are heaped on a letter.) Blanks that are no spaces are made visible too: JSON takes none of them.
    """
    if text.isascii() and text.isprintable():
        return text
    return clean(
        "".join(char if char.isprintable() else " " if char == "\t" else _STAND_IN for char in text), len(text)
    )


def highlighted(line: str) -> Iterator[Run]:
    """Names, what an effect is, and the marks between them."""
    tokens = _TOKEN.findall(line)
    is_effect = False
    for at, word in enumerate(tokens):
        if not word.startswith('"'):
            yield word, _MARK if word[0] in "{}[],:" else ""
            continue
        behind = "".join(tokens[at + 1 : at + 3]).lstrip()
        if behind.startswith(":"):
            is_effect = word == '"Effect"'
            yield word, _NAME
        else:
            yield word, _EFFECTS.get(word, "") if is_effect else ""


def broken(line: Line, width: int) -> list[Line]:
    """A line in as many as it needs, broken anywhere: in JSON a blank is no better place than another."""
    if sum(fmt.cells(text) for text, _ in line) <= width:
        return [line]
    lines: list[Line] = []
    now: list[Run] = []
    room = max(1, width)
    for run, role in line:
        text = run
        while text:
            head = fmt.cut(text[: 2 * room], room)  # of a line of 20,000 characters not all each time
            if head and text.startswith(head):
                now.append((head, role))
                text, room = text[len(head) :], room - fmt.cells(head)
            elif not now:  # wider than the line
                now.append((text[0], role))
                text, room = text[1:], 0
            if text or room <= 0:
                lines.append(tuple(now))
                now, room = [], max(1, width)
    return [*lines, tuple(now)] if now else lines
