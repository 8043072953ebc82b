"""The rules of one moment, laid out so that one packet is judged in microseconds whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from math import inf
from typing import TYPE_CHECKING, TypeVar

from tui.network.change import Change
from tui.network.place import Interface, Network
from tui.network.prefix import Address, Prefixes
from tui.network.rules import ANY, AclEntry, GroupRule, NetworkAcl, PrefixList, SecurityGroup
from tui.network.verdict.packet import PORTED, Packet, is_own, ports_fit, protocol_fits

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

K = TypeVar("K")
T = TypeVar("T")
CLOSING = 32_767  # the entry `*` of a network ACL, for IPv6 32768: nobody can write or remove it

_KEPT = 10_000  # groups, ACLs, prefix lists and moments that are kept laid out, each
_LISTS = "prefix lists"
_PARTS = {"acls": "network ACLs", "groups": "security groups", "prefix_lists": "prefix lists"}


class Table:
    """The rules of one direction of one security group, by what they name their peer with, and by port."""

    def __init__(self, rules: Iterable[GroupRule]) -> None:
        self.rules = tuple(rules)
        self.by_group: dict[str, list[GroupRule]] = defaultdict(list)
        self.by_list: dict[str, list[GroupRule]] = defaultdict(list)
        self.unclear: list[GroupRule] = []  # those that name nobody, or a protocol that nobody knows
        self._networks: dict[tuple[int, int], dict[int, list[GroupRule]]] = {}
        self._one_port: dict[tuple[int, int], list[GroupRule]] = defaultdict(list)
        self._others: list[GroupRule] = []
        for rule in self.rules:
            if rule.number is None or not (rule.network or rule.peer_group or rule.prefix_list):
                self.unclear.append(rule)
                continue
            if rule.network is not None:
                self._add(rule, rule.network)
            elif rule.peer_group:
                self.by_group[rule.peer_group].append(rule)
            else:
                self.by_list[rule.prefix_list].append(rule)
            single = rule.number in PORTED and rule.first == rule.last != ANY
            (self._one_port[rule.number, rule.first] if single else self._others).append(rule)

    def covering(self, packet: Packet) -> Iterator[tuple[GroupRule, bool | None]]:
        """The rules about the packet's protocol and port, whoever their peer is; None: about some of what it may be."""
        some = self.rules if packet.protocol in PORTED and packet.port is None else self._others
        if packet.port is not None:
            for rule in self._one_port.get((packet.protocol, packet.port), ()):
                yield rule, True
        for rule in some:
            fits = covers(rule, packet)
            if fits is not False and rule.number is not None:
                yield rule, fits

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


def covers(rule: GroupRule, packet: Packet) -> bool | None:
    """Whether a rule's protocol and ports are the packet's, whoever the peer is; None if nobody can tell."""
    number = rule.number
    fits = protocol_fits(number, packet)
    return ports_fit(number, rule.first, rule.last, packet) if fits and number is not None else fits


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
    """Groups, ACLs and prefix lists of one moment, and who has which address by what is known now.

    Immutable but for what it has worked out, so that several threads may ask. `undone` are the changes since the moment,
    newest first: what is as in `base`, the newest rulebook, is shared with it.
    """

    def __init__(self, known: Inventory, undone: Iterable[Change] = (), base: Rulebook | None = None) -> None:
        self.known = known
        self._base = base or self
        self._groups: dict[str, SecurityGroup | None] = {} if base else {each.id: each for each in known.groups}
        self._lists: dict[str, PrefixList | None] = {} if base else {each.id: each for each in known.prefix_lists}
        acls = None if base else {each.id: each for each in known.acls}
        for change in undone:
            if change.part == "groups":
                self._groups[change.id] = change.before if isinstance(change.before, SecurityGroup) else None
            elif change.part == "prefix_lists":
                self._lists[change.id] = change.before if isinstance(change.before, PrefixList) else None
            elif change.part == "acls":
                acls = {each.id: each for each in known.acls} if acls is None else acls
                acls.pop(change.id, None)
                if isinstance(change.before, NetworkAcl):
                    acls[change.id] = change.before
        self._acls: dict[str, list[NetworkAcl]] = (
            base._acls if base is not None and acls is None else _by_subnet((acls or {}).values())  # noqa: SLF001  # another of us
        )
        # By the id of the value itself, which is kept beside: rules of two moments are mostly the same values.
        self._tables: dict[tuple[int, bool], tuple[SecurityGroup, Table]] = base._tables if base else {}  # noqa: SLF001
        self._entries: dict[tuple[int, bool], tuple[NetworkAcl, tuple[Entry, ...]]] = base._entries if base else {}  # noqa: SLF001
        self._prefixes: dict[int, tuple[PrefixList, Prefixes[bool]]] = base._prefixes if base else {}  # noqa: SLF001
        self._past: dict[float, Rulebook] = {}

    def group(self, group: str) -> SecurityGroup | None:
        """The security group with this id."""
        return self._groups[group] if group in self._groups else self._base._groups.get(group)  # noqa: SLF001

    def prefix_list(self, prefix_list: str) -> PrefixList | None:
        """The prefix list with this id."""
        return self._lists[prefix_list] if prefix_list in self._lists else self._base._lists.get(prefix_list)  # noqa: SLF001

    def table(self, group: str, *, egress: bool) -> Table | None:
        """One direction of a group; None if nobody knows the group."""
        whole = self.group(group)
        if whole is None:
            return None
        found = self._tables.get((id(whole), egress))
        if found is None:
            made = Table(each for each in whole.rules if each.egress == egress)
            found = (whole, made)
            _keep(self._tables, (id(whole), egress), found)
        return found[1]

    def acl_of(self, subnet: str) -> NetworkAcl | None:
        """The ACL a subnet is under; None if nobody knows, or several are told."""
        found = self._acls.get(subnet, ())
        return found[0] if len(found) == 1 else None

    def entries(self, acl: NetworkAcl, *, egress: bool) -> tuple[Entry, ...]:
        """One direction of an ACL, in the order in which it is read."""
        found = self._entries.get((id(acl), egress))
        if found is None:
            held = sorted((each for each in acl.entries if each.egress == egress), key=lambda each: each.number)
            found = acl, tuple(map(_read, held))
            _keep(self._entries, (id(acl), egress), found)
        return found[1]

    def is_listed(self, prefix_list: str, address: Address) -> bool | None:
        """Whether a prefix list has the address; None if nobody knows the list."""
        whole = self.prefix_list(prefix_list)
        if whole is None or (not whole.entries and any("PrefixListEntries" in each for each in self.known.missing)):
            return None
        found = self._prefixes.get(id(whole))
        if found is None:
            found = whole, Prefixes((network, True) for network in whole.networks)
            _keep(self._prefixes, id(whole), found)
        return found[1].find(address) is not None

    def attachment_in(self, subnet: str) -> str:
        """The interface of a transit gateway in a subnet, '' if there is none."""
        return self._base._attachments.get(subnet, "")  # noqa: SLF001  # another of us

    @cached_property
    def _attachments(self) -> dict[str, str]:
        return {
            each.subnet: each.id
            for each in self.known.interfaces
            if each.kind == "transit_gateway" and each.gone is None
        }

    @cached_property
    def unread(self) -> frozenset[str]:
        """The ids of what AWS told something of that cannot be used, by the notes of the inventory."""
        return frozenset(note.partition(" ")[0] for note in self.known.notes)

    def past(self, at: float) -> Rulebook:
        """The rules as they are known to have been at a time: see tui.network.change.as_of."""
        found = self._past.get(at)
        if found is None:
            undone = takewhile(lambda each: each.at > at, reversed(self.known.changes))
            found = Rulebook(self.known, undone, self)
            _keep(self._past, at, found)
        return found

    def changes_of(self, interface: Interface) -> tuple[Change, ...]:
        """The changes of the rules that an interface is under, oldest first."""
        if not self.known.changes:
            return ()
        found = [
            change for key in (*interface.groups, interface.subnet, _LISTS) for change in self._changes.get(key, ())
        ]
        return tuple(sorted({id(each): each for each in found}.values(), key=lambda each: each.at))

    @cached_property
    def _changes(self) -> dict[str, list[Change]]:
        """Changes by group, by subnet, and those of prefix lists together."""
        found: dict[str, list[Change]] = defaultdict(list)
        for each in self.known.changes:
            if each.part == "groups":
                found[each.id].append(each)
            elif each.part == "prefix_lists":
                found[_LISTS].append(each)
            else:
                there = [acl for acl in (each.before, each.after) if isinstance(acl, NetworkAcl)]
                for subnet in {subnet for acl in there for subnet in acl.subnets}:
                    found[subnet].append(each)
        return dict(found)

    def interfaces_in(self, group: str) -> tuple[str, ...]:
        """The ids of the interfaces in a group, of those that are there."""
        return self._base._members.get(group, ())  # noqa: SLF001  # another of us

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for each in self.known.interfaces:
            if each.gone is None:
                for group in each.groups:
                    found[group].append(each.id)
        return {group: tuple(interfaces) for group, interfaces in found.items()}

    def holders(self, address: Address, at: float | None) -> list[Interface]:
        """The interfaces that had a private address at a time, now if it is None: one of each VPC, mostly of one.

        Of those that had it one after another, the one that went first after that time did then.
        """
        text = str(address)
        found: dict[str, Interface] = {}
        for each in self.known.index.holders(address):  # those that are there first
            if (each.gone is not None and (at is None or at >= each.gone)) or not is_own(each, text):
                continue
            other = found.get(each.vpc)
            if other is None or (each.gone or inf) < (other.gone or inf):
                found[each.vpc] = each
        return list(found.values())

    def name(self, identity: str) -> str:
        """An id with its name, if it has one: `sg-1 (web)`."""
        there = self.group(identity) or self.prefix_list(identity)
        return f"{identity} ({there.name})" if there and there.name else identity

    def lacks(self, part: str, action: str) -> str:
        """Why nothing is known of a part of the inventory: the call that is denied, or that it was not read; '' if it was."""
        if self.known.has(part):
            return ""
        denied = next((each for each in self.known.missing if action in each), "")
        return denied or f"the {_PARTS.get(part, part)} have not been read"


def _by_subnet(acls: Iterable[NetworkAcl]) -> dict[str, list[NetworkAcl]]:
    found: dict[str, list[NetworkAcl]] = defaultdict(list)
    for acl in acls:
        for subnet in acl.subnets:
            found[subnet].append(acl)
    return dict(found)


def _keep(known: dict[K, T], key: K, value: T) -> None:
    """Keep what was worked out, of which there is never too much."""
    if len(known) >= _KEPT:
        known.clear()
    known[key] = value


def _read(entry: AclEntry) -> Entry:
    network = entry.network
    if network is None:
        return Entry(entry, entry.protocol_number, 0, 0, 0)
    first = int(network.network_address)
    last = int(network.broadcast_address)
    return Entry(entry, entry.protocol_number, network.version, first, last)
