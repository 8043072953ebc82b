"""Who it is, in words: names of an inventory, sides and directions, translated addresses, flags, paths and ports."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from tests.screen.flow_feed import Script, batch, talks
from tests.screen.hand_made import ENI, Directory, Someone, Telling, show, table, unconnected
from tests.screen.picture import line_with, shows, text_of, until
from tests.screen.test_columns_chosen import text_heading
from tests.screen.test_groupings import HOSTILE
from tui.cache.columns import Grouping
from tui.cache.rolling import RollingCache
from tui.flows.source import SourceError
from tui.screen.app import VpcTop
from tui.screen.format import cells
from tui.screen.names import NameStyle, Words
from tui.screen.options import Connected, Options
from tui.screen.panes.chosen import PRESETS

KNOWN = Directory(
    {
        "10.0.1.7": Someone("web-1", ENI),
        "10.0.2.9": Someone("payments-db", "eni-0b"),
        "10.0.0.220": Someone("nat-0a1b"),
    },
    {ENI: Someone("web-1")},
)


async def test_names_ids_and_both() -> None:
    """The key n goes round: names with the server's port, ids, both; where nobody knows a name the address stands."""
    async with unconnected((160, 40)) as (app, pilot):
        await pilot.press("z")
        await show(app, pilot, table(Grouping.CONVERSATIONS, {}, {"srcaddr": "203.0.113.9"}))
        app.panes.flows.know(KNOWN)
        await until(pilot, lambda: shows(app, "web-1"))
        assert "web-1 → payments-db:5432" in " ".join(line_with(app, "▸").split())
        assert "203.0.113.9 → payments-db:5432" in " ".join(line_with(app, "203.0.113.9").split())
        await pilot.press("n")
        await until(pilot, lambda: "10.0.1.7 → 10.0.2.9:5432" in " ".join(line_with(app, "▸").split()))
        await pilot.press("n")
        both = "web-1 10.0.1.7 → payments-db 10.0.2.9:5432"
        await until(pilot, lambda: both in " ".join(line_with(app, "▸").split()))
        await pilot.press("n", "c")
        await until(pilot, lambda: app.clipboard == "10.0.1.7")  # what is copied is the value, not its name


@pytest.mark.parametrize("told", ["flow-direction", "inventory"])
async def test_a_record_is_told_from_its_own_interface(told: str) -> None:
    """Local left, remote right; the arrow goes where the bytes went; a copy is of what stands under the cursor."""
    columns = (*PRESETS["traffic"], "flow-direction", "pkt-srcaddr", "pkt-dstaddr")
    out: dict[str, object] = {"serial": 1}
    back: dict[str, object] = {
        "serial": 2,
        "srcaddr": "10.0.2.9",
        "dstaddr": "10.0.1.7",
        "srcport": 5432,
        "dstport": 40312,
    }
    if told == "flow-direction":
        out["flow-direction"], back["flow-direction"] = "egress", "ingress"
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.RECORDS, out, back, columns=columns))
        if told == "inventory":
            app.panes.flows.know(KNOWN)
            await pilot.press("n")
        await until(pilot, lambda: "Local" in text_heading(text_of(app).split("\n")))
        assert "10.0.1.7:40312 → 10.0.2.9:5432" in " ".join(line_with(app, "▸").split())
        await pilot.press("down")
        assert "10.0.1.7:40312 ← 10.0.2.9:5432" in " ".join(line_with(app, "▸").split())
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == "10.0.1.7")
        assert app.panes.flows.rows.cell_at_cursor() is not None
        column, value = app.panes.flows.rows.cell_at_cursor() or (None, None)
        assert column is not None
        assert (column.key, value) == ("dstaddr", "10.0.1.7")


async def test_a_record_of_unknown_direction_is_source_and_destination() -> None:
    """Where nothing tells the direction, nothing is turned."""
    async with unconnected() as (app, pilot):
        await show(app, pilot, table(Grouping.RECORDS, {"srcaddr": "10.0.9.9"}))
        assert "Source" in text_heading(text_of(app).split("\n"))
        assert "10.0.9.9:40312 → 10.0.2.9:5432" in " ".join(line_with(app, "▸").split())


async def test_a_translated_address_says_by_whom() -> None:
    """Where the packet's own address is another, it stands first, and the record's own behind it as the way it took."""
    columns = (*PRESETS["traffic"], "pkt-srcaddr", "pkt-dstaddr")
    row: dict[str, object] = {"srcaddr": "10.0.0.220", "pkt-srcaddr": "10.0.1.7", "pkt-dstaddr": "10.0.2.9"}
    async with unconnected((160, 40)) as (app, pilot):
        await pilot.press("z")
        await show(app, pilot, table(Grouping.RECORDS, row, columns=columns))
        assert "10.0.1.7:40312 via 10.0.0.220 → 10.0.2.9:5432 " in " ".join(line_with(app, "▸").split())
        app.panes.flows.know(KNOWN)
        await until(pilot, lambda: shows(app, "web-1:40312 via nat-0a1b"))


async def test_names_come_from_the_source_of_inventories() -> None:
    """The thread hands on what it reads, what is in sight and unknown is looked for once, and the ask has the names."""
    source = Telling(KNOWN)
    connected = Connected(Script(batch(talks())), RollingCache(), source)
    app = VpcTop(lambda: connected, Options(theme="dark", utc=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: shows(app, "web-1") and shows(app, "payments-db:5432"))
        await until(pilot, lambda: "203.0.113.9" in source.asked)
        assert app.panes.flows.ask.names is KNOWN
        await pilot.pause(0.6)
        assert source.asked.count("203.0.113.9") == 1
        assert "10.0.1.7" not in source.asked


async def test_an_inventory_that_cannot_be_read_is_said_once() -> None:
    """Rows stay, with addresses; one notice says why."""

    class Denied(Telling):
        """A source that may not read."""

        def inventories(self, stop: Event) -> Iterator[Directory]:
            """Refused, each time."""
            yield from super().inventories(stop) if stop.is_set() else ()
            raise SourceError("access denied for ec2:DescribeNetworkInterfaces", "allow it", retry_after=0.05)

    connected = Connected(Script(batch(talks())), RollingCache(), Denied())
    app = VpcTop(lambda: connected, Options(theme="dark", utc=True))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: shows(app, "10.0.2.9:5432"))
        await until(pilot, lambda: any("DescribeNetworkInterfaces" in each.message for each in app._notifications))
        await pilot.pause(0.3)
        assert len([each for each in app._notifications if "Describe" in each.message]) == 1


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
async def test_a_hostile_name_of_an_address_is_harmless(text: str) -> None:
    """A Name tag is whatever somebody wrote: the row keeps its shape, and the port stays whole."""
    hostile = Directory({"10.0.1.7": Someone(text), "10.0.2.9": Someone(text)}, {ENI: Someone(text)})
    async with unconnected((80, 24)) as (app, pilot):
        await show(app, pilot, table(Grouping.CONVERSATIONS))
        app.panes.flows.know(hostile)
        await pilot.pause()
        line = line_with(app, "▸")
        assert ":5432" in line
        assert "✗ 2" in line
        assert cells(line) <= 80
        assert not set("\x1b\x07\u202e\u200b\ufeff\t\r") & set(text_of(app))


def test_names_are_remembered_for_the_rows_in_sight() -> None:
    """A name that is drawn again is not looked up again; one that was scrolled away is forgotten."""
    known = Directory({"10.0.1.7": Someone("web-1", ENI)})
    words = Words(known)
    for _ in range(5):
        words.turn()
        assert words.address("10.0.1.7") == "web-1"
    assert known.asked == 1
    words.turn()
    words.turn()
    words.address("10.0.1.7")
    assert known.asked == 2


@pytest.mark.parametrize(
    ("bits", "said"),
    [(0, "none"), (2, "SYN"), (18, "SYN-ACK"), (3, "SYN FIN"), (19, "SYN-ACK FIN"), (4, "RST"), (6, "SYN RST"),
     (1, "FIN"), (16, "ACK"), (255, "SYN-ACK PSH URG FIN RST")],
)  # fmt: skip
def test_flags_are_words(bits: int, said: str) -> None:
    """As AWS adds them up over a capture window; as the number where ids are wanted."""
    assert Words().flags(bits) == said
    assert Words(style=NameStyle.IDS).flags(bits) == str(bits)


def test_paths_and_ports_are_words() -> None:
    """By AWS's table and the well-known names; a code nobody knows is told as it is."""
    assert Words().path(7) == "gateway endpoint"
    assert Words().path(99) == "99"
    assert Words(style=NameStyle.BOTH).path(8) == "8 internet gateway"
    assert Words().port(443).strip() == "443 https"
    assert Words().port(40312).strip() == "40312"


def test_a_name_that_many_addresses_share_stands_beside_the_address() -> None:
    """Twenty rows that all say s3 would tell nothing apart."""
    words = Words(Directory({"52.218.1.9": Someone("s3"), "10.0.1.7": Someone("web-1", ENI)}))
    assert words.address("52.218.1.9") == "s3 52.218.1.9"
    assert words.address("10.0.1.7") == "web-1"
