"""Has what the reader ordered confirmed and carried out, and tells how it goes: on its page, or beside the panes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.network.order import FINAL, Changes, CreateEndpoint, Order, Progress, Stage
from tui.policies.same import DEFAULT_POLICY
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
        """Show what an order changes, and carry it out once its endpoint's id is typed; of a new one, its VPC's.

        `lines` say what will be different; what it breaks and the command are written below. `told` gets each Progress.
        `before` is called in the thread that carries it out, before it does; `closed` when the page has been left.
        """
        if self._changing.is_busy:
            self._app.notify(BUSY, timeout=6)
            return
        command = _command(order, inventory)
        whole = [*lines, *_consequences(order, inventory), *_command_lines(command)]
        typed = order.vpc if isinstance(order, CreateEndpoint) else order.endpoint

        def confirmed() -> str:
            """The id was typed."""
            if not self._changing.order(order, before):
                return BUSY
            self._under_way = (order, told)
            return ""

        self._confirm.ask(Confirmation(title, whole, typed, confirmed, command, closed))
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


def _command(order: Order, inventory: Inventory | None) -> str:
    from tui.network.order_command import command_of

    if inventory is None:
        return command_of(order, "", "", DEFAULT_POLICY)
    endpoint = "" if isinstance(order, CreateEndpoint) else order.endpoint
    kind = next((each.kind for each in inventory.endpoints if each.id == endpoint), "")
    return command_of(order, inventory.region, kind, DEFAULT_POLICY)


def _consequences(order: Order, inventory: Inventory | None) -> Iterator[Line]:
    from tui.network.consequence import consequences

    told = () if inventory is None else consequences(order, inventory)
    if told:
        yield BLANK_LINE
        yield (("What else to know", "heading"),)
    for sentence in told:
        yield ((f"  {clean(sentence, 1_000)}", ""),)


def _command_lines(command: str) -> Iterator[Line]:
    if command:
        yield BLANK_LINE
        yield (("The same by hand", "heading"),)
    for line in command.splitlines():
        yield ((f"  {clean(line, 30_000)}", "muted"),)
