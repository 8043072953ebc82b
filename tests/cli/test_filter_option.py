from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import Vpctop
from tui.cli.filtering import chosen_filter, saved_filters
from tui.cli.setting import config_path
from tui.flows.filter.model import Filter


@pytest.fixture
def config(home: Path) -> Path:
    """Where the reader's config.toml belongs."""
    assert config_path().is_relative_to(home)
    config_path().parent.mkdir(parents=True)
    return config_path()


@pytest.mark.parametrize("command", [("demo",), ("vpc-0a1b2c3d",)])
def test_a_wrong_filter_ends_with_a_caret_under_the_place(command: tuple[str, ...], vpctop: Vpctop) -> None:
    """Wrong use, before anything is drawn or asked: what was expected, and where."""
    ran = vpctop(*command, "--filter", "src=10.0.0.0/8 and prt=443")
    assert (ran.code, ran.out) == (2, "")
    *_, message, text, caret = ran.err.rstrip("\n").split("\n")
    assert message == "Error: --filter: there is no field 'prt'; expected port, sport, proto"
    assert caret.index("^^^") == text.index("prt")
    assert caret.count("^") == 3


def test_a_wrong_filter_of_any_text_is_shown_harmless(vpctop: Vpctop) -> None:
    """Escapes are not sent to the terminal, and of a long text the part around the place is shown."""
    ran = vpctop("demo", "--filter", f"src=10.0.0.1 {'late ' * 60}\x1b[31m)")
    assert ran.code == 2
    assert "\x1b" not in ran.err
    *_, text, caret = ran.err.rstrip("\n").split("\n")
    assert text[caret.index("^")] == ")"
    assert len(text) <= 102


def test_saved_filters_come_from_both_files(config: Path) -> None:
    """Those of config.toml count before those that the program saved, and either may be named after --filter."""
    config.write_text('window = "10m"\n[filters]\nnoise = "port 53"\nweb = "port 443 and not @noise"\n')
    (config.parent / "filters.toml").write_text('noise = "late"\nmine = "gap"\n')
    saved = saved_filters()
    assert saved == {"noise": "port 53", "mine": "gap", "web": "port 443 and not @noise"}
    assert chosen_filter("@web or @mine", saved).text == "(port 443 and not (port 53)) or (gap)"
    assert chosen_filter("  ", saved) == Filter()


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('noise = "port 53"\nbad = "@noise and prt=1"', ", line 4: filters.bad: there is no field 'prt'"),
        ('"a b" = "late"', ", line 3: filters.a b cannot be a name: a name is up to 40"),
        ("x = 1", ", line 3: filters.x must be a text in quotes"),
        ('x = "@y"\ny = "@x"', ", line 3: filters.x: @y: saved filters name one another"),
    ],
)
def test_config_validate_checks_the_filters(table: str, says: str, config: Path, vpctop: Vpctop) -> None:
    """The file, the line, the name and the place in the filter."""
    config.write_text(f'window = "10m"\n[filters]\n{table}\n')
    ran = vpctop("config", "validate")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"vpctop: {config}{says}")
    if "prt" in table:
        *_, text, caret = ran.err.rstrip("\n").split("\n")
        assert caret.index("^^^") == text.index("prt")
    assert vpctop("demo").code == 2
    config.write_text("filters = 3\n")
    assert "filters must be a table" in vpctop("config", "validate").err


def test_pushing_needs_a_filter(vpctop: Vpctop) -> None:
    """There is nothing to ask CloudWatch for."""
    ran = vpctop("vpc-0123456789abcdef0", "--push")
    assert (ran.code, ran.out) == (2, "")
    assert "--push needs a --filter" in ran.err
