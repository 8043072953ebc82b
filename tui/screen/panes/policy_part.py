"""What the Policy pane is made of: its parts, what is known of a policy, and the marks it is told with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.cache.view import Key
from tui.screen.glyphs import Glyphs
from tui.screen.widgets.drawn import BLANK_LINE, Line

if TYPE_CHECKING:
    from tui.network.change import Change
    from tui.policies.comparison import Comparison
    from tui.policies.context import Request
    from tui.policies.survey import Survey

LONGEST = 2_000  # characters of a sentence


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the pane before it is broken to its width.

    Attributes:
        key: what it is, steady from one answer to the next: the cursor stays on it.
        about: the Finding, the Change or the Tried that it tells of.
        number: of the line of the text; 0 elsewhere.
        copy: what `c` copies.
        request: one that the part tells of, to be tried.
        gutter: cells before a line of the text; 0: these are words, broken between them.
    """

    key: tuple[object, ...]
    line: Line
    about: object = None
    number: int = 0
    copy: str = ""
    gutter: int = 0
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the pane shows of one policy.

    Attributes:
        rows: each with its key (that of its part, and which row of it), broken to `width` cells.
        heads: what stands above, the longest first.
        titles: which endpoint it is of, the longest first; `note` is what must not be missed.
    """

    rows: tuple[tuple[Key, Line, Part], ...]
    width: int = 0
    heads: tuple[Line, ...] = ()
    titles: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the policy of an endpoint, to be told.

    Attributes:
        changes: of its policy, newest first; `past` tells what each means, in this order.
        why_none: why there is no policy to show; '' where there is one.
        trouble: what is wrong with the file of expectations.
    """

    survey: Survey | None = None
    changes: tuple[Change, ...] = ()
    past: tuple[Comparison, ...] = ()
    why_none: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: the marks, and the time zone."""

    glyphs: Glyphs
    utc: bool = False


def severity_mark(severity: str, glyphs: Glyphs) -> tuple[str, str]:
    """The mark of a finding's severity, and its role."""
    return {
        "error": (glyphs.reject, "reject"),
        "security": ("!", "reject"),
        "warning": (glyphs.skipped, "skipped"),
    }.get(severity, (glyphs.dot, "muted"))


def decision_mark(decision: str, glyphs: Glyphs) -> tuple[str, str]:
    """The mark of what becomes of a request, and its role."""
    if decision == "allowed":
        return glyphs.accept, "accept"
    return ("?", "skipped") if decision == "depends" else (glyphs.reject, "reject")


def in_ascii(line: Line, glyphs: Glyphs) -> Line:
    """Our own words without the marks that not every terminal has."""
    return tuple((text.replace("\N{HORIZONTAL ELLIPSIS}", glyphs.ellipsis), role) for text, role in line)


def heading(key: str, title: str, said: str = "", role: str = "muted") -> Iterator[Part]:
    """A blank line, then the heading of a section and what is said of the whole of it."""
    yield Part(("blank", key), BLANK_LINE)
    yield Part(("heading", key), ((title, "heading"), (f"  {said}" if said else "", role)), copy=f"{title} {said}")
