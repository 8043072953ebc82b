"""Verdicts for the rows of the Rejects pane: some at each answer, remembered while the inventory and the row stay."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tui.cache.columns import Grouping
from tui.cache.rejected import Explanation, RejectKey, RejectRow, RejectTable, Section, Sum
from tui.cache.rolling import Held
from tui.cache.selecting import core_of, with_side
from tui.cache.shaping import KEY
from tui.cache.view import Key
from tui.cache.witness import Witness, flow_and_line, witnesses
from tui.network.inventory import Inventory
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict

LOG = logging.getLogger(__name__)
Explain = Callable[[Flow, Inventory, Sequence[Flow]], Verdict]

MOST = 32  # verdicts of one answer: a millisecond each
REMEMBERED = 4_096  # rows whose verdicts are kept
# A verdict is made anew when its row has gone on for so many seconds: records may have come that tell more.
STANDS = 60
# Parts of the inventory whose changes can turn a verdict.
RULING_PARTS = {"groups", "acls", "prefix_lists"}


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    inventory: Inventory
    last: int


class Judging:
    """Judges the rows of tables as they come. Used by one thread.

    Args:
        explain: tells of a flow, the inventory and the records around it why it was refused.
    """

    def __init__(self, explain: Explain) -> None:
        self._explain = explain
        self._judged: dict[RejectKey, _Judged] = {}

    def judged(self, held: Held, names: object, table: RejectTable, near: Key | None = None) -> RejectTable:
        """The table with what is known by now.

        MOST of the rows that want it are judged: those without a verdict first, and first those around the key `near`.
        """
        if not isinstance(names, Inventory):
            return table
        places: dict[Key, int] = {row.key: at for at, row in enumerate(table.rows)}
        middle = 0 if near is None else places.get(near, 0)
        rows = sorted(table.rows, key=lambda row: abs(places[row.key] - middle))
        new = [row for row in rows if row.key not in self._judged]
        old = [row for row in rows if (known := self._judged.get(row.key)) and _is_old(known, row, names)]
        if chosen := [*new, *old][:MOST]:
            self._judge(held, names, chosen)
        if len(self._judged) > REMEMBERED:
            keys = table.keys
            self._judged = {key: judged for key, judged in self._judged.items() if key in keys}
        verdicts = {key: judged.verdict for key, judged in self._judged.items()}
        return replace(with_verdicts(table, verdicts), is_judged=True, waiting=max(0, len(new) - MOST))

    def _judge(self, held: Held, inventory: Inventory, rows: Sequence[RejectRow]) -> None:
        found = witnesses(held, [row.serial for row in rows])
        for row in rows:
            verdict = self.verdict(found.get(row.serial), inventory)
            self._judged[row.key] = _Judged(verdict, inventory, row.last or 0)

    def verdict(self, witness: Witness | None, inventory: Inventory) -> Verdict:
        """Of one flow. An error of our own in judging is said of this one, and takes no other with it."""
        if witness is None:
            return UNTOLD
        try:
            return self._explain(witness.flow, inventory, witness.history)
        except Exception as error:
            LOG.exception("a flow could not be judged: %s", witness.flow)
            return replace(UNTOLD, because=(f"vpctop met an error of its own ({type(error).__name__}).",))

    def explained(self, held: Held, names: object, serial: int) -> Explanation | None:
        """The whole explanation of one record; None when it has left the cache."""
        found = flow_and_line(held, serial)
        if found is None:
            return None
        flow, line = found
        if not isinstance(names, Inventory):
            return Explanation(flow, None, line)
        verdict = self.verdict(witnesses(held, [serial]).get(serial), names)
        return Explanation(flow, verdict, line, _changes(names, verdict))


UNTOLD = Verdict(
    Ruling.UNKNOWN,
    Confidence.UNKNOWN,
    short="cannot tell",
    sentence="Which rule decided cannot be told: the record does not say who sent what to whom.",
    because=("The log format lacks addresses or the protocol.",),
)


def with_verdicts(table: RejectTable, verdicts: Mapping[RejectKey, Verdict]) -> RejectTable:
    """With the verdicts that there are; of the reader's own rows, those found stale stand last."""
    rows = [replace(row, verdict=verdicts.get(row.key)) for row in table.rows]
    stale = [
        replace(row, section=Section.STALE)
        for row in rows
        if row.section is Section.MINE and row.verdict is not None and row.verdict.ruling is Ruling.STALE
    ]
    late = {row.key for row in stale}
    lasts = [row.last for row in stale if row.last is not None]
    total = Sum(
        len(stale), sum(row.count for row in stale), sum(row.rate for row in stale), last=max(lasts, default=None)
    )
    mine = table.mine
    left = replace(
        mine, rows=mine.rows - total.rows, count=mine.count - total.count, rate=max(0.0, mine.rate - total.rate)
    )
    return replace(table, rows=(*(row for row in rows if row.key not in late), *stale), mine=left, stale=total)


def _is_old(judged: _Judged, row: RejectRow, inventory: Inventory) -> bool:
    return judged.inventory is not inventory or abs((row.last or 0) - judged.last) >= STANDS


def _changes(inventory: Inventory, verdict: Verdict) -> tuple[tuple[float, str], ...]:
    """What changed of the resources that the verdict speaks of."""
    told = " ".join((verdict.rule, verdict.sentence, verdict.closest, *verdict.because))
    return tuple(
        (change.at, change.what) for change in inventory.changes if change.part in RULING_PARTS and change.id in told
    )


def record_of(held: Held, grouping: Grouping, key: Key) -> int | None:
    """The serial number of the record that tells of a row of the Flows pane: the newest that was refused, or the newest.

    None where the row is none of a single flow, or its records have left the cache.
    """
    if grouping is Grouping.RECORDS:
        return int(str(key[0])) if key else None
    if grouping is not Grouping.CONVERSATIONS or len(key) != len(KEY):
        return None
    frames = [pl.concat(frames) for _, frames in held.tables]
    wanted = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(value)) for name, value in zip(KEY, key, strict=True))
    rows = with_side(core_of(held, frames)).filter(wanted).select("serial", pl.col("action") == "REJECT")
    if rows.is_empty():
        return None
    refused = rows.filter(pl.col("action").fill_null(value=False))
    return int(str((rows if refused.is_empty() else refused)["serial"].max()))
