"""Every grouping on the screen: which columns stay at 80 columns, what a row is as a filter, totals, hostile names."""

from __future__ import annotations

import pytest
from textual import events
from textual.message import Message

from tests.screen.hand_made import ENI, ROWS, show, table, unconnected
from tests.screen.picture import line_with, lines_of, shows, text_of, until
from tui.cache.columns import SHAPES, Grouping
from tui.cache.view import Totals
from tui.flows.filter.model import Kind
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.surroundings import Members, NoDirectory
from tui.flows.filter.value import Now
from tui.screen.panes.flows import FlowsPane
from tui.screen.panes.groupings import QUESTIONS
from tui.screen.panes.narrowing import filter_for
from tui.screen.panes.owning import filter_of_row

SUBNET = "subnet-9f65f84992a0f75ae"
# What must be on the line, from left to right, however narrow the screen is.
ALWAYS = {
    Grouping.CONVERSATIONS: ("10.0.1.7 → 10.0.2.9:5432", "tcp", "15.0k", "✓ 41", "✗ 2"),
    Grouping.RECORDS: ("14:14:59", "10.0.1.7:40312 → 10.0.2.9:5432", "tcp", "6.00k", "✓ ACCEPT"),
    Grouping.PAIRS: ("10.0.1.7 → 10.0.2.9", "3", "15.0k", "✓ 41", "✗ 2"),
    Grouping.TALKERS: ("10.0.1.7", "812k", "1.23M", "17", "15.0k", "✗ 2"),
    Grouping.PORTS: ("5432 postgresql", "tcp", "11", "3", "15.0k", "✗ 2"),
    Grouping.INTERFACES: (ENI, "euw1-az1", "812k", "1.23M", "15.0k", "✗ 2"),
    Grouping.SUBNETS: (SUBNET, "euw1-az1", "14", "812k", "1.23M", "15.0k", "✗ 2"),
    Grouping.SERVICES: ("DYNAMODB", "6", "15.0k", "✓ 41", "✗ 2"),
    Grouping.PATHS: ("gateway endpoint", "12", "15.0k", "✓ 41", "✗ 2"),
    Grouping.OWNERS: ("web-1 → payments-db", "2", "15.0k", "✓ 41", "✗ 2"),
}
FILTERS = {
    Grouping.PAIRS: "host 10.0.1.7 and host 10.0.2.9",
    Grouping.TALKERS: "host 10.0.1.7",
    Grouping.PORTS: "port 5432 and proto=tcp",
    Grouping.INTERFACES: f"eni={ENI}",
    Grouping.SUBNETS: f"subnet:{SUBNET}",
    Grouping.SERVICES: "(service=DYNAMODB or service:dynamodb)",
    Grouping.PATHS: "path=7",
    Grouping.OWNERS: "name:web-1 and name:payments-db",
}


def in_order(line: str, parts: tuple[str, ...]) -> bool:
    """Whether the line has these one after another, whatever is between."""
    squeezed = " ".join(line.split())
    at = 0
    for part in parts:
        at = squeezed.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120", "80"])
@pytest.mark.parametrize("grouping", list(Grouping), ids=lambda each: each.name)
async def test_every_grouping_answers_its_question(grouping: Grouping, size: tuple[int, int]) -> None:
    """What the row is, how much, and what was refused, in the columns' order; headings and the edge say what it is."""
    async with unconnected(size) as (app, pilot):
        await show(app, pilot, table(grouping))
        row = line_with(app, "▸")
        assert in_order(row, ALWAYS[grouping]), row
        assert shows(app, f"1-1 of 1 {grouping.value} by ")
        heading = lines_of(app)[lines_of(app).index(next(line for line in lines_of(app) if "▸" in line)) - 1]
        first = SHAPES[grouping].columns[0].heading
        assert first in heading


@pytest.mark.parametrize(("key", "grouping"), [each[:2] for each in QUESTIONS], ids=str)
async def test_each_grouping_has_a_key(key: str, grouping: Grouping) -> None:
    """The key a opens the choice, the grouping's own key takes it; the order is the grouping's own."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.CONVERSATIONS))
        await pilot.press("a")
        await until(pilot, lambda: shows(app, "Group by: press its key") and shows(app, "who talks to whom"))
        await pilot.press(key)
        await until(pilot, lambda: app.panes.flows.ask.grouping is grouping and not shows(app, "press its key"))
        assert app.panes.flows.ask.sort == SHAPES[grouping].sort


async def test_two_keys_at_once_are_one_choice() -> None:
    """The second key waits for what the first does, however fast they come."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.CONVERSATIONS))
        for key in "as":
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: app.panes.flows.ask.grouping is Grouping.SUBNETS)
        assert app.panes.flows.ask.sort == "rate"  # s alone would have sorted
        await show(app, pilot, table(Grouping.SUBNETS))
        await pilot.press("a", "down")
        assert not shows(app, "press its key")


async def test_a_row_is_opened_as_what_it_is_shown_as() -> None:
    """Enter right behind another grouping is about the rows that are still on the screen."""
    heard: list[Message] = []
    async with unconnected(hook=heard.append) as (app, pilot):
        await show(app, pilot, table(Grouping.TALKERS))
        app.panes.flows.group_by(Grouping.CONVERSATIONS)
        await pilot.press("e", "enter")
        await until(pilot, lambda: any(isinstance(each, FlowsPane.FilterWanted) for each in heard))
        asked = {(type(each), each.grouping) for each in heard if isinstance(each, FlowsPane.DetailWanted)}
        assert asked == {(FlowsPane.ExplanationWanted, Grouping.TALKERS)}


@pytest.mark.parametrize("key", ["escape", "a"])
async def test_the_choice_can_be_left(key: str) -> None:
    """Esc and the key that opened it close the choice; nothing else happens."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.TALKERS))
        await pilot.press("a", key)
        await until(pilot, lambda: not shows(app, "press its key"))
        assert app.panes.flows.ask.grouping is Grouping.TALKERS


@pytest.mark.parametrize("grouping", list(FILTERS), ids=lambda each: each.name)
async def test_enter_on_a_group_shows_its_flows(grouping: Grouping) -> None:
    """Enter asks for the conversations that the row's filter keeps; Esc leads back to the row."""
    heard: list[str] = []

    def hear(message: Message) -> None:
        if isinstance(message, FlowsPane.FilterWanted) and message.text not in heard:
            heard.append(message.text)

    async with unconnected(hook=hear) as (app, pilot):
        made = table(grouping)
        await show(app, pilot, made)
        await pilot.press("enter")
        await until(pilot, lambda: app.panes.flows.ask.grouping is Grouping.CONVERSATIONS)
        assert heard == [FILTERS[grouping]]
        assert not parse_filter(heard[0], Now(0)).is_everything
        assert app.panes.flows.show(table(Grouping.CONVERSATIONS), app.panes.flows.ask)
        await pilot.press("escape")
        assert app.panes.flows.ask.grouping is grouping
        assert app.panes.flows.ask.keep == made.rows(0, 1)[0].key


@pytest.mark.parametrize("grouping", list(FILTERS), ids=lambda each: each.name)
def test_a_row_of_nothing_known_is_still_a_filter(grouping: Grouping) -> None:
    """Where the records do not tell the value, the filter asks for just that; hostile values are quoted, never syntax."""
    keys = SHAPES[grouping].keys
    nothing = filter_for(grouping, (None,) * len(keys))
    assert nothing == "" or parse_filter(nothing, Now(0)).text == nothing
    for text in ('a" or port 1 or "', "x\\", "(", "not", "*", "10.0.0.1 or", "\n", "é\u202e"):
        values = tuple(text if isinstance(ROWS[grouping][key], str) else ROWS[grouping][key] for key in keys)
        columns = {column.key: column for column in SHAPES[grouping].columns}
        if any(columns[key].field == "host" for key in keys):
            continue  # addresses are read by the parser: no text comes there
        parse_filter(filter_for(grouping, values), Now(0))


def test_an_owner_is_filtered_by_what_its_label_names() -> None:
    """A Name tag, an AWS service, or the name behind the owner's kind; what nobody knows is taken for a name."""

    class Few(NoDirectory):
        """An inventory of three names."""

        def members(self, kind: Kind, pattern: str) -> Members:
            """Those that there are."""
            there = {(Kind.NAME, "batch-2"), (Kind.SERVICE, "s3"), (Kind.NAME, "payments-web")}
            return Members(interfaces=(ENI,)) if (kind, pattern) in there else Members()

    def of(label: str) -> str:
        return filter_of_row(Grouping.OWNERS, (label, "internet"), Few())

    assert of("batch-2") == "name:batch-2 and external"
    assert of("s3") == "service:s3 and external"
    assert of("alb payments-web") == "name:payments-web and external"
    assert of("rds unheard of") == 'name:"rds unheard of" and external'


async def test_totals_stand_under_the_rows() -> None:
    """Rows, records, bytes, packets, accepted and rejected, each with a mark where a gap touches them."""
    totals = Totals(3_204, 182_476, 9_000_000_000, 41_000, 170_000, 12_476)
    async with unconnected() as (app, pilot):
        await pilot.press("z")
        await show(app, pilot, table(Grouping.TALKERS, totals=totals))
        line = line_with(app, "3,204 talkers")
        for text in ("182,476 records", "9.00GB", "41,000 packets", "✓ 170,000", "✗ 12,476"):
            assert text in line, text
        assert "≥" not in line
        partial = Totals(3_204, 182_476, 9_000_000_000, 41_000, 170_000, 12_476, is_partial=True)
        await show(app, pilot, table(Grouping.TALKERS, totals=partial))
        await until(pilot, lambda: shows(app, "≥3,204 talkers"))
        assert line_with(app, "≥3,204 talkers").count("≥") == 6


async def test_a_low_pane_has_no_line_for_totals() -> None:
    """Where rows have little room, they have all of it."""
    totals = Totals(30, 40, 50, 60, 70, 80)
    rows: list[dict[str, object]] = [{"address": f"10.0.1.{n}"} for n in range(30)]
    async with unconnected((80, 24)) as (app, pilot):
        await show(app, pilot, table(Grouping.TALKERS, *rows, totals=totals))
        await until(pilot, lambda: shows(app, "30 talkers  "))
        app.panes.flows.rows.styles.height = 7
        await until(pilot, lambda: app.panes.flows.rows.size.height == 7)
        await until(pilot, lambda: not shows(app, "30 talkers  ") and shows(app, "10.0.1.5 "))
        assert app.panes.flows.rows.room == 6


HOSTILE = (
    "[b]x[/b] [link=x]",
    "\x1b[31mred\x07",
    "\u202egnp.exe",
    "a\u200bb\ufeff",
    "n" * 10_000,
    "漢字" * 3_000,
    "\n\t\r",
)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120", "80"])
async def test_hostile_names_are_harmless(size: tuple[int, int]) -> None:
    """Markup is shown as it is, what a terminal would obey becomes a stand-in, and no line grows."""
    rows: list[dict[str, object]] = [{"client_owner": text, "server_owner": text} for text in HOSTILE]
    async with unconnected(size) as (app, pilot):
        await show(app, pilot, table(Grouping.OWNERS, *rows))
        text = text_of(app)
        assert "[b]x[/b]" in text
        assert not set("\x1b\x07\u202e\u200b\ufeff\t\r") & set(text)
        assert all("✗ 2" in line_with(app, part) for part in ("[b]x", "31mred", "nnnn", "漢"))
        services: list[dict[str, object]] = [{"service": text} for text in HOSTILE]
        await show(app, pilot, table(Grouping.SERVICES, *services))
        assert all("✗ 2" in line_with(app, part) for part in ("[b]x", "31mred", "nnnn", "漢"))
        assert not set("\x1b\x07\u202e\u200b\ufeff\t\r") & set(text_of(app))


async def test_columns_that_do_not_fit_are_reached_without_losing_the_row() -> None:
    """The key right brings hidden columns into sight; the cursor stays on its row."""
    rows: list[dict[str, object]] = [{"address": f"10.0.1.{n}"} for n in range(5)]
    async with unconnected((80, 24)) as (app, pilot):
        await show(app, pilot, table(Grouping.TALKERS, *rows))
        assert not shows(app, "First seen")
        await pilot.press("down", "down", *["right"] * 10)
        await until(pilot, lambda: shows(app, "First seen"))
        assert "10.0.1.2" in line_with(app, "▸")
        await pilot.press(*["left"] * 10)
        await until(pilot, lambda: not shows(app, "First seen"))
        assert "10.0.1.2" in line_with(app, "▸")


async def test_nothing_to_filter_by_is_said() -> None:
    """Where the language cannot tell a row from the others, Enter says so and nothing changes."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.OWNERS, {"client_owner": None, "server_owner": "private, unknown"}))
        await pilot.press("enter")
        await until(pilot, lambda: any("No filter tells" in each.message for each in app._notifications))
        assert app.panes.flows.ask.grouping is Grouping.OWNERS
