"""When a frame may be sent: a terminal that reads slowly gets fewer frames, never a queue of old ones."""

from __future__ import annotations

from queue import Queue

from textual.driver import Driver

# A frame is up to three items of the driver's queue (begin, body, end of a synchronised update); with thirty of them
# the event loop would wait for the terminal.
MOST_QUEUED = 3


def is_drained(driver: Driver | None) -> bool:
    """Whether the terminal has taken what was sent before. Without a terminal, as in tests, it always has."""
    writer = getattr(driver, "_writer_thread", None)  # Textual tells it nowhere else
    queue = getattr(writer, "_queue", None)
    return not isinstance(queue, Queue) or queue.qsize() <= MOST_QUEUED
