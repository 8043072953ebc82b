"""What the columns of a frame are: a type for each kind of field, and what a good token of it is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import ClassVar

import polars as pl

from tui.flows.field import Kind

_ADDRESS = "vpctop-address"
# Shared dictionaries: equal text in any two columns of a kind is the same small integer, so frames join and group on it.
# These are the first of them; see Dictionary.
ADDRESSES = pl.Categorical(pl.Categories(_ADDRESS, namespace="vpctop"))
TEXTS = pl.Categorical(pl.Categories("vpctop-text", namespace="vpctop"))
WORDS = pl.Categorical(pl.Categories("vpctop-word", namespace="vpctop", physical=pl.UInt8))

DTYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: TEXTS,
    Kind.TAG: TEXTS,
    Kind.ADDRESS: ADDRESSES,
    Kind.ACTION: WORDS,
    Kind.STATUS: WORDS,
    Kind.BYTE: pl.UInt8(),
    Kind.PORT: pl.UInt16(),
    Kind.COUNT: pl.Int64(),
    Kind.SECONDS: pl.UInt32(),
}
WORDS_OF = {Kind.ACTION: ("ACCEPT", "REJECT"), Kind.STATUS: ("OK", "NODATA", "SKIPDATA")}
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4 = rf"^(?:{_OCTET}\.){{3}}{_OCTET}$"
# CloudWatch takes events of 1 MB; the longest line of 54 fields is far below this, and columns must not hold more.
LONGEST_LINE = 16_384
_serial = count(2)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The dictionaries that columns of addresses and of other texts refer to by number.

    They only grow, by about 100 bytes a distinct value, and are freed with the last frame that refers to them. The
    internet brings new addresses for ever, so whoever keeps frames writes them anew from time to time, with a fresh
    dictionary, and has new frames made with that.
    """

    addresses: pl.Categorical
    texts: pl.Categorical

    def dtype(self, kind: Kind) -> pl.DataType:
        """The type of a field's column."""
        if kind is Kind.ADDRESS:
            return self.addresses
        return self.texts if kind in {Kind.TEXT, Kind.TAG} else DTYPES[kind]

    def rewrite(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame in terms of this dictionary; costs 40 ns a value (150 for one not met yet), nothing if it is so."""
        mine = (self.addresses, self.texts, WORDS)
        strange = [
            pl.col(name).cast(self.addresses if dtype.categories.name().startswith(_ADDRESS) else self.texts)
            for name, dtype in frame.schema.items()
            if isinstance(dtype, pl.Categorical) and dtype not in mine
        ]
        return frame.with_columns(strange) if strange else frame

    def reach(self, frame: pl.DataFrame) -> int:
        """How many values there are at least, seen from a frame: numbers are given in order, so new values tell it."""
        found = 0
        for each in (self.addresses, self.texts):
            names = [name for name, dtype in frame.schema.items() if dtype == each]
            if names and frame.height:
                highest = frame.select(pl.max_horizontal(pl.col(names).to_physical().max())).item()
                found += 0 if highest is None else highest + 1
        return found


def fresh_dictionary() -> Dictionary:
    """An empty one."""
    serial = next(_serial)
    names = (f"{_ADDRESS}-{serial}", f"vpctop-text-{serial}")
    addresses, texts = (pl.Categorical(pl.Categories(name, namespace="vpctop")) for name in names)
    return Dictionary(addresses, texts)


class InUse:
    """The dictionary that new frames are made with, in all threads: a frame made with another is still good."""

    dictionary: ClassVar[Dictionary] = Dictionary(ADDRESSES, TEXTS)

    @classmethod
    def renew_beyond(cls, size: int, frame: pl.DataFrame) -> None:
        """For those who keep no frames: begin a fresh dictionary when the frame shows more than `size` values."""
        if cls.dictionary.reach(frame) > size:
            cls.dictionary = fresh_dictionary()
