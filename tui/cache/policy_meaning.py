"""What a change of an endpoint's policy means, in a few words for an alert: found once, and in a bounded time."""

from __future__ import annotations

import logging

from tui.network.change import Change
from tui.network.rules import Endpoint

LOG = logging.getLogger(__name__)
# Requests that are tried for one change at most: some tenths of a second. The Policy pane tries all.
MOST_REQUESTS = 1_000
MOST_AT_ONCE = 8  # changes of one inventory that are compared; of the others only that they are is told
_ACRONYM = 3  # letters of a service's name that is written in capitals: KMS, S3, ECR


class Meanings:
    """Remembers what was found, as long as the change itself is remembered. Not thread-safe: one owner."""

    def __init__(self) -> None:
        self._known: dict[tuple[float, str], str] = {}

    def learn(self, changes: tuple[Change, ...]) -> None:
        """These are all the changes there are now."""
        known, compared = {}, 0
        for change in changes:
            key = change.at, change.id
            if key in self._known:
                known[key] = self._known[key]
            elif has_other_policy(change):
                known[key] = _meaning(change) if compared < MOST_AT_ONCE else change.what
                compared += 1
        self._known = known

    def of(self, change: Change) -> str:
        """The sentence for a change; its own where it has no other policy."""
        return self._known.get((change.at, change.id), change.what)


def has_other_policy(change: Change) -> bool:
    """Whether an endpoint was there before and after, with two policies."""
    before, after = change.before, change.after
    return isinstance(before, Endpoint) and isinstance(after, Endpoint) and before.policy != after.policy


def _meaning(change: Change) -> str:
    from tui.policies.comparison import compare_texts  # with what is known of all actions: 0.1 s, when first needed
    from tui.policies.survey import Subject

    before, after = change.before, change.after
    assert isinstance(before, Endpoint)
    assert isinstance(after, Endpoint)
    kind = Subject(kind=after.kind).endpoint_kind
    try:
        brief = compare_texts(before.policy, after.policy, kind, MOST_REQUESTS).brief
    except Exception:  # a bug there must not hold up the alerts
        LOG.exception("a change of the policy of %s could not be told", change.id)
        return change.what
    if not change.what.endswith(": policy changed"):
        return f"{change.what} (policy: {brief})"
    short = after.short.upper() if len(after.short) <= _ACRONYM else after.short
    return f"{short} endpoint policy: {brief}"
