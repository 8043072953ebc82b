"""Interfaces and addresses that flow records name and the inventory does not know yet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from tui.network.inventory import Inventory
from tui.network.place import Network
from tui.network.prefix import Prefixes, read_address

EVERY = 15.0  # seconds between two looks
_NOBODY_FOR = 600.0  # seconds in which what was not found is not looked for again
_MOST = 5_000  # names that wait, and names that were not found
_AT_ONCE = 200  # names of a kind in one look: the values of one filter


class Wanted:
    """Which names to look for, and when. Times are of a clock that never goes back."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, None] = OrderedDict()
        self._looked: OrderedDict[str, float] = OrderedDict()
        self._next = 0.0

    def add(self, names: Iterable[str]) -> None:
        """Names to look for; of too many, the oldest are forgotten."""
        for name in names:
            self._names[name] = None
        while len(self._names) > _MOST:
            self._names.popitem(last=False)

    def again(self, filters: Mapping[str, Sequence[str]]) -> None:
        """These could not be looked for: they wait for the next look."""
        names = [name for each in filters.values() for name in each]
        for name in names:
            self._looked.pop(name, None)
        self.add(names)

    def due(self, known: Inventory, mono: float) -> dict[str, list[str]]:
        """The filters of a look that is to be made now, empty if none is; what is known by now is dropped."""
        if mono < self._next or not self._names:
            return {}
        while self._looked and next(iter(self._looked.values())) < mono - _NOBODY_FOR:
            self._looked.popitem(last=False)
        filters: dict[str, list[str]] = {}
        inside = Prefixes((network, network) for network in known.inside)
        rest: OrderedDict[str, None] = OrderedDict()
        for name in self._names:
            kind = self._filter_for(name, known, inside)
            if not kind:
                continue
            if len(filters.setdefault(kind, [])) < _AT_ONCE:
                filters[kind].append(name)
            else:
                rest[name] = None
        self._names = rest
        if filters:
            self._next = mono + EVERY
            self._looked.update((name, mono) for names in filters.values() for name in names)
            while len(self._looked) > _MOST:
                self._looked.popitem(last=False)
        return filters

    def _filter_for(self, name: str, known: Inventory, inside: Prefixes[Network]) -> str:
        """The filter that finds it; '' if it need not be looked for: known, not to be found, or not of these VPCs."""
        if name in self._looked:
            return ""
        if name.startswith("eni-"):
            return "" if known.interface(name) else "network-interface-id"
        address = read_address(name)
        if address is None or inside.find(address) is None or known.index.at.get(name):
            return ""
        return "addresses.private-ip-address" if address.version == 4 else "ipv6-addresses.ipv6-address"
