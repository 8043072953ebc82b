"""The tables `[[alert]]` of config.toml: rules of the reader's own, and what he changes of those that there are."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.filtering import complaint
from tui.cli.setting import ConfigError
from tui.flows.clean import clean

if TYPE_CHECKING:
    from tui.alerts.engine import Watch
    from tui.alerts.reading import Written
    from tui.alerts.rule import AlertRule

EXPLAINED = """\
# Alerts: rules of your own, and changes of those there are; an [[alert]] with the name of one changes only what it says.
# [[alert]]
# name = "port-scan"
# off = true
#
# [[alert]]
# name = "admin-from-outside"
# say = "{source} comes in on port {port}"
# filter = "action = accept and external and dport in (22, 3389)"
# by = ["source", "port"]
# threshold = 3
# window = "5m"
# severity = "critical"
"""


def watch_of(path: Path, saved: Mapping[str, str], window: float) -> Callable[[], Watch]:
    """What makes the watch of this configuration file, in its own thread; `saved` are the filters that have a name.

    What the reader wrote is read now. The defaults need no proof: what reads them, 0.6 s to import, waits for the thread.

    Raises:
        ConfigError: a rule is wrong.
    """
    mine = rules_of(read_alerts(path, saved)) if _tables(path) else None

    def make() -> Watch:
        """A new one."""
        from tui.alerts.engine import Watch

        return Watch(rules_of(read_alerts(path, saved)) if mine is None else mine, window)

    return make


def rules_of(written: tuple[Written, ...]) -> tuple[AlertRule, ...]:
    """Those that are not switched off."""
    return tuple(each.rule for each in written if not each.off)


def read_alerts(path: Path, saved: Mapping[str, str]) -> tuple[Written, ...]:
    """All rules: the defaults, as the file changes them, and those of its own. `saved` are the filters that have a name.

    Raises:
        ConfigError: one of them is wrong; the message shows where in a filter.
    """
    from tui.alerts.reading import RuleError, read_rules
    from tui.flows.filter.value import Now

    tables = _tables(path)
    zone = datetime.now().astimezone().tzinfo or UTC
    try:
        return read_rules(tables, saved, Now(time.time(), zone))
    except RuleError as error:
        told = clean(str(error), 600)
        if error.place is not None:
            texts = (each.get(error.key) for each in tables if f"alert {each.get('name')}" == error.rule)
            text = next((each for each in texts if isinstance(each, str)), "")
            told = f"{clean(error.rule, 80)}: {error.key}: {complaint(error.place, text)}"
        raise ConfigError(f"{path}: {told}") from None


def shown(written: Written) -> str:
    """A rule in a few words: how severe, and from what on; or that it is off."""
    from tui.alerts.draft import amount_text, span_text
    from tui.alerts.rule import On

    rule = written.rule
    severity = rule.severity.name.lower()
    if written.off:
        return "off"
    if rule.on is On.SILENCE:
        return f"{severity} after {span_text(rule.threshold)}"
    if not rule.watches_records:
        return severity
    return f"{severity} from {amount_text(rule.threshold, rule.unit)} in {span_text(rule.window)}"


def _tables(path: Path) -> list[Mapping[str, object]]:
    """The tables as TOML has them.

    Raises:
        ConfigError: `alert` is something else.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("alert", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []  # there is no file, or read_config has told what is wrong with it
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise ConfigError(f"{path}: alert must be tables: write [[alert]] above the keys of each")
    return tables
