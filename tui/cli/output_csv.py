"""Records as CSV (RFC 4180, but lines end in LF as other commands of a pipe expect) that a spreadsheet cannot take for formulas.

The header line comes once: the fields of every log format known when the first records come, then the meta columns,
then `@unparsed` and `@reason`. A log format that appears later and has further fields is written with the columns
there are, and what is left out is said on stderr.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence

import polars as pl

from tui.cli.output import well_formed
from tui.flows.logformat import Layout
from tui.flows.source import EVENT_ID, INGESTION, LOG_GROUP, LOG_STREAM, META, TIMESTAMP, Batch, Unparsed

_UNPARSED, _REASON = "@unparsed", "@reason"
# A cell that begins so is a formula to a spreadsheet; an apostrophe makes it text.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = r"^([=+\-@\t\r\n])"


class CsvWriter:
    """Writes frames of any layout under one header."""

    def __init__(self, layouts: Sequence[Layout], say: Callable[[str], None]) -> None:
        self._layouts = list(layouts)
        self._say = say
        self._columns: list[str] = []
        self._left_out: set[str] = set()

    def render(self, batch: Batch) -> bytes:
        """The header before the first line, then the records in time order, then the unparsed lines."""
        frames = [records.frame for records in batch.records]
        if not frames and not batch.unparsed:
            return b""
        head = b"" if self._columns else self._header([records.layout for records in batch.records])
        rows = [self._filled(frame) for frame in frames]
        if batch.unparsed:
            rows.append(self._filled(_frame(batch.unparsed)))
        whole = pl.concat(rows)
        if len(frames) > 1:
            count = sum(frame.height for frame in frames)
            whole = pl.concat([whole[:count].sort(TIMESTAMP, maintain_order=True, nulls_last=True), whole[count:]])
        return head + _csv(whole.with_columns(pl.all().str.replace(_FORMULA, "'$1")))

    def close(self) -> bytes:
        """The header, when there was not one record to follow it."""
        return b"" if self._columns or not self._layouts else self._header([])

    def _header(self, more: Iterable[Layout]) -> bytes:
        names = dict.fromkeys(name for layout in (*self._layouts, *more) for name in layout.names)
        self._columns = [*names, *META, _UNPARSED, _REASON]
        return (",".join(self._columns) + "\n").encode()

    def _filled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame as text, with every column of the header."""
        left_out = [name for name in frame.columns if name not in self._columns and name not in self._left_out]
        if left_out:
            self._left_out.update(left_out)
            names = ", ".join(left_out)
            self._say(f"a further log format appeared: its {names} have no CSV column and are left out; JSON has them")
        present = set(frame.columns)
        return frame.select(
            (pl.col(name).cast(pl.String) if name in present else pl.lit(None, pl.String)).alias(name)
            for name in self._columns
        )


def _csv(frame: pl.DataFrame) -> bytes:
    into = io.BytesIO()
    frame.write_csv(into, include_header=False)
    return into.getvalue()


def _frame(unparsed: Sequence[Unparsed]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            _UNPARSED: [well_formed(line.line) for line in unparsed],
            _REASON: [well_formed(line.reason) for line in unparsed],
            EVENT_ID: [line.event_id for line in unparsed],
            LOG_GROUP: [line.log_group or None for line in unparsed],
            LOG_STREAM: [well_formed(line.log_stream) or None for line in unparsed],
            TIMESTAMP: [line.timestamp or None for line in unparsed],
            INGESTION: [line.ingestion or None for line in unparsed],
        },
        schema_overrides={
            EVENT_ID: pl.String,
            LOG_GROUP: pl.String,
            LOG_STREAM: pl.String,
            TIMESTAMP: pl.Int64,
            INGESTION: pl.Int64,
        },
    )
