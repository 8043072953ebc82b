"""The thread that watches: it sees everything, survives its rules, and holds nobody up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from textual.message import Message

from tests.screen.alert_feed import ALERTS, NEW, OVER, REJECTS, SCAN, ScriptedWatch, alerted
from tests.screen.flow_feed import NOW, batch, talks
from tests.screen.picture import line_with, shows, until
from tui.alerts.model import Alert, State
from tui.network.inventory import PARTS, Inventory
from tui.screen import alerting, waiting
from tui.screen.alerting import MOST_FAILURES, Alerting
from tui.screen.messages import AlertsChanged
from tui.screen.watching import Memory

BUG = ZeroDivisionError("division of a window by zero")
TALKS = batch(talks())


def wait_for(holds: Callable[[], object], limit: float = 10.0) -> None:
    """Until something holds."""
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


class Ears:
    """Takes what the thread posts."""

    def __init__(self) -> None:
        self.heard: list[AlertsChanged] = []

    def post(self, message: Message) -> None:
        """Keep it."""
        assert isinstance(message, AlertsChanged)
        self.heard.append(message)

    @property
    def newest(self) -> tuple[Alert, ...]:
        """The alerts last told."""
        return self.heard[-1].alerts if self.heard else ()


def take(thread: Alerting, number: int = 1) -> None:
    """Hand it batches, each once the one before has been observed."""
    done = threading.Semaphore(0)
    for _ in range(number):
        thread.take(TALKS, done.release)
        assert done.acquire(timeout=10)


def test_what_is_found_is_told_once() -> None:
    """New alerts are told at once, with those that call; the same again is not."""
    ears = Ears()
    thread = Alerting(lambda: ScriptedWatch([REJECTS], [REJECTS], ALERTS), ears.post)
    thread.start()
    take(thread, 3)
    wait_for(lambda: ears.newest == ALERTS)
    assert [message.calls for message in ears.heard] == [(REJECTS,), (SCAN, NEW)]
    thread.stop()


def test_a_backlog_is_told_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred batches that change numbers alone are one or two messages, and the last numbers are told."""
    monkeypatch.setattr(alerting, "PERIOD", 0.2)
    ears = Ears()
    counted = [[replace(SCAN, count=number)] for number in range(100)]
    thread = Alerting(lambda: ScriptedWatch(*counted), ears.post)
    thread.start()
    begun = time.monotonic()
    take(thread, 100)
    spent = time.monotonic() - begun
    wait_for(lambda: ears.newest[0].count == 99)
    assert len(ears.heard) <= 2 + spent / 0.2 + 1
    thread.stop()


def test_batches_that_wait_are_observed_together() -> None:
    """All their records in one observation, up to what is asked for behind them; each is told to be done."""
    gate, done = threading.Event(), threading.Semaphore(0)
    watch = ScriptedWatch(ALERTS, gate=gate)
    thread = Alerting(lambda: watch, Ears().post)
    thread.start()
    for _ in range(5):
        thread.take(TALKS, done.release)
        wait_for(lambda: watch.seen)
    thread.acknowledge(SCAN)
    for _ in range(2):
        thread.take(TALKS, done.release)
    gate.set()
    for _ in range(7):
        assert done.acquire(timeout=10)
    assert [len(seen.records) for seen in watch.seen] == [1, 4, 2]
    assert watch.alerts()[0].id == REJECTS.id
    thread.stop()


def test_an_error_in_a_rule_is_said_and_survived(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged with its traceback once, said, and the next batch is observed all the same; no batch is held back."""
    ears = Ears()
    thread = Alerting(lambda: ScriptedWatch([REJECTS], BUG, BUG, ALERTS), ears.post)
    thread.start()
    take(thread, 4)
    wait_for(lambda: ears.newest == ALERTS)
    assert "a rule failed (ZeroDivisionError: division of a window by zero); the log" in ears.heard[1].trouble
    assert ears.heard[1].alerts == (REJECTS,)
    assert sum(record.levelno == logging.ERROR and record.exc_info is not None for record in caplog.records) == 1
    thread.stop()


def test_trouble_is_over_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once batches have gone well for a while, nothing is said any more."""
    monkeypatch.setattr(alerting, "LOG_PERIOD", 0.1)
    ears = Ears()
    thread = Alerting(lambda: ScriptedWatch(BUG, ALERTS), ears.post)
    thread.start()
    take(thread, 2)
    assert ears.heard[-1].trouble
    time.sleep(0.12)
    take(thread)
    wait_for(lambda: not ears.heard[-1].trouble)
    thread.stop()


def test_a_watch_that_fails_again_and_again_is_made_anew() -> None:
    """The new one is told the flow logs; what was acknowledged stays so, what was told calls no more, the history stays."""
    made: list[ScriptedWatch] = []
    failing: list[Exception] = [BUG] * MOST_FAILURES
    scripts: list[list[Sequence[Alert] | Exception]] = [
        [ALERTS, *failing],
        [[SCAN, REJECTS, replace(NEW, id="other")]],
    ]

    def make() -> ScriptedWatch:
        """The next one."""
        made.append(ScriptedWatch(*scripts[len(made)]))
        return made[-1]

    ears = Ears()
    thread = Alerting(make, ears.post)
    thread.start()
    thread.learn_states((), NOW)
    take(thread)
    thread.acknowledge(SCAN)
    take(thread, MOST_FAILURES)
    assert len(made) == 1
    take(thread)
    wait_for(lambda: len(made) == 2 and any(alert.id == "other" for alert in ears.newest))
    assert made[1].seen[0].flow_logs == ()
    states = {alert.id: alert.state for alert in ears.newest}
    assert states == {
        SCAN.id: State.ACKNOWLEDGED,
        REJECTS.id: State.FIRING,
        "other": State.FIRING,
        OVER.id: State.OVER,
    }
    assert [alert.id for alert in ears.heard[-1].calls] == ["other"]
    thread.stop()


def test_a_watch_that_cannot_be_made_is_tried_again() -> None:
    """Also what makes the watch may fail."""
    made: list[int] = []

    def make() -> ScriptedWatch:
        """At the second time."""
        made.append(1)
        if len(made) == 1:
            raise BUG
        return ScriptedWatch(ALERTS)

    ears = Ears()
    thread = Alerting(make, ears.post)
    thread.start()
    take(thread, 2)
    wait_for(lambda: ears.newest == ALERTS)
    thread.stop()


def test_stopping_waits_for_nobody() -> None:
    """While a rule is busy, stopping returns at once; the thread ends behind the batch, and posts nothing more."""
    gate, ears = threading.Event(), Ears()
    thread = Alerting(lambda: ScriptedWatch(ALERTS, gate=gate), ears.post)
    thread.start()
    thread.take(TALKS, lambda: None)
    thread.take(TALKS, lambda: None)
    begun = time.monotonic()
    thread.stop()
    assert time.monotonic() - begun < 0.1
    gate.set()
    wait_for(lambda: not thread.is_alive)
    assert ears.heard == []


def test_a_closed_app_ends_it() -> None:
    """An app whose loop is closed takes no messages: the thread ends."""

    def post(message: Message) -> None:
        """As a closed loop does."""
        del message
        raise RuntimeError("Event loop is closed")

    thread = Alerting(lambda: ScriptedWatch(ALERTS), post)
    thread.start()
    take(thread)
    wait_for(lambda: not thread.is_alive)


def test_the_time_is_told_once_at_a_time() -> None:
    """While a rule is busy, times do not pile up behind it."""
    gate = threading.Event()
    watch = ScriptedWatch(ALERTS, gate=gate)
    thread = Alerting(lambda: watch, Ears().post)
    thread.start()
    thread.take(TALKS, lambda: None)
    for second in range(10):
        thread.pass_time(NOW + second, answered=False, catching_up=True)
    gate.set()
    wait_for(lambda: len(watch.seen) == 2)
    assert (watch.seen[1].at, watch.seen[1].answered, watch.seen[1].catching_up) == (NOW, False, True)
    wait_for(lambda: thread._is_time_told)
    thread.pass_time(NOW + 99, answered=True, catching_up=False)
    wait_for(lambda: len(watch.seen) == 3)
    thread.stop()


def test_the_history_that_is_kept_is_not_told_twice() -> None:
    """What the new watch finds again stands once."""
    memory = Memory()
    memory.keep(ALERTS)
    assert memory.whole((OVER,)) == (OVER,)
    assert memory.whole((SCAN,)) == (SCAN, OVER)
    assert memory.new((SCAN, replace(NEW, id="other"))) == (replace(NEW, id="other"),)
    assert memory.new((SCAN,)) == (SCAN,)


# In the app.


@pytest.mark.parametrize("keys", [("1", "space"), ("1", "left_square_bracket"), ("1", "slash", *"port 1", "enter")])
async def test_the_watch_sees_what_the_reader_does_not(keys: tuple[str, ...]) -> None:
    """Frozen, back in time, and filtered to nothing: every batch is watched, and what it raises is told."""
    gate = threading.Event()
    watch = ScriptedWatch([], [SCAN])
    async with alerted(TALKS, gate, batch(talks(), NOW + 10), watch=watch, shown="Nothing has called") as (app, pilot):
        await pilot.press(*keys)
        await pilot.pause(0.3)
        gate.set()
        await until(pilot, lambda: shows(app, "1 alert") and shows(app, "▲ critical  192.0.2.201"))


async def test_a_slow_rule_holds_the_source_and_not_the_reader() -> None:
    """While a rule is busy keys are answered; the source waits once so many batches are under way, and none is lost."""
    gate = threading.Event()
    watch = ScriptedWatch([], gate=gate)
    batches = [batch(talks(), NOW + number) for number in range(30)]
    async with alerted(*batches, watch=watch, shown="Nothing has called") as (app, pilot):
        await pilot.press("1", "s", "question_mark")
        await until(pilot, lambda: shows(app, "Esc closes"))
        await pilot.pause(0.3)
        assert app.feed is not None
        assert app.following.pulse.answered is not None
        assert app.following.pulse.answered < NOW + 29
        gate.set()
        await until(pilot, lambda: sum(len(seen.records) for seen in watch.seen) == 30)


async def test_trouble_is_said_on_the_pane() -> None:
    """The edge and the last line tell it; with no alerts at all it stands in their place."""
    async with alerted(TALKS, batch(talks(), NOW + 1), watch=ScriptedWatch(ALERTS, BUG)) as (app, pilot):
        await pilot.press("z")
        await until(pilot, lambda: shows(app, "Alerts may be missing: a rule failed (ZeroDivisionError"))
        assert "trouble" in line_with(app, "6 Alerts")
    async with alerted(watch=ScriptedWatch(BUG), shown="Alerts may be missing"):
        pass


async def test_without_rules_nothing_is_watched() -> None:
    """An app that is given no watch says so, and takes its batches all the same."""
    async with alerted(TALKS, TALKS, watch=None, alerts=None, shown="No alert rules are in use.") as (app, pilot):
        await until(pilot, lambda: app.following.pulse.caught_up)


def test_the_first_records_wait_for_the_network() -> None:
    """Rules that ask what is our own see no record before that is known; the source goes on meanwhile."""
    watch = ScriptedWatch(ALERTS)
    thread = Alerting(lambda: watch, Ears().post, patience=60)
    thread.start()
    take(thread, 3)
    thread.pass_time(NOW, answered=True, catching_up=True)
    wait_for(lambda: thread._is_time_told)
    assert not any(seen.records for seen in watch.seen)
    thread.learn(Inventory(read_at={"vpcs": NOW}))
    thread.learn(Inventory(read_at=dict.fromkeys(PARTS, NOW)))
    wait_for(lambda: any(seen.records for seen in watch.seen))
    assert [seen.known is not None for seen in watch.seen[-3:]] == [True, True, False]
    assert len(watch.seen[-1].records) == 3
    take(thread)
    assert len(watch.seen[-1].records) == 1
    thread.stop()


@pytest.mark.parametrize("how", ["late", "denied", "failed", "missing"])
def test_the_first_records_do_not_wait_for_ever(how: str) -> None:
    """An inventory that comes too late, is denied in part, fails, or is none."""
    watch = ScriptedWatch(ALERTS)
    thread = Alerting(lambda: watch, Ears().post, patience=0.2 if how == "late" else 60)
    thread.start()
    take(thread)
    if how == "late":
        time.sleep(0.2)
        thread.pass_time(NOW, answered=True, catching_up=True)
    elif how == "denied":
        thread.learn(Inventory(read_at=dict.fromkeys(PARTS[:-1], NOW), missing=("route tables cannot be read",)))
    elif how == "failed":
        thread.learn(Inventory(trouble="no answer"))
    elif how == "missing":
        thread.go_ahead()
    wait_for(lambda: any(seen.records for seen in watch.seen))
    thread.stop()


def test_more_than_can_be_held_holds_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once so many records wait for the network, the source does too; nothing is lost."""
    monkeypatch.setattr(waiting, "MOST_HELD", 10)
    watch, done = ScriptedWatch(ALERTS), threading.Semaphore(0)
    thread = Alerting(lambda: watch, Ears().post, patience=60)
    thread.start()
    take(thread)
    for _ in range(3):
        thread.take(TALKS, done.release)
    assert not done.acquire(timeout=0.2)
    thread.go_ahead()
    for _ in range(3):
        assert done.acquire(timeout=10)
    assert sum(len(seen.records) for seen in watch.seen) == 4
    thread.stop()
