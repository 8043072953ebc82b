"""How the Endpoints pane writes: marks, words and colours of how an endpoint is, times, rates and prices."""

from __future__ import annotations

from dataclasses import dataclass

from tui.cache.carriage import Bypass, EndpointRow, EndpointTable, Exit, Traffic
from tui.network.health import Severity
from tui.screen import format as fmt
from tui.screen.glyphs import ASCII, Glyphs

MARKS = {Severity.FAILING: "▲", Severity.WARNING: "△", Severity.UNKNOWN: "?", Severity.NOTICE: "◇", Severity.FINE: "✓"}
ASCII_MARKS = {
    Severity.FAILING: "!",
    Severity.WARNING: "*",
    Severity.UNKNOWN: "?",
    Severity.NOTICE: "-",
    Severity.FINE: "+",
}
ROLES = {
    Severity.FAILING: "stalled",
    Severity.WARNING: "lagging",
    Severity.UNKNOWN: "skipped",
    Severity.NOTICE: "paused",
    Severity.FINE: "accept",
}
WORDS = {
    Severity.FAILING: ("failing", "fail"),
    Severity.WARNING: ("warning", "warn"),
    Severity.UNKNOWN: ("unknown", "unkn"),
    Severity.NOTICE: ("notice", "note"),
    Severity.FINE: ("fine", "fine"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """What to write with: marks, time zone, and the price a GB that a NAT gateway processes, in US dollars."""

    glyphs: Glyphs
    utc: bool = False
    price: float = 0.0

    def mark(self, severity: Severity, *, short: bool = False) -> str:
        """Glyph and word."""
        marks = ASCII_MARKS if self.glyphs is ASCII else MARKS
        return f"{marks[severity]} {WORDS[severity][short]}"

    def least(self, text: str, *, is_partial: bool) -> str:
        """The text of a number that is at least so much."""
        return f"{self.glyphs.least if is_partial else ''}{text}"

    def time(self, at: float | None) -> str:
        """A time of day to the second."""
        return self.glyphs.dash if at is None else fmt.time_of_day(at, utc=self.utc)


def rate_text(traffic: Traffic | None, style: Style) -> str:
    """Bytes a second; `not known` where no flow log sees it."""
    if traffic is None:
        return "not known"
    return style.least(f"{fmt.size(traffic.rate)}/s", is_partial=traffic.is_rate_partial)


def dollars(amount: float) -> str:
    """US dollars in at most seven cells."""
    if 0 < amount < 0.005:
        return "<$0.01"
    return f"${amount:.2f}" if amount < 999.5 else f"${fmt.scaled(amount)}"


def severity_of(entry: EndpointRow, table: EndpointTable) -> Severity:
    """An endpoint's own, or that of what goes around it now."""
    around = [bypass_severity(each) for each in table.bypasses_of(entry.endpoint)]
    return max([entry.severity, *around])


def bypass_severity(bypass: Bypass) -> Severity:
    """What is paid for is worse than what is not; what is over is no more than a notice."""
    return Severity.WARNING if bypass.exit is not Exit.INTERNET and bypass.traffic.rate else Severity.NOTICE
