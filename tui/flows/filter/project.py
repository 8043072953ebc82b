"""A filter seen from one field: all that its value must be like for the filter to keep the record."""

from __future__ import annotations

from ipaddress import IPv4Network

from tui.flows.field import Kind
from tui.flows.filter.bound import ANY_TEXT, Bound, Is, Numbers, Texts, all_of, any_of, is_numeric, is_pushable
from tui.flows.filter.model import (
    Absent,
    And,
    Between,
    Bits,
    Has,
    Like,
    Network,
    Node,
    Not,
    OneOf,
    Or,
    Want,
    Within,
)
from tui.flows.filter.value import LARGEST
from tui.flows.filter.vocabulary import kind_of

_MOST_NETWORKS = 16  # that a network between two octets is told as


class Projection:
    """The bounds of one field; `names` are all fields that records have.

    A bound is of the values told: whether `-` passes is left open, so `Absent` rules out nothing but what is told.
    """

    def __init__(self, field: str, names: tuple[str, ...]) -> None:
        self._field = field
        self._names = names
        self._kind = kind_of(field)
        top = LARGEST.get(self._kind)
        self.everything: Bound = ANY_TEXT if top is None else Numbers(top, ((0, top),))
        self._nothing: Bound = Texts(()) if top is None else Numbers(top, ())
        self._unknown: Bound = Texts(((),), False) if top is None else Numbers(top, ((0, top),), False)

    def of(self, node: Node, *, keep: bool = True) -> Bound:
        """What the field's value is like in all records that the node keeps, or, `keep` False, that it does not."""
        if isinstance(node, Not):
            return self.of(node.part, keep=not keep)
        if isinstance(node, And | Or):
            parts = [self.of(part, keep=keep) for part in node.parts]
            if isinstance(node, And) == keep:
                return all_of(parts, self.everything)
            return any_of(parts) or self._nothing
        if not isinstance(node, Has):
            return self._unknown
        sides = [self._has(name, node.wants, keep=keep) for name in node.fields]
        return (any_of(sides) or self._nothing) if keep else all_of(sides, self.everything)

    def _has(self, name: str, wants: tuple[Want, ...], *, keep: bool) -> Bound:
        told = next((each for each in (name, f"pkt-{name}") if each in self._names), None)
        if told == self._field:
            bounds = [self._want(want, keep=keep) for want in wants]
            return (any_of(bounds) or self._nothing) if keep else all_of(bounds, self.everything)
        if told is not None or name.startswith("@"):
            return self._unknown
        passes = any(isinstance(want, Absent) for want in wants)
        return self.everything if passes == keep else self._nothing

    def _want(self, want: Want, *, keep: bool) -> Bound:
        if isinstance(want, Absent):
            return self._nothing if keep else self.everything
        if isinstance(self.everything, Numbers):
            return self._number(want, self.everything, keep=keep)
        if self._kind is Kind.TAG:  # percent-encoded, in more ways than one
            return self._unknown
        found = _texts(want)
        if found is None or (not keep and not found.exact):
            return self._unknown
        if keep:
            return found
        alone = [each.text for term in found.terms for each in term]
        if any(is_numeric(text) for text in alone):
            return self._unknown
        return Texts((tuple(Is(text, yes=False) for text in alone),))

    def _number(self, want: Want, everything: Numbers, *, keep: bool) -> Bound:
        top = everything.top
        if isinstance(want, OneOf):
            numbers = sorted({value for value in want.values if isinstance(value, int) and 0 <= value <= top})
            found = Numbers(top, ())
            for number in numbers:
                found = found.either(Numbers(top, ((number, number),)))
        elif isinstance(want, Between):
            low, high = max(0, want.low or 0), top if want.high is None else min(top, want.high)
            found = Numbers(top, ((low, high),) if low <= high else ())
        elif isinstance(want, Bits):
            if want.mask:
                return Numbers(top, ((min(want.mask, top), top),), False) if keep else self._unknown
            found = Numbers(top, ((0, 0),))
        else:
            return self._unknown
        return found if keep else found.outside()


def _texts(want: Want) -> Texts | None:
    """The texts that pass; None when CloudWatch cannot be asked for them."""
    if isinstance(want, OneOf):
        texts = [str(value) for value in want.values]
        return Texts(tuple((Is(text),) for text in texts)) if all(map(is_pushable, texts)) else None
    if isinstance(want, Within):
        return _network(want.network)
    return _like(want) if isinstance(want, Like) else None


def _network(network: Network) -> Texts | None:
    """An IPv4 network by its octets. IPv6 is written in more ways than one."""
    if not isinstance(network, IPv4Network) or not network.prefixlen:
        return None
    whole, rest = divmod(network.prefixlen, 8)
    exact = True
    if rest and 2 ** (8 - rest) > _MOST_NETWORKS:
        if not whole:
            return None
        network, exact = network.supernet(new_prefix=8 * whole), False
    octets = network.prefixlen // 8 + bool(network.prefixlen % 8)
    texts = [
        str(each.network_address) if octets == 4 else ".".join(str(each.network_address).split(".")[:octets]) + ".*"
        for each in network.subnets(new_prefix=8 * octets)
    ]
    return Texts(tuple((Is(text),) for text in texts), exact)


def _like(want: Like) -> Texts | None:
    """A wildcard, where upper and lower case do not matter. CloudWatch is known to take `*` at the ends only."""
    pattern = want.pattern.replace("?", "*")
    wild = "*" in pattern
    if want.anywhere:
        pattern = f"*{pattern}*"
    if any(part and not is_pushable(part) for part in pattern.split("*")) or pattern.lower() != pattern.upper():
        return None
    parts = pattern.split("*")
    if not any(parts):
        return None
    inner = [part for part in parts[1:-1] if part]
    exact = "?" not in want.pattern and not (want.anywhere and wild)
    if parts[0]:
        return Texts(((Is(f"{parts[0]}*" if len(parts) > 1 else parts[0]),),), exact and not inner and not parts[-1])
    if parts[-1]:
        return Texts(((Is(f"*{parts[-1]}"),),), exact and not inner)
    return Texts(((Is(f"*{max(inner, key=len)}*"),),), exact and len(inner) == 1)
