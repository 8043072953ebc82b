"""The thread that answers what the panes ask of the cache, so that a large answer never holds a key."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from textual.message import Message

from tui.cache.columns import Grouping
from tui.cache.view import Ask, Key
from tui.screen.messages import DetailReady, ExplanationReady, ViewFailed, ViewsReady

if TYPE_CHECKING:
    from tui.cache.judging import Judging
    from tui.cache.rolling import Held

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ViewAsk:
    """What to make a view of; `frozen` when `held` is what the reader froze."""

    held: Held
    ask: Ask
    frozen: bool


@dataclass(frozen=True, slots=True)
class DetailAsk:
    """Which row's records to read, of the span that is asked for."""

    held: Held
    ask: Ask
    grouping: Grouping
    key: Key


@dataclass(frozen=True, slots=True)
class ExplanationAsk:
    """Which flow to judge: the record of this serial number, or what tells most of this row of the Flows pane."""

    held: Held
    ask: Ask
    serial: int | None
    grouping: Grouping = Grouping.RECORDS
    key: Key = ()


AnyAsk = ViewAsk | DetailAsk | ExplanationAsk


class Viewer:
    """Answers one ask at a time; of several of one kind that wait, only the latest."""

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._asks: SimpleQueue[AnyAsk | None] = SimpleQueue()
        self._judging: Judging | None = None  # made and used by the thread
        self._thread = threading.Thread(target=self._run, name="viewer", daemon=True)

    def start(self) -> None:
        """Begin; polars is imported here, after the first paint."""
        self._thread.start()

    def stop(self) -> None:
        """End after the answer being made."""
        self._asks.put(None)

    def ask_views(self, held: Held, ask: Ask, *, frozen: bool) -> None:
        """Ask what the panes show; a ViewsReady or a ViewFailed answers."""
        self._asks.put(ViewAsk(held, ask, frozen))

    def ask_detail(self, held: Held, ask: Ask, grouping: Grouping, key: Key) -> None:
        """Ask for the records behind a row; a DetailReady or a ViewFailed answers."""
        self._asks.put(DetailAsk(held, ask, grouping, key))

    def ask_explanation(self, ask: ExplanationAsk) -> None:
        """Ask why a flow was refused; an ExplanationReady or a ViewFailed answers."""
        self._asks.put(ask)

    def _run(self) -> None:
        while (latest := self._latest()) is not None:
            for ask in latest:
                try:
                    self._judging = self._judging or new_judging()
                    self._post(answer_to(ask, self._judging))
                except RuntimeError as error:
                    if not self._tell_failure(error):
                        return
                except Exception as error:  # noqa: BLE001  a bug in a view must not take the screen down
                    if not self._tell_failure(error):
                        return

    def _tell_failure(self, error: Exception) -> bool:
        """Log and post the error; False once the app's loop is closed."""
        LOG.error("a view could not be made", exc_info=error)
        try:
            self._post(ViewFailed(f"{type(error).__name__}: {error}"))
        except RuntimeError:
            return False
        return True

    def _latest(self) -> list[AnyAsk] | None:
        """Wait for an ask; the last of each kind of all that wait, or None to end."""
        waiting = [self._asks.get()]
        while True:
            try:
                waiting.append(self._asks.get_nowait())
            except Empty:
                break
        kinds: dict[object, AnyAsk] = {}
        for ask in waiting:
            if ask is None:
                return None
            kinds[ask.frozen if isinstance(ask, ViewAsk) else type(ask)] = ask
        return list(kinds.values())


def new_judging() -> Judging:
    """What remembers verdicts."""
    from tui.cache.judging import Judging
    from tui.network.verdict.explain import explain

    return Judging(explain)


def answer_to(ask: AnyAsk, judging: Judging) -> Message:
    """The message that answers an ask."""
    from tui.cache import detailing, selecting, views  # polars takes 0.2 s to import; the first paint is past by now
    from tui.cache.judging import record_of

    if isinstance(ask, ViewAsk):
        return ViewsReady(views.answer(ask.held, ask.ask, judging), ask.ask, ask.frozen)
    held = selecting.within_span(ask.held, ask.ask)
    if isinstance(ask, ExplanationAsk):
        serial = record_of(held, ask.grouping, ask.key) if ask.serial is None else ask.serial
        return ExplanationReady(None if serial is None else judging.explained(held, ask.ask.names, serial))
    found = views.detail(held, ask.grouping, ask.key)
    refused = None if found is None else next((each for each in found.records if each.is_refused), None)
    explained = None if refused is None else judging.explained(held, ask.ask.names, refused.serial)
    return DetailReady(found, detailing.around(held, found), explained)
