"""A change of where an endpoint is, from a line that a reader wrote: `+subnet-0a1b -rtb-0c2d +sg-0e3f dns=off`."""

from __future__ import annotations

from tui.network.order import ModifyEndpoint
from tui.network.rules import Endpoint

HOW = "Write + or - before ids of subnets, route tables and security groups, and dns=on or dns=off."
# By the beginning of an id: the field of ModifyEndpoint, and what the endpoint has of it.
_PARTS = {"subnet-": "subnets", "rtb-": "route_tables", "sg-": "groups"}


class ModificationError(ValueError):
    """The line is no change of this endpoint; one sentence says why."""


def read_modification(line: str, endpoint: Endpoint) -> ModifyEndpoint:
    """The order of a line.

    Raises:
        ModificationError: a word is none of these, or changes nothing.
    """
    found: dict[str, list[str]] = {}
    dns: bool | None = None
    for word in line.split():
        if word in ("dns=on", "dns=off"):
            dns = word == "dns=on"
            continue
        sign, name = word[:1], word[1:]
        part = next((part for prefix, part in _PARTS.items() if name.startswith(prefix) and name != prefix), "")
        if sign not in ("+", "-") or not part:
            raise ModificationError(f"{word[:80]!r} is no change. {HOW}")
        has = getattr(endpoint, part)
        if (sign == "+") is (name in has):
            said = f"It has {name[:80]} already." if sign == "+" else f"It does not have {name[:80]}."
            raise ModificationError(said)
        found.setdefault(f"{'add' if sign == '+' else 'remove'}_{part}", []).append(name)
    if dns is not None and dns is endpoint.private_dns:
        raise ModificationError(f"Private DNS is {'on' if dns else 'off'} already.")
    if not found and dns is None:
        raise ModificationError(HOW)
    return ModifyEndpoint(
        endpoint.id, private_dns=dns, **{key: tuple(dict.fromkeys(ids)) for key, ids in found.items()}
    )
