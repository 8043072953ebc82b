"""Pane 4: what the policy of the endpoint under the cursor lets through."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.cache.view import Key
from tui.screen import format as fmt
from tui.screen.panes.pane import ELSEWHERE, Pane
from tui.screen.widgets.drawn import BLANK_LINE, Line
from tui.screen.widgets.keyline import Keys
from tui.screen.widgets.line_table import LineTable

if TYPE_CHECKING:
    from tui.screen.panes.policy_part import Part, Shown

NOTHING_YET = "What an endpoint policy lets through."


class PolicyRows(LineTable):
    """The parts of what is told, broken to the width, with a cursor."""

    class StepWanted(Message):
        """To the next endpoint, or the one before."""

        def __init__(self, step: int) -> None:
            self.step = step
            super().__init__()

    class Seen(Message):
        """The rows have come on the screen, or have the focus now."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[Key, Line, Part], ...] = ()
        self._wide = 0  # cells that the rows were broken to
        self._heads: tuple[Line, ...] = ()
        self._empty = NOTHING_YET
        self.is_pinned = True

    @property
    def wide(self) -> int:
        """Cells of a row."""
        return max(1, self.size.width - 2)

    def show(self, shown: Shown, *, is_another: bool) -> None:
        """Show this; the cursor stays on its part, unless it is another policy."""
        at = self.part_at_cursor
        self._rows, self._wide, self._heads = shown.rows, shown.width, shown.heads
        kept = None if at is None or is_another else self.place_of(at.key)
        if is_another:
            self.cursor = self.top = 0
        self._empty = ""
        self.place(len(self._rows), kept)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it shows."""
        return tuple(part for key, _, part in self._rows if key[-1] == 0)

    def place_of(self, key: Key) -> int | None:
        """The first row of a part."""
        return next((at for at, (each, _, _) in enumerate(self._rows) if each[:-1] == key), None)

    @property
    def part_at_cursor(self) -> Part | None:
        """What the cursor is on."""
        return self._rows[self.cursor][2] if self.cursor < len(self._rows) else None

    def draw_heading(self, width: int) -> Line:
        """Size, findings, and the date of what is known of actions."""
        return next((line for line in self._heads if sum(fmt.cells(text) for text, _ in line) <= width), BLANK_LINE)

    def draw_rows(self, first: int, last: int, width: int) -> list[tuple[Key, Line]]:
        """The rows in sight; none while they are being broken to another width."""
        del width
        return [(key, line) for key, line, _ in self._rows[first:last]] if self._wide == self.wide else []

    def on_resize(self) -> None:
        """They are to be broken anew."""
        self.post_message(self.Seen())

    def on_show(self) -> None:
        """What is to be shown may have been left out while nobody saw it."""
        self.post_message(self.Seen())

    def on_focus(self) -> None:
        """From now on it is read."""
        self.post_message(self.Seen())

    def step_column(self, step: int) -> None:
        """Left and right are the endpoints beside."""
        self.post_message(self.StepWanted(step))


class PolicyPane(Pane):
    """The policy of one endpoint: in words, what changed, what must stay so, what is wrong with it, its text."""

    instead = frozenset({("take", ("export",))})
    # With priority where a form opens: letters typed right behind the key belong to the form.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "t",
            "app.policy('try')",
            "what if",
            id="policy.try",
            tooltip="what if: try a request against the policy",
            priority=True,
        ),
        Binding(
            "d", "app.policy('texts')", "both texts", id="policy.texts", tooltip="the texts before and after a change"
        ),
        Binding(
            "x", "app.policy('forget')", "forget a case", id="policy.forget", tooltip="forget what must stay allowed"
        ),
        Binding("E", "want('edit')", "edit", id="policy.edit", tooltip="edit the policy here"),
        Binding("ctrl+e", "want('editor')", "in $EDITOR", id="policy.editor", tooltip="edit the policy in $EDITOR"),
        Binding("U", "want('undo')", "undo", id="policy.undo", tooltip="the last versions, to go back to one"),
        Binding("R", "want('reset')", "reset", id="policy.reset", tooltip="back to the default: full access"),
        Binding("b", "want('bucket')", "bucket policies", id="policy.bucket", tooltip="bucket policies for it"),
        Binding(
            "c,C",
            "app.policy('line')",
            "copy",
            id="policy.copy",
            tooltip="copy the finding or the line under the cursor",
        ),
        Binding(
            "y",
            "app.policy('json')",
            "as JSON",
            id="policy.json",
            tooltip="copy the policy; on a change, the one before it",
        ),
        Binding("comma", "step(-1)", "before", id="policy.before", tooltip="to the endpoint before, as left"),
        Binding("full_stop", "step(1)", "next", id="policy.next", tooltip="to the next endpoint, as right"),
        Binding("escape", "app.focus_pane('1')", "Back", id="policy.back", show=False, tooltip="back to the flows"),
    ]

    class Wanted(Message):
        """The reader wants something done with the policy: edit, editor, undo, reset, bucket."""

        def __init__(self, what: str) -> None:
            self.what = what
            super().__init__()

    class Opened(Message):
        """The reader wants to see what is behind the part under the cursor."""

    def __init__(self) -> None:
        self.rows = PolicyRows()
        self.endpoint = ""  # whose policy is shown
        super().__init__("4", "Policy", self.rows)

    @property
    def keys(self) -> Keys:
        """What the key line says."""
        return (
            ("t", "what if"),
            (",.", "endpoint"),
            ("d", "changes"),
            ("E", "edit"),
            ("U", "undo"),
            ("y", "copy"),
            ("b", "buckets"),
            *ELSEWHERE,
        )

    @property
    def part(self) -> Part | None:
        """What the cursor is on."""
        return self.rows.part_at_cursor

    def show(self, endpoint: str, shown: Shown) -> None:
        """Show what is told of the policy of an endpoint."""
        is_another, self.endpoint = endpoint != self.endpoint, endpoint
        self.rows.show(shown, is_another=is_another)
        self.rule.say(shown.note, *shown.titles)

    def say_empty(self, text: str) -> None:
        """There is no policy to show, and why."""
        from tui.screen.panes.policy_part import Shown

        self.endpoint = ""
        self.rows.show(Shown(()), is_another=True)
        self.rows.say_empty(text)
        self.rule.say("")

    @on(LineTable.Picked)
    def open(self) -> None:
        """Enter on a finding goes to its line and back; on a change it shows both texts."""
        part = self.part
        if part is not None and part.about is not None and self._jump(part):
            return
        self.post_message(self.Opened())

    def _jump(self, part: Part) -> bool:
        """From a finding to its line, from a line to its first finding."""
        is_finding = part.key[0] == "finding"
        wanted = [
            each
            for each in self.rows.parts
            if (each.key[0] == "text" and is_finding and each.about == part.about)
            or (each.key[0] == "finding" and part.key[0] == "text" and each.about == part.about)
        ]
        at = self.rows.place_of(wanted[0].key) if wanted else None
        if at is not None:
            self.rows.move_to(at)
        return at is not None

    @on(LineTable.LastWanted)
    def go_to_end(self) -> None:
        """To the end of the text."""
        self.rows.go_to_end()

    def action_step(self, step: int) -> None:
        """To another endpoint."""
        self.rows.step_column(step)

    def action_want(self, what: str) -> None:
        """Something is to be done with the policy."""
        self.post_message(self.Wanted(what))
