"""Filter patterns: which messages a FilterLogEvents call asks for.

Terms and space-delimited patterns as
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html tells them. JSON patterns (`{ $.a = 1 }`)
are taken and match nothing: a flow log holds no JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Matcher = Callable[[str], bool]

LONGEST = 1024  # characters
MOST_REGEXES = 2  # in one pattern

_TERM = re.compile(r'([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|(\w+))(?=\s|$)', re.ASCII)
_FIELD = re.compile(r'"[^"]*"|\[[^\]]*\]|\S+')
_REGEX = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+. ]+")
_CONDITION = re.compile(r'\s*(\w+)\s*(!=|<=|>=|=|<|>)\s*(?:"([^"]*)"|%([^%]*)%|([\w.*:/@+-]+))\s*', re.ASCII)
_NAME = re.compile(r"\s*@?\w+\s*", re.ASCII)
_OUTSIDE_QUOTES = r'(?=(?:[^"%]*(?:"[^"]*"|%[^%]*%))*[^"%]*$)'
_COMMA = re.compile("," + _OUTSIDE_QUOTES)
_OR = re.compile(r"\|\|" + _OUTSIDE_QUOTES)
_AND = re.compile("&&" + _OUTSIDE_QUOTES)


class PatternError(ValueError):
    """A filter pattern that CloudWatch refuses."""


def compile_pattern(text: str) -> Matcher | None:
    """The test a filter pattern stands for; None if it lets everything through.

    Raises:
        PatternError: the pattern is malformed, or longer than 1,024 characters.
    """
    if len(text) > LONGEST:
        raise PatternError("filterPattern must have length less than or equal to 1024")
    text = text.strip()
    if not text:
        return None
    if text.startswith("{"):
        if not text.endswith("}"):
            raise PatternError("Invalid filter pattern")
        return lambda message: False  # noqa: ARG005 - a matcher takes the message
    if text.startswith("["):
        return _delimited(text)
    return _terms(text)


def _terms(text: str) -> Matcher:
    """`ERROR "10.0.0.1" -noise` or `?one ?other`: every plain term, no excluded one, one of the optional ones."""
    tests: dict[str, list[Matcher]] = {"": [], "?": [], "-": []}
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if not found:
            raise PatternError("Invalid character(s) in term: quote what is not alphanumeric")
        sign, quoted, regex, bare = found.groups()
        tests[sign].append(_search(regex) if regex is not None else _contains(quoted, bare))
        at = found.end()
        while at < len(text) and text[at].isspace():
            at += 1
    plain, optional, excluded = tests[""], tests["?"], tests["-"]
    if plain:
        optional = []  # "?" is ignored beside plain terms

    def matches(message: str) -> bool:
        return (
            all(test(message) for test in plain)
            and not any(test(message) for test in excluded)
            and (not optional or any(test(message) for test in optional))
        )

    return matches


def _contains(quoted: str | None, bare: str) -> Matcher:
    term = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
    return lambda message: term in message


def _search(regex: str) -> Matcher:
    if not _REGEX.fullmatch(regex):
        raise PatternError("Invalid regular expression in filter pattern")
    try:
        search = re.compile(regex, re.ASCII).search
    except re.error:
        raise PatternError("Invalid regular expression in filter pattern") from None
    return lambda value: search(value) is not None


def _delimited(text: str) -> Matcher:
    """`[a, b = 10.0.*, ..., d >= 400]`: one entry a field, `...` for any number of fields."""
    if not text.endswith("]"):
        raise PatternError("Invalid filter pattern: missing ]")
    entries = [entry.strip() for entry in _COMMA.split(text[1:-1])]
    if text.count("%") > 2 * MOST_REGEXES:
        raise PatternError("A filter pattern may hold at most 2 regular expressions")
    if entries.count("...") > 1:
        raise PatternError("Invalid filter pattern: more than one ellipsis")
    open_at = entries.index("...") if "..." in entries else None
    tests = []
    for number, entry in enumerate(entries):
        if entry == "..." or (test := _entry(entry)) is None:
            continue
        tests.append((number if open_at is None or number < open_at else number - len(entries), test))
    named = len(entries) - (open_at is not None)

    def matches(message: str) -> bool:
        values = fields_of(message)
        if len(values) < named or (open_at is None and len(values) > named):
            return False
        return all(test(values[number]) for number, test in tests)

    return matches


def fields_of(message: str) -> list[str]:
    """The fields of a line: words, and what stands in quotes or square brackets."""
    if '"' not in message and "[" not in message:
        return message.split()
    return [
        found[1:-1] if len(found) > 1 and (found[0], found[-1]) in {('"', '"'), ("[", "]")} else found
        for found in _FIELD.findall(message)
    ]


def _entry(text: str) -> Matcher | None:
    """One entry between commas: a bare name asks nothing."""
    if _NAME.fullmatch(text):
        return None
    names: set[str] = set()
    either = []
    for part in _OR.split(text):
        both = []
        for condition in _AND.split(part):
            found = _CONDITION.fullmatch(condition)
            if not found:
                raise PatternError(f"Invalid filter pattern at {text!r}")
            names.add(found[1])
            both.append(_condition(found[2], *found.group(3, 4, 5)))
        either.append(both)
    if len(names) > 1:
        raise PatternError(f"Invalid filter pattern: several names in {text!r}")
    return lambda value: any(all(test(value) for test in both) for both in either)


def _condition(operator: str, quoted: str | None, regex: str | None, bare: str | None) -> Matcher:
    if operator in {"=", "!="}:
        equal = _search(regex) if regex is not None else _equal(quoted if quoted is not None else bare or "")
        return equal if operator == "=" else lambda value: not equal(value)
    number = _number(quoted if quoted is not None else bare or "")
    if number is None:
        raise PatternError(f"Invalid filter pattern: {operator} needs a number")
    return _compare(operator, number)


def _equal(wanted: str) -> Matcher:
    if "*" in wanted:
        return _search_whole(".*".join(re.escape(part) for part in wanted.split("*")))
    number = _number(wanted)
    return lambda value: value == wanted or (number is not None and _number(value) == number)


def _search_whole(regex: str) -> Matcher:
    fullmatch = re.compile(regex, re.DOTALL).fullmatch
    return lambda value: fullmatch(value) is not None


def _compare(operator: str, than: float) -> Matcher:
    def test(value: str) -> bool:
        number = _number(value)
        if number is None:
            return False
        match operator:
            case "<":
                return number < than
            case "<=":
                return number <= than
            case ">":
                return number > than
        return number >= than

    return test


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
