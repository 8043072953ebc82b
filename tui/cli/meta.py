"""The columns that stand beside a record's own fields, for records that come from a file."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tui.flows.dtype import InUse
from tui.flows.source import EVENT_ID, INGESTION, LATE, LOG_GROUP, LOG_STREAM, META, TIMESTAMP


def with_meta(
    frame: pl.DataFrame, stamps: Sequence[int | None] = (), streams: Sequence[str | None] = ()
) -> pl.DataFrame:
    """The frame with META columns before its own. A file tells neither ids nor groups; the time is the record's start.

    Args:
        frame: the records' own fields.
        stamps: the time each line was prefixed with, ms, if any was; it counts where the record tells no start.
        streams: the log stream each line was prefixed with, if any was.
    """
    rows = frame.height
    texts = InUse.dictionary.texts
    written = pl.Series(TIMESTAMP, list(stamps) or [None] * rows, dtype=pl.Int64)
    start = frame["start"].cast(pl.Int64) * 1000 if "start" in frame.columns else written
    meta = {
        EVENT_ID: pl.Series([None] * rows, dtype=pl.String),
        LOG_GROUP: pl.Series([None] * rows, dtype=pl.String).cast(texts),
        LOG_STREAM: pl.Series(list(streams) or [None] * rows, dtype=pl.String).cast(texts),
        TIMESTAMP: start.fill_null(written),
        INGESTION: pl.Series([None] * rows, dtype=pl.Int64),
        LATE: pl.Series([False] * rows, dtype=pl.Boolean),
    }
    return pl.DataFrame({name: meta[name] for name in META}).hstack(frame.get_columns())
