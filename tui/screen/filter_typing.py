"""What the keys do while a filter is typed: apply, leave, complete, walk the history, save under a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.flows.filter.model import FilterError
from tui.screen.filter_store import FilterStore
from tui.screen.filter_words import Offer, in_english, known_names, offered, reader_zone, seen_values
from tui.screen.filtering import Filtering
from tui.screen.widgets.chips import Counts
from tui.screen.widgets.filter_bar import NO_OFFER, FilterBar, Told
from tui.screen.widgets.keyline import Keys

if TYPE_CHECKING:
    from tui.screen.layout import Layout
    from tui.screen.shell import Shell

KEYS: Keys = (
    ("enter", "apply"),
    ("esc", "leave"),
    ("tab", "complete"),
    ("ctrl-s", "save"),
    ("ctrl-u", "empty"),
    ("up/down", "choose, history"),
)
WHILE_TYPING: Keys = (("F1", "help"), ("ctrl-c", "quit"))
NAMING: Keys = (("enter", "save"), ("esc", "back"))


class FilterTyping:
    """Made when the bar is first opened. `changed` is called when other records are wanted, `closed` at the end."""

    def __init__(
        self,
        app: Shell,
        panes: Layout,
        state: Filtering,
        store: FilterStore,
        changed: Callable[[], None],
        closed: Callable[[], None],
    ) -> None:
        self.bar = FilterBar()
        self._app, self._panes, self._state, self._store = app, panes, state, store
        self._changed, self._closed = changed, closed
        self._offer: Offer | None = None
        self._chosen = 0
        self._naming = ""  # the text that is being given a name
        self._note = ""
        self._called: dict[str, list[str]] = {}

    def open(self) -> None:
        """Show the bar with what is applied, or as it was left.

        It stands where the timeline was: were the table to make room, the whole screen would be sent three times.
        """
        self._show_bar(shown=True)
        if not self._state.is_open:
            self._offer, self._note = None, ""
            self._called = known_names(self._panes.flows.ask.names)  # once a bar: an inventory has thousands
            text = self._state.open()
            self.bar.ask("/", f"{text} " if text else "")  # what is typed now is one more part
        # At once: `focus()` would come after the letters that were typed meanwhile.
        self._app.screen_stack[0].set_focus(self.bar.entry, scroll_visible=False)

    def _show_bar(self, *, shown: bool) -> None:
        if self.bar.display is not shown:
            self.bar.display = shown
        self._panes.timeline.display = not shown

    def press(self, what: str) -> None:
        """A key of the bar; what was typed before it may not have been told yet."""
        self.typed()
        if what == "enter":
            self._enter()
        elif what == "leave":
            self._leave()
        elif what == "empty":
            self.bar.entry.put("")
        elif self._naming:
            return
        elif what == "name":
            self._ask_name()
        elif what == "accept":
            self._accept()
        elif what in {"up", "down"}:
            self._walk(1 if what == "up" else -1)

    def typed(self) -> None:
        """The line holds another text."""
        text = self.bar.entry.value
        if not self._state.is_open or self._naming or text == self._state.typed:
            return
        self._offer, self._chosen, self._note = None, 0, ""
        cursor = self.bar.entry.cursor_position
        if cursor and not text[cursor - 1].isspace():
            self._make_offer()
        if self._state.type(text):
            self._changed()

    def _make_offer(self) -> None:
        text, cursor = self.bar.entry.value, self.bar.entry.cursor_position
        seen = {**seen_values(self._panes.flows.rows.table), **self._called}
        found = offered(text, cursor, seen, self._state.saved)
        self._offer, self._chosen = (found if found.options else None), 0

    def _enter(self) -> None:
        if self._naming:
            self._save()
            return
        before = self._state.text
        if self._state.apply():
            if self._state.text not in {before, ""}:
                self._store.remember(self._state.text)
            self._close()

    def _leave(self) -> None:
        if self._naming:
            self._back_to_text()
            return
        was = self._state.wanted
        self._state.leave()
        if self._state.wanted != was:
            self._changed()
        self._close()

    def _close(self) -> None:
        self._show_bar(shown=False)
        self._offer = None
        self._closed()

    def _accept(self) -> None:
        """Take what is offered; where nothing is, offer what could begin here."""
        if (offer := self._offer) is None:
            self._make_offer()
            return
        text, value = self.bar.entry.value, offer.options[self._chosen][0]
        self._offer = None
        self.bar.entry.put(text[: offer.start] + value + text[offer.end :], offer.start + len(value))

    def _walk(self, step: int) -> None:
        """Choose among what is offered; where nothing is, go through the history."""
        if self._offer is not None:
            self._chosen = (self._chosen - step) % len(self._offer.options)
        elif (text := self._state.walk(step)) is not None:
            if self._state.type(text, walked=True):
                self._changed()
            self.bar.entry.put(text)

    # Saving under a name.

    def _ask_name(self) -> None:
        if self._state.problem is not None or not self._state.typed.strip():
            self._note = "Nothing to save: the line is empty, or cannot be understood yet."
            return
        self._naming, self._offer = self._state.typed.strip(), None
        self._note = f"A name for {self._naming}"
        self.bar.ask("save as @", "")

    def _save(self) -> None:
        name = self.bar.entry.value.strip().lstrip("@")
        try:
            self._state.name(name, self._naming)
        except FilterError as error:
            self._note = f"{error.message[:1].upper()}{error.message[1:]}."
            return
        self._store.save(name, self._naming)
        where = f" in {self._store.saved_path}" if self._store.saved_path else ", until vpctop ends"
        self._back_to_text()
        self._note = f"Saved as @{name}{where}."

    def _back_to_text(self) -> None:
        self._naming, self._note = "", ""
        self.bar.ask("/", self._state.typed)

    def tell(self, counts: Counts | None, pushed: str) -> None:
        """Bring the bar and the key line up to date."""
        state = self._state
        self._panes.keyline.tell(NAMING if self._naming else KEYS, WHILE_TYPING)
        told = Told(
            text=state.typed,
            english=in_english(state.draft, reader_zone(utc=self._app.options.utc)),
            counts=counts.text(self.bar.below.glyphs) if counts else "",
            problem=state.problem,
            offer=self._offer or NO_OFFER,
            chosen=self._chosen if self._offer else None,
            pushed=pushed,
            note=self._note,
        )
        self.bar.show(told)
