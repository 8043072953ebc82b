"""Sessions of Live Tail, one after the other, read in a thread of its own that speaks in messages.

A session ends after three hours, or at any time, and in many ways: an event of the stream that says so, a cut frame, a
wrong checksum, silence, a reset, or as if all were well. Whatever it was, another is begun.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event as Stop
from threading import Thread
from typing import Any

from tui.aws.decode import Event, event_of
from tui.aws.live_ask import Ask, ask_for
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.session import Access, Clients
from tui.aws.target import Target
from tui.flows.clean import clean

log = logging.getLogger(__name__)

READ_TIMEOUT = 15.0  # seconds; an update comes every one
_WAITING = 64  # updates that wait for the reader at most; what comes then is left to the sweep
_OVERLAP = 2  # updates still read of the old session when its successor has begun


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: a session is renewed after `renew`; pauses between tries grow from `first` to `longest`."""

    renew: float = 3 * 3600.0 - 300.0
    first: float = 0.5
    longest: float = 60.0
    steady: float = 60.0  # a session that lasted as long was a good one: pauses are short again


@dataclass(frozen=True, slots=True)
class Began:
    """A session streams. `note` is what the reader should know of it."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """What a second brought, by log group identifier; `sampled`: not all of it."""

    session: int
    events: dict[str, list[Event]]
    sampled: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """The session ended; another will be tried."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """No session could be begun. What the reader should know and may do, and whether somebody must do something."""

    advice: str


Message = Began | Update | Lost | Refused


@dataclass(slots=True)
class _Session:
    number: int
    targets: tuple[Target, ...]
    ask: Ask
    stream: Any
    events: Iterator[dict[str, Any]]
    renew_at: float


class LiveTail(Thread):
    """Keeps a session going until `stop` is set. A daemon: a read under way must not hold the end of the program.

    Args:
        access: how AWS is reached; the thread makes a client of its own.
        targets: the log groups that are read.
        account: the reader's, '' if unknown.
        stop: ends it; noticed with the next update.
        pace: how long to wait for what.
    """

    def __init__(
        self, access: Access, targets: tuple[Target, ...], account: str, stop: Stop, pace: Pace | None = None
    ) -> None:
        super().__init__(name="live-tail", daemon=True)
        self.messages: SimpleQueue[Message] = SimpleQueue()
        self._aims: SimpleQueue[tuple[Target, ...]] = SimpleQueue()
        self._access = access
        self._targets = targets
        self._account = account
        self._stopped = stop
        self._pace = pace or Pace()
        self._clients: Clients | None = None
        self._sessions = 0
        self._missed = False

    def aim(self, targets: tuple[Target, ...]) -> None:
        """Listen to these from the next session on, which is begun at once if it would be another; to none: end."""
        self._aims.put(targets)

    def run(self) -> None:
        """Begin sessions and read them."""
        pause = self._pace.first
        while not self._is_over():
            began, least = time.monotonic(), 0.0
            try:
                session = self._open()
            except Exception as error:  # noqa: BLE001 - polling goes on whatever it was
                refused = self._refused(error)
                self.messages.put(Refused(_advice(refused)))
                least = refused.retry_after if refused.trouble is not Trouble.UNREACHED else 0.0
                if refused.trouble in {Trouble.DENIED, Trouble.WRONG}:
                    least = max(least, 300.0)
            else:
                self.messages.put(Began(session.ask.note))
                reason = self._read(session)
                if self._is_over():
                    return
                log.info("live tail lost after %.0f s: %s", time.monotonic() - began, reason)
                self.messages.put(Lost(reason))
                if time.monotonic() - began >= self._pace.steady:
                    pause = self._pace.first
            if self._stopped.wait(max(pause, min(least, 60 * self._pace.longest))):
                return
            pause = min(2 * pause, self._pace.longest)

    def _open(self) -> _Session:
        """Begin a session.

        Raises:
            Exception: whatever it is refused with.
        """
        self._clients = clients = self._clients or Clients(self._access, self._stopped, READ_TIMEOUT)
        ask = ask_for(self._targets, self._account, clients)
        stream = clients.client("logs").start_live_tail(**ask.parameters)["responseStream"]
        self._sessions += 1
        renew_at = time.monotonic() + self._pace.renew
        return _Session(self._sessions, self._targets, ask, stream, iter(stream), renew_at)

    def _read(self, session: _Session) -> str:
        """Read a session, and those that renew it, to the end; why it ended."""
        current = session
        try:
            while not self._is_over():
                event = next(current.events, None)
                if event is None:
                    return "it ended"
                self._tell(current, event)
                current = self._renewed(current)
        except Exception as error:  # noqa: BLE001 - urllib3's, botocore's, and what close() leaves behind
            return _why(error)
        finally:
            _close(current)
        return "it was stopped"

    def _tell(self, session: _Session, event: dict[str, Any]) -> None:
        """An update as a message; when too many wait, the next that does not says that some are missing."""
        update = event.get("sessionUpdate")
        if not isinstance(update, dict):
            return
        sampled = bool((update.get("sessionMetadata") or {}).get("sampled"))
        if self.messages.qsize() >= _WAITING:
            self._missed = True
            return
        events: dict[str, list[Event]] = {}
        for each in update.get("sessionResults") or ():
            events.setdefault(str(each.get("logGroupIdentifier") or ""), []).append(event_of(each))
        self.messages.put(Update(session.number, events, sampled or self._missed))
        self._missed = False

    def _renewed(self, session: _Session) -> _Session:
        """The session to go on with: this one, or, shortly before its end or for another aim, its successor.

        The old one is read a little further when the new one has begun, so that nothing falls between them; what both
        bring is told once.
        """
        aimed = _asked(self._targets) != _asked(session.targets)
        if time.monotonic() < session.renew_at and not aimed:
            return session
        try:
            following = self._open()
        except Exception as error:  # noqa: BLE001 - the old one goes on; its end is noticed when it comes
            log.warning("live tail not renewed: %s", self._refused(error).reason)
            session.renew_at = time.monotonic() + self._pace.longest
            return session
        with contextlib.suppress(Exception):
            for _, event in zip(range(_OVERLAP), session.events, strict=False):
                self._tell(session, event)
        _close(session)
        return following

    def _is_over(self) -> bool:
        """Whether nobody listens any more; takes over the newest aim."""
        while not self._aims.empty():
            self._targets = self._aims.get_nowait()
        return self._stopped.is_set() or not self._targets

    def _refused(self, error: Exception) -> RefusedError:
        if self._clients is None:
            from tui.aws.refusal import refuse

            return refuse(error, "logs:StartLiveTail")
        refused = self._clients.refuse(error, "logs:StartLiveTail")
        if refused.trouble is Trouble.EXPIRED:
            self._clients = None
        return refused


def _asked(targets: tuple[Target, ...]) -> list[tuple[object, ...]]:
    """What of the targets Live Tail is asked for."""
    return [(each.group, each.arn, each.streams, each.prefix, each.pattern) for each in targets]


def _advice(refused: RefusedError) -> str:
    """One sentence for the reader."""
    hint = f" ({refused.hint})" if refused.hint else ""
    return f"Live Tail is not to be had, so reading goes on by polling: {refused.reason}{hint}"


def _why(error: Exception) -> str:
    """Why a stream ended, in a few words."""
    from botocore.eventstream import ParserError
    from botocore.exceptions import ClientError
    from urllib3.exceptions import TimeoutError as Silence

    if isinstance(error, ClientError):
        code = str((error.response.get("Error") or {}).get("Code"))
        return "its three hours were over" if code == "SessionTimeoutException" else f"AWS ended it ({clean(code, 60)})"
    if isinstance(error, Silence):
        return "nothing came any more"
    return "it came damaged" if isinstance(error, ParserError) else "the connection broke"


def _close(session: _Session) -> None:
    with contextlib.suppress(Exception):
        session.stream.close()
