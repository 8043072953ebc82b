"""Ways into an interface that a network ACL does not see, though the other end is in another subnet.

What a transit gateway hands over in the subnet of its own attachment does not enter the subnet, so the ACL's inbound
entries are not asked: https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
"""

from __future__ import annotations

from tui.network.choice import choose
from tui.network.place import Interface
from tui.network.verdict.packet import Packet
from tui.network.verdict.rulebook import Rulebook


def unseen_way(packet: Packet, interface: Interface, book: Rulebook, *, egress: bool) -> str:
    """Why an ACL that denies a packet may not have seen it, '' if it did, as far as the routes tell."""
    attached = book.attachment_in(interface.subnet)
    if egress or not attached or attached == interface.id:
        return ""
    choice = choose(book.known, interface.subnet, packet.peer)
    if choice.kind != "tgw" or choice.route is None:
        return ""
    return (
        f"{packet.text} is reached by {choice.route.target}, whose attachment {attached} is in the same subnet: what comes"
        " from there no network ACL sees"
    )
