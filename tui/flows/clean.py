"""The one door for strings from outside: names, tags, descriptions, messages and lines are shown only through here."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

# What a terminal obeys instead of showing: controls, bidi and zero-width formats, surrogates, private use, unassigned,
# line and paragraph separators. (Unicode Standard, chapter 4, General Category.)
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me", "Mc"})
_STAND_IN = "\N{REPLACEMENT CHARACTER}"


def clean(text: str, limit: int = 256) -> str:
    """The text, harmless on a terminal and at most `limit` characters, an ellipsis telling that it was cut.

    Each unshowable character becomes U+FFFD, so that what was hidden is seen to have been there. More than two
    combining marks in a row are dropped: they would climb over the lines above.
    """
    cut = text if len(text) <= limit else text[: max(0, limit - 1)] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    shown: list[str] = []
    marks = 0
    for character in cut:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if marks <= 2:
            shown.append(_STAND_IN if category in _UNSHOWABLE else character)
    return "".join(shown)


def tag_text(raw: str, limit: int = 256) -> str:
    """A tag's value as its owner wrote it: flow logs carry it percent-encoded (`my%2Dapp` is my-app).

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html (version 11)
    """
    return clean(unquote(raw, errors="replace"), limit)
