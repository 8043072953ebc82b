"""What a batch looks like on stdout: the promise of a writer, and which writer an `--output` names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from tui.flows.source import TIMESTAMP, Batch, Records

if TYPE_CHECKING:
    from tui.flows.logformat import Layout

OUTPUTS = ("text", "json", "csv", "none")


class Writer(Protocol):
    """Turns batches into bytes of whole lines, UTF-8."""

    def render(self, batch: Batch) -> bytes:
        """The lines of a batch: its records, then the lines that fit no layout."""

    def close(self) -> bytes:
        """What still belongs on stdout at the end."""


class Silence:
    """The writer of `--output none`: only the summary counts."""

    def render(self, _batch: Batch) -> bytes:
        """Nothing."""
        return b""

    def close(self) -> bytes:
        """Nothing."""
        return b""


def writer_for(
    output: str, layouts: Sequence[Layout], *, plain: bool, colour: bool, say: Callable[[str], None]
) -> Writer:
    """The writer of `--output`.

    Args:
        output: one of OUTPUTS.
        layouts: the log formats known at the start; they make the columns of CSV.
        plain: ASCII instead of arrows and check marks.
        colour: stdout is a terminal that may be coloured.
        say: where a writer tells what its format cannot carry.
    """
    # Here, since they import polars: `vpctop --help` does not wait for it.
    if output == "json":
        from tui.cli.output_json import JsonWriter

        return JsonWriter()
    if output == "csv":
        from tui.cli.output_csv import CsvWriter

        return CsvWriter(layouts, say)
    if output == "text":
        from tui.cli.output_text import TextWriter

        return TextWriter(plain=plain, colour=colour)
    return Silence()


def well_formed(text: str) -> str:
    """The text without lone surrogates: JSON can carry them in, but UTF-8 has no bytes for them."""
    return text.encode("utf-8", "replace").decode()


def in_order(parts: Sequence[Records], render: Callable[[Records], bytes]) -> bytes:
    """The lines of records of several layouts, mixed again by the time CloudWatch gives them."""
    if len(parts) == 1:
        return render(parts[0])
    lines: list[tuple[int, bytes]] = []
    for records in parts:
        stamps = records.frame[TIMESTAMP].fill_null(0).to_list()
        lines += zip(stamps, render(records).split(b"\n")[:-1], strict=True)
    lines.sort(key=lambda line: line[0])
    return b"".join(line + b"\n" for _, line in lines)
