"""The rules of one moment, laid out so that one packet is judged in microseconds whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tui.network.place import Interface, Network
from tui.network.prefix import Address, Prefixes
from tui.network.rules import AclEntry, GroupRule, NetworkAcl, PrefixList, SecurityGroup
from tui.network.verdict.packet import is_own

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

CLOSING = 32_767  # the entry `*` of a network ACL, for IPv6 32768: nobody can write or remove it


class Table:
    """The rules of one direction of one security group, by what they name their peer with."""

    def __init__(self, rules: Iterable[GroupRule]) -> None:
        self.rules = tuple(rules)
        self.by_group: dict[str, list[GroupRule]] = defaultdict(list)
        self.by_list: dict[str, list[GroupRule]] = defaultdict(list)
        self.unclear: list[GroupRule] = []  # those that name nobody, or a protocol that nobody knows
        self._networks: dict[tuple[int, int], dict[int, list[GroupRule]]] = {}
        for rule in self.rules:
            if rule.number is None or not (rule.network or rule.peer_group or rule.prefix_list):
                self.unclear.append(rule)
            elif rule.network is not None:
                self._add(rule, rule.network)
            elif rule.peer_group:
                self.by_group[rule.peer_group].append(rule)
            else:
                self.by_list[rule.prefix_list].append(rule)

    def _add(self, rule: GroupRule, network: Network) -> None:
        host = network.max_prefixlen - network.prefixlen
        table = self._networks.setdefault((network.version, host), {})
        table.setdefault(int(network.network_address) >> host, []).append(rule)

    def about(self, address: Address) -> Iterator[GroupRule]:
        """The rules whose network has the address."""
        number = int(address)
        for (version, host), table in self._networks.items():
            if version == address.version:
                yield from table.get(number >> host, ())


@dataclass(frozen=True, slots=True)
class Entry:
    """An ACL entry, read: `version` of IP and the bounds of its network as numbers; version 0: it names none."""

    entry: AclEntry
    protocol: int | None
    version: int
    first: int
    last: int

    @property
    def closing(self) -> bool:
        """Whether it is AWS's own last one."""
        return self.entry.number >= CLOSING


class Rulebook:
    """Groups, ACLs and prefix lists as of one moment; who has which address is told by `known`, the newest inventory.

    Immutable but for what it has worked out, so that several threads may ask.
    """

    def __init__(self, rules: Inventory, known: Inventory | None = None) -> None:
        self.rules, self.known = rules, known or rules
        self.groups: dict[str, SecurityGroup] = {each.id: each for each in rules.groups}
        self.lists: dict[str, PrefixList] = {each.id: each for each in rules.prefix_lists}
        self._acls: dict[str, list[NetworkAcl]] = defaultdict(list)
        for acl in rules.acls:
            for subnet in acl.subnets:
                self._acls[subnet].append(acl)
        self._tables: dict[tuple[str, bool], Table] = {}
        self._entries: dict[tuple[str, bool], tuple[Entry, ...]] = {}
        self._prefixes: dict[str, Prefixes[bool]] = {}

    def table(self, group: str, *, egress: bool) -> Table | None:
        """One direction of a group; None if nobody knows the group."""
        found = self._tables.get((group, egress))
        if found is None and group in self.groups:
            found = Table(each for each in self.groups[group].rules if each.egress == egress)
            self._tables[group, egress] = found
        return found

    def acl_of(self, subnet: str) -> NetworkAcl | None:
        """The ACL a subnet is under; None if nobody knows, or several are told."""
        found = self._acls.get(subnet, ())
        return found[0] if len(found) == 1 else None

    def entries(self, acl: NetworkAcl, *, egress: bool) -> tuple[Entry, ...]:
        """One direction of an ACL, in the order in which it is read."""
        found = self._entries.get((acl.id, egress))
        if found is None:
            held = sorted((each for each in acl.entries if each.egress == egress), key=lambda each: each.number)
            found = self._entries[acl.id, egress] = tuple(map(_read, held))
        return found

    def lists_with(self, prefix_list: str, address: Address) -> bool | None:
        """Whether a prefix list has the address; None if nobody knows the list."""
        if prefix_list not in self.lists:
            return None
        found = self._prefixes.get(prefix_list)
        if found is None:
            found = Prefixes((network, True) for network in self.lists[prefix_list].networks)
            self._prefixes[prefix_list] = found
        return found.find(address) is not None

    @cached_property
    def unread(self) -> frozenset[str]:
        """The ids of what AWS told something about that cannot be used, by the notes of the inventory."""
        return frozenset(note.partition(" ")[0] for note in self.rules.notes)

    def interfaces_in(self, group: str) -> tuple[str, ...]:
        """The ids of the interfaces in a group, of those that are there."""
        return self._members.get(group, ())

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for each in self.known.interfaces:
            if each.gone is None:
                for group in each.groups:
                    found[group].append(each.id)
        return {group: tuple(interfaces) for group, interfaces in found.items()}

    def holders(self, address: Address, at: float | None) -> list[Interface]:
        """The interfaces that had a private address at a time, now if it is None; in whatever VPC."""
        found = self.known.index.holders(address)
        text = str(address)
        return [
            each for each in found if (each.gone is None or (at is not None and at < each.gone)) and is_own(each, text)
        ]

    def name(self, identity: str) -> str:
        """An id with its name, if it has one: `sg-1 (web)`."""
        there = self.groups.get(identity) or self.lists.get(identity)
        return f"{identity} ({there.name})" if there and there.name else identity


def _read(entry: AclEntry) -> Entry:
    network = entry.network
    if network is None:
        return Entry(entry, entry.protocol_number, 0, 0, 0)
    first = int(network.network_address)
    last = int(network.broadcast_address)
    return Entry(entry, entry.protocol_number, network.version, first, last)
