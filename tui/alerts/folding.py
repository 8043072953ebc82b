"""No storm: when a rule fires for very many subjects at once, they are told as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from tui.alerts.draft import Draft, amount_text, span_text

MOST_AT_ONCE = 25  # subjects of one rule at one time that are told one by one


_FOREVER = float("inf")


def folded(drafts: Sequence[Draft], beyond: int = 0) -> list[Draft]:
    """The drafts of one rule, those of a storm as one that says how many there are.

    `beyond` is how many more subjects there are of late that were too many to follow.
    """
    if len(drafts) <= MOST_AT_ONCE:
        return list(drafts)
    rest = list(drafts)
    found: list[Draft] = []
    storms = _storms(drafts)
    for since, until in storms:
        storm = [each for each in rest if _begin(each) <= until and _end(each) >= since]
        rest = [each for each in rest if not (_begin(each) <= until and _end(each) >= since)]
        if storm:
            found.append(_one(storm, beyond if (since, until) == storms[-1] else 0))
    return rest + found


def _begin(draft: Draft) -> float:
    return draft.raised


def _end(draft: Draft) -> float:
    return _FOREVER if draft.ended is None else max(draft.ended, draft.raised)


def _storms(drafts: Iterable[Draft]) -> list[tuple[float, float]]:
    """The stretches of time in which too many lasted."""
    edges = sorted([(_begin(each), 0, 1) for each in drafts] + [(_end(each), 1, -1) for each in drafts])
    counts = accumulate(step for _, _, step in edges)
    found: list[tuple[float, float]] = []
    since: float | None = None
    for (at, _, _), count in zip(edges, counts, strict=True):
        if count > MOST_AT_ONCE and since is None:
            since = at
        elif count <= MOST_AT_ONCE and since is not None:
            found.append((since, at))
            since = None
    return found


def _one(storm: Sequence[Draft], more: int) -> Draft:
    """One draft for all of them."""
    rule = storm[0].rule
    count = len({each.subject for each in storm}) + more
    peak = max(each.peak for each in storm)
    most = (
        f": up to {amount_text(peak, storm[0].unit)} in {span_text(rule.window)} each" if rule.watches_records else ""
    )
    ended = [each.ended for each in storm if each.ended is not None]
    return replace(
        storm[0],
        subject="*",
        severity=max(each.severity for each in storm),
        sentence=f"{count:,} subjects at once{most}; told as one",
        first=min(each.first for each in storm),
        last=max(each.last for each in storm),
        raised=sorted(each.raised for each in storm)[MOST_AT_ONCE],
        ended=max(ended) if len(ended) == len(storm) else None,
        count=sum(each.count for each in storm),
        peak=peak,
        filter=rule.filter.text,
    )
