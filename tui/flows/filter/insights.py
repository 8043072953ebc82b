"""A filter as a CloudWatch Logs Insights query, for spans that one machine does not hold.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from math import ceil

from tui.flows.field import Kind as FieldKind
from tui.flows.filter.model import (
    Absent,
    And,
    Between,
    Bits,
    Has,
    Kind,
    Like,
    Named,
    Network,
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
from tui.flows.filter.regex import regex_of
from tui.flows.filter.surroundings import PRIVATE, Surroundings
from tui.flows.filter.value import NUMBERS
from tui.flows.filter.vocabulary import ALIASES, PROTOCOL_NUMBERS, kind_of
from tui.flows.logformat import Layout
from tui.flows.portname import PORT_NAMES
from tui.flows.source import LOG_GROUP, LOG_STREAM

# Fields that Insights finds by itself in lines of the default format: a query must not name another thing so.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
_TAKEN = frozenset({"version", "action", "bytes", "packets", "protocol", "start", "end"})
_SIDES, _PORTS, _SERVICES = ALIASES["host"], ALIASES["port"], ALIASES["service"]
_BESIDE = {LOG_STREAM: "@logStream", LOG_GROUP: "@log"}
_YES, _NO = "strlen(@message) > 0", "strlen(@message) < 0"


def insights(node: Node, layout: Layout, surroundings: Surroundings, limit: int = 1000) -> str:
    """The query: newest records first, `limit` at most. Times of `last` and names of the inventory are settled now.

    For a log group of this one layout, since `parse` reads any line by it. `late` is known to a tail only and keeps
    nothing here.
    """
    names = layout.names
    told = ", ".join(variable(name) for name in names)
    lines = [f'parse @message "{" ".join("*" * len(names))}" as {told}']
    test = _Query(names, surroundings).of(node)
    if test != _YES:
        lines.append(f"filter {test}")
    return "\n| ".join([*lines, "sort @timestamp desc", f"limit {limit}"])


def variable(name: str) -> str:
    """What a query calls a field."""
    plain = name.replace("-", "_")
    return f"{plain}_" if plain in _TAKEN else plain


class _Query:
    """Tests of a query. Every one is false of `-` unless it asks for it, and none compares `-` with a number."""

    def __init__(self, names: Sequence[str], surroundings: Surroundings) -> None:
        self._names = names
        self._around = surroundings

    def of(self, node: Node) -> str:
        if isinstance(node, And):
            return _all(map(self.of, node.parts))
        if isinstance(node, Or):
            return _any(map(self.of, node.parts))
        if isinstance(node, Not):
            return _not(self.of(node.part))
        if isinstance(node, Has):
            return _any(self._has(name, node.wants) for name in node.fields)
        if isinstance(node, Span):
            since = self._around.now - node.last if node.last is not None else node.since
            return self._within(since, node.until)
        if isinstance(node, Named):
            return self._named(node)
        return self._state(node) if isinstance(node, State) else self._text(node)

    def _has(self, name: str, wants: tuple[Want, ...]) -> str:
        if name in _BESIDE:
            return _any(_text_test(_BESIDE[name], name, want) for want in wants)
        told = next((each for each in (name, f"pkt-{name}") if each in self._names), None)
        if told is None:
            return _YES if any(isinstance(want, Absent) for want in wants) else _NO
        numbers = sorted({value for want in wants if isinstance(want, OneOf) for value in want.values}, key=str)
        tests = [_test(told, want) for want in wants if not isinstance(want, OneOf)]
        if numbers:
            tests.insert(0, _test(told, OneOf(tuple(numbers))))  # type: ignore[arg-type]  # of one field: all of a kind
        return _any(tests)

    def _within(self, since: float | None, until: float | None) -> str:
        tests = [self._moment("end", ">=", since)] if since is not None else []
        return _all(tests + ([self._moment("start", "<", until)] if until is not None else []))

    def _moment(self, name: str, operator: str, at: float) -> str:
        """A time of the capture window compared; without one, the event's own."""
        event = f"@timestamp {operator} {ceil(at) * 1000}"
        if name not in self._names:
            return event
        field = variable(name)
        return f'(({field} != "-" and {field} {operator} {ceil(at)}) or ({field} = "-" and {event}))'

    def _named(self, node: Named) -> str:
        members = self._around.directory.members(node.kind, node.pattern)
        networks = tuple(Within(network) for network in members.networks)
        tests = [self._has(side, networks) for side in _SIDES] if networks else []
        if members.interfaces:
            tests.append(self._has("interface-id", (OneOf(members.interfaces),)))
        if members.services:
            tests.extend(self._has(name, (OneOf(members.services),)) for name in _SERVICES)
        return _any(tests)

    def _state(self, state: State) -> str:
        if state is State.LATE:
            return _NO
        if state is State.GAP:
            return _any(self._within(since, max(until, since + 1)) for since, until in self._around.gaps)
        inside = tuple(Within(network) for network in (*PRIVATE, *self._around.inside))
        if state is State.INTERNAL:
            return _all(self._has(side, inside) for side in _SIDES)
        return _any(_all((_not(self._has(s, (Absent(),))), _not(self._has(s, inside)))) for s in _SIDES)

    def _text(self, node: Text) -> str:
        want = Like(node.text, anywhere=True)
        texts = [name for name in self._names if kind_of(name) not in NUMBERS]
        tests = [self._has(name, (want,)) for name in (*texts, LOG_STREAM)]
        word = node.text.lower()
        numbers = [number for number, name in PORT_NAMES.items() if name == word]
        if word.isdecimal() and word.isascii() and len(word) <= 5:
            numbers.append(int(word))
        if numbers:
            tests.extend(self._has(name, (OneOf(tuple(numbers)),)) for name in _PORTS)
        if word in PROTOCOL_NUMBERS:
            tests.append(self._has("protocol", (OneOf((PROTOCOL_NUMBERS[word],)),)))
        return _any([*tests, self._named(Named(Kind.NAME, f"*{node.text}*"))])


def _test(name: str, want: Want) -> str:
    """One field, one want."""
    field = variable(name)
    if isinstance(want, Between):
        ends = [f"{field} >= {want.low}"] if want.low is not None else []
        ends += [f"{field} <= {want.high}"] if want.high is not None else []
        return _all([f'{field} != "-"', *ends])
    if isinstance(want, Bits):
        bits = [1 << at for at in range(8) if want.mask >> at & 1]
        odd = [f"floor({field} / {bit}) % 2 = 1" for bit in bits]
        return _all([f'{field} != "-"', *(odd or [f"{field} = 0"])])
    return _text_test(field, name, want)


def _text_test(field: str, name: str, want: Want) -> str:
    if isinstance(want, Absent):
        return f'{field} = "-"'
    if isinstance(want, Within):
        return _network(field, want.network)
    is_tag = kind_of(name) is FieldKind.TAG
    if isinstance(want, OneOf) and not is_tag and name != LOG_GROUP:
        values = [str(value) if isinstance(value, int) else _quoted(value) for value in want.values]
        return f"{field} = {values[0]}" if len(values) == 1 else f"{field} in [{', '.join(values)}]"
    prefix = "(?:[0-9]+:)?" if name == LOG_GROUP else ""  # @log is the account and the group
    if isinstance(want, OneOf):
        found = [regex_of(str(value), encoded=is_tag, prefix=prefix, exactly=True) for value in want.values]
        return _any(f"{field} like /{each}/" for each in found)
    if not isinstance(want, Like):
        return _NO
    regex = regex_of(want.pattern, encoded=is_tag, prefix=prefix, anywhere=want.anywhere)
    test = f"{field} like /{regex}/"
    return _all((f'{field} != "-"', test)) if set(want.pattern) <= set("*?-") else test


def _network(field: str, network: Network) -> str:
    if isinstance(network, IPv4Network):
        if network.prefixlen == 32:
            return f'{field} = "{network.network_address}"'
        return f'isIpv4InSubnet({field}, "{network}")'
    return f'isIpv6InSubnet({field}, "{network}")'


def _quoted(text: str) -> str:
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def _all(tests: Iterable[str]) -> str:
    found = [test for test in dict.fromkeys(tests) if test != _YES]
    if _NO in found:
        return _NO
    return (found[0] if len(found) == 1 else f"({' and '.join(found)})") if found else _YES


def _any(tests: Iterable[str]) -> str:
    found = [test for test in dict.fromkeys(tests) if test != _NO]
    if _YES in found:
        return _YES
    return (found[0] if len(found) == 1 else f"({' or '.join(found)})") if found else _NO


def _not(test: str) -> str:
    return {_YES: _NO, _NO: _YES}.get(test) or f"not ({test})"
