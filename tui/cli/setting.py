"""The settings of vpctop: one line each, from a flag, the environment, `config.toml` or the default, in this order."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import click
import platformdirs

from tui.cli.quantity import QuantityError, parse_duration, parse_size, parse_zone
from tui.flows.logformat import LogFormatError, read_log_format


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `key` is its flag without the dashes, its name in `config.toml`, and `VPCTOP_KEY` in the environment.

    `aws` are the variables botocore itself reads for it: when one is set it is left to botocore, ahead of `config.toml`.
    """

    key: str
    read: Callable[[str], object]
    default: object
    help: str
    metavar: str = "TEXT"
    aws: tuple[str, ...] = ()
    flag: bool = False
    many: bool = False

    @property
    def variable(self) -> str:
        """The environment variable: `cache-size` is `VPCTOP_CACHE_SIZE`."""
        return "VPCTOP_" + self.key.upper().replace("-", "_")

    @property
    def name(self) -> str:
        """The name of the click parameter."""
        return self.key.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A setting's value and where it came from. `shown` is the value as its owner wrote it."""

    value: object
    origin: str
    shown: str


class ConfigError(click.ClickException):
    """A setting outside the command line is wrong: one sentence naming the place, the key and what is wrong."""

    exit_code = 2


def _text(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise QuantityError("it is empty or holds control characters")
    return text.strip()


def _span(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        seconds = parse_duration(text)
        if not least <= seconds <= most:
            raise QuantityError(f"{text!r} is not between {least:g} s and {most:g} s")
        return seconds

    return read


def _whole_span(least: int, most: int) -> Callable[[str], int]:
    read = _span(least, most)
    return lambda text: int(read(text))


def _size(text: str) -> int:
    size = parse_size(text)
    if size < 1 << 20:
        raise QuantityError(f"{text!r} is too small; give at least 1MB")
    return size


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1000:
        raise QuantityError(f"{text[:40]!r} is no number of calls a second from 0 (no limit) to 1000")
    return rate


def _price(text: str) -> float:
    try:
        price = float(text)
    except ValueError:
        price = -1.0
    if not 0 <= price <= 100:
        raise QuantityError(f"{text[:40]!r} is no price in US dollars a GB, such as 0.045")
    return price


def _url(text: str) -> str:
    if not text.startswith(("http://", "https://")) or any(mark.isspace() for mark in text):
        raise QuantityError(f"{text[:80]!r} is no URL; write it as https://host:port")
    return text


def _zone(text: str) -> str:
    parse_zone(text)
    return text


def _format(text: str) -> str:
    return read_log_format(text).text


def _yes(text: str) -> bool:
    word = text.strip().lower()
    if word not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise QuantityError(f"{text[:40]!r} is neither true nor false")
    return word in {"1", "true", "yes", "on"}


def _path(text: str) -> Path:
    return Path(_text(text)).expanduser()


SETTINGS: tuple[Setting, ...] = (
    Setting("profile", _text, None, "AWS profile.", "NAME", ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")),
    Setting("region", _text, None, "AWS Region.", "NAME", ("AWS_REGION", "AWS_DEFAULT_REGION")),
    Setting("endpoint-url", _url, None, "Send every AWS call here.", "URL", ("AWS_ENDPOINT_URL",)),
    Setting("window", _whole_span(60, 86400), 3600, "How far back to look and to remember (60m).", "DURATION"),
    Setting("cache-size", _size, 256 << 20, "Most memory for remembered records (256MB).", "SIZE"),
    Setting("interval", _span(0.1, 3600), 10.0, "Pause between two looks at what is new (10s).", "DURATION"),
    Setting("api-rate", _rate, None, "Most AWS calls a second (2; 1 where AWS allows 5); 0 is no limit.", "NUMBER"),
    Setting("log-format", _format, (), "A LogFormat lines may have besides those AWS tells.", "FORMAT", many=True),
    Setting("live-tail", _yes, False, "Listen to CloudWatch Live Tail too: about $0.60 an hour.", flag=True),
    Setting("nat-price", _price, 0.045, "What a NAT gateway takes for a GB it processes (0.045 USD).", "USD"),
    Setting("theme", _text, None, "Colours: a theme's name.", "NAME"),
    Setting("utc", _yes, False, "Show times in UTC.", flag=True),
    Setting("tz", _zone, None, "Show times in this time zone, e.g. Europe/Zurich.", "ZONE"),
    Setting("no-mouse", _yes, False, "Leave the mouse to the terminal.", flag=True),
    Setting("ascii", _yes, False, "Draw with ASCII only.", flag=True),
    Setting("log-file", _path, None, "Where the program's own log goes.", "PATH"),
)
# What the file holds besides settings: tui/cli/filtering.py, tui/cli/alert.py and tui/cli/notice.py read these.
_TABLES = {"filters", "alert", "notice"}
BY_KEY = {setting.key: setting for setting in SETTINGS}


def config_path() -> Path:
    """Where `config.toml` is looked for."""
    return Path(platformdirs.user_config_dir("vpctop", appauthor=False)) / "config.toml"


def state_folder() -> Path:
    """Where what the program remembers by itself is kept."""
    return Path(platformdirs.user_state_dir("vpctop", appauthor=False))


def read_config(path: Path) -> dict[str, Chosen]:
    """What a configuration file sets, by key; nothing when there is no such file.

    Raises:
        ConfigError: it cannot be read, is no TOML, or a key or value is wrong.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is no TOML file: {error}") from None
    return {key: _from_toml(path, key, value) for key, value in table.items() if key not in _TABLES}


def _from_toml(path: Path, key: str, value: object) -> Chosen:
    setting = BY_KEY.get(key)
    if setting is None:
        near = get_close_matches(key, BY_KEY, 1)
        raise ConfigError(f"{path}: {key[:60]!r} is no setting" + (f"; did you mean {near[0]}?" if near else ""))
    values = value if isinstance(value, list) and setting.many else [value]
    if not all(isinstance(item, str | int | float) for item in values):
        raise ConfigError(f"{path}: {key} cannot be a {type(value).__name__}")
    if setting.flag and not isinstance(value, bool):
        raise ConfigError(f"{path}: {key} is {value!r}; write true or false without quotes")
    return _choose(setting, [str(item) for item in values], f"{path}", f"{path}: {key}")


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Chosen]:
    """What the environment sets, by key; an empty variable sets nothing.

    Raises:
        ConfigError: a value is wrong.
    """
    found = {}
    for setting in SETTINGS:
        if text := environ.get(setting.variable, ""):
            found[setting.key] = _choose(setting, [text], setting.variable, setting.variable)
            continue
        for variable in setting.aws:
            if text := environ.get(variable, ""):
                # botocore reads it itself; handing it over as if it were a flag would change what it means.
                found[setting.key] = Chosen(None, variable, text)
                break
    return found


def _choose(setting: Setting, texts: list[str], origin: str, place: str) -> Chosen:
    try:
        values = tuple(setting.read(text) for text in texts)
    except (QuantityError, LogFormatError) as error:
        raise ConfigError(f"{place} is wrong: {error}") from None
    return Chosen(values if setting.many else values[0], origin, ", ".join(texts))


def resolve(given: Mapping[str, object], environ: Mapping[str, str] = os.environ) -> dict[str, Chosen]:
    """Every setting's value and origin, given the command line's own values by parameter name.

    Raises:
        ConfigError: the environment or the file is wrong.
    """
    layers = (_given(given), from_environment(environ), read_config(config_path()))
    chosen = {}
    ranks = {}
    for setting in SETTINGS:
        ranks[setting.key] = next((rank for rank, layer in enumerate(layers) if setting.key in layer), len(layers))
        default = Chosen(setting.default, "default", _default_text(setting))
        chosen[setting.key] = [*layers, {setting.key: default}][ranks[setting.key]][setting.key]
    if chosen["utc"].value and chosen["tz"].value:
        if ranks["utc"] == ranks["tz"]:
            raise ConfigError("utc and tz are both set; choose one of them")
        # Who is nearer to the reader wins: `--utc` outweighs a tz of config.toml, and the other way round.
        weaker = max("utc", "tz", key=ranks.__getitem__)
        chosen[weaker] = Chosen(BY_KEY[weaker].default, "default", _default_text(BY_KEY[weaker]))
    return chosen


def _given(given: Mapping[str, object]) -> dict[str, Chosen]:
    found = {}
    for setting in SETTINGS:
        value = given.get(setting.name)
        if not (value is None or value is False or value == ()):  # a 0 was given, too
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            found[setting.key] = Chosen(value, "flag", shown)
    return found


def _default_text(setting: Setting) -> str:
    defaults = {"window": "60m", "cache-size": "256MB", "interval": "10s", "api-rate": "2"}
    if setting.flag:
        return "false"
    return defaults.get(setting.key, "" if setting.default in (None, ()) else str(setting.default))
