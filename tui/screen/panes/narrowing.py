"""What a grouped row is, as a filter: opening the row shows the conversations that this keeps."""

from __future__ import annotations

import re

from tui.cache.columns import SHAPES, Column, Grouping
from tui.cache.view import Key
from tui.flows.filter.vocabulary import PROTOCOL_NUMBERS

# Rows whose records are opened at once; of all others Enter opens the conversations.
SINGLE = {Grouping.CONVERSATIONS, Grouping.RECORDS}
# What owners are called that nobody knows, as tui.cache.calling says it, and what the language has for it.
NOBODY = {"internet": "external", "private, unknown": ""}
SHORT = {"interface-id": "eni", "subnet-id": "subnet", "az-id": "az", "traffic-path": "path", "protocol": "proto"}
_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")
_NAMES_OF_PROTOCOLS = {number: name for name, number in reversed(PROTOCOL_NUMBERS.items())}


def filter_for(grouping: Grouping, key: Key) -> str:
    """The filter that keeps the records of a grouped row; "" where the language cannot say which they are.

    An Availability Zone is told only of a row without a subnet, which has but one.
    """
    shape = SHAPES[grouping]
    columns = {column.key: column for column in shape.columns}
    pairs = [(columns[name], value) for name, value in zip(shape.keys, key, strict=True)]
    if grouping is Grouping.SUBNETS and pairs[0][1] is not None:
        pairs = pairs[:1]
    return " and ".join(dict.fromkeys(test for column, value in pairs if (test := _test(column, value))))


def _test(column: Column, value: object) -> str:
    name = SHORT.get(column.field, column.field)
    if not name:
        return ""
    if name == "name":
        return "" if value is None else NOBODY.get(str(value), f"name:{written(value)}")
    if value is None:
        return f"{name}=-"
    if name == "subnet":
        return f"subnet:{written(value)}"  # by its id or its Name tag, whichever the row shows
    if name == "service":
        return f"({name}={written(value)} or {name}:{written(str(value).lower())})"
    if name == "proto":
        return f"{name}={_NAMES_OF_PROTOCOLS.get(value, value) if isinstance(value, int) else written(value)}"
    return f"{name} {value}" if name in {"host", "port"} else f"{name}={written(value)}"


def written(value: object) -> str:
    """A value as the language takes it, in quotes where it is not one word."""
    text = str(value)
    if _BARE.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
