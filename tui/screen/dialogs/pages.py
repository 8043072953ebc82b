"""Opens the pages that lie over the panes, all on one installed dialog."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cache.view import Detail
from tui.flows.clean import clean
from tui.screen.commands import KEYS
from tui.screen.dialogs.detail import READING, detail_lines
from tui.screen.dialogs.dialog import Dialog, Page
from tui.screen.dialogs.gaps import gap_lines
from tui.screen.dialogs.help import help_lines
from tui.screen.dialogs.identity import identity_lines
from tui.screen.following import Following
from tui.screen.panes.flow_line import Look
from tui.screen.panes.flows import FlowsPane
from tui.screen.shell import Shell
from tui.screen.widgets.drawn import Line
from tui.screen.widgets.line_table import LineTable


class Pages:
    """One per app; imported at the first page opened, which is after the first paint."""

    def __init__(self, app: Shell, following: Following, look: Look) -> None:
        self._app = app
        self._following = following
        self._look = look
        self._dialog = Dialog()
        app.install_screen(self._dialog, "dialog")

    def help(self) -> None:
        """Every key, word and mark."""
        groups = (
            ("Anywhere", KEYS),
            ("Flows", FlowsPane.BINDINGS),
            ("Rows", LineTable.BINDINGS),
            ("This page, and a row's detail", (*Page.BINDINGS, *Dialog.BINDINGS)),
        )
        self._open("Help", help_lines(groups, self._look.glyphs))

    def identity(self) -> None:
        """Whose eyes these are."""
        self._open("Identity", identity_lines(self._following.about, self._app.options))

    def gaps(self) -> None:
        """What is missing."""
        self._open("Gaps", gap_lines(self._following, self._app.options.clock(), self._look))

    def detail(self, title: str) -> None:
        """What is behind a row; filled when it has been read."""
        self._open(title, READING)

    def fill_detail(self, detail: Detail | None) -> None:
        """The records have been read."""
        if self._app.screen is self._dialog:
            self._dialog.fill(detail_lines(detail, self._look))

    def fail(self, reason: str) -> None:
        """The records could not be read."""
        if self._app.screen is self._dialog and self._dialog.lines is READING:
            self._dialog.fill(
                (((f"The records could not be read ({clean(reason)}); the log has the details.", "stalled"),),)
            )

    def close(self) -> None:
        """Back to the panes."""
        if self._app.screen is self._dialog:
            self._app.pop_screen()

    def _open(self, title: str, lines: Sequence[Line]) -> None:
        self._dialog.show(title, lines)
        if self._app.screen is not self._dialog:
            base = self._app.screen_stack[0]
            for name in ("-ascii", "-small"):
                self._dialog.set_class(base.has_class(name), name)
            self._app.push_screen(self._dialog)
