"""Whose an address is, by its number in the dictionary: asked once an address, so that a million records ask nothing.

It says the same as tui.cache.calling, which asks anew each time, but for unknown private addresses: those are their
networks of 256 (of IPv6: a subnet's worth), so that an application that has lost its way among them is one row.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from ipaddress import ip_network
from zlib import crc32

import polars as pl

from tui.cache.calling import AWS, INTERNET
from tui.cache.view import Names
from tui.flows.filter.surroundings import PRIVATE
from tui.network.prefix import Prefixes, read_address

_KEPT = 3  # an inventory that is being followed by a newer one; two dictionaries while one is left behind
_NETWORK = {4: 24, 6: 64}  # bits of the network that stands for unknown private addresses
NOWHERE = "-"  # who a record names no address of


class Belonging:
    """The owners of one dictionary's addresses, as one inventory knows them. Used by one thread.

    `labels` are the owners by number. `by_owner`: the inventory knows interfaces; else each address is its own owner.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        frame = names.names_frame().select("address", "label")
        self.by_owner = frame.height > 0
        self.labels: list[str] = [NOWHERE]
        self._holders: dict[str, str] = dict(frame.rows())
        listed = names.networks_frame().select("network", "label", "owner").rows()
        # What is told last of a network does not count: names.networks_frame has the most telling first.
        self._networks = Prefixes((ip_network(network), (label, owner != AWS)) for network, label, owner in listed)
        self._inside = Prefixes((network, True) for network in (*PRIVATE, *names.inside))
        self._numbers: dict[tuple[str, bool], int] = {}
        self._nobodies: set[int] = {0}
        self._shades: list[int] = [0]
        self._owners = pl.Series([], dtype=pl.UInt32)
        self._own = pl.Series([], dtype=pl.Boolean)
        self._anchor = pl.Series([], dtype=pl.Null)  # polars forgets a dictionary that no column is written with

    def learn(self, addresses: pl.Series) -> None:
        """Look up the addresses of this column that are new."""
        dtype = addresses.dtype
        assert isinstance(dtype, pl.Categorical)
        if self._anchor.is_empty():
            self._anchor = addresses.head(1)
        highest = addresses.to_physical().max()
        known, wanted = len(self._owners), 0 if highest is None else int(str(highest)) + 1
        if wanted <= known:
            return
        numbers = pl.int_range(known, wanted, eager=True).cast(addresses.to_physical().dtype)
        found = [self._look_up(address) for address in numbers.cat.to(dtype).cast(pl.String)]
        self._owners.append(pl.Series([owner for owner, _ in found], dtype=pl.UInt32))
        self._own.append(pl.Series([own for _, own in found], dtype=pl.Boolean))

    def owners(self, addresses: pl.Series) -> pl.Series:
        """The owner's number of each; 0 of none."""
        return self._owners.gather(addresses.to_physical().cast(pl.UInt32)).fill_null(0)

    def own(self, addresses: pl.Series) -> pl.Series:
        """Whether each is the reader's own: of an interface, of the VPCs, private, or of a prefix list of his."""
        return self._own.gather(addresses.to_physical().cast(pl.UInt32)).fill_null(value=False)

    def shades(self, owners: pl.Series) -> pl.Series:
        """A number for each that follows from its label alone, to put equals in an order that is the same every time."""
        return pl.Series(self._shades, dtype=pl.UInt32).gather(owners)

    def is_anybody(self, owner: int) -> bool:
        """Whether nobody is known to have what this number stands for."""
        return owner in self._nobodies

    def _look_up(self, address: str | None) -> tuple[int, bool]:
        if address is None:
            return 0, False
        holder = self._holders.get(address)
        if holder is not None:
            return self._number(holder, is_name=True), True
        parsed = read_address(address)
        listed = self._networks.find(parsed) if parsed else None
        own = listed[1] if listed else bool(parsed and self._inside.find(parsed))
        if listed is not None and self.by_owner:
            return self._number(listed[0], is_name=True), own
        if parsed is None or not self.by_owner:
            return self._number(address, is_name=False), own
        nobody = str(ip_network((parsed, _NETWORK[parsed.version]), strict=False)) if own else INTERNET
        return self._number(nobody, is_name=False), own

    def _number(self, label: str, *, is_name: bool) -> int:
        """What is called as nobody is, such as an instance with the name internet, is somebody else."""
        number = self._numbers.setdefault((label, is_name), len(self.labels))
        if number == len(self.labels):
            self.labels.append(label)
            self._shades.append(crc32(label.encode(errors="replace")))
            if not is_name:
                self._nobodies.add(number)
        return number


class _Memory(threading.local):
    """Each thread has its own."""

    def __init__(self) -> None:
        self.known: OrderedDict[tuple[int, str], Belonging] = OrderedDict()


_memory = _Memory()


def belonging(names: Names, dtype: pl.DataType) -> Belonging:
    """Who the addresses written with this dictionary belong to, as far as they have been looked up."""
    assert isinstance(dtype, pl.Categorical)
    asked = (id(names), dtype.categories.name())
    known = _memory.known.get(asked)
    if known is None:
        known = _memory.known[asked] = Belonging(names)  # which holds the names, so that no other gets their id
    _memory.known.move_to_end(asked)
    while len(_memory.known) > _KEPT:
        _memory.known.popitem(last=False)
    return known
