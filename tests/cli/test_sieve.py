from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.command_line import Vpctop
from tui.cli.sieve import Sieve, read_filter
from tui.flows.filter.model import Filter
from tui.flows.logformat import DEFAULT_LAYOUT
from tui.flows.parse import LineParser
from tui.flows.source import Batch, Cause, Gap, Records

LINES = """\
2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK
2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK
2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA
2 123456789010 eni-1235b8ca123456789 172.31.16.139 203.0.113.12 0 0 1 4 336 1432917094 1432917142 REJECT OK
this is no flow record
"""


@pytest.fixture(name="file")
def file_fixture(tmp_path: Path) -> str:
    """A file of default-format lines."""
    path = tmp_path / "flows.log"
    path.write_text(LINES)
    return str(path)


def test_cat_writes_what_the_filter_keeps(file: str, vpctop: Vpctop) -> None:
    """The summary counts that, too; a gap is told though its record is left out."""
    ran = vpctop("cat", file, "--filter", "action=reject src=172.31.0.0/16", "--output", "json")
    assert ran.code == 0
    records = [line for line in ran.out.splitlines() if "@unparsed" not in line]
    assert ["REJECT" in line for line in records] == [True, True]
    assert "2 records in " in ran.err
    assert "AWS skipped records: 1" in ran.err


def test_a_filter_that_keeps_all_or_nothing_is_no_trouble(file: str, vpctop: Vpctop) -> None:
    """Where no record has to be asked."""
    assert "4 records in " in vpctop("cat", file, "--filter", "").err
    assert "0 records in " in vpctop("cat", file, "--filter", "vpc=vpc-1").err
    assert "4 records in " in vpctop("cat", file, "--filter", "vpc!=vpc-1").err


@pytest.mark.parametrize("command", [("cat",), ("tail",)])
def test_a_filter_that_cannot_be_read_is_refused(command: tuple[str], vpctop: Vpctop) -> None:
    """With the sentence, the text, a caret under the place and what was expected."""
    ran = vpctop(*command, "x.log", "--filter", "late and colour=red")
    assert ran.code == 2
    assert "Error: --filter: there is no field 'colour'; expected " in ran.err
    text, caret = ran.err.splitlines()[-2:]
    assert text.strip() == "late and colour=red"
    assert caret.rstrip() == "           ^^^^^^"


def test_the_place_in_a_long_filter_is_shown(vpctop: Vpctop) -> None:
    """A window around it; and characters that a terminal would obey are not."""
    ran = vpctop("cat", "x.log", "--filter", "late or " * 30 + "\x1b[2J colour=red")
    text, caret = ran.err.splitlines()[-2:]
    assert len(text) < 110
    assert text[caret.index("^") :].startswith("colour=red")
    assert "\x1b" not in ran.err


def test_names_of_the_inventory_are_refused(vpctop: Vpctop) -> None:
    """A file has no inventory beside it: better no answer than an empty one."""
    ran = vpctop("cat", "x.log", "--filter", "late or not name:web-*")
    assert ran.code == 2
    assert "name:web-*" in ran.err


def test_the_word_gap_knows_the_gaps_told_so_far() -> None:
    """Records near a gap pass, and which of them were told again stays beside them."""
    [(_, frame, _)] = LineParser([DEFAULT_LAYOUT]).parse(LINES.splitlines()[:4]).records
    asked = read_filter("gap")
    assert isinstance(asked, Filter)
    records = Records(DEFAULT_LAYOUT, frame, pl.Series([False, True, False, True]))
    gap = Gap(1418530000.0, 1418530020.0, Cause.FAILED)
    [kept] = Sieve(asked).keep(Batch(0.0, (records,), gaps=(gap,))).records
    assert kept.frame["dstport"].to_list() == [22, 3389]
    assert kept.again is not None
    assert kept.again.to_list() == [False, True]
