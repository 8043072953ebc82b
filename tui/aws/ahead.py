"""A call made while its reader is still busy with the answer before: the line and the processor work at once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event as Stop
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")
_LOOK = 0.1  # seconds between two looks at whether to stop


class Ahead(Generic[T]):
    """Makes a call in a daemon thread, which nobody waits for at the program's end; the call has its own time limit."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._answer: T | None = None
        self._error: Exception | None = None
        self._done = Stop()
        Thread(target=self._run, name="ahead", daemon=True).start()

    def answer(self, stop: Stop) -> T | None:
        """What the call gave; None when `stop` was set before.

        Raises:
            Exception: whatever the call raised.
        """
        while not self._done.wait(_LOOK):
            if stop.is_set():
                return None
        if self._error is not None:
            raise self._error
        return self._answer

    def _run(self) -> None:
        try:
            self._answer = self._call()
        except Exception as error:  # noqa: BLE001 - told to whoever asks for the answer
            self._error = error
        self._done.set()
