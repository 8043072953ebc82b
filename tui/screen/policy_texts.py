"""A change of a policy on a page: what it means, and both texts line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from textual.message import Message

from tui.flows.clean import clean
from tui.screen.panes.policy_line import parts_of
from tui.screen.panes.policy_part import Style, Told
from tui.screen.panes.policy_past import seen_at
from tui.screen.panes.policy_text import harmless, shown_lines
from tui.screen.policy_showing import subject_of, texts_of
from tui.screen.widgets.drawn import BLANK_LINE, Line

if TYPE_CHECKING:
    from tui.network.change import Change
    from tui.network.rules import Endpoint

MOST_LINES = 2_000  # of each text that are compared; an endpoint policy has some hundreds


@dataclass(eq=False)
class TextsCompared(Message):
    """A page with the text before and after a change."""

    title: str
    lines: list[Line]


def compare_change(endpoint: Endpoint, change: Change, style: Style) -> TextsCompared:
    """The page of a change of an endpoint's policy."""
    from tui.policies.comparison import compare_texts
    from tui.policies.json_reader import read_json
    from tui.policies.laid_out import lay_out

    old, new = texts_of(change) or ("", "")
    meaning = compare_texts(old, new, subject_of(endpoint, None).endpoint_kind)
    told = Told(None, (change,), (meaning,))
    title = f"{clean(endpoint.short, 60)} policy changed {seen_at(change, style)}"
    lines = [part.line for part in parts_of(told, style) if part.key[0] == "change"]
    laid_old, laid_new = (lay_out(read_json(text)) for text in (old, new))
    broken = " Laid out here: AWS keeps it on one line." if laid_old.is_broken or laid_new.is_broken else ""
    lines += [
        BLANK_LINE,
        (("Both texts", "heading"), (f"  - before, + after.{broken}", "muted")),
        *line_difference(laid_old.lines, laid_new.lines),
    ]
    return TextsCompared(title, lines)


def line_difference(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Every line of both: those of one alone with - or + before them."""
    if max(len(old), len(new)) > MOST_LINES:
        yield ((f"Only the first {MOST_LINES:,} lines of each are compared.", "skipped"),)
    old, new = old[:MOST_LINES], new[:MOST_LINES]
    lit, _ = shown_lines(new)
    matcher = SequenceMatcher(a=old, b=new, autojunk=len(old) + len(new) > MOST_LINES)
    for _, old_at, old_end, new_at, new_end in matcher.get_opcodes():
        if list(old[old_at:old_end]) == list(new[new_at:new_end]):
            yield from ((("  ", ""), *(lit[at] if at < len(lit) else ())) for at in range(new_at, new_end))
            continue
        yield from (((f"- {harmless(line[:4_000])}", "reject"),) for line in old[old_at:old_end])
        yield from (((f"+ {harmless(line[:4_000])}", "accept"),) for line in new[new_at:new_end])
