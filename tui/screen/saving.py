"""Writes what the reader takes out of the program to new files of his own, in a thread, and says what came of it."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from textual.message import Message

from tui.flows.clean import clean

LOG = logging.getLogger(__name__)
MODE = 0o600
CHUNK = 1 << 20  # bytes written between two looks at whether the program ends
LAST_FILE = 0.5  # seconds that quitting waits for it
# Names tried with a number behind them, when the one that was meant exists.
MOST_NAMES = 1_000
_REASONS = {
    errno.EEXIST: "there is such a file already, and it is left as it is",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "the file would be larger than is allowed here",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EROFS: "nothing can be written there",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.EISDIR: "that is a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "that is a link",
}


@dataclass(eq=False)
class FileSaved(Message):
    """A file was written: its path, its size in bytes, and what is in it; `asked` as it was given to save."""

    path: Path
    size: int
    what: str
    asked: object = None


@dataclass(eq=False)
class FileRefused(Message):
    """A file was not written; one sentence says why; `asked` as it was given to save."""

    reason: str
    asked: object = None


class SaveError(Exception):
    """A file cannot be written; one sentence says why."""


class Saving:
    """One per app: writes each file in a thread of its own, and posts FileSaved or FileRefused."""

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        return bool(self._threads)

    def stop(self) -> None:
        """The program ends: a file that is being written is finished soon, or taken away again."""
        self._stop.set()
        end = time.monotonic() + LAST_FILE
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def save(
        self, path: Path, make: Callable[[], bytes], what: str, *, or_beside: bool = False, asked: object = None
    ) -> None:
        """Write what `make` makes to `path`, in a thread; `or_beside`: under the next free name when it exists."""

        def run() -> None:
            """What the thread does."""
            self._run(lambda: self._saved(path, make, what, or_beside=or_beside), asked)

        thread = threading.Thread(target=run, name="saving", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, save: Callable[[], FileSaved], asked: object) -> None:
        try:
            message: FileSaved | FileRefused = save()
        except SaveError as error:
            message = FileRefused(str(error))
        except Exception as error:  # a bug in a format must not take the screen down
            LOG.exception("a file could not be made")
            message = FileRefused(f"The file could not be made ({type(error).__name__}); the log has the details.")
        message.asked = asked
        try:
            self._post(message)
        except RuntimeError:
            LOG.info("the program ended while a file was written")

    def _saved(self, path: Path, make: Callable[[], bytes], what: str, *, or_beside: bool) -> FileSaved:
        if not or_beside and os.path.lexists(path):
            raise SaveError(refusal(path, FileExistsError(errno.EEXIST, "")))  # before a long making
        data = make()
        for candidate in beside(path) if or_beside else (path,):
            try:
                write_new(candidate, data, self._stop)
            except FileExistsError as error:
                if or_beside:
                    continue
                raise SaveError(refusal(candidate, error)) from error
            except (OSError, ValueError) as error:
                raise SaveError(refusal(candidate, error)) from error
            return FileSaved(candidate, len(data), what)
        raise SaveError(refusal(path, FileExistsError(errno.EEXIST, "")))


def write_new(path: Path, data: bytes, stop: threading.Event | None = None) -> None:
    """Write a file that only its owner may read; never over another, never through a link, never half of one.

    Raises:
        OSError: it cannot be written, or `stop` was set before its end; what there was of it is gone again.
        ValueError: no file can have such a name.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), MODE)  # whatever the umask says
            _fill(file, data, stop)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _fill(file: IO[bytes], data: bytes, stop: threading.Event | None) -> None:
    for first in range(0, len(data), CHUNK):
        if stop is not None and stop.is_set():
            raise InterruptedError(errno.EINTR, "the program ends")
        file.write(data[first : first + CHUNK])


def beside(path: Path) -> list[Path]:
    """The path, and the names to take when there is such a file already."""
    return [path, *(path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(2, MOST_NAMES))]


def refusal(path: Path, error: OSError | ValueError) -> str:
    """One sentence: what was not written, and why."""
    number = error.errno if isinstance(error, OSError) else None
    why = (
        _REASONS.get(number or 0)
        or (error.strerror if isinstance(error, OSError) else None)
        or "no file can have such a name"
    )
    return f"{clean(str(path), 300)} was not written: {why}."


def default_name(what: str, at: float, suffix: str) -> str:
    """`vpctop-flows-20261122T133000Z.csv`: what it is of, and when it was made."""
    return f"vpctop-{what}-{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}.{suffix}"


def path_of(written: str) -> Path:
    """The path that a reader wrote: `~` is his home, and what is not whole begins in the current folder.

    Raises:
        SaveError: nothing is written, or that is no file's name.
    """
    text = written.strip()
    if not text:
        raise SaveError("Write the name of a file.")
    if "\0" in text or text.endswith("/"):
        raise SaveError(f"{clean(text, 300)} is no name of a file.")
    try:
        return (Path.cwd() / Path(text).expanduser()).absolute()
    except (RuntimeError, OSError):
        raise SaveError(f"{clean(text, 300)} cannot be found from here.") from None
