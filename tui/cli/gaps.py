"""The gap ledger of a run as JSON lines: on stderr after records as JSON, and in the file that `--gaps` names."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable
from pathlib import Path

from tui.cache.ledger import newest_first
from tui.cli.ending import Refused
from tui.flows.clean import clean
from tui.flows.source import Gap


def gap_lines(gaps: Iterable[Gap]) -> list[str]:
    """A JSON object a gap, the oldest first, in ASCII.

    `since`, `until` and `healed` are Unix seconds; `healed` is null while the gap is open. `count` is of what `cause`
    says, 0 where nobody knows; `@gap` is one word for it that does not change from version to version.
    """
    return [
        json.dumps(
            {
                "@gap": gap.cause.name,
                "since": _seconds(gap.since),
                "until": _seconds(gap.until),
                "count": gap.count,
                "cause": gap.cause.value,
                "note": clean(gap.note, 1000),
                "healed": None if gap.healed is None else _seconds(gap.healed),
            }
        )
        for gap in reversed(newest_first(gaps))
    ]


def _seconds(at: float) -> float | None:
    """To the millisecond; None for a time that never is, which JSON cannot tell."""
    if not math.isfinite(at):
        return None
    return int(at) if at == int(at) else round(at, 3)


class GapsFile:
    """The file of `--gaps`: made when the run begins, for its owner only, and never over one that is there.

    Raises:
        Refused: it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            raise Refused(f"--gaps: {path} is there already; name another file, or remove it") from None
        except OSError as error:
            raise Refused(f"--gaps: {path} cannot be written: {error.strerror or error}") from None

    def write(self, gaps: Iterable[Gap]) -> None:
        """Write these and close the file; a file without lines says that there was no gap.

        Raises:
            OSError: the disk is full, or the like.
        """
        with os.fdopen(self._descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{line}\n" for line in gap_lines(gaps))

    def drop(self) -> None:
        """Nothing was read: an empty file would say that nothing is missing."""
        os.close(self._descriptor)
        self._path.unlink(missing_ok=True)
