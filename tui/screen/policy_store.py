"""The files that texts of policies outlive the program in: those that were in force before a change, and a draft.

A file per endpoint, which only its owner may read. A broken file holds nothing and is logged; it may never stop the screen.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from tui.screen.filter_store import write_private

LOG = logging.getLogger(__name__)
FOLDER = "policies"
MOST = 10  # versions of one endpoint that are kept
_LONGEST = 200_000  # characters of a text that is kept
_LARGEST = 4 << 20  # bytes of a file that are read at most
_ID = re.compile(r"vpce-[0-9a-f]{1,40}")


@dataclass(frozen=True, slots=True)
class Version:
    """A text that was in force until `at`, Unix seconds, when it was replaced from here."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is not in force yet. `was` is the one it began from."""

    at: float
    text: str
    was: str


class PolicyStore:
    """Versions and drafts by endpoint. A folder that is None, or cannot be used, means: remembered in memory only.

    Its methods may be called in any thread.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / FOLDER if folder else None
        self._lock = threading.Lock()
        self._versions: dict[str, tuple[Version, ...]] = {}
        self._drafts: dict[str, Draft | None] = {}

    @property
    def folder(self) -> Path | None:
        """Where the files are."""
        return self._folder

    def versions(self, endpoint: str) -> tuple[Version, ...]:
        """What was in force before, newest first."""
        found = [*self._versions.get(endpoint, ()), *_versions_in(self._read(endpoint, "versions"))]
        unlike = {version.text: version for version in sorted(found, key=lambda each: each.at)}
        return tuple(sorted(unlike.values(), key=lambda each: -each.at)[:MOST])

    def keep(self, endpoint: str, text: str, at: float) -> str:
        """Remember a text that is about to be replaced; "" if it is on the disk, else why it is only in memory."""
        with self._lock:
            kept = (Version(at, text), *self._versions.get(endpoint, ()))[:MOST]
            self._versions[endpoint] = kept
            return self._write(endpoint, "versions", {"versions": [asdict(each) for each in self.versions(endpoint)]})

    def draft(self, endpoint: str) -> Draft | None:
        """What was being written, if anything."""
        if endpoint in self._drafts:
            return self._drafts[endpoint]
        table = self._read(endpoint, "draft")
        at, text, was = table.get("at"), table.get("text"), table.get("was")
        if isinstance(at, int | float) and isinstance(text, str) and isinstance(was, str):
            return Draft(float(at), text, was)
        return None

    def keep_draft(self, endpoint: str, draft: Draft) -> None:
        """Remember what is being written; the file is written in a thread, a slow disk holds no key."""
        if self._drafts.get(endpoint) != draft:
            self._drafts[endpoint] = draft
            threading.Thread(target=self._write_draft, args=(endpoint,), name="policy store", daemon=True).start()

    def drop_draft(self, endpoint: str) -> None:
        """It is in force, or thrown away."""
        self._drafts[endpoint] = None
        threading.Thread(target=self._write_draft, args=(endpoint,), name="policy store", daemon=True).start()

    def _write_draft(self, endpoint: str) -> None:
        with self._lock:  # of several that wait, each writes the newest
            draft = self._drafts.get(endpoint)
            if draft is not None:
                self._write(endpoint, "draft", asdict(draft))
            elif (path := self._path(endpoint, "draft")) is not None:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def _path(self, endpoint: str, what: str) -> Path | None:
        """An id is AWS's word: one that is none makes no path."""
        name = endpoint if _ID.fullmatch(endpoint) else hashlib.sha256(endpoint.encode(errors="replace")).hexdigest()
        return self._folder / f"{name}.{what}.json" if self._folder else None

    def _write(self, endpoint: str, what: str, table: Mapping[str, object]) -> str:
        path = self._path(endpoint, what)
        if path is None:
            return "there is no folder to keep it in"
        try:
            write_private(path, json.dumps(table))
        except OSError as error:
            LOG.warning("%s could not be written: %s", path, error)
            return error.strerror or type(error).__name__
        return ""

    def _read(self, endpoint: str, what: str) -> Mapping[str, object]:
        path = self._path(endpoint, what)
        if path is None:
            return {}
        try:
            with path.open("rb") as file:
                table = json.loads(file.read(_LARGEST))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            LOG.warning("%s cannot be used and is left out: %s", path, error)
            return {}
        return table if isinstance(table, dict) else {}


def _versions_in(table: Mapping[str, object]) -> list[Version]:
    """Those of a file that are such."""
    written = table.get("versions")
    found = []
    for each in written if isinstance(written, list) else ():
        at, text = (each.get("at"), each.get("text")) if isinstance(each, dict) else (None, None)
        if isinstance(at, int | float) and isinstance(text, str) and len(text) <= _LONGEST:
            found.append(Version(float(at), text))
    return found[: 2 * MOST]
