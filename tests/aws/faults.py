"""Bad days of CloudWatch Logs, each told as what goes wrong, and a tail run through it against the ground truth."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from tests.aws.delivery import START, Clock, Delivery, Received, arrivals
from tests.aws.line import Line, Repeats, Swapped, Twice, shuffled
from tui.aws.session import Access
from tui.aws.tail import TailOptions, open_tail
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import Gap, SourceError

NAME = "logs.eu-west-1.test"  # what the line is called where names are looked up
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
    since: float = 0.0  # the data's time when something was put out of order
    names: bool = True  # whether names are found


@dataclass(frozen=True)
class Fault:
    """`rules` of the embedded AWS, `prepare` before the tail is opened, `act` after each pass and each refusal."""

    rules: tuple[dict[str, Any], ...] = ()
    prepare: Callable[[Scene], None] = lambda _scene: None
    act: Callable[[Scene], None] = lambda _scene: None


@dataclass
class Outcome:
    """What became of the records, and what was said meanwhile."""

    delivered: int
    lost: int
    repeated: int
    late: int
    refusals: list[SourceError]
    gaps: list[Gap] = field(default_factory=list)

    @property
    def open_gaps(self) -> list[Gap]:
        """Gaps that were not told as healed in the end, the last word of each."""
        return [gap for gap in {gap.id: gap for gap in self.gaps}.values() if gap.healed is None]


def _spoils(spoil: Callable[[], Any]) -> Callable[[Scene], None]:
    return lambda scene: setattr(scene.line, "spoil", spoil())


def _slow(scene: Scene) -> None:
    scene.line.slow = 0.5


def _unreachable(scene: Scene) -> None:
    """From the fifth pass on nobody listens, for two minutes."""
    if scene.step == 5:
        scene.since = scene.clock.at
        scene.line.cut()
    elif scene.since and scene.clock.at - scene.since >= 120:
        scene.line.connect()


def _nameless(scene: Scene) -> None:
    """From the fifth pass on the endpoint's name is not found, for two minutes."""
    _unreachable(scene)
    scene.line.connect()  # it listens; the connections there were are lost
    scene.names = not scene.since or scene.clock.at - scene.since >= 120


def _recreated(scene: Scene) -> None:
    """After the fifth pass the log group is deleted; its flow log makes it again a minute later."""
    if scene.step == 5:
        # What was not read before it was deleted is gone for every reader there is.
        scene.delivery.delivered = list(scene.received.lines)
        scene.logs.delete_log_group(logGroupName=scene.group)
        scene.since = scene.clock.at
        scene.delivery.held = True
    elif scene.since and scene.clock.at - scene.since >= 60:
        scene.delivery.held = False


def _missing(scene: Scene) -> None:
    scene.logs.delete_log_group(logGroupName=scene.group)
    scene.delivery.held = True


def _created(scene: Scene) -> None:
    if scene.step >= 3:
        scene.delivery.held = False


def _rule(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "action": "FilterLogEvents", "times": None, **more}


def _refuses(code: str, status: int = 400, **more: Any) -> dict[str, Any]:
    return _rule("error", code=code, status=status, **more)


FAULTS: dict[str, Fault] = {
    "none but late records in no order": Fault(),
    "throttled": Fault((_rule("throttle", every=9, times=10),)),
    "503 for a while": Fault((_refuses("ServiceUnavailableException", 503, skip=30, times=40),)),
    "500 now and then": Fault((_refuses("InternalFailure", 500, every=7),)),
    "HTML bodies": Fault((_rule("html", every=4),)),
    "HTML with status 200": Fault((_rule("html", every=6, status=200),)),
    "empty bodies": Fault((_rule("empty", every=6),)),
    "connections reset": Fault((_rule("reset", every=6),)),
    "bodies cut off": Fault((_rule("cut", every=6),)),
    "truncated bodies on a 200": Fault((_rule("truncate", every=5),)),
    "corrupt bodies on a 200": Fault((_rule("corrupt", every=5),)),
    "a token nobody gave": Fault((_rule("answer", body='{"events": [], "nextToken": "stuck"}', every=29),)),
    "ExpiredTokenException": Fault((_refuses("ExpiredTokenException", skip=20, times=6),)),
    "RequestExpired": Fault((_refuses("RequestExpired", skip=20, times=6),)),
    "events out of order": Fault(prepare=_spoils(lambda: shuffled)),
    "pages out of order": Fault(prepare=_spoils(Swapped)),
    "pages twice": Fault(prepare=_spoils(Twice)),
    "tokens that repeat": Fault(prepare=_spoils(Repeats)),
    "answers past the read timeout": Fault(prepare=_slow),
    "connection refused for two minutes": Fault(act=_unreachable),
    "name not found for two minutes": Fault(act=_nameless),
    "log group missing, then created": Fault(prepare=_missing, act=_created),
    "log group deleted, then created again": Fault(act=_recreated),
}


def _all_prepared(scene: Scene) -> None:
    _spoils(Swapped)(scene)
    _slow(scene)


FAULTS["all at once"] = Fault(
    (
        _rule("truncate", every=11),
        _rule("empty", every=13),
        _rule("reset", every=17),
        _rule("cut", every=19),
        _rule("corrupt", every=21),
        _rule("html", every=29),
        _rule("throttle", every=31, times=5),
        _refuses("InternalFailure", 500, every=7),
        _refuses("ExpiredTokenException", every=37),
        _rule("answer", body='{"events": [], "nextToken": "stuck"}', every=23),
    ),
    _all_prepared,
    _nameless,
)


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
    clock, line = Clock(), Line(aws.url)
    delivery = Delivery(aws, group, clock, arrivals(seed=11, count=count, seconds=1500))
    received, gaps = Received(), list[Gap]()
    scene = Scene(aws, logs, line, clock, group, delivery, received)
    delivery.go_on(400)
    end = START + 2700
    if fault.prepare is _missing:  # nothing may be in what is deleted
        delivery.take_back()
    fault.prepare(scene)
    aws.configure(page_events=250, hiccups=True)
    reached = replace(access, endpoint_url=f"http://{NAME}:{line.port}")
    options = TailOptions(since=START - 60, until=end, interval=0.01, api_rate=0, clock=clock)
    try:
        with _names(scene):
            tail = open_tail([group], reached, options)
            aws.inject(list(fault.rules))
            for _ in _rounds(tail, received, scene, fault, end):
                pass
    finally:
        line.cut()
    gaps += [gap for batch in received.batches for gap in batch.gaps]
    want, got = Counter(delivery.delivered), Counter(received.lines)
    assert not delivery.waiting
    assert not delivery.kept_back
    lost, more = (want - got).total(), (got - want).total()
    return Outcome(want.total(), lost, more, len(received.late), received.refusals, gaps)


def _rounds(tail: Any, received: Received, scene: Scene, fault: Fault, end: float) -> Iterator[None]:
    """Whole passes and refusals, time going on after each."""
    ended = False
    while not ended:
        try:
            for batch in tail.batches(Event()):
                received.take(batch)
                if batch.complete and scene.clock.at < end:
                    scene.step += 1
                    scene.delivery.go_on(90)
                    fault.act(scene)
                yield
            ended = True
        except SourceError as error:
            received.refusals.append(error)
            if error.fatal or len(received.refusals) > 300:
                raise
            scene.step += 1
            if scene.clock.at < end - 100:
                scene.delivery.go_on(error.retry_after)
            fault.act(scene)


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
