"""Which known word somebody meant who wrote another."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 64  # longer words are not compared


def nearest(text: str, known: Iterable[str]) -> str:
    """The known word that was probably meant: the same in another case, or one slip away, or two in a long word; else ''.

    A slip is a letter more, less or other, or two neighbours swapped. What is short has too many neighbours.
    """
    lower = text.lower()
    best, fewest = "", (2 if len(text) >= 8 else 1 if len(text) >= 3 else 0) + 1
    if len(text) > _LONGEST:
        return ""
    for word in known:
        if abs(len(word) - len(lower)) < fewest:
            slips = _slips(lower, word.lower(), fewest - 1)
            if slips < fewest:
                best, fewest = word, slips
    return best


def _slips(first: str, second: str, most: int) -> int:
    """The number of slips between two words; `most` + 1 where there are more.

    The optimal string alignment distance, row by row, given up as soon as a row has only larger numbers.
    """
    if first == second:
        return 0
    if not _alike(first, second, most):
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        after = [at]
        for place, other in enumerate(second, 1):
            cost = min(row[place] + 1, after[place - 1] + 1, row[place - 1] + (letter != other))
            if at > 1 and place > 1 and letter == second[place - 2] and first[at - 2] == other:
                cost = min(cost, before[place - 2] + 1)
            after.append(cost)
        if min(after) > most:
            return most + 1
        before, row = row, after
    return min(row[-1], most + 1)


def _alike(first: str, second: str, most: int) -> bool:
    """Whether the two can be near: n slips leave at least one of n + 1 equal parts of a word as it was."""
    part = max(1, len(first) // (most + 1))
    return any(first[at : at + part] in second for at in range(0, len(first) - part + 1, part))
