"""`vpctop config`: what the settings are, where each came from, and a file to write them in."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui.cli import alert
from tui.cli.ending import DONE, FINDING, Refused
from tui.cli.filtering import configured_filters
from tui.cli.notice import EXPLAINED, NoticeSettings, read_notice
from tui.cli.setting import SETTINGS, ConfigError, Setting, config_path, read_config, resolve

_HEAD = """\
# Settings of vpctop. A flag and a VPCTOP_… variable count before this file; `vpctop config show` tells what is in effect.
# Take the # away from a line to set it.
"""
_EXAMPLES = {
    "profile": '"prod"',
    "region": '"eu-west-1"',
    "endpoint-url": '"https://vpce-….amazonaws.com"',
    "window": '"60m"',
    "cache-size": '"256MB"',
    "interval": '"10s"',
    "api-rate": "2",
    "log-format": '["${version} ${srcaddr} ${dstaddr}"]',
    "nat-price": "0.045",
    "theme": '"dark"',
    "tz": '"Europe/Zurich"',
    "log-file": '"~/vpctop.log"',
}
_FILTERS = """\
# Filters by name, to be written as @name: in the filter bar, after --filter, and in one another.
# [filters]
# noise = "port 53,123 or host 10.0.0.2"
# outside = "external and not @noise"
"""


@click.group()
def config() -> None:
    """Show, write or check the settings."""


@config.command()
def show() -> int:
    """Print every setting, its value, and where the value came from."""
    chosen = resolve({})
    print(f"# {config_path()}{'' if config_path().exists() else ' (there is none)'}")
    for setting in SETTINGS:
        value = chosen[setting.key]
        print(f"{setting.key:<15} {value.shown or '-':<24} {value.origin}")
    notice, default = read_notice(config_path()).shown, NoticeSettings().shown
    for key, shown in notice.items():
        print(f"notice.{key:<8} {shown or '-':<24} {config_path() if shown != default[key] else 'default'}")
    for each in alert.read_alerts(config_path(), configured_filters(config_path())):
        print(f"{f'alert.{each.name}':<23} {alert.shown(each):<36} {'default' if each.is_default else config_path()}")
    return DONE


@config.command()
def init() -> int:
    """Write a config.toml in which every setting is explained and none is set."""
    path = config_path()
    text = "\n".join([_HEAD, *map(_explained, SETTINGS), _FILTERS, alert.EXPLAINED, EXPLAINED])
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(text)
    except FileExistsError:
        raise Refused(f"{path} exists already; it is left as it is") from None
    except OSError as error:
        raise Refused(f"{path}: cannot be written: {error.strerror or error}") from None
    print(path)
    return DONE


@config.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
def validate(file: Path | None) -> int:
    """Check config.toml, or another FILE."""
    path = file or config_path()
    if not path.exists():
        raise Refused(f"{path}: there is no such file; `vpctop config init` writes one")
    try:
        found = read_config(path)
        filters = configured_filters(path)
        alerts = [each for each in alert.read_alerts(path, filters) if not each.is_default]
        read_notice(path)
    except ConfigError as error:
        click.echo(f"vpctop: {error.format_message()}", err=True)
        return FINDING
    counts = {"settings": len(found), "filters": len(filters), "alerts": len(alerts)}
    named = [f"{number} {what}" for what, number in counts.items() if number or what == "settings"]
    print(f"{path}: {' and '.join(named)}, all well")
    return DONE


def _explained(setting: Setting) -> str:
    example = "true" if setting.flag else _EXAMPLES[setting.key]
    return f"# {setting.help}\n# {setting.key} = {example}\n"
