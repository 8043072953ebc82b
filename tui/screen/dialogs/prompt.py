"""A question over the panes: a line to write, choices to take, or both. One is installed and asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.widgets.drawn import Drawn, Line
from tui.screen.widgets.rule import Rule

LONGEST = 1_000  # characters of an answer
MOST_SHOWN = 10  # choices in sight at once


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `answer` gets what was written and which choice was taken, -1 where there are none.

    It returns "" when all is well, and the prompt closes; else a sentence, and the prompt stays. `chosen` tells, when
    another choice is taken, what is to be written now.
    """

    title: str
    text: str
    answer: Callable[[str, int], str]
    value: str = ""
    choices: tuple[str, ...] = ()
    choice: int = 0
    chosen: Callable[[str, int], str] = lambda written, at: written  # noqa: ARG005  all choices, what was written
    keys: str = "Enter takes it, Esc leaves"


class Words(Drawn):
    """A sentence on as many lines as it needs, in one role."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self._text = ""
        self.role = role

    def say(self, text: str, role: str) -> None:
        """Show this."""
        self._text, self.role = text, role
        self.display = bool(text)
        self.refresh(layout=True)

    def line(self, y: int) -> Line:
        """A line of it."""
        lines = fmt.wrap(self._text, max(1, self.size.width - 2))
        return ((f" {lines[y]}" if y < len(lines) else "", self.role),)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As many lines as the sentence needs."""
        del container, viewport
        return len(fmt.wrap(self._text, max(1, width - 2)))


class Choices(Drawn):
    """Lines of which one is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: tuple[str, ...] = ()
        self.at = 0

    def show(self, choices: tuple[str, ...], at: int) -> None:
        """Offer these."""
        self._choices, self.at = choices, at if choices else -1
        self.display = bool(choices)
        self.refresh(layout=True)

    def step(self, by: int) -> bool:
        """Take the next one, or the one before; False where there is none."""
        at = min(max(0, self.at + by), len(self._choices) - 1)
        is_moved = at != self.at
        self.at = at
        self.refresh()
        return is_moved

    def line(self, y: int) -> Line:
        """A choice, the taken one marked."""
        top = max(0, min(self.at - MOST_SHOWN // 2, len(self._choices) - MOST_SHOWN))
        at = top + y
        if at >= len(self._choices):
            return ()
        mark = self.glyphs.cursor if at == self.at else " "
        return (
            (
                f" {mark} {fmt.end(self._choices[at], self.size.width - 4, self.glyphs.ellipsis)}",
                "strong" if at == self.at else "",
            ),
        )

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A line a choice, up to what is in sight at once."""
        del container, viewport, width
        return min(MOST_SHOWN, len(self._choices))


class Entry(Input):
    """The line; it answers itself, in the order of the keys."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.prevent_default().stop()
            await self.action_submit()


class Prompt(ModalScreen[None]):
    """Asks one Question at a time. Enter answers, Esc leaves, up and down take another choice."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="prompt.leave", tooltip="leave without an answer"),
        Binding("down", "step(1)", "Next", id="prompt.next", tooltip="the next choice", priority=True),
        Binding("up", "step(-1)", "Before", id="prompt.before", tooltip="the choice before", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.question: Question | None = None
        self._rule = Rule("", "")
        self._text = Words()
        self._choices = Choices()
        self._input = Entry(max_length=LONGEST, compact=True, select_on_focus=False, id="prompt-input")
        self._said = Words("stalled")

    def compose(self) -> Iterator[Widget]:
        """Edge, text, choices, line and what is said of the answer."""
        with Vertical(id="prompt"):
            yield self._rule
            with Vertical(id="prompt-body"):
                yield self._text
                yield self._choices
                yield self._input
                yield self._said

    def ask(self, question: Question) -> None:
        """Ask this from now on."""
        self.question = question
        self._rule.title = question.title
        self._rule.say("", question.keys, "Esc leaves")
        self._rule.refresh()
        self._text.say(question.text, "muted")
        self._choices.show(question.choices, question.choice)
        self._input.value = question.value
        self._input.cursor_position = len(question.value)
        self._said.say("", "stalled")

    def on_screen_resume(self) -> None:
        """The line has the focus."""
        self._input.focus()

    def on_key(self, event: events.Key) -> None:
        """A key that was pressed before the line had the focus belongs to the line, which stops its own."""
        if event.key == "enter":
            event.stop()
            self._answer(self._input.value)
        elif event.is_printable and event.character:
            event.stop()
            self._input.value += event.character
            self._input.cursor_position = len(self._input.value)

    def say(self, text: str, role: str = "stalled") -> None:
        """Say what is wrong with the answer, or what is being done about it."""
        self._said.say(clean(text, 1_000), role)

    @property
    def written(self) -> str:
        """What stands on the line."""
        return self._input.value

    def on_resize(self) -> None:
        """Sentences are wrapped anew."""
        for words in (self._text, self._said):
            words.refresh(layout=True)

    @on(Input.Submitted)
    def on_submitted(self, event: Input.Submitted) -> None:
        """Give the answer."""
        event.stop()
        self._answer(event.value)

    def _answer(self, written: str) -> None:
        if self.question is None:
            return
        said = self.question.answer(written, self._choices.at)
        if said:
            self.say(said)
        elif self.app.screen is self:
            self.app.pop_screen()

    @on(Input.Changed)
    def on_changed(self, event: Input.Changed) -> None:
        """What was said was about what stood there before."""
        event.stop()
        self._said.say("", "stalled")

    def action_step(self, by: int) -> None:
        """Another choice."""
        if self.question is not None and self.question.choices and self._choices.step(by):
            self._input.value = self.question.chosen(self._input.value, self._choices.at)
            self._input.cursor_position = len(self._input.value)

    def action_leave(self) -> None:
        """Without an answer."""
        self.app.pop_screen()
