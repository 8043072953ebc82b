"""What a row's detail tells besides its records."""

from __future__ import annotations

import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from textual.pilot import Pilot

from tests.screen.flow_feed import ABOUT, NOW, T0, Script, batch, connecting, record
from tests.screen.picture import shows, text_of, until
from tui.cache.around import Around
from tui.cache.columns import Grouping
from tui.cache.view import Detail, RecordDetail
from tui.screen.app import VpcTop
from tui.screen.dialogs.behind import Behind, interface_lines, offers, spot_of
from tui.screen.dialogs.detail import record_lines
from tui.screen.glyphs import UNICODE
from tui.screen.options import Options
from tui.screen.panes.cell import Look
from tui.screen.widgets.drawn import plain


@asynccontextmanager
async def opened(*lines: str, size: tuple[int, int] = (120, 60)) -> AsyncIterator[tuple[VpcTop, Pilot[None]]]:
    """The app with the detail of its first row open."""
    app = VpcTop(connecting(Script(batch(lines))), Options(theme="dark", utc=True, clock=lambda: NOW))
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: shows(app, "10.0.2.9"))
        await pilot.press("enter")
        await until(pilot, lambda: shows(app, "Esc closes") and not shows(app, "Reading the records"))
        yield app, pilot


TALK = [record("10.0.1.7", "10.0.2.9", 5432, size=90_000, start=T0 + 60 * n) for n in range(3)]
BACK = [record("10.0.2.9", "10.0.1.7", 40312, sport=5432, size=700, start=T0 + 60 * n) for n in range(2)]


async def test_the_detail_tells_how_it_went_and_what_came_back() -> None:
    """Bytes a minute with their peak, the other direction's sums and lines."""
    async with opened(*TALK, *BACK) as (app, pilot):
        await until(pilot, lambda: shows(app, "bytes a minute"))
        assert shows(app, "14:14 ███ 14:17  peak 90.0k/min at 14:14")
        assert shows(app, "the other direction: 2 records, 1.40k  ✓ 2  ✗ 0")
        assert shows(app, BACK[1][:80])


async def test_no_answer_is_said() -> None:
    """That nothing came back is worth a sentence."""
    async with opened(*TALK) as (app, _):
        assert shows(app, "no record is held: no answer, or it is not logged")


async def test_the_same_is_offered_elsewhere_and_copied() -> None:
    """The filter, the console's link and the command are shown; c, u and x copy them."""
    async with opened(*TALK) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: app.clipboard == "src=10.0.1.7 and dst=10.0.2.9 and port=5432 and proto=tcp")
        assert shows(app, app.clipboard)
        assert shows(app, "copy: c filter, u link, x command   Esc closes")
        await pilot.press("u")
        await until(pilot, lambda: app.clipboard.startswith("https://eu-west-1.console.aws.amazon.com/cloudwatch/"))
        start = T0 + 120
        assert "log-group/$252Fvpc$252Fpayments/log-events/eni-0a1b2c3d4e5f67890-all" in app.clipboard
        assert app.clipboard.endswith(f"$3Fstart$3D{start}000$26end$3D{start + 60}000")
        await pilot.press("x")
        await until(pilot, lambda: app.clipboard.startswith("aws logs filter-log-events"))
        words = shlex.split(app.clipboard)
        assert words[words.index("--log-group-name") + 1] == "/vpc/payments"
        assert words[words.index("--profile") + 1] == "prod"
        assert words[words.index("--filter-pattern") + 1] == '"10.0.1.7" "10.0.2.9"'
        assert words[words.index("--start-time") + 1] == f"{start}000"


async def test_the_keys_of_a_detail_do_nothing_elsewhere() -> None:
    """On another page there is nothing to copy."""
    async with opened(*TALK) as (app, pilot):
        await pilot.press("escape", "question_mark", "c", "x")
        assert app.clipboard == ""
        assert shows(app, "Esc closes")


async def test_a_detail_that_comes_late_does_not_take_another_page() -> None:
    """Who has opened the help meanwhile keeps it."""
    async with opened(*TALK) as (app, pilot):
        await pilot.press("escape", "question_mark")
        app.pages.fill_detail(None, Around(), None)
        await pilot.pause()
        assert "have left the cache" not in text_of(app)


async def test_eighty_columns_hold_the_detail_too() -> None:
    """Long lines are wrapped, and nothing is lost."""
    async with opened(*TALK, size=(80, 24)) as (app, pilot):
        assert shows(app, "bytes a minute")
        await pilot.press("G")
        await until(pilot, lambda: "the others" in text_of(app) or "log-events" in text_of(app))


@dataclass(frozen=True)
class Place:
    """An interface as the inventory tells it."""

    subnet: str = "subnet-0aa1"
    vpc: str = "vpc-0a1b"
    az: str = "eu-west-1a"
    address: str = "10.0.2.9"
    groups: tuple[str, ...] = ("sg-01", "sg-02")
    gone: float | None = None


@dataclass(frozen=True)
class Named:
    """A name."""

    name: str = ""
    label: str = ""


class Known:
    """An inventory of one interface."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def interface(self, interface: str) -> Place | None:
        """The one."""
        return self._place if interface == "eni-0a1b2c3d4e5f67890" else None

    def owner(self, interface: str) -> Named | None:
        """Its owner."""
        return Named(label="rds orders\x1b[31m") if self.interface(interface) else None

    def group(self, group: str) -> Named | None:
        """One of two is known."""
        return Named("database") if group == "sg-01" else None

    def subnet_at(self, address: str, vpc: str = "") -> Named | None:
        """Its subnet."""
        return Named("data-a") if (address, vpc) == ("10.0.2.9", "vpc-0a1b") else None


def behind(names: object = None, **changes: object) -> Behind:
    """A detail of one record."""
    fields = (("interface-id", "eni-0a1b2c3d4e5f67890", ""), ("start", str(T0), ""), ("end", str(T0 + 59), ""))
    one = RecordDetail("a line", "/vpc/payments", "eni-all", int(NOW) * 1000, late=False, fields=fields)
    detail = Detail(("k",), Grouping.TALKERS, 1, (replace(one, **changes),))  # type: ignore[arg-type]  # fields of a record
    return Behind(detail, Around(), names, ABOUT)


def test_the_interface_is_told_with_owner_subnet_and_groups() -> None:
    """What the inventory knows, harmless; a group without a name by its id."""
    text = "\n".join(plain(line) for line in interface_lines(behind(Known(Place()))))
    assert 'eni-0a1b2c3d4e5f67890  rds orders\ufffd[31m  subnet-0aa1 "data-a" eu-west-1a' in text
    assert "security groups: sg-01 (database), sg-02" in text
    assert "no longer there" not in text
    assert "no longer there" in "\n".join(plain(line) for line in interface_lines(behind(Known(Place(gone=1.0)))))


@pytest.mark.parametrize("names", [None, object()])
def test_without_an_inventory_nothing_is_told_of_interfaces(names: object) -> None:
    """Nothing is made up."""
    assert interface_lines(behind(names)) == []
    unknown = behind(Known(Place()), fields=(("interface-id", "eni-0ffffffffffffffff", ""),))
    assert interface_lines(unknown) == []


def test_the_time_of_a_record_without_a_start_is_about_its_ingestion() -> None:
    """CloudWatch has it at most some minutes before."""
    spot = spot_of(behind(fields=()))
    assert spot is not None
    assert spot.since < NOW * 1000 < spot.until
    assert spot_of(behind(fields=(), ingestion=None)) is None


@pytest.mark.parametrize("group", ["", "a\ufffdb", "x" * 255 + "…"])
def test_a_log_group_that_is_not_known_whole_makes_no_link(group: str) -> None:
    """A link to another group would be worse than none."""
    assert offers(behind(log_group=group)) == {}


def test_absurd_times_make_no_absurd_link() -> None:
    """A start that no clock shows is none."""
    spot = spot_of(behind(fields=(("start", "9" * 30, ""), ("end", "-", ""))))
    assert spot is not None
    assert spot.since < 1e13


def test_a_record_says_how_it_came() -> None:
    """Late, and delivered again by another flow log: both beside where it came from."""
    twice = RecordDetail("2 …", "/vpc/x", "eni-1-all", None, late=True, fields=(), again=True)
    text = "".join(run[0] for line in record_lines(twice, Look(UNICODE)) for run in line)
    assert "/vpc/x eni-1-all" in text
    assert " late" in text
    assert "delivered again, counted once" in text
