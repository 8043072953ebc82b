"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'nobody'}`, and `${*} ${?} ${$}` for the signs themselves.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tui.policies.context import Context, State
from tui.policies.glob import MANY, Tokens, joined, literal, tokens
from tui.policies.model import NEW_VERSION

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_WITH_DEFAULT = re.compile(r"\s*([^,']*?)\s*,\s*'([^']*)'\s*")
_SIGNS = {"*", "?", "$"}


class Filled(NamedTuple):
    """A value with its variables filled in.

    Attributes:
        pattern: None if a variable has no value, so that nothing is equal to it or like it.
        unknown: the keys of variables whose value is not known; they stand in the pattern as MANY.
    """

    pattern: Tokens | None
    unknown: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def parts_of(text: str) -> tuple[tuple[str, str | None, str | None], ...]:
    """(text before, key, default) of each variable, and at last the rest with None for a key."""
    parts: list[tuple[str, str | None, str | None]] = []
    place = 0
    for found in _VARIABLE.finditer(text):
        inner = found[1]
        with_default = _WITH_DEFAULT.fullmatch(inner)
        key, default = (with_default[1], with_default[2]) if with_default else (inner.strip(), None)
        parts.append((text[place : found.start()], key, default))
        place = found.end()
    return (*parts, (text[place:], None, None))


def keys_of(text: str) -> tuple[str, ...]:
    """The condition keys that the variables of a text name."""
    return tuple(key for _, key, _ in parts_of(text) if key is not None and key not in _SIGNS)


def has_variables(version: str) -> bool:
    """Whether `${…}` is a variable at all: in policies without this version it is literal text."""
    return version == NEW_VERSION


def fill(text: str, context: Context, variables: bool, wildcards: bool) -> Filled:
    """The pattern of a value. `wildcards`: whether `*` and `?` in it are such. What is filled in never is."""
    written = tokens if wildcards else literal
    if not variables or "${" not in text:
        return Filled(written(text))
    made: list[Tokens] = []
    unknown: list[str] = []
    for before, key, default in parts_of(text):
        made.append(written(before))
        if key is None:
            break
        if key in _SIGNS:
            made.append(literal(key))
            continue
        value = context.look(key)
        if isinstance(value, tuple) and len(value) == 1 and value[0]:
            made.append(literal(value[0]))
        elif value is State.UNKNOWN or value is State.PRESENT:
            made.append((MANY,))
            unknown.append(key)
        elif default is not None and not isinstance(value, tuple):
            made.append(literal(default))
        else:
            # Absent, empty, or of several values, which no variable can stand for.
            return Filled(None)
    return Filled(joined(made), tuple(unknown))
