"""An area of the screen with one question: a titled edge and a body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from tui.screen import format as fmt
from tui.screen.widgets.drawn import Drawn, Line
from tui.screen.widgets.keyline import Keys
from tui.screen.widgets.rule import Rule

ELSEWHERE: Keys = (("1-6", "pane"), ("z", "zoom"), ("tab", "next pane"), (":", "commands"))


class Pane(Vertical):
    """`key` is the number that brings the reader here.

    `instead` are actions of the whole screen, with their parameters, whose keys do something else in this pane.
    """

    instead: ClassVar[frozenset[tuple[str, tuple[object, ...]]]] = frozenset()

    def __init__(self, key: str, title: str, body: Widget) -> None:
        super().__init__(id=f"pane-{key}")
        self.key = key
        self.title = title
        self.body = body
        self.rule = Rule(key, title)

    def compose(self) -> Iterator[Widget]:
        """The edge, then the body."""
        yield self.rule
        yield self.body

    @property
    def keys(self) -> Keys:
        """What the key line says while this pane is focused."""
        return ELSEWHERE


class Sentence(Drawn, can_focus=True):
    """The body of a pane that is not built yet: what it will answer, and nothing that pretends to be data."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "app.focus_pane('1')", "Back", id="pane.back", show=False, tooltip="back to the flows")
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def line(self, y: int) -> Line:
        """The sentence, wrapped."""
        lines = fmt.wrap(self._text, max(1, self.size.width - 2))
        return ((f" {lines[y]}" if y < len(lines) else "", "muted"),)


# Key, title and question of the panes that are to come.
COMING = (("5", "Flow logs", "What is logged, and what is not."),)
LATER = "not built yet"
NAMES = (
    ("1", "Flows"),
    ("2", "Rejects"),
    ("3", "Endpoints"),
    ("4", "Policy"),
    *((key, title) for key, title, _ in COMING),
    ("6", "Alerts"),
)
