"""How things stand: traffic by minute, and the header's numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tui.cache.digest import MINUTE, Digest
from tui.cache.ledger import open_gaps, touches
from tui.cache.rolling import Held
from tui.cache.tally import Tally, count
from tui.cache.view import Strip, Summary
from tui.flows.source import TIMESTAMP, Gap


def is_partial(gaps: Sequence[Gap], since: float, until: float) -> bool:
    """Whether a gap touches [since, until), in Unix seconds."""
    return any(touches(gap, since, until) for gap in gaps)


def tallies_of(held: Held, frames: Sequence[pl.DataFrame]) -> tuple[tuple[int, Tally], ...]:
    """Traffic by minute of some of the records held, a frame a layout; the minutes are those of all that is held.

    Of several deliveries of one interface's records, by another log group or in another layout, one counts.
    """
    tallies: dict[int, Tally] = {minute: Tally() for minute, _ in held.tallies}
    chosen: dict[tuple[str | None, str | None], tuple[int, str | None]] = {}
    for at, frame in enumerate(frames):
        stamp = pl.col("start").cast(pl.Int64) if "start" in frame.columns else pl.col(TIMESTAMP) // 1000
        digest = Digest(frame.with_columns((stamp // MINUTE).alias("minute")), held.now)
        ways = digest.deliveries()
        spare = [
            way
            for way in ways
            if way.again
            or (
                way.again is None and chosen.setdefault((way.interface, way.action), (at, way.group)) != (at, way.group)
            )
        ]
        digest.leave_out(spare)
        count(tallies, [each for each in digest.sums() if each.first is not None])
    first, last = (held.tallies[0][0], held.tallies[-1][0]) if held.tallies else (0, -1)
    return tuple((minute, tally) for minute, tally in sorted(tallies.items()) if first <= minute <= last)


def strip_of(held: Held, gaps: Sequence[Gap] = ()) -> Strip:
    """Traffic by minute over what is held, without holes; `gaps` are the open ones."""
    if not held.tallies:
        return Strip(0)
    tallies = dict(held.tallies)
    first, last = held.tallies[0][0], held.tallies[-1][0]
    nothing = Tally()
    minutes = [tallies.get(minute, nothing) for minute in range(first, last + 1)]
    return Strip(
        since=first * MINUTE,
        accepted_bytes=tuple(tally.accepted_bytes for tally in minutes),
        rejected_bytes=tuple(tally.rejected_bytes for tally in minutes),
        accepted=tuple(tally.accepted for tally in minutes),
        rejected=tuple(tally.rejected for tally in minutes),
        skipped=tuple(tally.skipped for tally in minutes),
        partial=_partial_minutes(gaps, first, last),
    )


def _partial_minutes(gaps: Sequence[Gap], first: int, last: int) -> tuple[bool, ...]:
    """For each minute from `first` to `last` whether a gap touches it."""
    flags = [False] * (last - first + 1)
    for gap in gaps:
        if not touches(gap, first * MINUTE, (last + 1) * MINUTE):
            continue
        since, until = max(gap.since, first * MINUTE), min(gap.until, (last + 1) * MINUTE)
        begin, end = int(since // MINUTE), int(-(-until // MINUTE)) - 1
        for minute in range(begin, max(begin, end) + 1):
            flags[minute - first] = True
    return tuple(flags)


def summary_of(held: Held, gaps: Sequence[Gap] | None = None) -> Summary:
    """The header's numbers; `gaps` are the open ones.

    Records that CloudWatch received in the last minute are of windows up to the newest one's, so a gap there counts.
    """
    gaps = open_gaps(held.gaps) if gaps is None else gaps
    accepted, rejected = held.recent
    end, now = (held.newest or held.now) + 1, max(held.now, held.newest or 0) + 1
    return Summary(
        records=held.records,
        newest=held.newest,
        oldest=held.oldest,
        rate=held.rate,
        rejected_share=rejected / (accepted + rejected) if accepted + rejected else 0.0,
        gaps=len(gaps),
        late=held.late,
        unparsed=held.unparsed_count,
        held_bytes=held.size,
        rate_partial=is_partial(gaps, end - MINUTE, now),
        share_partial=is_partial(gaps, end - 5 * MINUTE, now),
        doubled=held.doubled,
    )
