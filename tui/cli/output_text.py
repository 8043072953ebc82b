"""Records as lines to read: when, where, who to whom, how much, and whether it was let through."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from tui.cli.output import in_order
from tui.flows.clean import clean
from tui.flows.protocol import PROTOCOLS
from tui.flows.source import LOG_STREAM, TIMESTAMP, Batch, Records, Unparsed

_PORTLESS = (1, 2, 58)
_VERDICTS = {"ACCEPT": "✓ ACCEPT", "REJECT": "✗ REJECT", "NODATA": "· NODATA", "SKIPDATA": "! SKIPDATA"}
_PLAIN_VERDICTS = {"ACCEPT": "  ACCEPT", "REJECT": "x REJECT", "NODATA": ". NODATA", "SKIPDATA": "! SKIPDATA"}
_COLOURS = {"ACCEPT": "32", "REJECT": "1;31", "NODATA": "2", "SKIPDATA": "33"}
_HARMLESS = r"^[ -~→]*$"
_LONGEST = 512


class TextWriter:
    """Writes a line a record, aligned for IPv4; a longer value moves the rest of its line."""

    def __init__(self, *, plain: bool, colour: bool) -> None:
        self._plain = plain
        self._verdicts = dict(_PLAIN_VERDICTS if plain else _VERDICTS)
        if colour:
            self._verdicts = {word: f"\x1b[{_COLOURS[word]}m{text}\x1b[0m" for word, text in self._verdicts.items()}

    def render(self, batch: Batch) -> bytes:
        """A line for each record, then one for each unparsed line, after a question mark."""
        lines = in_order(batch.records, self._lines) if batch.records else b""
        return lines + "".join(_unparsed_line(line) for line in batch.unparsed).encode("utf-8", "replace")

    def close(self) -> bytes:
        """Nothing: there is no frame around the lines."""
        return b""

    def _lines(self, records: Records) -> bytes:
        frame = records.frame
        have = set(frame.columns)
        arrow = "->" if self._plain else "→"
        body = frame.select(
            pl.format(
                f"{{}}  {{}}  {{}} {arrow} {{}}  {{}} {{}} B {{}} pkt  ",
                _times(frame),
                _first(have, "interface-id", "tgw-attachment-id", "resource-id", LOG_STREAM).str.pad_end(21),
                _party(have, "srcaddr", "pkt-srcaddr", "srcport").str.pad_start(21),
                _party(have, "dstaddr", "pkt-dstaddr", "dstport").str.pad_end(21),
                _protocol(have).str.pad_end(5),
                _first(have, "bytes").str.pad_start(10),
                _first(have, "packets").str.pad_start(7),
            )
        ).to_series()
        safe = body.str.contains(_HARMLESS)
        if not safe.all():
            body = body.set(~safe, None).fill_null(
                pl.Series([None if fine else clean(text, _LONGEST) for fine, text in zip(safe, body, strict=True)])
            )
        verdict = frame.select(_first(have, "action", "log-status").replace(self._verdicts)).to_series()
        return ("\n".join((body + verdict).to_list()) + "\n").encode()


def _times(frame: pl.DataFrame) -> pl.Series:
    """The end of each capture window, or what tells the time best; there are few distinct ones in a batch."""
    have = set(frame.columns)
    choices = [pl.col(name).cast(pl.Int64) for name in ("end", "start") if name in have]
    seconds = frame.select(pl.coalesce(*choices, pl.col(TIMESTAMP) // 1000)).to_series()
    known = seconds.unique().drop_nulls().to_list()
    shown = pl.Series([_time(second) for second in known], dtype=pl.String)
    return seconds.replace_strict(
        pl.Series(known, dtype=pl.Int64), shown, default="-", return_dtype=pl.String
    ).str.pad_end(20)


def _time(second: int) -> str:
    try:
        text = datetime.fromtimestamp(second).astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return str(second)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def _first(have: set[str], *names: str) -> pl.Expr:
    """The first of these that a record has, as text; `-` when it has none."""
    columns = [pl.col(name).cast(pl.String) for name in names if name in have]
    return pl.coalesce(*columns, pl.lit("-"))


def _party(have: set[str], address: str, packet_address: str, port: str) -> pl.Expr:
    """`10.0.1.7:443`, `[2001:db8::1]:443` (RFC 3986, section 3.2.2), or the address alone where ports mean nothing."""
    name = _first(have, address, packet_address)
    if port not in have:
        return name
    bracketed = pl.when(name.str.contains(":", literal=True)).then(pl.format("[{}]", name)).otherwise(name)
    portless = pl.col(port).is_null()
    if "protocol" in have:
        portless |= pl.col("protocol").is_in(_PORTLESS)
    return pl.when(portless).then(name).otherwise(pl.format("{}:{}", bracketed, pl.col(port)))


def _protocol(have: set[str]) -> pl.Expr:
    if "protocol" not in have:
        return pl.lit("-")
    numbers, names = list(PROTOCOLS), list(PROTOCOLS.values())
    column = pl.col("protocol")
    return column.replace_strict(numbers, names, default=column.cast(pl.String), return_dtype=pl.String).fill_null("-")


def _unparsed_line(unparsed: Unparsed) -> str:
    return f"? {clean(unparsed.line, _LONGEST)}  ({clean(unparsed.reason)})\n"
