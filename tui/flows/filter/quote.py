"""A text as a value of the filter language: bare where that is safe everywhere, else in quotes."""

from __future__ import annotations

import re

KEYWORDS = frozenset({"and", "or", "not", "in"})  # any of them in front of a list would end it, or begin another test
# What nothing else can be meant by, whatever stands before it: no keyword, glob, list, number's sign or saved filter.
_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@%+-]*")


def in_quotes(text: str) -> str:
    """The text in quotes."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def as_value(text: str) -> str:
    """The text as one value."""
    return text if _BARE.fullmatch(text) and text.lower() not in KEYWORDS else in_quotes(text)
