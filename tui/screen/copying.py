"""What `c`, `C` and `y` hand to the terminal's clipboard: text without control characters."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from tui.cache.columns import Column
from tui.cache.view import Row
from tui.flows.clean import clean

# Bytes of base64 that a terminal takes in one OSC 52: xterm's limit is 100,000 with what is around it, tmux and others
# stop at 74,994.
MOST = 74_994
LONGEST = 1_000_000  # characters of a value
AGAIN = 5.0  # seconds in which the same key again means: to a file


def fits(text: str) -> bool:
    """Whether a terminal takes it."""
    return len(base64.b64encode(text.encode())) <= MOST


def row_json(row: Row, columns: Sequence[Column]) -> str:
    """The row as one JSON object, its values under their columns' keys; times are Unix seconds, bytes are bytes."""
    return json.dumps(
        {column.key: _plain(value) for column, value in zip(columns, row.values, strict=True)}, ensure_ascii=False
    )


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return clean(str(value), LONGEST)
