"""The files that filters outlive the program in: a history, and filters by name. Neither may ever stop the screen."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tui.flows.clean import clean
from tui.flows.filter.model import LONGEST
from tui.screen.filtering import MOST_REMEMBERED

LOG = logging.getLogger(__name__)
HISTORY = "filter-history"
SAVED = "filters.toml"
_LARGEST = 1 << 20  # bytes of a file that are read at most
_HEAD = (
    "# Filters saved from within vpctop, each to be written as @name. Filters of your own belong into config.toml.\n"
)


class FilterStore:
    """Reads at once, writes in a thread of its own: a folder on a network that is gone must not hold a key.

    A folder that is None, or cannot be used, means: remembered in memory only.
    """

    def __init__(self, history: Path | None, saved: Path | None) -> None:
        self._history = history / HISTORY if history else None
        self._saved = saved / SAVED if saved else None
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    @property
    def saved_path(self) -> str:
        """Where filters with a name go, "" when they are not kept."""
        return str(self._saved or "")

    def history(self) -> list[str]:
        """What was applied in earlier sessions, oldest first."""
        lines = [clean(line, LONGEST).strip() for line in _read(self._history).splitlines()]
        return list(dict.fromkeys(line for line in lines[::-1] if line))[:MOST_REMEMBERED][::-1]

    def saved(self) -> dict[str, str]:
        """The filters that were saved by name."""
        return read_saved(self._saved) if self._saved else {}

    def remember(self, text: str) -> None:
        """Add a text to the history; what other sessions added meanwhile stays."""
        if self._history is not None:
            self._start(self._remember, self._history, text)

    def _remember(self, path: Path, text: str) -> None:
        lines = [*(line for line in self.history() if line != text), text][-MOST_REMEMBERED:]
        write_private(path, "".join(f"{line}\n" for line in lines))

    def save(self, name: str, text: str) -> None:
        """Write a filter down by its name; what other sessions saved meanwhile stays."""
        if self._saved is not None:
            self._start(self._save, self._saved, name, text)

    def _save(self, path: Path, name: str, text: str) -> None:
        write_private(path, _HEAD + as_toml({**self.saved(), name: text}))

    def wait(self, seconds: float = 2.0) -> None:
        """Until all is written that was asked to be."""
        for thread in self._threads:
            thread.join(seconds)

    def _start(self, write: Callable[..., None], *given: object) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._guarded, args=(write, *given), name="filter store", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guarded(self, write: Callable[..., None], *given: object) -> None:
        try:
            with self._lock:
                write(*given)
        except OSError as error:
            LOG.warning("a filter could not be written down: %s", error)


def read_saved(path: Path) -> dict[str, str]:
    """Filters by name from a file that this program wrote; one that cannot be read holds none, and is logged."""
    try:
        table = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        LOG.warning("%s is no TOML file and is left out: %s", path, error)
        return {}
    return {clean(name, 60): clean(text, LONGEST) for name, text in table.items() if isinstance(text, str)}


def as_toml(filters: Mapping[str, str]) -> str:
    """Names and texts as TOML; a JSON string is one of TOML too, once no character needs two escapes."""
    lines: Sequence[str] = [
        f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in sorted(filters.items())
    ]
    return "".join(f"{line}\n" for line in lines)


def write_private(path: Path, text: str) -> None:
    """Put a file in place at once and whole, readable by its owner only.

    Raises:
        OSError: it could not be written; what was there still is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # 0600 from the start
    try:
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123  a descriptor, not a path
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108  the name is mkstemp's
        raise


def _read(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        LOG.warning("%s cannot be read: %s", path, error)
        return ""
