"""Filter text in, a Filter out, or a FilterError that says where and what was expected.

The grammar is in grammar.lark; what values mean is in value.py.
"""

from __future__ import annotations

from functools import cache
from ipaddress import ip_network

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from tui.flows.filter import model
from tui.flows.filter.model import (
    DEEPEST,
    EVERYTHING,
    LONGEST,
    MOST_TESTS,
    And,
    Between,
    Bits,
    Filter,
    FilterError,
    Has,
    Like,
    Named,
    Node,
    Not,
    Or,
    Span,
    State,
    Text,
    Want,
    Within,
)
from tui.flows.filter.value import NUMBERS, BadValueError, Now, bound_of, duration, flags_of, moment, want_of
from tui.flows.filter.vocabulary import ALIASES, NAMES, kind_of

# What a terminal of the grammar is to a reader.
_SAID = {
    "WORD": "a field or a word", "QUOTED": "", "LPAR": "(", "RPAR": ")", "OPERATOR": "an operator: = != < <= > >= in ~",
    "IN": "", "NOT_IN": "", "_COMMA": "", "LBRACE": "", "RBRACE": "}", "NOT": "", "FIELD": "", "KIND": "",
    "LAST": "", "SINCE": "", "UNTIL": "", "LATE": "", "GAP": "", "INTERNAL": "", "EXTERNAL": "", "_AND": "and",
    "_OR": "or", "$END": "the end",
}  # fmt: skip

_OPERATORS = ("=", "!=", "<", ">", "in", "~")


def parse_filter(text: str, now: Now) -> Filter:
    """The filter that `text` is; blank text keeps everything. Times of day are resolved now, `last 5m` whenever it is used.

    Raises:
        FilterError: it is none.
    """
    _limits(text)
    try:
        tree = _lark().parse(text)
    except UnexpectedInput as error:
        raise _unexpected(error, text) from None
    reader = _Reader(text, now)
    return Filter(text.strip(), reader.node(tree.children[0]) if tree.children else EVERYTHING)


@cache
def _lark() -> Lark:
    return Lark.open("grammar.lark", rel_to=__file__, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _limits(text: str) -> None:
    if len(text) > LONGEST:
        raise FilterError(f"a filter has {LONGEST:,} characters at most, this one {len(text):,}", LONGEST)
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth > DEEPEST:
            raise FilterError(f"brackets go {DEEPEST} deep at most", at)


def _unexpected(error: UnexpectedInput, text: str) -> FilterError:
    end = len(text)
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return FilterError("something is missing at the end", end, 1, _expected(error))
    if isinstance(error, UnexpectedToken):
        token = error.token
        at = token.start_pos or 0
        return FilterError(f"{str(token)!r} cannot stand here", at, len(token), _expected(error))
    at = error.pos_in_stream or 0
    if at < end and text[at] in "\"'":
        return FilterError("a quote is not closed", at, end - at, (text[at],))
    found = text[at : at + 1]
    message = f"{found!r} cannot stand here" if found else "something is missing at the end"
    return FilterError(message, at, 1, _expected(error))


def _expected(error: UnexpectedInput) -> tuple[str, ...]:
    if isinstance(error, UnexpectedToken):
        names = error.accepts or error.expected
    else:
        names = (error.allowed or set()) if isinstance(error, UnexpectedCharacters) else set()
    value_only = "WORD" in names and "NOT" not in names
    said = {"a value" if name == "WORD" and value_only else _SAID.get(name, "") for name in names}
    return tuple(sorted(said - {""}, key=lambda word: (word in ("and", "or", "the end", "(", ")"), word)))


class _Reader:
    """Walks the grammar's tree."""

    def __init__(self, text: str, now: Now) -> None:
        self._text = text
        self._now = now
        self._tests = 0

    def node(self, tree: Tree[Token] | Token) -> Node:
        """The node of a subtree."""
        assert isinstance(tree, Tree)
        self._tests += 1
        if self._tests > MOST_TESTS:
            raise FilterError(f"a filter has {MOST_TESTS} tests at most", tree.meta.start_pos)
        found: Node = getattr(self, f"_{tree.data}")(tree)
        return found

    def _either(self, tree: Tree[Token]) -> Node:
        parts = tuple(self.node(part) for part in tree.children)
        return parts[0] if len(parts) == 1 else Or(parts)

    def _both(self, tree: Tree[Token]) -> Node:
        parts = tuple(self.node(part) for part in tree.children)
        return parts[0] if len(parts) == 1 else And(parts)

    def _negation(self, tree: Tree[Token]) -> Node:
        *nots, part = tree.children
        return Not(self.node(part)) if len(nots) % 2 else self.node(part)

    def _comparison(self, tree: Tree[Token]) -> Node:
        name, operator, *values = tree.children
        assert isinstance(operator, Token)
        if (kind := _kind_of(name)) and operator in ("=", "==", "!=", "~", "!~"):
            named = _named(kind, "*{}*" if "~" in operator else "{}", values)
            return Not(named) if operator.startswith("!") else named
        fields = self._fields(name)
        if operator in ("=", "==", "!="):
            test = self._among_of(fields, values)
        elif operator in ("~", "!~"):
            test = Has(fields, tuple(self._like(fields[0], value) for value in values))
        else:
            if len(values) > 1:
                raise FilterError(f"{operator} compares with one value", _start(values[1]), _length(values[1]))
            test = Has(fields, (self._bounded(fields[0], str(operator), values[0]),))
        return Not(test) if operator in ("!=", "!~") else test

    def _among(self, tree: Tree[Token]) -> Node:
        name, *values = tree.children
        values = [value for value in values if not isinstance(value, Token)]  # without IN
        if kind := _kind_of(name):
            return _named(kind, "{}", values)
        return self._among_of(self._fields(name), values)

    def _not_among(self, tree: Tree[Token]) -> Node:
        return Not(self._among(tree))

    def _among_of(self, fields: tuple[str, ...], values: list[Tree[Token] | Token]) -> Has:
        wants: list[Want] = []
        for value in values:
            try:
                wants.extend(want_of(fields[0], _value(value), self._now))
            except BadValueError as problem:
                raise _at(problem, value) from None
        return Has(fields, tuple(wants))

    def _like(self, name: str, value: Tree[Token] | Token) -> Want:
        text = _value(value)
        if name == "tcp-flags":
            try:
                return Bits(flags_of(text))
            except BadValueError as problem:
                raise _at(problem, value) from None
        if kind_of(name) in NUMBERS:
            raise FilterError(f"~ looks into text, and {name} is a number", _start(value), _length(value))
        return Like(text, anywhere=True)

    def _bounded(self, name: str, operator: str, value: Tree[Token] | Token) -> Want:
        try:
            number = bound_of(name, _value(value), self._now)
        except BadValueError as problem:
            raise _at(problem, value) from None
        low = {">": number + 1, ">=": number}.get(operator)
        high = {"<": number - 1, "<=": number}.get(operator)
        return Between(low, high)

    def _span(self, tree: Tree[Token]) -> Node:
        word, value = tree.children
        assert isinstance(word, Token)
        try:
            if word.type == "LAST":
                return Span(last=duration(_value(value)))
            at = moment(_value(value), self._now)
        except BadValueError as problem:
            raise _at(problem, value) from None
        return Span(since=at) if word.type == "SINCE" else Span(until=at)

    def _state(self, tree: Tree[Token]) -> Node:
        return State(str(tree.children[0]).lower())

    def _named(self, tree: Tree[Token]) -> Node:
        kind, value = tree.children
        return Named(model.Kind(str(kind)[:-1].lower()), _value(value))

    def _word(self, tree: Tree[Token]) -> Node:
        """A bare word: an address or a network is a host, `field:value` a comparison, the rest is looked for.

        Raises:
            FilterError: it is a field's name without a value; who looks for such a word puts it in quotes.
        """
        text = _value(tree)
        token = tree.children[0]
        if isinstance(token, Token) and token.type == "WORD":
            if text.lower() in NAMES:
                raise FilterError(f"{text} is a field: what of it?", _start(tree) + len(text), 1, _OPERATORS)
            name, colon, rest = text.partition(":")
            if colon and rest and name.lower() in NAMES:
                return self._among_of(_fields_of(name), [_cut(tree, len(name) + 1)])
            try:
                return Has(ALIASES["host"], (Within(ip_network(text, strict=False)),))
            except ValueError:
                if text.replace(".", "").replace("/", "").isdecimal() and ("/" in text or text.count(".") == 3):
                    return self._among_of(ALIASES["host"], [tree])  # raises: a network, but none that exists
        return Text(text)

    def _fields(self, name: Tree[Token] | Token) -> tuple[str, ...]:
        text = str(name.children[0]) if isinstance(name, Tree) else str(name)
        if text.lower() not in NAMES:
            message = f"there is no field {text!r}"
            raise FilterError(message, _start(name), len(text), _near(text.lower()))
        return _fields_of(text)


def _kind_of(name: Tree[Token] | Token) -> model.Kind | None:
    """The kind of inventory name, where what is compared is one: `name=web-*` is `name:web-*`."""
    text = str(name.children[0] if isinstance(name, Tree) else name).lower()
    return next((kind for kind in model.Kind if kind.value == text and text not in NAMES), None)


def _named(kind: model.Kind, pattern: str, values: list[Tree[Token] | Token]) -> Node:
    parts = tuple(Named(kind, pattern.format(_value(value))) for value in values)
    return parts[0] if len(parts) == 1 else Or(parts)


def _fields_of(name: str) -> tuple[str, ...]:
    return ALIASES.get(name.lower()) or (name.lower(),)


def _near(name: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    return tuple(get_close_matches(name, NAMES, 3)) or ("src", "dst", "port", "proto", "action", "bytes")


def _value(value: Tree[Token] | Token) -> str:
    token = value.children[0] if isinstance(value, Tree) else value
    text = str(token)
    if isinstance(token, Token) and token.type == "QUOTED":
        inner = text[1:-1]
        return inner.replace("\\\\", "\0").replace(f"\\{text[0]}", text[0]).replace("\0", "\\")
    return text


def _cut(tree: Tree[Token], first: int) -> Token:
    token = tree.children[0]
    assert isinstance(token, Token)
    return Token("WORD", str(token)[first:], (token.start_pos or 0) + first)


def _start(part: Tree[Token] | Token) -> int:
    token = part.children[0] if isinstance(part, Tree) else part
    return (token.start_pos or 0) if isinstance(token, Token) else 0


def _length(part: Tree[Token] | Token) -> int:
    return len(str(part.children[0] if isinstance(part, Tree) else part))


def _at(problem: BadValueError, value: Tree[Token] | Token) -> FilterError:
    return FilterError(str(problem), _start(value), _length(value), problem.expected)
