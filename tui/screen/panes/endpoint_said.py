"""What an entry of the Endpoints pane says in a sentence."""

from __future__ import annotations

from tui.cache.carriage import Bypass, EndpointRow, EndpointTable, Exit
from tui.flows.clean import clean
from tui.screen.panes.bypass_line import around_text, cost_text, pace_text, table_text
from tui.screen.panes.endpoint_entry import Entry, Offered, Waiting
from tui.screen.panes.endpoint_line import is_waiting
from tui.screen.panes.endpoint_style import Style, dollars

MONTH = 730  # hours, as AWS's own price pages count


def said_of(entry: Entry, table: EndpointTable, style: Style) -> str:
    """The sentence."""
    if isinstance(entry, EndpointRow):
        around = table.bypasses_of(entry.endpoint)
        worst = entry.signals[0].sentence if entry.signals else ""
        if around and around[0].traffic.rate:
            return bypass_said(around[0], table, style)
        return clean(entry.unseen.capitalize() + ". " + worst if entry.unseen else worst, 600)
    if isinstance(entry, Bypass):
        return bypass_said(entry, table, style)
    if isinstance(entry, tuple):
        return bypass_said(entry[0], table, style)
    if isinstance(entry, Offered):
        asks = "each endpoint has to be accepted" if entry.offer.service.acceptance_required else "anybody allowed may"
        return f"{clean(entry.offer.service.id, 60)}: {asks}"
    if isinstance(entry, Waiting):
        return "A accepts it, X rejects it" if is_waiting(entry.connection) else clean(entry.connection.endpoint, 60)
    return ""


def bypass_said(bypass: Bypass, table: EndpointTable, style: Style) -> str:
    """What goes around, how much of it, what it costs and which route table lets it."""
    arrow = f" {style.glyphs.arrow} "
    who = around_text(bypass, table, style).replace(arrow, " by ", 1)
    return f"{who}: {pace_text(bypass, style)}, {price_said(bypass, style)}; {table_text(bypass, table)}"


def price_said(bypass: Bypass, style: Style) -> str:
    """What it costs, with the price that is assumed."""
    cost = bypass.cost(style.price)
    if cost is None:
        free = "an internet gateway takes nothing for it"
        return free if bypass.exit is Exit.INTERNET else "what it costs is not known"
    month = style.least(f"{dollars(cost * MONTH)} a month", is_partial=bypass.traffic.is_partial)
    return f"{cost_text(bypass, style)}, {month} at ${style.price:g}/GB"
