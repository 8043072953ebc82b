"""What a filter says of one field alone: numbers in ranges, or texts by wildcards, always too much rather than too little.

CloudWatch compares numbers as floating point, whose rounding keeps order: `>=` and `<=` stay true of large numbers, `!=`
does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_EXACT = 2**53  # above this, neighbouring whole numbers are one floating-point number
_MOST_TERMS = 48
_BARE = re.compile(r"[A-Za-z0-9]+|[0-9.*]+")
_PUSHABLE = re.compile(r"[A-Za-z0-9_.:/@+=-]+")
ABSENT = '"-"'


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers of 0 to `top` in disjoint ascending ranges, ends included; `exact`: no more than the filter says."""

    top: int
    ranges: tuple[tuple[int, int], ...]
    exact: bool = True

    @property
    def is_everything(self) -> bool:
        """Whether nothing is ruled out."""
        return self.ranges == ((0, self.top),)

    @property
    def is_nothing(self) -> bool:
        """Whether everything is ruled out."""
        return not self.ranges

    def either(self, other: Numbers) -> Numbers:
        """What one of two says."""
        return Numbers(self.top, _joined([*self.ranges, *other.ranges]), self.exact and other.exact)

    def both(self, other: Numbers) -> Numbers:
        """What two say."""
        found = [
            (max(low, least), min(high, most))
            for low, high in self.ranges
            for least, most in other.ranges
            if max(low, least) <= min(high, most)
        ]
        return Numbers(self.top, _joined(found), self.exact and other.exact)

    def outside(self) -> Numbers:
        """All other numbers; only of what is exact."""
        ends = [-1, *(end for low, high in self.ranges for end in (low, high)), self.top + 1]
        gaps = [(ends[at] + 1, ends[at + 1] - 1) for at in range(0, len(ends), 2)]
        return Numbers(self.top, tuple(gap for gap in gaps if gap[0] <= gap[1]))

    def plain(self) -> Numbers:
        """As it is: ascending ranges come to the same whether && binds closer than || or not."""
        return self

    def widened(self) -> Numbers:
        """One range, from the lowest to the highest."""
        return Numbers(self.top, ((self.ranges[0][0], self.ranges[-1][1]),), False) if self.ranges else self

    def conditions(self, name: str) -> tuple[str, ...]:
        """What CloudWatch is asked of the field `name`: any of these."""
        others = self.outside().ranges
        single = all(low == high <= _EXACT for low, high in others)
        if single and len(others) < len(self.ranges):
            return (" && ".join(f"{name} != {low}" for low, _ in others),)
        return tuple(self._range(name, low, high) for low, high in self.ranges)

    def _range(self, name: str, low: int, high: int) -> str:
        if low == high:
            return f"{name} = {low}"
        ends = [f"{name} >= {low}"] if low else []
        return " && ".join(ends + ([f"{name} <= {high}"] if high < self.top else []))


@dataclass(frozen=True, slots=True)
class Is:
    """The text is, or is not, like this: with `*` at one end or at both for any characters, upper and lower case apart."""

    text: str
    yes: bool = True

    def covers(self, other: Is) -> bool:
        """Whether what is like the other is like this; False when in doubt."""
        if self == other:
            return True
        prefix = self.text[:-1]
        is_prefix = self.text.endswith("*") and "*" not in prefix
        return self.yes and other.yes and is_prefix and other.text.startswith(prefix)


Term = tuple[Is, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Any of these terms, each of which asks several things at once; the term that asks nothing is everything."""

    terms: tuple[Term, ...]
    exact: bool = True

    @property
    def is_everything(self) -> bool:
        """Whether nothing is ruled out."""
        return () in self.terms

    @property
    def is_nothing(self) -> bool:
        """Whether everything is ruled out."""
        return not self.terms

    def either(self, other: Texts) -> Texts:
        """What one of two says."""
        return _few(Texts(_absorbed((*self.terms, *other.terms)), self.exact and other.exact))

    def both(self, other: Texts) -> Texts:
        """What two say; where that takes too many words, what the first says."""
        exact = self.exact and other.exact
        if len(self.terms) * len(other.terms) > _MOST_TERMS:
            return Texts(self.terms, False)
        found = [_narrowed((*one, *two)) for one in self.terms for two in other.terms]
        return Texts(_absorbed(term for term in found if term is not None), exact)

    def widened(self) -> Texts:
        """Addresses by their first two octets, or one where two are not fewer; other texts as they are."""
        found = self.terms
        for octets in (2, 1):
            wide = (tuple(_enclosing(each, octets) for each in term if each.yes) for term in self.terms)
            found = _absorbed(wide)
            if len(found) < len(self.terms):
                break
        return Texts(found, False)

    def plain(self) -> Texts:
        """With at most one term that asks several things, since nobody tells whether && binds closer than ||."""
        if sum(len(term) > 1 for term in self.terms) < 2:
            return self
        alone = [next((each for each in term if each.yes), term[0]) for term in self.terms]
        return Texts(_absorbed((each,) for each in alone), False)

    def conditions(self, name: str) -> tuple[str, ...]:
        """What CloudWatch is asked of the field `name`: any of these."""
        return tuple(
            " && ".join(f"{name} {'=' if each.yes else '!='} {_quoted(each.text)}" for each in term)
            for term in self.terms
        )

    @property
    def fixed(self) -> tuple[str, ...]:
        """The texts it can only be; () when it can be others."""
        named = [next((each.text for each in term if each.yes and "*" not in each.text), "") for term in self.terms]
        return tuple(dict.fromkeys(named)) if all(named) else ()


Bound = Numbers | Texts
ANY_TEXT = Texts(((),))


def all_of(bounds: Iterable[Bound], everything: Bound) -> Bound:
    """What all of them say, of one field."""
    found = everything
    for bound in bounds:
        found = found.both(bound)  # type: ignore[arg-type]  # bounds of one field are of one kind
    return found


def any_of(bounds: Iterable[Bound]) -> Bound | None:
    """What any of them says, of one field; None of none."""
    found: Bound | None = None
    for bound in bounds:
        found = bound if found is None else found.either(bound)  # type: ignore[arg-type]  # as above
    return found


def is_pushable(text: str) -> bool:
    """Whether CloudWatch can be asked for this very text."""
    return _PUSHABLE.fullmatch(text) is not None and text != "-"


def is_numeric(text: str) -> bool:
    """Whether CloudWatch may take the text for a number, of which there are many spellings."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _joined(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def _narrowed(term: Term) -> Term | None:
    """The term without what follows from its other parts; None where it contradicts itself."""
    kept = [each for each in dict.fromkeys(term) if not any(o != each and each.covers(o) for o in term)]
    exact = {each.text for each in kept if each.yes and "*" not in each.text}
    if len(exact) > 1 or any(not each.yes and each.text in exact for each in kept):
        return None
    return tuple(kept)


def _absorbed(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The terms without those that another one contains."""
    known = list(dict.fromkeys(terms))
    if len(known) > 4 * _MOST_TERMS:
        return tuple(known)
    return tuple(each for each in known if not any(o != each and _contains(o, each) for o in known))


def _contains(wide: Term, narrow: Term) -> bool:
    return all(any(part.covers(each) for each in narrow) for part in wide)


def _few(bound: Texts) -> Texts:
    if len(bound.terms) <= _MOST_TERMS:
        return bound
    wide = bound.widened()
    while len(wide.terms) > _MOST_TERMS and (wider := wide.widened()) != wide:
        wide = wider
    return wide if len(wide.terms) <= _MOST_TERMS else Texts(((),), False)


def _enclosing(each: Is, octets: int) -> Is:
    parts = each.text.split(".")
    is_address = len(parts) > octets and all(part.isdecimal() for part in parts[:octets])
    is_address = is_address and all(part.isdecimal() or part == "*" for part in parts[octets:])
    return Is(".".join([*parts[:octets], "*"])) if is_address else each


def _quoted(text: str) -> str:
    return text if _BARE.fullmatch(text) else f'"{text}"'
