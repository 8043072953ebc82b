"""How the terminal calls a reader who looks elsewhere: the bell, and its own notifications (OSC 9, OSC 777)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tui.alerts.model import Alert, Severity
from tui.flows.clean import clean

BEL = "\a"
TERMINALS = ("osc9", "osc777")
LONGEST = 200  # characters of a notification


class Caller(Protocol):
    """Calls somebody outside: tui/cli/calling.py keeps this promise. It owns its threads; nothing here waits for it."""

    def start(self, fail: Callable[[str, str], object]) -> None:
        """Begin; `fail` is called from another thread with who could not be told and why, '' when he could again."""

    def call(self, alerts: Sequence[Alert]) -> None:
        """Tell of these as soon as the limits allow; returns at once."""

    def stop(self) -> None:
        """The program ends: no more calls; one that is under way ends with it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """How the reader wants to be called; by nothing, unless he says so.

    `terminal` is one of TERMINALS or ''. Alerts of less than `severity` are only shown.
    """

    bell: bool = False
    terminal: str = ""
    severity: Severity = Severity.WARNING
    caller: Caller | None = None

    def wanted(self, alerts: Sequence[Alert]) -> tuple[Alert, ...]:
        """Those to call for."""
        return tuple(alert for alert in alerts if alert.severity >= self.severity)


def sentence(alerts: Sequence[Alert]) -> str:
    """One or several alerts in a sentence, the worst first: `critical: 192.0.2.201 probed 412 ports (and 2 more alerts)`."""
    worst = max(alerts, key=lambda alert: (alert.severity, alert.last))
    text = f"{worst.severity.name.lower()}: {clean(worst.sentence or worst.subject, 1_000)}"
    more = len(alerts) - 1
    return text + (f" (and {more} more alert{'s' if more > 1 else ''})" if more else "")


def notification(terminal: str, title: str, body: str, environ: Mapping[str, str]) -> str:
    """The escape sequence that has the terminal notify, in one piece.

    Nothing from outside can end it early or add to it: control characters are neutralised and semicolons, which divide
    its parts, are commas. Inside tmux and screen it is wrapped, so that it reaches the terminal around them; tmux lets it
    pass only with `allow-passthrough on`, and otherwise drops it.

    Source: https://iterm2.com/documentation-escape-codes.html (OSC 9), urxvt's notify extension (OSC 777)
    """
    text = _plain(f"{title}: {body}" if terminal == "osc9" else body)
    whole = f"\x1b]9;{text}{BEL}" if terminal == "osc9" else f"\x1b]777;notify;{_plain(title)};{text}{BEL}"
    if environ.get("TMUX"):
        return f"\x1bPtmux;{whole.replace(chr(27), chr(27) * 2)}\x1b\\"
    if environ.get("STY"):
        return f"\x1bP{whole}\x1b\\"
    return whole


def _plain(text: str) -> str:
    """Text that is no part of a sequence. A byte of 9C would end one on terminals that read bytes: ASCII alone is sure."""
    cleaned = clean(text, LONGEST).replace(";", ",").replace("…", "...").replace("→", "->")
    return cleaned.encode("ascii", "replace").decode()
