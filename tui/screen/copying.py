"""What `c`, `C` and `y` hand to the terminal's clipboard: text without control characters."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import asdict

from tui.alerts.model import Alert
from tui.cache.columns import Column
from tui.cache.view import Row
from tui.flows.clean import clean
from tui.screen.format import time_of_day

# Bytes of base64 that a terminal takes in one OSC 52: xterm's limit is 100,000 with what is around it, tmux and others
# stop at 74,994.
MOST = 74_994
LONGEST = 1_000_000  # characters of a value
LONGEST_UNIT = 32
AGAIN = 5.0  # seconds in which the same key again means: to a file


def fits(text: str) -> bool:
    """Whether a terminal takes it."""
    return len(base64.b64encode(text.encode())) <= MOST


def value_text(value: object) -> str:
    """The value as it is."""
    return "-" if value is None else clean(str(value), LONGEST)


def row_json(row: Row, columns: Sequence[Column]) -> str:
    """The row as one JSON object, its values under their columns' keys; times are Unix seconds, bytes are bytes."""
    return json.dumps(
        {column.key: _plain(value) for column, value in zip(columns, row.values, strict=True)}, ensure_ascii=False
    )


def alert_line_text(alert: Alert) -> str:
    """The alert in a line for a chat: severity, sentence, numbers, since when, in UTC."""
    since = time_of_day(alert.first, utc=True, pattern="%Y-%m-%d %H:%M:%SZ")
    counted = f"{alert.count} {clean(alert.unit, LONGEST_UNIT)}"
    return f"{alert.severity.name.lower()}: {clean(alert.sentence, LONGEST)} ({counted} since {since}, {alert.state})"


def alert_json(alert: Alert) -> str:
    """The alert as one JSON object; times are Unix seconds."""
    whole = {key: _plain(value) for key, value in asdict(alert).items()}
    whole["severity"] = alert.severity.name.lower()
    if not math.isfinite(alert.muted_until or 0.0):
        whole["muted_until"] = None
    return json.dumps(whole, ensure_ascii=False)


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return clean(str(value), LONGEST)
