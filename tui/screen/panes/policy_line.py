"""What the Policy pane says of a policy, part by part: words, changes, expectations, findings, and the text itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.cache.view import Key
from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.glyphs import Glyphs
from tui.screen.panes.policy_text import shown_lines
from tui.screen.widgets.drawn import BLANK_LINE, Line

if TYPE_CHECKING:
    from tui.network.change import Change
    from tui.policies.comparison import Comparison
    from tui.policies.context import Request
    from tui.policies.expectation import Tried
    from tui.policies.finding import Finding
    from tui.policies.survey import Survey

LIMIT = 20_480  # characters: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
MOST_FINDINGS = 60
MOST_SENTENCES = 12  # of one change
MOST_CHANGES = 10
_AT_A_LINE = 3
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
_IN_EFFECT = "AWS takes up to some minutes until a change is in effect."
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the pane before it is broken to its width.

    Attributes:
        key: what it is, steady from one answer to the next: the cursor stays on it.
        about: the Finding, the Change or the Tried that it tells of.
        number: of the line of the text; 0 elsewhere.
        copy: what `c` copies.
        request: one that the part tells of, to be tried.
        gutter: cells before a line of the text; 0: these are words, broken between them.
    """

    key: tuple[object, ...]
    line: Line
    about: object = None
    number: int = 0
    copy: str = ""
    gutter: int = 0
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the pane shows of one policy.

    Attributes:
        rows: each with its key (that of its part, and which row of it), broken to `width` cells.
        heads: what stands above, the longest first.
        titles: which endpoint it is of, the longest first; `note` is what must not be missed.
    """

    rows: tuple[tuple[Key, Line, Part], ...]
    width: int = 0
    heads: tuple[Line, ...] = ()
    titles: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of the policy of an endpoint, to be told.

    Attributes:
        changes: of its policy, newest first; `past` tells what each means, in this order.
        why_none: why there is no policy to show; '' where there is one.
        trouble: what is wrong with the file of expectations.
    """

    survey: Survey | None = None
    changes: tuple[Change, ...] = ()
    past: tuple[Comparison, ...] = ()
    why_none: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: the marks, and the time zone."""

    glyphs: Glyphs
    utc: bool = False


def severity_mark(severity: str, glyphs: Glyphs) -> tuple[str, str]:
    """The mark of a finding's severity, and its role."""
    return {
        "error": (glyphs.reject, "reject"),
        "security": ("!", "reject"),
        "warning": (glyphs.skipped, "skipped"),
    }.get(severity, (glyphs.dot, "muted"))


def decision_mark(decision: str, glyphs: Glyphs) -> tuple[str, str]:
    """The mark of what becomes of a request, and its role."""
    if decision == "allowed":
        return glyphs.accept, "accept"
    return ("?", "skipped") if decision == "depends" else (glyphs.reject, "reject")


def parts_of(told: Told, style: Style) -> list[Part]:
    """All parts, in the order they are read. Made in the desk's thread: a long policy takes some milliseconds."""
    parts = list(_parts(told, style))
    if style.glyphs.ellipsis.isascii():  # what stands in the policy itself stays as it is
        return [part if part.gutter else replace(part, line=in_ascii(part.line, style.glyphs)) for part in parts]
    return parts


def in_ascii(line: Line, glyphs: Glyphs) -> Line:
    """Our own words without the marks that not every terminal has."""
    return tuple((text.replace("\N{HORIZONTAL ELLIPSIS}", glyphs.ellipsis), role) for text, role in line)


def _parts(told: Told, style: Style) -> Iterator[Part]:
    if told.why_none:
        role = "lagging" if told.survey is not None else ""
        yield Part(("why",), ((told.why_none, role),), copy=told.why_none)
    survey = told.survey
    if survey is None:
        yield from _changes(told, style)
        return
    yield from _summary(survey)
    yield from _news(told, survey.tried, style)
    yield from _statements(survey, style)
    yield from _changes(told, style)
    yield from _cases(told, survey.tried, style)
    yield from _findings(survey, style)
    yield from _text(survey, style)


def heads_of(survey: Survey) -> tuple[Line, ...]:
    """How large it is, and how many findings there are: the longest first."""
    number = len(survey.text)
    role = "reject" if number > LIMIT else "heading"
    findings = counted(survey.findings)
    return tuple(
        ((f"  {size}", role), (rest, "muted"))
        for size, rest in (
            (f"{number:,} of {LIMIT:,} characters", f"   findings: {findings}   data of {survey.data_date}"),
            (f"{number:,} of {LIMIT:,} characters", f"   {findings}"),
            (f"{number:,} of {LIMIT:,} characters", ""),
            (f"{number:,} of {LIMIT:,}", ""),
        )
    )


def _heading(key: str, title: str, said: str = "", role: str = "muted") -> Iterator[Part]:
    yield Part(("blank", key), BLANK_LINE)
    yield Part(("heading", key), ((title, "heading"), (f"  {said}" if said else "", role)), copy=f"{title} {said}")


def _summary(survey: Survey) -> Iterator[Part]:
    if survey.explanation is None:
        text = "This text is no policy: what it lets through cannot be told."
        yield Part(("summary",), ((text, "reject"),), copy=text)
        return
    role = "lagging" if survey.is_full_access else "title"
    mark = "! " if survey.is_full_access else ""
    summary = clean(survey.explanation.summary, _LONGEST)
    yield Part(("summary",), ((f"{mark}{summary}", role),), copy=summary)


def _news(told: Told, tried: Sequence[Tried], style: Style) -> Iterator[Part]:
    """What must not be missed where the pane is small: what broke, and what changed last."""
    if broken := sum(each.met is False for each in tried):
        text = f"{broken} of {len(tried)} that must stay so: BROKEN"
        yield Part(("news", "cases"), ((f"{style.glyphs.reject} {text}", "reject"),), copy=text)
    if told.changes and told.past:
        mark, role = _loss_mark(told.past[0], style)
        at = fmt.time_of_day(told.changes[0].at, utc=style.utc)
        text = f"changed {at}: {clean(told.past[0].brief, _LONGEST)}"
        yield Part(("news", "change"), ((f"{mark} {text}", role),), told.changes[0], copy=text)


def _statements(survey: Survey, style: Style) -> Iterator[Part]:
    explanation, policy = survey.explanation, survey.reading.policy
    if explanation is None or policy is None:
        return
    for statement, words in zip(policy.statements, explanation.statements, strict=True):
        is_allow = statement.effect == "Allow"
        mark = style.glyphs.accept if is_allow else style.glyphs.reject
        sid = f" {clean(statement.sid, 80)}" if statement.sid else ""
        sentence = clean(words, _LONGEST)
        head = ((f"{mark} ", "accept" if is_allow else "reject"), (f"{statement.index}{sid}: ", "muted"))
        yield Part(("statement", statement.index), (*head, (sentence, "")), statement, copy=sentence)


def _changes(told: Told, style: Style) -> Iterator[Part]:
    if not told.changes:
        return
    number = len(told.changes)
    yield from _heading(
        "changes", "Changes", f"{number} seen; d both texts, y copies the one before, t tries a request"
    )
    for at, change in enumerate(told.changes[:MOST_CHANGES]):
        comparison = told.past[at] if at < len(told.past) else None
        yield from _change(change, comparison, style, is_newest=at == 0)
    if number > MOST_CHANGES:
        yield Part(("changes", "more"), ((f"and {number - MOST_CHANGES} before", "muted"),))


def seen_at(change: Change, style: Style) -> str:
    """When a change was made, as far as that is known."""
    since, at = (fmt.time_of_day(each, utc=style.utc) for each in (change.since, change.at))
    return f"between {since} and {at}"


def _loss_mark(comparison: Comparison, style: Style) -> tuple[str, str]:
    """The mark of a change, and its role: something is lost, something else changed, or nothing did."""
    if comparison.is_same:
        return "=", "muted"
    has_loss = any(not each.is_gain for each in comparison.changes)
    return (style.glyphs.reject, "reject") if has_loss else ("!", "skipped")


def _change(change: Change, comparison: Comparison | None, style: Style, *, is_newest: bool) -> Iterator[Part]:
    glyphs = style.glyphs
    key = ("change", change.at)
    when = seen_at(change, style)
    if comparison is None:
        yield Part(key, ((f"{when}: the policy changed", ""),), change, copy=f"{when}: the policy changed")
        return
    mark, role = _loss_mark(comparison, style)
    brief = clean(comparison.brief, _LONGEST)
    yield Part(key, ((f"{mark} ", role), (f"{when}: ", "muted"), (brief, role)), change, copy=f"{when}: {brief}")
    if not is_newest:
        return
    for at, each in enumerate(comparison.changes[:MOST_SENTENCES]):
        sign, sign_role = (glyphs.accept, "accept") if each.is_gain else (glyphs.reject, "reject")
        sentence = clean(each.sentence, _LONGEST)
        line: Line = ((f"  {sign} ", sign_role), (sentence, ""))
        yield Part((*key, at), line, change, copy=sentence, request=each.request)
    left = len(comparison.changes) - MOST_SENTENCES
    notes = [f"and {left} more changes: vpctop policy diff tells all"] if left > 0 else []
    notes += [f"there may be more: {limit}" for limit in comparison.limits]
    notes += [] if comparison.is_same else [_IN_EFFECT]
    for at, note in enumerate([*notes, *comparison.notes]):
        yield Part((*key, "note", at), ((f"  {clean(note, _LONGEST)}", "muted"),), change, copy=note)


def _cases(told: Told, tried: Sequence[Tried], style: Style) -> Iterator[Part]:
    if not tried and not told.trouble:
        return
    broken = sum(each.met is False for each in tried)
    said = (
        f"{broken} of {len(tried)} BROKEN"
        if broken
        else f"{sum(each.met is True for each in tried)} of {len(tried)} hold"
    )
    yield from _heading("cases", "Must stay so", said if tried else "", "reject" if broken else "muted")
    if told.trouble:
        yield Part(("cases", "trouble"), ((told.trouble, "skipped"),), copy=told.trouble)
    order = {False: 0, None: 1, True: 2}
    for each in sorted(tried, key=lambda each: order[each.met]):
        yield case_part(each, style)


def case_part(tried: Tried, style: Style) -> Part:
    """An expectation, and whether it holds."""
    expectation, verdict = tried.expectation, tried.verdict
    request = expectation.request
    wanted = "allowed" if expectation.allowed else "denied"
    mark, role, word = (
        (style.glyphs.accept, "accept", wanted)
        if tried.met
        else (style.glyphs.reject, "reject", f"BROKEN: must stay {wanted}")
        if tried.met is False
        else ("?", "skipped", f"{wanted}? depends")
    )
    name = f" {clean(expectation.name, 80)}:" if expectation.name else ""
    asked = clean(f"{request.caller.text} {request.action} {request.resource}", _LONGEST)
    context = "".join(
        f", {key} {'absent' if values is None else ' '.join(values)}" for key, values in request.context.items()
    )
    because = "" if tried.met else f" ({clean(verdict.because, _LONGEST)})"
    line = (
        (f"{mark} {word}{name} ", role),
        (f"{asked}{clean(context, _LONGEST)}", "" if tried.met else role),
        (because, ""),
    )
    key = ("case", request.caller.text, request.action, request.resource, context)
    return Part(key, line, tried, copy="".join(text for text, _ in line))


def worst_first(survey: Survey) -> list[Finding]:
    """The findings, placed where they are shown, the worst first."""
    from tui.policies.finding import SEVERITIES

    placed = [placed_at(finding, survey) for finding in survey.findings]
    return sorted(placed, key=lambda each: (SEVERITIES.index(each.severity), each.line, each.column))


def placed_at(finding: Finding, survey: Survey) -> Finding:
    """A finding with the place where it is shown: of a text on one line that is another."""
    document = survey.reading.document
    if not survey.laid.is_broken or finding.line > len(document.starts):
        return finding
    line, column = survey.laid.place(document.starts[finding.line - 1] + finding.column - 1)
    return replace(finding, line=line, column=column)


def counted(findings: Sequence[Finding]) -> str:
    """How many there are of each severity: `1 error, 2 warnings`."""
    from tui.policies.finding import SEVERITIES

    told = []
    for severity in SEVERITIES:
        number = sum(each.severity == severity for each in findings)
        if number:
            told.append(f"{number} {severity}{'s' if number > 1 and severity != 'security' else ''}")
    return ", ".join(told) or "none"


def _findings(survey: Survey, style: Style) -> Iterator[Part]:
    findings = worst_first(survey)
    role = severity_mark(findings[0].severity, style.glyphs)[1] if findings else "accept"
    known = f" (actions as known on {survey.data_date})"
    yield from _heading("findings", "Findings", counted(findings) + known, role)
    for at, finding in enumerate(findings[:MOST_FINDINGS]):
        mark, role = severity_mark(finding.severity, style.glyphs)
        message, fix = clean(finding.message, _LONGEST), clean(finding.fix, _LONGEST)
        place = f"{finding.line}:{finding.column} "
        line: Line = ((f"{mark} {finding.severity} ", role), (place, "muted"), (message, ""))
        if fix:
            line = (*line, (f" {style.glyphs.arrow} {fix}", "muted"))
        copy = f"{finding.severity} {place}{message} [{finding.code}] {fix}"
        yield Part(("finding", at), line, finding, copy=copy.rstrip())
    if len(findings) > MOST_FINDINGS:
        told = f"and {len(findings) - MOST_FINDINGS} more: vpctop policy lint tells all"
        yield Part(("findings", "more"), ((told, "muted"),))


def _text(survey: Survey, style: Style) -> Iterator[Part]:
    laid = survey.laid
    said = "on one line as AWS keeps it; laid out here" if laid.is_broken else "as AWS keeps it"
    yield from _heading("text", "Policy", said)
    by_line: dict[int, list[Finding]] = {}
    for finding in worst_first(survey):
        by_line.setdefault(finding.line, []).append(finding)
    lines = laid.lines
    shown, left = shown_lines(lines)
    digits = len(str(len(shown)))
    for number, line in enumerate(shown, 1):
        found = by_line.get(number, [])
        mark, role = severity_mark(found[0].severity, style.glyphs) if found else (" ", "muted")
        gutter = ((f"{number:>{digits}}", "muted"), (f"{mark} ", role))
        about = found[0] if found else None
        yield Part(("text", number), (*gutter, *line), about, number, lines[number - 1], gutter=digits + 2)
        for at, finding in enumerate(found[:_AT_A_LINE]):
            yield _at_line(finding, at, digits, style)
        if len(found) > _AT_A_LINE:
            told = f"{' ' * (digits + 2)}and {len(found) - _AT_A_LINE} more findings here"
            yield Part(("text", number, "more"), ((told, "muted"),), number=number)
    if left:
        told = f"{left:,} more characters are not shown"
        yield Part(("text", "more"), ((told, "skipped"),), copy=told)


def _at_line(finding: Finding, at: int, digits: int, style: Style) -> Part:
    """A finding under its line."""
    mark, role = severity_mark(finding.severity, style.glyphs)
    text = f"{' ' * (digits + 2)}{mark} {finding.column}: {clean(finding.message, _LONGEST)}"
    return Part(("text", finding.line, at), ((text, role),), finding, finding.line, finding.message)
