"""What is to be said of one spell of one subject, before the reader's acknowledging and muting is laid over it."""

from __future__ import annotations

from dataclasses import dataclass

from tui.alerts.model import Severity
from tui.alerts.rule import AlertRule

_KILO = 1000
_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert without its state. `ended` is when it was over, None while it lasts; times in Unix seconds."""

    rule: AlertRule
    subject: str
    severity: Severity
    sentence: str
    first: float
    last: float
    raised: float
    ended: float | None
    count: int
    peak: int
    unit: str
    filter: str = ""

    @property
    def id(self) -> str:
        """Rule and subject."""
        return f"{self.rule.name} {self.subject}"


def span_text(seconds: float) -> str:
    """5m, 2h, 1h30m; below a minute 40s."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    hours, minutes = whole // _HOUR, whole % _HOUR // _MINUTE
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes or not hours else "")


def amount_text(value: float, unit: str) -> str:
    """`412 records`, `1.2 GB`, `37 %`."""
    if unit == "percent":
        return f"{value:.0f} %"
    if unit != "bytes":
        return f"{value:,.0f} {unit[:-1] if value == 1 and unit.endswith('s') else unit}"
    for prefix in ("", "k", "M", "G", "T"):
        if value < _KILO:
            return f"{value:.1f} {prefix}B" if prefix and value < 100 else f"{value:.0f} {prefix}B"
        value /= _KILO
    return f"{value:.1f} PB"
