"""The part of CloudWatch Logs Insights' language that queries use here, carried out on one line: for tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_address
from math import floor

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<regex>/(?:[^/\\]|\\.)*/)|(?P<number>\d+)|(?P<name>@?\w+)'
    r"|(?P<sign><=|>=|!=|[=<>%/(),\[\]]))"
)
Value = str | float | bool | list[object]


def run(query: str, message: str, beside: dict[str, object]) -> bool:
    """Whether the query keeps a message. `beside` has `@timestamp`, `@logStream` and `@log`."""
    parse, *rest = query.split("\n| ")
    found = re.fullmatch(r'parse @message "([* ]+)" as ([\w, ]+)', parse)
    assert found
    words = re.fullmatch(" ".join(["(.*?)"] * found[1].count("*")), message)
    assert words
    known = {**beside, "@message": message, **dict(zip(found[2].split(", "), words.groups(), strict=True))}
    tests = [each.removeprefix("filter ") for each in rest if each.startswith("filter ")]
    return all(_Interpreter(test, known).whole() for test in tests)


class _Interpreter:
    """Recursive descent; what is not needed is parsed but not compared."""

    def __init__(self, text: str, known: dict[str, object]) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            assert found, text[at : at + 40]
            assert found.lastgroup
            # A division's slash is no expression: an expression follows "like".
            if found.lastgroup == "regex" and self._tokens[-1][1] != "like":
                found = re.compile(r"\s*(?P<sign>/)").match(text, at)
                assert found
            self._tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()
        self._at = 0
        self._known = known

    def whole(self) -> bool:
        value = self._either(live=True)
        assert self._at == len(self._tokens)
        return value

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> bool:
        if self._peek() in wanted:
            self._at += 1
            return True
        return False

    def _either(self, *, live: bool) -> bool:
        value = self._both(live=live)
        while self._take("or"):
            value = self._both(live=live and not value) or value
        return value

    def _both(self, *, live: bool) -> bool:
        value = self._negation(live=live)
        while self._take("and"):
            value = self._negation(live=live and value) and value
        return value

    def _negation(self, *, live: bool) -> bool:
        if self._take("not"):
            return not self._negation(live=live)
        if self._take("("):
            value = self._either(live=live)
            assert self._take(")")
            return value
        return self._comparison(live=live)

    def _comparison(self, *, live: bool) -> bool:
        left = self._sum(live=live)
        operator = self._peek()
        if operator not in ("=", "!=", "<", "<=", ">", ">=", "in", "like"):
            assert isinstance(left, bool)
            return left
        self._at += 1
        right = self._sum(live=live)
        if not live:
            return False
        if operator == "like":
            return re.search(str(right)[1:-1], str(left)) is not None
        if operator == "in":
            assert isinstance(right, list)
            return any(_equal(left, each) for each in right)
        if operator in ("=", "!="):
            return _equal(left, right) == (operator == "=")
        compare: dict[str, Callable[[float, float], bool]] = {
            "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
        }  # fmt: skip
        return compare[operator](_number(left), _number(right))

    def _sum(self, *, live: bool) -> object:
        value = self._value(live=live)
        while self._peek() in ("/", "%"):
            sign = self._peek()
            self._at += 1
            other = self._value(live=live)
            if live:
                value = _number(value) / _number(other) if sign == "/" else _number(value) % _number(other)
        return value

    def _value(self, *, live: bool) -> object:
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if kind == "number":
            return int(text)
        if kind == "regex":
            return text
        if text == "[":
            return self._several("]", live=live)
        if self._take("("):
            return self._call(text, self._several(")", live=live), live=live)
        assert text in self._known, text
        return self._known[text]

    def _several(self, end: str, *, live: bool) -> list[object]:
        values = [self._sum(live=live)]
        while self._take(","):
            values.append(self._sum(live=live))
        assert self._take(end)
        return values

    def _call(self, name: str, values: list[object], *, live: bool) -> object:
        if not live:
            return False
        if name == "floor":
            return floor(_number(values[0]))
        if name == "strlen":
            return len(str(values[0]))
        kinds: dict[str, type[IPv4Network | IPv6Network]] = {
            "isIpv4InSubnet": IPv4Network,
            "isIpv6InSubnet": IPv6Network,
        }
        network = kinds[name](str(values[1]))
        try:
            return ip_address(str(values[0])) in network
        except ValueError:
            return False


def _number(value: object) -> int | float:
    """Numbers are text in a line; `-` is none, and what Insights would make of it is not known."""
    return int(value) if isinstance(value, str) else value  # type: ignore[return-value]  # numbers only


def _equal(left: object, right: object) -> bool:
    if isinstance(right, int):
        return str(left).isdecimal() and int(str(left)) == right
    return left == right
