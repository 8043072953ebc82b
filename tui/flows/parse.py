"""Lines of flow logs into typed columns, each line by the layout it fits.

Columnar on purpose: 10,000 default lines take about 6 ms where a tuple a line takes 25.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

import polars as pl

from tui.flows.dtype import IPV4, LONGEST_LINE, WORDS_OF, InUse
from tui.flows.field import Field, Kind
from tui.flows.logformat import Layout
from tui.flows.regular import read_regular
from tui.flows.source import TIMESTAMP, Cause, Gap, Records

_RANGES = {Kind.BYTE: 2**8, Kind.PORT: 2**16, Kind.COUNT: 2**63, Kind.SECONDS: 2**32}
_WORD = re.compile(r"[A-Z][A-Z0-9_-]{0,31}")
# Words a new version of flow logs may bring are kept; more than this many are not words but noise.
_MOST_WORDS = 32
_ABSENT = "-"
_SIT_OUT = 8  # calls
_EDGES = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What lines say. `records`: for each layout that fits some, (layout, frame, index of each row's line).

    `unparsed`: the index of each line that fits no layout, with the reason. Every index appears exactly once.
    """

    records: tuple[tuple[Layout, pl.DataFrame, list[int]], ...]
    unparsed: tuple[tuple[int, str], ...]


class LineParser:
    """Reads lines that may be of several layouts; a line that fits more than one is the earlier's, unless implausible."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self.layouts = tuple(dict.fromkeys(layouts))
        self._words = {kind: list(words) for kind, words in WORDS_OF.items()}
        widths = [len(layout.fields) for layout in self.layouts]
        self._rivals = {width for width in widths if widths.count(width) > 1}
        self._ipv6: dict[str, bool] = {}
        self._last = self.layouts[0] if self.layouts else None
        self._mixed = 0
        self._dictionary = InUse.dictionary

    def parse(self, lines: Sequence[str]) -> Parsed:
        """Read lines into frames. Never raises, whatever the text."""
        self._dictionary = InUse.dictionary  # the same for all columns of a frame
        regular = self._read_regular(lines)
        if regular is not None and self._last:
            return Parsed(((self._last, regular, list(range(len(lines)))),), ())
        parsed = self._parse_each(lines)
        if parsed.records:
            self._last = max(parsed.records, key=lambda entry: entry[1].height)[0]
        return parsed

    def _read_regular(self, lines: Sequence[str]) -> pl.DataFrame | None:
        """All lines by the layout of the last ones, in half the time; None unless every one of them fits for certain.

        Groups of mixed layouts would try in vain each time, so a failure sits out a while.
        """
        if self._mixed or not self._last or not lines:
            self._mixed = max(0, self._mixed - 1)
            return None
        frame = read_regular(self._last, lines, self._dictionary)
        if frame is not None and len(self._last.fields) in self._rivals and not _plausible(frame).all():
            frame = None
        if frame is None:
            self._mixed = _SIT_OUT
        return frame

    def _parse_each(self, lines: Sequence[str]) -> Parsed:
        """The same, deciding line by line."""
        try:
            text = pl.Series("line", lines, dtype=pl.String)
        except UnicodeEncodeError:  # lone surrogates: JSON can carry them, UTF-8 cannot
            text = pl.Series("line", [line.encode("utf-8", "replace").decode() for line in lines], dtype=pl.String)
        waiting = pl.DataFrame({"line": text}).with_row_index("at")
        if text.str.contains("[\t\r\n]").any():  # a text field at an edge would keep them
            waiting = _normalised(waiting)
        found: list[tuple[Layout, pl.DataFrame, pl.Series]] = []
        waiting = self._try_layouts(waiting, found)
        if waiting.height:
            waiting = self._try_layouts(_normalised(waiting), found)
        if waiting.height and self._rivals:
            waiting = self._try_layouts(waiting, found, strict=False)
        unparsed = tuple((at, self._reason(line)) for at, line in waiting.rows())
        return Parsed(_by_layout(found), unparsed)

    def _try_layouts(
        self, waiting: pl.DataFrame, found: list[tuple[Layout, pl.DataFrame, pl.Series]], *, strict: bool = True
    ) -> pl.DataFrame:
        """Move the lines that fit a layout to `found`; returns those that fit none."""
        for layout in self.layouts:
            if not waiting.height:
                break
            frame, fits = self._read(layout, waiting["line"], strict=strict)
            if fits.all():
                found.append((layout, frame, waiting["at"]))
                return waiting.clear()
            if fits.any():
                found.append((layout, frame.filter(fits), waiting["at"].filter(fits)))
                waiting = waiting.filter(~fits)
        return waiting

    def _read(self, layout: Layout, lines: pl.Series, *, strict: bool) -> tuple[pl.DataFrame, pl.Series]:
        """Every line as this layout has it, and which of them really fit."""
        width = len(layout.fields)
        tokens = lines.str.splitn(" ", width + 1).struct.unnest()
        # A field more than the layout has, or one less; a line that ends in a space has an empty last one.
        fits = tokens[f"field_{width}"].is_null() & tokens[f"field_{width - 1}"].is_not_null()
        fits &= lines.str.len_bytes() <= LONGEST_LINE
        if not fits.any():
            return pl.DataFrame(), fits
        signed = lines.str.contains("+", literal=True).any()  # polars reads +5 as 5; no flow log writes it
        columns = []
        for place, field in enumerate(layout.fields):
            column, good = self._column(field, tokens[f"field_{place}"], signed=bool(signed))
            columns.append(column)
            if good is not None:
                fits &= good
        frame = pl.DataFrame(columns)
        if strict and width in self._rivals:
            fits &= _plausible(frame)
        return frame, fits.fill_null(value=False)

    def _column(self, field: Field, tokens: pl.Series, *, signed: bool) -> tuple[pl.Series, pl.Series | None]:
        """One field's typed column, and which tokens were good; None when all were."""
        absent = tokens == _ABSENT
        none_absent = not absent.any()
        dtype = self._dictionary.dtype(field.kind)
        if field.kind in _RANGES:
            column = tokens.cast(dtype, strict=False).alias(field.name)
            good = column.is_not_null() | absent
            if field.kind is Kind.COUNT:
                good &= (column >= 0).fill_null(value=True)
            if signed:
                good &= ~tokens.str.starts_with("+")
            return column, None if good.all() else good
        good = self._good(field, tokens)
        if not none_absent:
            good |= absent
        all_good = good.all()
        if not all_good or not none_absent:
            # Only good tokens enter the shared dictionaries: what does not fit must not fill them.
            keep = good & ~absent
            tokens = pl.select(pl.when(keep).then(tokens)).to_series()
        return tokens.cast(dtype).alias(field.name), None if all_good else good

    def _good(self, field: Field, tokens: pl.Series) -> pl.Series:
        if field.kind is Kind.ADDRESS:
            return self._addresses(tokens)
        if field.kind in WORDS_OF:
            return self._known_words(field.kind, tokens)
        return (tokens != "").fill_null(value=False)

    def _addresses(self, tokens: pl.Series) -> pl.Series:
        good = tokens.str.contains(IPV4).fill_null(value=False)
        if good.all():
            return good
        others = tokens.filter(~good).unique().drop_nulls().to_list()
        ipv6 = [token for token in others if self._is_ipv6(token)]
        return good | tokens.is_in(ipv6).fill_null(value=False) if ipv6 else good

    def _is_ipv6(self, token: str) -> bool:
        known = self._ipv6.get(token)
        if known is None:
            known = _is_ipv6(token)
            if len(self._ipv6) > 100_000:
                self._ipv6.clear()
            self._ipv6[token] = known
        return known

    def _known_words(self, kind: Kind, tokens: pl.Series) -> pl.Series:
        """Tokens that are words of this kind; a new word is learnt, as Amazon adds some about yearly."""
        words = self._words[kind]
        good = _is_one_of(tokens, words)
        if not good.all():
            new = [t for t in tokens.filter(~good).unique().drop_nulls().to_list() if _WORD.fullmatch(t)]
            if new and len(words) + len(new) <= _MOST_WORDS:
                words.extend(new)
                good = _is_one_of(tokens, words)
        return good

    def _reason(self, line: str) -> str:
        """Why a line fits no layout, in one sentence."""
        if len(line.encode("utf-8", "replace")) > LONGEST_LINE:
            return f"the line is {len(line):,} characters long"
        tokens = line.split(" ") if line else []
        fitting = [layout for layout in self.layouts if len(layout.fields) == len(tokens)]
        if not fitting:
            widths = sorted({len(layout.fields) for layout in self.layouts})
            have = "1 field" if len(tokens) == 1 else f"{len(tokens)} fields"
            return f"{have} where the log format has {' or '.join(map(str, widths)) or 'none'}"
        for field, token in zip(fitting[0].fields, tokens, strict=True):
            if token != _ABSENT and not self._token_fits(field, token):
                return f"{field.name} is {token[:40]!r}, {_EXPECTED[field.kind]}"
        return "the values contradict each other"

    def _token_fits(self, field: Field, token: str) -> bool:
        if field.kind in _RANGES:
            return token.isascii() and token.isdigit() and int(token) < _RANGES[field.kind]
        if field.kind is Kind.ADDRESS:
            return re.match(IPV4, token) is not None or _is_ipv6(token)
        return field.kind not in WORDS_OF or token in self._words[field.kind]


_EXPECTED = {
    Kind.BYTE: "not a number from 0 to 255",
    Kind.PORT: "not a port",
    Kind.COUNT: "not a count",
    Kind.SECONDS: "not a time in seconds",
    Kind.ADDRESS: "not an address",
    Kind.ACTION: "neither ACCEPT nor REJECT",
    Kind.STATUS: "not a log status",
}


def skipped_gaps(records: Records) -> tuple[Gap, ...]:
    """A gap for each SKIPDATA record: AWS skipped records in that capture window, one line standing for many flows.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
    """
    frame = records.frame
    if "log-status" not in frame.columns:
        return ()
    is_skipped = frame.select(pl.col("log-status") == "SKIPDATA").to_series()
    skipped = frame.filter(is_skipped) if is_skipped.any() else frame.clear()
    gaps = []
    for row in skipped.iter_rows(named=True):
        stamp = (row.get(TIMESTAMP) or 0) / 1000
        since = row.get("start") or stamp
        until = row.get("end") or since
        gaps.append(Gap(float(since), float(until), Cause.SKIPDATA, 1, str(row.get("interface-id") or "")))
    return tuple(gaps)


def _normalised(waiting: pl.DataFrame) -> pl.DataFrame:
    """Runs of blanks made one, ends trimmed: an AWS sample has two spaces between fields."""
    line = pl.col("line").str.replace_all(r"[ \t]+", " ").str.strip_chars(_EDGES).fill_null("")
    return waiting.with_columns(line)


def _plausible(frame: pl.DataFrame) -> pl.Series:
    """Tells two layouts of one width apart: no packet is under a byte, no window ends before it starts."""
    fits = pl.Series([True]).new_from_index(0, frame.height)
    for less, more in (("packets", "bytes"), ("start", "end")):
        if less in frame.columns and more in frame.columns:
            fits &= (frame[less] <= frame[more]).fill_null(value=True)
    return fits


def _by_layout(
    found: Iterable[tuple[Layout, pl.DataFrame, pl.Series]],
) -> tuple[tuple[Layout, pl.DataFrame, list[int]], ...]:
    """One entry a layout, its rows in the order of their lines."""
    parts: dict[Layout, list[pl.DataFrame]] = {}
    for layout, frame, at in found:
        parts.setdefault(layout, []).append(frame.with_columns(at.alias("at")))
    entries = []
    for layout, frames in parts.items():
        whole = frames[0] if len(frames) == 1 else pl.concat(frames).sort("at")
        entries.append((layout, whole.drop("at"), whole["at"].to_list()))
    return tuple(entries)


def _is_one_of(tokens: pl.Series, words: Sequence[str]) -> pl.Series:
    good = tokens == words[0]
    for word in words[1:]:  # 0.03 ms a word where is_in takes 0.25
        good |= tokens == word
    return good.fill_null(value=False)


def _is_ipv6(token: str) -> bool:
    if ":" not in token or "%" in token:
        return False
    try:
        IPv6Address(token)
    except AddressValueError:
        return False
    return True
