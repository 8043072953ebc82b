"""The thread that carries out what the reader ordered: one order at a time, and never in the way of quitting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual.message import Message

from tui.network.order import FINAL, Changes, Order, Progress, Stage

LOG = logging.getLogger(__name__)


@dataclass(eq=False)
class OrderProgress(Message):
    """An order has come this far; the last one of an order is of a stage in FINAL."""

    order: Order
    progress: Progress


class Changing:
    """One per app, used in its thread; each order is carried out in a daemon thread, which no call in flight keeps.

    `post` gets an OrderProgress for each Progress.
    """

    def __init__(self, changes: Changes, post: Callable[[Message], object]) -> None:
        self._changes = changes
        self._post = post
        self._stop = threading.Event()
        self._free = threading.Event()  # set while no order is under way
        self._free.set()

    @property
    def is_busy(self) -> bool:
        """Whether an order is under way."""
        return not self._free.is_set()

    def order(self, order: Order, before: Callable[[], object] | None = None) -> bool:
        """Have an order carried out, `before` called in its thread; False while another is under way, or we end."""
        if self.is_busy or self._stop.is_set():
            return False
        self._free.clear()
        threading.Thread(target=self._run, args=(order, before), name="changing", daemon=True).start()
        return True

    def stop(self) -> None:
        """The program ends: what waits is woken, and nobody waits for it."""
        self._stop.set()

    def _run(self, order: Order, before: Callable[[], object] | None) -> None:
        try:
            if before is not None:
                before()
            for progress in self._carried_out(order):
                if progress.stage in FINAL:
                    self._free.set()  # before it is told: the reader may order anew at once
                self._post(OrderProgress(order, progress))
        except RuntimeError:  # the app's loop is closed: it has quit
            LOG.info("the program ended while an order was under way: %s", order)
        finally:
            self._free.set()

    def _carried_out(self, order: Order) -> Iterator[Progress]:
        """What is told of an order, the last of it of a stage in FINAL whatever becomes of it."""
        LOG.info("ordered: %s", type(order).__name__)
        try:
            for progress in self._changes.carry_out(order, self._stop):
                LOG.info("%s: %s", progress.stage.value, progress.text)
                yield progress
                if progress.stage in FINAL:
                    return
        except Exception as error:  # a bug of ours must not leave the reader without an answer
            LOG.exception("an order met an unexpected error")
            why = f"vpctop met an error of its own ({type(error).__name__}); the log has the details."
        else:
            why = "nothing was told of how it ended."
        yield Progress(Stage.UNSURE, f"It may have been carried out or not: {why}", getattr(order, "endpoint", ""))
