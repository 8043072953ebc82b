"""A filter's text taken apart into what must all be true, and put together again: what a reader drops or adds."""

from __future__ import annotations

import re

from lark import Token, Tree
from lark.exceptions import UnexpectedInput

from tui.flows.clean import clean
from tui.flows.filter.parse import _lark
from tui.flows.filter.quote import as_value

_CLOSING = re.compile(r"[\s)}]*")
_OPENING = re.compile(r"[\s(]*\Z")
_JOINT = " and "


def conjuncts(text: str) -> tuple[str, ...]:
    """The parts of a filter's text that must all be true, each as it was written; a text that does not parse is one.

    `a (b or c) and not d` is `a`, `(b or c)`, `not d`; `a or b` is one part.
    """
    text = text.strip()
    try:
        tree = _lark().parse(text)
    except UnexpectedInput:
        return (text,) if text else ()
    if not tree.children:
        return ()
    either = tree.children[0]
    both = either.children[0] if isinstance(either, Tree) and len(either.children) == 1 else None
    if not isinstance(both, Tree) or len(both.children) < 2:
        return (text,)
    spans = [_span(part) for part in both.children]
    parts: list[str] = []
    start = 0
    for (_, end), (after, _) in zip(spans, [*spans[1:], (len(text), 0)], strict=True):
        closing = _CLOSING.match(text, end, after)
        parts.append(text[start : closing.end() if closing else end].strip())
        opening = _OPENING.search(text, end, after)
        start = opening.start() if opening else after
    return tuple(parts)


def with_conjunct(text: str, more: str, instead_of: str = "") -> str:
    """The text with one more part that must be true; what it says already is not said twice.

    `instead_of` is the part that would contradict it, and is left out.
    """
    parts = [part for part in conjuncts(text) if part != instead_of]
    if more in parts:
        return text if instead_of not in conjuncts(text) else _JOINT.join(parts)
    if len(parts) == 1 and _is_either(parts[0]):
        parts = [f"({parts[0]})"]
    return _JOINT.join([*parts, more])


def without_last(text: str) -> str:
    """The text without its last part."""
    return _JOINT.join(conjuncts(text)[:-1])


def quoted(value: str) -> str:
    """A text as a value: bare where it can be, in quotes where it must.

    `?` stands for a character that no terminal shows, and that therefore no reader could type or check.
    """
    return as_value("".join(each if clean(each) == each else "?" for each in value))


def _is_either(part: str) -> bool:
    tree = _lark().parse(part)
    return isinstance(tree.children[0], Tree) and len(tree.children[0].children) > 1


def _span(tree: Tree[Token] | Token) -> tuple[int, int]:
    """From the first to the last character of what the tree kept: not the brackets around it."""
    tokens = [tree] if isinstance(tree, Token) else list(tree.scan_values(lambda each: isinstance(each, Token)))
    starts = [token.start_pos or 0 for token in tokens]
    return min(starts), max(start + len(token) for start, token in zip(starts, tokens, strict=True))
