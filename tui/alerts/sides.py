"""Whose an address is: own, private but not ours, or outside. Asked once for each value of a dictionary, not for each record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from ipaddress import ip_address

import polars as pl

from tui.flows.dtype import IPV4
from tui.flows.filter.model import Network
from tui.flows.filter.surroundings import PRIVATE

NOBODY, OWN, PRIVATE_ONLY, OUTSIDE = range(4)
_MOST_DICTIONARIES = 3  # one in use, one that is being left, one of a stray


@dataclass(slots=True)
class _Known:
    """The kinds of the values of one dictionary so far, by their numbers.

    `anchor` is a column of it: polars forgets a dictionary that no column is written with, and numbers values anew.
    """

    kinds: pl.Series
    anchor: pl.Series


class Sides:
    """Tells whose addresses are, by the networks of the VPCs; without any, all private addresses are own."""

    def __init__(self, inside: Iterable[Network] = ()) -> None:
        self._networks = [(network, PRIVATE_ONLY if inside else OWN) for network in PRIVATE]
        self._networks += [(network, OWN) for network in inside]
        # IPv4 as stretches: from each of the edges to the next all addresses are of one kind; before 0 are none.
        spans = [(int(n[0]), int(n[-1]) + 1, what) for n, what in self._networks if n.version == 4]
        edges = sorted({0, *(edge for low, high, _ in spans for edge in (low, high))})
        kinds = [next((what for low, high, what in reversed(spans) if low <= at < high), OUTSIDE) for at in edges]
        self._edges = pl.Series([-1, *edges], dtype=pl.Int64)
        self._kinds = pl.Series([NOBODY, *kinds], dtype=pl.UInt8)
        self._known: dict[str, _Known] = {}

    def of(self, column: pl.Series) -> pl.Series:
        """For each address of a column whose it is; null or NOBODY for what is none."""
        dtype = column.dtype
        if not isinstance(dtype, pl.Categorical):
            return self._judged(column.cast(pl.String))
        name = f"{dtype.categories.namespace()}/{dtype.categories.name()}"
        numbers = column.to_physical()
        known = self._known.pop(name, None) or _Known(pl.Series([], dtype=pl.UInt8), column.head(1))
        self._known[name] = known
        while len(self._known) > _MOST_DICTIONARIES:
            del self._known[next(iter(self._known))]
        highest = numbers.max()
        wanted = 0 if highest is None else int(str(highest)) + 1
        if wanted > len(known.kinds):
            new = pl.int_range(len(known.kinds), wanted, eager=True).cast(numbers.dtype).cat.to(dtype).cast(pl.String)
            known.kinds = pl.concat([known.kinds, self._judged(new)])
        if not len(known.kinds):
            return pl.Series([NOBODY], dtype=pl.UInt8).new_from_index(0, len(column))
        return known.kinds.gather(numbers)

    def _judged(self, texts: pl.Series) -> pl.Series:
        """The kinds of some texts; a later network counts before an earlier one."""
        text = pl.col("text")
        octets = (pl.col(f"field_{at}").cast(pl.Int64, strict=False) for at in range(4))
        number = reduce(lambda high, low: high * 256 + low, octets)
        numbers = (
            texts.to_frame("text")
            .select(text.str.contains(IPV4).alias("four"), text.str.split_exact(".", 3).alias("octets"))
            .unnest("octets")
            .select(pl.when("four").then(number).otherwise(-1).alias("number"))
        )["number"]
        kinds = self._kinds.gather(self._edges.search_sorted(numbers, side="right") - 1)
        sixes = texts.str.contains(":", literal=True).fill_null(value=False).arg_true()
        if len(sixes):
            kinds = kinds.scatter(sixes, [self._six(text) for text in texts.gather(sixes)])
        return kinds

    def _six(self, text: str) -> int:
        try:
            address = ip_address(text)
        except ValueError:
            return NOBODY
        return next((what for network, what in reversed(self._networks) if address in network), OUTSIDE)
