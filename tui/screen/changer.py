"""An app that changes endpoints, where the reader allowed it: policies are edited, endpoints made, moved and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screen.options import Options
from tui.screen.policy_keeper import PolicyKeeper

if TYPE_CHECKING:
    from tui.network.order import Changes

READ_ONLY = "vpctop only reads: start it with --allow-changes to change anything."


class Changer(PolicyKeeper):
    """What a change goes through. `changes` is None unless it was started with --allow-changes.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.changes: Changes | None = None

    def may_change(self) -> bool:
        """Whether anything can be changed; where not, the reader is told."""
        if self.changes is None:
            self.notify(READ_ONLY, timeout=6)
        return self.changes is not None
