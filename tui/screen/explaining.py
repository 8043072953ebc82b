"""An app that tells why: the Rejects pane, and the explanation of any flow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on

from tui.cache.columns import Grouping
from tui.cache.view import Ask, Key
from tui.screen.asking import Asking
from tui.screen.panes.flows import FlowsPane
from tui.screen.panes.narrowing import SINGLE
from tui.screen.panes.rejects import RejectsPane
from tui.screen.reader import Reader

if TYPE_CHECKING:
    from tui.screen import messages


class Explainer(Reader):
    """What the Rejects pane shows, and what `e` opens.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    asking: Asking

    def wanted(self) -> Ask:
        """What the reader wants to see; the Rejects pane asks only while it is on the screen."""
        rejects = self.panes.rejects
        return replace(super().wanted(), rejects=rejects.ask if self.panes.is_shown(rejects) else None)

    def show_rejects(self, event: messages.ViewsReady) -> None:
        """Show an answer; what is still to be judged is asked for with the next."""
        table = event.views.rejects
        if table is None or event.frozen != self.following.is_frozen:
            return
        if not self.panes.rejects.show(table, event.ask, is_whole=self.following.pulse.caught_up):
            self.ask()
        elif table.waiting and event.frozen:
            self.call_later(self.ask)
        elif table.waiting:
            self.following.is_changed = True

    @on(RejectsPane.AskChanged)
    def on_rejects_changed(self) -> None:
        """More or fewer rows are wanted."""
        self.panes.keyline.tell(self.panes.current.keys)
        self.ask()

    @on(RejectsPane.StyleWanted)
    def on_style_wanted(self) -> None:
        """Names, ids, or both: in all panes."""
        self.panes.flows.action_next_style()

    @on(RejectsPane.CopyWanted)
    def on_copy_wanted(self, event: RejectsPane.CopyWanted) -> None:
        """To the terminal's clipboard."""
        self.taking.copy(event.text, event.what)

    @on(RejectsPane.ExplanationWanted)
    def on_explanation_wanted(self, event: RejectsPane.ExplanationWanted) -> None:
        """Judge the flow behind a row of the Rejects pane, in the view thread."""
        if self.asking.ask_explanation(event.row.serial):
            self.pages.explanation(event.title, event.row)

    def action_explain(self) -> None:
        """Of the row under the cursor, from the palette."""
        rejects = self.panes.rejects
        (rejects if self.panes.current is rejects else self.panes.flows).action_explain()

    @on(FlowsPane.ExplanationWanted)
    def on_flow_explanation_wanted(self, event: FlowsPane.ExplanationWanted) -> None:
        """The same, of a row of the Flows pane."""
        self._explain(event.grouping, event.key, event.title)

    def action_explain_detail(self) -> None:
        """The same, of the row whose detail is open."""
        if (opened := self.pages.opened) is not None:
            self._explain(*opened)

    def _explain(self, grouping: Grouping, key: Key, title: str) -> None:
        if grouping not in SINGLE:
            self.notify("One flow can be explained, not a group: Enter shows its flows.", timeout=4)
        elif self.asking.ask_explanation(None, grouping, key):
            self.pages.explanation(title)

    def on_explanation_ready(self, event: messages.ExplanationReady) -> None:
        """Fill the dialog that waits for it."""
        self.pages.fill_explanation(event.explanation)
