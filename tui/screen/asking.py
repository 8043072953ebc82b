"""What is asked of the view thread, and when: one ask at a time, and only when something changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.message import Message

from tui.cache.columns import Grouping
from tui.cache.view import Ask, Key
from tui.screen.following import Following

if TYPE_CHECKING:
    from tui.screen.viewer import Viewer

# While the rows stand still, header and timeline go on; once a second is enough for them.
FROZEN_PERIOD = 1.0


class Asking:
    """One per app, used in its thread. `wanted` tells what the panes want to see.

    `trouble` is why the last ask failed, "" while answers come.
    """

    def __init__(self, following: Following, wanted: Callable[[], Ask]) -> None:
        self.trouble = ""
        self._following = following
        self._wanted = wanted
        self._viewer: Viewer | None = None
        self._is_asked = False
        self._asked_at = 0.0

    def start(self, post: Callable[[Message], object]) -> None:
        """Start the thread; ViewsReady, DetailReady and ViewFailed are posted. Heavy imports begin here."""
        from tui.screen.viewer import Viewer

        self._viewer = Viewer(post)
        self._viewer.start()

    def stop(self) -> None:
        """The thread ends by itself; nobody waits for an answer being made."""
        if self._viewer is not None:
            self._viewer.stop()

    def ask(self) -> None:
        """Ask at once for what the reader wants to see now: of what is frozen, or of what is held."""
        if not self._following.is_frozen:
            self.ask_live()
        elif (held := self._following.shown) is not None and self._viewer is not None:
            self._viewer.ask_views(held, self._now_wanted(), frozen=True)

    def ask_live(self) -> None:
        """Ask at once of what is held now."""
        held = self._following.held()
        if held is None or self._viewer is None:
            return
        self._is_asked, self._asked_at = True, time.monotonic()
        self._following.is_changed = False
        self._viewer.ask_views(held, self._now_wanted(), frozen=False)

    def ask_if_changed(self) -> None:
        """Ask, when something came since the last ask and that was answered."""
        period = FROZEN_PERIOD if self._following.is_frozen else 0.0
        if self._following.is_changed and not self._is_asked and time.monotonic() - self._asked_at >= period:
            self.ask_live()

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still being made."""
        return self._is_asked

    def ask_detail(self, grouping: Grouping, key: Key) -> bool:
        """Ask for the records behind a row; False while there are none."""
        held = self._following.shown
        if held is None or self._viewer is None:
            return False
        self._viewer.ask_detail(held, self._now_wanted(), grouping, key)
        return True

    def ask_explanation(self, serial: int | None, grouping: Grouping = Grouping.RECORDS, key: Key = ()) -> bool:
        """Ask why a flow was refused: of a record, or of a row of the Flows pane; False while there are none."""
        from tui.screen.viewer import ExplanationAsk

        held = self._following.shown
        if held is None or self._viewer is None:
            return False
        self._viewer.ask_explanation(ExplanationAsk(held, self._now_wanted(), serial, grouping, key))
        return True

    def answered(self) -> None:
        """What was asked of what is held was answered."""
        self._is_asked = False
        self.trouble = ""

    def failed(self, reason: str) -> None:
        """What was asked could not be answered; the last good answer stays on the screen."""
        self._is_asked = False
        self.trouble = f"The rows could not be brought up to date ({reason}); the log has the details."

    def _now_wanted(self) -> Ask:
        """What the panes want to see, with rates over the source's own interval."""
        return replace(self._wanted(), interval=self._following.pulse.interval)
