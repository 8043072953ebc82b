"""A filter in plain English, so that a reader sees whether it asks what they meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from tui.flows.clean import clean
from tui.flows.field import BY_NAME
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
    Node,
    Not,
    OneOf,
    Or,
    Span,
    State,
    Want,
    Within,
)
from tui.flows.filter.vocabulary import ALIASES, EPHEMERAL, PATH_WORDS, kind_of
from tui.flows.portname import PORT_NAMES
from tui.flows.protocol import PROTOCOLS

_MOST_SHOWN = 12  # values of one list
_FIELDS: dict[tuple[str, ...], str] = {
    ("srcaddr",): "source",
    ("dstaddr",): "destination",
    ALIASES["host"]: "either address",
    ("pkt-srcaddr",): "packet source",
    ("pkt-dstaddr",): "packet destination",
    ALIASES["pkt-host"]: "either packet address",
    ("srcport",): "source port",
    ("dstport",): "destination port",
    ALIASES["port"]: "either port",
    ("interface-id",): "network interface",
    ("pkt-src-aws-service",): "source AWS service",
    ("pkt-dst-aws-service",): "destination AWS service",
    ALIASES["service"]: "either AWS service",
    ("vpc-id",): "VPC",
    ("subnet-id",): "subnet",
    ("instance-id",): "instance",
    ("tcp-flags",): "TCP flags",
    ALIASES["group"]: "log group",
    ALIASES["stream"]: "log stream",
}
_STATES = {
    State.LATE: "it came late",
    State.GAP: "something is missing around its time",
    State.INTERNAL: "both sides are private",
    State.EXTERNAL: "one side is public",
}
_KINDS = {
    Kind.NAME: "either side is named",
    Kind.SERVICE: "either side belongs to the service",
    Kind.SECURITY_GROUP: "either side is in the security group",
    Kind.SUBNET: "either side is in the subnet",
    Kind.ENDPOINT: "either side is the endpoint",
}
_FLAG_WORDS = ((2, "SYN"), (16, "ACK"), (1, "FIN"), (4, "RST"), (8, "PSH"), (32, "URG"))


def english(node: Node, zone: tzinfo = UTC) -> str:
    """One sentence without its full stop; times of day are of `zone`. Never raises."""
    return clean(_English(zone).of(node), 2_000) or "every record"


class _English:
    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def of(self, node: Node) -> str:
        """The words of a node; '' for everything."""
        if isinstance(node, And):
            return self._all(node.parts)
        if isinstance(node, Or):
            return self._any(node.parts)
        if isinstance(node, Not):
            return self._not(node.part)
        if isinstance(node, Has):
            return self._has(node, no="")
        if isinstance(node, Span):
            return self._span(node)
        if isinstance(node, Named):
            return f"{_KINDS[node.kind]} {node.pattern}"
        return _STATES[node] if isinstance(node, State) else f"“{node.text}” somewhere in it"

    def _all(self, nodes: Sequence[Node]) -> str:
        parts = [f"({words})" if isinstance(part, Or) else words for part in nodes if (words := self.of(part))]
        if len(parts) == 2 and not any(" or " in part for part in parts):
            return " and ".join(parts)
        return ", ".join([*parts[:-1], f"and {parts[-1]}"]) if len(parts) > 1 else "".join(parts)

    def _any(self, nodes: Sequence[Node]) -> str:
        if not nodes:
            return "no record"
        parts = [self.of(part) or "every record" for part in nodes]
        return _listed([f"({each})" if isinstance(p, And) else each for each, p in zip(parts, nodes, strict=True)])

    def _not(self, node: Node) -> str:
        if isinstance(node, Has):
            return self._has(node, no="not ")
        words = self.of(node)
        return f"not ({words})" if words else "no record"

    def _has(self, node: Has, *, no: str) -> str:
        name = _FIELDS.get(node.fields) or " or ".join(_name(field) for field in node.fields)
        if no and len(node.fields) > 1:
            name, no = name.replace("either ", "neither "), ""
        values = [words for want in node.wants for words in self._wants(node.fields[0], want)]
        return f"{name} {no}{_listed(values, _MOST_SHOWN)}"

    def _wants(self, name: str, want: Want) -> Iterable[str]:
        if isinstance(want, OneOf):
            return [self._value(name, value) for value in want.values]
        return [self._want(name, want)]

    def _want(self, name: str, want: Want) -> str:
        if isinstance(want, Between):
            return self._between(name, want)
        if isinstance(want, Within):
            network = want.network
            alone = network.prefixlen == network.max_prefixlen
            return str(network.network_address) if alone else f"in {network}"
        if isinstance(want, Like):
            return f"{'containing' if want.anywhere else 'like'} {want.pattern}"
        if isinstance(want, Bits):
            return f"with {_flags(want.mask)}"
        return "not told" if isinstance(want, Absent) else ""

    def _between(self, name: str, want: Between) -> str:
        if (want.low, want.high) == EPHEMERAL and kind_of(name) is FieldKind.PORT:
            return "ephemeral"
        if want.low is None and want.high is None:
            return "told"
        if want.high is None:
            return f"at least {self._value(name, want.low or 0, plain=True)}"
        if want.low is None:
            return f"at most {self._value(name, want.high, plain=True)}"
        return f"{self._value(name, want.low, plain=True)} to {self._value(name, want.high, plain=True)}"

    def _value(self, name: str, value: str | int, *, plain: bool = False) -> str:
        if isinstance(value, str):
            return value
        kind = kind_of(name)
        if kind is FieldKind.SECONDS:
            return self._time(value)
        if name == "tcp-flags":
            return _flags(value)
        words = {
            "protocol": PROTOCOLS.get(value, "").upper(),
            "traffic-path": f"{value} ({PATH_WORDS[value]})" if value in PATH_WORDS else "",
        }.get(name, "")
        if kind is FieldKind.PORT and not plain and value in PORT_NAMES:
            words = f"{value} ({PORT_NAMES[value]})"
        return words or (f"{value:,}" if kind is FieldKind.COUNT else str(value))

    def _span(self, node: Span) -> str:
        if node.last is not None:
            return f"in the last {_length(node.last)}"
        ends = [f"since {self._time(node.since)}"] if node.since is not None else []
        return " ".join(ends + ([f"until {self._time(node.until)}"] if node.until is not None else []))

    def _time(self, seconds: float) -> str:
        try:
            return datetime.fromtimestamp(seconds, self._zone).strftime("%Y-%m-%d %H:%M:%S")
        except (ValueError, OverflowError, OSError):  # the years 1 and 9999, in another zone
            return f"{seconds:.0f}"


def _name(field: str) -> str:
    return field.lstrip("@").replace("-", " ") if field in BY_NAME or field.startswith("@") else field


def _flags(mask: int) -> str:
    words = [word for bit, word in _FLAG_WORDS if mask & bit]
    rest = mask & ~sum(bit for bit, _ in _FLAG_WORDS)
    return "+".join(words + ([str(rest)] if rest else [])) or "no flags"


def _length(seconds: float) -> str:
    units = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
    parts, rest = [], int(seconds)
    for size, word in units:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {word}{'' if count == 1 else 's'}")
    return " ".join(parts)


def _listed(parts: Sequence[str], most: int = 1_000) -> str:
    shown = [*parts[:most], *([f"{len(parts) - most} more"] if len(parts) > most else [])]
    if len(shown) < 3:
        return " or ".join(shown)
    return f"{', '.join(shown[:-1])} or {shown[-1]}"
