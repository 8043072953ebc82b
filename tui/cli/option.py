"""The settings as options of a command, and what they came to for one run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.cli.quantity import QuantityError
from tui.cli.setting import BY_KEY, resolve
from tui.flows.logformat import LogFormatError

changes_option = click.option(
    "--allow-changes", is_flag=True, help="Let endpoints and their policies be changed; without it vpctop only reads."
)
ACCESS = ("profile", "region", "endpoint-url")
READING = ("window", "interval", "api-rate", "log-format", "live-tail")

Command = TypeVar("Command", bound=Callable[..., Any])


def reading(read: Callable[[str], object]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A click callback that reads an option's text with `read` and turns its complaint into a usage error."""

    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        try:
            if isinstance(value, tuple):
                return tuple(read(text) for text in value)
            return None if value is None else read(value)
        except (QuantityError, LogFormatError) as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return callback


def setting_options(*keys: str) -> Callable[[Command], Command]:
    """Options for these settings, in this order in the help."""

    def decorate(command: Command) -> Command:
        for key in reversed(keys):
            setting = BY_KEY[key]
            shape: dict[str, Any] = {"is_flag": True, "default": None}
            if not setting.flag:
                shape = {"metavar": setting.metavar, "multiple": setting.many, "callback": reading(setting.read)}
            command = click.option(f"--{key}", setting.name, help=setting.help, **shape)(command)
        return command

    return decorate


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting's value for this run. Spans are seconds, sizes bytes; None leaves the choice to others.

    `allow_changes` is of the command line alone: neither a file nor the environment can leave it on unseen.
    """

    profile: str | None
    region: str | None
    endpoint_url: str | None
    window: int
    cache_size: int
    interval: float
    api_rate: float | None  # None: what is usual in the Region
    log_format: tuple[str, ...]
    live_tail: bool
    nat_price: float  # US dollars a GB
    theme: str | None
    utc: bool
    tz: str | None
    no_mouse: bool
    ascii: bool
    log_file: Path | None
    allow_changes: bool = False


def settle(given: dict[str, Any], *, allow_changes: bool = False) -> Settings:
    """The settings of this run from the command line's values, the environment and `config.toml`.

    Raises:
        ConfigError: the environment or the file is wrong.
    """
    values: dict[str, Any] = {BY_KEY[key].name: chosen.value for key, chosen in resolve(given).items()}
    settings = Settings(**values, allow_changes=allow_changes)
    if settings.utc or settings.tz:
        # The whole process lives in the chosen zone, so that no place that shows a time can forget it.
        os.environ["TZ"] = "UTC" if settings.utc else str(settings.tz)
        time.tzset()
    return settings
