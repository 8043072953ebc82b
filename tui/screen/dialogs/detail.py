"""What Enter shows of a row: the newest record with the meaning of its fields, then the others."""

from __future__ import annotations

from tui.cache.view import Detail, RecordDetail
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.dialogs.behind import (
    Behind,
    answer_lines,
    interface_lines,
    offer_lines,
    offers,
    reverse_lines,
    spark_lines,
)
from tui.screen.dialogs.explanation import verdict_lines
from tui.screen.panes.cell import Look
from tui.screen.widgets.drawn import BLANK_LINE, Line

# A log line may be a megabyte long; this much of it is shown.
LONGEST = 2_000
ROLES = {"ACCEPT": "accept", "REJECT": "reject", "SKIPDATA": "skipped"}
GONE: tuple[Line, ...] = ((("The records behind this row have left the cache.", "skipped"),),)
READING: tuple[Line, ...] = ((("Reading the records.", "muted"),),)


def detail_lines(detail: Detail | None, look: Look, behind: Behind | None = None) -> list[Line]:
    """The page; `behind` has what is told besides the records."""
    if detail is None or not detail.records:
        return list(GONE)
    shown = len(detail.records)
    most = "" if shown == detail.total else f"the newest {fmt.count(shown)} of "
    what = "record as it came" if detail.total == 1 else "records as they came, newest first"
    lines = _above(behind, look) if behind else []
    lines.append(((f"{most}{fmt.count(detail.total)} {what}", "heading"),))
    newest, *others = detail.records
    lines += [*record_lines(newest, look), BLANK_LINE, *field_lines(newest, look)]
    if behind is not None:
        lines += [*reverse_lines(behind.around), *offer_lines(offers(behind))]
    if others:
        lines += [BLANK_LINE, (("the others", "heading"),)]
    return lines + [line for record in others for line in record_lines(record, look)]


def _above(behind: Behind, look: Look) -> list[Line]:
    """What is told before the records."""
    lines = [
        *verdict_lines(behind.explanation, look),
        *spark_lines(behind.around, look, utc=look.utc),
        *answer_lines(behind.around, look),
        *interface_lines(behind),
    ]
    return [*lines, BLANK_LINE] if lines else []


def record_lines(record: RecordDetail, look: Look) -> list[Line]:
    """The raw line, and where and when it came."""
    # Only what is not in order is coloured: a page of green would say nothing.
    role = next((role for word, role in ROLES.items() if word != "ACCEPT" and f" {word}" in record.line), "")
    came = "" if record.ingestion is None else fmt.time_of_day(record.ingestion / 1000, utc=look.utc)
    marks = [word for word, holds in (("late", record.late), ("delivered again, counted once", record.again)) if holds]
    late = "".join(f" {look.glyphs.skipped} {word}" for word in marks)
    place = " ".join(clean(part, 200) for part in (record.log_group, record.log_stream) if part)
    where = f"  {place}  {f'ingested {came}' if came else ''}".rstrip()
    lines: list[Line] = [((clean(record.line, LONGEST), role),)]
    if where or late:
        lines.append(((where, "muted"), (late, "skipped")))
    return lines


def field_lines(record: RecordDetail, look: Look) -> list[Line]:
    """Name, value and meaning of each field; times also as a reader's clock shows them."""
    widest = max((len(name) for name, _, _ in record.fields), default=0)
    lines: list[Line] = []
    for name, value, meaning in record.fields:
        shown = clean(value)
        mark = {"ACCEPT": look.glyphs.accept, "REJECT": look.glyphs.reject, "SKIPDATA": look.glyphs.skipped}.get(shown)
        if name in {"start", "end"} and shown.isdecimal():
            shown = f"{shown}  {fmt.time_of_day(int(shown), utc=look.utc)}"
        if name == "protocol" and shown.isdecimal():
            shown = f"{shown}  {fmt.protocol(int(shown))}"
        text = f"{mark} {shown}" if mark else shown
        role = ROLES.get(shown, "") if shown != "-" else "muted"
        lines.append(
            ((f"  {clean(name, 60):<{widest}}  ", "muted"), (f"{text:<24}", role), (f"  {clean(meaning)}", "muted"))
        )
    return lines
