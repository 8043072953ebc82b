"""What the columns of a frame are: a type for each kind of field, and what a good token of it is."""

from __future__ import annotations

import polars as pl

from tui.flows.field import Kind

# Shared dictionaries: equal text in any two columns of a kind is the same small integer, so frames join and group on it.
ADDRESSES = pl.Categorical(pl.Categories("vpctop-address", namespace="vpctop"))
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
