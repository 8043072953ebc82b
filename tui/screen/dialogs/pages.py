"""Opens the pages that lie over the panes, all on one installed dialog."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from textual.binding import Binding

from tui.cache.around import Around
from tui.cache.columns import Grouping
from tui.cache.rejected import Explanation, RejectRow
from tui.cache.view import Detail, Key
from tui.flows.clean import clean
from tui.screen.commands import KEYS
from tui.screen.dialogs.behind import OFFERS, Behind, offers
from tui.screen.dialogs.columns import ColumnsChooser
from tui.screen.dialogs.confirm import Confirm
from tui.screen.dialogs.detail import READING, detail_lines
from tui.screen.dialogs.dialog import Dialog, Page
from tui.screen.dialogs.editor import Editor
from tui.screen.dialogs.endpoint_form import EndpointForm
from tui.screen.dialogs.explanation import JUDGING, explanation_lines
from tui.screen.dialogs.gaps import gap_lines
from tui.screen.dialogs.help import help_lines
from tui.screen.dialogs.identity import identity_lines
from tui.screen.dialogs.policy_text import PolicyText
from tui.screen.dialogs.prompt import Prompt, Question
from tui.screen.dialogs.sheet import Sheet
from tui.screen.following import Following
from tui.screen.panes.alerts import AlertsPane
from tui.screen.panes.cell import Look
from tui.screen.panes.endpoints import EndpointsPane
from tui.screen.panes.flows import FlowsPane
from tui.screen.panes.groupings import QUESTIONS
from tui.screen.panes.policy import PolicyPane
from tui.screen.panes.rejects import RejectsPane
from tui.screen.shell import Shell
from tui.screen.timekeys import TAKE_KEYS, TIME_KEYS
from tui.screen.widgets.drawn import Line
from tui.screen.widgets.filter_bar import FilterLine
from tui.screen.widgets.line_table import LineTable
from tui.screen.widgets.timeline import Timeline

# Pages that tell how things are now.
LIVE = {"gaps"}


class Pages:
    """One per app; imported at the first page opened, which is after the first paint."""

    def __init__(self, app: Shell, following: Following, look: Look) -> None:
        self._app = app
        self._look = look
        self._following = following
        self.offered: dict[str, str] = {}  # what can be copied from the detail that is open, by name
        self.opened: tuple[Grouping, Key, str] | None = None  # the row whose detail is open, and its title
        self._explained: RejectRow | None = None
        self._made: dict[str, tuple[str, Callable[[], list[Line]]]] = {
            "help": ("Help", self._help),
            "identity": ("Identity", lambda: identity_lines(following.about, app.options)),
            "gaps": ("Gaps", lambda: gap_lines(following, app.options.clock(), look)),
        }
        self._lines: Callable[[], list[Line]] | None = None  # makes what is open anew
        self._renewed = 0.0
        self._dialog = Dialog()
        app.install_screen(self._dialog, "dialog")
        self._prompt = Prompt()
        app.install_screen(self._prompt, "prompt")

    def open(self, name: str) -> None:
        """Open "help", "identity" or "gaps"."""
        title, lines = self._made[name]
        self._open(title, lines())
        if name in LIVE:
            self._renewed, self._lines = time.monotonic(), lines

    @property
    def is_live(self) -> bool:
        """Whether what is open tells how things are now, and so must be renewed while it stays open."""
        return self._app.screen is self._dialog and self._lines is not None

    @property
    def age(self) -> float:
        """Seconds since what is open was made, if it is renewed at all; else 0."""
        return time.monotonic() - self._renewed if self.is_live else 0.0

    def renew(self) -> None:
        """Bring what is open up to date, where it tells how things are now; the reader's place is kept."""
        if self.is_live and self._lines is not None:
            self._renewed = time.monotonic()
            self._dialog.page.renew(self._lines())

    def tell(self, title: str, lines: Callable[[], list[Line]], keys: str = "") -> None:
        """Open a page that tells how something is now; `keys` are what else can be done there."""
        self._open(title, lines(), keys)
        self._renewed, self._lines = time.monotonic(), lines

    def detail(self, title: str) -> None:
        """What is behind a row; filled when it has been read."""
        self._open(title, READING)

    def fill_detail(
        self, detail: Detail | None, around: Around, names: object, explanation: Explanation | None = None
    ) -> None:
        """The records have been read."""
        if self._app.screen is not self._dialog or self._dialog.lines is not READING:
            return
        has = detail is not None and detail.records
        behind = Behind(detail, around, names, self._following.about, explanation) if detail and has else None
        self.opened = (detail.grouping, detail.key, self._dialog.rule.title) if detail and has else None
        self.offered = offers(behind) if behind else {}
        keys = ", ".join(f"{key} {name}" for key, name in OFFERS if name in self.offered)
        self._dialog.keys = f"copy: {keys}" if keys else ""
        self._dialog.fill(detail_lines(detail, self._look, behind))

    def explanation(self, title: str, row: RejectRow | None = None) -> None:
        """Why a flow was refused; filled when it has been judged."""
        self._open(title, JUDGING)
        self._explained, self._dialog.page.reads_on = row, True

    def fill_explanation(self, explanation: Explanation | None) -> None:
        """It has been judged."""
        if self._app.screen is not self._dialog or self._dialog.lines is not JUDGING:
            return
        fix = clean(explanation.verdict.fix, 4_000) if explanation and explanation.verdict else ""
        self.offered = {"fix": fix} if fix else {}
        self._dialog.keys = "c the command" if fix else ""
        self._dialog.fill(explanation_lines(explanation, self._look, self._explained))

    def fail(self, reason: str) -> None:
        """The records could not be read."""
        if self._app.screen is self._dialog and self._dialog.lines in (READING, JUDGING):
            self._dialog.fill(
                (((f"The records could not be read ({clean(reason)}); the log has the details.", "stalled"),),)
            )

    def ask(self, question: Question) -> None:
        """Ask the reader something."""
        if self._app.screen is not self._prompt:
            self._push(self._prompt)
        self._prompt.ask(question)

    def answer(self, question: object, reason: str = "") -> bool:
        """What was asked has been done, or could not be for this reason; False where the reader has left already."""
        if self._app.screen is not self._prompt or self._prompt.question is not question:
            return False
        if reason:
            self._prompt.say(reason)
        else:
            self._app.pop_screen()
        return True

    def close(self) -> None:
        """Back to the panes."""
        if self._app.screen is self._dialog:
            self._app.pop_screen()

    def _help(self) -> list[Line]:
        groups = (
            ("Anywhere", KEYS),
            ("Flows", FlowsPane.BINDINGS),
            ("Rejects", RejectsPane.BINDINGS),
            ("Rows", LineTable.BINDINGS),
            ("Group by", [Binding(f"a {key}", "", tooltip=question) for key, _, question in QUESTIONS]),
            ("Columns", ColumnsChooser.BINDINGS),
            ("Endpoints", EndpointsPane.BINDINGS),
            ("Policy", PolicyPane.BINDINGS),
            ("Alerts", AlertsPane.BINDINGS),
            ("The filter bar", FilterLine.BINDINGS),
            ("Time", TIME_KEYS),
            ("A span on the timeline, after B", Timeline.BINDINGS),
            ("Out of the program", TAKE_KEYS),
            ("The policy editor", (*Editor.BINDINGS, *PolicyText.BINDINGS)),
            ("A form about an endpoint", (*EndpointForm.BINDINGS, *Sheet.BINDINGS)),
            ("Confirming a change", Confirm.BINDINGS),
            ("This page, and a row's detail", (*Page.BINDINGS, *Dialog.BINDINGS)),
        )
        return help_lines(groups, self._look.glyphs)

    def _open(self, title: str, lines: Sequence[Line], keys: str = "") -> None:
        self._lines, self.offered, self._dialog.keys = None, {}, keys
        self.opened, self._explained, self._dialog.page.reads_on = None, None, False
        self._dialog.show(title, lines)
        if self._app.screen is not self._dialog:
            self._push(self._dialog)

    def _push(self, screen: Dialog | Prompt) -> None:
        base = self._app.screen_stack[0]
        for name in ("-ascii", "-small"):
            screen.set_class(base.has_class(name), name)
        self._app.push_screen(screen)
