"""What `o` opens: which columns to show, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from tui.cache.columns import SHAPES, Column, Grouping
from tui.flows.field import BY_NAME
from tui.screen import format as fmt
from tui.screen.dialogs.picker import Chooser, Picker
from tui.screen.panes.chosen import PRESETS, candidates
from tui.screen.widgets.drawn import Line

# What columns mean that are no field of a record.
MEANINGS = {
    "rate": "bytes a second over the last aggregation interval",
    "accepted": "records that were let through",
    "rejected": "records that were refused",
    "last": "end of the newest record's window",
    "first": "start of the oldest record's window",
    "interfaces": "how many network interfaces saw it",
    "server_port": "the port of the side that serves",
    "client": "the side that asks",
    "server": "the side that serves",
    "ports": "how many ports of the server",
    "address": "an address, as source or destination",
    "sent": "bytes that left",
    "received": "bytes that came",
    "peers": "how many addresses it talks to",
    "clients": "how many addresses ask",
    "servers": "how many addresses serve",
    "subnet": "subnet of the interface",
    "az": "Availability Zone of the interface",
    "service": "AWS service at the serving side",
    "client_owner": "what the asking side is called",
    "server_owner": "what the serving side is called",
}
WIDE = 110  # cells from which on both the heading and Amazon's name are told


class ColumnsChooser(Chooser):
    """Gives back the keys chosen, in order, () for the grouping's own, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,x", "show_or_not", "Show", id="columns.toggle", tooltip="show this column, or not"),
        Binding("less_than_sign,shift+up,K", "shift(-1)", "Earlier", id="columns.earlier", tooltip="further left"),
        Binding("greater_than_sign,shift+down,J", "shift(1)", "Later", id="columns.later", tooltip="further right"),
        *(
            Binding(str(at), f"preset('{name}')", name, id=f"columns.preset-{at}", tooltip=f"columns for {name}")
            for at, name in enumerate(PRESETS, 1)
        ),
        Binding("0,r", "reset", "Reset", id="columns.reset", tooltip="the columns as they were at first"),
        Binding("enter,o", "take", "Take", id="columns.take", tooltip="show these columns"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._grouping = Grouping.CONVERSATIONS
        self._columns: list[Column] = []
        self._shown: set[str] = set()
        self._names: tuple[str, ...] = ()

    def ask(self, grouping: Grouping, shown: Sequence[Column], names: Sequence[str]) -> None:
        """Show the choice; `names` are the fields that the log formats in use have."""
        self._grouping = grouping
        self.rule.title = f"Columns of {grouping.value}"
        self._names = tuple(names)
        self._fill([column.key for column in shown], 0)
        self.fit(len(self._columns))

    def _fill(self, shown: Sequence[str], cursor: int) -> None:
        """The shown ones first, in their order."""
        there = {column.key: column for column in candidates(self._grouping, self._names)}
        self._shown = {key for key in shown if key in there}
        first = [there[key] for key in shown if key in there]
        self._columns = first + [column for key, column in there.items() if key not in self._shown]
        self._draw(cursor)

    def _draw(self, cursor: int) -> None:
        keys = "space shows   < > moves   0 resets   Enter takes   Esc leaves"
        presets = "   ".join(f"{at} {name}" for at, name in enumerate(PRESETS, 1))
        more = (f"{presets}   {keys}",) if self._grouping is Grouping.RECORDS else ()
        self.rule.say("", *more, keys, "space  < >  0-5  Enter  Esc", "Enter  Esc")
        self.picker.show([self._line(column) for column in self._columns], cursor)

    def _line(self, column: Column) -> Line:
        shown = column.key in self._shown
        field = BY_NAME.get(column.key)
        meaning = MEANINGS.get(column.key) or (field.meaning if field else "not known to this version of vpctop")
        heading = column.heading if self.app.size.width >= WIDE or not field else column.key
        name = fmt.left(f" {column.key if field else ''}", 24) if self.app.size.width >= WIDE else ""
        return (
            ("[x] " if shown else "[ ] ", "key" if shown else "muted"),
            (fmt.left(heading, 16 if name else 24), "" if shown else "muted"),
            (name, "muted"),
            (f" {meaning}", "muted"),
        )

    @on(Picker.Pressed)
    def action_show_or_not(self) -> None:
        """Show it, or not; the last one stays."""
        key = self._columns[self.picker.cursor].key
        if key in self._shown and len(self._shown) > 1:
            self._shown.discard(key)
        else:
            self._shown.add(key)
        self._draw(self.picker.cursor)

    def action_shift(self, step: int) -> None:
        """One further left or right."""
        at = self.picker.cursor
        to = at + step
        if 0 <= to < len(self._columns):
            self._columns[at], self._columns[to] = self._columns[to], self._columns[at]
            self._draw(to)

    def action_preset(self, name: str) -> None:
        """The columns for a question about records; of fields that no log format in use has, none."""
        if self._grouping is Grouping.RECORDS:
            self._fill(PRESETS[name], 0)

    def action_reset(self) -> None:
        """As at first."""
        self._fill([column.key for column in SHAPES[self._grouping].columns], 0)

    def action_take(self) -> None:
        """Give back what is shown."""
        self.dismiss(tuple(column.key for column in self._columns if column.key in self._shown))
