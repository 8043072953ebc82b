"""The policies that were in force before changes from here, to go back to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from tui.screen.dialogs.picker import Chooser, Picker
from tui.screen.format import time_of_day
from tui.screen.policy_store import Version
from tui.screen.widgets.drawn import Line


class Versions(Chooser):
    """Gives back the place of the version chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,e,E", "take", "Edit", id="versions.take", tooltip="open it in the editor, to apply it from there"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._versions: Sequence[Version] = ()
        self._words: dict[int, str] = {}
        self._utc = False

    def ask(self, title: str, versions: Sequence[Version], *, utc: bool) -> None:
        """Show these; what differs is told later."""
        self._versions, self._words, self._utc = versions, {}, utc
        self.rule.title = title
        self.rule.say("", "Enter opens it in the editor   Esc leaves", "Enter  Esc")
        self.fit(len(versions))
        self._draw(0)

    def tell(self, at: int, words: str) -> None:
        """What going back to this one would change."""
        self._words[at] = "lets through the same" if words == "nothing" else words
        self._draw(self.picker.cursor)

    def _draw(self, cursor: int) -> None:
        self.picker.show([self._line(at, version) for at, version in enumerate(self._versions)], cursor)

    def _line(self, at: int, version: Version) -> Line:
        when = time_of_day(version.at, utc=self._utc, pattern="%d %b %H:%M:%S")
        size = f"{len(version.text):,} chars"
        return ((f"until {when}  ", ""), (f"{size:<14}", "muted"), (self._words.get(at, ""), ""))

    @on(Picker.Pressed)
    def action_take(self) -> None:
        """Give it back."""
        self.dismiss(self.picker.cursor)
