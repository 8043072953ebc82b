"""The tail: flow records from CloudWatch Logs as they come, each once and none left out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event

from tui.aws.budget import Budget, usual_rate
from tui.aws.clock import Clock, off_by
from tui.aws.errand import Errand, Plan
from tui.aws.identity import Identity, ask_identity
from tui.aws.live import LOOK, Live
from tui.aws.progress import status
from tui.aws.push import push_down
from tui.aws.reading import GroupReading
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.scope import Resolution, resolve
from tui.aws.seen import Seen
from tui.aws.session import Access, Clients
from tui.flows.filter.model import Filter
from tui.flows.logformat import Layout
from tui.flows.source import About, Batch, Cause, SourceError

log = logging.getLogger(__name__)

RESOLVE_EVERY = 300.0  # seconds: new interfaces, streams and flow logs are looked for
RESOLVE_SOON = 60.0  # while an interface in scope has no stream yet
_HEARTBEAT = 1.0  # seconds: pages with nothing new are told no more often


@dataclass(frozen=True, slots=True)
class TailOptions:
    """How to tail. Times are Unix seconds by `clock`.

    `since` and `until` choose capture windows that overlap [since, until]. A flow record is stamped with the *start* of
    its window, so CloudWatch is asked from one aggregation interval before `since`, and what ended before `since` is
    left out. `since` None: `window` seconds back. `counted` names those of the two that are distances from the clock's
    now: where this machine's clock is off, they are put right with it, while a time of day is meant as it is.

    `once` reads the span once and ends. Without it `until` ends a following tail after one last pass over the overlap
    window, so that what has arrived by then is in.

    `interval` is seconds between passes over the newest part, `api_rate` calls a second (0: no limit; None: what is
    usual in the Region), `log_formats` LogFormat strings that win over DescribeFlowLogs. `live_tail` listens to
    Live Tail beside the passes, which costs money.

    `filter` narrows what is read where `push` says so and CloudWatch can: records that it does not keep need not come,
    but may; lines of a log format not known are then not seen. `Status.pushed` tells what was asked for.
    """

    since: float | None = None
    until: float | None = None
    once: bool = False
    window: int = 3600
    interval: float = 10.0
    api_rate: float | None = None
    log_formats: tuple[str, ...] = ()
    live_tail: bool = False
    counted: frozenset[str] = frozenset()
    filter: Filter | None = None
    push: bool = False
    clock: Callable[[], float] = time.time


def open_tail(scopes: Sequence[str], access: Access, options: TailOptions) -> Tail:
    """Find out what to read and who is reading. Blocks for some calls to AWS.

    Raises:
        SourceError: there is nothing to read, or no way to; one sentence, and what to do.
    """
    clients = Clients(access)
    identity = ask_identity(clients)
    resolution = resolve(scopes, clients, options.log_formats, identity.account)
    return Tail(tuple(scopes), clients, options, identity, resolution)


class Tail:
    """A Source over CloudWatch Logs. Made by `open_tail`; used by one thread."""

    def __init__(
        self,
        scopes: tuple[str, ...],
        clients: Clients,
        options: TailOptions,
        identity: Identity,
        resolution: Resolution,
    ) -> None:
        self._scopes = scopes
        self._clients = clients
        self._options = options
        self._identity = identity
        self._budget = Budget(usual_rate(clients.region) if options.api_rate is None else options.api_rate)
        self._clock = Clock(options.clock)
        self._clock.heed(clients.date)
        now = self._clock.now()
        self._pushed = ""
        resolution = self._narrowed(resolution)
        self._plan = self._planned(now)
        self._readings = [GroupReading(target, self._plan, now) for target in resolution.targets]
        self._twins = Seen()
        self._look_for_twins(resolution)
        self._resolve_due = time.monotonic() + self._patience(resolution)
        self._told = 0.0
        self._turn = 0
        listens = options.live_tail and not options.once and (options.until is None or options.until > now)
        self._live = Live(clients.access, identity.account, self._clock) if listens else None
        self._about = self._describe(resolution)
        self._about_told = True

    def _planned(self, now: float) -> Plan:
        """What to read, in AWS's time."""
        options, ahead = self._options, self._clock.ahead
        since, until = options.since, options.until
        if since is not None and "since" in options.counted:
            since -= ahead
        if until is not None and "until" in options.counted:
            until -= ahead
        return Plan((until or now) - options.window if since is None else since, until, options.once, options.interval)

    @property
    def about(self) -> About:
        """Who and where."""
        return self._about

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The log formats that lines may have, as far as is known now."""
        return tuple(dict.fromkeys(layout for reading in self._readings for layout in reading.target.layouts))

    def batches(self, stop: Event) -> Iterator[Batch]:
        """Batches as pages come; see `Source.batches`.

        Raises:
            SourceError: no log group can be read now. Nothing is lost by calling again.
        """
        self._clients.stop = stop
        for reading in self._readings:
            reading.not_before = 0.0
        while not stop.is_set() and not all(reading.ended for reading in self._readings):
            self._resolve_again()
            yield from self._heard(stop)
            chosen = self._choose()
            if chosen is None:
                wait = min((r.wait(time.monotonic()) for r in self._readings if not r.ended), default=0.0)
                stop.wait(min(max(wait, 0.05), self._until_end()))
                continue
            reading, errand = chosen
            try:
                events = errand.reading.read(self._clients, self._budget, stop)
            except RefusedError as error:
                yield from self._refused(reading, errand, error)
                continue
            if events is None:
                return
            self._clock.heed(errand.reading.date)
            batch = reading.opener.batch(events, reading.span(errand), self._clock.told())
            healed = reading.after_page(errand, batch, time.monotonic(), self._clock.now())
            if healed:
                batch = replace(batch, gaps=(*batch.gaps, *healed))
            if errand.reading.done:
                batch = replace(batch, complete=all(each.caught_up for each in self._readings))
            if self._is_worth_telling(batch, done=errand.reading.done):
                yield self._with_news(batch)
        yield from self._heard(None)

    def _heard(self, stop: Event | None) -> Iterator[Batch]:
        """What Live Tail brought, where it is listened to: until `stop` is set; None: no longer."""
        if self._live is None:
            return
        if stop is None:
            self._live.end()
        else:
            self._live.start(self._readings, stop)
        yield from map(self._with_news, self._live.batches(self._readings))

    def _choose(self) -> tuple[GroupReading, Errand] | None:
        """The next page to read, the log groups taking turns."""
        now, mono, until = self._clock.now(), time.monotonic(), self._options.until
        over = until is not None and self._clock.told() >= until
        for _ in self._readings:
            self._turn = (self._turn + 1) % len(self._readings)
            errand = self._readings[self._turn].due(now, mono, over=over)
            if errand is not None:
                return self._readings[self._turn], errand
        return None

    def _until_end(self) -> float:
        """Seconds to wait at most: to the end of the span, by the data's clock, and no longer than Live Tail may wait."""
        longest = 5.0 if self._live is None else LOOK
        if self._options.until is None:
            return longest
        return min(longest, max(0.05, self._options.until - self._clock.told()))

    def _is_worth_telling(self, batch: Batch, *, done: bool) -> bool:
        """Whether a batch says anything: pages full of what was seen before are told as a heartbeat now and then."""
        mono = time.monotonic()
        if not (done or batch.records or batch.unparsed or batch.gaps) and mono - self._told < _HEARTBEAT:
            return False
        self._told = mono
        return True

    def _with_news(self, batch: Batch) -> Batch:
        """The batch with how the tail gets on, and with the scope when it was looked up again."""
        told = status(self._readings, self._clients, self._budget, self._options.interval)
        if self._live is not None:
            told = self._live.mark(told)
        if off := off_by(self._clock.ahead or self._clients.clock_ahead):
            told = replace(told, advice="; ".join(filter(None, (told.advice, off))))
        about, self._about_told = None if self._about_told else self._about, True
        return replace(batch, status=replace(told, pushed=self._pushed), about=about)

    def _refused(self, reading: GroupReading, errand: Errand, error: RefusedError) -> Iterator[Batch]:
        """A page could not be read: the group rests, its gap is told, and when no group is left, the reader is.

        Where the credentials are at fault, all groups rest.

        Raises:
            RefusedError: no log group can be read now.
        """
        if reading.answered or not (self._options.once or error.trouble is not Trouble.MISSING):
            error = error.softened()
        cause = Cause.THROTTLED if error.trouble is Trouble.THROTTLED else Cause.FAILED
        now, rest = self._clock.now(), time.monotonic() + error.retry_after
        everywhere = error.trouble is Trouble.EXPIRED
        resting = [each for each in self._readings if not each.ended] if everywhere else [reading]
        gaps = []
        for each in resting:
            each.not_before, each.failing = rest, True
            since, until = each.missed(errand if each is reading else None, now)
            gaps.append(each.unread.failed(since, until, cause, error.reason))
        yield self._with_news(Batch(self._clock.told(), gaps=tuple(gaps)))
        if all(each.failing for each in self._readings if not each.ended):
            raise error

    def _resolve_again(self) -> None:
        """Look for new interfaces, streams and flow logs from time to time; a failure here changes nothing."""
        mono = time.monotonic()
        if mono < self._resolve_due or self._options.once:
            return
        self._resolve_due = mono + RESOLVE_EVERY
        calls = self._clients.calls
        try:
            if not self._identity.account:
                self._identity = ask_identity(self._clients)
            found = resolve(self._scopes, self._clients, self._options.log_formats, self._identity.account)
        except SourceError as error:
            log.warning("scope not looked up again: %s", error.reason)
            return
        finally:
            self._budget.charge(self._clients.calls - calls)
        found = self._narrowed(found)
        self._resolve_due = mono + self._patience(found)
        known = {reading.target.group: reading for reading in self._readings}
        now = self._clock.now()
        for target in found.targets:
            if target.group in known:
                known[target.group].aim(target)
            else:
                self._readings.append(GroupReading(target, self._plan, now))
        groups = {target.group for target in found.targets}
        self._readings = [each for each in self._readings if each.stays(groups, now)] or self._readings
        self._look_for_twins(found)
        if self._live is not None:
            self._live.aim(self._readings)
        self._about = self._describe(found)
        self._about_told = False

    def _narrowed(self, resolution: Resolution) -> Resolution:
        """The log groups as far as the reader's filter needs them."""
        asked = self._options.filter
        if asked is None or asked.is_everything or not self._options.push:
            return resolution
        given = bool(self._options.log_formats)
        targets, self._pushed = push_down(resolution.targets, asked.node, self._clients, given=given)
        return replace(resolution, targets=targets)

    def _look_for_twins(self, resolution: Resolution) -> None:
        """Only where there are several flow logs may one record be delivered twice."""
        several = sum(len(target.flow_logs) for target in resolution.targets) > 1
        for reading in self._readings:
            reading.opener.twins = self._twins if several else None

    def _patience(self, resolution: Resolution) -> float:
        return RESOLVE_SOON if any(target.waiting for target in resolution.targets) else RESOLVE_EVERY

    def _describe(self, resolution: Resolution) -> About:
        targets = [reading.target for reading in self._readings]
        return About(
            account=self._identity.account,
            region=self._clients.region,
            scope=resolution.text,
            identity=self._identity.name,
            profile=self._clients.profile,
            log_groups=tuple(target.group for target in targets),
            flow_logs=tuple(dict.fromkeys(each for target in targets for each in target.flow_logs)),
            interval=max((target.interval for target in targets), default=600),
            note="; ".join(resolution.notes),
            states=resolution.states,
        )
