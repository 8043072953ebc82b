"""How a row of the Rejects pane is written: on one line, or on two where the pane is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui.cache.reject_order import Order
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.names import NameStyle
from tui.screen.panes.cell import Look
from tui.screen.panes.flow_line import PORTLESS
from tui.screen.widgets.bars import bar_rows
from tui.screen.widgets.drawn import Line, Run

if TYPE_CHECKING:  # nothing is drawn of these before the first paint
    from tui.cache.rejected import Party, RejectRow, RejectTable, Served, Sum
    from tui.network.verdict.model import Ruling, Verdict

TCP = 6
ONE_LINE = 76  # cells from which on a row is one line
NEW = "new"
RATE = 5
VERDICT = 26  # a verdict's mark and its few words
LONGEST = 64
HEADINGS = {Order.RATE: "/min", Order.COUNT: "Count", Order.SINCE: "Since", Order.LAST: "Last"}


class Widths(NamedTuple):
    """Cells of each column of a row on one line; `who` gets what is left."""

    trend: int
    who: int
    verdict: int
    since: int
    last: int
    number: int


def widths_of(width: int) -> Widths:
    """What fits; `width` is without the cursor's mark."""
    trend, verdict, since, last, count = (5, VERDICT, 6, 0, 6) if width < 110 else (12, VERDICT + 7, 8, 8, 8)
    taken = RATE + trend + verdict + since + last + count + 5 + (last > 0)
    return Widths(trend, width - taken, verdict, since, last, count)


def heading_of(width: int, marks: Glyphs, order: Order = Order.RATE, *, is_upward: bool = False) -> Line:
    """The headings, the sorted one marked."""
    width -= 2
    mark = marks.up if is_upward else marks.down
    head = {each: f"{mark if each is order else ''}{text}" for each, text in HEADINGS.items()}
    who = f"Client {marks.arrow} server"
    if width < ONE_LINE:
        trend = _short_trend(width)
        name = fmt.left(who, width - trend - RATE - 2)
        return (("  ", ""), (f"{name} {fmt.left('Trend', trend)} {head[Order.RATE]:>{RATE}}", "heading"))
    of = widths_of(width)
    parts = [f"{head[Order.RATE]:>{RATE}}", fmt.left("Trend", of.trend), fmt.left(who, of.who)]
    parts += [fmt.left("Why", of.verdict), fmt.left(head[Order.SINCE], of.since)]
    parts += [fmt.left(head[Order.LAST], of.last)] if of.last else []
    return (("  ", ""), (" ".join([*parts, f"{head[Order.COUNT]:>{of.number}}"]), "heading"))


def row_lines(row: RejectRow, width: int, look: Look, *, is_new: bool, is_judged: bool) -> list[Line]:
    """The row's lines, without the cursor's mark."""
    marks = look.glyphs
    verdict, role = verdict_run(row.verdict, marks, is_judged=is_judged)
    count = f"{marks.least if row.is_partial else ''}{fmt.count(row.count)}"
    if width - 2 < ONE_LINE:
        return _two_lines(row, width - 2, look, (verdict, role), count, is_new=is_new)
    of = widths_of(width - 2)
    seconds = "%H:%M:%S" if of.since > 6 else "%H:%M"
    ends = [(row.first, of.since, seconds), *([(row.last, of.last, "%H:%M:%S")] if of.last else [])]
    times = " ".join(fmt.left(moment(at, look, pattern), cells) for at, cells, pattern in ends)
    flag = f"{NEW} " if is_new else ""
    who = who_of(row, of.who - len(flag), look)
    runs: list[Run] = [
        (f"{rate_text(row.rate, marks):>{RATE}} ", "" if row.rate else "muted"),
        (f"{trend_of(row.trend, of.trend, marks)} ", "reject"),
        (flag, "key"),
        (fmt.left(who, of.who - len(flag) + 1), ""),
        (fmt.left(fmt.end(verdict, of.verdict, marks.ellipsis), of.verdict + 1), role),
        (f"{times} ", "muted"),
        (f"{count:>{of.number}}", ""),
    ]
    return [tuple(run for run in runs if run[0])]


def _two_lines(row: RejectRow, width: int, look: Look, verdict: Run, count: str, *, is_new: bool) -> list[Line]:
    """Who and how much above, why and since when below."""
    marks, trend = look.glyphs, _short_trend(width)
    flag = f"{NEW} " if is_new else ""
    who = width - trend - RATE - 2 - len(flag)
    above: list[Run] = [
        (flag, "key"),
        (fmt.left(who_of(row, who, look), who + 1), "title"),
        (trend_of(row.trend, trend, marks), "reject"),
        (f" {rate_text(row.rate, marks):>{RATE}}", "" if row.rate else "muted"),
    ]
    first = moment(row.first, look, "%H:%M")
    room = width - min(VERDICT, fmt.cells(verdict[0])) - 2
    told = next((text for text in (f"{count} since {first}", f"{count} {first}") if fmt.cells(text) <= room), count)
    why = max(4, width - fmt.cells(told) - 2)
    below: list[Run] = [
        (f" {fmt.left(fmt.end(verdict[0], why, marks.ellipsis), why)} ", verdict[1]),
        (told, "muted"),
    ]
    return [tuple(run for run in above if run[0]), tuple(below)]


def _short_trend(width: int) -> int:
    return 5 if width < 48 else 8


def who_of(row: RejectRow, width: int, look: Look) -> str:
    """Who wants what of whom, in at most `width` cells; the port stays whole."""
    marks = look.glyphs
    port = None if row.protocol in PORTLESS else row.port
    over = "" if row.protocol == TCP else f" {fmt.protocol(row.protocol)}"
    client, server = (called(party, look) for party in (row.client, row.server))
    arrow = f" {marks.arrow} "
    room = width - fmt.cells(arrow) - len(over)
    whole = fmt.cells(client) + fmt.cells(fmt.with_port(server, port))
    if whole > room:
        # The longer one gives first, so that a short name never suffers for a long one.
        least = max(4, room // 2)
        rest = fmt.cells(fmt.with_port(server, port)) - fmt.cells(server)
        given = min(fmt.cells(client), max(least, room - rest - fmt.cells(server)))
        client = fmt.middle(client, given, marks.ellipsis)
        return f"{client}{arrow}{fmt.shorten(server, port, room - fmt.cells(client), marks.ellipsis)}{over}"
    return f"{client}{arrow}{fmt.with_port(server, port)}{over}"


def called(party: Party, look: Look) -> str:
    """A side as the reader wants to see it: by name, by address, or both; of many addresses how many."""
    label, address = clean(party.label, LONGEST), clean(party.address, LONGEST)
    style, others = look.words.style, party.addresses - 1
    if label == address or style is NameStyle.IDS or (party.is_anybody and not others):
        return f"{address or label} +{fmt.count(others)}" if others > 0 else address or label
    if style is NameStyle.BOTH:
        return f"{label} {address} +{fmt.count(others)}" if others > 0 else f"{label} {address}"
    return f"{label} ({fmt.count(party.addresses)})" if party.is_anybody else label


def verdict_run(verdict: Verdict | None, marks: Glyphs, *, is_judged: bool = True) -> Run:
    """The verdict in a few words, with its mark; what is not judged yet is said to be to come."""
    if verdict is None:
        return (marks.ellipsis if is_judged else "no inventory to judge by"), "muted"
    from tui.network.verdict.model import Confidence

    likely = "likely " if verdict.confidence is Confidence.LIKELY else ""
    mark, role = mark_of(verdict.ruling, marks)
    return f"{mark} {likely}{clean(verdict.short, 40)}", role


def mark_of(ruling: Ruling, marks: Glyphs) -> Run:
    """A ruling's mark and role."""
    from tui.network.verdict.model import Ruling

    if ruling in {Ruling.NO_RULE, Ruling.ACL_ENTRY, Ruling.ACL_RETURN, Ruling.PUBLIC_ACCESS}:
        return marks.reject, "reject"
    if ruling is Ruling.STALE:
        return marks.dot, "muted"
    if ruling is Ruling.ALLOWED:
        return marks.accept, "accept"
    return ("?" if ruling is Ruling.UNKNOWN else marks.note), "skipped"


def rate_text(rate: float, marks: Glyphs) -> str:
    """Records a minute in at most five cells."""
    if rate <= 0:
        return marks.dot
    if rate < 0.1:
        return "<0.1"
    return f"{rate:.1f}" if rate < 9.95 else fmt.count(rate) if rate < 9_999.5 else fmt.scaled(rate)


def trend_of(trend: Sequence[float], width: int, marks: Glyphs) -> str:
    """The last minutes as bars."""
    return bar_rows(trend[-width:], width, 1, marks)[0]


def moment(at: float | None, look: Look, pattern: str = "%H:%M:%S") -> str:
    """A time of day, or a dash where none was told."""
    return look.glyphs.dash if at is None else fmt.time_of_day(at, utc=look.utc, pattern=pattern)


def footer_line(table: RejectTable, width: int, look: Look) -> Line:
    """What stands further down, while that is out of sight."""
    noise, stale = table.noise, table.stale
    if table.served:
        return served_line(table.served[0], width, look)
    least = look.glyphs.least if table.is_partial else ""
    runs: list[Run] = []
    if noise.count:
        sources = "1 source" if noise.sources == 1 else f"{fmt.count(noise.sources)} sources"
        runs += [("noise ", "strong"), (f"{least}{fmt.count(noise.count)} from {sources}  ", "")]
    if stale.count:
        runs += [("stale ", "strong"), (f"{least}{fmt.count(stale.count)}", "")]
    return tuple(runs) if sum(fmt.cells(text) for text, _ in runs) <= width - 2 else tuple(runs[:2])


def served_line(one: Served, width: int, look: Look) -> Line:
    """A server that refuses sources outside where others are let in: noise, or customers."""
    others = f"{fmt.count(one.refused)} outside"
    server = who_served(one, max(8, width - 2 - len("!  refuses ") - len(others)), look)
    whole = f"! {server} refuses {others}, lets {fmt.count(one.others)} others in: customers?"
    short = f"! {server} refuses {others}"
    return ((whole if fmt.cells(whole) <= width - 2 else short, "skipped"),)


def who_served(one: Served, width: int, look: Look) -> str:
    """The server and its port."""
    over = "" if one.protocol == TCP else f" {fmt.protocol(one.protocol)}"
    port = None if one.protocol in PORTLESS else one.port
    return fmt.shorten(clean(one.server, LONGEST), port, width - len(over), look.glyphs.ellipsis) + over


def noise_line(table: RejectTable, width: int, look: Look) -> Line:
    """All noise in one line: how much, from how many, and the key that shows it row by row."""
    noise, marks = table.noise, look.glyphs
    least = marks.least if table.is_partial else ""
    sources = "1 source" if noise.sources == 1 else f"{fmt.count(noise.sources)} sources"
    rate = f", {rate_text(noise.rate, marks)}/min" if noise.rate else ""
    told = f"{least}{fmt.count(noise.count)} from {sources}{rate}"
    key = ("u folds" if table.unfolded else "u unfolds") + " the noise from outside"
    room = width - 2 - fmt.cells(told) - 8 - 9
    runs: list[Run] = [("noise ", "strong"), (f"{told} ", ""), (trend_of(noise.trend, 8, marks), "muted")]
    for text in (key, key.partition(" the")[0]):
        if room > fmt.cells(text):
            return (*runs, (f" {text}", "muted"))
    return tuple(runs)


def stale_line(stale: Sum, marks: Glyphs) -> Line:
    """What stands above stale rows."""
    rows = "1 row" if stale.rows == 1 else f"{fmt.count(stale.rows)} rows"
    return (("stale ", "strong"), (f"{rows} {marks.dot} packets that came after the close", "muted"))


def quiet_line(table: RejectTable, look: Look) -> Line:
    """Where nothing of the reader's own was refused."""
    marks = look.glyphs
    since = f" since {moment(table.since, look, '%H:%M')}" if table.since is not None else ""
    but = f" {marks.skipped} but there are gaps" if table.is_partial else ""
    return ((f"{marks.accept} nothing of your own was refused{since}", "accept"), (but, "skipped"))
