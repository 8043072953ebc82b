"""The thread that watches for alerts: hands each batch, inventory and state to the rules, and tells what they found."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from textual.message import Message

from tui.alerts.model import Alert
from tui.screen.messages import AlertsChanged
from tui.screen.waiting import Taken, Waiting
from tui.screen.watching import Memory, Step, Watching

if TYPE_CHECKING:
    from tui.alerts.observation import Observation
    from tui.cache.observing import Observer
    from tui.flows.source import Batch, FlowLogState
    from tui.network.inventory import Inventory

LOG = logging.getLogger(__name__)
# Seconds between two AlertsChanged that call nobody: while a backlog is read, a batch may come every few milliseconds.
PERIOD = 0.5
# Batches failed one after another, after which the watch is made anew: what it remembers may be what makes it fail. Where
# that does not help, twice as many the next time: a watch that is new again and again sees nothing that takes minutes.
MOST_FAILURES = 3
# Seconds between two tracebacks in the log when every batch meets the same error, and that trouble is told at least.
LOG_PERIOD = 60.0
TOGETHER = 8  # batches observed together at most: as many as may be under way


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do with the watch; `is_asked`: the reader waits for it."""

    step: Step
    is_asked: bool = False


class Alerting:
    """A daemon thread of its own, so that no rule holds a key or a frame.

    What comes first is observed only once the network is known, or it has been waited for `patience` seconds: rules that ask
    what is our own would raise alerts of what is not. Meanwhile the source goes on.

    Nothing that is handed over is dropped: whoever hands over a batch is told when it has been observed, and can hold the
    next one back until then. An error of a rule is logged and said, and the next batch is observed all the same.
    """

    def __init__(self, make: Callable[[], Watching], post: Callable[[Message], object], patience: float = 0.0) -> None:
        self._make = make
        self._post = post
        self._jobs: SimpleQueue[Job | Taken | None] = SimpleQueue()
        self._kept: Job | None = None  # met behind batches
        self._waiting = Waiting(patience)
        self._owing: list[Taken] = []  # those whose `done` is to be called
        self._stop = threading.Event()
        self._memory = Memory()
        self._watch: Watching | None = None
        self._observer: Observer | None = None
        self._is_time_told = True
        self._failures, self._most_failures = 0, MOST_FAILURES
        self._failed_at = self._logged_at = -LOG_PERIOD
        self._trouble = ""
        self._told: tuple[tuple[Alert, ...], str] = ((), "")
        self._told_at = -PERIOD
        self._is_owed = False
        self._thread = threading.Thread(target=self._run, name="alerting", daemon=True)

    def start(self) -> None:
        """Begin; AlertsChanged is posted whenever there is something else to tell."""
        self._thread.start()

    def stop(self) -> None:
        """End after the job being done; nobody waits for it."""
        self._stop.set()
        self._jobs.put(None)

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread.is_alive()

    def take(self, batch: Batch, done: Callable[[], object], *, catching_up: bool = False) -> None:
        """A batch came; `done` is called from the thread once the watch has seen it.

        Until all of the past is read (`catching_up`), nobody is called for it.
        """
        self._jobs.put(Taken(batch, done, catching_up))

    def learn(self, inventory: Inventory) -> None:
        """The network is known, or is another one now."""
        self._jobs.put(Job(lambda watch: self._learn_network(watch, inventory)))

    def go_ahead(self) -> None:
        """Nothing more is to be known of the network."""
        self._jobs.put(Job(lambda _: self._observe(self._waiting.end())))

    def learn_states(self, states: tuple[FlowLogState, ...], at: float) -> None:
        """These are the flow logs, at this time of the data."""
        self._jobs.put(Job(lambda watch: self._learn(watch, self._observation(at, states))))

    def pass_time(self, at: float, *, answered: bool, catching_up: bool) -> None:
        """It is so late; unless the thread has not come to hear the last time yet."""
        if self._is_time_told:
            self._is_time_told = False
            self._jobs.put(Job(lambda watch: self._pass_time(watch, at, answered=answered, catching_up=catching_up)))

    def acknowledge(self, alert: Alert) -> None:
        """The reader has seen it."""
        self._ask(alert, lambda watch: watch.acknowledge(alert.id))

    def mute(self, alert: Alert, until: float) -> None:
        """It calls nobody until then."""
        self._ask(alert, lambda watch: watch.mute(alert.id, until))

    def unmute(self, alert: Alert) -> None:
        """It may call again."""
        self._ask(alert, lambda watch: watch.unmute(alert.id))

    def _ask(self, alert: Alert, step: Step) -> None:
        def settle(watch: Watching) -> None:
            """Do it, and remember it for a watch made anew."""
            self._memory.settled[alert.id] = step
            step(watch)

        self._jobs.put(Job(settle, is_asked=True))

    def _pass_time(self, watch: Watching, at: float, *, answered: bool, catching_up: bool) -> None:
        self._is_time_told = True
        self._observe(self._waiting.held(()))
        watch.observe(replace(self._observation(at), answered=answered, catching_up=catching_up))

    def _learn_network(self, watch: Watching, inventory: Inventory) -> None:
        from tui.network.inventory import PARTS

        self._learn(watch, self._observer_now().learn(inventory))
        if inventory.trouble or len(inventory.read_at) + len(inventory.missing) >= len(PARTS):
            self._observe(self._waiting.end())

    def _learn(self, watch: Watching, seen: Observation) -> None:
        """Tell it, and remember it for a watch made anew."""
        self._memory.learn(seen)
        watch.observe(seen)

    def _observation(self, at: float, states: tuple[FlowLogState, ...] | None = None) -> Observation:
        from tui.alerts.observation import Observation

        return Observation(at, flow_logs=states)

    def _observer_now(self) -> Observer:
        """Who makes observations of batches and inventories; imported here, with polars, after the first paint."""
        if self._observer is None:
            from tui.cache.observing import Observer

            self._observer = Observer()
        return self._observer

    def _run(self) -> None:
        while not self._stop.is_set():
            job = self._next()
            if job is None:
                return
            batches = self._with_more(job) if isinstance(job, Taken) else []
            try:
                if isinstance(job, Job):
                    job.step(self._watch_now())
                else:
                    self._observe(self._waiting.held(batches))
                self._look(is_asked=isinstance(job, Job) and job.is_asked)
            except Exception as error:  # noqa: BLE001  a bug in a rule must not end the watch in an incident
                self._fail(error)
            finally:
                self._owing += batches
                if not self._waiting.is_full:  # else whoever hands them over waits, too
                    for taken in self._owing:
                        taken.done()
                    self._owing = []

    def _next(self) -> Job | Taken | None:
        """Wait for a job; while something is owed to the app, no longer than until it may be told."""
        if (kept := self._kept) is not None:
            self._kept = None
            return kept
        if not self._is_owed:
            return self._jobs.get()
        try:
            return self._jobs.get(timeout=max(0.0, self._told_at + PERIOD - time.monotonic()))
        except Empty:
            return Job(lambda watch: watch)

    def _with_more(self, first: Taken) -> list[Taken]:
        """The batches that wait: to judge them together costs little more than to judge one."""
        batches = [first]
        while len(batches) < TOGETHER and self._kept is None:
            try:
                more = self._jobs.get_nowait()
            except Empty:
                break
            if more is None:
                self._stop.set()
                break
            if isinstance(more, Taken):
                batches.append(more)
            else:
                self._kept = more
        return batches

    def _observe(self, batches: Sequence[Taken]) -> None:
        """Observe them as one: the watch asks when records were, not when they came."""
        if not batches:
            return
        seen = [self._observer_now().see(each.batch) for each in batches]
        flow_logs = next((each.flow_logs for each in reversed(seen) if each.flow_logs is not None), None)
        self._watch_now().observe(
            replace(
                seen[-1],
                records=tuple(records for each in seen for records in each.records),
                flow_logs=flow_logs,
                catching_up=seen[-1].catching_up or batches[-1].catching_up,
            )
        )
        self._failures = 0
        if self._trouble and time.monotonic() - self._failed_at >= LOG_PERIOD:
            self._trouble, self._most_failures = "", MOST_FAILURES  # it was on the screen for a while

    def _watch_now(self) -> Watching:
        if self._watch is None:
            self._watch = self._make()
            for seen in self._memory.learned.values():
                self._watch.observe(seen)
        return self._watch

    def _look(self, *, is_asked: bool) -> None:
        """Tell what there is to tell: at once what calls, or what the reader waits for; the rest in good time."""
        watch = self._watch_now()
        calls = self._memory.new(watch.calls())
        self._memory.settle(watch)
        now = time.monotonic()
        if not (calls or is_asked or now - self._told_at >= PERIOD):
            self._is_owed = True
            return
        self._tell(self._memory.whole(watch.alerts()), calls)

    def _tell(self, alerts: tuple[Alert, ...], calls: tuple[Alert, ...]) -> None:
        self._is_owed = False
        if self._stop.is_set() or (not calls and (alerts, self._trouble) == self._told):
            return
        self._told, self._told_at = (alerts, self._trouble), time.monotonic()
        try:
            self._post(AlertsChanged(alerts, calls, self._trouble))
        except RuntimeError:  # the app's loop is closed: it has quit
            self._stop.set()

    def _fail(self, error: Exception) -> None:
        """Log it, say it, and go on; with another watch where this one fails again and again."""
        now = time.monotonic()
        self._failures, self._failed_at = self._failures + 1, now
        if now - self._logged_at >= LOG_PERIOD:
            self._logged_at = now
            LOG.error("an alert rule met an unexpected error", exc_info=error)
        self._trouble = (
            f"Alerts may be missing: a rule failed ({type(error).__name__}: {error}); the log has the details."
        )
        if self._failures >= self._most_failures and self._watch is not None:
            LOG.warning("the watch for alerts is made anew after %d failures", self._failures)
            self._failures, self._most_failures, self._watch = 0, 2 * self._most_failures, None
            self._memory.keep(self._told[0])
        self._tell(self._told[0], ())
