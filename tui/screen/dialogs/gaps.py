"""What `!` shows: stretches that are not the whole truth, lines that could not be read, and how the source is."""

from __future__ import annotations

from tui.cache.view import Summary
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.following import Following
from tui.screen.panes.flow_line import Look
from tui.screen.widgets.drawn import BLANK_LINE, Line

SHOWN_LINES = 50


def gap_lines(following: Following, now: float, look: Look) -> list[Line]:
    """The page."""
    lines = source_lines(following, now, look)
    lines += [BLANK_LINE, ((f"gaps {fmt.count(following.summary.gaps)}", "heading"),)]
    if not following.gaps:
        lines.append((("  none: nothing is known to be missing from what was read", "muted"),))
    for gap in reversed(following.gaps):
        since, until = (fmt.time_of_day(at, utc=look.utc) for at in (gap.since, gap.until))
        number = f"  {fmt.count(gap.count):>7}  " if gap.count else "  unknown  "
        lines.append(
            (
                (f"  {look.glyphs.skipped} {since} to {until}", "skipped"),
                (number, ""),
                (gap.cause.value, ""),
                (f"  {clean(gap.note)}" if gap.note else "", "muted"),
            )
        )
    lines += [BLANK_LINE, ((f"lines that fit no log format {fmt.count(following.summary.unparsed)}", "heading"),)]
    if not following.unparsed:
        lines.append((("  none", "muted"),))
    for unparsed in list(following.unparsed)[-SHOWN_LINES:][::-1]:
        lines.append(((f"  {look.glyphs.skipped} {clean(unparsed.reason)}", "skipped"),))
        lines.append(((f"    {clean(unparsed.line, 500)}", "muted"),))
    return lines


def source_lines(following: Following, now: float, look: Look) -> list[Line]:
    """How the source is, and how much is held."""
    fresh, summary = following.freshness, following.summary
    answered = "never" if fresh.answered is None else f"{fmt.age(now - fresh.answered)} ago"
    lines: list[Line] = [
        (("the source", "heading"),),
        ((f"  last answer {answered}", ""),),
        ((f"  {held_text(summary, look)}", ""),),
        ((f"  {fmt.count(summary.late)} records came late, behind newer ones", ""),),
    ]
    if fresh.error:
        lines.append(((f"  {look.glyphs.reject} {clean(fresh.error)}", "stalled"), (f"  {clean(fresh.hint)}", "muted")))
    return lines


def held_text(summary: Summary, look: Look) -> str:
    """How many records are held, from when on, in how much memory."""
    since = "" if summary.oldest is None else f" since {fmt.time_of_day(summary.oldest, utc=look.utc)}"
    return f"{fmt.count(summary.records)} records held{since}, in {fmt.size(summary.held_bytes)}"
