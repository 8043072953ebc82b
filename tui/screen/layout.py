"""What is on the screen where: its widgets, and how they follow the terminal's size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.screen.options import Options
from tui.screen.panes.alerts import AlertsPane
from tui.screen.panes.chosen import Chosen
from tui.screen.panes.endpoints import EndpointsPane
from tui.screen.panes.flows import FlowsPane
from tui.screen.panes.pane import COMING, LATER, NAMES, Pane, Sentence
from tui.screen.panes.policy import PolicyPane
from tui.screen.panes.rejects import RejectsPane
from tui.screen.widgets.header import Header
from tui.screen.widgets.hint import Hint
from tui.screen.widgets.keyline import KeyLine
from tui.screen.widgets.tabs import Tabs
from tui.screen.widgets.timeline import Timeline
from tui.screen.widgets.toosmall import LEAST, TooSmall

GRID = (110, 30)  # cells from which on all panes are shown at once
ONE_LINE = 116  # cells from which on the header is one line
TALL = 34  # lines from which on the timeline has four


class Layout:
    """The widgets of the main screen."""

    def __init__(self, options: Options) -> None:
        self.header = Header(options.heading)
        self.hint = Hint()
        self.tabs = Tabs(NAMES)
        self.flows = FlowsPane(utc=options.utc, chosen=Chosen(options.state_folder))
        self.rejects = RejectsPane(self.flows.rows.words, utc=options.utc)
        self.endpoints = EndpointsPane(utc=options.utc, price=options.nat_price)
        self.policy = PolicyPane()
        self.coming = [Pane(key, title, Sentence(text)) for key, title, text in COMING]
        for pane in self.coming:
            pane.rule.said = (LATER,)
        self.alerts = AlertsPane(utc=options.utc)
        self.timeline = Timeline(utc=options.utc)
        self.keyline = KeyLine()
        self.side = Vertical(self.rejects, self.endpoints, self.policy, *self.coming, self.alerts, id="side")
        self.grid = Horizontal(self.flows, self.side, id="panes")
        self.current: Pane = self.flows
        self._is_zoomed = False
        self._is_small = False
        self.flows.add_class("-current")

    @property
    def panes(self) -> list[Pane]:
        """All panes in the order of their keys."""
        return [self.flows, self.rejects, self.endpoints, self.policy, *self.coming, self.alerts]

    def widgets(self) -> Iterator[Widget]:
        """The screen from top to bottom."""
        yield from (self.header, self.hint, self.tabs, self.grid, self.timeline, self.keyline, TooSmall())

    def pane(self, key: str) -> Pane:
        """The pane of that key."""
        return next(pane for pane in self.panes if pane.key == key)

    def is_shown(self, pane: Pane) -> bool:
        """Whether a pane is on the screen."""
        return pane is self.current or not (self._is_small or self._is_zoomed)

    def after(self, step: int) -> Pane:
        """The pane so many further than the current one, round and round."""
        return self.panes[(self.panes.index(self.current) + step) % len(self.panes)]

    def follow(self, focused: Widget | None) -> None:
        """The pane that holds the focus is the current one."""
        for pane in self.panes:
            if focused is pane.body and pane is not self.current:
                self.show(pane)

    def show(self, pane: Pane) -> None:
        """Make this the current pane; where there is one at a time, it is the one shown."""
        if self.current is self.rejects is not pane:
            self.rejects.look_away()
        self.current = pane
        for other in self.panes:
            if other.has_class("-current") is not (other is pane):
                other.set_class(other is pane, "-current")
                other.rule.refresh()
        self.side.set_class(pane is not self.flows, "-current")
        self.tabs.mark(pane.key)
        self.keyline.tell(pane.keys)
        screen = pane.body.screen
        if not isinstance(screen.focused, Input):  # the filter bar was opened meanwhile: it gives the focus back
            screen.set_focus(pane.body, scroll_visible=False)  # `focus()` would come behind what is typed next

    def zoom(self) -> None:
        """The current pane alone, or all of them."""
        self._is_zoomed = not self._is_zoomed
        self._set_one()

    def fit(self, screen: Screen[Any], size: Size) -> None:
        """Follow the terminal's size."""
        self._is_small = size.width < GRID[0] or size.height < GRID[1]
        self._set_one()
        for name, holds in (
            ("-tiny", size.width < LEAST[0] or size.height < LEAST[1]),
            ("-small", self._is_small),
            ("-narrow", size.width < ONE_LINE),
            ("-short", size.height < TALL),
        ):
            screen.set_class(holds, name)

    def _set_one(self) -> None:
        self.grid.set_class(self._is_small or self._is_zoomed, "-one")
