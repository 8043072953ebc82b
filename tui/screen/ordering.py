"""Has what the reader ordered confirmed and carried out, and tells how it goes: on its page, or beside the panes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.network.consequence import consequences
from tui.network.order import FINAL, Changes, CreateEndpoint, Order, Progress, ResetToDefault, SetPolicy, Stage
from tui.network.order_command import command_of
from tui.network.rules import short_service
from tui.screen.changing import Changing, OrderProgress
from tui.screen.dialogs.confirm import Confirm, Confirmation
from tui.screen.shell import Shell
from tui.screen.widgets.drawn import BLANK_LINE, Line

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

Told = Callable[[Progress], object]
BUSY = "Another change is under way; wait until it is over."


class Ordering:
    """One per app that may change anything; imported at the first order, which is after the first paint."""

    def __init__(self, app: Shell, changes: Changes) -> None:
        self._app = app
        self._changing = Changing(changes, app.post_message)
        self._confirm = Confirm()
        app.install_screen(self._confirm, "confirm")
        self._under_way: tuple[Order, Told] | None = None

    def stop(self) -> None:
        """The program ends."""
        self._changing.stop()

    @property
    def command(self) -> str:
        """The aws command of what is to be confirmed."""
        confirmation = self._confirm.confirmation
        return confirmation.command if confirmation else ""

    def confirm(
        self,
        title: str,
        order: Order,
        lines: Sequence[Line],
        told: Told = lambda progress: None,  # noqa: ARG005  nobody else wants to know
        *,
        inventory: Inventory | None = None,
        before: Callable[[], object] | None = None,
        closed: Callable[[], object] | None = None,
    ) -> None:
        """Show what an order changes, and carry it out once its endpoint's id is typed; of a new one, its service.

        `lines` say what will be different and what that breaks; the command is written below. `told` gets each Progress.
        `before` is called in the thread that carries it out, before it does; `closed` when the page has been left.
        """
        if self._changing.is_busy:
            self._app.notify(BUSY, timeout=6)
            return
        command = command_in(order, inventory)
        whole = [*lines, *_of_policy(order, inventory), *command_lines(command)]

        def confirmed() -> str:
            """The id was typed."""
            if not self._changing.order(order, before):
                return BUSY
            self._under_way = (order, told)
            return ""

        self._confirm.ask(Confirmation(title, whole, typed_for(order), confirmed, command, closed))
        base = self._app.screen_stack[0]
        for name in ("-ascii", "-small"):
            self._confirm.set_class(base.has_class(name), name)
        if self._app.screen is not self._confirm:
            self._app.push_screen(self._confirm)

    def progress(self, event: OrderProgress) -> None:
        """An order has come so far: its page shows it, else a notice tells its end."""
        if self._under_way is None or self._under_way[0] is not event.order:
            return
        _, told = self._under_way
        progress = event.progress
        if self._confirm in self._app.screen_stack and self._confirm.is_confirmed:
            self._confirm.tell(progress)
        elif progress.stage in FINAL:
            self._app.notify(
                f"{progress.stage.value}: {clean(progress.text, 500)}",
                severity="information" if progress.stage is Stage.DONE else "warning",
                timeout=15,
                markup=False,
            )
        if progress.stage in FINAL:
            self._under_way = None
        told(progress)


def command_in(order: Order, inventory: Inventory | None) -> str:
    """The aws command of an order, in the Region and for the type of endpoint that the inventory tells."""
    if inventory is None:
        return command_of(order)
    kinds = (each.kind for each in inventory.endpoints if each.id == getattr(order, "endpoint", ""))
    return command_of(order, inventory.region, kind=next(kinds, ""))


def _of_policy(order: Order, inventory: Inventory | None) -> Iterator[Line]:
    """What comes of a change of policy, besides what it lets through; of other orders it stands among their lines."""
    if inventory is not None and isinstance(order, SetPolicy | ResetToDefault):
        yield BLANK_LINE
        yield from (((f"  {sentence}", ""),) for sentence in consequences(order, inventory))


def typed_for(order: Order) -> str:
    """What the reader types to have an order carried out: the endpoint's id, of a new one its service's short name."""
    return short_service(order.service) if isinstance(order, CreateEndpoint) else order.endpoint


def command_lines(command: str) -> Iterator[Line]:
    """The command, under a heading; none where there is none."""
    if command:
        yield BLANK_LINE
        yield (("The same by hand", "heading"),)
    for line in command.splitlines():
        yield ((f"  {clean(line, 30_000)}", "muted"),)
