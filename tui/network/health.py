"""Whether an endpoint can do its work, by what the inventory says of it: signals, each with what to do about it.

Nothing here says that an endpoint is healthy unless everything that would show otherwise has been read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from tui.network.rules import Endpoint

if TYPE_CHECKING:
    from tui.network.inventory import Inventory
    from tui.network.service import Service


class Severity(IntEnum):
    """How bad a signal is; the larger, the worse. FINE is said where nothing is the matter and all has been read."""

    FINE = 0
    NOTICE = 1  # works, but not as it could
    UNKNOWN = 2  # what would tell has not been read
    WARNING = 3  # some are cut off, or will be
    FAILING = 4  # it does not work


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing about an endpoint: `code` names the check, `sentence` tells it, `fix` is what to do, '' for nothing.

    `places` are the ids it is about: subnets, route tables, interfaces, groups.
    """

    code: str
    severity: Severity
    sentence: str
    fix: str = ""
    places: tuple[str, ...] = ()


# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html: the model writes PendingAcceptance where
# the wire has pendingAcceptance, so words are compared in small letters.
_STATES: dict[str, tuple[Severity, str, str]] = {
    "pending": (Severity.NOTICE, "is being made", "wait: it takes a few minutes"),
    "pendingacceptance": (
        Severity.WARNING,
        "waits until the owner of the service accepts it; nothing goes through it",
        "ask the owner of the service to accept it",
    ),
    "deleting": (Severity.WARNING, "is being deleted", "move its clients elsewhere"),
    "deleted": (
        Severity.WARNING,
        "is deleted; AWS goes on telling of it for a while",
        "create another, if it is missed",
    ),
    "rejected": (
        Severity.FAILING,
        "was rejected by the owner of the service",
        "ask the owner of the service, or delete it",
    ),
    "failed": (Severity.FAILING, "could not be made", "read what AWS says, delete it and create another"),
    "expired": (
        Severity.FAILING,
        "has expired: nobody accepted it in time",
        "delete it and create another, and have it accepted",
    ),
    "partial": (
        Severity.WARNING,
        "is there in part: some of its subnets have no interface",
        "see which subnets have none, and add them again",
    ),
}
KINDS = ("Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel")
ENDED = frozenset({"deleted", "rejected", "failed", "expired"})  # states that nothing goes through any more
_BY_SMALL = {kind.lower(): kind for kind in KINDS}


def kind_of(endpoint: Endpoint) -> str:
    """The type as AWS writes it, whatever its capitals; one that nobody here knows as it was told."""
    return _BY_SMALL.get(endpoint.kind.lower(), endpoint.kind)


def is_gateway(endpoint: Endpoint) -> bool:
    """Whether it is reached by routes and has no interface."""
    return kind_of(endpoint) == "Gateway"


def service_of(inventory: Inventory, endpoint: Endpoint) -> Service | None:
    """The service an endpoint leads to, as far as it has been read: of one name there may be one for each type."""
    named = [each for each in inventory.services if each.name == endpoint.service]
    return next((each for each in named if kind_of(endpoint) in each.kinds), named[0] if named else None)


def is_available(endpoint: Endpoint) -> bool:
    """Whether AWS calls it available."""
    return endpoint.state.lower() == "available"


def health(inventory: Inventory, endpoint: Endpoint) -> tuple[Signal, ...]:
    """The signals of one endpoint, worst first; never empty: where nothing is the matter, that.

    Takes time with the number of interfaces: not for the thread of a screen.
    """
    from tui.network import health_inside, health_routes

    found = [*_state(endpoint), *_trouble(endpoint)]
    if kind_of(endpoint) not in KINDS:
        told = f"Its type is {endpoint.kind or 'not told'}, which this version does not know: only its state is judged."
        found.append(Signal("type", Severity.UNKNOWN, told))
    if endpoint.state.lower() not in ENDED:  # of those the rest says nothing
        found += _checked(inventory, endpoint, health_routes.CHECKS if is_gateway(endpoint) else health_inside.CHECKS)
    found.sort(key=lambda signal: -signal.severity)
    return tuple(found) or (Signal("fine", Severity.FINE, "Nothing is the matter with it, as far as EC2 tells."),)


def worst(signals: tuple[Signal, ...]) -> Severity:
    """How bad it is in all."""
    return max((signal.severity for signal in signals), default=Severity.UNKNOWN)


Check = tuple[tuple[str, ...], str, Callable[["Inventory", Endpoint], Iterator[Signal]]]


def _checked(inventory: Inventory, endpoint: Endpoint, checks: tuple[Check, ...]) -> Iterator[Signal]:
    """What the checks find; of those that lack a part of the inventory, together, what is not known."""
    lacking: dict[str, list[str]] = {}
    for parts, question, check in checks:
        missing = [part for part in parts if not inventory.has(part)]
        if missing:
            lacking.setdefault(" and ".join(_PARTS[part] for part in missing), []).append(question)
        else:
            yield from check(inventory, endpoint)
    for parts_said, questions in lacking.items():
        sentence = f"Not known: {', '.join(questions)}. No {parts_said} could be read."
        actions = [
            text.split(":")[0] + ":" + text.split(":")[1].split()[0] for text in inventory.missing if ":" in text
        ]
        fix = f"allow {', '.join(actions)}" if actions else ""
        yield Signal("unread", Severity.UNKNOWN, sentence, fix)


_PARTS = {
    "interfaces": "network interfaces",
    "subnets": "subnets",
    "route_tables": "route tables",
    "groups": "security groups",
    "prefix_lists": "prefix lists",
}


def _state(endpoint: Endpoint) -> Iterator[Signal]:
    state = endpoint.state.lower()
    if state == "available":
        return
    if not state:
        yield Signal("state", Severity.UNKNOWN, "AWS does not tell its state.")
        return
    severity, said, fix = _STATES.get(state, (Severity.UNKNOWN, "is in a state that this version does not know", ""))
    yield Signal("state", severity, f"It {said} (state {endpoint.state}).", fix)


def _trouble(endpoint: Endpoint) -> Iterator[Signal]:
    if endpoint.trouble:
        text = f"AWS says: {endpoint.trouble.rstrip('.')}."
        yield Signal("error", Severity.FAILING, text, "mend what AWS names, or delete it and create another")
