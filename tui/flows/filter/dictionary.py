"""Which values of a dictionary pass a test: asked once a value, remembered while the filter stays.

The columns of text share dictionaries (tui/flows/dtype.py) that only grow, so that a value is tested when it is new: a
network against 300,000 addresses costs 40 ms once, and nothing at the next refresh.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address

import polars as pl

from tui.flows.clean import tag_text
from tui.flows.filter.model import Like, Network, OneOf, Want, Within

_MOST_DICTIONARIES = 4  # one of addresses, one of words, one of texts; one that is being left
_MOST_WANTS = 256
_V4 = r"^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$"


@dataclass(slots=True)
class _Known:
    """What is known of one dictionary: its values so far, and of each test how far it went and which values passed.

    `anchor` is a column of it: polars forgets a dictionary that no column is written with, and numbers values anew.
    """

    values: pl.Series
    anchor: pl.Series
    passed: OrderedDict[tuple[Want, bool], tuple[int, pl.Series]] = field(default_factory=OrderedDict)


class _Memory(threading.local):
    """Each thread has its own: the view thread asks with every refresh, others seldom."""

    def __init__(self) -> None:
        self.known: OrderedDict[str, _Known] = OrderedDict()


_memory = _Memory()


def codes(series: pl.Series, dtype: pl.Categorical, want: Want, *, is_tag: bool = False) -> pl.Series:
    """The numbers, in the dictionary of `series`, of the values that pass `want`; there are all that the series has.

    `is_tag`: values are percent-encoded; the test is of what they say.
    """
    known = _values(series, dtype)
    upto, passed = known.passed.get((want, is_tag), (0, pl.Series([], dtype=pl.UInt32)))
    if upto < len(known.values):
        more = _passing(known.values.slice(upto), want, is_tag=is_tag) + upto
        passed = pl.concat([passed, more.cast(pl.UInt32)])
        known.passed[want, is_tag] = (len(known.values), passed)
        known.passed.move_to_end((want, is_tag))
        while len(known.passed) > _MOST_WANTS:
            known.passed.popitem(last=False)
    elif upto:
        known.passed.move_to_end((want, is_tag))
    return passed.cast(series.to_physical().dtype)


def _values(series: pl.Series, dtype: pl.Categorical) -> _Known:
    """The dictionary's values, of which new ones are read."""
    name = f"{dtype.categories.namespace()}/{dtype.categories.name()}"
    remembered = _memory.known
    known = remembered.get(name) or _Known(pl.Series([], dtype=pl.String), series.head(1))
    highest = series.to_physical().max()
    wanted = 0 if highest is None else int(str(highest)) + 1
    if wanted > len(known.values):
        numbers = pl.int_range(len(known.values), wanted, eager=True).cast(series.to_physical().dtype)
        known.values = pl.concat([known.values, numbers.cat.to(dtype).cast(pl.String)])
    remembered[name] = known
    remembered.move_to_end(name)
    while len(remembered) > _MOST_DICTIONARIES:
        remembered.popitem(last=False)
    return known


def _passing(values: pl.Series, want: Want, *, is_tag: bool) -> pl.Series:
    if is_tag:
        values = pl.Series([tag_text(value) if "%" in value else value for value in values], dtype=pl.String)
    if isinstance(want, OneOf):
        passes = values.is_in([str(value) for value in want.values])
    elif isinstance(want, Like):
        passes = _like(values, want)
    elif isinstance(want, Within):
        passes = _within(values, want.network)
    else:
        return pl.Series([], dtype=pl.UInt32)
    return passes.arg_true()


def _like(values: pl.Series, want: Like) -> pl.Series:
    lower = values.str.to_lowercase()
    pattern = want.pattern.lower()
    if not {"*", "?"} & set(pattern):
        return lower.str.contains(pattern, literal=True) if want.anywhere else lower == pattern
    inner = "".join({"*": ".*", "?": "."}.get(each) or _literal(each) for each in pattern)
    return lower.str.contains(f"(?s){inner}" if want.anywhere else f"(?s)^{inner}$")


def _literal(character: str) -> str:
    return character if character.isalnum() and character.isascii() else f"\\x{{{ord(character):x}}}"


def _within(values: pl.Series, network: Network) -> pl.Series:
    if network.version == 6:
        return pl.Series([":" in value and _in_v6(value, network) for value in values], dtype=pl.Boolean)
    parts = values.str.split_exact(".", 3)
    numbers = [parts.struct.field(f"field_{at}").cast(pl.UInt32, strict=False) for at in range(4)]
    whole = ((numbers[0] * 256 + numbers[1]) * 256 + numbers[2]) * 256 + numbers[3]
    low, high = int(network.network_address), int(network.broadcast_address)
    octets = [number <= 255 for number in numbers]
    good = values.str.contains(_V4) & octets[0] & octets[1] & octets[2] & octets[3]
    return (good & (whole >= low) & (whole <= high)).fill_null(value=False)


@lru_cache(maxsize=65_536)
def _parsed(value: str) -> int | None:
    try:
        address = ip_address(value)
    except ValueError:
        return None
    return int(address) if address.version == 6 else None


def _in_v6(value: str, network: Network) -> bool:
    number = _parsed(value)
    return number is not None and int(network.network_address) <= number <= int(network.broadcast_address)
