"""What the reader's attention is called to: feeds the watch for alerts, shows what it tells, and calls him."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.alerts.model import Alert
from tui.screen import format as fmt
from tui.screen.frame import is_full
from tui.screen.notice import BEL, notification, sentence
from tui.screen.panes.alert_line import MARKS, tally
from tui.screen.widgets.header import Standing

if TYPE_CHECKING:
    from tui.flows.source import Batch
    from tui.screen.alerting import Alerting
    from tui.screen.following import Following
    from tui.screen.layout import Layout
    from tui.screen.messages import AlertsChanged
    from tui.screen.names import Known
    from tui.screen.options import Connected
    from tui.screen.shell import Shell
    from tui.screen.widgets.keyline import Keys

SHOWN = 10.0  # seconds that a notice stands where the keys are told
HELP = 24  # cells of the line that tell how to get help and how to leave, and of the gaps between
CALM = 5.0  # seconds between two calls of the terminal; what comes meanwhile is one call
PATIENCE = 20.0  # seconds that the first records wait for the network to be known
BEAT = 1.0  # seconds between two tellings that time went on


class Attention:
    """One per app, used in its thread."""

    def __init__(self, app: Shell, panes: Layout, following: Following) -> None:
        self._app = app
        self._panes = panes
        self._following = following
        self._alerting: Alerting | None = None
        self.alerts: tuple[Alert, ...] = ()
        self._trouble = ""
        self._failures: dict[str, str] = {}  # by who could not be told, why
        self._is_owed = False  # there is something else to show
        self._to_say: tuple[str, str] | None = None  # a notice that is not on the screen yet: its mark and its text
        self._to_call: tuple[Alert, ...] = ()  # for whom the terminal has not called yet
        self._called_at = self._beat_at = -CALM
        self._said: Keys = ()  # the notice that was said last
        self._keys: Keys = ()  # what stood in its place

    def start(self) -> None:
        """Begin to watch, where there are rules; the engine is imported in its own thread."""
        options = self._app.options
        if options.notice.caller is not None:
            from tui.screen.messages import NoticeFailed

            options.notice.caller.start(lambda who, reason: self._app.post_message(NoticeFailed(who, reason)))
        if options.alerts is not None:
            from tui.screen.alerting import Alerting

            self._panes.alerts.show(())
            self._alerting = Alerting(options.alerts, self._app.post_message, PATIENCE)
            self._alerting.start()

    def stop(self) -> None:
        """The threads end by themselves; nobody waits."""
        if self._alerting is not None:
            self._alerting.stop()
        if (caller := self._app.options.notice.caller) is not None:
            caller.stop()

    # What the watch is told.

    def take(self, batch: Batch, taken: Callable[[], object]) -> None:
        """A batch came: the watch sees it, whatever the screen shows; then `taken` is called, from its thread."""
        if self._alerting is None:
            taken()
        else:
            self._alerting.take(batch, taken, catching_up=self._following.pulse.is_catching_up)

    def know(self, known: Known) -> None:
        """The network is known, or is another one now."""
        from tui.network.inventory import Inventory  # after the first paint

        if self._alerting is not None and isinstance(known, Inventory):
            self._alerting.learn(known)
        elif self._alerting is not None:
            self._alerting.go_ahead()  # names alone: rules can ask them nothing

    def open(self, connected: Connected) -> None:
        """The source answered: these are the flow logs; without an inventory none is waited for."""
        if self._alerting is not None:
            self._alerting.learn_states(connected.source.about.states, self._app.options.clock())
            if connected.inventory is None:
                self._alerting.go_ahead()

    def miss(self) -> None:
        """The network cannot be known now."""
        if self._alerting is not None:
            self._alerting.go_ahead()

    def beat(self) -> None:
        """Time went on, and the terminal may read again."""
        if self._alerting is None or time.monotonic() - self._beat_at < BEAT:
            return
        self._beat_at = time.monotonic()
        pulse = self._following.pulse
        self._alerting.pass_time(self._app.options.clock(), answered=not pulse.error, catching_up=pulse.is_catching_up)
        self._call()

    # What it tells.

    def changed(self, event: AlertsChanged) -> None:
        """Others are there, or they are others: shown with the next frame; those that call, call at once."""
        self.alerts, self._trouble = event.alerts, event.trouble
        self._is_owed = True
        if not event.calls:
            return
        self._say(sentence(event.calls), MARKS[max(alert.severity for alert in event.calls)])
        notice = self._app.options.notice
        wanted = notice.wanted(event.calls)
        self._to_call += wanted
        if wanted and notice.caller is not None:
            notice.caller.call(wanted)
        self._call()

    def failed(self, who: str, reason: str) -> None:
        """He could not be told, for this reason; '' when he could again. It is said once, and in no alert's place."""
        is_new = bool(reason) and not self._failures.get(who)
        self._failures[who], self._is_owed = reason, True
        if is_new and self._to_say is None and self._panes.keyline.keys != self._said:
            self._say(reason, "!")

    def draw(self) -> bool:
        """Show what there is; whether anything was owed."""
        was_owed, self._is_owed = self._is_owed, False
        if was_owed:
            self._panes.alerts.show(self.alerts, self._trouble or "; ".join(filter(None, self._failures.values())))
            self._panes.tabs.count("6", tally(self.alerts)[0])
            self._draw_notice()
        return was_owed

    def told_by(self, standing: Standing) -> Standing:
        """What the header tells, with how many alerts are firing."""
        firing, worst = tally(self.alerts)
        return replace(standing, alerts=firing, is_grave=worst is not None and worst >= max(MARKS))

    def of(self, alert: Alert) -> Alert | None:
        """What has become of an alert; None when it has left the history."""
        same = [each for each in self.alerts if each.id == alert.id]
        return next((each for each in same if each.first == alert.first), same[0] if same else None)

    def decide(self, alert: Alert, until: float | None) -> None:
        """The reader has seen an alert (None), or mutes it until then; a mute until 0 ends one."""
        if self._alerting is None:
            return
        if until is None:
            self._alerting.acknowledge(alert)
        elif until:
            self._alerting.mute(alert, until)
        else:
            self._alerting.unmute(alert)

    # How the reader is called.

    def _say(self, text: str, mark: str) -> None:
        """A line with the next frame, newer ones in place of older ones."""
        self._to_say, self._is_owed = ("!" if self._app.has_class("-ascii") else mark, text), True

    def _draw_notice(self) -> None:
        """Where the keys are told, for a while: half a kilobyte, where a box over the rows or a line above them costs 20 or 65."""
        if self._to_say is None:
            return
        mark, text = self._to_say
        self._to_say = None
        line = self._panes.keyline
        room = line.size.width - HELP - fmt.cells(mark)
        said = ((mark, fmt.end(text, room, "..." if text.isascii() else "\N{HORIZONTAL ELLIPSIS}")),)
        self._keys = self._keys if line.keys == self._said else line.keys
        self._said = said
        line.tell(said)
        self._app.set_timer(SHOWN, lambda: self._unsay(said))

    def _unsay(self, said: Keys) -> None:
        """The keys that stood there, unless something else does by now."""
        if self._panes.keyline.keys is said:
            self._panes.keyline.tell(self._keys)

    def _call(self) -> None:
        """Ring and notify, not too often, and never while the terminal does not read."""
        notice, driver = self._app.options.notice, self._app._driver  # noqa: SLF001  Textual has no other way to write a sequence
        if not self._to_call or driver is None or is_full(driver) or time.monotonic() - self._called_at < CALM:
            return
        calls, self._to_call, self._called_at = self._to_call, (), time.monotonic()
        if notice.terminal:
            title = f"vpctop {self._app.options.title}".rstrip()
            driver.write(notification(notice.terminal, title, sentence(calls), os.environ))
        if notice.bell:
            driver.write(BEL)
