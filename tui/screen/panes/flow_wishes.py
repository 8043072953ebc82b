"""What a reader can ask for in the Flows pane: its keys, and the messages they become."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from tui.cache.columns import Grouping
from tui.cache.view import Key
from tui.screen.commands import FILTER_KEYS
from tui.screen.panes.pane import Pane


class Wishes(Pane):
    """A pane of flows, as far as it is asked for things."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "sort", id="flows.sort", tooltip="sort by the next column"),
        Binding("S", "reverse", "reverse", id="flows.reverse", tooltip="turn the order round"),
        Binding("a", "choose_grouping", "group", id="flows.group", tooltip="group by talkers, ports, ENIs …"),
        Binding("o", "choose_columns", "columns", id="flows.columns", tooltip="choose the columns and their order"),
        Binding("n", "next_style", "names", id="flows.names", tooltip="names, ids, or both"),
        Binding(
            "e", "explain", "explain", id="flows.explain", tooltip="explain a flow: which rule refuses it, or lets it"
        ),
        Binding(
            "space", "toggle_freeze", "freeze", id="flows.freeze", tooltip="freeze or go on; collecting never stops"
        ),
        *FILTER_KEYS,
        Binding(
            "escape",
            "back",
            "Back",
            id="flows.back",
            show=False,
            tooltip="back: to now, goes on when frozen, from an opened group",
        ),
    ]

    class AskChanged(Message):
        """The reader wants to see something else."""

    class FreezeWanted(Message):
        """The reader began to read; `why` in a few words."""

        def __init__(self, why: str) -> None:
            self.why = why
            super().__init__()

    class GoOnWanted(Message):
        """The reader wants to see what came meanwhile."""

    class NowWanted(Message):
        """The reader wants to return from where in time he is; `is_whole`: all the way to now, else a step."""

        def __init__(self, *, is_whole: bool) -> None:
            self.is_whole = is_whole
            super().__init__()

    class DetailWanted(Message):
        """The reader opened a row."""

        def __init__(self, grouping: Grouping, key: Key, title: str) -> None:
            self.grouping = grouping
            self.key = key
            self.title = title
            super().__init__()

    class ExplanationWanted(DetailWanted):
        """The reader wants to know why."""

    class FilterWanted(Message):
        """The reader opened a grouped row: the conversations that this filter keeps are behind it."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class FilterLeft(Message):
        """The reader goes back from an opened row, to this filter."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class ColumnsWanted(Message):
        """The reader wants to choose the columns."""
