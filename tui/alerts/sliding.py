"""Windows over the rows of a tally: for which subjects a rule held, and in which minutes."""

from __future__ import annotations

import polars as pl

from tui.alerts.rule import AlertRule
from tui.alerts.sheet import SLOT

USUAL = 30  # minutes before a window that tell what is usual for a subject
HELD = {"key": pl.UInt64(), "slot": pl.Int32(), "value": pl.Float64()}


def reach(rule: AlertRule) -> int:
    """How many minutes back from the last of its window a rule looks."""
    wide = rule.window // SLOT
    return 2 * wide + USUAL if rule.rise else wide


def enough(rows: pl.LazyFrame, rule: AlertRule, low: int, high: int) -> pl.LazyFrame:
    """The keys of the subjects that may reach a rule's threshold in some window: most are far below. See `held`."""
    near = _near(rows, rule, low, high)
    return near.group_by("key").agg(_most(rule).alias("most")).filter(pl.col("most") >= _least(rule))


def held(rows: pl.LazyFrame, keys: pl.Series, rule: AlertRule, low: int, high: int) -> pl.DataFrame:
    """The subjects and minutes from `low` to `high` in which the rule's threshold is reached, with the value: HELD.

    Args:
        rows: of a tally, from a window before `low` to `high`.
        keys: of the subjects to look at.
        rule: whose window ends with each of the minutes.
        low: the first of them.
        high: the last of them.
    """
    if not len(keys):
        return pl.DataFrame(schema=HELD)
    ahead = pl.LazyFrame({"ahead": pl.int_range(rule.window // SLOT, dtype=pl.Int32, eager=True)})
    return (
        _near(rows, rule, low, high)
        .filter(pl.col("key").is_in(keys.implode()))
        .join(ahead, how="cross")
        .with_columns(pl.col("slot") + pl.col("ahead"))
        .filter(pl.col("slot").is_between(low, high))
        .group_by("key", "slot")
        .agg(*_value(rule))
        .filter(_reached(rule))
        .select(pl.col(name).cast(dtype) for name, dtype in HELD.items())
        .collect(engine="in-memory")
    )


def _near(rows: pl.LazyFrame, rule: AlertRule, low: int, high: int) -> pl.LazyFrame:
    return rows.filter(pl.col("slot").is_between(low - rule.window // SLOT + 1, high))


def _least(rule: AlertRule) -> float:
    return rule.least if rule.is_share else rule.threshold


def _most(rule: AlertRule) -> pl.Expr:
    """No less than any window can have: cheap, and most subjects are far below what is asked."""
    return pl.len() if rule.is_distinct else pl.col("n").sum()


def _value(rule: AlertRule) -> tuple[pl.Expr, ...]:
    if rule.is_share:
        return ((100.0 * pl.col("n").sum() / pl.col("m").sum()).alias("value"), pl.col("n").sum())
    return ((pl.col("thing").n_unique() if rule.is_distinct else pl.col("n").sum()).alias("value"),)


def _reached(rule: AlertRule) -> pl.Expr:
    enough = pl.col("value") >= rule.threshold
    return enough & (pl.col("n") >= rule.least) if rule.is_share else enough


def rising(found: pl.DataFrame, rows: pl.LazyFrame, rule: AlertRule, begin: int) -> pl.DataFrame:
    """Those of HELD whose value is `rise` times what is usual; what is usual takes two windows of data to tell.

    Args:
        found: what is held.
        rows: of a tally, as far back as the rule reaches.
        rule: the rule.
        begin: the first minute of all data.
    """
    wide = rule.window // SLOT
    mine = rows.filter(pl.col("key").is_in(found["key"].unique().implode()))
    before = mine.group_by("key", "slot").agg(pl.col("n").sum()).rename({"slot": "then"}).collect(engine="in-memory")
    ago = pl.col("slot") - pl.col("then")
    usual = pl.col("n").filter(ago.is_between(wide, wide + USUAL - 1)).sum().alias("usual")
    told = found.join(before, on="key", how="left").group_by(*HELD).agg(usual)
    minutes = (pl.col("slot") - wide - begin + 1).clip(upper_bound=USUAL)
    enough = (minutes >= 2 * wide) & (pl.col("value") * minutes >= rule.rise * wide * pl.col("usual"))
    return told.filter(enough).select(*HELD)


def new(found: pl.DataFrame, first: pl.DataFrame, rule: AlertRule, begin: int) -> pl.DataFrame:
    """Those of HELD whose subject was first seen lately, and after data enough to say so.

    Args:
        found: what is held.
        first: for each key the slot in which it was first seen.
        rule: the rule.
        begin: the first minute of all data.
    """
    span = rule.new // SLOT
    seen = pl.col("first seen")
    told = found.join(first.select("key", pl.col("slot").alias("first seen")), on="key")
    return told.filter((seen - begin >= span) & (pl.col("slot") - seen < span)).select(*HELD)
