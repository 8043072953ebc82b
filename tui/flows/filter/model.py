"""A filter as the program understands it: a tree of tests that every back end walks.

A test of a field that a record does not tell is false; `!=` and `not` are the plain negation, so they keep such records.
Light on purpose: the screen imports this page, so polars is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 2_000  # characters of a filter's text
DEEPEST = 40  # brackets within brackets
MOST_TESTS = 250

Network = IPv4Network | IPv6Network


class FilterError(ValueError):
    """A filter cannot be understood: `message` says why, at `position` for `length` characters of its text.

    `expected` are examples of what could stand there.
    """

    def __init__(self, message: str, position: int, length: int = 1, expected: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.length = max(1, length)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is one of these: text, or whole numbers."""

    values: tuple[str, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `low` to `high`, both included; None: no bound."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """An address in a network; a single address is a network of one."""

    network: Network


@dataclass(frozen=True, slots=True)
class Like:
    """Text with `*` for any characters and `?` for one, upper and lower case alike; `anywhere`: within the value."""

    pattern: str
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Bits:
    """A number that has all these bits: TCP flags."""

    mask: int


@dataclass(frozen=True, slots=True)
class Absent:
    """The record does not tell the value: `-`."""


Want = OneOf | Between | Within | Like | Bits | Absent


@dataclass(frozen=True, slots=True)
class Has:
    """Any of these fields, by Amazon's name, has a value as any of these wants has it."""

    fields: tuple[str, ...]
    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The capture window reaches into a time: of Unix seconds `since` (included) to `until` (excluded), or the `last` seconds."""

    since: float | None = None
    until: float | None = None
    last: float | None = None


class State(Enum):
    """What else a record can be."""

    LATE = "late"  # arrived behind records of a later start
    GAP = "gap"  # its window lies where something is missing
    INTERNAL = "internal"  # both sides are private addresses, or of the VPC
    EXTERNAL = "external"  # at least one side is neither


class Kind(Enum):
    """What a name of the inventory is a name of."""

    NAME = "name"  # a Name tag, of an instance or an interface
    SERVICE = "service"  # who made the interface (rds, alb, nat …), or an AWS service's addresses (s3 …)
    SECURITY_GROUP = "sg"  # a security group's id or name
    SUBNET = "subnet"  # a subnet's id or Name tag: its interfaces
    ENDPOINT = "endpoint"  # a VPC endpoint's id or service


@dataclass(frozen=True, slots=True)
class Named:
    """One side of the flow is known to the inventory by this name, with `*` and `?` as in Like."""

    kind: Kind
    pattern: str


@dataclass(frozen=True, slots=True)
class Text:
    """Any text of the record holds this, upper and lower case alike."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """What the part does not keep."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """What all parts keep; of no parts, everything."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What any part keeps."""

    parts: tuple[Node, ...]


Node = Has | Span | State | Named | Text | Not | And | Or
EVERYTHING = And(())


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter's text as it was written, and what it means."""

    text: str = ""
    node: Node = EVERYTHING

    @property
    def is_everything(self) -> bool:
        """Whether it keeps every record."""
        return self.node == EVERYTHING

    @property
    def conjuncts(self) -> Sequence[Node]:
        """The parts that must all be true."""
        return self.node.parts if isinstance(self.node, And) else (self.node,)
