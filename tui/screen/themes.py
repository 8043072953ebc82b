"""Themes: one TOML each, a palette and the colours of verdicts and states, checked when read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

import tui
from tui.flows.clean import clean

# Beside the package in a wheel, at the top of the repository in a checkout.
_FOLDERS = (Path(tui.__file__).parent / "themes", Path(tui.__file__).parent.parent / "themes")
# Our own colours, and the palette colour that stands in where a theme does not name one.
VARIABLES = {
    "accept": "success",
    "reject": "error",
    "skipped": "warning",
    "live": "success",
    "lagging": "warning",
    "stalled": "error",
    "paused": "accent",
    "muted": "foreground",
    "rule": "secondary",
    "heading": "foreground",
    "cursor": "panel",
    "cursor-idle": "surface",
}
_SWITCHES = {"dark", "ansi"}
_COLOURS = (
    {field.name for field in fields(Theme)} - _SWITCHES - {"name", "variables", "luminosity_spread", "text_alpha"}
)


class ThemeError(ValueError):
    """A theme that cannot be used; the message is one sentence naming the file and the key."""


def load_themes(folder: Path | None = None) -> dict[str, Theme]:
    """The themes that come with the program, then the reader's own of `folder`, by name.

    Raises:
        ThemeError: a file cannot be read, is no TOML, or names a key or colour that does not exist.
    """
    ours = next((place for place in _FOLDERS if place.is_dir()), None)
    found: dict[str, Theme] = {}
    for place in (ours, folder):
        if place is not None and place.is_dir():
            for path in sorted(place.glob("*.toml")):
                found[path.stem] = read_theme(path)
    return found


def read_theme(path: Path) -> Theme:
    """One theme; its name is the file's.

    Raises:
        ThemeError: as above.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ThemeError(f"theme file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThemeError(f"theme file {path} is no valid TOML: {error}") from error
    variables = table.pop("variables", {})
    if not isinstance(variables, dict):
        raise ThemeError(f"theme file {path}: variables must be a table of colours")
    if "primary" not in table:
        raise ThemeError(f"theme file {path}: the colour primary is missing")
    for key, value in table.items():
        _check(path, key, value, _COLOURS)
    for key, value in variables.items():
        _check(path, f"variables.{key}", value, {f"variables.{name}" for name in VARIABLES})
    return with_variables(Theme(name=path.stem, variables=variables, **table))


def _check(path: Path, key: str, value: object, known: set[str]) -> None:
    if key in _SWITCHES:
        if not isinstance(value, bool):
            raise ThemeError(f"theme file {path}: {key} must be true or false")
        return
    if key not in known:
        names = ", ".join(sorted(known | (_SWITCHES if "primary" in known else set())))
        raise ThemeError(f"theme file {path}: there is no key {clean(key, 60)}; the keys are {names}")
    try:
        Color.parse(value if isinstance(value, str) else "")
    except ColorParseError as error:
        raise ThemeError(f"theme file {path}: {key} is {clean(str(value), 60)!r}, which is no colour") from error


def with_variables(theme: Theme) -> Theme:
    """The theme with every one of our colours named, and what Textual wants of a theme of 16 colours."""
    ansi = BUILTIN_THEMES["ansi-dark" if theme.dark else "ansi-light"].variables if theme.ansi else {}
    theme.variables = {**variables_of(theme), **ansi, **theme.variables}
    return theme


def variables_of(theme: Theme) -> dict[str, str]:
    """Our colours for a theme that names none of them, such as one of Textual's own."""
    return {name: getattr(theme, stand_in) or theme.primary for name, stand_in in VARIABLES.items()}


def suits(environment: Mapping[str, str]) -> str:
    """The theme for a terminal: `ansi` where it has 16 colours at most or asks for none, else `dark`.

    Terminals with more say so in COLORTERM or at the end of TERM; https://no-color.org for NO_COLOR.
    """
    if "NO_COLOR" in environment:
        return "ansi"
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "dark"
    term = environment.get("TERM", "")
    return "dark" if term.endswith(("256color", "-direct", "kitty", "alacritty")) else "ansi"


def is_dumb(environment: Mapping[str, str]) -> bool:
    """Whether TERM says that the terminal knows no colours; Textual would send it 24-bit ones."""
    return environment.get("TERM", "dumb") in {"dumb", "unknown", ""} and not environment.get("COLORTERM")
