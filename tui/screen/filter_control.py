"""Joins the filter's state, its bar and its chips: what the keys of a filter do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.flows.filter.model import Filter, FilterError
from tui.screen.filter_store import FilterStore
from tui.screen.filtering import Filtering
from tui.screen.widgets.chips import Counts

if TYPE_CHECKING:
    from tui.flows.filter.value import Now
    from tui.screen.filter_typing import FilterTyping
    from tui.screen.following import Following
    from tui.screen.layout import Layout
    from tui.screen.messages import ViewsReady
    from tui.screen.shell import Shell

NONE_KEPT = "The filter keeps none of the {} records held. Press / to change it, \\ to clear it."


class FilterControl:
    """One per app, used in its thread. `ask` asks for the rows again."""

    def __init__(self, app: Shell, panes: Layout, following: Following, ask: Callable[[], None]) -> None:
        options = app.options
        self._app, self._panes, self._following, self._ask = app, panes, following, ask
        self._store = FilterStore(options.state_folder, options.config_folder)
        self.state = Filtering(self._now, given=options.filters)
        self._typing: FilterTyping | None = None
        self._counts: tuple[Filter, Counts] | None = None

    @property
    def wanted(self) -> Filter:
        """What the panes are to be filtered by now."""
        return self.state.wanted

    def start(self) -> None:
        """After the first paint: read what was kept, and apply what the command line gave."""
        self.state.kept.update(self._store.saved())
        if given := self._app.options.filter:
            self._try(lambda: self.state.use(given))

    async def act(self, what: str) -> None:
        """What a key asks for."""
        if what == "open":
            await self._open()
        elif what in {"keep", "exclude"}:
            self._add_cell(exclude=what == "exclude")
        elif what == "clear":
            self._try(self.state.clear)
        elif what == "drop":
            self._try(self.state.drop_last)
        elif self._typing is not None and self.state.is_open:
            self._typing.press(what)
        self.tell()

    async def _open(self) -> None:
        if self._typing is None:
            from tui.screen.filter_typing import FilterTyping

            self._typing = FilterTyping(self._app, self._panes, self.state, self._store, self._ask, self._closed)
            self.state.recall(self._store.history())
            await self._app.screen_stack[0].mount(self._typing.bar, before=self._panes.keyline)
            self._app.call_after_refresh(
                self.state.read, ""
            )  # the parser is imported behind the first paint of the bar
        self._typing.open()

    def typed(self) -> None:
        """The bar holds another text."""
        if self._typing is not None:
            self._typing.typed()
            self.tell()

    def _closed(self) -> None:
        self._app.screen_stack[0].set_focus(self._panes.current.body, scroll_visible=False)
        self._panes.keyline.tell(self._panes.current.keys)

    def add(self, text: str) -> None:
        """Keep only what this keeps too."""
        self._try(lambda: self.state.add(text))

    def use(self, text: str) -> None:
        """Apply this instead."""
        self._try(lambda: self.state.use(text))

    def _add_cell(self, *, exclude: bool) -> None:
        from tui.screen.cell_filter import cell_filter

        rows = self._panes.flows.rows
        at = rows.cell_at_cursor()
        if at is None or rows.table is None:
            return
        column, value = at
        found = cell_filter(column, rows.table.grouping, value)
        if found is None:
            self._say(f"{column.heading} cannot be filtered by here.")
            return
        part, other = (found.exclude, found.keep) if exclude else (found.keep, found.exclude)
        if not self._try(lambda: self.state.add(part, other)):
            self._say(f"The filter says {part} already.")

    def _try(self, change: Callable[[], bool]) -> bool:
        """Change what is applied, and say why where that cannot be; False when it is so already."""
        was = self.wanted
        try:
            if not change():
                return False
        except FilterError as error:
            self._say(f"That cannot be the filter: {error.message}.")
            return True
        if self.state.text:
            self._store.remember(self.state.text)
        if self.wanted != was:
            self._ask()
        self.tell()
        return True

    def wait(self) -> None:
        """Until what is to be remembered is written down."""
        self._store.wait()

    def _say(self, text: str) -> None:
        self._app.notify(clean(text, 200), markup=False, timeout=3)

    def answered(self, event: ViewsReady) -> None:
        """The rows are there: tell how much is kept."""
        if event.ask.filter != self.wanted:
            return
        table, summary = event.views.flows, event.views.summary
        counts = Counts(
            table.totals.records, summary.records, table.total, table.grouping.value, is_partial=table.is_partial
        )
        self._counts = event.ask.filter, counts
        is_none = not table.total and summary.records and not event.ask.filter.is_everything
        self._panes.flows.rows.say_excuse(NONE_KEPT.format(f"{summary.records:,}") if is_none else "")
        self.tell()

    def tell(self) -> None:
        """Bring chips and bar up to date."""
        self._panes.flows.chips.show(self.state.chips, self._counts_of(self.state.applied))
        if self._typing is not None and self.state.is_open:
            status = self._following.pulse.status
            pushed = status.pushed if status is not None else ""
            self._typing.tell(self._counts_of(self.state.draft), pushed)

    def _counts_of(self, wanted: Filter) -> Counts | None:
        return self._counts[1] if self._counts is not None and self._counts[0] == wanted else None

    def _now(self) -> Now:
        from tui.flows.filter.value import Now
        from tui.screen.filter_words import reader_zone

        return Now(self._app.options.clock(), reader_zone(utc=self._app.options.utc))
