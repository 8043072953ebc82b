"""Alert rules from the tables of a config file, the defaults among them; a wrong one is told in one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from tui.alerts.defaults import DEFAULTS
from tui.alerts.model import Severity
from tui.alerts.rule import DISTINCT, AlertRule, By, Gateway, Measure, On, Side
from tui.alerts.telling import WORDS
from tui.flows.clean import clean
from tui.flows.filter.model import Filter, FilterError
from tui.flows.filter.saved import NAME, NAME_RULE, read_filter
from tui.flows.filter.value import BadValueError, Now, duration

Table = Mapping[str, object]
MOST_RULES = 200
_LONGEST_SPAN = 86_400
_LONGEST_TEXT = 300
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)\s*([kmgt]?)(b?)", re.IGNORECASE | re.ASCII)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


class RuleError(ValueError):
    """A rule is wrong: `rule` is its name or number, `key` the key that is, `place` where in a filter, if it is one."""

    def __init__(self, rule: str, key: str, message: str, place: FilterError | None = None) -> None:
        super().__init__(f"{rule}: {key}: {message}" if key else f"{rule}: {message}")
        self.rule = rule
        self.key = key
        self.message = message
        self.place = place


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as it was written, the default of its name beneath it. `off`: it is switched off. `is_default`: nobody wrote it."""

    name: str
    table: Table
    rule: AlertRule
    off: bool = False
    is_default: bool = True


def read_rules(tables: Iterable[object], saved: Mapping[str, str], now: Now) -> tuple[Written, ...]:
    """The rules that there are: the defaults, as these tables change them, and those of other names.

    Args:
        tables: of `[[alert]]`, as TOML has them.
        saved: the filters that have a name.
        now: for what a filter says of times.

    Raises:
        RuleError: one of them is wrong.
    """
    merged: dict[str, tuple[dict[str, object], bool]] = {str(each["name"]): (dict(each), True) for each in DEFAULTS}
    mine: set[str] = set()
    for number, table in enumerate(tables, 1):
        name = _name(table, number)
        assert isinstance(table, Mapping)
        if name in mine:
            raise RuleError(f"alert {name}", "name", "there are two alerts of this name")
        if len(mine) >= MOST_RULES:
            raise RuleError(f"alert {name}", "", f"there are more than {MOST_RULES} alerts")
        mine.add(name)
        merged[name] = ({**merged.get(name, ({}, True))[0], **table}, False)
    names = tuple(merged)
    return tuple(_Reader(table, saved, now, names).written(is_default=default) for table, default in merged.values())


def _name(table: object, number: int) -> str:
    if not isinstance(table, Mapping):
        raise RuleError(f"alert {number}", "", "must be a table; write [[alert]] above its keys")
    name = table.get("name")
    if not isinstance(name, str):
        raise RuleError(f"alert {number}", "name", "is missing" if name is None else "must be a text in quotes")
    if not NAME.fullmatch(name):
        raise RuleError(f"alert {number}", "name", NAME_RULE)
    return name


class _Reader:
    """Reads one table."""

    def __init__(self, table: Table, saved: Mapping[str, str], now: Now, names: Sequence[str]) -> None:
        # What a default asks for can be taken away.
        self._table = {key: value for key, value in table.items() if not (value is False and key in _OPTIONAL)}
        self._saved = saved
        self._now = now
        self._names = names
        self._called = f"alert {table['name']}"

    def written(self, *, is_default: bool) -> Written:
        """The rule."""
        for key in self._table:
            if key not in _KEYS:
                near = get_close_matches(key, _KEYS, 1)
                raise self._wrong(
                    clean(key, 40), "there is no such key" + (f"; did you mean {near[0]}?" if near else "")
                )
        found = {name: read(self, key) for key, (name, read) in _KEYS.items() if key in self._table}
        off = bool(found.pop("off", False))
        found.setdefault("say", "{subject}")
        if self._table.get("measure") == "bytes" and "threshold" not in self._table:
            raise self._wrong("threshold", "is missing: how many bytes?")
        rule = AlertRule(**found)
        self._check(rule)
        return Written(rule.name, self._table, rule, off, is_default)

    def _wrong(self, key: str, message: str, place: FilterError | None = None) -> RuleError:
        return RuleError(self._called, key, message, place)

    def _check(self, rule: AlertRule) -> None:
        """What keys together cannot be."""
        if rule.on is On.RECORDS and "filter" not in self._table:
            raise self._wrong("filter", "is missing: which records?")
        if (rule.rise or rule.new) and ((rule.measure in DISTINCT and rule.rise) or rule.is_share):
            raise self._wrong(
                "rise" if rule.rise else "new", f"goes with records, packets or bytes, not with {rule.measure}"
            )
        if rule.during and rule.by != (By.SOURCE,):
            raise self._wrong("during", 'goes with by = ["source"] alone')
        if rule.on is On.UNANSWERED and not {By.SERVER, By.CLIENT, By.SOURCE, By.TARGET} & set(rule.by):
            raise self._wrong("by", "must have a server or a client")
        if rule.is_share and not 0 < rule.threshold <= 100:
            raise self._wrong("threshold", "a share is from 1 to 100 percent")
        if rule.critical is not None and rule.critical < rule.threshold:
            raise self._wrong("critical", "is below the threshold")
        if rule.gateway is not Gateway.ANY and not {By.VPC, By.SERVICE} <= set(rule.by):
            raise self._wrong("gateway", 'goes with by = ["service", "vpc"]')
        if rule.on is On.SILENCE and rule.threshold < 60:
            raise self._wrong("threshold", "is a time of at least a minute")

    # What the values of keys may be.

    def text(self, key: str) -> str:
        """A text."""
        value = self._table[key]
        if not isinstance(value, str):
            raise self._wrong(key, "must be a text in quotes")
        if not value.strip() or len(value) > _LONGEST_TEXT or clean(value, _LONGEST_TEXT) != value:
            raise self._wrong(key, f"is empty, longer than {_LONGEST_TEXT} characters, or has control characters")
        return value

    def say(self, key: str) -> str:
        """A sentence with words in braces."""
        value = self.text(key)
        for word in re.findall(r"\{([^}]*)\}", value):
            if word not in WORDS:
                raise self._wrong(key, f"{{{clean(word, 40)}}} is no word for a subject; there are {', '.join(WORDS)}")
        return value

    def filter(self, key: str) -> Filter:
        """A filter of the filter language."""
        value = self._table[key]
        if not isinstance(value, str):
            raise self._wrong(key, "must be a text in quotes")
        try:
            return read_filter(value, self._saved, self._now)
        except FilterError as error:
            raise self._wrong(key, error.message, error) from None

    def span(self, key: str) -> int:
        """A time in seconds, whole minutes."""
        seconds = self._seconds(key)
        if key in {"window", "new"} and seconds < 60:
            raise self._wrong(key, "is a minute at least")
        return -(-seconds // 60) * 60

    def _seconds(self, key: str) -> int:
        value = self._table[key]
        if not isinstance(value, str):
            raise self._wrong(key, 'must be a time in quotes, like "5m"')
        try:
            seconds = int(duration(value))
        except BadValueError as error:
            raise self._wrong(key, str(error)) from None
        if not 0 <= seconds <= _LONGEST_SPAN:
            raise self._wrong(key, "is a day at most")
        return seconds

    def number(self, key: str) -> float:
        """A number; of bytes also with a unit, of silence a time."""
        value = self._table[key]
        if self._table.get("on") == "silence" and isinstance(value, str):
            return self._seconds(key)
        if isinstance(value, str):
            found = _SIZE.fullmatch(value.strip())
            if found is None or (found[2] + found[3] and self._table.get("measure") != "bytes"):
                raise self._wrong(key, f"{clean(value, 40)!r} is no number" + _SIZE_HINT)
            return float(found[1]) * float(1000 ** _POWERS[found[2].lower()])
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**62:
            raise self._wrong(key, "must be a number above 0")
        return float(value)

    def count(self, key: str) -> int:
        """A whole number."""
        value = self.number(key)
        if value != int(value):
            raise self._wrong(key, "must be a whole number")
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._table[key]
        if not isinstance(value, bool):
            raise self._wrong(key, "write true or false, without quotes")
        return value

    def severity(self, key: str) -> Severity:
        """One of the severities."""
        words = {each.name.lower(): each for each in Severity}
        return words[self._one_of(key, self._table[key], list(words))]

    def words(self, key: str) -> tuple[By, ...]:
        """Words that make a subject."""
        found = tuple(By(self._one_of(key, each, list(By))) for each in self._listed(key))
        if len(set(found)) < len(found):
            raise self._wrong(key, "has a word twice")
        return found

    def rules(self, key: str) -> tuple[str, ...]:
        """Names of other rules."""
        return tuple(self._one_of(key, each, self._names) for each in self._listed(key))

    def _listed(self, key: str) -> list[object]:
        value = self._table[key]
        return list(value) if isinstance(value, list | tuple) else [value]

    def _one_of(self, key: str, value: object, words: Sequence[str]) -> str:
        if not isinstance(value, str) or value not in words:
            shown = clean(str(value), 40)
            raise self._wrong(key, f"{shown!r} is none of {', '.join(words)}")
        return value

    def choice(self, kind: type[StrEnum]) -> Callable[[str], Any]:
        """One of an enumeration's words."""
        return lambda key: kind(self._one_of(key, self._table[key], [str(each) for each in kind]))


_OPTIONAL = ("rise", "new", "critical", "during", "for", "gateway", "from", "to")
_SIZE_HINT = '; of bytes write "100MB", of others 30'


def _choice(kind: type[StrEnum]) -> Callable[[_Reader, str], Any]:
    return lambda reader, key: reader.choice(kind)(key)


# The keys of a rule in the config file: the field that each is, and how its value is read.
_KEYS: dict[str, tuple[str, Callable[[_Reader, str], Any]]] = {
    "name": ("name", _Reader.text),
    "off": ("off", _Reader.flag),
    "say": ("say", _Reader.say),
    "on": ("on", _choice(On)),
    "filter": ("filter", _Reader.filter),
    "of": ("of", _Reader.filter),
    "from": ("source", _choice(Side)),
    "to": ("target", _choice(Side)),
    "by": ("by", _Reader.words),
    "measure": ("measure", _choice(Measure)),
    "threshold": ("threshold", _Reader.number),
    "critical": ("critical", _Reader.number),
    "least": ("least", _Reader.count),
    "rise": ("rise", _Reader.number),
    "new": ("new", _Reader.span),
    "window": ("window", _Reader.span),
    "for": ("hold", _Reader.span),
    "cool-down": ("cool_down", _Reader.span),
    "severity": ("severity", _Reader.severity),
    "gateway": ("gateway", _choice(Gateway)),
    "during": ("during", _Reader.rules),
}
