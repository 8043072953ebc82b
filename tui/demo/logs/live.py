"""StartLiveTail: what log groups take in, told once a second for as long as somebody listens.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from threading import Event, Lock
from typing import Any

import msgspec
from moto.core.eventstream import EventStreamEncoder

from tui.demo.logs.arguments import Arguments
from tui.demo.logs.pattern import Matcher, PatternError, compile_pattern
from tui.demo.logs.refusal import LogsError, invalid, missing
from tui.demo.logs.store import Group

MOST_GROUPS = 10
MOST_NAMES = 100
MOST_EVENTS = 500  # an update
MOST_WAITING = 10 * MOST_EVENTS  # for a listener who is slow; then the oldest go, without a mark
# How a stream ends badly, as a rule of tui/demo/fault.py has it.
ENDS = frozenset({"cut", "corrupt", "silence", "exception", "end", "gone"})

_numbers = count(1)
_encode = EventStreamEncoder().encode_message


@dataclass(frozen=True, slots=True)
class Habits:
    """How Live Tail behaves: seconds between updates and of a session, how many sessions at once, events an update."""

    tick: float = 1.0
    session: float = 3 * 3600.0
    sessions: int = 15
    events: int = MOST_EVENTS


@dataclass(frozen=True, slots=True)
class Ending:
    """A bad end: `kind` of ENDS, after `seconds`; `code` and `message` of an exception."""

    kind: str
    seconds: float
    code: str
    message: str


class Session:
    """One listener: what it asked for, and what waits to be told."""

    def __init__(self, asked: dict[str, str], streams: Callable[[str], bool] | None, matches: Matcher | None) -> None:
        self.over = Event()
        self.asked = asked  # the log groups' names, with the ARN each was asked by
        self._streams = streams
        self._matches = matches
        self._lock = Lock()
        self._waiting: deque[dict[str, Any]] = deque(maxlen=MOST_WAITING)
        self._offered = 0

    def offer(self, group: str, stream: str, events: Iterable[tuple[int, int, str]]) -> None:
        """Take in what a log group has just taken in, each (timestamp ms, ingestion ms, message)."""
        identifier = self.asked.get(group)
        if identifier is None or (self._streams is not None and not self._streams(stream)):
            return
        wanted = [event for event in events if self._matches is None or self._matches(event[2])]
        with self._lock:
            self._offered += len(wanted)
            self._waiting.extend(
                {
                    "logStreamName": stream,
                    "logGroupIdentifier": identifier,
                    "message": message,
                    "timestamp": timestamp,
                    "ingestionTime": ingestion,
                }
                for timestamp, ingestion, message in wanted
            )

    def update(self, most: int) -> dict[str, Any]:
        """What came since the update before: all of it, or `most` events of it from end to end, and whether that is so."""
        with self._lock:
            waiting, offered = list(self._waiting), self._offered
            self._waiting.clear()
            self._offered = 0
        step = max(1, -(-len(waiting) // most))
        chosen = waiting if len(waiting) <= most else list(islice(waiting[::step], most))
        return {"sessionMetadata": {"sampled": offered > most}, "sessionResults": chosen}


class Sessions:
    """The listeners of one account and Region."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: list[Session] = []

    def offer(self, group: str, stream: str, events: list[tuple[int, int, str]]) -> None:
        """Tell every listener."""
        for session in tuple(self._running):
            session.offer(group, stream, events)

    def begin(self, session: Session, most: int) -> None:
        """Let a listener in.

        Raises:
            LogsError: there are too many.
        """
        with self._lock:
            if len(self._running) >= most:
                raise LogsError("LimitExceededException", "Too many concurrent Live Tail sessions.")
            self._running.append(session)

    def end(self, session: Session) -> None:
        """Let a listener go."""
        with self._lock:
            if session in self._running:
                self._running.remove(session)

    def close(self) -> None:
        """End every session."""
        for session in tuple(self._running):
            session.over.set()


def session_of(asked: Arguments, name_in: Callable[[str], str], known: Mapping[str, Group]) -> Session:
    """The session a call asks for, of the log groups `known` by name.

    Raises:
        LogsError: what AWS would refuse.
    """
    identifiers = asked.texts("logGroupIdentifiers", MOST_GROUPS) or []
    if not identifiers:
        raise invalid("1 validation error detected: Value at 'logGroupIdentifiers' must not be null")
    if any(not each.startswith("arn:") or each.endswith(":*") for each in identifiers):
        raise invalid("logGroupIdentifiers must be ARNs that do not end with an asterisk.")
    groups = {name_in(each): each for each in identifiers}
    for name in groups:
        if name not in known:
            raise missing("log group")
        if (kind := known[name].log_class) != "STANDARD":
            raise LogsError("InvalidOperationException", f"Live Tail does not support log groups of class {kind}.")
    names, prefixes = asked.texts("logStreamNames", MOST_NAMES), asked.texts("logStreamNamePrefixes", MOST_NAMES)
    if names and prefixes:
        raise invalid("logStreamNames and logStreamNamePrefixes are mutually exclusive.")
    if (names or prefixes) and len(identifiers) > 1:
        raise invalid("Log streams can be chosen only with exactly one log group.")
    try:
        matches = compile_pattern(asked.text("logEventFilterPattern") or "")
    except PatternError as error:
        raise invalid(str(error)) from None
    return Session(groups, _chooser(names, prefixes), matches)


def _chooser(names: list[str] | None, prefixes: list[str] | None) -> Callable[[str], bool] | None:
    if names:
        return frozenset(names).__contains__
    return (lambda stream: stream.startswith(tuple(prefixes))) if prefixes else None


def told(session: Session, sessions: Sessions, habits: Habits, ending: Ending | None) -> Generator[bytes, None, None]:
    """The frames of a session until it is over, or ends as `ending` has it; the session leaves `sessions` then.

    A frame of kind `gone` is empty: whoever sends it loses the connection there.
    """
    began = time.monotonic()
    try:
        yield _frame("initial-response", {})
        yield _frame("sessionStart", _start(session))
        while not session.over.wait(habits.tick):
            if ending is not None and time.monotonic() - began >= ending.seconds:
                yield from _ended(session, ending, habits)
                return
            if time.monotonic() - began >= habits.session:
                yield _exception("SessionTimeoutException", "The session has reached its time limit.")
                return
            yield _frame("sessionUpdate", session.update(habits.events))
    finally:
        sessions.end(session)


def _start(session: Session) -> dict[str, Any]:
    number = next(_numbers)
    return {
        "requestId": f"{number:08x}-0000-4000-8000-000000000000",
        "sessionId": f"{number:08x}-1111-4000-8000-000000000000",
        "logGroupIdentifiers": list(session.asked.values()),
    }


def _ended(session: Session, ending: Ending, habits: Habits) -> Iterator[bytes]:
    frame = _frame("sessionUpdate", session.update(habits.events))
    match ending.kind:
        case "cut":
            yield frame[: len(frame) // 2]
        case "corrupt":
            yield frame[:-4] + bytes(4)
        case "exception":
            yield _exception(ending.code, ending.message)
        case "silence":
            session.over.wait()
        case "gone":
            yield b""


def _frame(kind: str, payload: dict[str, Any]) -> bytes:
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return bytes(_encode(headers, msgspec.json.encode(payload)))


def _exception(code: str, message: str) -> bytes:
    headers = {":exception-type": code, ":content-type": "application/json", ":message-type": "exception"}
    return bytes(_encode(headers, msgspec.json.encode({"message": message})))
