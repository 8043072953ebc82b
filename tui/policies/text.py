"""Strict JSON (RFC 8259) that remembers where everything stands.

The json module tells no places, takes NaN and lets the last of two equal names win in silence.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

LONGEST = 1 << 20  # characters that are looked at; an endpoint policy may have 20,480
DEEPEST = 64  # nested objects and arrays; a policy needs six

Kind = Literal["object", "array", "string", "number", "boolean", "null"]

_NAMED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Node:
    """One value, or one name of an object, at text[start:end].

    Attributes:
        kind: the JSON type.
        text: a string's characters without quotes and escapes; otherwise as it is written ('' for object and array).
        items: the values of an array.
        members: (name, value) of an object, in the order written, duplicates included.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    items: tuple[Node, ...] = ()
    members: tuple[tuple[Node, Node], ...] = ()

    def get(self, name: str) -> Node | None:
        """The value under this name, in this spelling; of several the last. None: there is none."""
        return next((value for key, value in reversed(self.members) if key.text == name), None)

    def name_of(self, name: str) -> Node | None:
        """Where the name itself stands."""
        return next((key for key, _ in reversed(self.members) if key.text == name), None)

    def each(self) -> tuple[Node, ...]:
        """The items of an array; anything else is a list of itself, as policies mean it."""
        return self.items if self.kind == "array" else (self,)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, names included, in the order written."""
        yield self
        for item in self.items:
            yield from item.walk()
        for name, value in self.members:
            yield name
            yield from value.walk()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with the text, at text[at]; `fatal`: it could not be read any further."""

    code: str
    at: int
    message: str
    fix: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A text, and what was read of it. `root` is None exactly if one complaint is fatal."""

    text: str
    root: Node | None
    complaints: tuple[Complaint, ...] = ()
    starts: tuple[int, ...] = field(default=(0,), repr=False)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of text[at], both from 1. Lines end with LF, CR LF or CR."""
        at = max(0, min(at, len(self.text)))
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The line of that number, without its end."""
        begin = self.starts[number - 1]
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[begin:end].rstrip("\r\n")

    def path(self, at: int) -> str:
        """The path of the innermost element that holds text[at]: `Statement[0].Action[1]`; '' for the root."""
        steps: list[str] = []
        node = self.root
        while node is not None:
            node = _step(node, at, steps)
        return "".join(steps).removeprefix(".")


def _step(node: Node, at: int, steps: list[str]) -> Node | None:
    """The child that holds `at`, its step added to `steps`."""
    if node.items:
        index = bisect_right(node.items, at, key=lambda item: item.start) - 1
        if index >= 0 and at < node.items[index].end:
            steps.append(f"[{index}]")
            return node.items[index]
    elif node.members:
        index = bisect_right(node.members, at, key=lambda member: member[0].start) - 1
        if index >= 0 and at < node.members[index][1].end:
            name = node.members[index][0].text
            steps.append(f".{name}" if _NAMED.fullmatch(name) else f"[{json.dumps(name, ensure_ascii=False)}]")
            return node.members[index][1]
    return None


def line_starts(text: str) -> tuple[int, ...]:
    """The offset at which each line begins."""
    return (0, *(found.end() for found in _LINE.finditer(text)))


def shown(text: str, limit: int = 60) -> str:
    """A text of a policy inside of a message: in double quotes, short, nothing in it that a terminal would act on."""
    short = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return '"' + "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in short) + '"'
