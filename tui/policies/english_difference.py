"""A change between two policies in plain English, with its request."""

from __future__ import annotations

from tui.policies.arn import Caller, CallerKind
from tui.policies.difference import Change, Kind
from tui.policies.english_conditions import listed
from tui.policies.evaluate import Verdict

_HEADS = {
    Kind.NEWLY_ALLOWED: "Newly allowed",
    Kind.NO_LONGER_ALLOWED: "No longer allowed",
    Kind.NOW_ONLY_IF: "Still allowed, but no longer in this case",
    Kind.NOW_ALSO_IF: "Allowed before, and now in this case too",
}


def change_in_words(change: Change) -> str:
    """The change as one sentence about its request."""
    request = change.request
    context = _context(change)
    who = f"{_who(request.caller)}{_more(change.callers, 'kind of caller', 'kinds of caller')}"
    what = f"{request.action}{_more(change.actions, 'action', 'actions')}"
    where = f"{request.resource}{_more(change.resources, 'resource', 'resources')}"
    when = f" with {context}" if context else ""
    before, after = _side(change.old), _side(change.new)
    return f"{_HEADS[change.kind]}: {who}, {what} on {where}{when}. Before: {before}. Now: {after}."


def _more(all_of: tuple[str, ...], one: str, many: str) -> str:
    others = len(all_of) - 1
    return f" (and {others} more {one if others == 1 else many})" if others > 0 else ""


def _who(caller: Caller) -> str:
    if caller.kind is CallerKind.ANONYMOUS:
        return "an anonymous caller"
    return f"{caller.kind.value} {caller.name} of account {caller.account}" if caller.name else caller.text


def _context(change: Change) -> str:
    told = []
    for key, values in change.request.context.items():
        if values is None:
            told.append(f"no {key}")
        else:
            told.append(f"{key} {listed(values, 'and') or '(empty)'}")
    return listed(told, "and")


def _side(verdict: Verdict) -> str:
    if verdict.deciding is None:
        return "no statement allows it"
    return verdict.because
