"""What an endpoint looks like on a line, and what goes around it, and what is offered; imported when there is something to draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tui.cache.carriage import Bypass, EndpointRow, EndpointTable
from tui.flows.clean import clean
from tui.network.health import Severity, is_available, kind_of
from tui.network.service import Connection
from tui.screen import format as fmt
from tui.screen.panes.bypass_line import bypass_line, second_line
from tui.screen.panes.endpoint_entry import Entry, Offered, Waiting, service_of
from tui.screen.panes.endpoint_style import ROLES, Style, rate_text, severity_of
from tui.screen.widgets.drawn import Line, Run

SHORT_KINDS = {"GatewayLoadBalancer": "gwlb", "ServiceNetwork": "svc-net"}
NARROW = 60  # cells below which marks are short and a bypass takes two lines
LEAST, MOST = 12, 30  # cells that a service's name gets


def kind_text(row: EndpointRow) -> str:
    """The type, short."""
    kind = kind_of(row.endpoint)
    return SHORT_KINDS.get(kind, kind.lower()) or "no type"


def where_text(row: EndpointRow) -> str:
    """Where it is: in zones, or in route tables."""
    tables, zones = len(row.endpoint.route_tables), len(row.zones) or len(row.endpoint.subnets)
    if tables:
        return f"{tables} table{'s' * (tables != 1)}"
    return f"{zones} AZ" if zones else "nowhere"


def clients_text(row: EndpointRow, style: Style) -> str:
    """How many clients it has."""
    return style.glyphs.dash if row.traffic is None else fmt.count(row.traffic.clients)


def rejects_run(row: EndpointRow, style: Style) -> Run:
    """Refused records."""
    if row.traffic is None:
        return style.glyphs.dash, "muted"
    number = row.traffic.rejects
    return (f"{style.glyphs.reject} {fmt.count(number)}", "reject") if number else (style.glyphs.dot, "muted")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of steady width; the lighter, the sooner it is let in."""

    heading: str
    width: int
    weight: int
    run: Callable[[EndpointRow, Style], Run]
    right: bool = True


RATE = Column(
    "bytes/s",
    9,
    0,
    lambda row, style: (rate_text(row.traffic, style), "muted" if not row.traffic or not row.traffic.rate else ""),
)
COLUMNS = (
    Column("Type", 9, 3, lambda row, _: (kind_text(row), ""), right=False),
    RATE,
    Column("Bytes", 7, 6, lambda row, style: (_bytes(row, style), "")),
    Column("Clients", 7, 2, lambda row, style: (clients_text(row, style), "")),
    Column("Reject", 7, 4, rejects_run),
    Column("Where", 8, 5, lambda row, _: (where_text(row), ""), right=False),
    Column("Policy", 11, 1, lambda row, _: (row.policy.value, ""), right=False),
    Column("Last", 8, 7, lambda row, style: (style.time(row.traffic.last if row.traffic else None), "muted")),
)


def _bytes(row: EndpointRow, style: Style) -> str:
    if row.traffic is None:
        return style.glyphs.dash
    return style.least(fmt.size(row.traffic.bytes), is_partial=row.traffic.is_partial)


@dataclass(frozen=True, slots=True)
class Places:
    """How wide mark and service are, and which columns fit behind them; `more` is what a line has left for words."""

    mark: int
    service: int
    columns: tuple[Column, ...]
    width: int
    is_narrow: bool
    labels: Mapping[str, str] = field(default_factory=dict)


def arrange(width: int, need: int, labels: Mapping[str, str]) -> Places:
    """What fits in so many cells, the cursor's mark left out; services with their labels need `need` cells."""
    is_narrow = width < NARROW
    mark = 6 if is_narrow else 9
    least = min(max(LEAST, need), 14 if is_narrow else MOST)
    left = width - 2 - mark - 1
    shown = []
    for column in sorted(COLUMNS, key=lambda column: column.weight):
        if left - column.width - 1 >= least or column is RATE:
            left -= column.width + 1
            shown.append(column)
    columns = tuple(each for each in COLUMNS if each in shown)
    return Places(mark, max(4, left), columns, width - 2, is_narrow, labels)


def heading_line(places: Places) -> Line:
    """The headings."""
    text = f"  {fmt.left('State', places.mark)} {fmt.left('Service', places.service)}"
    behind = "".join(f" {_placed(column.heading, column)}" for column in places.columns)
    return ((text + behind, "heading"),)


def entry_line(entry: Entry, table: EndpointTable, places: Places, style: Style) -> Line:
    """An entry on its line."""
    if isinstance(entry, EndpointRow):
        return _endpoint_line(entry, table, places, style)
    if isinstance(entry, Bypass):
        return bypass_line(entry, table, places, style)
    if isinstance(entry, Offered):
        return _offered_line(entry, places, style)
    if isinstance(entry, Waiting):
        return _connection_line(entry.connection, places, style)
    if isinstance(entry, tuple):
        return second_line(entry[0], table, places, style)
    return ((fmt.end(entry, places.width, style.glyphs.ellipsis), "heading"),)


def _endpoint_line(row: EndpointRow, table: EndpointTable, places: Places, style: Style) -> Line:
    severity = severity_of(row, table)
    ellipsis = style.glyphs.ellipsis
    state = "" if is_available(row.endpoint) else f" {clean(row.endpoint.state, 40) or 'state not told'}"
    name = fmt.end(service_of(row), max(4, places.service - fmt.cells(state)), ellipsis)
    state = fmt.end(state, max(0, places.service - fmt.cells(name)), ellipsis)
    rest = places.service - fmt.cells(name) - fmt.cells(state)
    label = places.labels.get(row.endpoint.id, "")
    label = fmt.end(f" {label}", rest, ellipsis) if label and rest > 3 else ""
    rest -= fmt.cells(label)
    runs: list[Run] = [
        (fmt.left(style.mark(severity, short=places.is_narrow), places.mark), ROLES[severity]),
        (f" {name}", "title"),
    ]
    runs += [(label, "muted"), (state, ROLES[row.severity])]
    runs.append((" " * rest, ""))
    for column in places.columns:
        text, role = column.run(row, style)
        runs.append((" " + _placed(fmt.end(text, column.width, ellipsis), column), role))
    return _joined(runs)


def _offered_line(offered: Offered, places: Places, style: Style) -> Line:
    service = offered.offer.service
    waiting = sum(is_waiting(each) for each in offered.offer.connections)
    severity = (
        Severity.WARNING if waiting else Severity.FINE if service.state.lower() == "available" else Severity.NOTICE
    )
    name = clean(service.name or service.private_name or service.service or service.id, 120)
    state = "" if service.state.lower() == "available" else f" {clean(service.state, 40)}"
    number = sum(each.state.lower() == "available" for each in offered.offer.connections)
    connected = f"{number} connected" + (f", {waiting} waiting" if waiting else "")
    room = places.width - places.mark - 2 - fmt.cells(connected)
    text = fmt.end(f"{name}{state}", max(4, room), style.glyphs.ellipsis)
    return (
        (fmt.left(style.mark(severity, short=places.is_narrow), places.mark), ROLES[severity]),
        (f" {fmt.left(text, max(4, room))}", "title"),
        (f" {connected}", ROLES[severity] if waiting else "muted"),
    )


def is_waiting(connection: Connection) -> bool:
    """Whether it wants to be accepted."""
    return connection.state.lower() == "pendingacceptance"


def _connection_line(connection: Connection, places: Places, style: Style) -> Line:
    state = connection.state.lower()
    severity = {"pendingacceptance": Severity.WARNING, "available": Severity.FINE}.get(state, Severity.NOTICE)
    word = "wants to connect" if is_waiting(connection) else clean(connection.state, 40) or "state not told"
    text = f"{clean(connection.endpoint, 60)} of {clean(connection.owner, 40) or 'an account not told'}: {word}"
    room = places.width - places.mark - 3
    return (
        (fmt.left(style.mark(severity, short=places.is_narrow), places.mark), ROLES[severity]),
        (f"   {fmt.end(text, max(4, room), style.glyphs.ellipsis)}", ""),
    )


def _joined(runs: list[Run]) -> Line:
    """Neighbours of one role as one run: each change of style is bytes on the wire."""
    made: list[Run] = []
    for text, role in runs:
        if not text:
            continue
        if made and (made[-1][1] == role or not text.strip()):
            made[-1] = (made[-1][0] + text, made[-1][1])
        else:
            made.append((text, role))
    return tuple(made)


def _placed(text: str, column: Column) -> str:
    return fmt.right(text, column.width) if column.right else fmt.left(text, column.width)
