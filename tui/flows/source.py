"""What every source of flow records promises: batches, or one clear sentence why not.

The tail of CloudWatch Logs, a file, a replay and the tests are all sources; the screen knows only this page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from threading import Event
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl  # 0.2 s to import: the first paint comes before it

    from tui.flows.logformat import Layout

# Columns that stand beside a record's own fields in a frame, with what they hold.
EVENT_ID = "@event-id"  # String, CloudWatch's id; null where the source has none (files)
LOG_GROUP = "@log-group"  # Categorical
LOG_STREAM = "@log-stream"  # Categorical
TIMESTAMP = "@timestamp"  # Int64, ms: when CloudWatch says it happened (the record's start)
INGESTION = "@ingestion"  # Int64, ms: when CloudWatch received it
LATE = "@late"  # Boolean: arrived behind records of a later start that had been seen already
META = (EVENT_ID, LOG_GROUP, LOG_STREAM, TIMESTAMP, INGESTION, LATE)


@dataclass(frozen=True, slots=True)
class Records:
    """Flow records of one layout: META columns, then one typed column a field, named as Amazon names it.

    `again` is a Boolean for each row: another flow log has delivered the very same record before, so that totals leave
    it out. None: the source did not look.
    """

    layout: Layout
    frame: pl.DataFrame
    again: pl.Series | None = None


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A line that fits no layout, kept as it came with the reason."""

    line: str
    reason: str
    event_id: str | None = None
    log_group: str = ""
    log_stream: str = ""
    timestamp: int = 0
    ingestion: int = 0


class Cause(Enum):
    """Why a stretch is not the whole truth."""

    SKIPDATA = "AWS skipped records"
    UNPARSED = "lines that fit no log format"
    FAILED = "a read failed"
    THROTTLED = "a read was throttled"
    CAPPED = "not all pages were read"
    SAMPLED = "Live Tail sampled"
    DISCONNECTED = "the connection was lost"
    EVICTED = "left the cache"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch that is not the whole truth: from and to in seconds of Unix time, what is missing, and why.

    A gap told again under the same `id` replaces what was told before: it grew, or it was `healed`, in seconds of Unix
    time, by a later read. Without an `id` it is told once.
    """

    since: float
    until: float
    cause: Cause
    count: int = 1
    note: str = ""
    id: str = ""
    healed: float | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How a source gets on, for the header; it replaces the status told before.

    `read` of `wanted` seconds of the past have been read while it catches up. `mode` is how it reads now: "polling" or
    "live tail". `advice` is one sentence when the reader should do something. `expires` is when the credentials end,
    in Unix seconds. `calls` is how many calls of Logs were made so far, `price` dollars an hour. `pushed` is what of the
    filter AWS is asked for, in one sentence, '' without a filter.
    """

    read: float = 0.0
    wanted: float = 0.0
    mode: str = "polling"
    advice: str = ""
    expires: float | None = None
    calls: int = 0
    price: float = 0.0
    pushed: str = ""


@dataclass(frozen=True, slots=True)
class FlowLogState:
    """What DescribeFlowLogs tells of one flow log; `interval` in seconds, `delivery` SUCCESS, FAILED or ''."""

    id: str
    log_group: str
    resource: str
    interval: int = 600
    traffic: str = "ALL"
    delivery: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one page brought. An empty batch is a heartbeat: the source was asked and answered.

    `at` is the wall clock in seconds when the answer came; `complete` that it ends a pass over its log group.
    """

    at: float
    records: tuple[Records, ...] = ()
    unparsed: tuple[Unparsed, ...] = ()
    gaps: tuple[Gap, ...] = ()
    complete: bool = False
    status: Status | None = None
    about: About | None = None  # when the scope was looked up again

    def __len__(self) -> int:
        return sum(records.frame.height for records in self.records)

    @property
    def is_answer(self) -> bool:
        """Whether the source was answered: a batch of nothing but gaps tells what could not be read."""
        return bool(self.records or self.unparsed or self.complete or not self.gaps)


@dataclass(frozen=True, slots=True)
class About:
    """Who and where a source is, for the header. `interval` is the longest aggregation interval, in seconds."""

    account: str
    region: str
    scope: str
    identity: str = ""
    profile: str = ""
    log_groups: tuple[str, ...] = ()
    flow_logs: tuple[str, ...] = ()
    interval: int = 600
    note: str = ""
    states: tuple[FlowLogState, ...] = ()


class SourceError(Exception):
    """A source cannot go on, in one sentence for the reader.

    `hint` says what to do. `fatal`: trying again cannot help, so the program ends with `exit_code` (2 wrong use, 3 AWS
    or the network); otherwise the source is asked again after `retry_after` seconds.
    """

    def __init__(
        self, reason: str, hint: str = "", *, fatal: bool = False, exit_code: int = 3, retry_after: float = 5.0
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.fatal = fatal
        self.exit_code = exit_code
        self.retry_after = retry_after


class Source(Protocol):
    """Where batches of flow records come from. Used by one thread of its own."""

    @property
    def about(self) -> About:
        """Who and where, known once the source is made."""

    def batches(self, stop: Event) -> Iterator[Batch]:
        """Batches as they come, until `stop` is set or a bounded source is read to its end.

        Every wait ends at once when `stop` is set. After a SourceError that is not fatal it may be called again and
        goes on where it was: nothing is lost or repeated.

        Raises:
            SourceError: the source cannot go on now, or ever (`fatal`).
        """
