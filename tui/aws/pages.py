"""One pass over a time range of a log group, page by page: every page once, whatever happens between two.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event as Stop
from typing import Any

from tui.aws.ahead import Ahead
from tui.aws.budget import Budget
from tui.aws.decode import Event
from tui.aws.refusal import RefusedError
from tui.aws.rule import BadBodyError, Trouble
from tui.aws.session import Clients
from tui.aws.target import Target

# How often a page is asked for before the reader is told. Botocore has tried each of them twice by then.
_TRIES = {Trouble.THROTTLED: 6, Trouble.BROKEN: 4, Trouble.UNREACHED: 2, Trouble.EXPIRED: 2, Trouble.WRONG: 2}
_FIRST_WAIT = 0.5  # seconds; doubled with each try
# A pass that lost its token begins anew; where the ids of its first pages are forgotten by then, it begins this far
# before the newest event it has seen, since pages come in order of time.
RESTART_MARGIN = 15 * 60_000


class Pass:
    """Reads [since, until] of a target, both in ms and inclusive; `until` None: to the end.

    It ends only when an answer has no nextToken: pages may be short or empty before that. After a refusal it may be
    asked again and goes on at the page that failed. `long`: nobody remembers its first pages when it is at its last.
    """

    def __init__(self, target: Target, since: int, until: int | None = None, *, long: bool = False) -> None:
        self.target = target
        self.first = since
        self.since = since
        self.until = until
        self.reached = since
        self.events = self.full_pages = self.full_events = 0
        self._long = long
        self.done = False
        self.date = ""  # of the last answer, as its header has it
        self._token: str | None = None
        self._tokens: set[str] = set()
        self._known = 0  # how many answers in a row had a token that came before
        self._ahead: Ahead[dict[str, Any]] | None = None

    def read(self, clients: Clients, budget: Budget, stop: Stop) -> list[Event] | None:
        """The events of the next page; None when `stop` was set.

        Raises:
            RefusedError: it could not be read in some tries.
        """
        if self._circles:
            self._forget_token()
            raise self._refused(BadBodyError("its page token repeats"), clients)
        attempt = 0
        while self._ahead is not None or budget.take(stop):
            attempt += 1
            try:
                answer = self._ask(clients, stop)
            except Exception as error:
                refused = self._refused(error, clients)
                if attempt >= _TRIES.get(refused.trouble, 1) or not self._can_mend(refused, clients, budget):
                    raise refused from error
                stop.wait(_FIRST_WAIT * 2 ** (attempt - 1))
            else:
                if answer is None:
                    return None
                budget.answered()
                events = self._accept(answer)
                if not self.done and not self._circles and budget.take_now():
                    self._ahead = Ahead(self._call(clients))
                return events
        return None

    @property
    def _circles(self) -> bool:
        """Asked once more, a token that came again gave one that came before.

        To begin anew at the first of them would never end where every tenth page has such a token.
        """
        return self._known > 1

    def _ask(self, clients: Clients, stop: Stop) -> dict[str, Any] | None:
        """The answer that is on its way, or a call for it now; None when `stop` was set meanwhile."""
        ahead, self._ahead = self._ahead, None
        return self._call(clients)() if ahead is None else ahead.answer(stop)

    def _call(self, clients: Clients) -> Callable[[], dict[str, Any]]:
        """The call for the next page."""
        asked: dict[str, Any] = {**self.target.named, "startTime": max(0, self.since)}
        if self.until is not None:
            asked["endTime"] = self.until
        if self.target.streams:
            asked["logStreamNames"] = list(self.target.streams)
        elif self.target.prefix:
            asked["logStreamNamePrefix"] = self.target.prefix
        if self.target.pattern:
            asked["filterPattern"] = self.target.pattern
        if self._token:
            asked["nextToken"] = self._token
        return partial(clients.client("logs").filter_log_events, **asked)

    def _accept(self, answer: dict[str, Any]) -> list[Event]:
        events: list[Event] = answer["events"]
        token = answer.get("nextToken") or None
        self.done = token is None
        self.events += len(events)
        if token is not None and events:
            self.full_pages += 1
            self.full_events += len(events)
        self.date = str(answer["ResponseMetadata"]["HTTPHeaders"].get("date") or "")
        self._known = self._known + 1 if token in self._tokens else 0
        if token is not None:
            self._tokens.add(token)
        self._token = token
        if events:
            self.reached = max(self.reached, events[-1].timestamp)
        return events

    def _can_mend(self, refused: RefusedError, clients: Clients, budget: Budget) -> bool:
        """Do what makes another try worth while."""
        if refused.trouble is Trouble.THROTTLED:
            budget.throttled()
        elif refused.trouble is Trouble.EXPIRED:
            clients.renew()
        elif refused.trouble is Trouble.WRONG:
            # A token ends after 24 hours, or with the log group it was made for.
            known = self._token is not None
            self._forget_token()
            return known
        return True

    def _refused(self, error: Exception, clients: Clients) -> RefusedError:
        return clients.refuse(error, "logs:FilterLogEvents", f"log group {self.target.group}")

    def _forget_token(self) -> None:
        self._token, self._known = None, 0
        self._tokens.clear()
        if self._long:
            self.since = max(self.since, self.reached - RESTART_MARGIN)
