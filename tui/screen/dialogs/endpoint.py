"""What Enter shows in the Endpoints pane: all that is known of an endpoint, of what goes around it, of a service."""

from __future__ import annotations

from collections.abc import Iterator

from tui.cache.carriage import Bypass, EndpointRow, EndpointTable, Exit, Traffic
from tui.flows.clean import clean
from tui.network.health import Severity, is_gateway, kind_of
from tui.network.rules import Endpoint
from tui.network.service import Connection
from tui.screen import format as fmt
from tui.screen.panes.bypass_line import around_text, table_text
from tui.screen.panes.endpoint_entry import Entry, Offered, Waiting, service_of
from tui.screen.panes.endpoint_line import rejects_run
from tui.screen.panes.endpoint_said import price_said
from tui.screen.panes.endpoint_style import ROLES, Style, severity_of
from tui.screen.widgets.drawn import BLANK_LINE, Line

GONE: list[Line] = [(("This is not there any more.", "muted"),)]
PATTERN = "%Y-%m-%d %H:%M:%S"
# Of these services records tell the public addresses, so what goes around their endpoints can be seen.
TOLD = {"s3", "dynamodb", "s3express"}


def entry_lines(entry: Entry | None, table: EndpointTable, style: Style) -> list[Line]:
    """The page of an entry."""
    if isinstance(entry, EndpointRow):
        return list(_endpoint(entry, table, style))
    if isinstance(entry, Bypass):
        return list(_bypass(entry, table, style))
    if isinstance(entry, tuple):
        return list(_bypass(entry[0], table, style))
    if isinstance(entry, Offered):
        return list(_offered(entry, style))
    if isinstance(entry, Waiting):
        return [*_facts(_of_connection(entry.connection, style))]
    return GONE


def _facts(facts: list[tuple[str, str]]) -> Iterator[Line]:
    for name, value in facts:
        if value:
            yield ((f"  {name:<16}", "muted"), (clean(value, 2_000), ""))


def _endpoint(row: EndpointRow, table: EndpointTable, style: Style) -> Iterator[Line]:
    endpoint = row.endpoint
    severity = severity_of(row, table)
    yield ((f"{style.mark(severity)}  ", ROLES[severity]), (service_of(row), "title"), (f"  {endpoint.id}", ""))
    yield BLANK_LINE
    yield (("How it is", "heading"),)
    for signal in row.signals:
        yield ((f"  {style.mark(signal.severity)}  ", ROLES[signal.severity]), (clean(signal.sentence, 2_000), ""))
        if signal.fix:
            yield (("      to do: ", "key"), (clean(signal.fix, 1_000), ""))
    yield BLANK_LINE
    yield (("What it carries", "heading"),)
    yield from _carried(row, table, style)
    yield BLANK_LINE
    yield (("What goes around it", "heading"),)
    yield from _around(row, table, style)
    yield BLANK_LINE
    yield (("What it is", "heading"),)
    yield from _facts(_of_endpoint(row, table, style))


def _carried(row: EndpointRow, table: EndpointTable, style: Style) -> Iterator[Line]:
    traffic = row.traffic
    if traffic is None:
        yield ((f"  not known: {row.unseen}", "muted"),)
        return
    yield from _traffic(traffic, style)
    yield ((f"  {'refused':<16}", "muted"), rejects_run(row, style))
    if traffic.by_routes:
        yield (("  Records do not tell which way it went; the routes of now are believed.", "muted"),)
    if traffic.is_partial:
        why = "a gap touches the records" if table.is_partial else "not all of its interfaces are logged"
        yield ((f"  At least so much: {why}.", "muted"),)
    if is_gateway(row.endpoint):
        yield (("  It has no interface: these are its clients' records, by its service's addresses.", "muted"),)
    yield (("  A request that its policy refuses is let through here, and answered with 403.", "muted"),)


def _traffic(traffic: Traffic, style: Style) -> Iterator[Line]:
    partial = traffic.is_partial
    now = style.least(f"{fmt.size(traffic.rate)}/s", is_partial=traffic.is_rate_partial)
    whole = style.least(fmt.size(traffic.bytes), is_partial=partial)
    yield ((f"  {'now':<16}", "muted"), (now, ""))
    yield ((f"  {'in all':<16}", "muted"), (f"{whole}, both ways, in the records held", ""))
    yield ((f"  {'clients':<16}", "muted"), (style.least(fmt.count(traffic.clients), is_partial=partial), ""))
    if traffic.first is not None:
        text = f"{style.time(traffic.first)} to {style.time(traffic.last)}"
        yield ((f"  {'seen':<16}", "muted"), (text, ""))


def _around(row: EndpointRow, table: EndpointTable, style: Style) -> Iterator[Line]:
    around = table.bypasses_of(row.endpoint)
    for bypass in around:
        yield from _bypass(bypass, table, style, indent="  ")
    if around:
        return
    if row.traffic is None:
        text = f"not known: {row.unseen}"
    elif row.endpoint.short in TOLD:
        text = "nothing that the records held tell of"
    else:
        text = "not known: flow records do not tell this service's public addresses from others"
    yield ((f"  {text}", "muted"),)


def _bypass(bypass: Bypass, table: EndpointTable, style: Style, indent: str = "") -> Iterator[Line]:
    paid = bypass.exit is not Exit.INTERNET
    role = ROLES[Severity.WARNING if paid else Severity.NOTICE]
    yield ((f"{indent}{around_text(bypass, table, style)}", role),)
    pace = style.least(f"{fmt.size(bypass.pace)} an hour", is_partial=bypass.traffic.is_partial)
    lines: list[tuple[str, str]] = [
        ("pace", f"{pace}, since it was first seen at {style.time(bypass.traffic.first)}"),
        (
            "price",
            f"{price_said(bypass, style)} (assumed: nat-price)"
            if bypass.exit is Exit.NAT
            else price_said(bypass, style),
        ),
        ("subnet", _named(bypass.subnet, table) or "not told by the records"),
        ("route table", table_text(bypass, table)),
        ("leaves by", _named(bypass.target, table) or "not known"),
        ("VPC", _named(bypass.vpc, table)),
        ("endpoint", bypass.endpoint or f"none for {bypass.service} in this VPC: a gateway endpoint costs nothing"),
        ("to do", _todo(bypass)),
    ]
    yield from _facts(lines)
    if not bypass.clients_known:
        yield (("  Only the NAT gateway's own records tell of it; they do not tell for whom.", "muted"),)
    yield from _traffic(bypass.traffic, style)


def _todo(bypass: Bypass) -> str:
    table = bypass.table or "the route table of its subnet"
    if not bypass.endpoint:
        return f"create a gateway endpoint for {bypass.service} (N) and associate it with {table}"
    if bypass.service in TOLD:
        return f"associate {bypass.endpoint} with {table} (M): open connections to {bypass.service} will drop once"
    return f"turn on private DNS of {bypass.endpoint} (M), or give the clients its own name"


def _named(one: str, table: EndpointTable) -> str:
    name = table.name(one)
    return f"{name} ({one})" if one and name != one else one


def _private_dns(endpoint: Endpoint) -> str:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html."""
    if not endpoint.private_dns:
        return "off"
    return "on, for inbound Resolver endpoints only" if endpoint.resolvers_only else "on"


def _of_endpoint(row: EndpointRow, table: EndpointTable, style: Style) -> list[tuple[str, str]]:
    endpoint = row.endpoint
    created = "" if endpoint.created is None else fmt.time_of_day(endpoint.created, utc=style.utc, pattern=PATTERN)
    interfaces = not is_gateway(endpoint)
    return [
        ("id", endpoint.id),
        ("name", endpoint.name),
        ("service", endpoint.service),
        ("leads to", endpoint.resource),
        ("Region", endpoint.region),
        ("type", kind_of(endpoint) or "not told"),
        ("state", endpoint.state or "not told"),
        ("AWS says", endpoint.trouble),
        ("policy", row.policy.value),
        ("VPC", _named(endpoint.vpc, table)),
        ("zones", ", ".join(row.zones)),
        ("subnets", ", ".join(_named(one, table) for one in endpoint.subnets)),
        ("interfaces", ", ".join(endpoint.interfaces)),
        ("route tables", ", ".join(_named(one, table) for one in endpoint.route_tables)),
        ("prefix list", row.prefix_list),
        ("security groups", ", ".join(_named(one, table) for one in endpoint.groups)),
        ("private DNS", _private_dns(endpoint) if interfaces else ""),
        ("names", ", ".join(endpoint.dns_names)),
        ("addresses", endpoint.address_type),
        ("DNS records", endpoint.dns_record),
        ("owner", endpoint.account),
        ("made by a service", "yes" if endpoint.requester_managed else ""),
        ("created", created),
        ("tags", ", ".join(f"{key}={value}" for key, value in endpoint.tags)),
    ]


def _offered(offered: Offered, style: Style) -> Iterator[Line]:
    service = offered.offer.service
    yield ((clean(service.name or service.id, 120), "title"), (f"  {service.id}", ""))
    yield BLANK_LINE
    yield from _facts(
        [
            ("service", service.service),
            ("state", service.state or "not told"),
            ("types", ", ".join(service.kinds)),
            ("acceptance", "needed" if service.acceptance_required else "not needed"),
            ("zones", ", ".join(service.zones)),
            ("load balancers", ", ".join(service.load_balancers)),
            ("private name", service.private_name),
        ]
    )
    yield BLANK_LINE
    number = len(offered.offer.connections)
    yield ((f"{number} connection{'s' * (number != 1)}", "heading"),)
    for connection in offered.offer.connections:
        yield from _facts(_of_connection(connection, style))
        yield BLANK_LINE


def _of_connection(connection: Connection, style: Style) -> list[tuple[str, str]]:
    created = connection.created
    return [
        ("endpoint", connection.endpoint),
        ("of account", connection.owner or "not told"),
        ("state", connection.state or "not told"),
        ("service", connection.service),
        ("load balancers", ", ".join(connection.load_balancers)),
        ("created", "" if created is None else fmt.time_of_day(created, utc=style.utc, pattern=PATTERN)),
    ]
