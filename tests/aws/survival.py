"""A tail run through a bad day of CloudWatch Logs, compared record by record with what was delivered."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Any
from unittest.mock import patch

from tests.aws.delivery import START, Clock, Delivery, Received, arrivals
from tests.aws.line import Line
from tests.aws.sign_in import Home, at_home
from tui.aws import clock as aws_clock
from tui.aws.session import Access
from tui.aws.tail import Tail, TailOptions, open_tail
from tui.cache.state import Pulse, State
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import Gap, SourceError

NAME = "logs.eu-west-1.test"  # what the line is called where names are looked up
PAGES: dict[str, Any] = {"page_events": 250, "hiccups": True}
_lookup = socket.getaddrinfo


@dataclass
class Scene:
    """What a fault may act upon; `step` counts whole passes and refusals."""

    aws: EmbeddedAws
    logs: Any
    line: Line
    clock: Clock
    group: str
    delivery: Delivery
    received: Received
    step: int = 0
    phase: int = 0  # of a day on which one thing happens after the other
    since: float = 0.0  # the data's time when something was put out of order
    names: bool = True  # whether names are found
    home: Home | None = None  # where the reader's own credentials are, if they are used
    off: float = 0.0  # seconds that the machine's clock is ahead

    @property
    def machine_time(self) -> float:
        """Unix seconds by the clock of the machine that the tail runs on."""
        return self.clock.at + self.off

    def pass_time(self, seconds: float) -> None:
        """Let time go by, at AWS too where the clocks differ."""
        self.delivery.go_on(seconds)
        if self.off:
            self.line.skew = self.clock.at - time.time()
            self.aws.configure(**PAGES, clock_ahead=self.line.skew, clock_tolerance=300)


@dataclass(frozen=True)
class Fault:
    """`rules` of the embedded AWS, `prepare` before the tail is opened, `act` after each pass and each refusal.

    `profile` of the reader's own settings is used, where there is one; the machine's clock is `off` seconds ahead of
    AWS's. What has to be seen meanwhile: `says` in a refusal or in the advice, and in causes of refusals each exception of
    the names `raises`.
    """

    rules: tuple[dict[str, Any], ...] = ()
    prepare: Callable[[Scene], None] = lambda _scene: None
    act: Callable[[Scene], None] = lambda _scene: None
    profile: str = ""
    off: float = 0.0
    says: str = ""
    raises: frozenset[str] = frozenset()


@dataclass
class Outcome:
    """What became of the records, and what was said meanwhile: `states` are the header's words, one after the other."""

    delivered: int
    lost: int
    repeated: int
    received: Received
    states: list[State]

    @property
    def refusals(self) -> list[SourceError]:
        """What was told in place of batches."""
        return self.received.refusals

    @property
    def gaps(self) -> list[Gap]:
        """All gaps told."""
        return [gap for batch in self.received.batches for gap in batch.gaps]

    @property
    def open_gaps(self) -> list[Gap]:
        """Gaps that were not told as healed in the end, the last word of each."""
        return [gap for gap in {gap.id: gap for gap in self.gaps}.values() if gap.healed is None]

    @property
    def said(self) -> str:
        """All sentences for the reader."""
        told = [f"{error.reason}; {error.hint}" for error in self.refusals]
        told += [batch.status.advice for batch in self.received.batches if batch.status is not None]
        return "\n".join(dict.fromkeys(told))

    @property
    def raised(self) -> set[str]:
        """The names of the exceptions behind the refusals."""
        found: set[str] = set()
        for refusal in self.refusals:
            error: BaseException | None = refusal
            while error is not None:
                found.add(type(error).__name__)
                error = error.__cause__ or error.__context__
        return found


def survive(aws: EmbeddedAws, access: Access, logs: Any, group: str, fault: Fault, count: int = 2000) -> Outcome:
    """Run a tail through a fault while records are delivered, some of them 14 minutes late.

    Args:
        aws: with the log group, and a flow log of 60 s.
        access: how to reach it, but for the line in between.
        logs: a client of it.
        group: the log group.
        fault: what goes wrong.
        count: records.
    """
    clock, line, received = Clock(), Line(aws.url), Received()
    delivery = Delivery(aws, group, clock, arrivals(seed=11, count=count, seconds=1500))
    scene = Scene(aws, logs, line, clock, group, delivery, received, off=fault.off)
    aws.configure(**PAGES)
    url, end = f"http://{NAME}:{line.port}", START + 2700
    with ExitStack() as stack:
        stack.callback(line.cut)
        stack.enter_context(_names(scene))
        if fault.profile:
            scene.home = stack.enter_context(at_home())
            access = Access(profile=fault.profile, region=aws.region, endpoint_url=url)
        if fault.off:
            stack.enter_context(_clocks(scene))
        scene.pass_time(400)
        fault.prepare(scene)
        until = end + fault.off  # as the reader's clock tells it
        options = TailOptions(
            since=START - 60, until=until, interval=0.01, api_rate=0, clock=lambda: scene.machine_time
        )
        tail = open_tail([group], replace(access, endpoint_url=url), options)
        aws.inject(list(fault.rules))
        states = list(_rounds(tail, scene, fault, end))
    want, got = Counter(delivery.delivered), Counter(received.lines)
    assert not delivery.waiting
    assert not delivery.kept_back
    return Outcome(want.total(), (want - got).total(), (got - want).total(), received, states)


def _rounds(tail: Tail, scene: Scene, fault: Fault, end: float) -> Iterator[State]:
    """Whole passes and refusals, time going on after each; the header's words meanwhile."""
    pulse, ended, refusals = Pulse(interval=60), False, scene.received.refusals
    while not ended:
        try:
            for batch in tail.batches(Event()):
                scene.received.take(batch)
                if batch.is_answer:
                    pulse = pulse.on_answer(batch.at, complete=batch.complete, status=batch.status)
                    pulse = pulse.moved(pulse.find(batch.at, None))
                    yield pulse.state
                if batch.complete and scene.clock.at < end:
                    scene.step += 1
                    scene.pass_time(90)
                    fault.act(scene)
            ended = True
        except SourceError as error:
            refusals.append(error)
            if error.fatal or len(refusals) > 300:
                raise
            pulse = pulse.on_error(error.reason, error.hint)
            pulse = pulse.moved(pulse.find(scene.machine_time, None))
            yield pulse.state
            scene.step += 1
            if scene.clock.at < end - 100:
                scene.pass_time(error.retry_after)
            fault.act(scene)


@contextmanager
def _clocks(scene: Scene) -> Iterator[None]:
    """The machine's clock is the scene's, for signatures and for the tail, which may compare it with AWS's."""

    def now(remove_tzinfo: bool = True) -> datetime:
        found = datetime.fromtimestamp(scene.machine_time, UTC)
        return found.replace(tzinfo=None) if remove_tzinfo else found

    with (
        patch("botocore.auth.get_current_datetime", now),
        patch("tui.aws.tail.Clock", partial(aws_clock.Clock, mends=True)),
    ):
        yield


@contextmanager
def _names(scene: Scene) -> Iterator[None]:
    """The endpoint's name is found, as long as the scene says so."""

    def find(host: Any, *more: Any, **named: Any) -> Any:
        if host != NAME:
            return _lookup(host, *more, **named)
        if not scene.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _lookup("127.0.0.1", *more, **named)

    socket.getaddrinfo = find
    try:
        yield
    finally:
        socket.getaddrinfo = _lookup
