"""What the Policy pane says of the past: what changed of a policy, and what must stay as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.panes.policy_part import LONGEST, Part, Style, Told, heading
from tui.screen.widgets.drawn import Line

if TYPE_CHECKING:
    from tui.network.change import Change
    from tui.policies.comparison import Comparison
    from tui.policies.expectation import Tried

MOST_SENTENCES = 12  # of one change
MOST_CHANGES = 10
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
_IN_EFFECT = "AWS takes up to some minutes until a change is in effect."


def news(told: Told, tried: Sequence[Tried], style: Style) -> Iterator[Part]:
    """What must not be missed where the pane is small: what broke, and what changed last."""
    if broken := sum(each.met is False for each in tried):
        text = f"{broken} of {len(tried)} that must stay so: BROKEN"
        yield Part(("news", "cases"), ((f"{style.glyphs.reject} {text}", "reject"),), copy=text)
    if told.changes and told.past:
        mark, role = _loss_mark(told.past[0], style)
        at = fmt.time_of_day(told.changes[0].at, utc=style.utc)
        text = f"changed {at}: {clean(told.past[0].brief, LONGEST)}"
        yield Part(("news", "change"), ((f"{mark} {text}", role),), told.changes[0], copy=text)


def changes_told(told: Told, style: Style) -> Iterator[Part]:
    """What changed of the policy, newest first; the newest in full."""
    if not told.changes:
        return
    number = len(told.changes)
    yield from heading("changes", "Changes", f"{number} seen; d both texts, y copies the one before, t tries a request")
    for at, change in enumerate(told.changes[:MOST_CHANGES]):
        comparison = told.past[at] if at < len(told.past) else None
        yield from _change(change, comparison, style, is_newest=at == 0)
    if number > MOST_CHANGES:
        yield Part(("changes", "more"), ((f"and {number - MOST_CHANGES} before", "muted"),))


def seen_at(change: Change, style: Style) -> str:
    """When a change was made, as far as that is known."""
    since, at = (fmt.time_of_day(each, utc=style.utc) for each in (change.since, change.at))
    return f"between {since} and {at}"


def _loss_mark(comparison: Comparison, style: Style) -> tuple[str, str]:
    """The mark of a change, and its role: something is lost, something else changed, or nothing did."""
    if comparison.is_same:
        return "=", "muted"
    has_loss = any(not each.is_gain for each in comparison.changes)
    return (style.glyphs.reject, "reject") if has_loss else ("!", "skipped")


def _change(change: Change, comparison: Comparison | None, style: Style, *, is_newest: bool) -> Iterator[Part]:
    glyphs = style.glyphs
    key = ("change", change.at)
    when = seen_at(change, style)
    if comparison is None:
        yield Part(key, ((f"{when}: the policy changed", ""),), change, copy=f"{when}: the policy changed")
        return
    mark, role = _loss_mark(comparison, style)
    brief = clean(comparison.brief, LONGEST)
    yield Part(key, ((f"{mark} ", role), (f"{when}: ", "muted"), (brief, role)), change, copy=f"{when}: {brief}")
    if not is_newest:
        return
    for at, each in enumerate(comparison.changes[:MOST_SENTENCES]):
        sign, sign_role = (glyphs.accept, "accept") if each.is_gain else (glyphs.reject, "reject")
        sentence = clean(each.sentence, LONGEST)
        line: Line = ((f"  {sign} ", sign_role), (sentence, ""))
        yield Part((*key, at), line, change, copy=sentence, request=each.request)
    left = len(comparison.changes) - MOST_SENTENCES
    notes = [f"and {left} more changes: vpctop policy diff tells all"] if left > 0 else []
    notes += [f"there may be more: {limit}" for limit in comparison.limits]
    notes += [] if comparison.is_same else [_IN_EFFECT]
    for at, note in enumerate([*notes, *comparison.notes]):
        yield Part((*key, "note", at), ((f"  {clean(note, LONGEST)}", "muted"),), change, copy=note)


def cases_told(told: Told, tried: Sequence[Tried], style: Style) -> Iterator[Part]:
    """What must stay as it is, the broken first."""
    if not tried and not told.trouble:
        return
    broken = sum(each.met is False for each in tried)
    said = (
        f"{broken} of {len(tried)} BROKEN"
        if broken
        else f"{sum(each.met is True for each in tried)} of {len(tried)} hold"
    )
    yield from heading("cases", "Must stay so", said if tried else "", "reject" if broken else "muted")
    if told.trouble:
        yield Part(("cases", "trouble"), ((told.trouble, "skipped"),), copy=told.trouble)
    order = {False: 0, None: 1, True: 2}
    for each in sorted(tried, key=lambda each: order[each.met]):
        yield case_part(each, style)


def case_part(tried: Tried, style: Style) -> Part:
    """An expectation, and whether it holds."""
    expectation, verdict = tried.expectation, tried.verdict
    request = expectation.request
    wanted = "allowed" if expectation.allowed else "denied"
    mark, role, word = (
        (style.glyphs.accept, "accept", wanted)
        if tried.met
        else (style.glyphs.reject, "reject", f"BROKEN: must stay {wanted}")
        if tried.met is False
        else ("?", "skipped", f"{wanted}? depends")
    )
    name = f" {clean(expectation.name, 80)}:" if expectation.name else ""
    asked = clean(f"{request.caller.text} {request.action} {request.resource}", LONGEST)
    context = "".join(
        f", {key} {'absent' if values is None else ' '.join(values)}" for key, values in request.context.items()
    )
    because = "" if tried.met else f" ({clean(verdict.because, LONGEST)})"
    line = (
        (f"{mark} {word}{name} ", role),
        (f"{asked}{clean(context, LONGEST)}", "" if tried.met else role),
        (because, ""),
    )
    key = ("case", request.caller.text, request.action, request.resource, context)
    return Part(key, line, tried, copy="".join(text for text, _ in line))
