"""A form to create or change an endpoint: what is chosen, and below it what comes of it, as it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.screen.dialogs.dialog import Page
from tui.screen.dialogs.picker import Picker
from tui.screen.dialogs.sheet import Sheet
from tui.screen.widgets.drawn import Line
from tui.screen.widgets.keyline import KeyLine
from tui.screen.widgets.rule import Rule

KEYS = (
    ("space", "choose"),
    ("letters", "narrow"),
    ("tab", "section"),
    ("ctrl+t", "copy the command"),
    ("PgDn PgUp", "the list below"),
)


class EndpointForm(ModalScreen[None]):
    """Shows a form; what is in it is its keeper's: see tui.screen.managing. Installed once, and opened again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "want('order')", "Order", id="form.order", tooltip="see it once more, and confirm it"),
        Binding("ctrl+t", "want('copy')", "Copy", id="form.copy", tooltip="copy the aws command"),
        Binding(
            "pagedown,ctrl+down", "scroll(1)", "Down", id="form.page-down", tooltip="what comes of it, further down"
        ),
        Binding("pageup,ctrl+up", "scroll(-1)", "Up", id="form.page-up", tooltip="what comes of it, further up"),
        Binding("escape,ctrl+q", "leave", "Leave", id="form.leave", tooltip="show all again, or leave"),
    ]

    class Wanted(Message):
        """The reader wants to order it, to copy the command (copy), to leave, or has changed something (judge)."""

        def __init__(self, what: str) -> None:
            self.what = what
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet()
        self._rule = Rule("", "")
        self._told = Rule("", "")
        self._page = Page()
        self._page.can_focus = False
        self._keys = KeyLine()
        self._note = ""

    def compose(self) -> Iterator[Widget]:
        """What is chosen, what comes of it, the keys."""
        with Vertical(id="form"):
            yield self._rule
            yield self.sheet
            yield self.sheet.pen
            yield self._told
            yield self._page
            yield self._keys

    def on_mount(self) -> None:
        """Keys go to the lines."""
        self.sheet.focus()

    def on_screen_resume(self) -> None:
        """Back from a page over it."""
        self.sheet.focus()

    def open(self, title: str, note: str, *, orders: bool) -> None:
        """A form anew; `orders` tells whether Enter can order it."""
        self._rule.title, self._note = title, note
        self.sheet.filter = ""
        self.sheet.cursor = self.sheet.top = 0
        self._told.title = "What comes of it"
        self._page.show(())
        keys = (("Enter", "order it"), *KEYS) if orders else KEYS
        self._keys.tell(keys, (("Esc", "leave"),))
        self.tell_filter()

    def tell(self, title: str, lines: Sequence[Line]) -> None:
        """What comes of what is chosen."""
        self._told.title = title
        self._told.refresh()
        self._page.renew(lines)
        self.tell_place()

    @on(Sheet.Filtered)
    def tell_filter(self) -> None:
        """What narrows the list."""
        said = f"only what has {self.sheet.filter}" if self.sheet.filter else ""
        self._rule.say(", ".join(part for part in (said, self._note) if part), "Esc shows all" if said else "")
        self._rule.refresh()

    @on(Page.Turned)
    def tell_place(self) -> None:
        """Which lines are in sight."""
        place = self._page.place
        self._told.say("", f"{place}   PgDn PgUp" if place else "", place)

    @on(Sheet.Changed)
    def on_changed(self) -> None:
        """Something else is chosen."""
        self.post_message(self.Wanted("judge"))

    @on(Picker.Pressed)
    def on_pressed(self) -> None:
        """A click chooses."""
        if not self.sheet.is_written:
            self.sheet.type(" ")

    def on_key(self, event: events.Key) -> None:
        """A letter typed before the lines had the focus is theirs."""
        if event.is_printable and event.character:
            event.stop()
            self.sheet.type(event.character)

    def action_want(self, what: str) -> None:
        """For the keeper."""
        self.post_message(self.Wanted(what))

    def action_scroll(self, pages: int) -> None:
        """What comes of it."""
        self._page.action_scroll_pages(pages)

    def action_leave(self) -> None:
        """All again where the list is narrowed, else back."""
        if not self.sheet.drop_filter():
            self.post_message(self.Wanted("leave"))
