"""The names that a filter of `vpctop tail` asks for: the inventory, read by a thread of its own beside the records."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from time import monotonic

from tui.flows.source import SourceError
from tui.network.inventory import NOTHING, PARTS, Inventory, InventorySource

LOG = logging.getLogger(__name__)
# What tells names; the rules (ACLs, routes) do not.
NEEDED = ("interfaces", "instances", "subnets", "groups", "endpoints", "prefix_lists")
# Seconds that the first record waits for names at most: 20,000 interfaces are read in about forty.
LIMIT = 60.0
HINT = "use addresses instead of names, or grant the describe calls that `vpctop` names in the monitor"


class Directory:
    """An inventory as it is known now; `wait` is called first, then `now` by the thread that filters."""

    def __init__(self, source: InventorySource) -> None:
        self._source = source
        self._known = NOTHING
        self._told: SimpleQueue[Inventory | SourceError] = SimpleQueue()
        self._stop = threading.Event()

    def wait(self, limit: float = LIMIT) -> Inventory:
        """Read names for the first time; what could not be read is in `missing` of the answer.

        Raises:
            SourceError: none can be read, or not in `limit` seconds.
        """
        threading.Thread(target=self._read, name="names", daemon=True).start()
        end = monotonic() + limit
        while not _is_whole(self._known):
            try:
                told = self._told.get(timeout=max(0.0, end - monotonic()))
            except Empty:
                break
            if isinstance(told, SourceError):
                raise told
            self._known = told
        if not self._known.has("interfaces"):
            reason = "; ".join(self._known.missing) or self._known.trouble or f"they were not read in {limit:.0f} s"
            raise SourceError(f"the names that --filter asks for are not known: {reason}", HINT, fatal=True)
        return self._known

    def now(self, interfaces: Iterable[str] = ()) -> Inventory:
        """The newest inventory; those of `interfaces` that it does not know are looked for."""
        while not self._told.empty():
            told = self._told.get()
            if isinstance(told, Inventory):
                self._known = told
        unknown = [each for each in interfaces if self._known.interface(each) is None]
        if unknown:
            self._source.wanted(unknown)
        return self._known

    def close(self) -> None:
        """Read no more, and wait no more; nobody waits for a call in flight."""
        self._stop.set()
        self._told.put(SourceError("the reading of names was stopped", fatal=True))

    def _read(self) -> None:
        try:
            for inventory in self._source.inventories(self._stop):
                self._told.put(inventory)
        except SourceError as error:
            self._told.put(error)
        except Exception as error:
            LOG.exception("reading names failed")
            self._told.put(SourceError(f"names cannot be read: {type(error).__name__}", "see the log file", fatal=True))


def _is_whole(inventory: Inventory) -> bool:
    """Whether each part that tells names was read, or was refused: those that come after it have been read."""
    read = [PARTS.index(part) for part in inventory.read_at]
    refused = inventory.missing or inventory.trouble
    return inventory.has(*NEEDED) or bool(refused and max(read, default=0) > max(map(PARTS.index, NEEDED)))
