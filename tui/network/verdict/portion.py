"""How many of the ports that a client calls from a network ACL keeps replies from: a reply goes to a port nobody told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from tui.network.inventory import Inventory
from tui.network.place import Interface
from tui.network.rules import ANY
from tui.network.verdict.judge_end import judge
from tui.network.verdict.model import Flow, Ruling
from tui.network.verdict.packet import EPHEMERAL_HOST, LAST_PORT, PORTED, ephemeral

# Below this part of all ports, a connection that fails is the exception: one deny of a port that malware uses.
_FEW = 0.05


@dataclass(frozen=True, slots=True)
class Portion:
    """Of `total` ports that the client may call from, replies to `refused` do not come through, or nobody can tell.

    `first` and `last` are the lowest and the highest of these. `usual` are those refused of 32768 and above, from which
    Linux, macOS and Windows call; load balancers, NAT gateways and functions call from 1024 and above.
    """

    refused: int
    total: int
    first: int
    last: int
    usual: int
    stranger: bool

    @property
    def is_exception(self) -> bool:
        """Whether most connections would be answered. Of a stranger, that is who calls from where systems usually do."""
        return self.refused < self.total * _FEW or (self.stranger and not self.usual)

    @property
    def sentence(self) -> str:
        """What a reader should know of it."""
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        if self.stranger and not self.usual:
            return f"a client that calls from one of the ports {ports}, as through NAT, gets no reply"
        return f"of the {self.total:,} ports the client may call from, {self.refused:,} ({ports}) may get no reply"


def refused_portion(flow: Flow, inventory: Inventory, at: Interface, *, egress: bool) -> Portion | None:
    """The portion of a reply's ports that is refused at an interface; None where its port is told or it has none.

    The ACL's entries cut the ports into spans that are judged alike, so that one port of each is enough.
    """
    if flow.protocol not in PORTED or flow.target_port is not None:
        return None
    kind = inventory.named(flow.target, at.id).kind
    low, high = ephemeral(kind)
    acl = inventory.acl_of(at.subnet)
    cuts = {low, high + 1, EPHEMERAL_HOST[0]}
    for entry in acl.entries if acl else ():
        if entry.first != ANY:
            cuts |= {entry.first, (LAST_PORT if entry.last == ANY else entry.last) + 1}
    edges = sorted(each for each in cuts if low <= each <= high + 1)
    spans = [(first, following - 1) for first, following in itertools.pairwise(edges)]
    bad = [span for span in spans if not _passes(replace(flow, target_port=span[0]), inventory, at, egress=egress)]
    usual = [span for span in bad if span[0] >= EPHEMERAL_HOST[0]]
    if not bad:
        return None
    return Portion(
        _count(bad), high - low + 1, bad[0][0], bad[-1][1], _count(usual), not kind or kind in {"aws", "list"}
    )


def _passes(flow: Flow, inventory: Inventory, at: Interface, *, egress: bool) -> bool:
    return judge(flow, inventory, at, egress=egress, is_reply=True).ruling is Ruling.ALLOWED


def _count(spans: list[tuple[int, int]]) -> int:
    return sum(last - first + 1 for first, last in spans)
