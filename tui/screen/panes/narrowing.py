"""What a grouped row is, as a filter: opening the row shows the conversations that this keeps."""

from __future__ import annotations

from tui.cache.columns import SHAPES, Column, Grouping
from tui.cache.view import Key
from tui.flows.filter.quote import as_value

# Rows whose records are opened at once; of all others Enter opens the conversations.
SINGLE = {Grouping.CONVERSATIONS, Grouping.RECORDS}
# What owners are called that nobody knows, as tui.cache.calling says it, and what the language has for it.
NOBODY = {"internet": "external", "private, unknown": ""}
SHORT = {"interface-id": "eni", "subnet-id": "subnet", "az-id": "az", "traffic-path": "path", "protocol": "proto"}


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
        return "" if value is None else NOBODY.get(str(value), f"name:{as_value(str(value))}")
    if value is None:
        return f"{name}=-"
    if name == "subnet":
        return f"subnet:{as_value(str(value))}"  # by its id or its Name tag, whichever the row shows
    if name == "service":
        return f"({name}={as_value(str(value))} or {name}:{as_value(str(value).lower())})"
    if name == "proto":
        from tui.flows.filter.vocabulary import PROTOCOL_NUMBERS  # after the first paint

        names = {number: name for name, number in reversed(PROTOCOL_NUMBERS.items())}
        return f"{name}={names.get(value, value) if isinstance(value, int) else as_value(str(value))}"
    return f"{name} {value}" if name in {"host", "port"} else f"{name}={as_value(str(value))}"
