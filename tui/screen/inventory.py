"""The thread that reads the inventory and tells the app what is known now. Without it, ids stand for names."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from textual.message import Message

from tui.flows.source import SourceError
from tui.screen.messages import InventoryLoaded, InventoryMissing
from tui.screen.names import Known

LOG = logging.getLogger(__name__)
# Seconds before the first retry after an error of our own code; each next pause is twice as long.
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0


class InventorySource(Protocol):
    """Where inventories come from; `inventories` is used by one thread of its own, `wanted` by any."""

    def inventories(self, stop: threading.Event) -> Iterator[Known]:
        """Inventories, each the whole of what is known, as something changes, until `stop` is set.

        Raises:
            SourceError: nothing can be read now, or ever (`fatal`).
        """

    def wanted(self, names: Iterable[str]) -> None:
        """Interface ids and addresses that the last inventory does not know: to be looked for soon."""


class InventoryFeed:
    """Reads inventories and outlives every error but a fatal one; a daemon thread, as the feed of records."""

    def __init__(self, source: InventorySource, post: Callable[[Message], object]) -> None:
        self._source = source
        self._post = post
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inventory", daemon=True)

    def start(self) -> None:
        """Begin; InventoryLoaded is posted for each inventory, InventoryMissing for each error."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; does not wait for a call in flight."""
        self._stop.set()

    def want(self, names: Iterable[str]) -> None:
        """These are in sight, and nobody knows them."""
        self._source.wanted(names)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                for known in self._source.inventories(self._stop):
                    self._tell(InventoryLoaded(known))
                    pause = FIRST_PAUSE
                    if self._stop.is_set():
                        return
            except SourceError as error:
                LOG.warning("the inventory cannot be read: %s", error.reason)
                self._tell(InventoryMissing(error.reason, error.hint))
                if error.fatal:
                    return
                self._stop.wait(error.retry_after)
            except Exception as error:  # a bug here must not take the screen down in an incident
                LOG.exception("the inventory met an unexpected error; it is asked again in %.0f s", pause)
                self._tell(InventoryMissing(f"unexpected {type(error).__name__}: {error}", "the log has the details"))
                self._stop.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return

    def _tell(self, message: Message) -> None:
        if self._stop.is_set():
            return
        try:
            self._post(message)
        except RuntimeError:  # the app's loop is closed: it has quit
            self._stop.set()
