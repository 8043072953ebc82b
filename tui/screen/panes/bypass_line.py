"""What goes around an endpoint, on a line or two: from where, by what, how much of it, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cache.carriage import Bypass, EndpointTable, Exit
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.panes.endpoint_style import ROLES, Style, bypass_severity, dollars
from tui.screen.widgets.drawn import Line, Run

if TYPE_CHECKING:
    from tui.screen.panes.endpoint_line import Places

EXITS = {Exit.NAT: "NAT", Exit.INTERNET: "internet gateway", Exit.TRANSIT: "transit gateway", Exit.OTHER: "another way"}


def cost_text(bypass: Bypass, style: Style) -> str:
    """What it costs an hour; nothing at an internet gateway, `` where nobody knows."""
    cost = bypass.cost(style.price)
    if cost is not None:
        return style.least(f"{dollars(cost)}/h", is_partial=bypass.traffic.is_partial)
    return "unpaid" if bypass.exit is Exit.INTERNET else "not known"


def pace_text(bypass: Bypass, style: Style) -> str:
    """Bytes an hour."""
    return style.least(f"{fmt.size(bypass.pace)}/h", is_partial=bypass.traffic.is_partial)


def around_text(bypass: Bypass, table: EndpointTable, style: Style, *, with_service: bool = True) -> str:
    """`s3 private-b → nat-b`: who goes around by what."""
    who = table.name(bypass.subnet) if bypass.subnet else "clients not told"
    by = table.name(bypass.target) if bypass.target else EXITS[bypass.exit]
    text = f"{who} {style.glyphs.arrow} {by}"
    return clean(f"{bypass.service} {text}" if with_service else text, 200)


def table_text(bypass: Bypass, table: EndpointTable) -> str:
    """The route table at fault, by name and id."""
    if not bypass.table:
        return "route table not known"
    name = table.name(bypass.table)
    return clean(f"{name} {bypass.table}" if name != bypass.table else bypass.table, 200)


def bypass_line(bypass: Bypass, table: EndpointTable, places: Places, style: Style) -> Line:
    """The line; where there is little room its numbers are on the second one."""
    severity = bypass_severity(bypass)
    mark: Run = (fmt.left(style.mark(severity, short=places.is_narrow), places.mark), ROLES[severity])
    room = places.width - places.mark - 1
    if places.is_narrow:
        text = around_text(bypass, table, style, with_service=True)
        if fmt.cells(text) > room:
            text = around_text(bypass, table, style, with_service=False)
        return mark, (f" {fmt.middle(text, room, style.glyphs.ellipsis)}", "")
    numbers = f"{pace_text(bypass, style):>10} {cost_text(bypass, style):>9}"
    text = f"around {around_text(bypass, table, style)}, {table_text(bypass, table)}"
    room -= fmt.cells(numbers) + 1
    return (
        mark,
        (f" {fmt.left(fmt.end(text, room, style.glyphs.ellipsis), room)} ", ""),
        (numbers, ROLES[severity] if bypass.traffic.rate else "muted"),
    )


def second_line(bypass: Bypass, table: EndpointTable, places: Places, style: Style) -> Line:
    """What it costs, how much it is, and the route table at fault."""
    severity = bypass_severity(bypass)
    numbers = f"{cost_text(bypass, style)} {pace_text(bypass, style)}"
    room = places.width - places.mark - 2 - fmt.cells(numbers)
    names = (table_text(bypass, table), clean(table.name(bypass.table), 200))
    fits = next((each for each in names if fmt.cells(each) <= room), names[-1])
    name = fmt.middle(fits, max(0, room), style.glyphs.ellipsis)
    return (
        (" " * (places.mark + 1), ""),
        (f"{numbers} ", ROLES[severity] if bypass.traffic.rate else "muted"),
        (name, "muted"),
    )
