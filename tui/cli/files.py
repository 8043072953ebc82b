"""Flow-log files as a source: plain text, gzip or parquet, one after the other, never more than a chunk in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event

import polars as pl

from tui.cli.file_lines import Chunk, Opened, chunks, open_file
from tui.cli.meta import with_meta
from tui.flows.field import BY_NAME
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, read_header
from tui.flows.parse import LineParser, skipped_gaps
from tui.flows.source import TIMESTAMP, About, Batch, Records, Unparsed


@dataclass(frozen=True, slots=True)
class Span:
    """Which records are wanted: those whose capture window overlaps [since, until], in Unix seconds; None is no bound."""

    since: float | None = None
    until: float | None = None

    def within(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of the span; a record that tells no time is kept, since nothing says it is outside."""
        start = pl.col(TIMESTAMP) / 1000
        end = pl.coalesce(pl.col("end").cast(pl.Float64), start) if "end" in frame.columns else start
        wanted = pl.lit(value=True)
        if self.since is not None:
            wanted &= end >= self.since
        if self.until is not None:
            wanted &= start <= self.until
        return frame.filter(wanted.fill_null(value=True))


class FlowFiles:
    """Reads flow-log files in the order given; after a SourceError it goes on with the next file.

    A file's own first line of field names is its log format, else `layouts` are, else the default format, which is said.
    """

    def __init__(self, paths: Sequence[str], layouts: Sequence[Layout], span: Span, say: Callable[[str], None]) -> None:
        self._waiting = list(paths)
        self._layouts = tuple(layouts)
        self._span = span
        self._say = say
        self.about = About(account="", region="", scope=", ".join(paths))

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The log formats known before the first line."""
        return self._layouts

    def batches(self, stop: Event) -> Iterator[Batch]:
        """The rest of the files, a batch a chunk.

        Raises:
            SourceError: a file cannot be opened, or not be read to its end; what was read before has been yielded.
        """
        while self._waiting and not stop.is_set():
            name = self._waiting.pop(0)
            with open_file(name) as opened:
                if opened.parquet:
                    from tui.cli.parquet import parquet_batches

                    batches = parquet_batches(opened)
                else:
                    batches = self._text_batches(opened)
                for batch in batches:
                    if stop.is_set():
                        return
                    yield self._within(batch)

    def _within(self, batch: Batch) -> Batch:
        if self._span == Span():
            return batch
        records = tuple(Records(part.layout, self._span.within(part.frame)) for part in batch.records)
        kept = tuple(part for part in records if part.frame.height)
        return replace(batch, records=kept, gaps=tuple(gap for part in kept for gap in skipped_gaps(part)))

    def _text_batches(self, opened: Opened) -> Iterator[Batch]:
        layouts: tuple[Layout, ...] = ()
        parser = LineParser(layouts)
        for chunk in chunks(opened):
            if chunk.unread:
                yield Batch(time.time(), unparsed=chunk.unread)
                continue
            if not layouts:
                layouts = self._layouts_of(opened.name, chunk)
                parser = LineParser(layouts)
            for header, part in _runs(chunk):
                if header is not None and layouts != (header,):
                    layouts = (header,)
                    parser = LineParser(layouts)
                if part.lines:
                    yield _batch(parser, part, opened.name)
        if not layouts:
            self._say(f"{opened.name} holds no lines")

    def _layouts_of(self, name: str, chunk: Chunk) -> tuple[Layout, ...]:
        """The log formats of a file's lines, judged by its first chunk."""
        header = read_header(chunk.lines[0])
        if header is not None:
            return (header,)
        if self._layouts:
            return self._layouts
        width = len(DEFAULT_LAYOUT.fields)
        widths = [len(line.split()) for line in chunk.lines[:100]]
        if width in widths:
            self._say(f"{name} has no header line; read as the default format, whose lines have {width} fields as well")
        else:
            have = max(set(widths), key=widths.count)
            self._say(
                f"{name} has no header line, and lines of {have} fields where the default format has {width}; "
                "say their format with --format '${version} ${account-id} …'"
            )
        return (DEFAULT_LAYOUT,)


def _runs(chunk: Chunk) -> Iterator[tuple[Layout | None, Chunk]]:
    """The chunk cut at each header line, as files put end to end have them in the middle."""
    begin = 0
    header = None
    for place, line in enumerate(chunk.lines):
        # A record begins with a number, an id, an address or "-": few lines are looked at twice.
        if line[:1].isalpha() and line.split(None, 1)[0] in BY_NAME and (found := read_header(line)):
            yield header, chunk.part(begin, place)
            header, begin = found, place + 1
    yield header, chunk.part(begin, len(chunk.lines))


def _batch(parser: LineParser, chunk: Chunk, name: str) -> Batch:
    parsed = parser.parse(chunk.lines)
    records = []
    for layout, frame, rows in parsed.records:
        stamps = [chunk.stamps[row] for row in rows] if chunk.stamps else ()
        streams = [chunk.streams[row] for row in rows] if chunk.streams else ()
        records.append(Records(layout, with_meta(frame, stamps, streams)))
    unparsed = tuple(
        Unparsed(chunk.lines[row], f"{name}, line {chunk.numbers[row]}: {reason}") for row, reason in parsed.unparsed
    )
    gaps = tuple(gap for part in records for gap in skipped_gaps(part))
    return Batch(time.time(), tuple(records), unparsed, gaps)
