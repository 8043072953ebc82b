"""The monitor: routes what the threads tell and what the reader presses to the panes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import SystemCommand
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from tui.cache.view import Ask
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.commands import commands
from tui.screen.following import Following
from tui.screen.frame import Pacer
from tui.screen.layout import CLASSES, Layout
from tui.screen.options import Connected, Options
from tui.screen.panes.flows import FlowsPane
from tui.screen.shell import Shell
from tui.screen.widgets.tabs import Tabs

if TYPE_CHECKING:
    from tui.screen import messages
    from tui.screen.dialogs.pages import Pages
    from tui.screen.feed import Feed
    from tui.screen.viewer import Viewer

LOG = logging.getLogger(__name__)
# While the rows stand still, header and timeline go on; once a second is enough for them.
FROZEN_PERIOD = 1.0
# Seconds that quitting waits for the terminal's last answer; pressing q again does not wait.
LAST_ANSWER = 0.4


class VpcTop(Shell):
    """The program's screen.

    `connect` is called in the feed's thread after the first paint and may raise SourceError. After `run()`, `farewell`
    is a sentence for stderr ("" if there is none) and `return_code` the exit code.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, connect: Callable[[], Connected], options: Options | None = None) -> None:
        super().__init__(options or Options())
        self.panes = Layout(self.options)
        self.following = Following()
        self._connect = connect
        self._feed: Feed
        self._viewer: Viewer
        self._pacer = Pacer()
        self._is_leaving = False
        self._is_asked = False
        self._asked_at = 0.0
        self._trouble = ""

    def compose(self) -> Iterator[Widget]:
        """The screen from top to bottom."""
        self._fit(self.size)  # before there is anything to restyle
        self.screen.set_class(self.options.ascii, "-ascii")
        yield from self.panes.widgets()

    def on_mount(self) -> None:
        """Draw first; connect, and import what is heavy, only then."""
        self.panes.flows.rows.focus()
        self.watch(self.screen, "focused", self._focus_moved, init=False)
        self.app_resume_signal.subscribe(
            self, lambda _: self.screen.refresh()
        )  # else fg leaves blank what is unchanged
        self.panes.keyline.tell(self.panes.flows.keys)
        self.panes.flows.rows.say_empty("Connecting.")
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        """The first paint is out: import the rest, and begin."""
        from tui.screen.feed import Feed
        from tui.screen.viewer import Viewer

        self._viewer, self._feed = Viewer(self.post_message), Feed(self._connect, self.post_message)
        self._viewer.start()
        self._feed.start()
        self.set_interval(1 / self.options.refresh, self.tick)

    @cached_property
    def pages(self) -> Pages:
        """What opens over the panes."""
        from tui.screen.dialogs.pages import Pages

        return Pages(self, self.following, self.panes.flows.rows.look)

    def on_unmount(self) -> None:
        """The threads end by themselves; nobody waits for a call in flight."""
        for thread in (getattr(self, "_feed", None), getattr(self, "_viewer", None)):
            if thread is not None:
                thread.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new size."""
        self._fit(event.size)

    def _fit(self, size: Size) -> None:
        holds = self.panes.fit(size)
        for name in CLASSES:
            self.screen_stack[0].set_class(name in holds, name)

    # What the threads tell.

    def on_source_opened(self, event: messages.SourceOpened) -> None:
        """The header can say who and where."""
        self.following.open(event.connected)
        self.panes.flows.rows.say_empty(
            "No flow records yet: flow logs reach CloudWatch Logs 5 to 10 minutes after the traffic."
        )
        self._ask()

    def on_records_arrived(self, event: messages.RecordsArrived) -> None:
        """Remember them; the next tick shows them."""
        self.following.take(event.batch)
        self._feed.taken()

    def on_source_stalled(self, event: messages.SourceStalled) -> None:
        """Old data stays on the screen, and the screen says how old and why."""
        LOG.warning("the source is stalled: %s", event.reason)
        self.following.stall(event.reason, event.hint, self.options.clock())
        self.tick()

    def on_source_failed(self, event: messages.SourceFailed) -> None:
        """Leave with one sentence."""
        error = event.error
        self.farewell = clean("; ".join(part for part in (error.reason, error.hint) if part), 2000)
        self.exit(return_code=error.exit_code)

    def on_source_ended(self) -> None:
        """A bounded source was read to its end."""
        self.following.end()
        self.panes.flows.rows.say_empty("The source held no flow records.")

    def on_views_ready(self, event: messages.ViewsReady) -> None:
        """Show the answer, unless the reader has moved on."""
        views = event.views
        if not event.frozen:
            self._is_asked = False
            self._trouble = ""
            self.following.summary = views.summary
            self.panes.timeline.show(views.strip)
            self._tell_header()
        if event.frozen == self.following.is_frozen and not self.panes.flows.show(views.flows, event.ask):
            self._ask()
        self.call_after_refresh(lambda: self._pacer.sent(self._driver))

    def on_cursor_position(self) -> None:
        """The terminal answered: it has shown the last frame."""
        self._pacer.answered()
        if self._is_leaving:
            self.exit()

    def on_detail_ready(self, event: messages.DetailReady) -> None:
        """Fill the dialog that waits for it."""
        self.pages.fill_detail(event.detail)

    def on_view_failed(self, event: messages.ViewFailed) -> None:
        """Say it; the last good view stays."""
        self._is_asked = False
        self.pages.fail(event.reason)
        self._trouble = f"The rows could not be brought up to date ({event.reason}); the log has the details."

    # Time passes.

    def tick(self) -> None:
        """Ask for what changed, and let the header's age grow. Nothing is drawn while the terminal does not read."""
        self.following.observe(self.options.clock())
        self.draw_owed()
        if len(self.screen_stack) > 1 or not self._pacer.may_send(self._driver):
            return
        self._tell_header()
        period = FROZEN_PERIOD if self.following.is_frozen else 0.0
        if self.following.is_changed and not self._is_asked and time.monotonic() - self._asked_at >= period:
            self._ask_live()

    def _tell_header(self) -> None:
        now = self.options.clock()
        self.following.observe(now)
        self.panes.header.tell(self.following.standing(now, self.options.title))
        text, role = self.following.remark(now)
        if self._trouble and role != "stalled":
            text, role = self._trouble, "stalled"
        self.panes.hint.say(text, role)

    def _ask(self) -> None:
        """Ask for what the reader wants to see now."""
        if not self.following.is_frozen:
            self._ask_live()
        elif (held := self.following.shown) is not None:
            self._viewer.ask_views(held, self._wanted(), frozen=True)

    def _ask_live(self) -> None:
        held = self.following.held()
        if held is None:
            return
        self._is_asked, self._asked_at = True, time.monotonic()
        self.following.is_changed = False
        self._viewer.ask_views(held, self._wanted(), frozen=False)

    def _wanted(self) -> Ask:
        """What the Flows pane wants to see, with rates over the source's own interval."""
        return replace(self.panes.flows.ask, interval=self.following.pulse.interval)

    # What the reader does.

    @on(FlowsPane.AskChanged)
    def on_ask_changed(self) -> None:
        """Another order or grouping."""
        self.panes.keyline.tell(self.panes.current.keys)
        self._ask()

    @on(FlowsPane.FreezeWanted)
    def on_freeze_wanted(self, event: FlowsPane.FreezeWanted) -> None:
        """Hold still."""
        now = self.options.clock()
        if self.following.freeze():
            at = fmt.time_of_day(now, utc=self.options.utc)
            self._say_frozen(f"frozen {at}" + (f", {event.why}" if event.why else ""))

    @on(FlowsPane.GoOnWanted)
    def on_go_on_wanted(self) -> None:
        """Show what came meanwhile."""
        if self.following.go_on():
            self._say_frozen("")
            self._ask_live()

    def _say_frozen(self, text: str) -> None:
        self.panes.flows.say_frozen(text)
        self.panes.keyline.tell(self.panes.current.keys)
        self._tell_header()

    @on(FlowsPane.DetailWanted)
    def on_detail_wanted(self, event: FlowsPane.DetailWanted) -> None:
        """Read the records behind a row, in the view thread."""
        if (held := self.following.shown) is not None:
            self.pages.detail(event.title)
            self._viewer.ask_detail(held, event.grouping, event.key)

    @on(Tabs.Pressed)
    def on_tab_pressed(self, event: Tabs.Pressed) -> None:
        """To that pane."""
        self.action_focus_pane(event.key)

    def _focus_moved(self, focused: Widget | None) -> None:
        """By key or mouse: the pane that holds the focus is the current one."""
        for pane in self.panes.panes:
            if focused is pane.body and pane is not self.panes.current:
                self.panes.show(pane)

    def action_close_dialog(self) -> None:
        """Back to the panes."""
        self.pages.close()
        self.tick()

    def action_help(self) -> None:
        """Every key."""
        self.pages.help()

    def action_identity(self) -> None:
        """Whose eyes these are."""
        self.pages.identity()

    def action_gaps(self) -> None:
        """What is missing."""
        self.pages.gaps()

    def action_focus_pane(self, key: str) -> None:
        """To a pane."""
        if len(self.screen_stack) == 1:
            self.panes.show(self.panes.pane(key))

    def action_next_pane(self, step: int) -> None:
        """To the next pane, or the one before."""
        if len(self.screen_stack) > 1:
            return
        panes = self.panes.panes
        self.panes.show(panes[(panes.index(self.panes.current) + step) % len(panes)])

    def action_zoom(self) -> None:
        """The current pane alone, or all of them."""
        self.panes.zoom()

    async def action_quit(self) -> None:
        """Leave, once the terminal has given the answer that is still to come: later it would be typed into the shell."""
        self._pacer.close()
        if not self._pacer.is_waiting or self._is_leaving:
            self.exit()
            return
        self._is_leaving = True
        self.set_timer(LAST_ANSWER, self.exit)

    async def action_flows(self, action: str) -> None:
        """An action of the Flows pane, from the palette."""
        await self.run_action(action, self.panes.flows)

    def action_sort(self, key: str) -> None:
        """Sort by a column, from the palette."""
        self.panes.flows.sort_by(key)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        del screen
        for command in commands(self.panes.flows.ask.grouping, self.theme_names):
            yield SystemCommand(command.title, command.help, lambda action=command.action: self.run_action(action))
