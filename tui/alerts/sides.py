"""Whose an address is: own, private but not ours, or outside. Asked once for each value of a dictionary, not for each record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

import polars as pl

from tui.flows.filter.model import Network
from tui.flows.filter.surroundings import PRIVATE

NOBODY, OWN, PRIVATE_ONLY, OUTSIDE = range(4)
_OCTETS = r"^(25[0-5]|2[0-4]\d|1?\d?\d)" + r"\.(25[0-5]|2[0-4]\d|1?\d?\d)" * 3 + "$"
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
        parts = texts.str.extract_groups(_OCTETS)
        octets = [parts.struct.field(str(at)).cast(pl.UInt32) for at in range(1, 5)]
        number = ((octets[0] * 256 + octets[1]) * 256 + octets[2]) * 256 + octets[3]
        frame = pl.DataFrame({"number": number, "text": texts})
        kind = pl.when(pl.col("number").is_null()).then(NOBODY).otherwise(OUTSIDE)
        for network, what in self._networks:
            if network.version == 4:
                low, high = int(network.network_address), int(network.broadcast_address)
                kind = pl.when(pl.col("number").is_between(low, high)).then(what).otherwise(kind)
        kinds = frame.select(kind.cast(pl.UInt8).alias("kind"))["kind"]
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
