"""Which known word somebody meant who wrote another."""

from __future__ import annotations


def nearest(text: str, known: tuple[str, ...]) -> str:
    """The known word that a reader probably meant: the same in another case, or one letter away; else ''."""
    if len(text) > 64:
        return ""
    lower = text.lower()
    return next((word for word in known if word.lower() == lower), "") or next(
        (word for word in known if _one_away(lower, word.lower())), ""
    )


def _one_away(first: str, second: str) -> bool:
    """One letter more, less, other, or two neighbours swapped."""
    if abs(len(first) - len(second)) > 1:
        return False
    same = 0
    while same < min(len(first), len(second)) and first[same] == second[same]:
        same += 1
    rest, other = first[same:], second[same:]
    return (
        other in {rest[1:], rest}
        or rest[1:] in {other[1:], other}
        or rest == other[1:]
        or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])
    )
