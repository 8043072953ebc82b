"""Reading a policy that is fine without asking where its elements stand: three times as fast, for thousands of them."""

from __future__ import annotations

import json
from typing import Any

from tui.policies.grammar import Form, Reading, read_document, read_policy
from tui.policies.text import LONGEST, Document, Node

_NUL = Node("null", 0, 0, "null")
_BOOLEANS = {True: Node("boolean", 0, 0, "true"), False: Node("boolean", 0, 0, "false")}


class _Unusual(Exception):  # noqa: N818 - it never leaves this file
    """Something that the careful reader has a sentence for."""


def read_plainly(text: str, form: Form = Form.ENDPOINT) -> Reading:
    """The same as read_policy, but that the places of a policy without any finding are not known."""
    # A backslash may begin half of a surrogate pair, of which the json module has no complaint.
    if len(text) <= LONGEST and "\\u" not in text:
        try:
            root = _node(
                json.loads(
                    text, object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_refuse
                )
            )
        except (ValueError, RecursionError, _Unusual):
            return read_policy(text, form)
        reading = read_document(Document(text, root), form)
        if not reading.findings:
            return reading
    return read_policy(text, form)


def _object(pairs: list[tuple[str, Any]]) -> Node:
    if len({name.casefold() for name, _ in pairs}) < len(pairs):
        raise _Unusual
    return Node("object", 0, 0, members=tuple((Node("string", 0, 0, name), _node(value)) for name, value in pairs))


def _number(text: str) -> Node:
    return Node("number", 0, 0, text)


def _refuse(_text: str) -> Node:
    raise _Unusual


def _node(value: Any) -> Node:
    if isinstance(value, str):
        return Node("string", 0, 0, value)
    if isinstance(value, Node):
        return value
    if isinstance(value, list):
        return Node("array", 0, 0, items=tuple(_node(each) for each in value))
    return _NUL if value is None else _BOOLEANS[value]
