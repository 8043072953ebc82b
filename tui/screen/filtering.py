"""The filter as the reader handles it: what is applied, what is being typed, what was before, what has a name.

Light on purpose: the app makes one before its first paint, so the parser is not imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.flows.filter.model import Filter, FilterError

if TYPE_CHECKING:
    from tui.flows.filter.value import Now

MOST_REMEMBERED = 200


@dataclass(slots=True)
class Filtering:
    """One per app, used in its thread; `now` tells when and where a filter is written.

    `text` is the applied filter as it was written, `applied` what it means. While the bar is open `typed` is what
    stands in it, `draft` the last of it that could be understood, and `problem` why that is not all of it. `history` is
    oldest first. `saved` are the filters that have a name, `given` those of them that only the reader's config changes.
    """

    now: Callable[[], Now]
    given: Mapping[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    text: str = ""
    applied: Filter = field(default_factory=Filter)
    typed: str = ""
    draft: Filter = field(default_factory=Filter)
    problem: FilterError | None = None
    is_open: bool = False
    _back: int = 0  # how far the reader has walked back in the history
    _own: str = ""  # what stood in the bar before that

    @property
    def wanted(self) -> Filter:
        """What the panes are to be filtered by now."""
        return self.draft if self.is_open else self.applied

    @property
    def saved(self) -> dict[str, str]:
        """The filters that have a name."""
        return {**self.kept, **self.given}

    @property
    def chips(self) -> tuple[str, ...]:
        """The parts of the applied filter that must all be true, as they were written."""
        if not self.text:
            return ()
        from tui.flows.filter.conjunct import conjuncts

        return conjuncts(self.text)

    def read(self, text: str) -> Filter:
        """What a text means, names of saved filters replaced.

        Raises:
            FilterError: nothing.
        """
        from tui.flows.filter.saved import read_filter

        return read_filter(text, self.saved, self.now())

    # The bar.

    def open(self) -> str:
        """Begin to type, with what is applied; returns it."""
        if not self.is_open:
            self.is_open = True
            self.typed, self.draft, self.problem = self.text, self.applied, None
            self._back, self._own = 0, self.text
        return self.typed

    def type(self, text: str, *, walked: bool = False) -> bool:
        """The bar holds this now; True when other records are wanted than before."""
        before = self.wanted
        self.typed = text
        if not walked:
            self._back, self._own = 0, text
        try:
            self.draft, self.problem = self.read(text), None
        except FilterError as error:
            self.problem = error
        return self.wanted != before

    def walk(self, step: int) -> str | None:
        """The text `step` back in the history (1: older); None where it ends."""
        back = self._back + step
        while 0 < back <= len(self.history) and self.history[-back] == self._own.strip():
            back += step  # the filter that is applied is the newest of the history, and stands in the bar already
        if not 0 <= back <= len(self.history):
            return None
        self._back = back
        return self._own if not back else self.history[-back]

    def apply(self) -> bool:
        """Close the bar with what stands in it; False, and it stays open, when that cannot be understood."""
        if self.problem is not None:
            return False
        self.is_open = False
        self._become(self.typed.strip(), self.draft)
        return True

    def leave(self) -> None:
        """Close the bar; what was applied before is still."""
        self.is_open = False

    # The pane.

    def use(self, text: str) -> bool:
        """Apply a text; False when it is applied already.

        Raises:
            FilterError: it cannot be understood; what was applied still is.
        """
        if text == self.text:
            return False
        self._become(text, self.read(text))
        return True

    def add(self, part: str, instead_of: str = "") -> bool:
        """Keep only what this part keeps too; False when that is said already.

        Raises:
            FilterError: the filter would be longer than one may be.
        """
        from tui.flows.filter.conjunct import with_conjunct

        return self.use(with_conjunct(self.text, part, instead_of))

    def drop_last(self) -> bool:
        """Leave the last part out; False when there is none."""
        if not self.text:
            return False
        from tui.flows.filter.conjunct import without_last

        return self.use(without_last(self.text))

    def clear(self) -> bool:
        """Keep everything; False when that is so already."""
        return self.use("")

    def _become(self, text: str, meaning: Filter) -> None:
        self.text, self.applied = text, meaning
        if text:
            self.remember(text)

    def recall(self, older: list[str]) -> None:
        """Put what earlier sessions remembered before what this one did."""
        self.history = [*(line for line in older if line not in self.history), *self.history][-MOST_REMEMBERED:]

    def remember(self, text: str) -> None:
        """Put a text at the end of the history, where it stands once."""
        line = " ".join(text.split("\n"))
        self.history = [*(each for each in self.history if each != line), line][-MOST_REMEMBERED:]

    def name(self, name: str, text: str) -> None:
        """Give a text a name.

        Raises:
            FilterError: the name cannot be one, or is the reader's config's.
        """
        from tui.flows.filter.saved import NAME, NAME_RULE

        if not NAME.fullmatch(name):
            raise FilterError(NAME_RULE, 0, len(name))
        if name in self.given:
            raise FilterError(f"@{name} stands in config.toml; choose another name", 0, len(name))
        before = self.kept.get(name)
        self.kept[name] = text
        try:
            self.read(f"@{name}")
        except FilterError:
            if before is None:
                del self.kept[name]
            else:
                self.kept[name] = before
            raise
