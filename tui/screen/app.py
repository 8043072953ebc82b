"""The monitor: its life from the first paint to the end, and what the reader presses."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual import events, on
from textual.app import SystemCommand
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.cache.columns import Grouping
from tui.screen import format as fmt
from tui.screen.commands import commands
from tui.screen.listening import Listener
from tui.screen.options import Connected, Options
from tui.screen.panes.flows import FlowsPane
from tui.screen.widgets.tabs import Tabs

if TYPE_CHECKING:
    from tui.screen.dialogs.choices import Choices


class VpcTop(Listener):
    """The program's screen.

    `connect` is called in the feed's thread after the first paint and may raise SourceError. After `run()`, `farewell`
    is a sentence for stderr ("" if there is none) and `return_code` the exit code.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, connect: Callable[[], Connected], options: Options | None = None) -> None:
        super().__init__(options or Options())
        self._connect = connect

    def compose(self) -> Iterator[Widget]:
        """The screen from top to bottom."""
        self.panes.fit(self.screen, self.size)  # before there is anything to restyle
        self.screen.set_class(self.options.ascii, "-ascii")
        yield from self.panes.widgets()

    def on_mount(self) -> None:
        """Draw first; connect, and import what is heavy, only then."""
        self.panes.flows.rows.focus()
        self.watch(self.screen, "focused", self.panes.follow, init=False)
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())  # the shell has drawn meanwhile
        self.panes.keyline.tell(self.panes.flows.keys)
        self.panes.flows.rows.say_empty("Connecting.")
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        """The first paint is out: import the rest, and begin."""
        if not gc.isenabled():  # as `run` left it
            gc.freeze()  # what is there now stays: it need not be looked through again and again
            gc.enable()
        from tui.screen.feed import Feed

        self.asking.start(self.post_message)
        self.filters.start()
        self.attention.start()
        self.feed = Feed(self._connect, self.post_message)
        self.feed.start()
        self.set_interval(1 / self.options.refresh, self.tick)

    @cached_property
    def choices(self) -> Choices:
        """What is chosen from over the panes."""
        from tui.screen.dialogs.choices import Choices

        return Choices(self, self.panes.flows, self.following)

    def on_unmount(self) -> None:
        """The threads end by themselves; nobody waits for a call in flight."""
        self.asking.stop()
        self.naming.stop()
        self.attention.stop()
        self.desk.stop()
        self.store.stop()
        if "taking" in self.__dict__:
            self.taking.stop()
        if self.feed is not None:
            self.feed.stop()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new size."""
        self.panes.fit(self.screen_stack[0], event.size)

    # What the reader does.

    @on(FlowsPane.AskChanged)
    def on_ask_changed(self) -> None:
        """Another order or grouping."""
        self.panes.keyline.tell(self.panes.current.keys)
        self.asking.ask()

    @on(FlowsPane.FreezeWanted)
    def on_freeze_wanted(self, event: FlowsPane.FreezeWanted) -> None:
        """Hold still."""
        now = self.options.clock()
        if self.following.freeze():
            at = fmt.time_of_day(now, utc=self.options.utc)
            self._say_frozen(f"frozen {at}" + (f", {event.why}" if event.why else ""))

    @on(FlowsPane.GoOnWanted)
    def go_on(self) -> None:
        """Show what came meanwhile."""
        if self.following.go_on():
            self._say_frozen("")
            self.asking.ask_live()

    def _say_frozen(self, text: str) -> None:
        self.panes.flows.say_frozen(text)
        for pane in (self.panes.rejects, self.panes.endpoints):
            pane.say_note(self.panes.flows.note, is_frozen=bool(text))
        self.panes.keyline.tell(self.panes.current.keys)
        self.tell_header()

    @on(FlowsPane.DetailWanted)
    def on_detail_wanted(self, event: FlowsPane.DetailWanted) -> None:
        """Read the records behind a row, in the view thread."""
        if self.asking.ask_detail(event.grouping, event.key):
            self.pages.detail(event.title)

    @on(FlowsPane.ColumnsWanted)
    def on_columns_wanted(self) -> None:
        """Let the reader choose."""
        if self.is_bare:
            self.choices.columns()

    @on(FlowsPane.FilterWanted)
    def on_filter_wanted(self, event: FlowsPane.FilterWanted) -> None:
        """The conversations behind a grouped row."""
        before = self.filters.state.text
        self.filters.add(event.text)
        self.panes.flows.narrow(before)

    @on(FlowsPane.FilterLeft)
    def on_filter_left(self, event: FlowsPane.FilterLeft) -> None:
        """Back from the conversations behind a grouped row."""
        self.filters.use(event.text)

    def use_filter(self, text: str) -> str:
        """Filter by this instead; what was applied before."""
        before = self.filters.state.text
        self.filters.use(text)
        return before

    @on(Tabs.Pressed)
    def on_tab_pressed(self, event: Tabs.Pressed) -> None:
        """To that pane."""
        self.action_focus_pane(event.key)

    def action_close_dialog(self) -> None:
        """Back to the panes."""
        self.pages.close()
        self.tick()

    def action_page(self, name: str) -> None:
        """Help, identity, or what is missing."""
        self.pages.open(name)

    def action_focus_pane(self, key: str) -> None:
        """To a pane."""
        if self.is_bare:
            self.panes.show(self.panes.pane(key))

    def action_next_pane(self, step: int) -> None:
        """To the next pane, or the one before."""
        if self.is_bare:
            self.panes.show(self.panes.after(step))

    async def action_filter(self, what: str) -> None:
        """What a key of the filter asks for."""
        if self.is_bare:
            await self.filters.act(what)

    def on_filter_bar_typed(self) -> None:
        """Another text stands in the filter bar."""
        self.filters.typed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where text is typed, a slash is a letter, Tab completes and ctrl-s is the bar's; over a page nothing is taken."""
        is_key = action == "next_pane" or (action, parameters) == ("filter", ("open",))
        if (action, parameters) in self.panes.current.instead:
            return False  # there, the same key does something else
        is_taken = action == "take" and parameters != ("screen",)
        if (is_key or is_taken) and not self.is_bare:
            return False
        if (is_key or action == "take") and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def action_zoom(self) -> None:
        """The current pane alone, or all of them."""
        self.panes.zoom()

    async def action_flows(self, action: str) -> None:
        """An action of the Flows pane, from the palette."""
        await self.run_action(action, self.panes.flows)

    def action_group(self, name: str) -> None:
        """Another grouping, from the palette."""
        self.panes.flows.group_by(Grouping[name])

    def action_sort(self, key: str) -> None:
        """Sort by a column, from the palette."""
        self.panes.flows.sort_by(key)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        del screen
        for command in commands(self.panes.flows.columns, self.theme_names):
            yield SystemCommand(command.title, command.help, lambda action=command.action: self.run_action(action))
