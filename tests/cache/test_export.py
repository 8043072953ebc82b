"""A table as a file: what it is of, every row, and nothing that a spreadsheet or a page would take for its own."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest

from tui.cache.columns import Column, Grouping, Unit
from tui.cache.export import FORMATS, Heading, as_csv, as_jsonl, as_markdown, as_parquet
from tui.cache.view import FlowTable
from tui.flows.dtype import InUse
from tui.flows.field import Kind
from tui.flows.source import Cause, Gap

COLUMNS = (
    Column("srcaddr", "Source", Unit.ADDRESS, 0),
    Column("name", "Name", Unit.TEXT, 0),
    Column("bytes", "Bytes", Unit.BYTES, 0),
    Column("rate", "bytes/s", Unit.RATE, 0),
    Column("last", "Last seen", Unit.TIME, 0),
)
HEADING = Heading(
    scope="vpc-0a1b (payments)",
    filter='port 443 and name:"web|db"',
    since=1_790_000_000,
    until=1_790_003_600,
    made=1_790_003_601,
    gaps=(Gap(1_790_000_100, 1_790_000_160, Cause.SKIPDATA, 3),),
    notes=((1_790_000_200, "deploy began"),),
)


def table(*names: str | None) -> FlowTable:
    """A row for each name."""
    count = len(names)
    frame = pl.DataFrame(
        {
            "srcaddr": pl.Series(["10.0.1.7"] * count).cast(InUse.dictionary.dtype(Kind.ADDRESS)),
            "name": pl.Series(names, dtype=pl.String),
            "bytes": pl.Series(range(count), dtype=pl.Int64),
            "rate": pl.Series([1 / 3] * count, dtype=pl.Float64),
            "last": pl.Series([1_790_000_000] * count, dtype=pl.UInt32),
            "serial": pl.Series(range(count), dtype=pl.Int64),
        }
    )
    return FlowTable(Grouping.RECORDS, COLUMNS, "bytes", True, count, None, frame, count + 1, is_partial=True)


def test_csv_says_what_it_is_of_and_holds_every_row() -> None:
    """Comment lines first, then a header and the rows as text."""
    lines = as_csv(table("web-1", None), HEADING).decode().splitlines()
    assert lines[:5] == [
        "# scope: vpc-0a1b (payments)",
        '# filter: port 443 and name:"web|db"',
        "# span: 2026-09-21T14:13:20Z to 2026-09-21T15:13:20Z",
        "# rows: the first 2 of 3 by bytes, descending",
        "# written: 2026-09-21T15:13:21Z",
    ]
    assert "# gap: 2026-09-21T14:15:00Z to 2026-09-21T14:16:00Z: AWS skipped records (3)" in lines
    assert "# mark: 2026-09-21T14:16:40Z: deploy began" in lines
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert rows[0] == {
        "srcaddr": "10.0.1.7", "name": "web-1", "bytes": "0", "rate": "0.333", "last": "2026-09-21T14:13:20Z",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", '"=1"\n=2'])
def test_no_csv_cell_is_a_formula(name: str) -> None:
    """However a name begins, a spreadsheet takes it for text."""
    text = as_csv(table(name), HEADING).decode()
    body = text[text.index("srcaddr,") :]
    cell = next(csv.DictReader(io.StringIO(body, newline="")))["name"]
    assert cell[0] not in "=+-@\t\r\n"


def test_json_lines_are_typed_and_ascii() -> None:
    """The first object says what the rows are of."""
    first, *rows = [json.loads(line) for line in as_jsonl(table("café", None), HEADING).decode("ascii").splitlines()]
    assert first["@export"]["gaps"] == ["2026-09-21T14:15:00Z to 2026-09-21T14:16:00Z: AWS skipped records (3)"]
    assert first["@export"]["marks"] == ["2026-09-21T14:16:40Z: deploy began"]
    assert rows[0] == {"srcaddr": "10.0.1.7", "name": "café", "bytes": 0, "rate": 1 / 3, "last": 1_790_000_000}
    assert rows[1]["name"] is None


def test_markdown_cells_hold_no_markup() -> None:
    """A pipe, a link and a tag in a name stay text in their cell."""
    lines = as_markdown(table("a|b [x](http://y) <b>"), HEADING).decode().splitlines()
    assert lines[-1] == r"| 10.0.1.7 | a\|b \[x\](http://y) \<b\> | 0 | 0.333 | 2026-09-21T14:13:20Z |"
    assert lines[1] == r'- filter: port 443 and name:"web\|db"'


def test_parquet_keeps_types_and_metadata() -> None:
    """Any reader of Parquet sees numbers as numbers, and finds the heading."""
    data = io.BytesIO(as_parquet(table("web-1"), HEADING))
    frame = pl.read_parquet(data)
    assert frame.schema["bytes"] == pl.Int64
    assert frame.row(0, named=True)["name"] == "web-1"
    told = json.loads(pl.read_parquet_metadata(data)["vpctop"])
    assert ["scope", "vpc-0a1b (payments)"] in told


@pytest.mark.parametrize("format_name", sorted(FORMATS))
def test_hostile_names_are_harmless_in_every_format(format_name: str) -> None:
    """Control characters, bidi marks and ten thousand characters break no file."""
    assert FORMATS[format_name](table("\x1b[31m\u202e" + "x" * 10_000, "", None), HEADING)
