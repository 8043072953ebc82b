"""What the screen tells of its source: how it gets on, its credentials, its price, its state, its interfaces."""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Event

import polars as pl
import pytest

from tests.screen.flow_feed import ABOUT, NOW, T0, Script, batch, record, talks
from tests.screen.picture import lines_of, shows, until
from tests.screen.test_screen import LOOK, opened
from tui.cache.state import State
from tui.cache.view import Summary
from tui.flows.dtype import TEXTS
from tui.flows.source import LOG_GROUP, Batch, Cause, FlowLogState, Gap, SourceError, Status
from tui.screen.glyphs import ASCII, UNICODE
from tui.screen.widgets.header import Standing, extra_runs, number_runs

SIZES = [(120, 40), (80, 24)]
READ = batch(talks())


@pytest.mark.parametrize("size", SIZES)
async def test_catching_up_says_how_far(size: tuple[int, int]) -> None:
    """While a backlog is read the word is LAGGING and a sentence says how much of it is read, and what to do."""
    behind = replace(READ, status=Status(240, 960, advice="narrow the scope or use --live-tail"))
    async with opened(Script(behind), size=size) as (app, pilot):
        said = "Catching up: 4 min of 16 read. Narrow the scope or use --live-tail."
        await until(pilot, lambda: shows(app, "◐ LAGGING") and shows(app, said))


async def test_a_status_that_is_told_again_replaces_the_one_before() -> None:
    """When all is read the sentence goes, and the word is LIVE."""
    behind = replace(READ, status=Status(240, 960))
    async with opened(Script(behind, Batch(NOW, complete=True, status=Status(960, 960)))) as (app, pilot):
        await until(pilot, lambda: shows(app, "● LIVE") and not shows(app, "Catching up"))


@pytest.mark.parametrize("size", SIZES)
async def test_credentials_are_counted_down(size: tuple[int, int]) -> None:
    """In the header, from fifteen minutes before their end; the ! page tells when that is, and what reading costs."""
    status = Status(mode="live tail", price=0.6, calls=1234, expires=NOW + 899)
    async with opened(Script(replace(READ, status=status)), size=size) as (app, pilot):
        await until(pilot, lambda: shows(app, "credentials 14m59s"))
        assert "credentials 14m59s" in " ".join(lines_of(app)[:2])
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: shows(app, "live tail, 1,234 calls so far, $0.60 an hour"))
        assert shows(app, "credentials end at 14:33:59, in 14m59s")


async def test_the_header_at_80_columns_has_room_for_all_at_once() -> None:
    """The worst of a night, frozen or not: no number, word or sentence is cut off."""
    many = replace(ABOUT, scope='vpc-0a1b2c3d4e5f67890 "payments-production-eu-west-1-blue"')
    status = Status(240, 960, mode="live tail", price=0.6, expires=NOW + 899)
    gaps = tuple(Gap(T0 - 9 * n, T0 - 9 * n, Cause.FAILED, id=f"pass-{n}") for n in range(1234))
    lines = [record("198.51.100.7", "10.0.1.20", n, action="REJECT") for n in range(30_000)]
    source = Script(replace(batch(lines), gaps=gaps, status=status), about=many)
    async with opened(source, size=(80, 24)) as (app, pilot):
        await until(pilot, lambda: shows(app, "rec/s") and shows(app, "gaps 1234"))
        first, second, third = lines_of(app)[:3]
        assert first.startswith(" vpctop  prod 1234…9012 eu-west-1")
        assert first.endswith("◐ LAGGING")
        assert second == " data 4m01s old   ≥500 rec/s  ✗≈ 100 %  ~ gaps 1234  credentials 14m59s  $0.60/h"
        assert third == " Catching up: 4 min of 16 read."
        await pilot.press("space")
        await until(pilot, lambda: "‖ PAUSED +0" in lines_of(app)[0])
        assert lines_of(app)[1:3] == [second, third]


@pytest.mark.parametrize("size", SIZES)
async def test_live_tail_shows_what_it_costs(size: tuple[int, int]) -> None:
    """The mode and dollars an hour stand in the header."""
    async with opened(Script(replace(READ, status=Status(mode="live tail", price=0.6))), size=size) as (app, pilot):
        await until(pilot, lambda: "live tail $0.60/h" in " ".join(lines_of(app)[:2]))


def test_the_countdown_is_of_one_width() -> None:
    """From its first second to after its end, and nothing is said before."""
    widths = {sum(len(text) for text, _ in extra_runs(Standing(credentials=left), 40)) for left in (900, 59, 1, 0, -5)}
    assert len(widths) == 1
    assert extra_runs(Standing(credentials=-1.0), 40)[0][1] == "stalled"
    assert extra_runs(Standing(), 40) == ()


@pytest.mark.parametrize("marks", [UNICODE, ASCII])
def test_a_least_does_not_move_the_numbers(marks: object) -> None:
    """With and without the mark the header's numbers take the same room."""
    assert isinstance(marks, type(UNICODE))
    whole = Standing(state=State.LIVE, summary=Summary(rate=412.0, rejected_share=0.018))
    partial = replace(whole, summary=replace(whole.summary, rate_partial=True, share_partial=True))
    plain, marked = ([text for text, _ in number_runs(each, marks)] for each in (whole, partial))
    assert f"{marks.least}412" in marked[1]
    assert marks.about in marked[2]
    assert [len(text) for text in plain] == [len(text) for text in marked]


async def test_a_healed_gap_stays_in_the_list_and_leaves_the_totals() -> None:
    """It is told as healed with the time; the header counts open ones only."""
    gap = Gap(T0, T0 + 60, Cause.THROTTLED, 3, "ThrottlingException", id="sweep-3")
    again = Batch(NOW + 1, gaps=(replace(gap, healed=NOW - 60),))
    async with opened(Script(replace(READ, gaps=(gap,)), again)) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7") and shows(app, "gaps 0"))
        assert not shows(app, "≥")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: shows(app, "gaps 0 open, 1 healed"))
        assert shows(app, "14:14:00 to 14:15:00  healed 14:18:00        3  a read was throttled  ThrottlingException")


async def test_the_page_of_gaps_follows_what_happens_while_it_is_open() -> None:
    """State, ledger and interfaces are as they are now, and grow older by themselves."""
    gates, clock = (Event(), Event()), [NOW]
    gap = Gap(T0, T0 + 60, Cause.THROTTLED, 3, "ThrottlingException", id="sweep-3")
    told = replace(batch([record("10.0.9.9", "10.0.2.9", 5432, eni="eni-0f0f0f0f0f0f0f0f0")]), gaps=(gap,))
    healed = Batch(NOW + 30, gaps=(replace(gap, healed=NOW),), complete=True)
    refused = SourceError("ThrottlingException", retry_after=0.05)
    script = Script(READ, gates[0], told, refused, gates[1], healed)
    async with opened(script, replace(LOOK, clock=lambda: clock[0])) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: shows(app, "interfaces 1 "))
        assert shows(app, "none: nothing is known to be missing")
        gates[0].set()
        await until(pilot, lambda: shows(app, "gaps 1 open, 0 healed") and shows(app, "interfaces 2 "))
        await until(pilot, lambda: shows(app, "■ STALLED  last answer"))
        gates[1].set()
        await until(pilot, lambda: shows(app, "gaps 0 open, 1 healed") and shows(app, "● LIVE  last answer"))
        clock[0] += 40
        await until(pilot, lambda: shows(app, "last answer 10s ago"))
        await pilot.press("escape")
        await until(pilot, lambda: shows(app, "10.0.9.9"))


async def test_the_reader_keeps_the_place_on_a_page_that_is_renewed() -> None:
    """Scrolled down to an interface, it stays on its line while gaps are added above it; at the top the top stays."""
    gate = Event()
    gaps = tuple(
        Gap(T0 - 600 + n * 7, T0 - 598 + n * 7, Cause.FAILED, note=f"pass {n}", id=f"pass-{n}") for n in range(80)
    )
    lines = [record(f"10.0.9.{n}", "10.0.2.9", 5432, eni=f"eni-0f0f0f0f0f0f0f0{n:02}") for n in range(60)]
    async with opened(Script(replace(batch(lines), gaps=gaps[:40]), gate, Batch(NOW, gaps=gaps[40:]))) as (app, pilot):
        await until(pilot, lambda: shows(app, "10.0.9.7"))
        await pilot.press("exclamation_mark", "G", "pageup")
        await until(pilot, lambda: shows(app, "eni-0f0f0f0f0f0f0f020") and not shows(app, "pass 39"))
        before = [line for line in lines_of(app) if "eni-0f0f0f0f0f0f0f0" in line]
        gate.set()
        await until(pilot, lambda: len(app.following.gaps) == 80 and shows(app, "of 15"))
        assert [line for line in lines_of(app) if "eni-0f0f0f0f0f0f0f0" in line] == before
        await pilot.press("g")
        await until(pilot, lambda: shows(app, "gaps 80 open") and shows(app, "pass 79"))


async def test_interfaces_are_listed_worst_first() -> None:
    """Each with its word, counted; a flow log that cannot deliver is named with Amazon's reason."""
    quiet = "eni-0f0f0f0f0f0f0f0f0"
    state = FlowLogState("fl-0123456789abcdef0", "/vpc/other", quiet, 60, delivery="FAILED", error="Access error")
    lines = [*talks(), record("10.0.9.9", "10.0.2.9", 5432, start=T0 - 900, eni=quiet)]
    async with opened(Script(batch(lines), about=replace(ABOUT, states=(state,)))) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7"))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: shows(app, "interfaces 2  1 delivery failing, 1 fresh"))
        assert shows(app, f"fl-0123456789abcdef0 of {quiet} does not deliver: Access error")
        (first,) = [line for line in lines_of(app) if line.count(quiet) and "newest" in line]
        assert "delivery failing" in first
        assert "19m01s old" in first


async def test_an_error_of_our_own_is_a_gap_until_a_pass_is_whole_again() -> None:
    """Whatever stops a source: its stretch is written down, and healed when all has been read again."""
    gate = Event()
    steps = (READ, KeyError("@late"), gate, Batch(NOW + 30, complete=True))
    async with opened(Script(*steps)) as (app, pilot):
        await until(pilot, lambda: shows(app, "■ STALLED") and shows(app, "gaps 1"))
        gate.set()
        await until(pilot, lambda: shows(app, "● LIVE") and shows(app, "gaps 0"))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: shows(app, "gaps 0 open, 1 healed"))
        assert shows(app, "the connection was lost  unexpected KeyError")


async def test_a_source_that_tells_its_own_gap_is_not_told_twice() -> None:
    """An error after a gap the source told adds nothing."""
    gap = Gap(T0, T0 + 60, Cause.THROTTLED, 3, "ThrottlingException", id="sweep-3")
    steps = (replace(READ, gaps=(gap,)), SourceError("ThrottlingException", retry_after=30))
    async with opened(Script(*steps)) as (app, pilot):
        await until(pilot, lambda: shows(app, "■ STALLED"))
        assert app.following.gaps == (gap,)


async def test_double_deliveries_are_said() -> None:
    """Two flow logs over one interface: the share of rejects counts each record once, and the ! page says so."""
    (records,) = READ.records
    elsewhere = records.frame.with_columns(pl.lit("/vpc/subnet").cast(TEXTS).alias(LOG_GROUP))
    twice = replace(READ, records=(records, replace(records, frame=elsewhere)))
    async with opened(Script(twice)) as (app, pilot):
        await until(pilot, lambda: shows(app, "198.51.100.7") and shows(app, "20.0 %"))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: shows(app, "1 interface is logged twice; each record is counted once"))
        assert shows(app, "10 records held")


async def test_a_scope_looked_up_again_is_told() -> None:
    """The header follows what the source says of itself now."""
    renamed = replace(ABOUT, scope='vpc-0a1b2c3d4e5f67890 "billing"')
    async with opened(Script(READ, Batch(NOW, about=renamed))) as (app, pilot):
        await until(pilot, lambda: '"billing"' in lines_of(app)[0])


async def test_every_change_of_state_is_logged_with_its_cause(caplog: pytest.LogCaptureFixture) -> None:
    """From, to, and why."""
    caplog.set_level(logging.INFO, "tui.screen.following")
    refused = SourceError("ThrottlingException from FilterLogEvents", retry_after=0.3)
    async with opened(Script(READ, refused, Batch(NOW, complete=True))) as (app, pilot):
        await until(pilot, lambda: shows(app, "■ STALLED"))
        await until(pilot, lambda: shows(app, "● LIVE"))
    said = [entry.getMessage() for entry in caplog.records if entry.name == "tui.screen.following"]
    assert "STALLED to LIVE: answers come and all is read" in said
    assert any(
        text.endswith("to STALLED: the source gave an error: ThrottlingException from FilterLogEvents") for text in said
    )
