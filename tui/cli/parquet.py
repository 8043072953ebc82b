"""Flow-log files in Parquet, as delivery to S3 writes them: typed columns, taken over without a detour by text.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import polars as pl

from tui.cli.file_lines import CHUNK, Opened
from tui.cli.meta import with_meta
from tui.flows.dtype import InUse
from tui.flows.logformat import Layout, LogFormatError, layout_of
from tui.flows.parse import skipped_gaps
from tui.flows.source import Batch, Records, SourceError, Unparsed
from tui.flows.write import write_lines

# Columns are typed already; larger pieces than a chunk of lines cost no more and are read faster.
_ROWS = 10 * CHUNK


def parquet_batches(opened: Opened) -> Iterator[Batch]:
    """The file's rows, some at a time.

    Raises:
        SourceError: it is no whole Parquet file, or its columns are not those of flow records.
    """
    try:
        scan = pl.scan_parquet(opened.path if opened.path is not None else opened.stream)
        columns = scan.collect_schema().names()
        layout = layout_of([name.replace("_", "-").lower() for name in columns])
        height = scan.select(pl.len()).collect().item()
        opened.lines_read = height
        for begin in range(0, height, _ROWS):
            yield _batch(opened.name, layout, scan.slice(begin, _ROWS).collect(), begin)
    except LogFormatError as error:
        raise SourceError(f"{opened.name}: is no file of flow records: {error}", exit_code=2, retry_after=0.0) from None
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise SourceError(f"{opened.name}: cannot be read as Parquet: {first}", exit_code=2, retry_after=0.0) from None


def _batch(name: str, layout: Layout, raw: pl.DataFrame, begin: int) -> Batch:
    raw.columns = list(layout.names)
    dictionary = InUse.dictionary
    typed = pl.DataFrame([_column(raw[field.name], dictionary.dtype(field.kind)) for field in layout.fields])
    # A value that does not fit its field makes its row unreadable; it must not pass for an absent one.
    absent = pl.DataFrame([_is_absent(raw[field]) for field in layout.names])
    lost = pl.select(pl.any_horizontal([typed[field].is_null() & ~absent[field] for field in layout.names])).to_series()
    unparsed: tuple[Unparsed, ...] = ()
    if lost.any():
        rows = lost.arg_true().to_list()
        lines = write_lines(layout, raw.filter(lost))
        reason = "a value does not fit its field"
        unparsed = tuple(
            Unparsed(line, f"{name}, row {begin + row + 1}: {reason}") for row, line in zip(rows, lines, strict=True)
        )
        typed = typed.filter(~lost)
    records = Records(layout, with_meta(typed))
    return Batch(time.time(), (records,) if typed.height else (), unparsed, skipped_gaps(records))


def _column(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """The values in their field's own type; null where they do not fit or are absent."""
    if values.dtype == pl.Datetime:
        values = values.dt.epoch("s")
    text_wanted = not dtype.is_numeric()
    if text_wanted or values.dtype == pl.String:
        values = values.cast(pl.String, strict=False)
        values = pl.select(pl.when(values != "-").then(values)).to_series()
    return values.cast(dtype, strict=False).alias(values.name)


def _is_absent(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        return values.is_null() | (values == "-")
    return values.is_null()
