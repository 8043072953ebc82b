"""The entries of the Endpoints pane, in their order: endpoints with what goes around them, then what is offered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tui.cache.carriage import Bypass, EndpointRow, EndpointTable, Exit, Offer
from tui.cache.view import Key
from tui.flows.clean import clean
from tui.network.service import Connection

OFFERS = "Services you offer"
PROVIDER = ("DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpointConnections")
PLAIN = re.compile(r"[a-z0-9][a-z0-9.-]{0,60}")  # of which the filter language takes any as it is


@dataclass(frozen=True, slots=True)
class Offered:
    """A service of the reader's."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's connection to a service of the reader's."""

    connection: Connection


# An endpoint, what goes around it and the second line of that, a service, a connection, a heading.
Entry = EndpointRow | Bypass | tuple[Bypass] | Offered | Waiting | str


def service_of(row: EndpointRow) -> str:
    """What an endpoint is called: its service, for one of somebody's own its name; else what it leads to."""
    endpoint = row.endpoint
    short = endpoint.short
    if "vpce-svc-" in short or not short:
        return clean(endpoint.name or short or endpoint.resource.rpartition("/")[2] or endpoint.id, 120)
    return clean(short, 120)


def labels_of(table: EndpointTable) -> dict[str, str]:
    """By endpoint id, what tells apart endpoints of one service: the VPC, else the name or the id; '' where there is one."""
    same: dict[str, list[EndpointRow]] = {}
    for row in table.rows:
        same.setdefault(service_of(row), []).append(row)
    found = {}
    for rows in same.values():
        vpcs = {row.endpoint.vpc for row in rows}
        for row in rows:
            endpoint = row.endpoint
            own = table.name(endpoint.vpc) if len(vpcs) == len(rows) else endpoint.name or endpoint.id
            found[endpoint.id] = clean(own, 60) if len(rows) > 1 else ""
    return found


SORTS: dict[str, Callable[[EndpointRow], float | str]] = {
    "worst": lambda row: row.severity,
    "bytes/s": lambda row: row.traffic.rate if row.traffic else -1.0,
    "service": service_of,
    "clients": lambda row: row.traffic.clients if row.traffic else -1,
    "rejects": lambda row: row.traffic.rejects if row.traffic else -1,
}


def entries_of(
    table: EndpointTable, sort: str, severity: Callable[[EndpointRow], float], *, reverse: bool, tall: bool
) -> list[Entry]:
    """All of them.

    Args:
        table: the answer.
        sort: of SORTS; words rise, numbers fall.
        severity: how bad an endpoint is, with what goes around it.
        reverse: the other way round.
        tall: a bypass takes two lines.
    """
    key: Callable[[EndpointRow], float | str] = severity if sort == "worst" else SORTS[sort]
    rows = sorted(table.rows, key=lambda row: (service_of(row), row.endpoint.id))
    rows.sort(key=key, reverse=(sort != "service") is not reverse)
    entries: list[Entry] = []
    for row in rows:
        entries.append(row)
        for bypass in table.bypasses_of(row.endpoint):
            entries += _bypass(bypass, tall=tall)
    # Where there is no endpoint for it yet, what is paid for stands first: nothing else is as quickly mended.
    shown = {row.endpoint.id for row in rows}
    without = [each for each in table.bypasses if each.endpoint not in shown]
    first = [each for each in without if each.exit is not Exit.INTERNET and sort == "worst"]
    last = [each for each in without if each not in first]
    entries[:0] = [part for each in first for part in _bypass(each, tall=tall)]
    entries += [part for each in last for part in _bypass(each, tall=tall)]
    denied = [each for each in table.missing if any(part in each for part in PROVIDER)]
    if table.offers or denied:
        entries.append(OFFERS + (f": {clean(denied[0], 200)}" if denied else ""))
        for offer in table.offers:
            entries += [Offered(offer), *(Waiting(each) for each in offer.connections)]
    return entries


def _bypass(bypass: Bypass, *, tall: bool) -> list[Entry]:
    return [bypass, (bypass,)] if tall else [bypass]


def key_of(entry: Entry) -> Key:
    """What an entry is found again by."""
    if isinstance(entry, EndpointRow):
        return ("endpoint", entry.endpoint.id)
    if isinstance(entry, Bypass):
        return entry.key
    if isinstance(entry, tuple):
        return (*entry[0].key, 2)
    if isinstance(entry, Offered):
        return ("service", entry.offer.service.id)
    if isinstance(entry, Waiting):
        return ("connection", entry.connection.service, entry.connection.endpoint)
    return ("heading", entry)


def endpoint_of(entry: Entry | None) -> str:
    """The id of the endpoint that an entry is of, '' for none."""
    if isinstance(entry, EndpointRow):
        return entry.endpoint.id
    bypass = bypass_of(entry)
    return bypass.endpoint if bypass else ""


def bypass_of(entry: Entry | None) -> Bypass | None:
    """The traffic around an endpoint that an entry, or its second line, tells of."""
    if isinstance(entry, tuple):
        return entry[0]
    return entry if isinstance(entry, Bypass) else None


def filter_of(entry: Entry) -> str:
    """What keeps the flow records of an entry; '' where none could."""
    if isinstance(entry, EndpointRow):
        endpoint = entry.endpoint
        return f"endpoint:{endpoint.id}" if PLAIN.fullmatch(endpoint.id) else ""
    bypass = bypass_of(entry)
    if bypass is None or not PLAIN.fullmatch(bypass.service):
        return ""
    place = f" subnet:{bypass.subnet}" if PLAIN.fullmatch(bypass.subnet) else ""
    return f"service:{bypass.service}{place}"
