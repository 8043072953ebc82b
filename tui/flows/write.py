"""Flow records back into the lines they came from: what Enter shows, and what a copy or an export carries."""

from __future__ import annotations

import polars as pl

from tui.flows.logformat import Layout


def write_lines(layout: Layout, frame: pl.DataFrame) -> list[str]:
    """Each row as its line: fields in the layout's order, one space between, `-` for what is absent.

    `LineParser([layout]).parse(write_lines(layout, frame))` gives the frame again.
    """
    if frame.is_empty():
        return []
    columns = [pl.col(name).cast(pl.String).fill_null("-") for name in layout.names]
    return frame.select(pl.concat_str(columns, separator=" ")).to_series().to_list()
