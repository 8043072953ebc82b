"""What a pane is told: frozen answers to what a reader asked of the cache.

Light on purpose: the screen imports this page before its first paint, so polars is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tui.cache.columns import SHAPES, Column, Grouping
from tui.flows.filter.model import Filter, Kind, Network
from tui.flows.filter.surroundings import Directory, NoDirectory

if TYPE_CHECKING:
    import polars as pl  # 0.2 s to import: the first paint comes before it

    from tui.cache.carriage import EndpointsAsk, EndpointTable  # 15 ms
    from tui.cache.rejected import RejectsAsk, RejectTable


COLUMNS = {grouping: shape.columns for grouping, shape in SHAPES.items()}

# A row's identity while the table moves: the values of its shape's keys.
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its identity, and its values in the order of the table's columns."""

    key: Key
    values: tuple[object, ...]
    server_is_dst: bool | None = None


class Names(Directory, Protocol):
    """What the inventory calls addresses and interfaces; tui.network.inventory keeps this promise."""

    @property
    def inside(self) -> tuple[Network, ...]:
        """The networks of the VPCs."""

    def called(self, kind: Kind) -> tuple[str, ...]:
        """All names of a kind, in small letters, ids last."""

    def names_frame(self) -> pl.DataFrame:
        """A row an address, which is there once: `address`, `label`, `owner`, `interface`, `subnet`, `az`, all String."""

    def networks_frame(self) -> pl.DataFrame:
        """A row a network of an AWS service or a prefix list, longest first: `network`, `label`, `owner`, all String."""


class NoNames(NoDirectory):
    """An inventory that knows nobody."""

    inside: tuple[Network, ...] = ()

    def called(self, kind: Kind) -> tuple[str, ...]:  # noqa: ARG002  the promise's
        """None."""
        return ()

    def names_frame(self) -> pl.DataFrame:
        """No rows."""
        return _empty("address", "label", "owner", "interface", "subnet", "az")

    def networks_frame(self) -> pl.DataFrame:
        """No rows."""
        return _empty("network", "label", "owner")


def _empty(*names: str) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema=dict.fromkeys(names, pl.String))


NO_NAMES = NoNames()


@dataclass(frozen=True, slots=True)
class Ask:
    """What the reader wants to see. `keep` is the row under the cursor: the answer says where it is now.

    `interval` is the span, in seconds, over which rates are taken: the source's longest aggregation interval. Only
    records that `filter` keeps and whose capture window reaches into [`since`, `until`), Unix seconds, are looked at.
    `columns` are the keys of the columns wanted, in their order; records may show any field by Amazon's name; () is the
    grouping's own choice. `rejects` is what the Rejects pane wants, `endpoints` what the Endpoints pane wants; each is
    None while that pane is not on the screen.
    """

    grouping: Grouping = Grouping.CONVERSATIONS
    sort: str = "rate"
    descending: bool = True
    keep: Key | None = None
    interval: int = 600
    filter: Filter = field(default_factory=Filter)
    since: float | None = None
    until: float | None = None
    columns: tuple[str, ...] = ()
    names: Names = field(default_factory=lambda: NO_NAMES, compare=False)
    rejects: RejectsAsk | None = None
    endpoints: EndpointsAsk | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of all rows of a table, also of those that are not shown; at least so much where `is_partial`.

    `records` are those that the filter and the span keep, `rejected` of them refused.
    """

    rows: int = 0
    records: int = 0
    bytes: int = 0
    packets: int = 0
    accepted: int = 0
    rejected: int = 0
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class FlowTable:
    """The Flows pane's answer: sorted rows, of which a pane asks for the few lines it shows.

    `rows` costs about 0.1 ms for a screenful, whatever the height. `total` is how many rows there are in all, of which
    the first `height` by the sort are here. `is_partial`: an open gap touches what is held, so there are more.
    """

    grouping: Grouping
    columns: tuple[Column, ...]
    sort: str
    descending: bool
    height: int
    kept: int | None  # where the row `Ask.keep` is now; None when it is gone
    frame: pl.DataFrame
    total: int
    is_partial: bool = False
    totals: Totals = field(default_factory=Totals)

    def rows(self, first: int, last: int) -> list[Row]:
        """Rows `first` to `last` (exclusive), clipped to what there is."""
        names = [column.key for column in self.columns]
        window = self.frame.slice(first, max(0, last - first))
        keys = window.select(SHAPES[self.grouping].keys).rows()
        has_sides = "server_is_dst" in window.columns and self.grouping is not Grouping.RECORDS
        sides = window["server_is_dst"].to_list() if has_sides else [None] * window.height
        return [Row(*row) for row in zip(keys, window.select(names).rows(), sides, strict=True)]


@dataclass(frozen=True, slots=True)
class Strip:
    """Accepted and rejected bytes and records per minute, oldest first; each record spread over its capture window.

    Minute i covers [since + 60 i, since + 60 (i + 1)) in Unix seconds. `skipped` marks minutes in which AWS skipped
    records, `partial` those that an open gap touches.
    """

    since: int
    accepted_bytes: tuple[float, ...] = ()
    rejected_bytes: tuple[float, ...] = ()
    accepted: tuple[float, ...] = ()
    rejected: tuple[float, ...] = ()
    skipped: tuple[bool, ...] = ()
    partial: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The header's numbers. Times are Unix seconds, `held_bytes` bytes of memory.

    `rate` is records a second that CloudWatch received in the last minute, `rejected_share` is of those with an action
    in the last five. `newest` is the latest end of a capture window, None while nothing has come. `gaps` counts the open
    ones; `rate_partial` and `share_partial` say that one of them touches what the number is made of. `doubled` counts
    interfaces whose records are delivered more than once.
    """

    records: int = 0
    newest: int | None = None
    oldest: int | None = None
    rate: float = 0.0
    rejected_share: float = 0.0
    gaps: int = 0
    late: int = 0
    unparsed: int = 0
    held_bytes: int = 0
    rate_partial: bool = False
    share_partial: bool = False
    doubled: int = 0


@dataclass(frozen=True, slots=True)
class Views:
    """All panes' answers of one tick; None for a pane that was not asked for."""

    flows: FlowTable
    strip: Strip
    summary: Summary
    rejects: RejectTable | None = None
    endpoints: EndpointTable | None = None


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """One raw record: the line as it came, and each field's name, heading, value as text and meaning.

    `again`: another flow log has delivered the very same record before, so totals leave this one out. `serial` is the
    number it is found again by.
    """

    line: str
    log_group: str
    log_stream: str
    ingestion: int | None  # ms
    late: bool
    fields: tuple[tuple[str, str, str], ...]  # name, value as text ("-" when absent), meaning
    again: bool = False
    serial: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether its action is REJECT."""
        return ("action", "REJECT") in ((name, value) for name, value, _ in self.fields)


@dataclass(frozen=True, slots=True)
class Detail:
    """What Enter shows of a row: its newest records, and how many there are in all."""

    key: Key
    grouping: Grouping
    total: int
    records: tuple[RecordDetail, ...]
