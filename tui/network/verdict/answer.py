"""What security groups or a network ACL say about one packet."""

from __future__ import annotations

from dataclasses import dataclass

from tui.network.rules import AclEntry, GroupRule, NetworkAcl
from tui.network.verdict.packet import Ports


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """Whether the security groups let the packet through; `passes` is None if nobody can tell, and `doubts` why.

    `rule` lets it through. `doubts` of an answer that is sure are what takes a little from its certainty. `skipped` is
    why no group was asked. `groups` are the ids of those that were.
    """

    passes: bool | None
    rule: GroupRule | None = None
    doubts: tuple[str, ...] = ()
    skipped: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AclAnswer:
    """Whether the network ACL lets the packet through; `passes` and `doubts` as of GroupAnswer.

    `entry` decided; None with `passes` False is the closing `*`. `ports` are those that are refused, where the packet
    may go to several, `partly` if others pass.
    """

    passes: bool | None
    acl: NetworkAcl | None = None
    entry: AclEntry | None = None
    doubts: tuple[str, ...] = ()
    skipped: str = ""
    ports: Ports | None = None
    partly: bool = False
