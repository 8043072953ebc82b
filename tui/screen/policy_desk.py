"""The thread that reads policies for the screen: explaining, linting and comparing take too long for a key."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.policies.expectation import Expectation
    from tui.policies.survey import Subject, Survey

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PolicyAsk:
    """A text to survey; see tui.policies.survey. `purpose` is who asks: of those of one purpose the last counts."""

    purpose: str
    subject: Subject
    text: str
    against: str | None = None
    expectations: tuple[Expectation, ...] = ()
    past: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyWork:
    """Something else to find out about policies: `find` is called in the desk's thread, its answer is posted."""

    purpose: str
    find: Callable[[], Message]


@dataclass(eq=False)
class PolicySurveyed(Message):
    """A text has been surveyed; None where our own code failed, which the log tells."""

    ask: PolicyAsk
    survey: Survey | None


AnyAsk = PolicyAsk | PolicyWork


class PolicyDesk:
    """Answers one ask at a time; of several of one purpose that wait, only the latest."""

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._asks: SimpleQueue[AnyAsk | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="policies", daemon=True)
        self._is_started = False

    def ask(self, ask: AnyAsk) -> None:
        """Have a text surveyed: PolicySurveyed is posted; or have other work done, whose answer is posted.

        The first ask starts the thread, and imports the room. Work that fails is logged, and answers nothing.
        """
        self._asks.put(ask)
        if not self._is_started:
            self._is_started = True
            self._thread.start()

    def stop(self) -> None:
        """End after the answer being made."""
        self._asks.put(None)

    def _run(self) -> None:
        while (waiting := self._latest()) is not None:
            for ask in waiting:
                answer = PolicySurveyed(ask, _surveyed(ask)) if isinstance(ask, PolicyAsk) else _found(ask)
                try:
                    if answer is not None:
                        self._post(answer)
                except RuntimeError:  # the app's loop is closed: it has quit
                    return

    def _latest(self) -> list[AnyAsk] | None:
        """Wait for an ask; the last of each purpose of all that wait, or None to end."""
        waiting = [self._asks.get()]
        while True:
            try:
                waiting.append(self._asks.get_nowait())
            except Empty:
                break
        kinds: dict[str, AnyAsk] = {}
        for ask in waiting:
            if ask is None:
                return None
            kinds[ask.purpose] = ask
        return list(kinds.values())


def _surveyed(ask: PolicyAsk) -> Survey | None:
    try:
        from tui.policies.survey import survey

        return survey(ask.subject, ask.text, ask.against, ask.expectations, ask.past)
    except Exception:  # a bug in a check must not take the screen down
        LOG.exception("a policy of %s could not be surveyed", ask.subject.id)
        return None


def _found(work: PolicyWork) -> Message | None:
    try:
        return work.find()
    except Exception:  # likewise
        LOG.exception("%s: work on a policy failed", work.purpose)
        return None
