"""The thread that reads a source and tells the app what came."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from textual.message import Message

from tui.flows.source import Source, SourceError
from tui.screen.messages import RecordsArrived, SourceEnded, SourceFailed, SourceOpened, SourceStalled
from tui.screen.options import Connected

LOG = logging.getLogger(__name__)
# Batches on their way to the app at most: a fast source waits for a busy screen instead of filling the memory.
UNDERWAY = 8
# Seconds before the first retry after an error of our own code; each next pause is twice as long.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Feed:
    """Connects, reads batches, and outlives every error but a fatal one.

    A daemon thread of its own: an executor's threads are joined at exit, and a call in flight would hold quitting.
    """

    def __init__(self, connect: Callable[[], Connected], post: Callable[[Message], object]) -> None:
        self._connect = connect
        self._post = post
        self._stop = threading.Event()
        self._room = threading.Semaphore(UNDERWAY)
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Begin; the first message is SourceOpened, SourceStalled or SourceFailed."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; does not wait for a call in flight."""
        self._stop.set()

    def taken(self) -> None:
        """The app took one RecordsArrived: there is room for another."""
        self._room.release()

    def _run(self) -> None:
        source: Source | None = None
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                if source is None:
                    connected = self._connect()
                    source = connected.source
                    self._tell(SourceOpened(connected))
                for batch in source.batches(self._stop):
                    if not self._wait_for_room():
                        return
                    self._tell(RecordsArrived(batch))
                    pause = FIRST_PAUSE
                self._tell(SourceEnded())
            except SourceError as error:
                if error.fatal:
                    self._tell(SourceFailed(error))
                    return
                self._tell(SourceStalled(error.reason, error.hint, error.retry_after))
                self._stop.wait(error.retry_after)
            except Exception as error:  # a bug here must not take the screen down in an incident
                LOG.exception("the source met an unexpected error; it is asked again in %.0f s", pause)
                reason = f"unexpected {type(error).__name__} while reading: {error}"
                self._tell(SourceStalled(reason, "the log file has the details", pause))
                self._stop.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    def _wait_for_room(self) -> bool:
        while not self._stop.is_set():
            if self._room.acquire(timeout=0.2):
                return True
        return False

    def _tell(self, message: Message) -> None:
        if self._stop.is_set():
            return
        try:
            self._post(message)
        except RuntimeError:  # the app's loop is closed: it has quit
            self._stop.set()
