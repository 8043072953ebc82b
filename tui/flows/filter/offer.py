"""What a reader of flow logs may want to write in a filter: tests, and values that have names, each with its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tui.flows.field import BY_NAME, FIELDS, Kind
from tui.flows.filter.vocabulary import ALIASES, CANONICAL, FLAGS, PATH_WORDS, PATHS, PROTOCOL_NUMBERS, kind_of
from tui.flows.portname import PORT_NAMES


@dataclass(frozen=True, slots=True)
class Option:
    """What could be written, and what it means."""

    text: str
    meaning: str = ""


_SEVERAL = {
    "host": "either address of the flow",
    "port": "either port of the flow",
    "service": "AWS service at either side",
    "pkt-host": "either address in the packet",
    "group": "log group",
    "stream": "log stream",
}
_FIRST = ("src", "dst", "host", "port", "proto", "action", "bytes", "eni")
_WORDS = (
    Option("name:", "a Name tag at either side: name:web-*"),
    Option("service:", "who owns either side: service:rds"),
    Option("last 5m", "records of the last minutes"),
    Option("not", "what does not pass"),
    Option("sg:", "a security group at either side"),
    Option("subnet:", "a subnet, by its id or name, at either side"),
    Option("endpoint:", "a VPC endpoint at either side"),
    Option("internal", "both sides are private"),
    Option("external", "one side is public"),
    Option("late", "came behind later records"),
    Option("gap", "something is missing around its time"),
    Option("since", "from a time on: since 13:05"),
    Option("until", "before a time: until 13:05"),
    Option("last", "records of the last: last 5m"),
)
_SIZES = (
    ("10kB", "10,000"),
    ("1MB", "1,000,000"),
    ("100MB", "100,000,000"),
    ("1GB", "1,000,000,000"),
    ("64KiB", "65,536"),
)
_NETWORKS = (
    ("10.0.0.0/8", "private"),
    ("172.16.0.0/12", "private"),
    ("192.168.0.0/16", "private"),
    ("100.64.0.0/10", "shared"),
)


@cache
def tests() -> tuple[Option, ...]:
    """Beginnings of tests, the ones most asked for first."""
    names = dict.fromkeys((*_FIRST, *ALIASES, *(each.name for each in FIELDS)))
    fields = [Option(name, _meaning(name)) for name in names]
    return (*fields[: len(_FIRST)], *_WORDS, *fields[len(_FIRST) :])


@cache
def values_of(field: str) -> tuple[Option, ...]:
    """Values of a field that have names, or examples of what it takes."""
    return tuple(_values_of(field))


def _meaning(name: str) -> str:
    fields = ALIASES.get(name, (name,))
    return _SEVERAL.get(name) or BY_NAME[fields[0]].meaning


def _values_of(field: str) -> Iterator[Option]:
    kind = kind_of(field)
    if field in CANONICAL:
        yield from (Option(each) for each in dict.fromkeys(CANONICAL[field].values()))
    elif kind is Kind.PORT:
        yield from _ports()
    elif field == "protocol":
        yield from (Option(word, f"protocol {number}") for word, number in PROTOCOL_NUMBERS.items())
    elif field == "tcp-flags":
        yield Option("syn+ack", "18")
        yield from (Option(word, str(bits)) for word, bits in FLAGS.items() if word[-3:] != "ack" or word == "ack")
    elif field == "traffic-path":
        yield from (Option(word, PATH_WORDS[numbers[0]]) for word, numbers in PATHS.items())
    elif kind is Kind.COUNT:
        yield from (Option(size, number) for size, number in _SIZES)
    elif kind is Kind.SECONDS:
        yield from (Option(each, "ago") for each in ("5m", "15m", "1h"))
    elif kind is Kind.ADDRESS:
        yield from (Option(network, meaning) for network, meaning in _NETWORKS)


def _ports() -> Iterator[Option]:
    first = ("https", "http", "ssh", "dns", "postgresql", "mysql", "rdp")
    numbers: dict[str, list[int]] = {}
    for number, name in PORT_NAMES.items():
        numbers.setdefault(name, []).append(number)
    for name in dict.fromkeys((*first, "ephemeral", *numbers)):
        yield Option(name, ", ".join(map(str, numbers[name])) if name in numbers else "32768 to 65535")
    yield from (Option(str(number), name) for number, name in PORT_NAMES.items())
