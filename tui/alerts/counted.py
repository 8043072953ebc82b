"""What one rule has made of the records: which subjects it held for, and when. Bounded, whatever comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from tui.alerts.dividing import columns_of, keyed, rows_of
from tui.alerts.observation import Known
from tui.alerts.rule import AlertRule
from tui.alerts.sheet import SLOT, Sheet
from tui.alerts.sliding import enough, held, new, reach, rising
from tui.alerts.spell import Spell, spells
from tui.alerts.tally import Tally

MOST_SUBJECTS = 1_000  # that are followed one by one; of more only the number is told
_MOST_BEYOND = 100_000
_MOST_FIRST = 200_000
_MOST_TEXTS = 16
_FOREVER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Sign:
    """One spell of one subject and what it came to; times in Unix seconds."""

    spell: Spell
    count: int
    peak: float
    first: float
    last: float


@dataclass(slots=True)
class Subject:
    """A subject for which the rule held: `values` of what the rule divides by, and the value of each minute it held in."""

    values: tuple[str, ...]
    holds: dict[int, float] = field(default_factory=dict)
    signs: tuple[Sign, ...] = ()
    settled: dict[int, tuple[int, int, int]] = field(
        default_factory=dict
    )  # of minutes that the tally let go: n, first, last


@dataclass(frozen=True, slots=True)
class Question:
    """For whom the rule holds: these keys (None: all), in the minutes `low` to `high`, by these rows of theirs."""

    keys: pl.Series | None
    low: int
    high: int
    rows: pl.LazyFrame
    only: Mapping[int, list[Spell]] | None


class Counted:
    """The records under one rule. `subjects` by key; `beyond` are the keys of those that are too many to follow."""

    def __init__(self, rule: AlertRule) -> None:
        self.rule = rule
        self.subjects: dict[int, Subject] = {}
        self.beyond: dict[int, int] = {}  # key to the last minute it held in
        self.floor = -_FOREVER  # the first minute that is still counted in, and judged
        self._tally = Tally()
        self._wide = rule.window // SLOT
        self._columns = columns_of(rule)
        self._touched: list[pl.DataFrame] = []
        self._texts: list[pl.DataFrame] = []
        self._first = pl.DataFrame(schema={"key": pl.UInt64(), "slot": pl.Int32()})
        self._dirty: set[int] = set()
        self._question: Question | None = None
        self._begin = _FOREVER
        self._newest = -_FOREVER

    @property
    def size(self) -> int:
        """Rows that are held."""
        return self._tally.size

    def wanted(self, sheet: Sheet, known: Known) -> pl.LazyFrame | None:
        """The rows to be counted of a sheet, to be collected together with those of other rules; None if there are none."""
        kept = sheet.of(self.rule, self._columns)
        return None if kept is None else rows_of(kept, self.rule, known)

    def count(self, rows: pl.DataFrame) -> None:
        """Count rows."""
        if rows.height and int(str(rows["slot"].min())) < self.floor:
            rows = rows.filter(pl.col("slot") >= self.floor)
        if not rows.height:
            return
        texts = [name for name in rows.columns if name in set(self.rule.by)]
        self._tally.add(rows[["key", "slot", "thing", "n", "m", "first", "last"]])
        self._touched.append(rows[["key", "slot"]])
        self._texts.append(rows[["key", *texts]])

    def ask(self, newest: int, begin: int, only: Mapping[int, list[Spell]] | None = None) -> pl.LazyFrame | None:
        """What to find out before `judge`, to be collected together with the questions of other rules; None if nothing.

        Args:
            newest: the newest minute of all data.
            begin: the first.
            only: for these keys, around these spells; None: for all.
        """
        keys, low, high = self._asked(begin, only)
        self._begin = begin
        self._touched.clear()
        if newest != self._newest:
            held_since = self._newest
            self._dirty |= {key for key, each in self.subjects.items() if each.holds and max(each.holds) >= held_since}
            self._newest = newest
        self._question = None
        low = max(low, self.floor)
        held_rows = self._tally.between(low - reach(self.rule), high) if low <= high else None
        if held_rows is None or (keys is not None and not len(keys)):
            return None
        rows = held_rows.lazy()
        if keys is not None:
            rows = rows.filter(pl.col("key").is_in(keys.implode()))
        self._question = Question(keys, low, high, rows, only)
        return enough(rows, self.rule, low, high)

    def judge(self, some: pl.DataFrame | None) -> None:
        """Find out for whom the rule holds now: of those for whom it may, as `ask` found out."""
        question = self._question
        if question is not None and some is not None:
            found = self._held(question, some["key"])
            followed = pl.Series(list(self.subjects), dtype=pl.UInt64)
            keys = question.keys
            for key in (
                followed if keys is None or not len(followed) else followed.filter(followed.is_in(keys.implode()))
            ):
                subject = self.subjects[key]
                holds = subject.holds.items()
                subject.holds = {slot: value for slot, value in holds if not question.low <= slot <= question.high}
                self._dirty.add(key)
            self._follow(found, question.only)
        if not (self.rule.rise or self.rule.new or self.rule.during):
            self._texts.clear()
        elif len(self._texts) > _MOST_TEXTS:
            self._texts = [pl.concat(self._texts).unique("key")]
        self._settle()

    def _asked(self, begin: int, only: Mapping[int, list[Spell]] | None) -> tuple[pl.Series | None, int, int]:
        """Which subjects, and in which minutes: those that what came can have changed."""
        if only is not None:
            low = min((spell.begun for each in only.values() for spell in each), default=1) - 2 * self._wide
            high = max((spell.until for each in only.values() for spell in each), default=0) + 2 * self._wide
            return pl.Series(list(only), dtype=pl.UInt64), low, high
        if begin < self._begin and (self.rule.rise or self.rule.new):
            slots = self._tally.slots()
            return None, slots[0], slots[1] + reach(self.rule)
        if not self._touched:
            return None, 1, 0
        touched = pl.concat(self._touched)
        low, high = int(str(touched["slot"].min())), int(str(touched["slot"].max()))
        if self.rule.new:
            high = max(high, self._tally.slots()[1])  # who was there before is not new, however much later it was seen
        return touched["key"], low, high + reach(self.rule) - 1

    def _held(self, question: Question, some: pl.Series) -> pl.DataFrame:
        found = held(question.rows, some, self.rule, question.low, question.high)
        if found.height and self.rule.rise:
            found = rising(found, question.rows, self.rule, self._begin)
        if found.height and self.rule.new:
            keys = found["key"].unique()
            first = [self._first.filter(pl.col("key").is_in(keys.implode()))]
            everything = self._tally.between(-_FOREVER, _FOREVER)
            if everything is not None:
                first.append(everything.filter(pl.col("key").is_in(keys.implode())).select("key", "slot"))
            found = new(found, pl.concat(first).group_by("key").agg(pl.col("slot").min()), self.rule, self._begin)
        return found

    def _follow(self, found: pl.DataFrame, only: Mapping[int, list[Spell]] | None) -> None:
        """Write down where the rule held; of subjects that are too many, only that they are."""
        if not found.height:
            return
        strange = found.filter(~pl.col("key").is_in(pl.Series(list(self.subjects), dtype=pl.UInt64).implode()))
        room = max(0, MOST_SUBJECTS - len(self.subjects))
        named = self._named(strange["key"].unique().sort().head(room)) if strange.height and room else {}
        for key, values in named.items():
            self.subjects[key] = Subject(values)
        if strange["key"].n_unique() > len(named):
            last = strange.group_by("key").agg(pl.col("slot").max())
            self.beyond.update((key, slot) for key, slot in last.iter_rows() if key not in self.subjects)
            while len(self.beyond) > _MOST_BEYOND:
                del self.beyond[next(iter(self.beyond))]
            found = found.filter(pl.col("key").is_in(pl.Series(list(self.subjects), dtype=pl.UInt64).implode()))
        for key, slot, value in found.iter_rows():
            around = only.get(key, ()) if only is not None else None
            if around is None or any(s.begun - self._wide < slot < s.until + self._wide for s in around):
                self.subjects[key].holds[slot] = value
                self._dirty.add(key)

    def _named(self, keys: pl.Series) -> dict[int, tuple[str, ...]]:
        texts = pl.concat(self._texts) if self._texts else None
        if texts is None:
            return {}
        mine = texts.filter(pl.col("key").is_in(keys.implode())).unique("key")
        columns = [mine[str(name)].cast(pl.String).to_list() for name in self.rule.by]
        return dict(
            zip(mine["key"].to_list(), zip(*columns, strict=True) if columns else [()] * mine.height, strict=True)
        )

    def _settle(self) -> None:
        """Work out the signs of the subjects that changed."""
        asked = []
        for key in self._dirty:
            subject = self.subjects.get(key)
            if subject is None:
                continue
            minutes = [minute for minute in subject.holds if minute <= self._newest]
            found = spells(minutes, self.rule.hold // SLOT, self.rule.cool_down // SLOT)
            subject.signs = tuple(
                Sign(each, 0, max(v for m, v in subject.holds.items() if each.begun <= m <= each.until), 0, 0)
                for each in found
            )
            asked += [
                (key, at, each.spell.begun - self._wide + 1, each.spell.until) for at, each in enumerate(subject.signs)
            ]
        self._dirty.clear()
        if asked:
            self._sum_up(asked)

    def _sum_up(self, asked: list[tuple[int, int, int, int]]) -> None:
        """Count, first and last of spells: (key, which spell, from, until)."""
        schema = {"key": pl.UInt64(), "at": pl.Int64(), "low": pl.Int64(), "high": pl.Int64()}
        wanted = pl.DataFrame(asked, schema, orient="row")
        rows = self._tally.between(int(str(wanted["low"].min())), int(str(wanted["high"].max())))
        sums: dict[tuple[int, int], tuple[int, int, int]] = {}
        if rows is not None:
            inside = wanted.join(rows, on="key").filter(pl.col("slot").is_between("low", "high"))
            n = pl.col("thing").n_unique() if self.rule.is_distinct else pl.col("n").sum()
            totals = inside.group_by("key", "at").agg(n.alias("n"), pl.col("first").min(), pl.col("last").max())
            sums = {(key, at): (n, first, last) for key, at, n, first, last in totals.iter_rows()}
        for key, at, low, high in asked:
            subject = self.subjects[key]
            parts = [sums[key, at]] if (key, at) in sums else []
            parts += [told for slot, told in subject.settled.items() if low <= slot <= high]
            if parts:
                count = (max if self.rule.is_distinct else sum)(n for n, _, _ in parts)
                sign = replace(
                    subject.signs[at], count=count, first=min(p[1] for p in parts), last=max(p[2] for p in parts)
                )
                subject.signs = (*subject.signs[:at], sign, *subject.signs[at + 1 :])

    def forget(self, floor: int, keep: int) -> None:
        """Let go of the rows before `floor` (a minute), and of subjects that were over before `keep`."""
        outgrown = self._tally.outgrown()
        self.floor = max(self.floor, floor, -_FOREVER if outgrown is None else outgrown + reach(self.rule))
        gone = self._tally.forget_before(self.floor - reach(self.rule))
        if gone is not None and gone.height:
            self._remember(gone)
        for key in [key for key, each in self.subjects.items() if not each.holds or max(each.holds) < keep]:
            del self.subjects[key]
        self.beyond = {key: last for key, last in self.beyond.items() if last >= keep}

    def _remember(self, gone: pl.DataFrame) -> None:
        """What the subjects that are followed had in the minutes that go, and which subjects there were at all."""
        mine = gone.filter(pl.col("key").is_in(pl.Series(list(self.subjects), dtype=pl.UInt64).implode()))
        n = pl.col("thing").n_unique() if self.rule.is_distinct else pl.col("n").sum()
        sums = mine.group_by("key", "slot").agg(n.alias("n"), pl.col("first").min(), pl.col("last").max())
        for key, slot, n_of, first, last in sums.iter_rows():
            subject = self.subjects[key]
            if any(sign.spell.begun - self._wide < slot <= sign.spell.until for sign in subject.signs):
                subject.settled[slot] = (n_of, first, last)
        if self.rule.new:
            seen = pl.concat([self._first, gone.select("key", "slot")]).group_by("key").agg(pl.col("slot").min())
            self._first = seen.sort("slot").tail(_MOST_FIRST)
        if len(self._texts):
            rows = self._tally.between(-_FOREVER, _FOREVER)
            texts = pl.concat(self._texts).unique("key")
            self._texts = [texts.join(rows.select("key").unique(), on="key", how="semi")] if rows is not None else []


def keys_of(sources: Iterable[str]) -> list[int]:
    """The keys of subjects that are one text each."""
    frame = pl.DataFrame({"source": list(sources)}, schema={"source": pl.String()})
    return frame.select(keyed(frame.schema, ["source"]).alias("key"))["key"].to_list()
