"""When a rule fired, from the minutes in which it held: pure, so that the order of arrival does not matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spell:
    """One time that a rule fired for a subject, in Unix minutes: from the first that held to the last.

    `raised` is the minute in which it had held for long enough.
    """

    begun: int
    until: int
    raised: int


def spells(minutes: Iterable[int], hold: int, cool_down: int) -> list[Spell]:
    """The spells of a subject.

    Args:
        minutes: those in which the rule held, in any order.
        hold: for how many minutes on end it must hold before it fires.
        cool_down: for how many minutes it may not hold within one spell.
    """
    found: list[Spell] = []
    begun = last = run = None
    raised: int | None = None
    for minute in sorted(minutes):
        if last is not None and begun is not None and minute - last > cool_down:
            found += [Spell(begun, last, raised)] if raised is not None else []
            begun = raised = None
        if begun is None:
            begun = minute
        if last is None or run is None or minute - last > 1:
            run = minute
        if raised is None and minute - run >= hold:
            raised = minute
        last = minute
    if begun is not None and last is not None and raised is not None:
        found.append(Spell(begun, last, raised))
    return found
