"""The lines of a form: what is written and what is chosen, by section, with a cursor; letters narrow what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.dialogs.picker import Picker
from tui.screen.dialogs.prompt import Entry
from tui.screen.endpoint_draft import Choice
from tui.screen.widgets.drawn import BLANK_LINE, Line

LABEL = 17  # cells of a section's name
_ONE_OF = {"Type", "VPC", "IP addresses", "DNS records"}  # sections of which one line is chosen
LONGEST = 1_000  # characters that can be written


class Sheet(Picker, inherit_bindings=False):
    """The lines. What is written or chosen is its keeper's: `write` and `toggle` are called, and `choices` asked again.

    At once, and not when the keeper hears of it: the next key may be here before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", "Down", id="form.down", tooltip="to the next line"),
        Binding("up", "step(-1)", "Up", id="form.up", tooltip="to the line above"),
        Binding("home", "edge('home')", "First", id="form.first", tooltip="before what is written; to the first line"),
        Binding("end", "edge('end')", "Last", id="form.last", tooltip="after what is written; to the last line"),
        Binding("ctrl+home", "step(-10000)", "Top", id="form.top", tooltip="to the first line"),
        Binding("ctrl+end", "step(10000)", "Bottom", id="form.bottom", tooltip="to the last line"),
        Binding("left", "edit('cursor_left')", "Left", id="form.left", tooltip="a letter to the left"),
        Binding("right", "edit('cursor_right')", "Right", id="form.right", tooltip="a letter to the right"),
        Binding(
            "ctrl+left", "edit('cursor_left_word')", "Word left", id="form.word-left", tooltip="a word to the left"
        ),
        Binding(
            "ctrl+right", "edit('cursor_right_word')", "Word right", id="form.word-right", tooltip="a word to the right"
        ),
        Binding("ctrl+a", "edit('home')", "Begin", id="form.begin", tooltip="before what is written"),
        Binding("ctrl+e", "edit('end')", "End", id="form.end", tooltip="after what is written"),
        Binding("delete,ctrl+d", "edit('delete_right')", "Delete", id="form.delete", tooltip="the letter at the caret"),
        Binding("ctrl+w", "edit('delete_left_word')", "Rub out word", id="form.rub-word", tooltip="the word before"),
        Binding("ctrl+k", "edit('delete_right_all')", "Rub out rest", id="form.rub-rest", tooltip="all that follows"),
        Binding("tab", "section(1)", "Section", id="form.next", tooltip="to the next section"),
        Binding("shift+tab", "section(-1)", "Before", id="form.before", tooltip="to the section before"),
        Binding("backspace", "rub_out(1)", "Rub out", id="form.rub-out", tooltip="the letter before"),
        Binding("ctrl+u", "rub_out(100000)", "Rub out all", id="form.clear", tooltip="all that was typed before"),
    ]

    class Changed(Message):
        """Something was written or chosen."""

    class Filtered(Message):
        """Other letters narrow what can be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._all: Sequence[Choice] = ()
        # What edits a text: never shown and never focused, so that no key is lost while a focus moves.
        self.pen = Entry(max_length=LONGEST, compact=True, select_on_focus=False, id="form-pen")
        self.pen.display = False
        self._penned = ("", "")  # the line that the pen is on, by section and key
        self.hints: dict[str, str] = {}  # what an empty text of a section stands for
        self.filter = ""
        self._filtered = ""  # the section that it narrows
        self.write: Callable[[str, str], object] = lambda section, text: None  # noqa: ARG005  until it is asked
        self.choices: Callable[[], Sequence[Choice]] = tuple
        self.toggle: Callable[[Choice], object] = lambda choice: None  # noqa: ARG005  likewise

    def renew(self) -> None:
        """Ask for the lines again, the cursor where it was."""
        before = self.at
        self._all = self.choices()
        self._narrow(before)

    def _change(self) -> None:
        self.renew()
        self.post_message(self.Changed())

    def _narrow(self, before: Choice | None) -> None:
        self._choices = [each for each in self._all if self._is_kept(each) or each.mark in {"x", "o"}]
        self._lines = [BLANK_LINE] * len(self._choices)
        places = [(each.section, each.key) for each in self._choices]
        mine = (before.section, before.key) if before else ("", "")
        if mine in places and (before is None or self._is_kept(before)):
            self.put(places.index(mine))
            return
        firsts = (at for at, each in enumerate(self._choices) if each.section == mine[0] and self._is_kept(each))
        self.put(next(firsts, self.cursor))

    def _is_kept(self, choice: Choice) -> bool:
        """Whether the filter keeps a line; it is about one section."""
        return not self.filter or choice.section != self._filtered or self.filter.lower() in choice.text.lower()

    @property
    def at(self) -> Choice | None:
        """The line under the cursor."""
        return self._choices[self.cursor] if self.cursor < len(self._choices) else None

    @property
    def is_written(self) -> bool:
        """Whether letters are a text's here."""
        return self.at is not None and not self.at.mark

    def line(self, y: int) -> Line:
        """A line: the section's name at its first, then what is written or can be chosen."""
        at = self.top + y
        if at >= len(self._choices):
            return BLANK_LINE
        each = self._choices[at]
        is_first = at == 0 or self._choices[at - 1].section != each.section or y == 0
        cursor = f"{self.glyphs.cursor} " if at == self.cursor else "  "
        label = fmt.left(each.section if is_first else "", LABEL)
        room = self.size.width - LABEL - 7
        text = clean(each.text, LONGEST)
        if each.mark:
            shut = {"x": "[x] ", "o": "(o) "}.get(each.mark, "[ ] " if each.section not in _ONE_OF else "( ) ")
            is_on = each.mark in {"x", "o"}
            shown = fmt.end(text, room, self.glyphs.ellipsis)
            return (
                (cursor, "key"),
                (label, "heading"),
                (shut, "key" if is_on else "muted"),
                (shown, "" if is_on else "muted"),
            )
        if at == self.cursor and text:
            return ((cursor, "key"), (label, "heading"), *self._penned_line(each, room + 2))
        caret = "_" if at == self.cursor else ""
        if not text:
            return (
                (cursor, "key"),
                (label, "heading"),
                (caret, "key"),
                (f" {self.hints.get(each.section, '')}"[: room + 4], "muted"),
            )
        over = fmt.cells(text) - room - 2
        return ((cursor, "key"), (label, "heading"), (text[over:] if over > 0 else text, "strong"))

    def _penned_line(self, choice: Choice, room: int) -> Line:
        """The text under the cursor, as much of it as there is room for around the caret."""
        at = self._pen_on(choice).cursor_position
        before, after = clean(choice.text[:at], LONGEST), clean(choice.text[at:], LONGEST)
        while fmt.cells(before) > room - 1:
            before = before[1:]
        rest = room - fmt.cells(before)
        while fmt.cells(after) > rest:
            after = after[:-1]
        caret = (after[0], "tab") if after else ("_", "key")
        return ((before, "strong"), caret, (after[1:], "strong"))

    def _pen_on(self, choice: Choice) -> Entry:
        """The pen, on a line's text: behind it, if it was on another before."""
        place = (choice.section, choice.key)
        if self._penned != place or self.pen.value != choice.text:
            self._penned = place
            with self.pen.prevent(Entry.Changed):
                self.pen.value = choice.text
                self.pen.cursor_position = len(choice.text)
        return self.pen

    def _edit(self, choice: Choice, edit: Callable[[Entry], object]) -> None:
        """Let the pen edit a line's text."""
        pen = self._pen_on(choice)
        with pen.prevent(Entry.Changed):
            edit(pen)
        if pen.value != choice.text:
            self.write(choice.section, pen.value)
            self._change()
        else:
            self.refresh()

    def action_edit(self, how: str) -> None:
        """What the keys of a text field do, as Textual's Input does it; elsewhere nothing."""
        if self.at is not None and self.is_written:
            self._edit(self.at, lambda pen: getattr(pen, f"action_{how}")())

    def action_edge(self, where: str) -> None:
        """To an edge of what is written here, else of the list."""
        if self.is_written:
            self.action_edit(where)
        else:
            self.action_step(-10_000 if where == "home" else 10_000)

    def action_step(self, lines: int) -> None:
        """Some lines up or down."""
        self.put(self.cursor + lines)

    def action_section(self, step: int) -> None:
        """To the first line of the next section, or of the one before."""
        firsts = [
            at for at, each in enumerate(self._choices) if at == 0 or self._choices[at - 1].section != each.section
        ]
        here = max((at for at in firsts if at <= self.cursor), default=0)
        to = firsts.index(here) + step if firsts else 0
        if firsts:
            self.put(firsts[to % len(firsts)])

    def type(self, text: str) -> None:
        """Letters: a text's where one is written, else what can be chosen is narrowed; a blank chooses."""
        at = self.at
        if at is None:
            return
        if not at.mark:
            self._edit(at, lambda pen: pen.insert_text_at_cursor(text))
        elif text == " ":
            self.toggle(at)
            self._change()
        else:
            self._filter_by(((self.filter if at.section == self._filtered else "") + text)[:60])

    def _filter_by(self, text: str) -> None:
        """Narrow the section under the cursor; by what nothing there has, not."""
        section = self.at.section if self.at is not None and text else self._filtered
        has_any = any(each.section == section and each.mark and text.lower() in each.text.lower() for each in self._all)
        if (text, section) == (self.filter, self._filtered) or (text and not has_any):
            return
        self.filter, self._filtered = text, section
        self._narrow(self.at)
        self.post_message(self.Filtered())

    def action_rub_out(self, count: int) -> None:
        """The letters before the caret, or the last of what narrows."""
        if self.is_written:
            self.action_edit("delete_left" if count == 1 else "delete_left_all")
        else:
            self._filter_by(self.filter[:-count])

    def drop_filter(self) -> bool:
        """Show all again; False where all is shown."""
        was = self.filter
        self._filter_by("")
        return bool(was)

    async def on_key(self, event: events.Key) -> None:
        """What can be written is written, and its own keys act here: by way of the app a letter would overtake them."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self.type(event.character)
        elif event.key in self._bindings.key_to_bindings:
            event.stop()
            event.prevent_default()
            await self.run_action(self._bindings.key_to_bindings[event.key][0].action)

    def on_paste(self, event: events.Paste) -> None:
        """A paste is written, or narrows; it chooses nothing."""
        event.stop()
        text = " ".join(event.text.split())
        if text and self.at is not None:
            self.type(text) if self.is_written else self._filter_by(text[:60])
