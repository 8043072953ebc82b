"""What could stand at the cursor of a filter being written: fields, operators, values, names.

Light on purpose: the filter bar asks with every key, so polars is not imported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tui.flows.field import BY_NAME
from tui.flows.filter.model import Kind
from tui.flows.filter.offer import Option, tests, values_of
from tui.flows.filter.value import NUMBERS, BadValueError, Now, bound_of
from tui.flows.filter.vocabulary import ALIASES, NAMES, kind_of
from tui.flows.filter.written import quoted

MOST = 12
# Fields whose values may follow without an operator: grammar.lark's FIELD.
_SHORT = frozenset(["host", "port", "src", "dst", "sport", "dport", "proto", "eni", "vpc", "subnet", "action", "dir"])
_KINDS = frozenset(kind.value for kind in Kind)
_WORD = r"[^\s()=!<>~,\"'{}&|]"
_TOKEN = re.compile(
    rf"""\s+|(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<open>["'].*)"""
    rf"""|(?P<sign>&&|\|\||==|!=|<=|>=|!~|[=<>~!(){{}},&|])|(?P<word>{_WORD}+)""",
    re.DOTALL,
)
_COMPARED = ("=", "==", "!=", "<", "<=", ">", ">=", "~", "!~")
_JOINTS = (Option("and", "both must be true"), Option("or", "one of them must be true"))
_TIMES = ("5m", "15m", "1h", "30s", "6h", "1d")
_SIGNS = {
    "=": "is one of", "!=": "is none of", "<": "is less than", "<=": "is at most", ">": "is more than",
    ">=": "is at least", "~": "contains", "!~": "does not contain", "in": "is one of", "not in": "is none of",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Completions:
    """Each option may take the place of `text[start:end]`; at most 12, best first."""

    start: int
    end: int
    options: tuple[Option, ...] = ()


def complete(text: str, cursor: int, seen: Mapping[str, Sequence[str]]) -> Completions:
    """What could stand where the cursor is. Never raises.

    `seen` are values that records had, most frequent first, by Amazon's name of the field; names of the inventory are
    under `name`, `service`, `sg`, `subnet` and `endpoint`.
    """
    cursor = max(0, min(cursor, len(text)))
    place, start, prefix = _Place(), cursor, ""
    for token in _TOKEN.finditer(text[:cursor]):
        kind = token.lastgroup
        if kind == "open" or (kind == "word" and token.end() == cursor):
            start, prefix = token.start(), token[0]
        elif kind:
            place.read(kind, token[0])
    end = cursor
    while end < len(text) and re.match(_WORD, text[end]):
        end += 1
    if prefix[:1] in ('"', "'"):
        prefix, end = prefix[1:], len(text) if end == len(text) else end
    name, colon, rest = prefix.partition(":")
    if place.mode in ("test", "after") and colon and (name.lower() in NAMES or name.lower() in _KINDS):
        start, prefix = start + len(name) + 1, rest
        place.name, place.mode = name.lower(), "value"
    return Completions(start, end, _best(place.offers(seen), prefix))


@dataclass(slots=True)
class _Place:
    """What the words before the cursor are about.

    `mode`: a "test" must come; it may, "after" one; of a "field", an operator or, "value", a value; "valued": it has
    one; "time": a duration; "none": nobody knows.
    """

    mode: str = "test"
    name: str = ""
    lists: bool = False  # whether values stand in brackets
    orders: bool = False  # whether the value is one to be more or less than

    def read(self, kind: str, token: str) -> None:
        """Go on behind a word or sign."""
        word = token.lower() if kind == "word" else token
        if self.mode == "valued" and (word == "," or (self.lists and kind != "sign")):
            self.mode = "value" if word == "," else "valued"
        elif self.mode == "valued" and self.lists and word in (")", "}"):
            self.mode, self.lists = "after", False
        elif self.mode == "value":
            self.lists = self.lists or word in ("(", "{")
            self.mode = "value" if word in ("(", "{", ",") else "valued"
        elif self.mode == "field" and (word in _COMPARED or word == "in"):
            self.mode, self.orders = "value", word[0] in "<>"
        elif self.mode == "field" and kind != "sign" and word != "not":
            self.mode = "valued" if self.name in _SHORT else "after"
        elif self.mode == "field" and word in ("(", "{"):
            self.mode, self.lists = "value", True
        elif self.mode == "field" and word in ("not", "!"):
            self.mode = "field" if word == "not" else "none"
        elif self.mode == "time":
            self.mode = "after"
        else:
            self._read_test(kind, word)

    def _read_test(self, kind: str, word: str) -> None:
        self.lists = False
        if word in ("and", "or", "not", "&&", "||", "!", "(") and kind != "quoted":
            self.mode = "test"
        elif kind == "word" and word in ("last", "since", "until"):
            self.mode = "time"
        elif kind == "word" and (word in NAMES or word in _KINDS):
            self.mode, self.name, self.orders = "field", word, False
        elif kind == "word" and word.endswith(":") and word[:-1] in _KINDS:
            self.mode, self.name = "value", word[:-1]
        else:
            self.mode = "after"

    def offers(self, seen: Mapping[str, Sequence[str]]) -> Iterable[Option]:
        """All that could stand here, best first."""
        if self.mode == "none":
            return
        if self.mode == "time":
            yield from (Option(each, "ago, or this long") for each in _TIMES)
            return
        if self.mode == "field":
            yield from _operators(self.name)
        if (
            self.mode == "value"
            or (self.mode == "field" and self.name in _SHORT)
            or (self.mode == "valued" and self.lists)
        ):
            yield from self._values(seen)
        if self.mode == "after" or (self.mode == "valued" and not self.lists):
            yield from _JOINTS
        if self.mode in ("test", "after") or (self.mode == "valued" and not self.lists):
            yield from tests()

    def _values(self, seen: Mapping[str, Sequence[str]]) -> Iterable[Option]:
        """Values that the field had, then those that have names."""
        fields = ALIASES.get(self.name, (self.name,)) if self.name not in _KINDS or self.name in NAMES else ()
        for each in dict.fromkeys((*fields, self.name)):
            for value in seen.get(each, ()):
                if value.isprintable() and value and value != "-":
                    yield Option(quoted(value), "seen")
        for option in values_of(fields[0]) if fields else ():
            if not self.orders or _is_bound(fields[0], option.text):
                yield option


def _operators(name: str) -> Iterable[Option]:
    field_name = ALIASES.get(name, (name,))[0]
    ordered = field_name in BY_NAME and kind_of(field_name) in NUMBERS
    for sign, meaning in _SIGNS.items():
        looks, orders = "~" in sign, "<" in sign or ">" in sign
        if (ordered or not orders) and not (looks and ordered and field_name != "tcp-flags"):
            yield Option(sign, meaning)


def _is_bound(name: str, text: str) -> bool:
    """Whether a field can be compared with this one value."""
    try:
        bound_of(name, text, Now(0))
    except BadValueError:
        return False
    return True


def _best(offers: Iterable[Option], prefix: str) -> tuple[Option, ...]:
    """Those that begin as what is written, then those that hold it; what is written already is no offer."""
    wanted = prefix.lower()
    begin: dict[str, Option] = {}
    hold: dict[str, Option] = {}
    for option in offers:
        word = option.text.lower().lstrip("\"'")
        if not wanted or (word.startswith(wanted) and word != wanted):
            begin.setdefault(option.text, option)
        elif wanted in word and word != wanted:
            hold.setdefault(option.text, option)
        if len(begin) == MOST:
            break
    return tuple({**begin, **hold}.values())[:MOST]
