"""The lines of a flow-log file, plain or gzip, in chunks: never raises for what a line holds."""

from __future__ import annotations

import gzip
import os
import re
import select
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from tui.flows.source import SourceError, Unparsed

CHUNK = 10_000
_BLOCK = 1 << 20
# CloudWatch Logs takes events of at most 1 MB; what is longer was never one and is cut.
_LONGEST = 1 << 20
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_UTF8, _UTF16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
# How `aws logs tail` and an export of a log group to S3 begin a line: when, and perhaps in which log stream.
_PREFIX = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d))[ \t]+"
    r"(?:((?:eni|tgw-attach)-[0-9a-f]+-(?:all|accept|reject))[ \t]+)?"
)


@dataclass(slots=True)
class Opened:
    """A file being read: its name for the reader, its bytes inflated, and how many lines came so far.

    `raw` is the descriptor to ask whether more has come, when the bytes are those of a pipe or a terminal.
    """

    name: str
    stream: Any  # BufferedReader, GzipFile or BytesIO: they share read and read1, but no type
    path: Path | None = None
    parquet: bool = False
    raw: int | None = None
    lines_read: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines with their numbers in the file, and what they were prefixed with, if any was: ms, log stream.

    `unread` are lines that were too long to keep whole.
    """

    lines: Sequence[str] = ()
    numbers: Sequence[int] = ()
    stamps: Sequence[int | None] = ()
    streams: Sequence[str | None] = ()
    unread: tuple[Unparsed, ...] = ()

    def part(self, begin: int, end: int) -> Chunk:
        """Lines `begin` to `end` (exclusive)."""
        if (begin, end) == (0, len(self.lines)):
            return self
        span = slice(begin, end)
        return Chunk(self.lines[span], self.numbers[span], self.stamps[span], self.streams[span])


@contextmanager
def open_file(name: str) -> Iterator[Opened]:
    """Open a file, or stdin for `-`, by what its first bytes say it is.

    Raises:
        SourceError: it cannot be opened, or while it is read; the message is one sentence naming it.
    """
    shown = "stdin" if name == "-" else name
    try:
        path, source = _source(name)
        with source as stream:
            magic = stream.peek(4)[:4]
            piped = None if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else stream.fileno()
            if magic.startswith(_UTF16):
                raise SourceError(f"{shown}: is UTF-16 text; save it as UTF-8", exit_code=2, retry_after=0.0)
            if magic.startswith(_GZIP):
                with gzip.GzipFile(fileobj=stream) as inflated:
                    yield Opened(shown, inflated, path, raw=piped)
            elif magic == _PARQUET and piped is not None:
                yield Opened(shown, BytesIO(stream.read()), parquet=True)  # its table of contents is at the end
            else:
                yield Opened(shown, stream, path, magic == _PARQUET, piped)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        reason = f"{shown}: the gzip data is damaged or ends early; the lines before that were read"
        raise SourceError(reason, exit_code=2, retry_after=0.0) from None
    except OSError as error:
        raise SourceError(f"{shown}: {error.strerror or error}", exit_code=2, retry_after=0.0) from None


def _source(name: str) -> tuple[Path | None, Any]:
    if name == "-":
        if sys.stdin is None:
            raise OSError(9, "it is closed")
        return None, nullcontext(sys.stdin.buffer)
    try:
        path = Path(name)
        return path, path.open("rb")
    except ValueError:  # a NUL in the name
        raise OSError(2, "is no file name") from None


def chunks(opened: Opened) -> Iterator[Chunk]:
    """The file's lines, blank ones left out, at most CHUNK at a time; what a pipe brings is not held back."""
    for lines in _lines(opened):
        if isinstance(lines, Unparsed):
            yield Chunk(unread=(lines,))
            continue
        for begin in range(0, len(lines), CHUNK):
            chunk = _chunk(lines[begin : begin + CHUNK], opened.lines_read + 1)
            opened.lines_read += min(CHUNK, len(lines) - begin)
            if chunk.lines:
                yield chunk


def _lines(opened: Opened) -> Iterator[list[str] | Unparsed]:
    """Whole lines as they come, and the beginning of each that is longer than any log event."""
    rest = b""
    skipping = False
    for block in _blocks(opened):
        if skipping:  # the rest of a line that was too long
            _, newline, block = block.partition(b"\n")  # noqa: PLW2901 - what follows is the block
            if not newline:
                continue
            skipping = False
        data = rest + block
        end = data.rfind(b"\n") + 1
        if end:
            yield _decode(data[:end]).split("\n")[:-1]
        rest = data[end:]
        if len(rest) > _LONGEST:
            opened.lines_read += 1
            reason = f"{opened.name}, line {opened.lines_read}: longer than 1 MiB; the rest of it is left out"
            yield Unparsed(rest[:_LONGEST].decode("utf-8", "replace"), reason)
            rest = b""
            skipping = True
    if rest:
        yield [_decode(rest)]


def _decode(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n") if "\r" in text else text


def _blocks(opened: Opened) -> Iterator[bytes]:
    """Blocks of bytes of about a megabyte; from a pipe as much as is there."""
    if isinstance(opened.stream, gzip.GzipFile):
        blocks = _inflated(opened.stream, _BLOCK if opened.raw is None else 1)
    elif opened.raw is None:
        blocks = iter(partial(opened.stream.read, _BLOCK), b"")
    else:
        blocks = iter(partial(_read_waiting, opened.stream, opened.raw), b"")
    for place, block in enumerate(blocks):
        yield block if place else block.removeprefix(_UTF8)


def _inflated(stream: gzip.GzipFile, least: int) -> Iterator[bytes]:
    """Blocks of at least so many bytes; of damaged data, what comes before the damage."""
    data = bytearray()
    try:
        while more := stream.read1(_BLOCK):
            data += more
            if len(data) >= least:
                yield bytes(data)
                data.clear()
    except (EOFError, OSError, zlib.error):
        yield bytes(data)
        raise
    yield bytes(data)


def _read_waiting(stream: Any, descriptor: int) -> bytes:
    """What a pipe has now: it gives 64 kB at a time, and few large chunks are parsed faster than many small ones."""
    data = bytearray(stream.read1(_BLOCK))
    while data and len(data) < _BLOCK and select.select([descriptor], [], [], 0)[0]:
        more = stream.read1(_BLOCK)
        if not more:
            break
        data += more
    return bytes(data)


def _chunk(lines: list[str], first: int) -> Chunk:
    numbers: Sequence[int] = range(first, first + len(lines))
    if not all(map(str.strip, lines)):
        kept = [(number, line) for number, line in zip(numbers, lines, strict=True) if line.strip()]
        numbers, lines = [number for number, _ in kept], [line for _, line in kept]
    if not any(line[4:5] == "-" and line[10:11] == "T" for line in lines):
        return Chunk(lines, numbers)
    stamps: list[int | None] = []
    streams: list[str | None] = []
    bare = []
    for line in lines:
        found = _PREFIX.match(line)
        stamps.append(_milliseconds(found[1]) if found else None)
        streams.append(found[2] if found else None)
        bare.append(line[found.end() :] if found else line)
    return Chunk(bare, numbers, stamps, streams)


def _milliseconds(stamp: str) -> int | None:
    try:
        return int(datetime.fromisoformat(stamp).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
