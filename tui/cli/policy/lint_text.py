"""A finding as text: the sentence, the line at fault with a caret under the place, and what to do."""

from __future__ import annotations

import unicodedata

from tui.flows.clean import clean
from tui.policies.finding import Finding
from tui.policies.text import Document

WIDE = 108  # columns, where no terminal tells
_MARGIN = 10  # of them for the line's number and two ellipses


def shown_finding(finding: Finding, name: str, document: Document, columns: int = WIDE) -> str:
    """Several lines, the last one empty; safe on a terminal whatever the policy holds. The line at fault fits `columns`."""
    head = f"{clean(name)}:{finding.line}:{finding.column}: {finding.severity}: {clean(finding.message, 1000)} [{finding.code}]"
    before, after = _around(document.line(finding.line), finding.column, max(20, columns - _MARGIN))
    number = f"{finding.line:>5} | "
    lines = [head, f"{number}{before}{after}", f"{' ' * (len(number) - 2)}| {' ' * _cells(before)}^"]
    if not document.text.strip():
        del lines[1:]  # nothing stands there
    if finding.fix:
        lines.append(f"{' ' * (len(number) - 2)}= {clean(finding.fix, 1000)}")
    return "\n".join([*lines, ""])


def _around(line: str, column: int, wide: int) -> tuple[str, str]:
    """What stands before the place and from it on, cut where the line is long."""
    start = max(0, column - 1 - wide * 3 // 5)
    before = _shown(line[start : column - 1])
    after = _shown(line[column - 1 : start + wide])
    return ("…" if start else "") + before, after + ("…" if start + wide < len(line) else "")


def _shown(text: str) -> str:
    """Character by character, so that columns stay where they are."""
    return "".join(" " if char == "\t" else clean(char) for char in text)


def _cells(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
