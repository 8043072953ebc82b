"""An app that follows the reader: back and forth in time, and out into files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from tui.cache.view import Ask
from tui.screen.following import Following
from tui.screen.layout import Layout
from tui.screen.options import Options
from tui.screen.panes.flows import FlowsPane
from tui.screen.reading import Reading
from tui.screen.shell import Shell
from tui.screen.timekeys import QUESTIONS
from tui.screen.widgets.timeline import Timeline

if TYPE_CHECKING:
    from tui.screen.dialogs.pages import Pages
    from tui.screen.saving import FileRefused, FileSaved
    from tui.screen.taking import Taking


# What a key of an open page copies instead, where that is offered, and what it is called.
STANDS_FOR = {
    "filter": (("fix", "the command"), ("for the endpoint", "the bucket policy for this endpoint")),
    "link": (("for the VPC", "the bucket policy for its VPC"),),
}


class Reader(Shell):
    """What the panes show of which time, and what is taken out of it.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.panes = Layout(options)
        self.following = Following()
        self.reading = Reading(self.panes, options, self.ask, lambda question: self.pages.ask(question))  # noqa: PLW0108  the pages are made when they are first opened

    @cached_property
    def pages(self) -> Pages:
        """What opens over the panes."""
        from tui.screen.dialogs.pages import Pages

        return Pages(self, self.following, self.panes.flows.rows.look)

    @cached_property
    def taking(self) -> Taking:
        """What goes out of the program."""
        from tui.screen.taking import Taking

        return Taking(self, self.following, self.panes.flows, self.reading)

    def wanted(self) -> Ask:
        """What the reader wants to see."""
        return self.reading.wanted(self.panes.flows.ask)

    def ask(self) -> None:
        """Ask for what the reader wants to see now."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Let the rows go on when they stand still."""
        raise NotImplementedError

    @on(FlowsPane.NowWanted)
    def on_now_wanted(self, event: FlowsPane.NowWanted) -> None:
        """Back to now: from a moment or a span, and from standing still."""
        is_back = (event.is_whole or not self.following.is_frozen or self.reading.place.at is not None) and (
            self.reading.return_to_now(is_whole=event.is_whole)
        )
        if event.is_whole or not is_back:
            self.go_on()

    def action_take_offer(self, what: str) -> None:
        """What an open detail offers, to the clipboard."""
        offered = self.pages.offered
        for name, said in STANDS_FOR.get(what, ()):
            if name in offered:
                self.taking.copy(offered[name], said)
                return
        if text := offered.get(what):
            self.taking.copy(text, f"the {what}")

    @on(Timeline.EdgeMoved)
    def on_edge_moved(self, event: Timeline.EdgeMoved) -> None:
        """An edge of the span being chosen."""
        self.reading.move_edge(event.edge, event.minutes)

    @on(Timeline.Chosen)
    def on_chosen(self, event: Timeline.Chosen) -> None:
        """The span is chosen, or left."""
        self.reading.end_choice(is_wanted=event.is_wanted)

    @on(Timeline.Pointed)
    def on_pointed(self, event: Timeline.Pointed) -> None:
        """To the minute that was clicked on."""
        self.reading.go_to(event.at)

    def on_file_saved(self, event: FileSaved) -> None:
        """The prompt that waits for it is done."""
        self.pages.answer(event.asked)
        self.taking.saved(event)

    def on_file_refused(self, event: FileRefused) -> None:
        """The prompt says why, where it still stands."""
        if not self.pages.answer(event.asked, event.reason):
            self.taking.refused(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where text is typed, or a page is open, keys that open a question are letters."""
        if (action, parameters) in QUESTIONS and (len(self.screen_stack) > 1 or isinstance(self.focused, Input)):
            return False
        return super().check_action(action, parameters)

    def action_step(self, minutes: int) -> None:
        """Forward or back in time."""
        self.reading.step(minutes)

    def action_time(self, what: str) -> None:
        """To a time, a mark, a span."""
        self.reading.act(what)

    def action_take(self, what: str) -> None:
        """Something to a file, or to the clipboard."""
        self.taking.act(what, self.pages.ask)
