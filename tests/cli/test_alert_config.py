"""The tables `[[alert]]` of config.toml: what is made of them, and how a mistake in one is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.command_line import Vpctop
from tui.cli.alert import EXPLAINED, read_alerts, rules_of, watch_of
from tui.cli.setting import ConfigError, config_path


@pytest.fixture
def config(home: Path) -> Path:
    """Where the reader's config.toml belongs."""
    assert config_path().is_relative_to(home)
    config_path().parent.mkdir(parents=True)
    return config_path()


def test_without_tables_the_defaults_watch(config: Path) -> None:
    """Nothing is to be written for that; what reads them is imported in the thread that watches."""
    before = set(sys.modules)
    make = watch_of(config, {}, 3600)
    assert not {"polars", "tui.alerts.reading"} & (set(sys.modules) - before)
    assert make().alerts() == ()
    assert {"port-scan", "own-refused", "data-stopped"} <= {each.name for each in read_alerts(config, {})}


def test_a_default_is_switched_off_and_one_is_added(config: Path) -> None:
    """By its name; a rule of the reader's own may use a filter that has a name."""
    config.write_text(
        '[[alert]]\nname = "port-scan"\noff = true\n'
        '[[alert]]\nname = "mine"\nfilter = "@db and reject"\nby = ["source"]\nthreshold = 5\n'
    )
    names = {rule.name for rule in rules_of(read_alerts(config, {"db": "port 5432"}))}
    assert "mine" in names
    assert "port-scan" not in names
    assert "address-scan" in names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("alert = 7", "alert must be tables: write [[alert]] above the keys of each"),
        ('[[alert]]\nname = "x"\nfliter = "reject"', "alert x: fliter: there is no such key; did you mean filter?"),
        ('[[alert]]\nname = "x"\nfilter = "port ssh and"', "alert x: filter: "),
        ('[[alert]]\nname = "port-scan"\nthreshold = -1', "alert port-scan: threshold: must be a number above 0"),
        ('[[alert]]\nname = "a b"', "name"),
    ],
    ids=["no-tables", "key", "filter", "number", "name"],
)
def test_a_mistake_ends_the_program_with_its_place(config: Path, vpctop: Vpctop, text: str, told: str) -> None:
    """File, rule and key, with a caret under the place in a filter; `config validate` and the program find it."""
    config.write_text(text)
    with pytest.raises(ConfigError) as met:
        watch_of(config, {}, 3600)
    message = met.value.format_message()
    assert message.startswith(f"{config}: ")
    assert told in message
    if "filter: " in told:
        assert message.endswith("^")
    ended = vpctop("config", "validate")
    assert ended.code == 1
    assert told in ended.err


def test_what_init_explains_can_be_used(config: Path, vpctop: Vpctop) -> None:
    """Once the marks are taken away."""
    config.write_text("\n".join(line[2:] for line in EXPLAINED.splitlines()[1:]))
    assert "0 settings and 2 alerts, all well" in vpctop("config", "validate").out
    names = {rule.name for rule in rules_of(read_alerts(config, {}))}
    assert "admin-from-outside" in names
    assert "port-scan" not in names


def test_show_lists_every_rule(config: Path, vpctop: Vpctop) -> None:
    """How severe it is, from what on, and where that was said."""
    config.write_text('[[alert]]\nname = "port-scan"\nthreshold = 99\n[[alert]]\nname = "data-stopped"\noff = true\n')
    lines = {words[0]: words[1:] for words in map(str.split, vpctop("config", "show").out.splitlines()) if words}
    assert lines["alert.port-scan"] == ["warning", "from", "99", "ports", "in", "5m", str(config)]
    assert lines["alert.data-stopped"] == ["off", str(config)]
    assert lines["alert.new-destination"] == ["warning", "from", "100", "MB", "in", "10m", "default"]
    assert lines["alert.delivery-failed"] == ["critical", "default"]
