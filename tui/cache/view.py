"""What a pane is told: frozen answers to what a reader asked of the cache.

Light on purpose: the screen imports this page before its first paint, so polars is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl  # 0.2 s to import: the first paint comes before it


class Unit(Enum):
    """What a column's values are; the screen decides how they look."""

    TEXT = "text"
    ADDRESS = "address"  # an address, with its port when that is the server's
    PORT = "port"
    PROTOCOL = "protocol"  # IANA number
    COUNT = "count"
    BYTES = "bytes"
    RATE = "bytes/s"
    TIME = "time"  # Unix seconds
    ACTION = "action"  # ACCEPT, REJECT or None
    VERDICTS = "verdicts"  # (accepted, rejected) records


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `weight`: who stays when the line is narrow, 0 first."""

    key: str
    heading: str
    unit: Unit
    weight: int


class Grouping(Enum):
    """How records become rows."""

    CONVERSATIONS = "conversations"
    RECORDS = "records"


# srcaddr and dstaddr are as in the records; server_port is the port of the side that serves, server_is_dst which side.
CONVERSATION_COLUMNS = (
    Column("srcaddr", "Source", Unit.ADDRESS, 0),
    Column("dstaddr", "Destination", Unit.ADDRESS, 0),
    Column("server_port", "Port", Unit.PORT, 1),
    Column("protocol", "Proto", Unit.PROTOCOL, 2),
    Column("rate", "bytes/s", Unit.RATE, 1),
    Column("bytes", "Bytes", Unit.BYTES, 3),
    Column("packets", "Packets", Unit.COUNT, 6),
    Column("accepted", "Accept", Unit.COUNT, 2),
    Column("rejected", "Reject", Unit.COUNT, 0),
    Column("last", "Last seen", Unit.TIME, 4),
    Column("first", "First seen", Unit.TIME, 5),
    Column("interfaces", "ENIs", Unit.COUNT, 7),
)
RECORD_COLUMNS = (
    Column("end", "End", Unit.TIME, 2),
    Column("interface-id", "ENI", Unit.TEXT, 5),
    Column("srcaddr", "Source", Unit.ADDRESS, 0),
    Column("srcport", "SPort", Unit.PORT, 1),
    Column("dstaddr", "Destination", Unit.ADDRESS, 0),
    Column("dstport", "DPort", Unit.PORT, 1),
    Column("protocol", "Proto", Unit.PROTOCOL, 3),
    Column("bytes", "Bytes", Unit.BYTES, 2),
    Column("packets", "Packets", Unit.COUNT, 6),
    Column("action", "Action", Unit.ACTION, 0),
    Column("start", "Start", Unit.TIME, 7),
    Column("log-status", "Status", Unit.TEXT, 8),
)
COLUMNS = {Grouping.CONVERSATIONS: CONVERSATION_COLUMNS, Grouping.RECORDS: RECORD_COLUMNS}

# A row's identity while the table moves: (srcaddr, dstaddr, server_port, protocol) or a record's serial number.
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its identity, and its values in the order of the table's columns."""

    key: Key
    values: tuple[object, ...]
    server_is_dst: bool | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What the reader wants to see. `keep` is the row under the cursor: the answer says where it is now.

    `interval` is the span, in seconds, over which rates are taken: the source's longest aggregation interval.
    """

    grouping: Grouping = Grouping.CONVERSATIONS
    sort: str = "rate"
    descending: bool = True
    keep: Key | None = None
    interval: int = 600


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

    def rows(self, first: int, last: int) -> list[Row]:
        """Rows `first` to `last` (exclusive), clipped to what there is."""
        names = [column.key for column in self.columns]
        window = self.frame.slice(first, max(0, last - first))
        if self.grouping is Grouping.RECORDS:
            serials = window["serial"].to_list()
            return [Row((serial,), values) for serial, values in zip(serials, window.select(names).rows(), strict=True)]
        at = [names.index(name) for name in ("srcaddr", "dstaddr", "server_port", "protocol")]
        sides = window["server_is_dst"].to_list()
        return [
            Row(tuple(values[place] for place in at), values, side)
            for values, side in zip(window.select(names).rows(), sides, strict=True)
        ]


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
    """All panes' answers of one tick."""

    flows: FlowTable
    strip: Strip
    summary: Summary


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """One raw record: the line as it came, and each field's name, heading, value as text and meaning.

    `again`: another flow log has delivered the very same record before, so totals leave this one out.
    """

    line: str
    log_group: str
    log_stream: str
    ingestion: int | None  # ms
    late: bool
    fields: tuple[tuple[str, str, str], ...]  # name, value as text ("-" when absent), meaning
    again: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """What Enter shows of a row: its newest records, and how many there are in all."""

    key: Key
    grouping: Grouping
    total: int
    records: tuple[RecordDetail, ...]
