"""Pane 6: what fired, as word, glyph and numbers; acknowledged, muted, opened, and its flows shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.screen.alert_feed import ALERTS, NEW, OVER, REJECTS, SCAN, ScriptedWatch, alerted
from tests.screen.flow_feed import NOW, batch, talks
from tests.screen.picture import line_with, lines_of, shows, text_of, until
from tui.alerts.model import Alert, State
from tui.screen import attention
from tui.screen.notice import Notice


async def test_alerts_are_told_firing_first() -> None:
    """Each has its severity as glyph and word, subject, sentence, numbers and state; history stands below."""
    async with alerted() as (app, pilot):
        await pilot.press("z")
        await until(pilot, lambda: shows(app, "What happened"))
        lines = [line.strip("│ ") for line in lines_of(app)[3:7]]
        assert lines[0].startswith("▸ ▲ critical  192.0.2.201       192.0.2.201 tried 412 ports")
        assert "  412 ports  " in lines[0]
        assert lines[0].split()[-4:] == ["98", "14:14", "4m10s", "firing"]
        assert [line.strip("▸ ").split("  ")[0] for line in lines] == [
            "▲ critical",
            "△ warning",
            "◇ notice",
            "▲ critical",
        ]
        assert lines[3].endswith("over 14:09")
        assert shows(app, "3 firing, 1 over")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_number_that_fire_is_told_from_everywhere(size: tuple[int, int]) -> None:
    """The header tells it over every pane; on a small terminal the tab does too."""
    async with alerted(size=size) as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: shows(app, "3 alerts"))
        if size[0] < 110:
            assert shows(app, "6 Alerts 3")


async def test_severities_differ_without_colour() -> None:
    """In ASCII each severity has its own mark, and nothing else than ASCII is drawn."""
    async with alerted(ascii=True) as (app, pilot):
        await pilot.press("z")
        await until(pilot, lambda: shows(app, "! critical") and shows(app, "* warning") and shows(app, "- notice"))
        assert text_of(app).isascii()


async def test_what_is_acknowledged_fires_no_more() -> None:
    """x: the reader has seen it; the numbers that fire are one less, and the alert stays listed."""
    async with alerted() as (app, pilot):
        await pilot.press("z", "x")
        await until(pilot, lambda: shows(app, "2 firing, 1 seen or muted, 1 over"))
        assert shows(app, "2 alerts")
        assert line_with(app, "192.0.2.201 tried").split()[-1] == "seen"


async def test_the_cursor_stays_on_its_alert() -> None:
    """A worse alert that comes meanwhile stands above, and the keys still mean the one under the cursor."""
    watch = ScriptedWatch([REJECTS, NEW], ALERTS)
    steps = (batch(talks()), batch(talks(), NOW + 10))
    async with alerted(steps[0], watch=watch, shown="app-3") as (app, pilot):
        rows = app.panes.alerts.rows
        assert rows.alert_at_cursor == REJECTS
        app.attention.take(steps[1], lambda: None)
        await until(pilot, lambda: len(rows.alerts) == 4)
        assert (rows.cursor, rows.alert_at_cursor) == (1, REJECTS)
        await pilot.press("x")
        await until(pilot, lambda: any(a.state is State.ACKNOWLEDGED for a in rows.alerts))
        assert next(a for a in rows.alerts if a.state is State.ACKNOWLEDGED).id == REJECTS.id


@pytest.mark.parametrize(
    ("keys", "until_when", "told"),
    [
        (("enter",), NOW + 600, "muted 14:29"),
        (("down", "enter"), NOW + 3_600, "muted 15:19"),
        (("down", "down", "enter"), float("inf"), "muted"),
        ((*["backspace"] * 10, *"2h", "enter"), NOW + 7_200, "muted 16:19"),
    ],
    ids=["ten-minutes", "an-hour", "until-quit", "written"],
)
async def test_an_alert_is_muted(keys: tuple[str, ...], until_when: float, told: str) -> None:
    """With m the pane asks for how long: a choice, or what is written in its place."""
    async with alerted() as (app, pilot):
        await pilot.press("z", "m")
        await until(pilot, lambda: shows(app, "Enter mutes"))
        await pilot.press(*keys)
        await until(pilot, lambda: shows(app, "1 seen or muted") and shows(app, told))
        muted = next(alert for alert in app.panes.alerts.rows.alerts if alert.state is State.MUTED)
        assert (muted.id, muted.muted_until) == (SCAN.id, until_when)


async def test_a_mute_ends() -> None:
    """On a muted alert m offers to hear it again; a wrong span is told and asked again."""
    async with alerted(watch=ScriptedWatch([replace(SCAN, state=State.MUTED, muted_until=NOW + 60)])) as (app, pilot):
        await pilot.press("m")
        await until(pilot, lambda: shows(app, "not any more"))
        await pilot.press(*["backspace"] * 10, *"soon", "enter")
        await until(pilot, lambda: shows(app, "Take one of these, or write for how long"))
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: shows(app, "1 firing"))


async def test_the_detail_tells_all_numbers_and_goes_on() -> None:
    """Enter opens the alert: sentence, rule, numbers, times; it follows what becomes of it while it is open."""
    watch = ScriptedWatch(ALERTS, [replace(SCAN, count=500, state=State.OVER, ended=NOW)])
    async with alerted(watch=watch) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "412 ports in all"))
        for text in ("98 ports in one window", "port-scan", "2026-09-21 14:14:00", "4m10s after the first", "f  host"):
            assert shows(app, text)
        app.attention.take(batch(talks(), NOW + 10), lambda: None)
        await until(pilot, lambda: shows(app, "500 ports in all") and shows(app, "over 14:19"))


@pytest.mark.parametrize("opened", [(), ("enter",)], ids=["from-the-pane", "from-its-detail"])
async def test_its_flows_are_one_key_away_and_back(opened: tuple[str, ...]) -> None:
    """Key f filters Flows by what the alert is about, instead of the filter there was; Esc leads back to both."""
    async with alerted(filter="port 5432") as (app, pilot):
        await until(pilot, lambda: app.filters.state.text == "port 5432")
        await pilot.press(*opened)
        await pilot.press("f")
        await until(pilot, lambda: shows(app, "1-1 of 1 conversations") and shows(app, "198.51.100.7"))
        assert app.filters.state.text == SCAN.filter
        assert app.focused is app.panes.flows.rows
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is app.panes.alerts.rows)
        assert app.filters.state.text == "port 5432"
        assert app.panes.alerts.rows.alert_at_cursor == SCAN


async def test_its_flows_are_shown_as_of_now() -> None:
    """Rows that stand still could not hold them: going to an alert's flows lets them go on."""
    async with alerted() as (app, pilot):
        await pilot.press("1", "space")
        await until(pilot, lambda: shows(app, "frozen"))
        await pilot.press("6", "f")
        await until(pilot, lambda: shows(app, "1-1 of 1 conversations"))
        assert not app.following.is_frozen


async def test_an_alert_without_records_says_so() -> None:
    """Where no filter shows it, the detail says so, and f does nothing."""
    async with alerted(watch=ScriptedWatch([NEW]), shown="web-1 to") as (app, pilot):
        await pilot.press("f", "enter")
        await until(pilot, lambda: shows(app, "No flow records would show it."))
        assert app.focused is not app.panes.flows.rows


async def test_nothing_wrong_is_told_as_such() -> None:
    """No alerts, and no rules, are two different things."""
    async with alerted(watch=ScriptedWatch([]), shown="Nothing has called") as (app, pilot):
        assert not shows(app, "alerts")
        await pilot.press("x", "m", "f", "enter")
        assert len(app.screen_stack) == 1


async def test_m_still_marks_elsewhere() -> None:
    """The key that mutes here marks a moment in every other pane."""
    async with alerted() as (app, pilot):
        await pilot.press("1", "m")
        await until(pilot, lambda: shows(app, "Mark 14:19"))


async def test_an_alert_is_copied() -> None:
    """As a line for a chat with c, as JSON with y; not what is under the cursor of the Flows pane."""
    async with alerted() as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: shows(app, "clipboard"))
        assert app.clipboard == (
            "critical: 192.0.2.201 tried 412 ports of web-1 (412 ports since 2026-09-21 14:14:00Z, firing)"
        )
        await pilot.press("y")
        await until(pilot, lambda: app.clipboard.startswith("{"))
        told = json.loads(app.clipboard)
        assert (told["severity"], told["state"], told["count"], told["ended"]) == ("critical", "firing", 412, None)


class Notified:
    """A caller that remembers."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.fail: Callable[[str, str], object] = print
        self.is_stopped = False

    def start(self, fail: Callable[[str, str], object]) -> None:
        """As the screen begins."""
        self.fail = fail

    def call(self, alerts: Sequence[Alert]) -> None:
        """Who is told of what."""
        self.called += [alert.id for alert in alerts]

    def stop(self) -> None:
        """As the screen ends."""
        self.is_stopped = True


async def test_a_new_alert_is_said_below_and_told_outside() -> None:
    """Its sentence stands where the keys are told until it has been read; the caller is told of it, not of slighter ones."""
    caller = Notified()
    async with alerted(notice=Notice(caller=caller)) as (app, pilot):
        assert lines_of(app)[-1].startswith(" ▲ critical: 192.0.2.201 tried 412 ports of web-1 (and 2 more alerts)")
        assert caller.called == [SCAN.id, REJECTS.id]
        await pilot.press("1")
        await until(pilot, lambda: lines_of(app)[-1].startswith(" space freeze"))
    assert caller.is_stopped


async def test_a_notice_goes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the keys stand there again."""
    monkeypatch.setattr(attention, "SHOWN", 0.3)
    async with alerted() as (app, pilot):
        await until(pilot, lambda: lines_of(app)[-1].startswith(" enter detail  x acknowledge  m mute"))


async def test_who_could_not_be_told_is_told() -> None:
    """On the line of the keys and on the pane, until he could be told again."""
    caller = Notified()
    async with alerted(notice=Notice(caller=caller)) as (app, pilot):
        await pilot.press("z")
        caller.fail("the command pager", "the command pager ended with 1")
        await until(pilot, lambda: "trouble" in line_with(app, "6 Alerts"))
        assert lines_of(app)[-1].startswith(" ▲ critical")  # an alert is worth more
        await pilot.press("1", "6")
        caller.fail("the command pager", "")
        caller.fail("the webhook at hooks", "the webhook at hooks answered 503")
        await until(pilot, lambda: lines_of(app)[-1].startswith(" ! the webhook at hooks answered 503"))
        assert "the webhook at hooks answered 503" in "".join(lines_of(app)[:-1])
        assert "trouble" in line_with(app, "6 Alerts")
        caller.fail("the command pager", "")
        await pilot.pause(0.4)
        assert "trouble" in line_with(app, "6 Alerts")
        caller.fail("the webhook at hooks", "")
        await until(pilot, lambda: "trouble" not in line_with(app, "6 Alerts"))


HOSTILE = "[bold red]\x1b]0;owned\x07\x1b[2J\u202eevil\ufeff\n" + "x" * 10_000


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_hostile_texts_are_shown_and_not_obeyed(size: tuple[int, int]) -> None:
    """Markup, escape sequences, bidi marks and ten kilobytes in every text of an alert change nothing around them."""
    alert = replace(SCAN, id="a", subject=HOSTILE, sentence=HOSTILE, rule=HOSTILE, unit=HOSTILE, filter=HOSTILE)
    async with alerted(watch=ScriptedWatch([alert, OVER]), shown="[bold red]", size=size) as (app, pilot):
        for keys in ((), ("z",), ("enter",), ("escape", "m")):
            await pilot.press(*keys)
            await pilot.pause(0.3)
            text = text_of(app)
            assert "[bold" in text
            assert not set(text) & set("\x1b\x07\u202e\ufeff")
            assert all(len(line) <= size[0] for line in lines_of(app))
        await pilot.press("escape", "f")
        await pilot.pause(0.3)
        assert "\x1b" not in text_of(app)
