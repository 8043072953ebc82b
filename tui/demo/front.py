"""The door of the embedded AWS: one WSGI application that sends each request where it belongs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from socket import socket
from threading import Event
from typing import Any, Protocol

import msgspec

from tui.demo.call import Call, read_body, read_call
from tui.demo.endpoint_habits import EndpointHabits
from tui.demo.fault import Faults, Rule, drop, refusal, rules_of, spoilt, spread
from tui.demo.logs.live import ENDS, Ending, Habits, told
from tui.demo.logs.page import Limits
from tui.demo.logs.refusal import LogsError
from tui.demo.logs.region import LogsRegion
from tui.demo.logs.service import answer, arguments_of
from tui.demo.reply import Reply, error
from tui.demo.watch import Watch

CALLS_KEPT = 50_000
HISTORY_WAIT = 6.0  # seconds a reader waits for the history of the demo to be there; botocore's own limit is longer

StartResponse = Callable[..., Any]


class Others(Protocol):
    """Who answers what is not CloudWatch Logs."""

    def perform(self, call: Call, environ: dict[str, Any]) -> Reply:
        """The answer to a call."""

    def limit_pages(self, size: int | None) -> None:
        """Let no page of a listing hold more than `size` items."""

    def behave(self, habits: EndpointHabits) -> None:
        """How changes of endpoints take their time."""

    def reset(self) -> None:
        """Make the account empty again."""


class Planting(msgspec.Struct):
    """Events put straight into the log groups, each (timestamp ms, ingestion ms, message)."""

    group: str
    stream: str
    events: list[tuple[int, int, str]]
    region: str | None = None


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """How the embedded AWS behaves: Limits for FilterLogEvents, Habits of Live Tail, a limit on every page of EC2's listings.

    `endpoints` is how changes of endpoints take their time. Its clock is `clock_ahead` seconds ahead of the machine's; a signature that is further off than `clock_tolerance`
    seconds is refused (None: none is).
    """

    page_events: int = 10_000
    page_bytes: int = 1 << 20
    scan: int = 100_000
    hiccups: bool = True
    ec2_page: int | None = None
    live: Habits = Habits()
    endpoints: EndpointHabits = EndpointHabits()
    clock_ahead: float = 0.0
    clock_tolerance: float | None = None

    @property
    def limits(self) -> Limits:
        """What a page of FilterLogEvents holds."""
        return Limits(self.page_events, self.page_bytes, self.scan, self.hiccups)


class Front:
    """The WSGI application; `others` answers what is not CloudWatch Logs."""

    def __init__(self, account: str, region: str, clock: Callable[[], float], others: Others) -> None:
        self.account = account
        self.region = region
        self.faults = Faults()
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self.limits = Limits()
        self.habits = Habits()
        self.watch = Watch()
        self.history_told = Event()
        self.history_told.set()
        self._clock = clock
        self._others = others
        self._logs: dict[str, LogsRegion] = {}

    def logs(self, region: str | None = None) -> LogsRegion:
        """CloudWatch Logs of a Region."""
        name = region or self.region
        return self._logs.setdefault(name, LogsRegion(self.account, name, self._clock, lambda: self.limits))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO", "").startswith("/_demo/"):
            return _send(self._control(environ["PATH_INFO"].removeprefix("/_demo/"), environ), start_response)
        call = read_call(environ, self.region)
        self.calls.append({**call.told, "at": self._clock(), "wall": time.time()})
        if (untimely := self.watch.refusal(call)) is not None:
            return _send(untimely, start_response)
        rule = self.faults.due(call)
        if call.action == "StartLiveTail" and (rule is None or rule.kind in ENDS):
            return self._live(call, rule, environ, start_response)
        if rule is None:
            return _send(self._answer(call, environ), start_response)
        if rule.kind == "reset":
            drop(environ["werkzeug.socket"])
        if (wrong := refusal(rule, call)) is not None:
            return _send(wrong, start_response)
        reply = spoilt(rule, self._answer(call, environ))
        if rule.kind in {"cut", "drip"}:
            start_response(_status(reply.status), reply.header_list())
            return spread(rule, reply, environ["werkzeug.socket"])
        return _send(reply, start_response)

    def _answer(self, call: Call, environ: dict[str, Any]) -> Reply:
        if call.service != "logs":
            return self._others.perform(call, environ)
        self.history_told.wait(HISTORY_WAIT)
        try:
            return Reply(answer(self.logs(call.region), call.action, call.body))
        except LogsError as failure:
            return error("logs", failure.code, failure.message, failure.status)

    def _live(
        self, call: Call, rule: Rule | None, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        """A Live Tail session: an event stream without a length, sent in pieces by the thread of its connection."""
        logs = self.logs(call.region)
        try:
            session = logs.listener(arguments_of(call.body))
            logs.listeners.begin(session, self.habits.sessions)
        except LogsError as failure:
            return _send(error("logs", failure.code, failure.message, failure.status), start_response)
        ending = None if rule is None else Ending(rule.kind, rule.seconds, rule.code, rule.message)
        frames = told(session, logs.listeners, self.habits, ending)
        reply = Reply(b"", kind="application/vnd.amazon.eventstream")
        headers = [header for header in reply.header_list() if header[0] != "Content-Length"]
        start_response(_status(reply.status), headers)
        return _sent(frames, environ["werkzeug.socket"])

    def _control(self, what: str, environ: dict[str, Any]) -> Reply:
        """The door beside the door, for tests: faults, calls, put, reset, settings."""
        body = read_body(environ)
        try:
            match what:
                case "calls":
                    return _json(list(self.calls))
                case "faults":
                    self.faults.set(rules_of(body))
                case "put":
                    for planting in msgspec.json.decode(body, type=list[Planting]):
                        self.logs(planting.region).put(planting.group, planting.stream, planting.events)
                case "settings":
                    settings = msgspec.json.decode(body, type=Settings)
                    self.limits, self.habits = settings.limits, settings.live
                    self.watch = Watch(settings.clock_ahead, settings.clock_tolerance)
                    self._others.limit_pages(settings.ec2_page)
                    self._others.behave(settings.endpoints)
                case "forget":
                    self.calls.clear()
                case "reset":
                    self.reset()
                case _:
                    return error("logs", "UnknownOperationException", f"There is no /_demo/{what}.", 404)
        except msgspec.MsgspecError as problem:
            return error("logs", "ValidationException", str(problem))
        return _json({})

    def reset(self) -> None:
        """Make everything as it was when the embedded AWS was new and empty."""
        self.faults.set([])
        for logs in self._logs.values():
            logs.listeners.close()
        self._logs.clear()
        self.limits, self.habits, self.watch = Limits(), Habits(), Watch()
        self._others.reset()
        self.calls.clear()


def _json(value: Any) -> Reply:
    return Reply(msgspec.json.encode(value), kind="application/json")


def _send(reply: Reply, start_response: StartResponse) -> list[bytes]:
    start_response(_status(reply.status), reply.header_list())
    return [reply.body]


def _sent(frames: Generator[bytes, None, None], connection: socket) -> Iterator[bytes]:
    """Frames as they go out; an empty one loses the connection."""
    try:
        for frame in frames:
            if not frame:
                drop(connection)
            yield frame
    finally:
        frames.close()


def _status(status: int) -> str:
    return f"{status} {'OK' if status < 400 else 'Error'}"
