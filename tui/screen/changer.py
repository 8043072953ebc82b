"""An app that changes endpoints, where the reader allowed it: policies are edited, endpoints made, moved and deleted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tui.screen.options import Options
from tui.screen.policy_keeper import PolicyKeeper

if TYPE_CHECKING:
    from tui.network.order import Changes
    from tui.screen.changing import OrderProgress
    from tui.screen.ordering import Ordering

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

    @cached_property
    def ordering(self) -> Ordering:
        """What orders go through; only while may_change()."""
        from tui.screen.ordering import Ordering

        if self.changes is None:
            raise LookupError(READ_ONLY)
        return Ordering(self, self.changes)

    def on_order_progress(self, event: OrderProgress) -> None:
        """An order has come so far."""
        self.ordering.progress(event)

    def action_copy_command(self) -> None:
        """The aws command of what is to be confirmed, to the clipboard."""
        self.taking.copy(self.ordering.command, "the command")

    def on_unmount(self) -> None:
        """What waits for AWS is woken; nobody waits for it."""
        if "ordering" in self.__dict__:
            self.ordering.stop()
