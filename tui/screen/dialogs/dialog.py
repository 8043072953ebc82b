"""A page of lines over the panes. One dialog is installed and shown again: a new screen each time would leak 130 kB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.screen import format as fmt
from tui.screen.widgets.drawn import BLANK_LINE, Drawn, Line, Run
from tui.screen.widgets.rule import Rule


class Page(Drawn, can_focus=True):
    """Lines that are wrapped and scrolled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_lines(1)", "Down", id="page.down", tooltip="a line down"),
        Binding("up,k", "scroll_lines(-1)", "Up", id="page.up", tooltip="a line up"),
        Binding("pagedown,space,ctrl+d", "scroll_pages(1)", "Page down", id="page.page-down", tooltip="a page down"),
        Binding("pageup,ctrl+u", "scroll_pages(-1)", "Page up", id="page.page-up", tooltip="a page up"),
        Binding("home,g", "go_to(0)", "Top", id="page.top", tooltip="to the top"),
        Binding("end,G", "go_to(1)", "End", id="page.end", tooltip="to the end"),
        Binding("enter", "read_on", "Read on", id="page.read-on", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.given: Sequence[Line] = ()
        self._lines: list[Line] = []
        self.top = 0
        self.reads_on = False  # Enter turns the page; else it closes
        self.stays_at_end = False  # also when it becomes lower

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines from the top."""
        self.given = lines
        self.top, self.stays_at_end = 0, False
        self.on_resize()

    def renew(self, lines: Sequence[Line]) -> None:
        """Show these in place of what was true before.

        A reader who has scrolled stays as far from the heading over the middle of the page, whatever has come above it;
        only lines that differ are painted.
        """
        shown = [self.line(y) for y in range(self.size.height)]
        above = [at for at in self._headings() if at <= self.top + len(shown) // 2]
        self.given = lines
        self._wrap()
        if self.top and above:
            now = self._headings()
            self.top += now[min(len(above), len(now)) - 1] - above[-1] if now else 0
        self.top = self._bounded(self.top)
        self.post_message(self.Turned())
        for y, before in enumerate(shown):
            if self.line(y) != before:
                self.refresh_line(y)

    def _wrap(self) -> None:
        width = self.size.width - 2
        if width > 0:
            self._lines = [part for line in self.given for part in wrap_line(line, width)]

    def _headings(self) -> list[int]:
        return [at for at, line in enumerate(self._lines) if line and line[0][1] == "heading"]

    def _bounded(self, top: int) -> int:
        return max(0, min(top, len(self._lines) - self.size.height))

    def on_resize(self) -> None:
        """Wrap anew."""
        self._wrap()
        self._go(len(self._lines) if self.stays_at_end else self.top)
        self.refresh()

    def line(self, y: int) -> Line:
        """A line of the page."""
        at = self.top + y
        return ((" ", ""), *self._lines[at]) if at < len(self._lines) else BLANK_LINE

    class Turned(Message):
        """Other lines are in sight."""

    def _go(self, top: int) -> None:
        top = self._bounded(top)
        if top != self.top:
            self.top = top
            self.refresh()
        self.post_message(self.Turned())

    @property
    def place(self) -> str:
        """Which lines are in sight, when not all are."""
        if len(self._lines) <= self.size.height:
            return ""
        last = min(len(self._lines), self.top + self.size.height)
        return f"lines {self.top + 1} to {last} of {len(self._lines)}"

    def action_scroll_lines(self, lines: int) -> None:
        """Some lines down or up."""
        self._go(self.top + lines)

    def action_scroll_pages(self, pages: int) -> None:
        """A page down or up."""
        self._go(self.top + pages * max(1, self.size.height - 1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is the dialog's, unless this is a page to read on in."""
        return self.reads_on if action == "read_on" else super().check_action(action, parameters)

    def action_read_on(self) -> None:
        """A page down."""
        self.action_scroll_pages(1)

    def action_go_to(self, end: int) -> None:
        """To the top or the end."""
        self._go(end * len(self._lines))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop()
        self._go(self.top + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop()
        self._go(self.top - 3)


class Dialog(ModalScreen[None]):
    """A titled page; Esc, q and the key that opened it close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "app.close_dialog", "Close", id="dialog.close", tooltip="close"),
        Binding("c", "app.take_offer('filter')", "Filter", id="detail.filter", tooltip="copy the filter of a detail"),
        Binding("u", "app.take_offer('link')", "Link", id="detail.link", tooltip="copy its link to the console"),
        Binding("e", "app.explain_detail", "Explain", id="detail.explain", tooltip="explain the row of a detail"),
        Binding("x", "app.take_offer('command')", "Command", id="detail.command", tooltip="copy its aws command"),
        Binding("f", "app.alert('flows')", "Flows", id="detail.flows", tooltip="the flows of an alert"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rule = Rule("", "")
        self.page = Page()
        self.keys = ""  # what else the page's keys do

    def compose(self) -> Iterator[Widget]:
        """Edge and page in a box."""
        with Vertical(id="dialog"):
            yield self.rule
            yield self.page

    def show(self, title: str, lines: Sequence[Line]) -> None:
        """Fill it."""
        self.rule.title = title
        self.rule.refresh()
        self.page.show(lines)

    @on(Page.Turned)
    def tell_place(self) -> None:
        """Say which lines are in sight, and how to get out."""
        place, keys = self.page.place, self.keys
        said = [[keys, place], [keys], [place], []]
        self.rule.say("", *("   ".join((*(part for part in parts if part), "Esc closes")) for parts in said))

    @property
    def lines(self) -> Sequence[Line]:
        """What it was given to show."""
        return self.page.given

    def fill(self, lines: Sequence[Line]) -> None:
        """The same title, with what was waited for."""
        self.page.show(lines)


def wrap_line(line: Line, width: int) -> list[Line]:
    """A line of runs in lines of at most `width` cells, broken at blanks where it can be; the rest is indented."""
    text = "".join(part for part, _ in line)
    if fmt.cells(text) <= width:
        return [line]
    indent = " " * min(len(text) - len(text.lstrip(" ")) + 2, width // 2)
    rest: list[Run] = list(line)
    lines: list[Line] = []
    while rest:
        room = width if not lines else width - len(indent)
        whole = "".join(part for part, _ in rest)
        head = fmt.cut(whole, room) or whole[:1]
        if len(head) < len(whole) and " " in head.strip() and whole[len(head)] != " ":
            head = head[: head.rstrip().rfind(" ") + 1] or head
        taken, rest = split_runs(rest, len(head))
        lines.append(tuple(taken) if not lines else ((indent, ""), *taken))
        while rest and rest[0][0].startswith(" "):
            rest[0] = (rest[0][0].lstrip(" "), rest[0][1])
            rest = rest if rest[0][0] else rest[1:]
    return lines


def split_runs(runs: Sequence[Run], at: int) -> tuple[list[Run], list[Run]]:
    """Runs before and after a character."""
    before: list[Run] = []
    for place, (text, role) in enumerate(runs):
        if at < len(text):
            head = [(text[:at], role)] if at else []
            return before + head, [(text[at:], role), *runs[place + 1 :]]
        before.append((text, role))
        at -= len(text)
    return before, []
