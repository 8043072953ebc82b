"""What the threads tell the app: facts in the past tense, with frozen cargo.

The messages themselves cannot be frozen dataclasses: Textual writes on them on their way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from textual.message import Message

from tui.alerts.model import Alert
from tui.cache.around import Around
from tui.cache.rejected import Explanation
from tui.cache.view import Ask, Detail, Views
from tui.flows.source import Batch, SourceError
from tui.screen.names import Known
from tui.screen.options import Connected


@dataclass(eq=False)
class SourceOpened(Message):
    """The source answered for the first time."""

    connected: Connected


@dataclass(eq=False)
class RecordsArrived(Message):
    """A page of records came; an empty one is a heartbeat."""

    batch: Batch


@dataclass(eq=False)
class SourceStalled(Message):
    """The source gave an error and will be asked again after `retry_after` seconds."""

    reason: str
    hint: str
    retry_after: float


@dataclass(eq=False)
class SourceFailed(Message):
    """The source cannot go on: trying again cannot help."""

    error: SourceError


@dataclass(eq=False)
class SourceEnded(Message):
    """A bounded source was read to its end."""


@dataclass(eq=False)
class ViewsReady(Message):
    """The view thread answered `ask`; `frozen` when it was asked of what the reader froze."""

    views: Views
    ask: Ask
    frozen: bool


@dataclass(eq=False)
class DetailReady(Message):
    """The view thread read the records behind a row; None when they have left the cache.

    `explanation` is of the newest refused one, None where none of them was.
    """

    detail: Detail | None
    around: Around = field(default_factory=Around)
    explanation: Explanation | None = None


@dataclass(eq=False)
class ExplanationReady(Message):
    """The view thread judged the flow of a row; None when its records have left the cache."""

    explanation: Explanation | None


@dataclass(eq=False)
class ViewFailed(Message):
    """The view thread met an error in our own code; it is in the log, and the thread goes on."""

    reason: str


@dataclass(eq=False)
class InventoryLoaded(Message):
    """Who is who, as it is known now."""

    known: Known


@dataclass(eq=False)
class InventoryMissing(Message):
    """The inventory gave an error: names stay as they were, or are missing."""

    reason: str
    hint: str


@dataclass(eq=False)
class AlertsChanged(Message):
    """There are these alerts now, of which `calls` have not been told before; `trouble` is why some may be missing."""

    alerts: tuple[Alert, ...]
    calls: tuple[Alert, ...] = ()
    trouble: str = ""


@dataclass(eq=False)
class NoticeFailed(Message):
    """A command or a webhook, `who`, could not be told of an alert; `reason` is '' once it could again."""

    who: str
    reason: str
