"""Calls somebody outside when an alert fires: a command, a webhook, each with a thread, a rate and a time limit of its own."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from tui import __version__
from tui.alerts.model import Alert
from tui.cli.notice import PLACE, NoticeSettings
from tui.flows.clean import clean

LOG = logging.getLogger(__name__)
MINUTE = 60.0
MOST_WAITING = 50  # alerts that wait for their turn; the least severe and oldest goes first where there are more
LONGEST = {"subject": 256, "sentence": 1_000, "rule": 128, "id": 512, "filter": 1_000, "unit": 32, "scope": 512}
# What a program could take for something else than a value: an option, a file to read, a formula.
LEADING = "-+@= \t\N{NO-BREAK SPACE}"
NOTHING = "none"


class CallError(Exception):
    """A call failed; one sentence says which, and why. `is_final`: the same again would fail again."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


class Way(Protocol):
    """One way to call somebody. Used by one thread of its own, but for `end`."""

    name: str

    def call(self, values: Mapping[str, object]) -> None:
        """Call for one alert, within the time limit.

        Raises:
            CallError: it failed.
        """

    def end(self) -> None:
        """The program ends: give up what is under way. From any thread."""


class Calling:
    """Keeps the promise tui.screen.notice.Caller."""

    def __init__(self, settings: NoticeSettings, scope: str) -> None:
        self._scope = scope
        self._ways: list[Way] = []
        self._lines: list[CallingLine] = []
        self._rate = settings.rate
        if settings.command:
            from tui.cli.command_call import CommandCall

            self._ways.append(CommandCall(settings.command, settings.timeout))
        if settings.webhook:
            from tui.cli.webhook_call import WebhookCall

            self._ways.append(WebhookCall(settings.webhook, settings.timeout))

    def start(self, fail: Callable[[str, str], object]) -> None:
        """Begin; `fail` is told which way failed and why, '' when it went well again."""
        self._lines = [CallingLine(way, self._rate, fail) for way in self._ways]
        for line in self._lines:
            line.start()

    def call(self, alerts: Sequence[Alert]) -> None:
        """Tell of these as soon as the limits allow; returns at once."""
        for alert in alerts:
            values = values_of(alert, self._scope)
            for line in self._lines:
                line.put(alert, values)

    def stop(self) -> None:
        """No more calls."""
        for line in self._lines:
            line.stop()


class CallingLine:
    """Where alerts wait for one way: the most severe first, so many a minute; a newer state of one replaces the older."""

    def __init__(self, way: Way, rate: int, fail: Callable[[str, str], object]) -> None:
        self._way = way
        self._rate = rate
        self._fail = fail
        self._waiting: dict[str, tuple[int, Mapping[str, object]]] = {}
        self._sent: deque[float] = deque(maxlen=rate)
        self._changed = threading.Condition()
        self._is_stopped = False
        self._has_failed = False
        self._thread = threading.Thread(target=self._run, name=f"calling {way.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what waits is not sent."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify()
        self._way.end()

    def put(self, alert: Alert, values: Mapping[str, object]) -> None:
        """Let it wait for its turn."""
        with self._changed:
            self._waiting[alert.id] = (int(alert.severity), values)
            if len(self._waiting) > MOST_WAITING:
                # min takes the first of equals: the oldest of the least severe.
                least = min(self._waiting, key=lambda each: self._waiting[each][0])
                del self._waiting[least]
                LOG.warning("%s: more than %d alerts wait; one is left out", self._way.name, MOST_WAITING)
            self._changed.notify()

    def _run(self) -> None:
        while (values := self._next()) is not None:
            try:
                self._way.call(values)
            except CallError as error:
                self._tell(str(error))
            except Exception as error:  # a bug here must not end the calls in an incident
                LOG.exception("%s met an unexpected error", self._way.name)
                self._tell(f"{self._way.name} failed ({type(error).__name__}); the log has the details")
            else:
                LOG.info("%s was called: %s", self._way.name, values["id"])
                if self._has_failed:
                    self._tell("")

    def _next(self) -> Mapping[str, object] | None:
        """Wait for an alert and for its turn; None when the program ends."""
        with self._changed:
            while not self._is_stopped:
                now = time.monotonic()
                wait = self._sent[0] + MINUTE - now if len(self._sent) == self._rate else 0.0
                if self._waiting and wait <= 0:
                    worst = max(self._waiting, key=lambda each: self._waiting[each][0])
                    self._sent.append(now)
                    return self._waiting.pop(worst)[1]
                self._changed.wait(wait if self._waiting else None)
        return None

    def _tell(self, reason: str) -> None:
        self._has_failed = bool(reason)
        if reason:
            LOG.warning("%s", reason)
        if not self._is_stopped:
            try:
                self._fail(self._way.name, reason)
            except RuntimeError:  # the app's loop is closed: it has quit
                self.stop()


def values_of(alert: Alert, scope: str) -> dict[str, object]:
    """What others are told of an alert: harmless texts of bounded length, finite numbers, times as ISO 8601 in UTC."""
    texts = {
        "id": alert.id,
        "rule": alert.rule,
        "subject": alert.subject,
        "sentence": alert.sentence,
        "unit": alert.unit,
        "filter": alert.filter,
        "scope": scope,
    }
    shown = {key: clean(text, LONGEST[key]) for key, text in texts.items()}
    severity = alert.severity.name.lower()
    return {
        "text": f"vpctop {severity}: {shown['sentence'] or shown['subject']}",
        "program": "vpctop",
        "version": __version__,
        "severity": severity,
        "state": str(alert.state),
        **shown,
        "count": number(alert.count),
        "peak": number(alert.peak),
        "first": moment(alert.first),
        "last": moment(alert.last),
        "raised": moment(alert.raised),
    }


def number(value: float) -> float | None:
    """The number, where JSON can tell it."""
    return value if math.isfinite(value) else None


def moment(seconds: float) -> str | None:
    """A Unix time as `2026-11-22T14:05:09Z`, where there is such a time."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError, OSError):
        return None


def as_json(values: Mapping[str, object]) -> bytes:
    """One JSON object, in ASCII."""
    return json.dumps(values, allow_nan=False).encode()


def argument(template: str, values: Mapping[str, object]) -> str:
    """An argument with its places filled in. No value begins with what could be taken for an option or a file."""
    return PLACE.sub(lambda found: plain_value(values.get(found[1])), template)


def plain_value(value: object) -> str:
    """A value as a program may get it."""
    return (clean(str(value), 1_024).lstrip(LEADING) if value is not None else "") or NOTHING
