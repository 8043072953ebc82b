"""The text of a policy while it is edited: JSON with line numbers, and its findings underlined where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tui.screen.panes.policy_text import harmless
from tui.screen.widgets.drawn import ROLES

INDENT = 2
LONGEST_COLOURED = 2_000  # characters of a line
MOST_HELD = 200_000  # characters that are edited; ten times what an endpoint policy may have
_NAME = re.compile(r'"(?:[^"\\]|\\.)*"(?=\s*:)')
_EFFECT = re.compile(r'"(Allow|Deny)"')
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"?|[][{}]|[^][{}:,\s]+|.?')
Mark = tuple[int, int, str]  # line and column from 1, role


class PolicyText(TextArea):
    """A TextArea that shows nothing a terminal would obey, and tells keys it has no use for to its screen.

    Deliberately without tree-sitter: names and effects are coloured by two patterns, a few bytes a line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo", id="text.undo", tooltip="undo"),
        Binding("ctrl+y", "redo", "Redo", id="text.redo", tooltip="redo"),
        Binding("ctrl+c", "copy", "Copy", id="text.copy", tooltip="copy what is selected, by shift and the arrows"),
        Binding("ctrl+x", "cut", "Cut", id="text.cut", tooltip="cut what is selected, or the line"),
        Binding("ctrl+home", "go_to_end(0)", "Top", id="text.top", tooltip="to the top"),
        Binding("ctrl+end", "go_to_end(1)", "End", id="text.end", tooltip="to the end"),
        Binding("ctrl+shift+k", "delete_line", "Delete the line", id="text.delete-line", show=False),
    ]

    class Left(Message):
        """Esc was pressed."""

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=False, show_line_numbers=True, tab_behavior="indent", compact=True, max_checkpoints=1_000
        )
        self.cursor_blink = False  # an idle screen sends nothing
        self.indent_width = INDENT
        self._marks: dict[int, list[tuple[int, str]]] = {}

    def mark(self, marks: Iterable[Mark]) -> None:
        """Underline what stands at these places."""
        found: dict[int, list[tuple[int, str]]] = {}
        for line, column, role in marks:
            found.setdefault(line - 1, []).append((column - 1, role))
        if found != self._marks:
            self._marks = found
            self._line_cache.clear()
            self.refresh()

    def go_to(self, line: int, column: int) -> None:
        """The caret to this place, both from 1, in sight."""
        self.move_cursor((line - 1, column - 1), center=True)

    def action_go_to_end(self, end: int) -> None:
        """To the top or the end."""
        self.move_cursor(self.document.end if end else (0, 0))

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of the caret, from 1."""
        line, column = self.cursor_location
        return line + 1, column + 1

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn: each character has its cell, those that a terminal would obey have a stand-in."""
        line = "\t".join(harmless(part) for part in self.document.get_line(line_index).split("\t"))
        text = Text(line, end="", no_wrap=True)
        if len(line) <= LONGEST_COLOURED:
            for found in _NAME.finditer(line):
                text.stylize(self._styles["heading"], *found.span())
            for found in _EFFECT.finditer(line):
                text.stylize(self._styles["accept" if found[1] == "Allow" else "reject"], *found.span())
        for column, role in self._marks.get(line_index, ()):
            word = _WORD.match(line, min(column, max(0, len(line) - 1)))
            if word is not None:
                text.stylize(
                    self._styles[role] + Style(underline=True), word.start(), max(word.end(), word.start() + 1)
                )
        return text

    @cached_property
    def _styles(self) -> dict[str, Style]:
        """The foreground of each role, resolved once a theme."""
        return {
            role: Style(color=Color.parse(self.app.theme_variables[ROLES[role][0]]).rich_color)
            for role in ("heading", "accept", "reject", "stalled", "lagging", "muted")
        }

    def notify_style_update(self) -> None:
        """The theme changed."""
        self.__dict__.pop("_styles", None)
        super().notify_style_update()

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":  # the widget would give the focus away
            event.prevent_default().stop()
            self.post_message(self.Left())
        elif event.key == "enter":
            event.prevent_default().stop()
            self._break_line()
        elif not event.is_printable and event.key in self._bindings.key_to_bindings:
            # Textual would send the key up to the app first: letters typed right behind an arrow would overtake it.
            event.prevent_default().stop()
            for binding in self._bindings.get_bindings_for_key(event.key):
                await self.app.run_action(binding.action, self)

    async def _on_paste(self, event: events.Paste) -> None:
        if len(event.text) + len(self.text) > MOST_HELD:
            event.prevent_default().stop()
            self.notify(f"That are {len(event.text):,} characters: no policy, and not taken.", severity="warning")

    def _break_line(self) -> None:
        """A new line, as far in as this one, and further behind a bracket that opens."""
        start, end = self.selection
        (line, column), _ = sorted((start, end))
        before = self.document.get_line(line)[:column]
        inner = before[: len(before) - len(before.lstrip(" \t"))]
        if before.rstrip().endswith(("{", "[")):
            inner += " " * INDENT
        self._replace_via_keyboard(f"\n{inner}", start, end)

    def replace_all(self, text: str) -> None:
        """Another text in place of this one; undo brings this one back."""
        self.history.checkpoint()
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.selection = Selection.cursor((0, 0))

    def action_copy(self) -> None:
        """What is selected, to the terminal's clipboard; ctrl+c leaves nothing here."""
        if self.selected_text:
            super().action_copy()
