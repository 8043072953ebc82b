"""Every way in which a text can match some of many patterns and not the others, with a short text for each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from tui.policies.glob import MANY, ONE, Tokens, Wildcard, joined

_OTHERS = "xyz0123456789qwvjkuhgfd"  # the first of these that no pattern holds stands for all such characters


class Patterns:
    """Patterns as one automaton: a bit for each place in each pattern, so that a step is a few operations on integers."""

    def __init__(self, patterns: Sequence[Tokens]) -> None:
        self._patterns = [tuple(_characters(pattern)) for pattern in patterns]
        self._stay = 0
        self._any = 0
        self._literal: dict[str, int] = {}
        self._start = 0
        self._ends: list[int] = []
        bit = 1
        for pattern in self._patterns:
            self._start |= bit
            for token in pattern:
                if token is MANY:
                    self._stay |= bit
                elif token is ONE:
                    self._any |= bit
                elif isinstance(token, str):
                    self._literal[token] = self._literal.get(token, 0) | bit
                bit <<= 1
            self._ends.append(bit)
            bit <<= 1
        self._final = sum(self._ends)
        other = next((char for char in _OTHERS if char not in self._literal), "\N{BULLET}")
        self.alphabet = (other, *sorted(self._literal))
        self.complete = False

    def step(self, places: int, character: str) -> int:
        """The places that are reached with one more character."""
        moved = ((places & (self._literal.get(character, 0) | self._any)) << 1) | (places & self._stay)
        return self._closed(moved)

    def _closed(self, places: int) -> int:
        return places | ((places & self._stay) << 1)  # no two `*` stand side by side

    def after(self, text: str) -> int:
        """The places that a text leads to."""
        places = self._closed(self._start)
        for character in text:
            places = self.step(places, character)
        return places

    def matched(self, places: int) -> tuple[bool, ...]:
        """Which patterns match a text that leads here."""
        return tuple(bool(places & end) for end in self._ends)

    def texts(self, prefix: str, most: int) -> Iterator[str]:
        """For each set of patterns that some text with this prefix matches exactly: a shortest such text.

        After about `most` steps of one character no more are looked for, and `complete` is False.
        """
        self.complete = False
        start = self.after(prefix)
        seen: set[int] = {start}
        told: set[int] = set()
        waiting = deque([(start, prefix)])
        steps = 0
        while waiting:
            places, text = waiting.popleft()
            if (final := places & self._final) not in told:
                told.add(final)
                yield text
            for character in self.alphabet:
                after = self.step(places, character)
                if after not in seen:
                    seen.add(after)
                    waiting.append((after, text + character))
            steps += len(self.alphabet)
            if steps > most:
                return
        self.complete = True


def _characters(pattern: Tokens) -> Iterator[str | Wildcard]:
    for token in joined([pattern]):
        if isinstance(token, str):
            yield from token
        else:
            yield token
