"""The filter language carried out in the slowest, most obvious way: one record, one test at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from tui.flows.clean import tag_text
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
from tui.flows.filter.surroundings import PRIVATE, Surroundings
from tui.flows.filter.vocabulary import PROTOCOL_NUMBERS, kind_of
from tui.flows.portname import PORT_NAMES

Row = Mapping[str, object]


def keeps(node: Node, row: Row, around: Surroundings) -> bool:
    """Whether the filter keeps the record. `row`: column names to values; a missing name is a field the format lacks."""
    if isinstance(node, And):
        return all(keeps(part, row, around) for part in node.parts)
    if isinstance(node, Or):
        return any(keeps(part, row, around) for part in node.parts)
    if isinstance(node, Not):
        return not keeps(node.part, row, around)
    if isinstance(node, Has):
        return any(passes(name, want, row) for name in node.fields for want in node.wants)
    if isinstance(node, Span):
        since = around.now - node.last if node.last is not None else node.since
        return _touches(row, since, node.until)
    if isinstance(node, Named):
        return _named(node, row, around)
    if isinstance(node, State):
        return _state(node, row, around)
    return _text(node, row, around)


def _value(row: Row, name: str) -> object:
    return row[name] if name in row else row.get(f"pkt-{name}")


def passes(name: str, want: Want, row: Row) -> bool:
    """One field, one want."""
    value = _value(row, name)
    if isinstance(want, Absent):
        return value is None
    if value is None:
        return False
    if isinstance(want, Bits):
        assert isinstance(value, int)
        return value & want.mask == want.mask if want.mask else value == 0
    if isinstance(want, Between):
        assert isinstance(value, int)
        return (want.low is None or value >= want.low) and (want.high is None or value <= want.high)
    if kind_of(name) is FieldKind.TAG:
        value = tag_text(str(value))
    if isinstance(want, OneOf):
        return value in want.values
    if isinstance(want, Within):
        return _inside(str(value), [want.network])
    assert isinstance(want, Like)
    return like(want.pattern, str(value), anywhere=want.anywhere)


def like(pattern: str, value: str, *, anywhere: bool = False) -> bool:
    """Whether the value is like the pattern, by trying every way to lay it."""
    pattern, value = pattern.lower(), value.lower()
    if anywhere:
        pattern = f"*{pattern}*"
    reached = {0}
    for wanted in pattern:
        if wanted == "*":
            reached = {at for start in reached for at in range(start, len(value) + 1)}
        else:
            reached = {at + 1 for at in reached if at < len(value) and wanted in ("?", value[at])}
    return len(value) in reached


def _inside(value: str, networks: Iterable[Network]) -> bool:
    try:
        address = ip_address(value)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _touches(row: Row, since: float | None, until: float | None) -> bool:
    stamp = row.get("@timestamp")
    event = stamp // 1000 if isinstance(stamp, int) else None
    start = row["start"] if row.get("start") is not None else event
    end = row["end"] if row.get("end") is not None else event
    if since is not None and not (isinstance(end, int) and end >= since):
        return False
    return until is None or (isinstance(start, int) and start < until)


def _named(node: Named, row: Row, around: Surroundings) -> bool:
    members = around.directory.members(node.kind, node.pattern)
    sides = [str(side) for side in (_value(row, "srcaddr"), _value(row, "dstaddr")) if side is not None]
    services = (row.get("pkt-src-aws-service"), row.get("pkt-dst-aws-service"))
    return (
        any(_inside(side, members.networks) for side in sides)
        or row.get("interface-id") in members.interfaces
        or any(service in members.services for service in services if service)
    )


def _state(state: State, row: Row, around: Surroundings) -> bool:
    if state is State.LATE:
        return bool(row.get("@late"))
    if state is State.GAP:
        return any(_touches(row, since, max(until, since + 1)) for since, until in around.gaps)
    inside = (*PRIVATE, *around.inside)
    sides = [_value(row, "srcaddr"), _value(row, "dstaddr")]
    if state is State.INTERNAL:
        return all(side is not None and _inside(str(side), inside) for side in sides)
    return any(side is not None and not _inside(str(side), inside) for side in sides)


def _text(node: Text, row: Row, around: Surroundings) -> bool:
    for name, value in row.items():
        if isinstance(value, str) and name != "@event-id":
            shown = tag_text(value) if kind_of(name) is FieldKind.TAG else value
            if like(node.text, shown, anywhere=True):
                return True
    word = node.text.lower()
    for port in (row.get("srcport"), row.get("dstport")):
        if port is not None and (PORT_NAMES.get(port) == word or str(port) == word.lstrip("0").rjust(1, "0")):  # type: ignore[call-overload]  # a port is a whole number
            return word.isascii()
    if row.get("protocol") is not None and PROTOCOL_NUMBERS.get(word) == row["protocol"]:
        return True
    return _named(Named(Kind.NAME, f"*{node.text}*"), row, around)
