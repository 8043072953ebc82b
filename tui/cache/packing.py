"""Several columns as one integer: grouping by one number takes a third of the time of grouping by five columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

WORD = 64


@dataclass(frozen=True, slots=True)
class _Part:
    """One column's bits within a key: `shift` from the right; `offset` 1 where 0 means null."""

    name: str
    dtype: pl.DataType
    key: str
    shift: int
    width: int
    offset: int

    def packed(self) -> pl.Expr:
        number = pl.col(self.name)
        number = number.to_physical() if isinstance(self.dtype, pl.Categorical) else number
        number = number.cast(pl.UInt64)
        if self.offset:
            number = (number + self.offset).fill_null(0)
        return number * power(self.shift) if self.shift else number

    def unpacked(self) -> pl.Expr:
        number = pl.col(self.key)
        number = number // power(self.shift) if self.shift else number
        if self.shift + self.width < WORD:
            number = number % power(self.width)
        if self.offset:
            number = pl.when(number > 0).then(number - self.offset)
        if isinstance(self.dtype, pl.Categorical):
            number = number.cast(self.dtype.categories.physical()).cat.to(self.dtype)
        return number.cast(self.dtype).alias(self.name)


class Packing:
    """How the values of some columns go into keys of 64 bits, without loss: most often into one.

    Args:
        frame: what is to be grouped.
        names: of its columns of addresses, texts, unsigned numbers or truth values.
        prefix: of the keys' names.
    """

    def __init__(self, frame: pl.DataFrame, names: Sequence[str], prefix: str = "key") -> None:
        number = [pl.col(name).to_physical() if _is_text(frame, name) else pl.col(name) for name in names]
        highest = frame.select(each.max().cast(pl.UInt64) for each in number).row(0) if names else ()
        self._parts: list[_Part] = []
        self.bits = 0  # of the last key
        at = 0
        for name, most in zip(names, highest, strict=True):
            offset = int(frame[name].null_count() > 0)
            width = ((most or 0) + offset).bit_length()
            if self.bits + width > WORD:
                at, self.bits = at + 1, 0
            self._parts.append(_Part(name, frame.schema[name], f"{prefix}{at}", self.bits, width, offset))
            self.bits += width
        self.keys = [f"{prefix}{place}" for place in range(at + 1)] if names else []

    def packed(self) -> list[pl.Expr]:
        """The keys, of the frame's columns."""
        return [
            pl.sum_horizontal(part.packed() for part in self._parts if part.key == key).alias(key) for key in self.keys
        ]

    def unpacked(self) -> list[pl.Expr]:
        """The columns, of the keys."""
        return [part.unpacked() for part in self._parts]


def power(bits: int) -> pl.Expr:
    """What moves a key by so many bits, fewer than 64."""
    return pl.lit(1 << bits, dtype=pl.UInt64)


def _is_text(frame: pl.DataFrame, name: str) -> bool:
    return isinstance(frame.schema[name], pl.Categorical)
