"""Which records each rule keeps: all rules' filters over a batch, in as few passes as can be.

Each pass costs a tenth of a millisecond however little there is to do, and there are a dozen rules: so each test that rules
make is made once, all in one pass, and joined in a second. Searches through the texts of a record wait until something
else has left records to search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_, or_

import polars as pl

from tui.alerts.observation import Known
from tui.alerts.rule import AlertRule, Side
from tui.alerts.sides import OUTSIDE, OWN, Sides
from tui.flows.filter.mask import mask
from tui.flows.filter.model import And, Has, Node, Not, OneOf, Or, State, Text
from tui.flows.filter.surroundings import Surroundings

_SIDES = {"srcaddr": "side of source", "dstaddr": "side of target"}


class Masks:
    """The filters of some rules, as far as the network is known; made anew when it is known better."""

    def __init__(self, rules: Iterable[AlertRule], known: Known) -> None:
        self._known = known
        self._sides = Sides(known.inside)
        self._rules = tuple(rules)
        self._columns: tuple[tuple[str, pl.DataType], ...] = ()
        self._numbers: dict[Node, pl.Expr] = {}
        filters = [(rule, what, node) for rule in self._rules for what, node in _filters(rule).items()]
        nodes = [node for _, _, node in filters]
        tests = dict.fromkeys(test for node in nodes for test in _tests(node))
        self._quick = {test: f"test {at}" for at, test in enumerate(tests) if not isinstance(test, State | Text)}
        self._marks = [self._joined(node, rule).alias(f"{what} {rule.name}") for rule, what, node in filters]

    def of(self, raw: pl.DataFrame, at: float) -> pl.DataFrame:
        """For each rule a Boolean column `kept NAME` over records as they came, and `base NAME` where it has a share."""
        around = Surroundings(at, directory=self._known.directory, inside=self._known.inside)
        columns = tuple(raw.schema.items())
        if columns != self._columns:
            self._columns = columns
            self._numbers.clear()
        tested = raw.select(
            pl.int_range(pl.len()).alias("row"),  # so that what is the same for all records has as many rows
            *(self._mask(test, raw, around).alias(name) for test, name in self._quick.items()),
        ).with_columns(self._side(field, raw).alias(name) for field, name in _SIDES.items())
        marks = tested.select("row", *self._marks)
        return self._searched(marks, raw, around)

    def _mask(self, test: Node, raw: pl.DataFrame, around: Surroundings) -> pl.Expr:
        """A test of numbers is the same for all batches of a layout; a test of text goes by the dictionary's values."""
        told = [raw.schema.get(field) for field in test.fields] if isinstance(test, Has) else [None]
        if any(dtype is None or isinstance(dtype, pl.Categorical) for dtype in told):
            return mask(test, raw, around)
        found = self._numbers.get(test)
        if found is None:
            found = self._numbers[test] = mask(_merged(test), raw, around)
        return found

    def _side(self, field: str, raw: pl.DataFrame) -> pl.Series:
        column = next((each for each in (field, f"pkt-{field}") if each in raw.columns), None)
        return self._sides.of(raw[column]) if column else pl.Series([0], dtype=pl.UInt8).new_from_index(0, raw.height)

    def _joined(self, node: Node, rule: AlertRule) -> pl.Expr:
        """The rule's filter over the quick tests; what is not among them counts as passed."""
        wanted = [self._over_tests(node, otherwise=True)]
        for side, name in zip((rule.source, rule.target), _SIDES.values(), strict=True):
            if side is not Side.ANY:
                wanted.append(pl.col(name) == (OWN if side is Side.OWN else OUTSIDE))
        return reduce(and_, wanted)

    def _over_tests(self, node: Node, *, otherwise: bool) -> pl.Expr:
        if isinstance(node, Not):
            return ~self._over_tests(node.part, otherwise=not otherwise)
        if isinstance(node, And | Or):
            parts = [self._over_tests(part, otherwise=otherwise) for part in node.parts]
            return reduce(and_ if isinstance(node, And) else or_, parts, pl.lit(value=isinstance(node, And)))
        return pl.col(self._quick[node]) if node in self._quick else pl.lit(value=otherwise)

    def _searched(self, marks: pl.DataFrame, raw: pl.DataFrame, around: Surroundings) -> pl.DataFrame:
        """With the tests that were not quick, where records are left."""
        late = []
        for rule in self._rules:
            for what, node in _filters(rule).items():
                name = f"{what} {rule.name}"
                if not all(test in self._quick for test in _tests(node)) and marks[name].any():
                    late.append((marks[name] & raw.select(mask(node, raw, around).alias(name))[name]).alias(name))
        return marks.with_columns(late) if late else marks


def _merged(test: Node) -> Node:
    """The same with numbers that are asked for one by one asked for together."""
    if isinstance(test, Has) and len(test.wants) > 1:
        values = [value for want in test.wants if isinstance(want, OneOf) for value in want.values]
        if all(isinstance(want, OneOf) for want in test.wants) and all(isinstance(value, int) for value in values):
            return Has(test.fields, (OneOf(tuple(value for value in values if isinstance(value, int))),))
    return test


def _filters(rule: AlertRule) -> dict[str, Node]:
    """What a rule keeps, and for a share what it is a share of."""
    if rule.is_share:
        return {"kept": And((rule.of.node, rule.filter.node)), "base": rule.of.node}
    return {"kept": rule.filter.node}


def _tests(node: Node) -> Iterator[Node]:
    if isinstance(node, Not):
        yield from _tests(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _tests(part)
    else:
        yield node
