"""A filter over a frame of flow records, as a polars expression.

A test of text is answered once for each value of a dictionary, not for each record: tui/flows/filter/dictionary.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_, or_

import polars as pl

from tui.flows.field import Kind as FieldKind
from tui.flows.filter.dictionary import codes
from tui.flows.filter.model import (
    Absent,
    And,
    Between,
    Bits,
    Has,
    Kind,
    Like,
    Named,
    Network,
    Node,
    Not,
    OneOf,
    Or,
    Span,
    State,
    Text,
    Want,
    Within,
)
from tui.flows.filter.surroundings import PRIVATE, Surroundings
from tui.flows.filter.vocabulary import ALIASES, PROTOCOL_NUMBERS, kind_of
from tui.flows.portname import PORT_NAMES
from tui.flows.source import EVENT_ID, LATE, TIMESTAMP

_SIDES, _PORTS, _SERVICES = ALIASES["host"], ALIASES["port"], ALIASES["service"]
_NO = pl.lit(value=False)


def mask(node: Node, frame: pl.DataFrame, surroundings: Surroundings) -> pl.Expr:
    """A Boolean for each record of the frame, never null: whether the filter keeps it.

    The frame's columns are named as Amazon names the fields, as in tui.flows.source.Records.
    """
    return _Masks(frame, surroundings).of(node)


class _Masks:
    def __init__(self, frame: pl.DataFrame, surroundings: Surroundings) -> None:
        self._frame = frame
        self._around = surroundings

    def of(self, node: Node) -> pl.Expr:
        if isinstance(node, And):
            return reduce(and_, map(self.of, node.parts), pl.lit(value=True))
        if isinstance(node, Or):
            return _any(map(self.of, node.parts))
        if isinstance(node, Not):
            return ~self.of(node.part)
        if isinstance(node, Has):
            return _any(self._test(name, node.wants) for name in node.fields)
        if isinstance(node, Span):
            since = self._around.now - node.last if node.last is not None else node.since
            return self._within(since, node.until)
        if isinstance(node, Named):
            return self._named(node)
        return self._state(node) if isinstance(node, State) else self._text(node)

    def _column(self, name: str) -> str | None:
        """The column that tells the field: a format may have the packet's addresses only."""
        have = self._frame.columns
        return next((each for each in (name, f"pkt-{name}") if each in have), None)

    def _test(self, name: str, wants: Iterable[Want]) -> pl.Expr:
        column = self._column(name)
        if column is None:
            return pl.lit(value=any(isinstance(want, Absent) for want in wants))
        dtype = self._frame.schema[column]
        if isinstance(dtype, pl.Categorical):
            return self._coded(column, dtype, tuple(wants))
        return _any(_number(pl.col(column), want) for want in wants)

    def _coded(self, column: str, dtype: pl.Categorical, wants: tuple[Want, ...]) -> pl.Expr:
        """A test of text: the record's number in the dictionary is among those of the values that pass."""
        tests = [_absent(column)] if any(isinstance(want, Absent) for want in wants) else []
        series = self._frame[column]
        is_tag = kind_of(column) is FieldKind.TAG
        found = [codes(series, dtype, want, is_tag=is_tag) for want in wants if not isinstance(want, Absent)]
        if any(map(len, found)):
            tests.append(_among(column, pl.concat(found)))
        return _any(tests)

    def _within(self, since: float | None, until: float | None) -> pl.Expr:
        """The capture window reaches into [since, until); without a window, the event's own time does."""
        start, end = self._seconds("start"), self._seconds("end")
        tests = [end >= since] if since is not None else []
        if until is not None:
            tests.append(start < until)
        return reduce(and_, tests, pl.lit(value=True)).fill_null(value=False)

    def _seconds(self, name: str) -> pl.Expr:
        candidates = [pl.col(name).cast(pl.Int64)] if name in self._frame.columns else []
        if TIMESTAMP in self._frame.columns:
            candidates.append(pl.col(TIMESTAMP) // 1000)
        return pl.coalesce(candidates) if candidates else pl.lit(None, dtype=pl.Int64)

    def _state(self, state: State) -> pl.Expr:
        if state is State.LATE:
            return pl.col(LATE).fill_null(value=False) if LATE in self._frame.columns else _NO
        if state is State.GAP:
            return _any(self._within(since, until) for since, until in _merged(self._around.gaps))
        inside = tuple(Within(network) for network in (*PRIVATE, *self._around.inside))
        if state is State.INTERNAL:
            return reduce(and_, (self._test(side, inside) for side in _SIDES))
        return _any(~self._test(side, (Absent(),)) & ~self._test(side, inside) for side in _SIDES)

    def _named(self, node: Named) -> pl.Expr:
        members = self._around.directory.members(node.kind, node.pattern)
        networks = _wants_of(members.networks)
        tests = [self._test(side, networks) for side in _SIDES] if networks else []
        if members.interfaces:
            tests.append(self._test("interface-id", (OneOf(members.interfaces),)))
        if members.services:
            tests.extend(self._test(name, (OneOf(members.services),)) for name in _SERVICES)
        return _any(tests)

    def _text(self, node: Text) -> pl.Expr:
        """In any text; also a port by number or name, a protocol by name, and what the inventory calls so."""
        want = Like(node.text, anywhere=True)
        tests = [self._test(name, (want,)) for name in self._texts()]
        word = node.text.lower()
        numbers = [number for number, name in PORT_NAMES.items() if name == word]
        if word.isdecimal() and word.isascii() and len(word) <= 5:
            numbers.append(int(word))
        if numbers:
            tests.extend(self._test(name, (OneOf(tuple(numbers)),)) for name in _PORTS)
        if word in PROTOCOL_NUMBERS:
            tests.append(self._test("protocol", (OneOf((PROTOCOL_NUMBERS[word],)),)))
        tests.append(self._named(Named(Kind.NAME, f"*{node.text}*")))
        return _any(tests)

    def _texts(self) -> Iterator[str]:
        for name, dtype in self._frame.schema.items():
            if isinstance(dtype, pl.Categorical) or (dtype == pl.String and name != EVENT_ID):
                yield name


def _wants_of(networks: Iterable[Network]) -> tuple[Want, ...]:
    """Single IPv4 addresses, which have one way to be written, in one want: a name may stand for thousands."""
    single = tuple(str(each.network_address) for each in networks if each.version == 4 and each.prefixlen == 32)
    wider = tuple(Within(each) for each in networks if not (each.version == 4 and each.prefixlen == 32))
    return (OneOf(single), *wider) if single else wider


def _merged(gaps: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same seconds in as few stretches as can be; a gap without length is a moment."""
    found: list[tuple[float, float]] = []
    for since, until in sorted((since, max(until, since + 1)) for since, until in gaps):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _any(tests: Iterable[pl.Expr]) -> pl.Expr:
    return reduce(or_, tests, _NO)


def _absent(column: str) -> pl.Expr:
    return pl.col(column).is_null()


def _among(column: str, found: pl.Series) -> pl.Expr:
    return pl.col(column).to_physical().is_in(found.implode()).fill_null(value=False)


def _number(column: pl.Expr, want: Want) -> pl.Expr:
    if isinstance(want, Absent):
        return column.is_null()
    if isinstance(want, OneOf):
        test = column.is_in(pl.Series(want.values).implode())
    elif isinstance(want, Between):
        bounds = [column >= want.low] if want.low is not None else []
        if want.high is not None:
            bounds.append(column <= want.high)
        test = reduce(and_, bounds, column.is_not_null())
    elif isinstance(want, Bits):
        test = (column & want.mask) == want.mask if want.mask else column == 0
    else:
        return _NO
    return test.fill_null(value=False)
