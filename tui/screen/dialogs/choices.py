"""Opens what is chosen from over the panes, and tells the Flows pane what was chosen."""

from __future__ import annotations

from tui.screen.dialogs.columns import ColumnsChooser
from tui.screen.following import Following
from tui.screen.panes.flows import FlowsPane
from tui.screen.shell import Shell


class Choices:
    """One per app; imported at the first choice, which is after the first paint."""

    def __init__(self, app: Shell, flows: FlowsPane, following: Following) -> None:
        self._app = app
        self._flows = flows
        self._following = following
        self._columns = ColumnsChooser()
        app.install_screen(self._columns, "columns")

    def columns(self) -> None:
        """Let the reader choose the columns of the grouping that is shown."""
        base = self._app.screen_stack[0]
        for name in ("-ascii", "-small"):
            self._columns.set_class(base.has_class(name), name)
        self._columns.ask(self._flows.ask.grouping, self._flows.columns, self._fields())
        self._app.push_screen(self._columns, self._taken)

    def _fields(self) -> tuple[str, ...]:
        """The fields that the log formats in use have."""
        held = self._following.shown
        layouts = [layout for layout, _ in held.tables] if held is not None else []
        return tuple(dict.fromkeys(name for layout in layouts for name in layout.names))

    def _taken(self, taken: object) -> None:
        if isinstance(taken, tuple) and not self._flows.take_columns(taken):
            self._app.notify("The columns could not be kept for the next start; the log has the details.", timeout=6)
