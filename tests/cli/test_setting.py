from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import Vpctop
from tui.cli.option import settle
from tui.cli.setting import SETTINGS, ConfigError, config_path, resolve


@pytest.fixture
def config(home: Path) -> Path:
    """Where the reader's config.toml belongs."""
    assert config_path().is_relative_to(home)
    config_path().parent.mkdir(parents=True)
    return config_path()


def test_nearer_places_count_more(config: Path) -> None:
    """A flag counts before the environment, that before the file, and that before the default."""
    config.write_text('window = "10m"\ninterval = 5\ntheme = "light"\n')
    chosen = resolve({"window": 1800}, {"VPCTOP_INTERVAL": "20s", "VPCTOP_WINDOW": "30m"})
    found = {key: (chosen[key].value, chosen[key].origin) for key in ("window", "interval", "theme", "api-rate")}
    assert found == {
        "window": (1800, "flag"),
        "interval": (20.0, "VPCTOP_INTERVAL"),
        "theme": ("light", str(config)),
        "api-rate": (None, "default"),
    }


def test_the_defaults_are_these(home: Path) -> None:
    """An hour, 256 MB, two calls a second."""
    assert home.is_dir()
    settings = settle({})
    assert (settings.window, settings.cache_size, settings.interval, settings.api_rate) == (3600, 256 << 20, 10.0, None)
    assert (settings.profile, settings.log_format, settings.utc, settings.theme) == (None, (), False, None)


def test_a_zero_is_a_value(home: Path) -> None:
    """`--api-rate 0` means no limit, and is not taken for an option that was not given."""
    assert home.is_dir()
    assert (settle({"api_rate": 0.0}).api_rate, settle({"api_rate": None, "utc": False}).api_rate) == (0.0, None)


def test_amazons_variables_are_left_to_botocore(config: Path) -> None:
    """AWS_PROFILE counts before the file's profile, yet is not handed over: as a flag it would mean something else."""
    config.write_text('profile = "sandbox"\nregion = "eu-west-1"\n')
    chosen = resolve({}, {"AWS_PROFILE": "prod"})
    assert (chosen["profile"].value, chosen["profile"].origin, chosen["profile"].shown) == (None, "AWS_PROFILE", "prod")
    assert chosen["region"].value == "eu-west-1"


def test_the_nearer_of_utc_and_tz_wins(config: Path) -> None:
    """`--utc` outweighs a zone in the file; two zones in one place are a mistake."""
    config.write_text('tz = "Europe/Zurich"\n')
    assert resolve({"utc": True}, {})["tz"].value is None
    with pytest.raises(ConfigError):
        resolve({"utc": True, "tz": "Europe/Zurich"}, {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('window = "soon"', "window is wrong: 'soon' is no duration"),
        ("window = [1]", "window cannot be a list"),
        ('windw = "5m"', "'windw' is no setting; did you mean window?"),
        ("utc = 1", "utc is 1; write true or false"),
        ("window = ", "is no TOML file"),
        ('log-format = ["${version}", "x"]', "log-format is wrong"),
        ("[aws]\nregion = 1", "'aws' is no setting"),
        ("api-rate = -1", "api-rate is wrong"),
    ],
)
def test_a_bad_file_is_one_sentence(text: str, says: str, config: Path, vpctop: Vpctop) -> None:
    """The sentence names the file, the key and what is wrong; commands end with 2, the check itself with 1."""
    config.write_text(text)
    for args, code in ((("cat", "/dev/null"), 2), (("config", "show"), 2), (("config", "validate"), 1)):
        ran = vpctop(*args)
        assert (ran.code, ran.out) == (code, "")
        assert ran.err.startswith(f"vpctop: {config}: ")
        assert says in ran.err
        assert ran.err.count("\n") == 1


def test_a_bad_variable_is_one_sentence(vpctop: Vpctop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable is named as the file would be."""
    monkeypatch.setenv("VPCTOP_CACHE_SIZE", "big")
    ran = vpctop("cat", "/dev/null")
    assert (ran.code, ran.err) == (
        2,
        "vpctop: VPCTOP_CACHE_SIZE is wrong: 'big' is no size; write it as 256MB or 1GB\n",
    )


def test_what_init_writes_is_valid_and_sets_nothing(vpctop: Vpctop) -> None:
    """A new file explains every setting; with every # taken away it is still valid, but for both zones."""
    ran = vpctop("config", "init")
    path = Path(ran.out.strip())
    assert (ran.code, path) == (0, config_path())
    assert "0 settings" in vpctop("config", "validate").out
    text = path.read_text().partition("# Alerts:")[0]
    lines = [line for line in text.splitlines() if " = " in line or line == "# [filters]"]
    assert len(lines) == len(SETTINGS) + 3
    path.write_text("\n".join(line.removeprefix("# ") for line in lines))
    assert f"{len(SETTINGS)} settings and 2 filters" in vpctop("config", "validate").out
    assert vpctop("config", "init").code == 2


def test_show_tells_where_each_value_came_from(config: Path, vpctop: Vpctop, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line a setting: its name, its value as it was written, and its place."""
    config.write_text('window = "15m"\n')
    monkeypatch.setenv("VPCTOP_REGION", "eu-west-1")
    shown = vpctop("config", "show").out
    lines = {line.split()[0]: line.split()[1:] for line in shown.splitlines()[1:]}
    assert lines["window"] == ["15m", str(config)]
    assert lines["region"] == ["eu-west-1", "VPCTOP_REGION"]
    assert lines["cache-size"] == ["256MB", "default"]
