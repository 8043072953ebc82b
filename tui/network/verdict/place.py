"""Where a flow was seen: at which interface, and whether it entered or left it."""

from __future__ import annotations

from typing import NamedTuple

from tui.network.inventory import Inventory
from tui.network.place import Interface
from tui.network.prefix import read_address
from tui.network.verdict.model import Flow
from tui.network.verdict.packet import is_own


class Place(NamedTuple):
    """One end of a flow; `told` is why it is taken to be here, '' where the record says so."""

    interface: Interface
    egress: bool
    told: str = ""


def places(flow: Flow, inventory: Inventory) -> tuple[Place, ...] | str:
    """Where it may have been seen, or why nobody knows; more than one where the record tells too little."""
    for text in (flow.source, flow.target):
        if read_address(text) is None:
            return f"{text or '-'!r} is no address"
    if flow.interface in {"", "-"}:
        return _by_address(flow, inventory)
    interface = inventory.interface(flow.interface)
    if interface is None:
        return f"network interface {flow.interface} is not known" if inventory.has("interfaces") else _unread(inventory)
    if flow.egress is not None:
        return (Place(interface, flow.egress),)
    leaves, enters = _ends_at(interface, flow.seen_source or flow.source, flow.seen_target or flow.target)
    if leaves != enters:
        return (Place(interface, leaves, f"{interface.id} has the {'source' if leaves else 'target'} address"),)
    why = "the record has no flow-direction, and its addresses do not tell it"
    return Place(interface, egress=False, told=why), Place(interface, egress=True, told=why)


def _by_address(flow: Flow, inventory: Inventory) -> tuple[Place, ...] | str:
    """The record names no interface: its ends do, as far as they are ours."""
    if not inventory.has("interfaces"):
        return _unread(inventory)
    why = "the record names no interface; this one has the address"
    ends = [
        (address, egress)
        for address, egress in ((flow.source, True), (flow.target, False))
        if flow.egress in {None, egress}
    ]
    found = []
    for address, egress in ends:
        interface = inventory.interface_at(address)
        if interface is not None:
            found.append(Place(interface, egress, f"{why} {address}"))
        elif len({each.vpc for each in inventory.index.at.get(address, ())}) > 1:
            return f"{address} is an address in several VPCs, and the record names no interface"
    return tuple(found) or "the record names no interface, and neither address is one of a known interface"


def _ends_at(interface: Interface, source: str, target: str) -> tuple[bool, bool]:
    """Whether the source, and the target, is an address of the interface."""
    return _has(interface, source), _has(interface, target)


def _has(interface: Interface, address: str) -> bool:
    return is_own(interface, address) or address in interface.publics


def _unread(inventory: Inventory) -> str:
    denied = next((each for each in inventory.missing if "DescribeNetworkInterfaces" in each), "")
    return denied or "the network interfaces have not been read"
