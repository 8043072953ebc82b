"""What if: a form for a request, answered while it is written; what it says can be kept, to hold from then on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from tui.screen.dialogs.prompt import Entry
from tui.screen.dialogs.what_if_answer import Answer, Label
from tui.screen.widgets.rule import Rule

if TYPE_CHECKING:
    from tui.policies.completing import Fields
    from tui.screen.what_if import WhatIfAnswered

# Each field of the form: its name in Fields, and what stands before it.
FIELDS = (
    ("principal", "Principal"),
    ("action", "Action"),
    ("resource", "Resource"),
    ("resource_account", "Its account"),
    ("context", "Context"),
    ("name", "Name of case"),
)
HINTS = {
    "principal": "ARN of a user, role or session; a service; anonymous",
    "action": "s3:GetObject",
    "resource": "ARN, or * for an action without a resource",
    "resource_account": "twelve digits, where the ARN does not tell",
    "context": "key=value; key= is absent; ; between them",
    "name": "to know it by, if it is kept",
}
LONGEST = 2_000


class WhatIf(ModalScreen[None]):
    """The form; it is installed once. `ask` is called with what is written, `keep` keeps what was answered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="what-if.leave", tooltip="back to the policy"),
        Binding(
            "tab", "take", "Complete", id="what-if.take", tooltip="complete the field; then the next", priority=True
        ),
        Binding("shift+tab", "before", "Before", id="what-if.before", tooltip="the field before", priority=True),
        Binding("down", "step(1)", "Down", id="what-if.down", tooltip="choose what completes the field", priority=True),
        Binding("up", "step(-1)", "Up", id="what-if.up", tooltip="choose the one before", priority=True),
        Binding("pagedown", "scroll(1)", "Page down", id="what-if.page-down", tooltip="read on", priority=True),
        Binding("pageup", "scroll(-1)", "Page up", id="what-if.page-up", tooltip="back", priority=True),
        Binding("ctrl+s", "keep", "Keep", id="what-if.keep", tooltip="keep it as a case, as Enter does", priority=True),
        Binding(
            "ctrl+t", "turn", "The other", id="what-if.turn", tooltip="keep the opposite: it must change", priority=True
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rule = Rule("", "What if")
        self.inputs = {
            # All of a field is selected when it gets the focus: what is filled in is an example, and writing replaces it.
            name: Entry(max_length=LONGEST, compact=True, placeholder=HINTS[name], id=f"if-{name}")
            for name, _ in FIELDS
        }
        self.labels = {name: Label(text) for name, text in FIELDS}
        self.answer = Answer()
        self.answered: WhatIfAnswered | None = None
        self._is_turned = False  # the opposite of what is in force is to be kept
        self._asked: tuple[str, ...] = ()  # what was written when it was asked about, or filled in
        self._is_written = False  # the reader has written something since it was opened
        self._is_owed = False  # it is to be kept once it has been answered
        self.ask: Callable[[Fields | None, str], object] = lambda _, __: None
        self.keep: Callable[[WhatIfAnswered, bool, str], str] = lambda _, __, ___: ""

    def compose(self) -> Iterator[Widget]:
        """The fields, what completes them, and the answer."""
        with Vertical(id="what-if"):
            yield self.rule
            with Vertical(id="what-if-body"):
                for name, _ in FIELDS:
                    with Horizontal():
                        yield self.labels[name]
                        yield self.inputs[name]
                yield self.answer

    def begin(self, where: str, fields: Fields | None, name: str = "") -> None:
        """Ask about this place; None: the fields are filled in from its policy."""
        self.rule.title = f"What if: {where}"
        self.rule.say(
            "", "Tab completes, Enter keeps it as a case, Esc leaves", "Enter keeps, Esc leaves", "Esc leaves"
        )
        self.rule.refresh()
        self.answered, self._is_turned, self._is_owed, self._is_written = None, False, False, False
        self.answer.offer(())
        self.answer.say(())
        self.inputs["principal"].select_on_focus = True
        self._fill(fields, name)
        self.ask(fields, "principal")

    def _fill(self, fields: Fields | None, name: str) -> None:
        for field, entry in self.inputs.items():
            entry.value = name if field == "name" else getattr(fields, field, "")
            entry.cursor_position = len(entry.value)
            if entry is self.focused:
                entry.action_select_all()
        self._asked = self._texts

    @property
    def _texts(self) -> tuple[str, ...]:
        return tuple(self.inputs[name].value for name, _ in FIELDS if name != "name")

    @property
    def written(self) -> Fields:
        """What stands in the form."""
        from tui.policies.completing import Fields  # the desk's thread has imported it: the form is answered by it

        return Fields(*self._texts)

    @property
    def field(self) -> str:
        """Where the reader is; '' where nothing can be completed."""
        return next((name for name, entry in self.inputs.items() if entry is self.focused and name != "name"), "")

    def on_screen_resume(self) -> None:
        """The first field has the focus."""
        self.inputs["principal"].focus()

    def on_key(self, event: events.Key) -> None:
        """A key that was pressed before the field had the focus belongs to the field."""
        if event.is_printable and event.character and self.focused is None:
            event.stop()
            first = self.inputs["principal"]
            first.select_on_focus = False  # else the next key would replace this one
            first.insert_text_at_cursor(event.character)

    def show(self, event: WhatIfAnswered) -> None:
        """The answer, where it is still about what is written."""
        if event.ask.fields is None and self.answered is None:
            if self._is_written or self._texts != self._asked:
                return  # something was written meanwhile, and has been asked about
            self._fill(event.fields, self.inputs["name"].value)
        elif event.fields != self.written:
            return
        self.answered = event
        self.answer.offer(event.candidates if event.ask.field == self.field else ())
        for name, label in self.labels.items():
            label.mark(is_wrong=name == event.trouble)
        self._tell()
        if self._is_owed:
            self.action_keep()

    def _tell(self, said: str = "") -> None:
        event = self.answered
        if event is None:
            return
        lines = event.lines
        if event.allowed is not None:
            wanted = event.allowed is not self._is_turned
            must = f"must {'stay' if not self._is_turned else 'become'} {'allowed' if wanted else 'denied'}"
            other = "ctrl+t: the opposite"
            lines = (lines[0], ((f"  Enter keeps it as a case: {must}", "key"), (f"   {other}", "muted")), *lines[1:])
        self.answer.say((((said, "live"),), *lines) if said else lines)

    @on(Input.Changed)
    def on_changed(self, event: Input.Changed) -> None:
        """Answer what is written now."""
        event.stop()
        if self._texts != self._asked:
            self._asked, self._is_owed, self._is_written = self._texts, False, True
            self.ask(self.written, self.field)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Another field: other candidates."""
        del event
        self.answer.offer(())
        if self.answered is not None:
            self.ask(self.written, self.field)

    @on(Input.Submitted)
    def on_submitted(self, event: Input.Submitted) -> None:
        """Enter takes the candidate that was chosen; else it keeps the case."""
        event.stop()
        if self.answer.at >= 0:
            self._complete()
        else:
            self.action_keep()

    def action_leave(self) -> None:
        """Back."""
        self.app.pop_screen()

    def action_step(self, by: int) -> None:
        """Another candidate."""
        self.answer.step(by)

    def action_scroll(self, pages: int) -> None:
        """Through a long answer."""
        self.answer.scroll(pages)

    def action_take(self) -> None:
        """Complete the field; where there is nothing to complete, to the next one."""
        if self.answer.candidates and (self.answer.at >= 0 or not self._is_readable()):
            self._complete()
        else:
            self.focus_next(Entry)

    def _is_readable(self) -> bool:
        """Whether what stands in the field can be left as it is."""
        value = self.inputs[self.field].value if self.field else "-"
        is_wrong = self.answered is not None and self.answered.trouble == self.field
        return bool(value.strip() or self.field in {"resource_account", "context"}) and not is_wrong

    def _complete(self) -> None:
        entry = self.inputs[self.field]
        entry.value = self.answer.candidates[max(0, self.answer.at)]
        entry.cursor_position = len(entry.value)

    def action_before(self) -> None:
        """The field before."""
        self.focus_previous(Entry)

    def action_turn(self) -> None:
        """The opposite is wanted."""
        self._is_turned = not self._is_turned
        self._tell()

    def action_keep(self) -> None:
        """Keep what is answered as a case; what is written in this moment is answered first."""
        event = self.answered
        if event is None or event.fields != self.written:
            self._is_owed = True
            return
        self._is_owed = False
        if event.request is None or event.allowed is None:
            self._tell(
                "  It cannot be kept: " + ("it depends; tell more of it." if event.request else "it is no request yet.")
            )
            return
        self._tell(self.keep(event, event.allowed is not self._is_turned, self.inputs["name"].value.strip()))
