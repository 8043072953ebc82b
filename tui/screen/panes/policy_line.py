"""What the Policy pane says of a policy, part by part: words, then the past, findings, and the text itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.screen.panes.policy_part import LONGEST, Part, Style, Told, heading, in_ascii, severity_mark
from tui.screen.panes.policy_past import cases_told, changes_told, news
from tui.screen.panes.policy_text import shown_lines
from tui.screen.widgets.drawn import Line

if TYPE_CHECKING:
    from tui.policies.finding import Finding
    from tui.policies.survey import Survey

LIMIT = 20_480  # characters: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
MOST_FINDINGS = 60
_AT_A_LINE = 3


def parts_of(told: Told, style: Style) -> list[Part]:
    """All parts, in the order they are read. Made in the desk's thread: a long policy takes some milliseconds."""
    parts = list(_parts(told, style))
    if style.glyphs.ellipsis.isascii():  # what stands in the policy itself stays as it is
        return [part if part.gutter else replace(part, line=in_ascii(part.line, style.glyphs)) for part in parts]
    return parts


def _parts(told: Told, style: Style) -> Iterator[Part]:
    if told.why_none:
        role = "lagging" if told.survey is not None else ""
        yield Part(("why",), ((told.why_none, role),), copy=told.why_none)
    survey = told.survey
    if survey is None:
        yield from changes_told(told, style)
        return
    yield from _summary(survey)
    yield from news(told, survey.tried, style)
    yield from _statements(survey, style)
    yield from changes_told(told, style)
    yield from cases_told(told, survey.tried, style)
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


def _summary(survey: Survey) -> Iterator[Part]:
    if survey.explanation is None:
        text = "This text is no policy: what it lets through cannot be told."
        yield Part(("summary",), ((text, "reject"),), copy=text)
        return
    role = "lagging" if survey.is_full_access else "title"
    mark = "! " if survey.is_full_access else ""
    summary = clean(survey.explanation.summary, LONGEST)
    yield Part(("summary",), ((f"{mark}{summary}", role),), copy=summary)


def _statements(survey: Survey, style: Style) -> Iterator[Part]:
    explanation, policy = survey.explanation, survey.reading.policy
    if explanation is None or policy is None:
        return
    for statement, words in zip(policy.statements, explanation.statements, strict=True):
        is_allow = statement.effect == "Allow"
        mark = style.glyphs.accept if is_allow else style.glyphs.reject
        sid = f" {clean(statement.sid, 80)}" if statement.sid else ""
        sentence = clean(words, LONGEST)
        head = ((f"{mark} ", "accept" if is_allow else "reject"), (f"{statement.index}{sid}: ", "muted"))
        yield Part(("statement", statement.index), (*head, (sentence, "")), statement, copy=sentence)


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
    yield from heading("findings", "Findings", counted(findings) + known, role)
    for at, finding in enumerate(findings[:MOST_FINDINGS]):
        mark, role = severity_mark(finding.severity, style.glyphs)
        message, fix = clean(finding.message, LONGEST), clean(finding.fix, LONGEST)
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
    yield from heading("text", "Policy", said)
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
    text = f"{' ' * (digits + 2)}{mark} {finding.column}: {clean(finding.message, LONGEST)}"
    return Part(("text", finding.line, at), ((text, role),), finding, finding.line, finding.message)
