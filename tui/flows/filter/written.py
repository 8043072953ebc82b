"""A filter's meaning as filter text again: `parse_filter(written(node)).node` keeps the same records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from tui.flows.field import Kind as FieldKind
from tui.flows.filter.model import (
    Absent,
    And,
    Between,
    Bits,
    Has,
    Like,
    Named,
    Node,
    Not,
    OneOf,
    Or,
    Span,
    State,
    Text,
    Want,
    Within,
)
from tui.flows.filter.quote import KEYWORDS, in_quotes
from tui.flows.filter.value import LARGEST
from tui.flows.filter.vocabulary import ALIASES, kind_of

_WORD = re.compile(r"[\w.*?:/@+-]+")
# The shortest name for the fields it stands for, of those that are read alike everywhere.
_NAME_OF = {fields: name for name, fields in reversed(ALIASES.items())}


def written(node: Node) -> str:
    """The text of a node, on one line; it may be longer than a filter may be."""
    if isinstance(node, And):
        return " and ".join(_inner(part) for part in node.parts)
    if isinstance(node, Or):
        return " or ".join(_inner(part) for part in node.parts) if node.parts else "not (last 3660d or until 5m)"
    if isinstance(node, Not):
        if isinstance(node.part, Has) and len(tests := list(_tests(node.part))) == 1 and " = " in tests[0]:
            return tests[0].replace(" = ", " != ", 1)
        return f"not {_inner(node.part)}"
    if isinstance(node, Has):
        return " or ".join(_tests(node))
    if isinstance(node, Span):
        return _span(node)
    if isinstance(node, Named):
        return f"{node.kind.value}:{quoted(node.pattern)}"
    return node.value if isinstance(node, State) else quoted(node.text, always=not _is_plain(node))


def _inner(node: Node) -> str:
    text = written(node)
    wide = isinstance(node, And | Or) or (isinstance(node, Has) and len(list(_tests(node))) > 1)
    return f"({text})" if wide or (isinstance(node, Span) and " and " in text) else text


def _tests(node: Has) -> Iterator[str]:
    """A test of the field, or several of which any may be true."""
    name = _NAME_OF.get(node.fields, node.fields[0])
    equal = [text for want in node.wants if (text := _value(node.fields[0], want))]
    if equal:
        yield f"{name} = {','.join(equal)}"
    for want in node.wants:
        if isinstance(want, Like) and want.anywhere:
            yield f"{name} ~ {quoted(want.pattern)}"
        elif isinstance(want, Bits):
            yield f"{name} ~ {want.mask}"
        elif isinstance(want, Between) and not _value(node.fields[0], want):
            yield (
                f"{name} >= {_number(name, want.low)}"
                if want.low is not None
                else f"{name} <= {_number(name, want.high)}"
            )


def _value(name: str, want: Want) -> str:
    """The want as a value of a list; '' where it takes an operator of its own."""
    if isinstance(want, Absent):
        return "-"
    if isinstance(want, OneOf):
        return ",".join(_number(name, each) if isinstance(each, int) else quoted(each) for each in want.values)
    if isinstance(want, Within):
        network = want.network
        return str(network.network_address if network.prefixlen == network.max_prefixlen else network)
    if isinstance(want, Between) and kind_of(name) is not FieldKind.SECONDS and name != "tcp-flags":
        if want.low is None and want.high is None:
            return f"0-{LARGEST[kind_of(name)]}"
        return f"{want.low}-{want.high}" if want.low is not None and want.high is not None else ""
    return quoted(want.pattern) if isinstance(want, Like) and not want.anywhere else ""


def _number(name: str, number: int | None) -> str:
    if kind_of(name) is FieldKind.SECONDS and number is not None:
        return _time(number)
    return str(number)


def _span(node: Span) -> str:
    if node.last is not None:
        return f"last {int(node.last)}s"
    ends = [f"since {_time(node.since)}"] if node.since is not None else []
    return " and ".join(ends + ([f"until {_time(node.until)}"] if node.until is not None else []))


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _is_plain(node: Text) -> bool:
    """Whether the word would be taken for nothing else: a field, a state, an address or `field:value`."""
    return node.text.isalpha() and node.text.isascii() and not _is_reserved(node.text)


def _is_reserved(text: str) -> bool:
    word = text.lower()
    reserved = {"last", "since", "until", *(state.value for state in State), *KEYWORDS}
    return word in reserved or word in ALIASES or kind_of(word) is not FieldKind.TEXT or "-" in word


def quoted(text: str, *, always: bool = False) -> str:
    """The text as one value: in quotes where it needs them, or `always`."""
    if not always and _WORD.fullmatch(text) and text.lower() not in KEYWORDS:
        return text
    return in_quotes(text)
