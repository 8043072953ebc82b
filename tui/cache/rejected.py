"""What the Rejects pane is told: refused flow records by who wanted what of whom, and why they were refused.

Light on purpose: the screen imports this page before its first paint, so polars is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from tui.cache.reject_order import Order

if TYPE_CHECKING:
    from tui.network.verdict.model import Flow, Verdict


# Minutes that a trend goes back.
TREND = 30
# Rows of one section that a reader can scroll through; totals count the others too.
MOST_ROWS = 500
Key = tuple[object, ...]
# A row's identity while the table moves: client, server, server port, protocol, and whether it is noise.
RejectKey = tuple[str, str, int | None, int | None, bool]


class Section(Enum):
    """Whose trouble a refused flow is."""

    MINE = "mine"  # one of the reader's own sent it, or waits for it
    NOISE = "noise"  # the internet's background: nobody here asked for it
    STALE = "stale"  # packets that came after the connection was closed


@dataclass(frozen=True, slots=True)
class RejectsAsk:
    """What the pane wants besides what the filter and the time of the whole ask say.

    `unfolded`: noise row by row. `near` is the row under the cursor: those around it are judged first. `is_upward`: the
    order turned round.
    """

    unfolded: bool = False
    near: Key | None = None
    order: Order = Order.RATE
    is_upward: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """Who is at one side: what it is called, how many addresses that are here, and one of them.

    `is_anybody`: no owner is known: it is the internet, or a private network.
    """

    label: str
    addresses: int = 1
    address: str = ""
    is_anybody: bool = False


@dataclass(frozen=True, slots=True)
class RejectRow:
    """Refused records of one client, server, server port and protocol.

    `rate` is records a minute over the last aggregation interval, `trend` records in each of the last TREND minutes, the
    newest last. `first` and `last` are in Unix seconds, None where no record told it. `is_partial`: an open gap touches
    the time from first to last, so that `count` is a least. `verdict` is None while nobody has judged it; `serial` is the
    record that is judged for all.
    """

    key: RejectKey
    section: Section
    client: Party
    server: Party
    port: int | None
    protocol: int | None
    count: int
    rate: float
    trend: tuple[float, ...]
    first: int | None
    last: int | None
    serial: int
    is_partial: bool = False
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """The rows of a section in one: how many, of how many sources, and what they come to."""

    rows: int = 0
    count: int = 0
    rate: float = 0.0
    sources: int = 0
    trend: tuple[float, ...] = ()
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A server of the reader's own that refuses sources outside now, while others outside have been let in.

    `count` records refused, of `refused` sources; `others` sources were let in. They may be customers.
    """

    server: str
    port: int | None
    protocol: int | None
    count: int
    refused: int
    others: int


@dataclass(frozen=True, slots=True)
class RejectTable:
    """The pane's answer: rows of the reader's own, then noise if it is unfolded, then what is stale.

    `mine`, `noise` and `stale` sum up all there is, also what is beyond MOST_ROWS or folded; `stale` is of what has been
    judged so. `by_owner`: rows stand for owners; else nobody tells whose an address is, and they stand for addresses.
    `waiting` rows are still to be judged; `is_judged`: there is an inventory to judge by. `since` is the first moment of
    what was looked at. `newest` is where trends end. `served` is what of the noise may be customers. `order` and
    `is_upward` are how rows are sorted.
    """

    rows: tuple[RejectRow, ...] = ()
    mine: Sum = field(default_factory=Sum)
    noise: Sum = field(default_factory=Sum)
    stale: Sum = field(default_factory=Sum)
    unfolded: bool = False
    by_owner: bool = False
    is_judged: bool = False
    waiting: int = 0
    since: int | None = None
    newest: int = 0
    is_partial: bool = False
    served: tuple[Served, ...] = ()
    order: Order = Order.RATE
    is_upward: bool = False

    @property
    def keys(self) -> frozenset[RejectKey]:
        """What is here."""
        return frozenset(row.key for row in self.rows)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one flow was refused, or let through; `verdict` is None where there is no inventory to judge by.

    `line` is its record as it came. `changes` are what is known to have changed of the rules that the verdict speaks of:
    when it was seen, in Unix seconds, and a sentence.
    """

    flow: Flow | None
    verdict: Verdict | None
    line: str = ""
    changes: tuple[tuple[float, str], ...] = ()
