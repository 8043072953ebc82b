"""An app that listens: what the threads tell goes to the panes, and time passes."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.cache.view import Ask
from tui.flows.clean import clean
from tui.screen.asking import Asking
from tui.screen.changer import Changer
from tui.screen.explaining import Explainer
from tui.screen.filter_control import FilterControl
from tui.screen.naming import Naming
from tui.screen.options import Options
from tui.screen.watcher import Watcher

if TYPE_CHECKING:
    from tui.screen import messages
    from tui.screen.feed import Feed

LOG = logging.getLogger(__name__)


class Listener(Watcher, Explainer, Changer):
    """What becomes of what the feed and the view thread say.

    Raises:
        ThemeError: a theme file cannot be used, or the theme asked for does not exist.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.asking = Asking(self.following, self.wanted)
        self.filters = FilterControl(self, self.panes, self.following, self.asking.ask)
        self.feed: Feed | None = None  # None until it runs
        self.naming = Naming(self.panes.flows)

    def wanted(self) -> Ask:
        """What the reader wants to see, of what the filter keeps."""
        return replace(super().wanted(), filter=self.filters.wanted)

    def ask(self) -> None:
        """Ask for what the reader wants to see now."""
        self.asking.ask()

    def on_source_opened(self, event: messages.SourceOpened) -> None:
        """The header can say who and where."""
        self.following.open(event.connected)
        self.panes.flows.rows.say_empty(
            "No flow records yet: flow logs reach CloudWatch Logs 5 to 10 minutes after the traffic."
        )
        self.asking.ask()
        self.naming.start(event.connected.inventory, self.post_message)
        self.attention.open(event.connected)
        self.changes = event.connected.changes

    def on_inventory_loaded(self, event: messages.InventoryLoaded) -> None:
        """Rows are told by name."""
        from tui.network.inventory import Inventory  # 30 ms to import: the first paint is past by now

        self.naming.learn(event)
        self.attention.know(event.known)
        if isinstance(event.known, Inventory):
            self.know_endpoints(event.known)

    def on_inventory_missing(self, event: messages.InventoryMissing) -> None:
        """Ids stand for names."""
        self.naming.miss(event)
        self.attention.miss()
        self.panes.endpoints.miss(event.reason)

    def on_records_arrived(self, event: messages.RecordsArrived) -> None:
        """Remember them; the next tick shows them."""
        self.following.take(event.batch)
        if self.feed is not None:
            self.attention.take(event.batch, self.feed.taken)

    def on_source_stalled(self, event: messages.SourceStalled) -> None:
        """Old data stays on the screen, and the screen says how old and why."""
        LOG.warning("the source is stalled: %s", event.reason)
        self.following.stall(event.reason, event.hint, self.options.clock())
        self.tick()

    def on_source_failed(self, event: messages.SourceFailed) -> None:
        """Leave with one sentence."""
        error = event.error
        self.farewell = clean("; ".join(part for part in (error.reason, error.hint) if part), 2000)
        self.exit(return_code=error.exit_code)

    def on_source_ended(self) -> None:
        """A bounded source was read to its end."""
        self.following.end()
        self.panes.flows.rows.say_empty("The source held no flow records.")

    def on_views_ready(self, event: messages.ViewsReady) -> None:
        """Show the answer, unless the reader has moved on."""
        views = event.views
        if not event.frozen:
            self.asking.answered()
            self.following.summary = views.summary
            self.panes.timeline.show(views.strip)
            self.tell_header()
            if not self.is_bare:
                self.pages.renew()
        if event.frozen == self.following.is_frozen and not self.panes.flows.show(views.flows, event.ask):
            self.asking.ask()
        self.show_rejects(event)
        self.show_endpoints(event)
        if event.frozen == self.following.is_frozen:
            self.filters.answered(event)
        self.end_frame()

    def on_detail_ready(self, event: messages.DetailReady) -> None:
        """Fill the dialog that waits for it."""
        self.pages.fill_detail(event.detail, event.around, self.panes.flows.shown.names, event.explanation)

    def on_view_failed(self, event: messages.ViewFailed) -> None:
        """Say it; the last good view stays."""
        self.pages.fail(event.reason)
        self.asking.failed(event.reason)

    # Time passes.

    def tick(self) -> None:
        """Ask for what changed, and let the header's age grow. Nothing is drawn while the terminal does not read."""
        self.following.observe(self.options.clock())
        self.attention.beat()
        self.draw_owed()
        if not (self.is_bare or self.pages.is_live) or not self.pacer.may_send(self._driver):
            return
        self.tell_header()
        self.naming.want_unknown()
        if self.attention.draw():
            self.end_frame()
        self.asking.ask_if_changed()
        if not self.is_bare and self.pages.age >= 1:
            self.pages.renew()  # its ages grow also when nothing comes
            self.end_frame()

    @property
    def is_bare(self) -> bool:
        """Whether nothing lies over the panes."""
        return len(self.screen_stack) <= 1  # 0: it ends

    def tell_header(self) -> None:
        """Who, where, how old, and what is out of the ordinary."""
        now = self.options.clock()
        self.following.observe(now)
        self.panes.header.tell(self.attention.told_by(self.following.standing(now, self.options.heading)))
        text, role = self.following.remark(now)
        if self.asking.trouble and role != "stalled":
            text, role = self.asking.trouble, "stalled"
        self.panes.hint.say(text, role)
        self.reading.tell()
