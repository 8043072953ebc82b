"""A table as a file that says where it comes from: CSV, JSON lines, Markdown and Parquet.

Each begins with what the rows are of: scope, filter, span and gaps. A total without that is a rumour.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from tui.cache.columns import Unit
from tui.cache.view import FlowTable
from tui.flows.clean import clean
from tui.flows.source import Gap

# A cell that begins so is a formula to a spreadsheet; an apostrophe makes it text.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = r"^([=+\-@\t\r\n])"
_LONGEST = 32_767  # characters of a cell, as spreadsheets have them


@dataclass(frozen=True, slots=True)
class Heading:
    """What the rows are of. Times are Unix seconds; `gaps` the open ones, `notes` the reader's marks."""

    scope: str
    filter: str = ""
    since: float | None = None
    until: float | None = None
    made: float = 0.0
    gaps: tuple[Gap, ...] = ()
    notes: tuple[tuple[float, str], ...] = ()

    def lines(self, table: FlowTable) -> list[tuple[str, str]]:
        """Name and text of each thing to be said, in order."""
        rows = f"{table.height:,}" if table.height == table.total else f"the first {table.height:,} of {table.total:,}"
        said = [
            ("scope", self.scope),
            ("filter", self.filter or "none"),
            ("span", f"{_time(self.since)} to {_time(self.until)}"),
            ("rows", f"{rows} by {table.sort}, {'descending' if table.descending else 'ascending'}"),
            ("written", _time(self.made)),
        ]
        for gap in self.gaps:
            what = f"{gap.cause.value} ({gap.count})" + (f": {gap.note}" if gap.note else "")
            said.append(("gap", f"{_time(gap.since)} to {_time(gap.until)}: {what}"))
        if table.is_partial:
            said.append(("totals", "at least: a gap touches these rows"))
        said.extend(("mark", f"{_time(at)}: {note}") for at, note in self.notes)
        return [(name, clean(text, 2_000)) for name, text in said]


def as_csv(table: FlowTable, heading: Heading) -> bytes:
    """RFC 4180 with `#` lines before the header; no cell can be taken for a formula."""
    into = io.BytesIO()
    for name, text in heading.lines(table):
        into.write(f"# {name}: {text}\n".encode())
    frame = _texts(table).with_columns(pl.all().str.replace(_FORMULA, "'$1"))
    frame.write_csv(into)
    return into.getvalue()


def as_jsonl(table: FlowTable, heading: Heading) -> bytes:
    """An object a line: the first is `{"@export": …}`, then one a row; times are Unix seconds."""
    said: dict[str, object] = {}
    for name, text in heading.lines(table):
        if name in ("gap", "mark"):
            said.setdefault(f"{name}s", []).append(text)  # type: ignore[attr-defined]  # the default is a list
        else:
            said[name] = text
    lines = [json.dumps({"@export": said}, ensure_ascii=True)]
    lines += [json.dumps(row, ensure_ascii=True, default=str) for row in _plain(table).iter_rows(named=True)]
    return "\n".join(lines).encode("ascii") + b"\n"


def as_markdown(table: FlowTable, heading: Heading) -> bytes:
    """A list of what the rows are of, and a table whose cells can hold no markup."""
    lines = [f"- {name}: {_escaped(text)}" for name, text in heading.lines(table)]
    lines += ["", "| " + " | ".join(_escaped(column.heading) for column in table.columns) + " |"]
    lines.append("|" + "|".join("---" if _is_text(column.unit) else "--:" for column in table.columns) + "|")
    lines += ["| " + " | ".join(_escaped(value or "-") for value in row) + " |" for row in _texts(table).iter_rows()]
    return "\n".join(lines).encode() + b"\n"


def as_parquet(table: FlowTable, heading: Heading) -> bytes:
    """Typed columns; what the rows are of is in the file's own metadata, under `vpctop`."""
    into = io.BytesIO()
    _plain(table).write_parquet(into, metadata={"vpctop": json.dumps(heading.lines(table))})
    return into.getvalue()


FORMATS = {"csv": as_csv, "jsonl": as_jsonl, "md": as_markdown, "parquet": as_parquet}


def _plain(table: FlowTable) -> pl.DataFrame:
    """The columns shown, without this program's own types."""
    names = [column.key for column in table.columns]
    kinds = table.frame.schema
    return table.frame.select(
        pl.col(name).cast(pl.String) if isinstance(kinds[name], pl.Categorical) else pl.col(name) for name in names
    )


def _texts(table: FlowTable) -> pl.DataFrame:
    """The same as text: times in UTC, to be read by people."""
    times = {column.key for column in table.columns if column.unit is Unit.TIME}
    shown = []
    for name, dtype in _plain(table).schema.items():
        text = pl.col(name)
        if name in times:
            text = pl.from_epoch(text.cast(pl.Int64)).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        elif dtype.is_float():
            text = text.round(3).cast(pl.String)
        else:
            text = text.cast(pl.String)
        shown.append(text.str.slice(0, _LONGEST))
    return _plain(table).select(shown)


def _is_text(unit: Unit) -> bool:
    return unit in (Unit.TEXT, Unit.ADDRESS, Unit.ACTION, Unit.TIME, Unit.PORT, Unit.PROTOCOL)


def _escaped(text: str) -> str:
    """Text that is nothing but text in Markdown."""
    cleaned = clean(text, 2_000)
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>|#~!" else each for each in cleaned)


def _time(at: float | None) -> str:
    if at is None:
        return "-"
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "-"
