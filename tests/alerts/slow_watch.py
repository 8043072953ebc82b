"""What a rule comes to, the slow and obvious way: every window of every subject, from all the records there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from tests.alerts.made import Row
from tui.alerts.rule import AlertRule, Measure

USUAL = 30


class Slow(NamedTuple):
    """One alert: its subject's values, whether it is over, and its numbers."""

    subject: tuple[str, ...]
    over: bool
    amount: int
    peak: int
    first: int
    last: int
    raised: int


def minute(row: Row) -> int:
    """In which it is counted."""
    return int(str(row["start"])) // 60


def slow_alerts(rows: Sequence[Row], rule: AlertRule) -> list[Slow]:
    """The alerts of a rule that keeps rejected records and divides by source."""
    newest, begin = max(map(minute, rows)), min(map(minute, rows))
    subjects: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if rule.is_share or row["action"] == "REJECT":
            subjects[str(row["srcaddr"])].append(row)
    found = []
    for source, mine in sorted(subjects.items()):
        held = [t for t in range(begin, newest + 1) if holds(mine, rule, t, begin)]
        found += [slow_alert(source, mine, rule, spell, newest) for spell in spells_of(held, rule)]
    return found


def within(rows: Sequence[Row], low: int, high: int) -> list[Row]:
    """The records of the minutes from low to high."""
    return [row for row in rows if low <= minute(row) <= high]


def value_of(rows: Sequence[Row], rule: AlertRule) -> float:
    """What is measured of some records."""
    if rule.measure is Measure.PORTS:
        return len({row["dstport"] for row in rows})
    if rule.measure is Measure.BYTES:
        return sum(int(str(row["bytes"])) for row in rows)
    if rule.is_share:
        kept = sum(row["action"] == "REJECT" for row in rows)
        return 100 * kept / len(rows) if rows and kept >= rule.least else 0.0
    return len(rows)


def holds(rows: Sequence[Row], rule: AlertRule, at: int, begin: int) -> bool:
    """Whether the rule holds in a minute."""
    wide = rule.window // 60
    value = value_of(within(rows, at - wide + 1, at), rule)
    if value < rule.threshold:
        return False
    if rule.rise:
        minutes = min(USUAL, at - wide - begin + 1)
        usual = value_of(within(rows, at - wide - USUAL + 1, at - wide), rule)
        if minutes < 2 * wide or value < rule.rise * usual * wide / minutes - 1e-9:
            return False
    if rule.new:
        first = min(map(minute, rows))
        return first - begin >= rule.new // 60 and at - first < rule.new // 60
    return True


def spells_of(held: list[int], rule: AlertRule) -> list[list[int]]:
    """The minutes of each spell that fired."""
    spells: list[list[int]] = []
    for at in held:
        if spells and at - spells[-1][-1] <= rule.cool_down // 60:
            spells[-1].append(at)
        else:
            spells.append([at])
    return [spell for spell in spells if raised_at(spell, rule) is not None]


def raised_at(spell: list[int], rule: AlertRule) -> int | None:
    """The first minute that ends a run of those long enough."""
    wanted = rule.hold // 60
    return next((at for at in spell if all(at - back in spell for back in range(wanted + 1))), None)


def slow_alert(source: str, rows: Sequence[Row], rule: AlertRule, spell: list[int], newest: int) -> Slow:
    """The numbers of a spell."""
    wide = rule.window // 60
    mine = within(rows, spell[0] - wide + 1, spell[-1])
    kept = sum(row["action"] == "REJECT" for row in mine)
    raised = raised_at(spell, rule)
    assert raised is not None
    first = min(int(str(row["start"])) for row in mine)
    return Slow(
        (source,),
        newest - spell[-1] > rule.cool_down // 60,
        kept if rule.is_share else int(value_of(mine, rule)),
        round(max(value_of(within(rows, at - wide + 1, at), rule) for at in spell)),
        first,
        max(int(str(row["end"])) for row in mine),
        max(60 * raised, first),
    )
