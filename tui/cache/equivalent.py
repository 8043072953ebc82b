"""The filter that keeps what a row is of, as text that the filter language reads."""

from __future__ import annotations

from collections.abc import Mapping

from tui.cache.columns import Grouping
from tui.cache.view import Key
from tui.flows.filter.model import Filter, FilterError
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.quote import as_value
from tui.flows.filter.value import Now
from tui.flows.protocol import PROTOCOLS

# What a single record is found again by, besides which it is one of many.
FIVE_TUPLE = ("srcaddr", "srcport", "dstaddr", "dstport", "protocol")
# A conversation's key, as fields: the port is of either side.
_CONVERSATION = ("srcaddr", "dstaddr", "port", "protocol")
_WHEN = ("interface-id", "start", "end")
_REVERSED = {"srcaddr": "dstaddr", "dstaddr": "srcaddr", "srcport": "dstport", "dstport": "srcport"}
_SHORT = {
    "srcaddr": "src", "dstaddr": "dst", "srcport": "sport", "dstport": "dport", "protocol": "proto",
    "interface-id": "eni",
}  # fmt: skip


def filter_of(grouping: Grouping, key: Key, fields: Mapping[str, str]) -> str:
    """A filter that keeps the records of a conversation, or a single one by its fields; "" if none can say it."""
    if grouping is Grouping.RECORDS:
        return _text([(name, fields[name]) for name in (*FIVE_TUPLE, *_WHEN) if name in fields])
    if grouping is not Grouping.CONVERSATIONS or len(key) != len(_CONVERSATION):
        return ""
    return _text([(name, "-" if value is None else value) for name, value in zip(_CONVERSATION, key, strict=True)])


def flow_filter_of(grouping: Grouping, key: Key, fields: Mapping[str, str]) -> str:
    """A filter that keeps the conversation, or the whole flow that a single record is of."""
    if grouping is not Grouping.RECORDS:
        return filter_of(grouping, key, fields)
    return _text([(name, fields[name]) for name in FIVE_TUPLE if name in fields])


def reverse_filter_of(grouping: Grouping, key: Key, fields: Mapping[str, str]) -> str:
    """A filter that keeps the other direction of a conversation or a record; "" for rows that have no one other."""
    if grouping is Grouping.RECORDS:
        if any(name not in fields or fields[name] == "-" for name in FIVE_TUPLE):
            return ""
        return _text([(_REVERSED.get(name, name), fields[name]) for name in FIVE_TUPLE])
    if grouping is not Grouping.CONVERSATIONS or len(key) != len(_CONVERSATION) or None in key:
        return ""
    source, destination, port, protocol = key
    return _text([("srcaddr", destination), ("dstaddr", source), ("port", port), ("protocol", protocol)])


def understood(text: str) -> Filter | None:
    """The filter, if it is one."""
    try:
        return parse_filter(text, Now(0.0)) if text else None
    except FilterError:
        return None


def _text(parts: list[tuple[str, object]]) -> str:
    """The parts joined; "" when a value is none that its field can have, as a strange record's may be."""
    text = " and ".join(_part(name, value) for name, value in parts)
    return text if understood(text) is not None else ""


def _part(name: str, value: object) -> str:
    written = str(value)
    if name == "protocol":
        written = PROTOCOLS.get(int(written), written) if written.isdecimal() and len(written) < 4 else written
    return f"{_SHORT.get(name, name)}={written if written == '-' else as_value(written)}"
