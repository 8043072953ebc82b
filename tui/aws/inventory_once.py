"""The inventory read once, for one question: only the VPCs that the question is about, and their peers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Event
from types import MappingProxyType
from typing import Any

from tui.aws.inventory_call import LASTING, StoppedError
from tui.aws.inventory_read import Reader
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.session import Access, Clients
from tui.flows.source import SourceError
from tui.network.inventory import PARTS, Inventory
from tui.network.place import Vpc
from tui.network.prefix import Address, read_address
from tui.network.rules import RouteTable, SecurityGroup

_TRIES = 4  # for a part that is throttled or fails
_FIRST_REST = 0.5  # seconds, doubled with each try
_HOPELESS = {Trouble.EXPIRED, Trouble.UNREACHED}
_UNASKED = {"services", "owned_services", "connections", "vpc_dns"}  # they tell nothing about a flow
_IDS = {"vpc", "subnet", "eni", "i", "vpce"}
# What the parts are called while they are read.
_CALLED = {
    "interfaces": "network interfaces",
    "instances": "instances",
    "subnets": "subnets",
    "vpcs": "VPCs",
    "peerings": "peering connections",
    "groups": "security groups",
    "endpoints": "endpoints",
    "prefix_lists": "prefix lists",
    "acls": "network ACLs",
    "route_tables": "route tables",
}


def read_once(
    access: Access,
    names: Sequence[str],
    scope: Sequence[str] = (),
    stop: Event | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Inventory:
    """The inventory of the VPCs that names are in; of the whole Region where that cannot be told.

    Args:
        access: how to reach AWS.
        names: addresses, ids (`eni-… i-… vpce-…`) and Name tags.
        scope: VPCs by id or Name tag; the inventory is then of these alone and their peers.
        stop: ends it early, within a tenth of a second.
        progress: told what is about to be read.

    Raises:
        SourceError: AWS cannot be reached or refuses everything, a VPC of `scope` is not there, or `stop` was set.
    """
    return _Once(access, stop or Event(), progress).read(names, scope)


class _Once:
    """One reading."""

    def __init__(self, access: Access, stop: Event, progress: Callable[[str], None]) -> None:
        self._stop = stop
        self._progress = progress
        self._reader = Reader(Clients(access, stop), stop)

    def read(self, names: Sequence[str], scope: Sequence[str]) -> Inventory:
        reader = self._reader
        try:
            vpcs = self._part("vpcs")
            chosen = self._scope(scope, vpcs or ()) if scope else self._vpcs_of(names, vpcs or ())
            parts: dict[str, Any] = {}
            reader.scope = chosen
            parts["peerings"] = self._part("peerings", lambda: reader.peerings(chosen))
            if chosen:
                reader.scope = self._with_peers(chosen, parts["peerings"] or ())
            for part in PARTS:
                if part not in {"vpcs", "peerings", "prefix_lists"} | _UNASKED:
                    parts[part] = self._part(part)
            wanted = _lists_in(parts["groups"] or (), parts["route_tables"] or ())
            parts["prefix_lists"] = self._part("prefix_lists", lambda: reader.prefix_lists(0.0, wanted))
        except StoppedError:
            raise SourceError(
                "AWS was not done answering in time", "try again, or narrow it with --scope vpc-…"
            ) from None
        if vpcs is not None:
            parts["vpcs"] = tuple(each for each in vpcs if not reader.scope or each.id in reader.scope)
        found = {part: each for part, each in parts.items() if each is not None}
        at = time.time()
        account = next((each.account for each in found.get("vpcs", ()) if each.id in (chosen or (each.id,))), "")
        empty = Inventory(at, chosen, account, reader.clients.region, missing=tuple(reader.missing.values()))
        notes = tuple(note for each in reader.notes.values() for note in each)[:100]
        return replace(empty, **found, notes=notes, read_at=MappingProxyType(dict.fromkeys(found, at)))

    def _part(self, part: str, read: Callable[[], tuple[Any, ...]] | None = None) -> tuple[Any, ...] | None:
        """One part; None where it is denied, which `missing` then says. A passing trouble is tried again."""
        self._progress(_CALLED[part])
        call: Callable[[], tuple[Any, ...]] = read or getattr(self._reader, part)
        return self._tried(call)

    def _looked_up(self, call: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        """What a look-up by a filter finds; nothing where it is refused, for then more is read instead."""
        try:
            return self._tried(call, 1) or ()
        except RefusedError as error:
            if error.fatal or error.trouble in _HOPELESS:
                raise
            return ()

    def _tried(self, call: Callable[[], tuple[Any, ...]], tries: int = _TRIES) -> tuple[Any, ...] | None:
        rest = _FIRST_REST
        for left in reversed(range(tries)):
            try:
                return call()
            except RefusedError as error:
                if error.trouble in LASTING:
                    self._reader.lacks(self._reader.operation, error)
                    return None
                if error.fatal or not left or error.trouble is Trouble.EXPIRED:
                    raise
                if error.trouble is Trouble.THROTTLED:
                    self._reader.budget.throttled()
            if self._stop.wait(rest):
                raise StoppedError
            rest *= 2
        raise AssertionError("the last try returns or raises")

    def _scope(self, scope: Sequence[str], vpcs: Sequence[Vpc]) -> tuple[str, ...]:
        """The ids of the VPCs that are meant by ids of any kind, or by Name tags."""
        found: dict[str, None] = {}
        for text in scope:
            ids = [each.id for each in vpcs if text in {each.id, each.name}]
            if not ids and text.partition("-")[0] in _IDS - {"vpc"}:
                ids = list(self._looked_up(lambda text=text: self._reader.vpcs_of([text])))  # type: ignore[misc]  # bound now
            if not ids and text.startswith("vpc-") and "DescribeVpcs" in self._reader.missing:
                ids = [text]
            if not ids:
                region = self._reader.clients.region
                raise SourceError(
                    f"no VPC of {region} is {text!r}", "give vpc-… or its Name tag", fatal=True, exit_code=2
                )
            found.update(dict.fromkeys(ids))
        return tuple(found)

    def _vpcs_of(self, names: Sequence[str], vpcs: Sequence[Vpc]) -> tuple[str, ...]:
        """The VPCs that names are in, as far as filters find them; empty, for the whole Region, where none is."""
        if not vpcs:
            return ()
        found: dict[str, None] = {}
        for name in names:
            address = read_address(name)
            if address is not None:
                ids = self._vpcs_with(address, vpcs)
            elif name.partition("-")[0] in _IDS and name.partition("-")[2].isalnum():
                ids = self._looked_up(lambda name=name: self._reader.vpcs_of([name]))  # type: ignore[misc]  # bound now
            else:
                ids = self._vpcs_named(name)
            found.update(dict.fromkeys(ids))
        return tuple(found)

    def _vpcs_with(self, address: Address, vpcs: Sequence[Vpc]) -> tuple[str, ...]:
        inside = [each.id for each in vpcs if any(address.version == n.version and address in n for n in each.networks)]
        if inside or address.version == 6 or (address.is_private and not _is_for_documents(address)):
            return tuple(inside)
        return self._vpcs_by({"association.public-ip": [str(address)]})

    def _vpcs_named(self, name: str) -> tuple[str, ...]:
        """By the Name tag of an instance or an interface, or as a load balancer, whose interfaces carry its name."""
        instances = self._looked_up(lambda: self._reader.instances({"tag:Name": [name]}))
        found = tuple(each.vpc for each in instances if each.vpc) or self._vpcs_by({"tag:Name": [name]})
        balancers = [f"ELB net/{name}/*", f"ELB app/{name}/*", f"ELB gwy/{name}/*", f"ELB {name}"]
        return found or self._vpcs_by({"description": balancers})

    def _vpcs_by(self, filters: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        found = self._looked_up(lambda: self._reader.interfaces(filters))
        return tuple(each.vpc for each in found if each.vpc)

    def _with_peers(self, vpcs: tuple[str, ...], peerings: Sequence[Any]) -> tuple[str, ...]:
        """Those of this Region; a filter finds nothing of a VPC of another account."""
        region = self._reader.clients.region
        sides = [side for each in peerings for side in (each.requester, each.accepter)]
        return tuple(dict.fromkeys((*vpcs, *(vpc for vpc, _, of in sides if vpc and of in {"", region}))))


def _lists_in(groups: Iterable[SecurityGroup], tables: Iterable[RouteTable]) -> set[str]:
    """The prefix lists that rules and routes name; others decide nothing, and each would be a call."""
    ruled = {rule.prefix_list for group in groups for rule in group.rules}
    return ruled | {route.prefix_list for table in tables for route in table.routes}


def _is_for_documents(address: Address) -> bool:
    """Ranges kept for documentation (RFC 5737) stand for the internet in the demo, and Python calls them private."""
    return str(address).startswith(("192.0.2.", "198.51.100.", "203.0.113."))
