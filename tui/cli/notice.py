"""The table `notice` of config.toml: how the reader wants to be called when an alert fires. By nothing, unless it says so."""

from __future__ import annotations

import math
import re
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tui.alerts.model import Severity
from tui.cli.quantity import QuantityError, parse_duration
from tui.cli.setting import ConfigError
from tui.flows.clean import clean

if TYPE_CHECKING:
    from tui.screen.notice import Notice

TERMINALS = ("osc9", "osc777")
SEVERITIES = {severity.name.lower(): severity for severity in sorted(Severity, reverse=True)}
# What of an alert can stand in an argument of the command, in braces.
PLACES = (
    "severity", "rule", "subject", "sentence", "state", "count", "peak", "unit", "first", "last", "raised", "filter",
    "id", "scope",
)  # fmt: skip
PLACE = re.compile(r"\{([a-z_]+)\}")
EXPLAINED = """\
# How to call you when an alert fires. Nothing is sent or run unless it stands here.
# [notice]
# severity = "warning"                # the least that calls: critical, warning or notice
# bell = true
# terminal = "osc9"                   # the terminal's own notification: osc9 (iTerm2, WezTerm …) or osc777 (urxvt, foot …)
# command = ["notify-send", "vpctop: {severity}", "{sentence}"]
#   No shell. In braces: severity, rule, subject, sentence, state, count, peak, unit, first, last, raised, filter, id,
#   scope. The whole alert is on its standard input, as JSON.
# webhook = "https://hooks.example.com/vpctop"   # gets the same JSON in a POST
# rate = 6                            # most calls a minute of each of the two
# timeout = "10s"                     # for each of them
"""


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What the table says. `rate` is calls a minute, `timeout` in seconds."""

    severity: Severity = Severity.WARNING
    bell: bool = False
    terminal: str = ""
    command: tuple[str, ...] = ()
    webhook: str = ""
    rate: int = 6
    timeout: float = 10.0

    @property
    def shown(self) -> dict[str, str]:
        """Each key's value, as `config show` tells it; of a webhook no more than its host, the rest may be a secret."""
        return {
            "severity": self.severity.name.lower(),
            "bell": str(self.bell).lower(),
            "terminal": self.terminal,
            "command": " ".join(self.command),
            "webhook": host_of(self.webhook),
            "rate": str(self.rate),
            "timeout": f"{self.timeout:g}s",
        }


def read_notice(path: Path) -> NoticeSettings:
    """The table `notice` of a configuration file.

    Raises:
        ConfigError: a key or a value is wrong.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("notice", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return NoticeSettings()  # there is no file, or read_config has told what is wrong with it
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: notice must be a table: write [notice] and its keys below")
    values = {}
    for key, value in table.items():
        if key not in _READ:
            near = get_close_matches(key, _READ, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(_READ)}"
            raise ConfigError(f"{path}: notice.{clean(key, 60)} is no setting{hint}")
        try:
            values[key] = _READ[key](value)
        except QuantityError as error:
            raise ConfigError(f"{path}: notice.{key} is wrong: {error}") from None
    return NoticeSettings(**values)


def notice_of(settings: NoticeSettings, scope: str, *, calls: bool = True) -> Notice:
    """What the screen is handed; `calls`: the command and the webhook are called, too."""
    from tui.screen.notice import Notice

    caller = None
    if calls and (settings.command or settings.webhook):
        from tui.cli.calling import Calling

        caller = Calling(settings, scope)
    return Notice(settings.bell, settings.terminal, settings.severity, caller)


def host_of(url: str) -> str:
    """Scheme and host of a URL, without what may be a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{'…' if parts.path.strip('/') or parts.query else ''}" if url else ""


def _bell(value: object) -> bool:
    if not isinstance(value, bool):
        raise QuantityError(f"{_told(value)}; write true or false without quotes")
    return value


def _word(words: Any) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise QuantityError(f"{_told(value)}; there are {', '.join(words)}")
        return value

    return read


def _severity(value: object) -> Severity:
    return SEVERITIES[_word(SEVERITIES)(value)]


def _command(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise QuantityError('a list is needed, without a shell: ["program", "--option", "{subject}"]')
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value):
        raise QuantityError(f"{_told(value)}; write a list of texts, the program first")
    program, *rest = value
    if PLACE.search(program) or not program.strip() or "\0" in "".join(value):
        raise QuantityError(f"{_told(program)} cannot be a program's name")
    for part in rest:
        for name in PLACE.findall(part):
            if name not in PLACES:
                near = get_close_matches(name, PLACES, 1)
                hint = f"; did you mean {{{near[0]}}}?" if near else f"; there are {', '.join(PLACES)}"
                raise QuantityError(f"{{{name}}} is nothing an alert has{hint}")
    found = shutil.which(Path(program).expanduser())
    if found is None:
        raise QuantityError(f"there is no program {_told(program)} that can be run")
    return (found, *rest)


def _webhook(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or any(mark.isspace() for mark in value):
        raise QuantityError(f"{_told(value)} is no URL")
    try:
        parts = urlsplit(value)
        has_host = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        has_host = False
    if not has_host:
        raise QuantityError("it is no URL; write it as https://host/path")  # not shown: it may hold a secret
    if parts.username is not None or parts.password is not None:
        raise QuantityError("it holds a name and a password; they cannot be sent so")
    if not value.isascii():
        raise QuantityError("it holds other than ASCII characters; write them percent-encoded")
    return value


def _rate(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 60:
        raise QuantityError(f"{_told(value)} is no whole number of calls a minute from 1 to 60")
    return value


def _timeout(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise QuantityError(f"{_told(value)} is no duration")
    seconds = parse_duration(str(value))
    if not (math.isfinite(seconds) and 1 <= seconds <= 60):
        raise QuantityError(f"{_told(value)} is not between 1 s and 60 s")
    return seconds


def _told(value: object) -> str:
    return clean(repr(value), 80)


_READ: dict[str, Callable[[object], Any]] = {
    "severity": _severity,
    "bell": _bell,
    "terminal": _word(TERMINALS),
    "command": _command,
    "webhook": _webhook,
    "rate": _rate,
    "timeout": _timeout,
}
assert set(_READ) == {field.name for field in fields(NoticeSettings)}
