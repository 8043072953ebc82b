"""The Rejects pane: what is refused, since when and why, at any size; what its keys do; the explanation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.message import Message

from tests.screen.flow_feed import NOW, T0, Script, batch, connecting, record
from tests.screen.hand_made import unconnected
from tests.screen.picture import line_with, lines_of, shows, text_of, until
from tests.screen.refusals import DENIED, ENI, TOLD, UNKNOWN, refused, show, table
from tui.cache.columns import Grouping
from tui.cache.rejected import Explanation, Party, Section, Served
from tui.network.verdict.model import Confidence, Ruling
from tui.screen.app import VpcTop
from tui.screen.options import Options
from tui.screen.panes.flows import FlowsPane
from tui.screen.panes.rejects import RejectsPane

HOSTILE = "\x1b]0;pwn\x07[red]web\u202e-1\n" + "x" * 300
SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120", "80"])


@SIZES
async def test_a_row_says_who_whom_how_much_since_when_and_why(size: tuple[int, int]) -> None:
    """On two lines beside the flows, on one where the pane has the screen."""
    async with unconnected(size) as (app, pilot):
        await pilot.press("2")
        await show(app, pilot, table(refused(), is_partial=True))
        text = text_of(app)
        for part in ("web-1 → payments-db:5432", "✗ ACL 100 denies replies", "41", "▄█", "13:44", "1,204"):
            assert part in text
        assert ("  Why  " in text) is (size[0] == 80)
        assert shows(app, "≥1,204")


async def test_at_full_width_all_columns_are_there() -> None:
    """First and last seen to the second."""
    async with unconnected() as (app, pilot):
        await pilot.press("2", "z")
        await show(app, pilot, table(refused(is_partial=True)))
        line = " ".join(line_with(app, "▸").split())
        assert line == "▸ 41 ▁▄█ web-1 → payments-db:5432 ✗ ACL 100 denies replies 13:44:00 14:14:59 ≥1,204"


@SIZES
async def test_sections_stand_in_their_order(size: tuple[int, int]) -> None:
    """The reader's own, the noise in one counted line, what is stale."""
    rows = (refused(), refused("app-2", verdict=UNKNOWN), refused("batch-1", section=Section.STALE))
    async with unconnected(size) as (app, pilot):
        await pilot.press("2", "z") if size[0] == 120 else await pilot.press("2")
        await show(app, pilot, table(*rows, noise=2113))
        at = {
            part: next(place for place, line in enumerate(lines_of(app)) if part in line)
            for part in ("web-1 →", "app-2 →", "noise 2,113 from 12 sources, 89/min", "stale 1 row", "batch-1 →")
        }
        assert list(at.values()) == sorted(at.values())
        assert shows(app, "u unfolds")
        assert shows(app, "? cannot tell")


async def test_where_nothing_of_ones_own_is_refused_it_says_so() -> None:
    """In words; and that there are gaps, if there are. Where nothing at all is refused there are no rows."""
    async with unconnected((80, 24)) as (app, pilot):
        await pilot.press("2")
        await show(app, pilot, table(noise=2113, is_partial=True))
        assert shows(app, "✓ nothing of your own was refused since 13:14 ~ but there are gaps")
        await show(app, pilot, table())
        assert shows(app, "Nothing was refused in what is held.")
        await show(app, pilot, table(newest=0))
        assert shows(app, "No flow records yet.")


@SIZES
async def test_customers_among_the_noise_are_told_of(size: tuple[int, int]) -> None:
    """In a line of their own above it, and at the foot while that is out of sight; Enter unfolds the noise."""
    customers = Served("alb web-shop", 443, 6, 900, 214, 1402)
    async with unconnected(size) as (app, pilot):
        await pilot.press("2")
        await show(app, pilot, table(refused(), noise=2113, served=(customers,)))
        assert shows(app, "! alb web-shop:443 refuses 214 outside")
        assert shows(app, "lets 1,402 others in: customers?") is (size[0] == 80)
        await pilot.press("j", "enter")
        assert app.panes.rejects.unfolded
        await pilot.press("u")
        await show(app, pilot, table(*[refused(f"app-{n}") for n in range(30)], noise=2113, served=(customers,)))
        assert shows(app, "! alb web-shop:443 refuses 214 outside")


async def test_u_and_enter_unfold_the_noise() -> None:
    """The pane asks for it row by row, and takes no answer that is still of the folded kind."""
    async with unconnected((80, 24)) as (app, pilot):
        await pilot.press("2")
        pane = app.panes.rejects
        await show(app, pilot, table(refused(), noise=9))
        assert not pane.ask.unfolded
        await pilot.press("u")
        assert pane.ask.unfolded
        assert not pane.show(table(refused(), noise=9), app.wanted())
        await show(app, pilot, table(refused(), refused("internet", section=Section.NOISE), noise=9, unfolded=True))
        assert shows(app, "u folds")
        assert shows(app, "internet →")
        await pilot.press("j", "enter")
        assert not pane.ask.unfolded


async def test_the_readers_row_stays_under_the_cursor() -> None:
    """Whatever comes above it or goes; without a move of his the cursor stays at the top."""
    async with unconnected() as (app, pilot):
        await pilot.press("2")
        rows = [refused(f"app-{n}") for n in range(9)]
        await show(app, pilot, table(*rows))
        await show(app, pilot, table(rows[3], *rows[:3]))
        assert app.panes.rejects.rows.row == rows[3]
        await show(app, pilot, table(*rows))
        await pilot.press("j", "j")
        assert app.panes.rejects.rows.row == rows[2]
        await show(app, pilot, table(*[refused(f"new-{n}") for n in range(20)], *rows))
        assert app.panes.rejects.rows.row == rows[2]
        lines = lines_of(app)
        at = next(place for place, line in enumerate(lines) if "▸ app-2" in line)
        assert "ACL 100" in lines[at + 1]
        await show(app, pilot, table(*rows[:2], *rows[3:]))
        assert app.panes.rejects.rows.row is not None


async def test_moving_reaches_every_row_and_both_its_lines() -> None:
    """Down to the last and up again; a row of two lines is never cut in half at the edge."""
    async with unconnected() as (app, pilot):
        await pilot.press("2")
        rows = [refused(f"app-{n}") for n in range(30)]
        await show(app, pilot, table(*rows, noise=5))
        for n in range(30):
            assert app.panes.rejects.rows.row == rows[n]
            lines = lines_of(app)
            at = next(place for place, line in enumerate(lines) if f"▸ app-{n} " in line)
            assert "ACL 100" in lines[at + 1]
            await pilot.press("down")
        assert app.panes.rejects.rows.row is None
        await pilot.press("k", "pageup", "ctrl+u", "home")
        assert app.panes.rejects.rows.row == rows[0]
        await pilot.press("pagedown")
        assert app.panes.rejects.rows.row not in {rows[0], None}


async def test_what_is_below_is_told_at_the_foot() -> None:
    """While noise and stale rows are out of sight, their sums are not."""
    async with unconnected() as (app, pilot):
        await pilot.press("2")
        await show(app, pilot, table(*[refused(f"app-{n}") for n in range(30)], noise=2113))
        assert shows(app, "noise 2,113 from 12 sources")
        await show(app, pilot, table(refused(), noise=2113))
        assert text_of(app).count("noise 2,113") == 1


async def test_new_rows_are_marked_until_they_were_looked_at() -> None:
    """By a word; not what a filter had left out, not noise, nothing while the past is being read."""
    async with unconnected() as (app, pilot):
        pane = app.panes.rejects
        await pilot.press("2")
        old, new = refused("app-1"), refused("app-2", first=T0)
        assert pane.show(table(old), app.wanted(), is_whole=False)
        assert pane.show(table(old, new), app.wanted(), is_whole=False)
        assert pane.rows.fresh == 0
        await show(app, pilot, table(old))
        await show(app, pilot, table(old, new, refused("app-3"), refused("internet", section=Section.NOISE, first=T0)))
        assert pane.rows.fresh == 1
        assert shows(app, "new app-2 →")
        assert shows(app, "1 new ·")
        await pilot.press("1", "2")
        await pilot.pause()
        assert not shows(app, "new app-2")
        assert shows(app, "app-2 →")


async def test_without_an_inventory_it_says_so() -> None:
    """Rows are of addresses, and nobody can judge."""
    async with unconnected((80, 24)) as (app, pilot):
        await pilot.press("2")
        await show(app, pilot, table(refused("10.0.1.7", verdict=None), by_owner=False, is_judged=False))
        assert shows(app, "by address, no inventory")
        assert shows(app, "no inventory to judge")
        await show(app, pilot, table(refused(verdict=None)))
        assert " … " in line_with(app, "▸")


async def test_names_and_ids_as_the_reader_wants() -> None:
    """The key n goes round; of several addresses it says how many."""
    row = replace(refused(), client=Party("10.9.4.0/24", 3, "10.9.4.58", is_anybody=True))
    async with unconnected() as (app, pilot):
        await pilot.press("2", "z")
        await show(app, pilot, table(row))
        assert shows(app, "10.9.4.0/24 (3) → payments-db:5432")
        await pilot.press("n")
        await until(pilot, lambda: app.panes.rejects.rows.look.words.style.value == "ids")
        await show(app, pilot, table(row))
        assert shows(app, "10.9.4.58 +2 → 10.0.2.9:5432")


@SIZES
async def test_hostile_names_and_verdicts_are_harmless(size: tuple[int, int]) -> None:
    """No control character, no markup, no line longer than the screen; the port and the verdict's mark stay."""
    verdict = replace(DENIED, short=HOSTILE, sentence=HOSTILE, because=(HOSTILE,), fix=HOSTILE, rule=HOSTILE)
    async with unconnected(size) as (app, pilot):
        await pilot.press("2")
        row = refused(HOSTILE, HOSTILE, verdict=verdict)
        await show(app, pilot, table(row))
        assert shows(app, ":5432")
        app.pages.explanation("web-1 → payments-db:5432", row)
        app.pages.fill_explanation(replace(TOLD, verdict=verdict))
        await pilot.pause()
        assert not set("\x1b\x07\u202e\n") & set("".join(lines_of(app)))


async def test_the_explanation_tells_everything() -> None:
    """The answer, how sure, how much, the steps, the rule and the closest one, changes, the command, the records."""
    async with unconnected((120, 60)) as (app, pilot):
        app.pages.explanation("web-1 → payments-db:5432", refused())
        await pilot.pause()
        assert shows(app, "Asking the rules.")
        app.pages.fill_explanation(TOLD)
        await pilot.pause()
        for part in (
            "✗ Entry 100 of network ACL acl-1 denies the reply out.",
            "certain",
            "1,204 records refused, 41 a minute now, first 13:44:00, last 14:14:59",
            "It answers a request that was let through.",
            f"acl-1 100  going out at {ENI}",
            "entry 110 of acl-1 allows tcp/1024-32767: the port is 40312",
            "14:13:00  network ACL acl-1: edited",
            "Adds entry 90 to acl-1.",
            "aws ec2 create-network-acl-entry \\",
            "--rule-number 90 \\",
            "✓ ACCEPT  10.0.1.7:40312 → 10.0.2.9:5432 tcp SYN, 1 packet",
            "✗ REJECT  10.0.2.9:5432 → 10.0.1.7:40312 tcp SYN-ACK, 3 packets",
            "2 123456789012 eni-1 10.0.2.9 10.0.1.7 REJECT",
        ):
            assert shows(app, part), part
        await pilot.press("c")
        assert app.clipboard == DENIED.fix
        assert any("clipboard" in each.message for each in app._notifications)


async def test_an_explanation_that_cannot_tell_says_why() -> None:
    """And offers no command; without an inventory it says what is lacking; records may have left meanwhile."""
    async with unconnected() as (app, pilot):
        app.pages.explanation("web-1 → payments-db:5432")
        app.pages.fill_explanation(replace(TOLD, verdict=UNKNOWN, changes=()))
        await pilot.pause()
        for part in (
            "? Which rule decided cannot be told",
            "cannot tell: the steps below",
            "is denied",
            "Nobody knows",
        ):
            assert shows(app, part), part
        assert not shows(app, "aws ec2")
        app.pages.explanation("web-1 → payments-db:5432")
        app.pages.fill_explanation(Explanation(None, None))
        await until(pilot, lambda: shows(app, "There is no inventory to judge by"))
        app.pages.explanation("web-1 → payments-db:5432")
        app.pages.fill_explanation(None)
        await until(pilot, lambda: shows(app, "have left the cache"))


async def test_enter_reads_on_in_an_explanation_and_closes_a_detail() -> None:
    """A page further; Esc closes."""
    long = replace(TOLD, verdict=replace(DENIED, because=tuple(f"step {n} of many" for n in range(40))))
    async with unconnected((80, 24)) as (app, pilot):
        app.pages.explanation("web-1 → payments-db:5432")
        app.pages.fill_explanation(long)
        await until(pilot, lambda: shows(app, "step 1 of many"))
        await pilot.press("enter")
        await until(pilot, lambda: not shows(app, "step 1 of many") and shows(app, "step 20 of many"))
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        await pilot.press("question_mark")
        await until(pilot, lambda: shows(app, "Anywhere"))
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_c_copies_the_command_of_a_row_or_says_why_there_is_none() -> None:
    """Noise is not offered: nobody should let a scanner in by a slip of the finger."""
    likely = replace(DENIED, ruling=Ruling.STALE, confidence=Confidence.LIKELY, fix="", fix_note="Nothing to mend.")
    rows = (refused(), refused("app-2", verdict=likely), refused("app-3", verdict=None))
    async with unconnected((80, 24)) as (app, pilot):
        await pilot.press("2")
        await pilot.press("u")
        await show(app, pilot, table(*rows, refused("internet", section=Section.NOISE), noise=9, unfolded=True))
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == DENIED.fix)
        assert shows(app, "· likely ACL 100 denies")
        for keys, said in (("j", "Nothing to mend."), ("j", "not judged yet"), ("jj", "noise from outside")):
            await pilot.press(*keys, "c")
            await until(pilot, lambda said=said: any(said in each.message for each in app._notifications))  # type: ignore[misc]  # bound
        await pilot.press("home", "C")
        await until(pilot, lambda: app.clipboard.startswith("mine\tweb-1\t10.0.1.7\t1\tpayments-db"))
        await pilot.press("y")
        await until(pilot, lambda: '"rule": "acl-1 100"' in app.clipboard)


async def test_the_pane_freezes_with_the_flows() -> None:
    """Space and scrolling up hold both still; Esc goes on, then back to the flows."""
    told: list[Message] = []
    async with unconnected((80, 24), hook=told.append) as (app, pilot):
        await pilot.press("2")
        await show(app, pilot, table(refused("app-1"), refused("app-2")))
        await pilot.press("space", "j", "k", "G")
        await pilot.pause()
        assert len({id(each) for each in told if isinstance(each, FlowsPane.FreezeWanted)}) == 2
        await pilot.press("enter")
        await pilot.pause()
        assert len({id(each) for each in told if isinstance(each, RejectsPane.ExplanationWanted)}) == 1
        await pilot.press("escape")
        await until(pilot, lambda: app.panes.current is app.panes.flows)


REFUSED = [
    *(record(f"10.0.1.{n}", "10.0.2.9", 5432, action="REJECT") for n in (7, 8)),
    record("10.0.1.7", "10.0.2.9", 443),
    *(record("203.0.113.9", "10.0.2.9", port, action="REJECT") for port in range(1, 30)),
]


def following() -> VpcTop:
    """The app on records of which some are refused."""
    return VpcTop(connecting(Script(batch(REFUSED))), Options(theme="dark", utc=True, clock=lambda: NOW))


async def test_the_pane_follows_the_records() -> None:
    """From the source through the cache to the screen; what is asked for is what is on the screen."""
    app = following()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: shows(app, "10.0.2.9:5432"))
        assert app.wanted().rejects is None
        await pilot.press("2")
        await until(pilot, lambda: shows(app, "noise 29 from 1 source"))
        assert shows(app, "10.0.1.8 → 10.0.2.9:5432")
        assert shows(app, "2 of yours")
        await pilot.press("u")
        await until(pilot, lambda: shows(app, "203.0.113.9 → 10.0.2.9:"))
        await pilot.press("slash", *"port 5432".replace(" ", "_").split("_")[0], "space", *"5432", "enter")
        await until(pilot, lambda: not shows(app, "203.0.113.9 →"))
        assert shows(app, "filtered")


@SIZES
async def test_the_rows_can_be_sorted(size: tuple[int, int]) -> None:
    """By rate, count, first and last seen, either way round; heading and edge say so."""
    app = following()
    async with app.run_test(size=size) as pilot:
        await pilot.press("2", *(["z"] if size[0] == 120 else []))
        await until(pilot, lambda: shows(app, "▼/min"))
        for key, heading, edge in (
            ("s", "▼Count", "most in all first"),
            ("S", "▲Count", "fewest in all first"),
            ("s", "▼Since", "newest first"),
            ("s", "▼Last" if size[0] == 120 else "Since", "last seen first"),
            ("s", "▼/min", "2 Rejects"),
        ):
            await pilot.press(key)
            await until(pilot, lambda heading=heading, edge=edge: shows(app, heading) and shows(app, edge))  # type: ignore[misc]  # mypy has no type for defaults of a lambda
        assert not shows(app, "seen first")


async def test_e_explains_a_flow_and_a_detail_has_the_verdict() -> None:
    """From the Flows pane; a group is opened first. Without an inventory the dialog says what is lacking."""
    app = following()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: shows(app, "10.0.2.9:5432"))
        await pilot.press("e")
        await until(pilot, lambda: shows(app, "There is no inventory to judge by"))
        assert shows(app, "The record that was judged, as it came")
        await pilot.press("escape", "a", "p")
        rows = app.panes.flows.rows
        await until(pilot, lambda: rows.table is not None and rows.table.grouping is Grouping.PAIRS)
        await pilot.press("e")
        await until(pilot, lambda: any("not a group" in each.message for each in app._notifications))
