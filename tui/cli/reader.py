"""A source read in a thread of its own, which speaks in messages."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tui.flows.source import Batch, Source, SourceError

log = logging.getLogger(__name__)

# Batches between the source and a slow stdout at most: what waits stays at AWS or in the file, not in memory.
_UNDERWAY = 4
# How often a quiet stream looks whether its reader has gone, in seconds.
GLANCE = 0.25
# Seconds before the first retry after an error of our own code; each next pause is twice as long.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Opened:
    """The source answers."""

    source: Source
    at: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The source failed; unless `last`, it will be asked again."""

    error: SourceError
    last: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A bounded source was read to its end."""


Message = Opened | Failed | Ended | Batch


class Reader(threading.Thread):
    """Opens a source and reads it in a thread of its own; it speaks in messages.

    A daemon: a call in flight must not hold the end of the program.
    """

    def __init__(self, connect: Callable[[], Source], stop: threading.Event) -> None:
        super().__init__(name="reader", daemon=True)
        self.messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._connect = connect
        self._stopped = stop
        self._room = threading.Semaphore(_UNDERWAY)
        self._pause = _FIRST_PAUSE

    def taken(self) -> None:
        """A batch was taken: there is room for another."""
        self._room.release()

    def run(self) -> None:
        """Read until the source ends, fails for good, or is stopped."""
        try:
            source = self._connect()
        except Exception as error:  # noqa: BLE001 - whatever it was, it is told as a message
            self.messages.put(Failed(self._told(error), last=True))
            return
        self.messages.put(Opened(source, time.perf_counter()))
        while not self._stopped.is_set():
            try:
                self._read(source)
            except Exception as error:  # noqa: BLE001 - a bug in one page must not end a tail in an incident
                failure = self._told(error)
                self.messages.put(Failed(failure, last=failure.fatal))
                if failure.fatal or self._stopped.wait(failure.retry_after):
                    return
            else:
                self.messages.put(Ended())
                return

    def _read(self, source: Source) -> None:
        for batch in source.batches(self._stopped):
            while not self._room.acquire(timeout=GLANCE):
                if self._stopped.is_set():
                    return
            self.messages.put(batch)
            self._pause = _FIRST_PAUSE

    def _told(self, error: Exception) -> SourceError:
        """The error as one sentence; a bug also goes to the log, with its traceback."""
        if isinstance(error, SourceError):
            return error
        log.error("the source met an unexpected error; it is asked again in %.0f s", self._pause, exc_info=error)
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        reason = f"unexpected {type(error).__name__} while reading: {error}"
        return SourceError(reason, "the log file has the details", retry_after=pause)
