"""What changed between two looks at the rules: security groups, network ACLs, routes, prefix lists, endpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.network.rules import (
    ANY,
    AclEntry,
    Endpoint,
    GroupRule,
    NetworkAcl,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
)

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

Ruled = SecurityGroup | NetworkAcl | RouteTable | PrefixList | Endpoint
KEPT = 500  # changes that are remembered
# The parts of an inventory whose changes are told, and what one of each is called.
RULED = {
    "groups": "security group",
    "acls": "network ACL",
    "route_tables": "route table",
    "prefix_lists": "prefix list",
    "endpoints": "endpoint",
}
_TOLD = 3  # parts of a change that are told one by one
_MOST_PORTS = 65_535


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of one resource: it happened after `since` and was seen at `at`, both Unix seconds.

    `part` is the field of Inventory it is in, `id` the resource's; `what` one sentence. `before` and `after` are the
    whole resource, None where it was not there.
    """

    at: float
    since: float
    part: str
    id: str
    what: str
    before: Ruled | None = None
    after: Ruled | None = None


def changes_between(before: Inventory, after: Inventory) -> tuple[Change, ...]:
    """What changed in the parts that both have read, ordered by part and id."""
    found: list[Change] = []
    for part, kind in RULED.items():
        same = getattr(before, part) is getattr(after, part)
        if same or not (before.has(part) and after.has(part)):
            continue
        old: dict[str, Ruled] = {each.id: each for each in getattr(before, part)}
        new: dict[str, Ruled] = {each.id: each for each in getattr(after, part)}
        for one in sorted(old.keys() | new.keys()):
            was, now = old.get(one), new.get(one)
            what = _told(kind, was, now)
            if what:
                found.append(Change(after.read_at[part], before.read_at[part], part, one, what, was, now))
    return tuple(found)


def as_of(inventory: Inventory, at: float) -> Inventory:
    """The inventory with its rules as they are known to have been at `at`: each change seen since is undone."""
    undone: dict[str, dict[str, Ruled]] = {}
    for change in reversed(inventory.changes):
        if change.at <= at:
            break
        if change.part not in undone:
            undone[change.part] = {each.id: each for each in getattr(inventory, change.part)}
        part = undone[change.part]
        if change.before is None:
            part.pop(change.id, None)
        else:
            part[change.id] = change.before
    parts = {part: tuple(resources.values()) for part, resources in undone.items()}
    kept = tuple(change for change in inventory.changes if change.at <= at)
    return replace(inventory, changes=kept, **parts) if parts else inventory  # type: ignore[arg-type]  # by their names


def _told(kind: str, was: Ruled | None, now: Ruled | None) -> str:
    """The change as a sentence; '' if what rules traffic is the same."""
    there = now or was
    assert there is not None
    name = f"{there.id} ({there.name})" if there.name else there.id
    if was is None or now is None:
        return f"{kind} {name} is {'new' if was is None else 'gone'}"
    parts = _differences(was, now)
    if not parts:
        return ""
    shown = "; ".join(parts[:_TOLD]) + (f"; {len(parts) - _TOLD} more" if len(parts) > _TOLD else "")
    return f"{kind} {name}: {shown}"


def _differences(was: Ruled, now: Ruled) -> list[str]:
    if isinstance(was, SecurityGroup) and isinstance(now, SecurityGroup):
        return _rules(map(_rule_text, was.rules), map(_rule_text, now.rules))
    if isinstance(was, NetworkAcl) and isinstance(now, NetworkAcl):
        entries = _rules(map(_entry_text, was.entries), map(_entry_text, now.entries))
        return entries + _rules(was.subnets, now.subnets, "subnet ")
    if isinstance(was, RouteTable) and isinstance(now, RouteTable):
        routes = _rules(map(_route_text, was.routes), map(_route_text, now.routes))
        subnets = _rules(was.subnets, now.subnets, "subnet ")
        return routes + subnets + (["is main now" if now.main else "is main no more"] if was.main != now.main else [])
    if isinstance(was, PrefixList) and isinstance(now, PrefixList):
        return _rules(map(str, was.networks), map(str, now.networks))
    if isinstance(was, Endpoint) and isinstance(now, Endpoint):
        return _endpoint(was, now)
    return []


def _endpoint(was: Endpoint, now: Endpoint) -> list[str]:
    parts = [f"state {was.state or '-'} is now {now.state or '-'}"] if was.state != now.state else []
    if was.policy != now.policy:
        parts.append("policy changed")
    if was.private_dns != now.private_dns:
        parts.append(f"private DNS is {'on' if now.private_dns else 'off'}")
    for name in ("subnets", "route_tables", "interfaces", "groups"):
        parts += _rules(getattr(was, name), getattr(now, name))
    return parts


def _rules(was: Iterable[str], now: Iterable[str], word: str = "") -> list[str]:
    """What was added and removed, each once for each time."""
    old, new = Counter(was), Counter(now)
    added = [f"{word}{text} added" for text in (new - old).elements()]
    return added + [f"{word}{text} removed" for text in (old - new).elements()]


def _rule_text(rule: GroupRule) -> str:
    peer = str(rule.network) if rule.network else rule.prefix_list or rule.peer_group
    way = "to" if rule.egress else "from"
    return f"{'outbound' if rule.egress else 'inbound'} {_ports(rule.protocol, rule.first, rule.last)} {way} {peer}"


def _entry_text(entry: AclEntry) -> str:
    way, verb = "outbound" if entry.egress else "inbound", "allow" if entry.allow else "deny"
    icmp = entry.protocol_number in {1, 58}
    first, last = (entry.icmp_type, entry.icmp_code) if icmp else (entry.first, entry.last)
    return f"{way} {entry.number} {verb} {_ports(entry.protocol, first, last)} {entry.network or '-'}"


def _route_text(route: Route) -> str:
    dead = f" ({route.state})" if route.state not in {"", "active"} else ""
    return f"route {route.network or route.prefix_list or '-'} to {route.target or '-'}{dead}"


_WORDS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}


def _ports(protocol: str, first: int, last: int) -> str:
    word = _WORDS.get(protocol, protocol)
    if word == "all" or first == ANY or (first == 0 and last == _MOST_PORTS):
        return word
    if word.startswith("icmp"):
        return f"{word} type {first}" + ("" if last == ANY else f" code {last}")
    return f"{word}/{first}" if first == last else f"{word}/{first}-{last}"
