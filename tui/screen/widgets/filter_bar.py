"""The bar in which a filter is typed: the line itself, what it keeps or why not, and what could be typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.flows.clean import clean
from tui.flows.filter.model import LONGEST, FilterError
from tui.screen import format as fmt
from tui.screen.filter_words import Offer
from tui.screen.glyphs import Glyphs
from tui.screen.widgets.drawn import BLANK_LINE, Drawn, Line, Run

NO_OFFER = Offer()


class FilterLine(Input):
    """What is typed. Textual's own line editor, with no blinking: that would be bytes a second over ssh."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.filter('enter')", "Apply", id="filter.apply", tooltip="apply what is typed, and close"),
        Binding("escape", "app.filter('leave')", "Leave", id="filter.leave", tooltip="close; what was applied stays"),
        Binding("tab", "app.filter('accept')", "Complete", id="filter.complete", tooltip="take what is offered"),
        Binding("up", "app.filter('up')", "Older", id="filter.up", tooltip="the offer before; else an older filter"),
        Binding("down", "app.filter('down')", "Newer", id="filter.down", tooltip="the next offer; else a newer filter"),
        Binding("ctrl+u", "app.filter('empty')", "Empty", id="filter.empty", tooltip="empty the line"),
        Binding(
            "ctrl+s", "app.filter('name')", "Save", id="filter.save", tooltip="save under a name, to write as @name"
        ),
    ]

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False, max_length=LONGEST)
        self.cursor_blink = False

    async def _on_key(self, event: events.Key) -> None:
        """Act on the bar's keys here, in the order in which they were pressed among the letters.

        Left to bubble, Enter would reach the app after letters that were typed behind it. What comes after the bar was
        closed belongs to the pane.
        """
        if self.app.focused is not self:  # `has_focus` follows later
            event.prevent_default().stop()
            self.app.post_message(events.Key(event.key, event.character))
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if binding.action.startswith("app.filter("):
                event.prevent_default().stop()
                await self.app.run_action(binding.action)
                return

    def replace(self, text: str, start: int, end: int) -> None:
        """Take in what is typed or pasted, without what a terminal would obey."""
        super().replace(clean(text, LONGEST), start, end)

    def put(self, text: str, cursor: int | None = None) -> None:
        """Show another text, the cursor at its end or where it is told."""
        self.value = text
        self.cursor_position = len(text) if cursor is None else cursor


@dataclass(frozen=True, slots=True)
class Told:
    """What is under the line. `english` and `counts` when the text can be understood, else `problem`.

    `offer` and which of it is chosen; None: it is not open. `note` is said in place of all that.
    """

    text: str = ""
    english: str = ""
    counts: str = ""
    problem: FilterError | None = None
    offer: Offer = NO_OFFER
    chosen: int | None = None
    pushed: str = ""
    note: str = ""


class Prompt(Drawn):
    """What is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.text = "/"

    def line(self, y: int) -> Line:
        """The sign before the line."""
        del y
        return ((f" {self.text}", "key"),)


class Below(Drawn):
    """What the text keeps or where it cannot be understood, what could be typed, and what CloudWatch was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Told()
        self._lines: tuple[Line, ...] = ()
        self.first = 0  # the cell under the first character of the text

    def show(self, told: Told, first: int) -> None:
        """Only lines that differ are repainted."""
        self.told, self.first = told, first
        before, self._lines = self._lines, self._drawn()
        for y, line in enumerate(self._lines):
            if y >= len(before) or before[y] != line:
                self.refresh_line(y)

    def _drawn(self) -> tuple[Line, ...]:
        return told_lines(self.told, self.first, self.size.width, self.size.height, self.glyphs)

    def on_resize(self) -> None:
        """Cut to the new width."""
        self._lines = self._drawn()
        self.refresh()

    def line(self, y: int) -> Line:
        """One of them."""
        return self._lines[y] if y < len(self._lines) else BLANK_LINE


class FilterBar(Vertical):
    """Above the key line while a filter is typed, in the place of the timeline."""

    class Typed(Message):
        """The line holds another text, or the cursor is elsewhere in it."""

    def __init__(self) -> None:
        super().__init__(id="filter-bar")
        self.prompt = Prompt()
        self.entry = FilterLine()
        self.below = Below()

    def compose(self) -> Iterator[Widget]:
        """The line with its sign, and what is said of it."""
        with Horizontal():
            yield self.prompt
            yield self.entry
        yield self.below

    def ask(self, prompt: str, text: str) -> None:
        """Ask for a text, beginning with this one."""
        self.prompt.text = prompt
        self.prompt.styles.width = fmt.cells(prompt) + 2
        self.prompt.refresh()
        self.entry.put(text)

    def show(self, told: Told) -> None:
        """Say this of the text."""
        self.below.show(told, fmt.cells(self.prompt.text) + 2 - self.entry.scroll_offset.x)

    @on(Input.Changed)
    def on_typed(self, event: Input.Changed) -> None:
        """Another text."""
        event.stop()
        self.post_message(self.Typed())


def told_lines(told: Told, first: int, width: int, height: int, marks: Glyphs) -> tuple[Line, ...]:
    """`height` lines, two or more; the text's first character stands over the cell `first`."""
    lines = [_verdict_line(told, first, width, marks)]
    if not told.note:
        lines.append(offer_line(told.offer, told.chosen, width, marks) or _expected_line(told, width, marks))
        pushed = f" {fmt.end(f'{clean(told.pushed, 1_100)}', width - 2, marks.ellipsis)}"
        if told.pushed and not told.problem:
            lines.append(((pushed, "muted"),))
    shown = [line for at, line in enumerate(lines) if not at or line][:height]
    return (*shown, *(BLANK_LINE for _ in range(height - len(shown))))


def _verdict_line(told: Told, first: int, width: int, marks: Glyphs) -> Line:
    """What the text keeps and how much that is, or where it cannot be understood."""
    if told.note:
        return ((f" {fmt.end(clean(told.note, 400), width - 2, marks.ellipsis)}", "muted"),)
    if told.problem is not None:
        return problem_line(told.text, told.problem, first, width, marks)
    counts = f"  {told.counts}" if told.counts else ""
    room = width - 2 - fmt.cells(counts)
    said = fmt.left(fmt.end(f"keeps {clean(told.english, 2_000)}", room, marks.ellipsis), room)
    return ((f" {said}", ""), (counts, "muted"))


def _expected_line(told: Told, width: int, marks: Glyphs) -> Line:
    if told.problem is None or not told.problem.expected:
        return BLANK_LINE
    words = ", ".join(clean(word, 60) for word in told.problem.expected[:12])
    return ((f" {fmt.end(f'expected {words}', width - 2, marks.ellipsis)}", "muted"),)


def problem_line(text: str, problem: FilterError, first: int, width: int, marks: Glyphs) -> Line:
    """Carets under the place, and beside them, where there is more room, the message."""
    at = min(max(0, problem.position), len(text))
    x = min(max(0, first + fmt.cells(text[:at])), width - 2)
    long = min(max(1, fmt.cells(text[at : at + problem.length])), width - 1 - x)
    message = clean(problem.message, 400)
    after, before = width - x - long - 2, x - 2
    if fmt.cells(message) <= after or after >= before:
        said = fmt.end(message, after, marks.ellipsis)
        return ((" " * x, ""), ("^" * long, "stalled"), (f" {said}", "stalled"))
    said = fmt.right(fmt.end(message, before, marks.ellipsis), before)
    return ((f" {said} ", "stalled"), ("^" * long, "stalled"))


def offer_line(offer: Offer, chosen: int | None, width: int, marks: Glyphs) -> Line:
    """What could be typed, as much as fits around what is chosen, and what that means."""
    if chosen is None or not offer.options:
        return BLANK_LINE
    texts = [fmt.middle(clean(text, 200), 40, marks.ellipsis) for text, _ in offer.options]
    meaning = clean(offer.options[chosen][1], 200)
    room = max(20, width - 4 - min(fmt.cells(meaning) + 2, width // 2))
    first = chosen
    while first and sum(fmt.cells(text) + 2 for text in texts[first - 1 : chosen + 1]) <= room // 2:
        first -= 1
    runs: list[Run] = [(f" {marks.ellipsis}" if first else " ", "muted")]
    used = 0
    for at in range(first, len(texts)):
        if used + fmt.cells(texts[at]) + 2 > room and at > chosen:
            runs.append((marks.ellipsis, "muted"))
            break
        runs.append((f" {texts[at]} ", "chip" if at == chosen else ""))
        used += fmt.cells(texts[at]) + 2
    left = width - 2 - sum(fmt.cells(text) for text, _ in runs)
    return (*runs, (f"  {fmt.end(meaning, left - 2, marks.ellipsis)}" if left > 12 else "", "muted"))
