"""Filters on the command line: `--filter`, those with a name in the configuration, and how a wrong one is told."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.cli.setting import ConfigError, config_path
from tui.flows.clean import clean
from tui.flows.filter.model import Filter, FilterError

Command = TypeVar("Command", bound=Callable[..., Any])
# Characters of a filter that are shown around a mistake.
_SHOWN = 100


def filter_option(command: Command) -> Command:
    """The option `--filter` of a command; its text goes through `chosen_filter` once the time zone is settled."""
    help_text = "Keep only records that this keeps, e.g. 'dport https and not src 10.0.0.0/8'; @name for a saved one."
    return click.option("--filter", "filter_text", metavar="FILTER", default="", help=help_text)(command)


def chosen_filter(text: str, saved: Mapping[str, str], now: float | None = None) -> Filter:
    """What `--filter` means; `now` in Unix seconds is the wall's unless told.

    Raises:
        UsageError: it is no filter; the message shows where.
    """
    if not text.strip():
        return Filter()
    try:
        return _read(text, saved, now)
    except FilterError as error:
        raise click.UsageError(f"--filter: {complaint(error, text)}", click.get_current_context(silent=True)) from None


def complaint(error: FilterError, text: str) -> str:
    """What is wrong with a filter: the message, the part of the text that it is in, and a caret under the place."""
    at = min(max(0, error.position), len(text))
    first = max(0, at - _SHOWN // 2)
    shown = clean(text[first : first + _SHOWN], _SHOWN)
    length = max(1, min(error.length, len(shown) - (at - first)))
    message = clean(error.message, 400)
    if error.expected:
        message += f"; expected {', '.join(clean(word, 60) for word in error.expected[:12])}"
    return f"{message}\n  {shown}\n  {' ' * (at - first)}{'^' * length}"


def saved_filters() -> dict[str, str]:
    """All filters that have a name: those saved from the screen, and before them those of config.toml.

    Raises:
        ConfigError: one of config.toml is wrong.
    """
    from tui.screen.filter_store import SAVED, read_saved

    return {**read_saved(config_path().parent / SAVED), **configured_filters(config_path())}


def configured_filters(path: Path) -> dict[str, str]:
    """The table `filters` of a configuration file.

    Raises:
        ConfigError: a name or a filter is wrong; the message tells the line, and shows where in the filter.
    """
    try:
        written = path.read_text("utf-8")
        table = tomllib.loads(written).get("filters", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}  # there is no file, or read_config has told what is wrong with it
    if not table:
        return {}
    from tui.flows.filter.saved import NAME, NAME_RULE

    if not isinstance(table, dict):
        raise ConfigError(f"{path}: filters must be a table of filters by name")
    for name, text in table.items():
        place = f"{path}{_line(written, name)}: filters.{clean(name, 60)}"
        if not NAME.fullmatch(name):
            raise ConfigError(f"{place} cannot be a name: {NAME_RULE}")
        if not isinstance(text, str):
            raise ConfigError(f"{place} must be a text in quotes")
    for name, text in table.items():
        try:
            _read(text, table)
        except FilterError as error:
            raise ConfigError(f"{path}{_line(written, name)}: filters.{name}: {complaint(error, text)}") from None
    return dict(table)


def _read(text: str, saved: Mapping[str, str], now: float | None = None) -> Filter:
    from tui.flows.filter.saved import read_filter
    from tui.flows.filter.value import Now

    zone = datetime.now().astimezone().tzinfo or UTC  # settle() has put the process into the reader's zone
    return read_filter(text, saved, Now(time.time() if now is None else now, zone))


def _line(written: str, name: str) -> str:
    """`, line 12`, where a name of the table can be found."""
    inside = False
    for number, line in enumerate(written.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = line.strip().startswith("[filters]")
        elif re.match(rf"""\s*(filters\.)?["']?{re.escape(name)}["']?\s*=""", line) and (inside or "filters." in line):
            return f", line {number}"
    return ""
