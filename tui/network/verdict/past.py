"""The rules that may have held while a record was taken: what changed since is undone."""

from __future__ import annotations

from math import inf, nextafter
from typing import NamedTuple

from tui.network.change import Change
from tui.network.place import Interface
from tui.network.verdict.model import Flow
from tui.network.verdict.rulebook import Rulebook

# Seconds for which AWS may go on telling the old rules: a change is in force before every describe call knows of it.
# https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
SETTLING = 60.0
_MOST = 4  # versions that are tried; a window of ten minutes rarely has more than one change


class Version(NamedTuple):
    """The rules between two changes: `since` are the changes that came after it, oldest first; `by` those that made it."""

    book: Rulebook
    since: tuple[Change, ...]
    by: tuple[Change, ...]


def versions(flow: Flow, interface: Interface, book: Rulebook, settling: float = 0.0) -> tuple[Version, ...]:
    """The rules of the record's window, newest first; more than one where they changed within it, or about then.

    Of a flow without times the newest rules are meant. Only changes that concern the interface count; each may have been
    in force `settling` seconds before it was told.
    """
    changes = book.changes_of(interface)
    start, end = _window(flow)
    if not changes or start is None or end is None:
        return (Version(book, (), changes),)
    since: dict[float, float] = {}
    for each in changes:
        since[each.at] = min(each.since, since.get(each.at, each.since))
    steps = sorted(since)
    first = sum(at <= start for at in steps)
    last = sum(since[at] - settling < end for at in steps)
    wanted = range(max(first, last), first - 1, -1)[:_MOST]
    return tuple(_version(count, steps, changes, book) for count in wanted)


def before(version: Version, book: Rulebook) -> Version | None:
    """The rules before the last change that made these; None if there was none."""
    if not version.by:
        return None
    at = version.by[-1].at
    by = tuple(each for each in version.by if each.at < at)
    return Version(book.past(nextafter(at, -inf)), (*version.by[len(by) :], *version.since), by)


def _version(count: int, steps: list[float], changes: tuple[Change, ...], book: Rulebook) -> Version:
    if count >= len(steps):
        return Version(book, (), changes)
    at = steps[count]
    return Version(
        book.past(nextafter(at, -inf)),
        tuple(each for each in changes if each.at >= at),
        tuple(each for each in changes if each.at < at),
    )


def _window(flow: Flow) -> tuple[int | None, int | None]:
    start = flow.start if flow.start is not None else flow.end
    return start, flow.end if flow.end is not None else start
