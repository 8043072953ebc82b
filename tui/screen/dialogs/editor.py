"""The policy of an endpoint as a text to edit, with what is wrong with it and what it changes below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import TextArea

from tui.screen.dialogs.dialog import Page
from tui.screen.dialogs.edited import ROLE_OF, counts_said, edited_lines, findings_of, size_said
from tui.screen.dialogs.policy_text import PolicyText
from tui.screen.glyphs import ASCII, UNICODE
from tui.screen.widgets.drawn import Line
from tui.screen.widgets.keyline import KeyLine
from tui.screen.widgets.rule import Rule

if TYPE_CHECKING:
    from tui.policies.expectation import Tried
    from tui.policies.finding import Finding
    from tui.policies.survey import Survey

KEYS = (
    ("ctrl+s", "apply"),
    ("F8", "next finding"),
    ("F3", "what if"),
    ("ctrl+z", "undo"),
    ("F5", "lay out"),
    ("ctrl+r", "begin anew"),
    ("F4", "$EDITOR"),
)


class Editor(ModalScreen[None]):
    """Shows a text to edit. What is found in it, and what is done with it, is its keeper's: see tui.screen.editing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "want('apply')", "Apply", id="editor.apply", tooltip="see what it changes, and apply it"),
        Binding("f8,ctrl+n", "finding(1)", "Next", id="editor.next", tooltip="to the next finding"),
        Binding("shift+f8,f20,ctrl+p", "finding(-1)", "Before", id="editor.before", tooltip="to the finding before"),
        Binding("ctrl+down", "scroll(1)", "Down", id="editor.down", tooltip="the list below, a line down"),
        Binding("ctrl+up", "scroll(-1)", "Up", id="editor.up", tooltip="the list below, a line up"),
        Binding("f5", "lay_out", "Lay out", id="editor.lay-out", tooltip="a line for each element"),
        Binding("ctrl+r", "want('restart')", "Anew", id="editor.anew", tooltip="begin anew from what is in force"),
        Binding("f3", "want('try')", "What if", id="editor.try", tooltip="try requests against the text as it stands"),
        Binding("f4", "want('foreign')", "$EDITOR", id="editor.foreign", tooltip="go on in $EDITOR"),
        Binding("escape,ctrl+q", "want('leave')", "Leave", id="editor.leave", tooltip="leave; edits can be kept"),
    ]

    class Wanted(Message):
        """The reader wants to apply, leave, begin anew (restart), go on in $EDITOR (foreign), or try requests."""

        def __init__(self, what: str) -> None:
            self.what = what
            super().__init__()

    class Edited(Message):
        """Another text stands there."""

    def __init__(self) -> None:
        super().__init__()
        self._rule = Rule("", "")
        self._text = PolicyText()
        self._told = Rule("", "")
        self._said = Page()
        self._said.can_focus = False
        self._keys = KeyLine()
        self._findings: Sequence[Finding] = ()
        self._note = ""

    def compose(self) -> Iterator[Widget]:
        """The text, what is told of it, the keys."""
        with Vertical(id="editor"):
            yield self._rule
            yield self._text
            yield self._told
            yield self._said
            yield self._keys

    def on_mount(self) -> None:
        """Keys go to the text."""
        self._keys.tell(KEYS, (("Esc", "leave"),))
        self._text.focus()

    def on_screen_resume(self) -> None:
        """Back from a page over it."""
        self._text.focus()

    def open(self, title: str, text: str) -> None:
        """Edit this text; nothing of another one can be undone into it."""
        self._rule.title = title
        self._findings = ()
        self._text.mark(())
        self._text.load_text(text)
        self._text.go_to(1, 1)
        self._told.title = "checking"
        self._said.show(())
        self._tell_size()

    @property
    def text(self) -> str:
        """What stands there."""
        return self._text.text

    def replace(self, text: str) -> None:
        """Another text, as an edit that can be undone."""
        self._text.replace_all(text)

    def note(self, note: str) -> None:
        """Beside the title: whether it is edited, and whether it can be applied."""
        self._note = note
        self._tell_size()

    def tell(self, survey: Survey | None, before: Sequence[Tried], notes: Sequence[Line]) -> None:
        """What was found in the text; `before` tells the expectations of the text in force, `notes` stand above all."""
        glyphs = ASCII if self.has_class("-ascii") else UNICODE
        self._findings = sorted(findings_of(survey), key=lambda each: (each.line, each.column)) if survey else ()
        self._text.mark((each.line, each.column, ROLE_OF[each.severity]) for each in self._findings)
        self._told.title = counts_said(survey)
        self._told.refresh()
        found = edited_lines(survey, before, glyphs) if survey else ()
        self._said.renew([*notes, *found])
        self._tell_place()

    @on(TextArea.Changed)
    def on_changed(self, event: TextArea.Changed) -> None:
        """Count at once; the rest when the reader pauses."""
        event.stop()
        self._tell_size()
        self.post_message(self.Edited())

    def _tell_size(self) -> None:
        size, role = size_said(self._text.text)
        note = f"{self._note}, too long" if role == "reject" else self._note
        self._rule.say(note, size, size.replace(" characters", ""))

    @on(Page.Turned)
    def _tell_place(self) -> None:
        place = self._said.place
        self._told.say("", f"{place}   ctrl+up ctrl+down" if place else "")

    @on(PolicyText.Left)
    def on_left(self) -> None:
        """Esc in the text."""
        self.action_want("leave")

    def on_key(self, event: events.Key) -> None:
        """A letter typed before the text had the focus must not be a key of the app's."""
        if event.is_printable:
            event.stop()

    def action_want(self, what: str) -> None:
        """For the keeper."""
        self.post_message(self.Wanted(what))

    def action_scroll(self, by: int) -> None:
        """The list below."""
        self._said.action_scroll_lines(by)

    def action_lay_out(self) -> None:
        """A line for each element."""
        from tui.policies.spacing import laid_out, minified

        made = laid_out(minified(self._text.text))
        if made != self._text.text:
            self._text.replace_all(made)

    def action_finding(self, step: int) -> None:
        """To the next finding behind the caret, or the one before; from the last to the first."""
        if not self._findings:
            return
        places = [(each.line, each.column) for each in self._findings]
        here = self._text.place
        if step > 0:
            to = next((place for place in places if place > here), places[0])
        else:
            to = next((place for place in reversed(places) if place < here), places[-1])
        self._text.go_to(*to)

    def go_to(self, line: int, column: int) -> None:
        """The caret to this place, both from 1."""
        self._text.go_to(line, column)
