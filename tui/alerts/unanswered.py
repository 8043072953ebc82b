"""Connections that were let through and that nothing answered: not even with a refusal.

Which records show an answer is told by TCP flags alone: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
Without tcp-flags in the layout nothing is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from tui.alerts.counted import Counted, Question
from tui.alerts.dividing import CONVERSATION, keyed, rows_of
from tui.alerts.observation import NOTHING_KNOWN, Known
from tui.alerts.rule import AlertRule, Measure
from tui.alerts.sheet import Sheet
from tui.alerts.sliding import held
from tui.alerts.spell import Spell
from tui.alerts.tally import Tally

SETTLES = 2  # minutes until the answer's record must have come as the question's did
# An answer belongs to a question of the same ports that is no older than this, in minutes: the longest capture window.
_LONGEST = 11
SHARE = 0.5  # of a subject's new connections must be without answer: one or the other always is
_TCP, _SYN, _RST, _ACK = 6, 2, 4, 16
_IS_OPENING = (pl.col("protocol") == _TCP) & ((pl.col("flags") & (_SYN | _RST | _ACK)) > 0)
# A refusal explains the silence; a reset and what has ACK set are answers.
_IS_ANSWER = (
    ((pl.col("action").cast(pl.String) == "REJECT") | ((pl.col("flags") & (_RST | _ACK)) > 0))
    .fill_null(value=False)
    .alias("answer")
)
_SIDES = ("client", "asked_from", "server", "port")


class Unanswered(Counted):
    """Counts connections of which only the question was seen."""

    def __init__(self, rule: AlertRule) -> None:
        super().__init__(replace(rule, measure=Measure.CONNECTIONS))
        self._questions = Tally()
        self._answers = Tally()
        self._known = NOTHING_KNOWN

    def wanted(self, sheet: Sheet, known: Known) -> pl.LazyFrame | None:
        """What opens or answers a connection in a sheet; `known` is for questions by VPC."""
        self._known = known
        columns = list(dict.fromkeys((*self._columns, *_SIDES)))
        return (
            sheet.frame.lazy()
            .filter(_IS_OPENING)
            .select(*columns, _IS_ANSWER, pl.col(f"kept {self.rule.name}").alias("kept"))
            .with_columns(keyed(sheet.frame.schema, _SIDES).alias(CONVERSATION))
        )

    def count(self, rows: pl.DataFrame) -> None:
        """Count the questions that the rule keeps, and strike out what the answers answer."""
        if not rows.height:
            return
        answers = (
            rows.lazy()
            .filter("answer")
            .select(pl.col(CONVERSATION).alias("key"), "slot")
            .unique()
            .collect(engine="in-memory")
        )
        asks = rows_of(rows.lazy().filter(pl.col("kept") & ~pl.col("answer")), self.rule, self._known).collect(
            engine="in-memory"
        )
        if asks.height:
            self._questions.add(asks[["key", "slot", "thing", "n", "m", "first", "last"]])
            asks = asks.join(_answered(asks, answers), on=["key", "slot", "thing"], how="anti")
            super().count(self._without(asks) if asks.height else asks)
        if answers.height:
            self._strike_out(answers)

    def ask(self, newest: int, begin: int, only: Mapping[int, list[Spell]] | None = None) -> pl.LazyFrame | None:
        """What to find out before `judge`: in the minutes to which the answers must have come."""
        return super().ask(newest - SETTLES, begin, only)

    def _without(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The questions that nothing answered before."""
        low, high = int(str(rows["slot"].min())) - 1, int(str(rows["slot"].max())) + _LONGEST
        known = self._answers.between(low, high)
        return rows if known is None else rows.join(_answered(rows, known), on=["key", "slot", "thing"], how="anti")

    def _strike_out(self, answers: pl.DataFrame) -> None:
        low, high = int(str(answers["slot"].min())), int(str(answers["slot"].max()))
        open_rows = self._tally.between(low - _LONGEST, high + 1)
        if open_rows is not None:
            gone = _answered(open_rows, answers)
            if gone.height:
                self._tally.remove(gone)
                self._touched.append(gone.select("key", "slot"))
        times = pl.lit(0, dtype=pl.Int64)
        self._answers.add(
            answers.select(
                "key",
                "slot",
                pl.lit(0, dtype=pl.UInt64).alias("thing"),
                *(times.alias(name) for name in ("n", "m", "first", "last")),
            )
        )

    def _held(self, question: Question, some: pl.Series) -> pl.DataFrame:
        found = super()._held(question, some)
        low, high = question.low, question.high
        asked = self._questions.between(low - self._wide, high) if found.height else None
        if asked is None:
            return found
        of = held(asked.lazy(), found["key"].unique(), replace(self.rule, threshold=1), low, high).rename(
            {"value": "of"}
        )
        return found.join(of, on=["key", "slot"]).filter(pl.col("value") >= SHARE * pl.col("of")).drop("of")

    def forget(self, floor: int, keep: int) -> None:
        """Let go of what is older than `floor`, a minute, and of subjects that were over before `keep`."""
        super().forget(floor, keep)
        for tally in (self._questions, self._answers):
            outgrown = tally.outgrown()
            tally.forget_before(max(self.floor - self._wide - _LONGEST, -(2**31) if outgrown is None else outgrown))


def _answered(rows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Those of the questions that one of the answers belongs to: key, slot, thing."""
    then = answers.lazy().select(pl.col("key").alias("thing"), pl.col("slot").alias("then"))
    pairs = rows.lazy().select("key", "slot", "thing").join(then, on="thing")
    return (
        pairs.filter((pl.col("then") - pl.col("slot")).is_between(-1, _LONGEST))
        .select("key", "slot", "thing")
        .collect(engine="in-memory")
    )
