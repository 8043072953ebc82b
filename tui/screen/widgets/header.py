"""The first line: who and where, and what to think of the data on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.cache.state import State
from tui.cache.view import Summary
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.widgets.drawn import Drawn, Line, Run

if TYPE_CHECKING:
    from tui.flows.source import About

GAP = "  "
EMPTY = Summary()
STATE_WIDTH = 12  # ◌ CONNECTING; while frozen the count of what waits needs more, and who and where give way
PAUSED_WIDTH = 16
RATE_WIDTH = 6  # 12,345 or ≥1,234
LEAST_WHO = 30  # cells that who and where keep beside what else there is to say


@dataclass(frozen=True, slots=True)
class Standing:
    """What the header tells. `age` is of the newest record in seconds; `waiting` counts records while frozen.

    `credentials`: seconds until they end, once that is to be counted down. `price`: dollars an hour in this `mode`.
    `alerts` are firing; `is_grave`: at least one of them is critical.
    """

    title: str = ""
    about: About | None = None
    state: State = State.CONNECTING
    age: float | None = None
    summary: Summary = EMPTY
    waiting: int | None = None
    credentials: float | None = None
    mode: str = ""
    price: float = 0.0
    alerts: int = 0
    is_grave: bool = False


class Header(Drawn):
    """One line, or two where one is too short. Numbers have fixed widths: nothing jitters."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._standing = Standing(title=title)
        self._lines: list[Line] = []

    def tell(self, standing: Standing) -> None:
        """Show this; only lines that differ are repainted."""
        self._standing = standing
        lines = self._draw()
        changed = [y for y, line in enumerate(lines) if y >= len(self._lines) or line != self._lines[y]]
        self._lines = lines
        for y in changed:
            self.refresh_line(y)

    def line(self, y: int) -> Line:
        """A line of the header."""
        if not self._lines:
            self._lines = self._draw()
        return self._lines[y] if y < len(self._lines) else ()

    def on_resize(self) -> None:
        """The line is cut to the new width."""
        self._lines = []

    def _draw(self) -> list[Line]:
        width = self.size.width
        state, numbers = state_runs(self._standing, self.glyphs), number_runs(self._standing, self.glyphs)
        if self.size.height > 1:
            room = width - _length(state) - 3
            top = (*_padded(who_runs(self._standing, room, self.glyphs), room), (GAP, ""), *state)
            extra = extra_runs(self._standing, width - 1 - _length(numbers))
            return [((" ", ""), *top), ((" ", ""), *numbers, *extra)]
        extra = extra_runs(self._standing, width - LEAST_WHO - _length(state) - _length(numbers) - 4)
        right = (*state, (GAP, ""), *numbers, *extra)
        room = width - _length(right) - 4
        return [((" ", ""), *_padded(who_runs(self._standing, room, self.glyphs), room), (GAP, ""), *right)]


def who_runs(standing: Standing, room: int, marks: Glyphs) -> Line:
    """The program's name, the identity, the account, the region and the scope; the scope gives way first."""
    runs: list[Run] = [("vpctop", "strong")]
    if standing.title:
        runs.append((f" {standing.title}", "paused"))
    if (about := standing.about) is not None:
        who = clean(about.profile or about.identity.rpartition("/")[2], 24)
        who = "" if who in standing.title.split() else who
        words = [who, fmt.account(clean(about.account, 24), marks.ellipsis), clean(about.region, 24)]
        runs.append((GAP + " ".join(word for word in words if word), "muted"))
        left = room - _length(tuple(runs)) - len(GAP)
        runs.append((GAP + scope_text(clean(about.scope, 120), max(4, left), marks.ellipsis), "title"))
    return tuple(runs)


def scope_text(scope: str, room: int, ellipsis: str) -> str:
    """A scope in the room there is: of `vpc-0a1b… "payments"` the name stays whole, the id gives way, then goes."""
    ident, quote, name = scope.partition(' "')
    if fmt.cells(scope) <= room or not quote:
        return fmt.middle(scope, room, ellipsis)
    spare = room - fmt.cells(name) - 2
    if spare >= 10:
        return f'{fmt.end(ident, spare, ellipsis)} "{name}'
    return fmt.middle(f'"{name}', room, ellipsis)


def state_runs(standing: Standing, marks: Glyphs) -> Line:
    """The state as glyph, word and colour; while frozen, how many records wait."""
    if standing.waiting is not None:
        return ((fmt.left(f"{marks.pause} PAUSED +{fmt.count(standing.waiting)}", PAUSED_WIDTH), "paused"),)
    word = standing.state.value
    return ((fmt.left(f"{marks.states[standing.state]} {word}", STATE_WIDTH), word.lower()),)


def number_runs(standing: Standing, marks: Glyphs) -> Line:
    """How old the data is, how fast it comes, how much is refused, and what is missing."""
    summary = standing.summary
    old = "no records yet" if standing.age is None else f"data {fmt.age(standing.age):>5} old"
    rejected = "reject" if summary.rejected_share else "muted"
    rate = (marks.least if summary.rate_partial else "") + fmt.count(summary.rate)
    if fmt.cells(rate) > RATE_WIDTH:
        rate = rate[: -len(fmt.count(summary.rate))] + fmt.scaled(summary.rate)
    about = marks.about if summary.share_partial else " "
    gaps = f"{marks.skipped} gaps {summary.gaps}" if summary.gaps else "gaps 0"
    return (
        (f"{old:<14} ", ""),
        (f"{rate:>{RATE_WIDTH}} rec/s" + GAP, ""),
        (f"{marks.reject}{about}{fmt.share(summary.rejected_share)}" + GAP, rejected),
        (f"{gaps:<8}", "skipped" if summary.gaps else "muted"),
    )


def extra_runs(standing: Standing, room: int) -> Line:
    """How many alerts fire, the countdown of the credentials, then what reading costs; each of steady width, and only where it fits."""
    runs: list[Run] = []
    if standing.alerts:
        text = f"{fmt.count(standing.alerts)} alert{'s' if standing.alerts > 1 else ' '}"
        runs.append((GAP + text, "stalled" if standing.is_grave else "lagging"))
    if (left := standing.credentials) is not None:
        text = f"credentials {fmt.age(left):>6}" if left > 0 else "credentials ended "
        runs.append((GAP + text, "lagging" if left > 0 else "stalled"))
    if standing.price:
        cost = f"${standing.price:.2f}/h"
        for text in (f"{standing.mode} {cost}", cost):
            if _length(tuple(runs)) + len(GAP) + fmt.cells(text) <= room:
                runs.append((GAP + clean(text, 40), "muted"))
                break
    return tuple(runs)


def _length(runs: Line) -> int:
    return sum(fmt.cells(text) for text, _ in runs)


def _padded(runs: Line, width: int) -> Line:
    """The runs in exactly `width` cells."""
    used = 0
    kept: list[Run] = []
    for text, role in runs:
        piece = fmt.cut(text, width - used)
        kept.append((piece, role))
        used += fmt.cells(piece)
    return (*kept, (" " * (width - used), ""))
