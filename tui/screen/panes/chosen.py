"""Which columns the reader wants, by grouping: chosen, in an order, or one of the presets."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tui.cache.columns import SHAPES, Column, Grouping, record_column
from tui.flows.field import FIELDS

LOG = logging.getLogger(__name__)
FILE = "columns.json"
MOST = 100  # columns of a grouping
LARGEST = 1 << 16  # bytes of the file
# What tells the columns of records in words: asked for with them, shown only when chosen.
BESIDE_RECORDS = ("interface-id", "flow-direction", "pkt-srcaddr", "pkt-dstaddr", "protocol", "log-status")
_TALK = ("end", "srcaddr", "srcport", "dstaddr", "dstport")
# Columns of records for a question.
PRESETS: dict[str, tuple[str, ...]] = {
    "traffic": tuple(column.key for column in SHAPES[Grouping.RECORDS].columns),
    "TCP": (*_TALK, "tcp-flags", "action", "packets", "bytes", "start", "interface-id"),
    "NAT": (*_TALK, "pkt-srcaddr", "pkt-dstaddr", "flow-direction", "interface-id", "action", "bytes", "resource-id"),
    "ECS": (*_TALK, "ecs-service-name", "ecs-task-id", "ecs-cluster-name", "ecs-container-id", "action", "bytes"),
    "path": (
        *_TALK, "flow-direction", "traffic-path", "pkt-dst-aws-service", "pkt-src-aws-service",
        "next-hop-interface-id", "interface-id", "action", "bytes",
    ),
}  # fmt: skip


def shown_of(grouping: Grouping, chosen: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these keys; of none, the grouping's own."""
    own = SHAPES[grouping].columns
    if not chosen:
        return own
    if grouping is Grouping.RECORDS:
        return tuple(record_column(key) for key in chosen)
    known = {column.key: column for column in own}
    return tuple(known[key] for key in chosen if key in known) or own


class Chosen:
    """The reader's choice for each grouping, kept in `folder` from one start to the next; without one, in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = folder / FILE if folder else None
        self._keys: dict[str, tuple[str, ...]] | None = None  # by the grouping's name; None: not read yet

    def of(self, grouping: Grouping) -> tuple[str, ...]:
        """The keys chosen for a grouping, () for its own choice."""
        if self._keys is None:
            self._keys = self._read()
        return self._keys.get(grouping.name, ())

    def choose(self, grouping: Grouping, keys: Sequence[str]) -> bool:
        """Remember these; () for the grouping's own choice. False when they could not be written down."""
        self.of(grouping)
        assert self._keys is not None
        own = tuple(column.key for column in SHAPES[grouping].columns)
        if not keys or tuple(keys) == own:
            self._keys.pop(grouping.name, None)
        else:
            self._keys[grouping.name] = tuple(keys)
        return self._write()

    def shown(self, grouping: Grouping) -> tuple[Column, ...]:
        """The columns to show."""
        return shown_of(grouping, self.of(grouping))

    def wanted(self, grouping: Grouping) -> tuple[str, ...]:
        """The keys to ask for: also what tells others in words."""
        if grouping is not Grouping.RECORDS:
            return self.of(grouping)
        return tuple(dict.fromkeys((*(column.key for column in self.shown(grouping)), *BESIDE_RECORDS)))

    def _read(self) -> dict[str, tuple[str, ...]]:
        """What was chosen, of which only what makes sense is taken."""
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                read = json.loads(file.read(LARGEST))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            LOG.warning("the chosen columns could not be read from %s: %s", self._path, error)
            return {}
        found = {}
        for grouping in Grouping:
            keys = read.get(grouping.name) if isinstance(read, dict) else None
            if isinstance(keys, list) and len(keys) <= MOST:
                known = {column.key for column in candidates(grouping)}
                found[grouping.name] = tuple(
                    dict.fromkeys(key for key in keys if isinstance(key, str) and key in known)
                )
        return found

    def _write(self) -> bool:
        """Whole or not at all, and for nobody else's eyes."""
        if self._path is None or self._keys is None:
            return True
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{FILE}.")  # 0600
            try:
                with os.fdopen(number, "w", encoding="utf-8") as file:
                    json.dump(self._keys, file, indent=1)
                Path(name).replace(self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            LOG.warning("the chosen columns could not be written to %s: %s", self._path, error)
            return False
        return True


def candidates(grouping: Grouping, names: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns there are to choose from; of records every field of `names`, or of the field table."""
    own = SHAPES[grouping].columns
    if grouping is not Grouping.RECORDS:
        return own
    fields = names or [field.name for field in FIELDS]
    return tuple(record_column(name) for name in dict.fromkeys((*(column.key for column in own), *fields)))
