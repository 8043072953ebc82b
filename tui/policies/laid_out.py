"""A policy laid out to be read: one that stands on a single line is broken into many, and every place is known again."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from tui.policies.text import Document, Node, line_starts

_INDENT = "  "
_SHORT = 40  # characters of a text that is left on its line


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A text as it is shown.

    Attributes:
        text: the text itself, or, of one that stood on a single line, the same JSON with line breaks and indents.
        is_broken: whether line breaks were added.
    """

    text: str
    is_broken: bool = False
    _origins: tuple[int, ...] = field(default=(), repr=False)  # where each part began
    _places: tuple[int, ...] = field(default=(), repr=False)  # where it begins now
    _starts: tuple[int, ...] = field(default=(0,), repr=False)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, from 1, of what stood at this character of the text as it was."""
        if self.is_broken:
            part = max(0, bisect_right(self._origins, at) - 1)
            last = self._origins[part + 1] if part + 1 < len(self._origins) else at + 1
            at = self._places[part] + min(at, last - 1) - self._origins[part]
        at = max(0, min(at, len(self.text)))
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    @property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        ends = [*self._starts[1:], len(self.text)]
        return [self.text[start:end].rstrip("\r\n") for start, end in zip(self._starts, ends, strict=True)]


def lay_out(document: Document) -> LaidOut:
    """The text as it is, unless it is JSON that stands on one line: then with a line for each of its values."""
    text = document.text
    one_line = "\n" not in text.strip() and "\r" not in text.strip()
    if document.root is None or not one_line or len(text) <= _SHORT:
        return LaidOut(text, _starts=line_starts(text))
    writer = _Writer(text)
    writer.value(document.root, "\n")
    written = "".join(writer.parts)
    return LaidOut(written, True, tuple(writer.origins), tuple(writer.places), line_starts(written))


class _Writer:
    """Writes the parts of a text anew. Strings and numbers stay as they are written, escapes included."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        self.origins: list[int] = []
        self.places: list[int] = []
        self.length = 0

    def value(self, node: Node, margin: str) -> None:
        """A value; `margin` is a line break and the indent of the line it begins on."""
        if node.kind not in {"object", "array"}:
            self._part(self.text[node.start : node.end], node.start)
            return
        opening, closing = "{}" if node.kind == "object" else "[]"
        self._part(opening, node.start)
        inner = margin + _INDENT
        for number, (name, value) in enumerate(node.members or [(None, item) for item in node.items]):
            self._write(f",{inner}" if number else inner)
            if name is not None:
                self._part(self.text[name.start : name.end], name.start)
                self._write(": ")
            self.value(value, inner)
        if node.members or node.items:
            self._write(margin)
        self._part(closing, node.end - 1)

    def _part(self, written: str, origin: int) -> None:
        self.origins.append(origin)
        self.places.append(self.length)
        self._write(written)

    def _write(self, written: str) -> None:
        self.parts.append(written)
        self.length += len(written)
