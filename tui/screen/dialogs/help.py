"""What `?` shows: every key, as the bindings themselves say it, and what the words and marks mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.binding import Binding, BindingType

from tui.alerts.model import Severity
from tui.cache.state import State
from tui.network import health
from tui.screen import format as fmt
from tui.screen.glyphs import ASCII, Glyphs
from tui.screen.panes import endpoint_style
from tui.screen.panes.alert_line import ROLES, Style, severity_word
from tui.screen.widgets.drawn import BLANK_LINE, Line

# How keys are written that are named otherwise.
WRITTEN = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "slash": "/",
    "equals_sign": "=",
    "minus": "-",
    "backslash": "\\",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "escape": "Esc",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "up": "up",
    "down": "down",
}
MEANINGS = {
    State.CONNECTING: "nothing has answered yet",
    State.LIVE: "answers come, and the data is as fresh as flow logs can be: some minutes old",
    State.LAGGING: "answers come, but the newest record is old, or not all has been read yet",
    State.STALLED: "no answers; a sentence under the header says why and what to do",
    State.ENDED: "all there was to read has been read",
}
HEALTH = {
    health.Severity.FAILING: "it does not work: its state, its interfaces, its routes or its security group",
    health.Severity.WARNING: "some are cut off, or pay for a way around it",
    health.Severity.UNKNOWN: "what would tell has not been read",
    health.Severity.NOTICE: "it works, and could do better",
    health.Severity.FINE: "nothing is the matter, as far as EC2 tells; what its policy refuses is another matter",
}


def help_lines(groups: Iterable[tuple[str, Sequence[BindingType]]], marks: Glyphs) -> list[Line]:
    """The page: a group of keys after another, then the words."""
    lines: list[Line] = []
    for title, bindings in groups:
        lines.append(((title, "heading"),))
        told = [binding for binding in bindings if isinstance(binding, Binding) and binding.tooltip]
        panes = [binding for binding in told if binding.action.startswith("focus_pane")]
        lines += [_key_line(binding) for binding in told if binding not in panes]
        if panes:
            names = ", ".join(binding.description for binding in panes)
            lines.append(((fmt.left(f"  {panes[0].key} to {panes[-1].key}", 22), "key"), (f"the panes {names}", "")))
        lines.append(BLANK_LINE)
    lines.append((("The words in the header", "heading"),))
    for state, meaning in MEANINGS.items():
        lines.append(((fmt.left(f"  {marks.states[state]} {state.value}", 22), state.value.lower()), (meaning, "")))
    lines.append(
        (
            (fmt.left(f"  {marks.pause} PAUSED +1,234", 22), "paused"),
            ("rows stand still; so many records came meanwhile", ""),
        )
    )
    lines += [BLANK_LINE, (("The marks", "heading"),)]
    for mark, word, role, meaning in (
        (marks.accept, "accept", "accept", "let through by security groups and network ACLs"),
        (marks.reject, "reject", "reject", "refused by one of them, or late after the close"),
        (
            marks.skipped,
            "a gap",
            "skipped",
            "not the whole truth: skipped by AWS, unreadable, or not read; ! lists each",
        ),
        ("?", "cannot tell", "skipped", "nothing tells which rule refused it; the explanation says why"),
        (marks.note, "changed", "skipped", "refused by rules that have changed since: today's let it through"),
        ("!", "customers?", "skipped", "a port that refuses many outside and lets as many others in"),
        (marks.reject, "error", "reject", "a finding: the policy is refused, or never does what it says"),
        ("!", "security", "reject", "a finding: the policy opens more than it should"),
        (marks.skipped, "warning", "skipped", "a finding: the policy may be wrong, or is refused only perhaps"),
        (marks.dot, "suggestion", "muted", "a finding: it does no harm"),
        (
            "?",
            "depends",
            "skipped",
            "what becomes of a request depends on what is not told of it, or is not documented",
        ),
        (marks.least, "at least", "", "a total that a gap touches, until a later read heals it"),
        (marks.about, "about", "", "a share of such totals"),
    ):
        lines.append(((fmt.left(f"  {mark} {word}", 22), role), (meaning, "")))
    style = Style(marks, marks is ASCII)
    for severity in sorted(Severity, reverse=True):
        text = fmt.left(f"  {style.mark(severity)} {severity_word(severity)}", 22)
        lines.append(((text, ROLES[severity]), ("an alert, in the pane 6 Alerts", "")))
    return lines + _endpoint_words(marks)


def _endpoint_words(marks: Glyphs) -> list[Line]:
    """How an endpoint is, in the pane 3 Endpoints."""
    lines: list[Line] = [BLANK_LINE, (("How an endpoint is", "heading"),)]
    for severity, meaning in HEALTH.items():
        text = fmt.left(f"  {endpoint_style.Style(marks).mark(severity)}", 22)
        lines.append(((text, endpoint_style.ROLES[severity]), (meaning, "")))
    return lines


def _key_line(binding: Binding) -> Line:
    keys = " ".join(written(key) for key in binding.key.split(","))
    return ((fmt.left(f"  {keys}", 22), "key"), (binding.tooltip, ""))


def written(key: str) -> str:
    """A key as a reader knows it."""
    return WRITTEN.get(key, key)
