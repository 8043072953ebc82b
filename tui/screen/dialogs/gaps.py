"""What `!` shows: how the source is, stretches that are not the whole truth, and how fresh each interface is."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cache.freshness import Freshness, Reading, counts, failing_flow_logs
from tui.cache.ledger import newest_first, open_gaps
from tui.cache.state import Pulse
from tui.cache.view import Summary
from tui.flows.clean import clean
from tui.flows.source import Gap
from tui.screen import format as fmt
from tui.screen.following import Following, progress
from tui.screen.panes.cell import Look
from tui.screen.widgets.drawn import BLANK_LINE, Line

SHOWN_LINES = 50
SHOWN_GAPS = 500
SHOWN_INTERFACES = 500
DAY = 86_400
ROLES = {
    Freshness.FAILING: "stalled",
    Freshness.STALLED: "stalled",
    Freshness.LATE: "lagging",
    Freshness.LOST: "skipped",
    Freshness.DUE: "",
    Freshness.NO_TRAFFIC: "muted",
    Freshness.FRESH: "live",
}


def gap_lines(following: Following, now: float, look: Look) -> list[Line]:
    """The page."""
    return [
        *source_lines(following, now, look),
        BLANK_LINE,
        *ledger_lines(following.gaps, following.forgotten_gaps, now, look),
        BLANK_LINE,
        *unparsed_lines(following, look),
        BLANK_LINE,
        *interface_lines(following, now, look),
    ]


def source_lines(following: Following, now: float, look: Look) -> list[Line]:
    """How the source is, and how much is held."""
    pulse, summary = following.pulse, following.summary
    answered = "never" if pulse.answered is None else f"{fmt.age(now - pulse.answered)} ago"
    state = pulse.state
    lines: list[Line] = [
        (("the source", "heading"),),
        ((f"  {look.glyphs.states[state]} {state.value}", state.value.lower()), (f"  last answer {answered}", "")),
        *status_lines(pulse, now, look),
        ((f"  {held_text(summary, look)}", ""),),
        ((f"  {fmt.count(summary.late)} record{'' if summary.late == 1 else 's'} came late, behind newer ones", ""),),
    ]
    if summary.doubled:
        twice = "1 interface is" if summary.doubled == 1 else f"{fmt.count(summary.doubled)} interfaces are"
        lines.append(((f"  {twice} logged twice; each record is counted once", ""),))
    if pulse.error:
        lines.append(((f"  {look.glyphs.reject} {clean(pulse.error)}", "stalled"), (f"  {clean(pulse.hint)}", "muted")))
    return lines


def status_lines(pulse: Pulse, now: float, look: Look) -> list[Line]:
    """What the source tells of itself, where it does."""
    status = pulse.status
    if status is None:
        return []
    price = f", ${status.price:.2f} an hour" if status.price else ""
    lines: list[Line] = [((f"  {clean(status.mode, 40)}, {fmt.count(status.calls)} calls so far{price}", ""),)]
    if pushed := status.pushed:
        lines.append(((f"  {clean(pushed, 1_100)}", ""),))
    if status.read < status.wanted:
        lines.append(((f"  catching up: {progress(status.read, status.wanted)} read", "lagging"),))
    if status.expires is not None:
        left = status.expires - now
        at = moment(status.expires, now, look)
        text = f"end at {at}, in {fmt.age(left)}" if left > 0 else f"ended at {at}"
        lines.append(((f"  credentials {text}", "" if left > 0 else "stalled"),))
    if status.advice:
        lines.append(((f"  {clean(status.advice, 500)}", "lagging"),))
    return lines


def ledger_lines(gaps: Sequence[Gap], forgotten: int, now: float, look: Look) -> list[Line]:
    """The ledger, newest first: an open gap makes totals a least, a healed one was made good by a later read."""
    still = len(open_gaps(gaps))
    lines: list[Line] = [((f"gaps {fmt.count(still)} open, {fmt.count(len(gaps) - still)} healed", "heading"),)]
    if not gaps:
        lines.append((("  none: nothing is known to be missing from what was read", "muted"),))
    if still:
        lines.append(((f"  where one is open, totals are marked {look.glyphs.least}", "muted"),))
    lines += [gap_line(gap, now, look) for gap in newest_first(gaps)[:SHOWN_GAPS]]
    rest = max(0, len(gaps) - SHOWN_GAPS) + forgotten
    if rest:
        lines.append(((f"  and {fmt.count(rest)} more", "muted"),))
    return lines


def gap_line(gap: Gap, now: float, look: Look) -> Line:
    """From and to, open or healed and when, how many, why."""
    since, until = moment(gap.since, now, look), moment(gap.until, now, look)
    number = f"{fmt.count(gap.count):>7}" if gap.count else "unknown"
    is_open = gap.healed is None
    state = "open" if gap.healed is None else f"healed {moment(gap.healed, now, look)}"
    return (
        (f"  {look.glyphs.skipped if is_open else look.glyphs.accept} {since} to {until}", "skipped" if is_open else "muted"),
        (f"  {state:<15}  {number}  {gap.cause.value}", "" if is_open else "muted"),
        (f"  {clean(gap.note)}" if gap.note else "", "muted"),
    )  # fmt: skip


def interface_lines(following: Following, now: float, look: Look) -> list[Line]:
    """Every interface's word and age, worst first, after how many have each word."""
    found = following.readings(now)
    told = ", ".join(f"{number} {word.value}" for word, number in counts(found))
    lines: list[Line] = [((f"interfaces {fmt.count(len(found))}", "heading"), (f"  {told}", "muted"))]
    if not found:
        lines.append((("  no record has told of one yet", "muted"),))
    for state in failing_flow_logs(following.about.states if following.about else ()):
        why = f"{look.glyphs.reject} {clean(state.id)} of {clean(state.resource)} does not deliver"
        lines.append(((f"  {why}: {clean(state.error) or 'no reason given'}", "stalled"),))
    lines += [reading_line(reading) for reading in found[:SHOWN_INTERFACES]]
    if len(found) > SHOWN_INTERFACES:
        lines.append(((f"  and {fmt.count(len(found) - SHOWN_INTERFACES)} more", "muted"),))
    return lines


def reading_line(reading: Reading) -> Line:
    """One interface."""
    word = reading.freshness
    error = f"  {clean(reading.error)}" if word is Freshness.FAILING else ""
    return (
        (f"  {fmt.left(word.value, 17)}", ROLES[word]),
        (f"{clean(reading.interface, 60):<21}  newest {fmt.age(reading.age):>6} old", ""),
        (f"  each {fmt.age(reading.cadence)}{error}", "muted"),
    )


def unparsed_lines(following: Following, look: Look) -> list[Line]:
    """Lines that could not be read, with the reason."""
    lines: list[Line] = [((f"lines that fit no log format {fmt.count(following.summary.unparsed)}", "heading"),)]
    if not following.unparsed:
        lines.append((("  none", "muted"),))
    for unparsed in list(following.unparsed)[-SHOWN_LINES:][::-1]:
        lines.append(((f"  {look.glyphs.skipped} {clean(unparsed.reason)}", "skipped"),))
        lines.append(((f"    {clean(unparsed.line, 500)}", "muted"),))
    return lines


def moment(at: float, now: float, look: Look) -> str:
    """A time of day; with the day where it is another."""
    pattern = "%H:%M:%S" if abs(now - at) < DAY / 2 else "%m-%d %H:%M:%S"
    return fmt.time_of_day(at, utc=look.utc, pattern=pattern)


def held_text(summary: Summary, look: Look) -> str:
    """How many records are held, from when on, in how much memory."""
    since = "" if summary.oldest is None else f" since {fmt.time_of_day(summary.oldest, utc=look.utc)}"
    return f"{fmt.count(summary.records)} records held{since}, in {fmt.size(summary.held_bytes)}"
