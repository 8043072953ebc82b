"""The last page before a change: what will be different, and the id to type; then how it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from tui.flows.clean import clean
from tui.network.order import FINAL, Progress, Stage
from tui.screen.dialogs.dialog import Page
from tui.screen.dialogs.prompt import Entry, Words
from tui.screen.widgets.drawn import BLANK_LINE, Line
from tui.screen.widgets.rule import Rule

LONGEST = 200  # characters of what is typed
SETTLED = 0.3  # seconds until the page has its height
ROLES = {
    Stage.WAITING: "muted",
    Stage.SENT: "strong",
    Stage.DONE: "accept",
    Stage.STOPPED: "stalled",
    Stage.REFUSED: "reject",
    Stage.UNSURE: "stalled",
}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is to be confirmed.

    Attributes:
        title: what is done to what, in a few words.
        lines: what will be different, what it breaks, the command; clean text.
        typed: what must be typed, the id of the endpoint.
        confirm: called once that is typed: "" if it is under way, else a sentence that says why not.
        command: the aws command, to be copied; "" if there is none.
        closed: called once the page has been left.
    """

    title: str
    lines: Sequence[Line]
    typed: str
    confirm: Callable[[], str]
    command: str = ""
    closed: Callable[[], object] | None = None


class Told(Page):
    """The page; while something new is told its end is in sight, whatever height the line below leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.can_focus = False  # keys are the screen's
        self._is_at_end = False

    def go_to_end(self) -> None:
        """To the end, also once the page has been laid out anew."""
        self._is_at_end = True
        self._go(0)
        self.set_timer(SETTLED, self._settle)

    def _settle(self) -> None:
        self._is_at_end = False

    def _go(self, top: int) -> None:
        super()._go(len(self._lines) if self._is_at_end else top)


class Confirm(ModalScreen[None]):
    """Shows one Confirmation at a time, and how it goes once it is confirmed. Installed once, and asked again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="confirm.leave", tooltip="leave; an order under way goes on"),
        Binding("enter", "close", "Close", id="confirm.close", tooltip="close, once it is over"),
        Binding("down", "scroll('lines', 1)", "Down", id="confirm.down", tooltip="a line down"),
        Binding("up", "scroll('lines', -1)", "Up", id="confirm.up", tooltip="a line up"),
        Binding("pagedown", "scroll('pages', 1)", "Page down", id="confirm.page-down", tooltip="a page down"),
        Binding("pageup", "scroll('pages', -1)", "Page up", id="confirm.page-up", tooltip="a page up"),
        Binding("ctrl+t", "app.copy_command", "Copy", id="confirm.copy", tooltip="copy the aws command"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.confirmation: Confirmation | None = None
        self.told: list[Progress] = []  # of the order under way; what is said twice stands once
        self.is_confirmed = False
        self._rule = Rule("", "")
        self._page = Told()
        self._wanted = Words("strong")
        self._input = Entry(max_length=LONGEST, compact=True, select_on_focus=False, id="confirm-input")
        self._said = Words("stalled")

    def compose(self) -> Iterator[Widget]:
        """Edge, what is to be confirmed, and the line to type the id on."""
        with Vertical(id="confirm"):
            yield self._rule
            yield self._page
            with Vertical(id="confirm-foot"):
                yield self._wanted
                yield self._input
                yield self._said

    def ask(self, confirmation: Confirmation) -> None:
        """Ask for this from now on."""
        self.confirmation = confirmation
        self.told, self.is_confirmed = [], False
        self._rule.title = confirmation.title
        self._rule.refresh()
        self._page.show(confirmation.lines)
        self._input.value = ""
        self._input.display = True
        self._wanted.say(f"Type {clean(confirmation.typed, LONGEST)} and press Enter to do it.", "strong")
        self._said.say("", "stalled")

    def on_screen_resume(self) -> None:
        """The line has the focus, while it is there."""
        if not self.is_confirmed:
            self._input.focus()

    @on(Page.Turned)
    def tell_place(self) -> None:
        """Which lines are in sight, and the keys."""
        copies = "ctrl+t copies the command" if self.confirmation and self.confirmation.command else ""
        leaves = "Esc closes" if self.is_confirmed else "Esc leaves without doing it"
        place = self._page.place
        said = [[copies, place, leaves], [place, leaves], [place, "Esc leaves"], [place], ["Esc leaves"], ["Esc"]]
        self._rule.say("", *("   ".join(part for part in parts if part) for parts in said))

    def on_resize(self) -> None:
        """Sentences are wrapped anew."""
        for words in (self._wanted, self._said):
            words.refresh(layout=True)

    def on_key(self, event: events.Key) -> None:
        """A key that was pressed before the line had the focus belongs to the line."""
        if not self.is_confirmed and event.is_printable and event.character:
            event.stop()
            self._input.value += event.character
            self._input.cursor_position = len(self._input.value)

    @on(Input.Changed)
    def on_changed(self, event: Input.Changed) -> None:
        """What was said was about what stood there before."""
        event.stop()
        self._said.say("", "stalled")

    @on(Input.Submitted)
    def on_submitted(self, event: Input.Submitted) -> None:
        """Do it, if that is what was to be typed."""
        event.stop()
        if self.confirmation is None or self.is_confirmed:
            return
        if event.value.strip() != self.confirmation.typed:
            self._said.say("That is not it: nothing was changed.", "stalled")
        elif said := self.confirmation.confirm():
            self._said.say(clean(said, 1_000), "stalled")
        else:
            self.is_confirmed = True
            self._input.display = False
            self._wanted.say("It goes on if you leave this page.", "muted")
            self.tell(None)

    @property
    def is_over(self) -> bool:
        """Whether what was confirmed has come to its end."""
        return bool(self.told) and self.told[-1].stage in FINAL

    def tell(self, progress: Progress | None) -> None:
        """How it goes; of one stage the last sentence stands."""
        if progress is not None:
            if self.told and self.told[-1].stage is progress.stage:
                self.told.pop()
            self.told.append(progress)
        lines = self.confirmation.lines if self.confirmation else ()
        said: list[Line] = [told_line(each) for each in self.told] or [(("  ordered", "strong"),)]
        self._page.renew([*lines, BLANK_LINE, (("How it goes", "heading"),), *said])
        self._page.go_to_end()
        if self.is_over:
            self._wanted.say("Enter or Esc closes.", "muted")
        self.tell_place()

    def action_scroll(self, by: str, count: int) -> None:
        """The page; the arrows are not needed on the line."""
        (self._page.action_scroll_lines if by == "lines" else self._page.action_scroll_pages)(count)

    def action_leave(self) -> None:
        """Back; what is under way goes on."""
        self.app.pop_screen()
        if self.confirmation is not None and self.confirmation.closed is not None:
            self.app.call_after_refresh(self.confirmation.closed)

    def action_close(self) -> None:
        """Back, once it is over."""
        if self.is_over:
            self.action_leave()


def told_line(progress: Progress) -> Line:
    """How far it is, and the sentence: `  done      The policy is in force.`."""
    role = ROLES[progress.stage]
    return ((f"  {progress.stage.value:<9} ", role), (clean(progress.text, 2_000), "" if role == "muted" else role))
