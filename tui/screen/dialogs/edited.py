"""What is told of a policy that is being edited: its findings, what it changes, which expectations it breaks, its size."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.screen.glyphs import Glyphs
from tui.screen.widgets.drawn import BLANK_LINE, Line

if TYPE_CHECKING:
    from tui.policies.difference import Change
    from tui.policies.expectation import Tried
    from tui.policies.finding import Finding
    from tui.policies.survey import Survey

MOST = 20_480  # characters, white space included: VPC guide, "Control access to VPC endpoints using endpoint policies"
TOO_LONG = "VPCE_POLICY_TOO_LONG"
ROLE_OF = {"error": "reject", "security": "stalled", "warning": "lagging", "suggestion": "muted"}
WORDS = (
    ("no-longer-allowed", "no longer allowed"),
    ("now-only-if", "allowed in fewer cases"),
    ("newly-allowed", "newly allowed"),
    ("now-also-if", "allowed in more cases"),
)
_MUCH = 5 * MOST  # of a longer text, white space cannot be all that is too much
_LONGEST = 1_000  # characters of a sentence
_MOST_CHANGES, _MOST_FINDINGS = 100, 100  # lines of each: more take longer to lay out than a key may
_MOST_LINES = 400  # of a diff


def to_send(text: str) -> str:
    """What of a text is sent: itself, or without white space where that is what makes it too long."""
    from tui.policies.spacing import minified

    return minified(text) if MOST < len(text) <= _MUCH else text


def size_said(text: str) -> tuple[str, str]:
    """`1,204 of 20,480 characters`, and its role; a text that is too long is counted as it will be sent."""
    if len(text) <= MOST:
        return f"{len(text):,} of {MOST:,} characters", ""
    length = len(to_send(text))
    if length <= MOST:
        return f"{len(text):,} characters: sent without white space, {length:,} of {MOST:,}", "lagging"
    return f"{length:,} characters: {MOST:,} are allowed", "reject"


def findings_of(survey: Survey) -> tuple[Finding, ...]:
    """Those that count: a text that fits without its white space is not too long. Worst first, then by place."""
    fits = len(to_send(survey.text)) <= MOST
    kept = [each for each in survey.findings if not (fits and each.code == TOO_LONG)]
    worst = list(ROLE_OF)
    return tuple(sorted(kept, key=lambda each: (worst.index(each.severity), each.line, each.column)))


def refused_for(survey: Survey) -> tuple[Finding, ...]:
    """Those that AWS refuses a text for: no JSON, against the grammar, too long. Of the others it is the judge."""
    grammar = survey.reading.findings
    return tuple(
        each for each in findings_of(survey) if each.severity == "error" and (each in grammar or each.code == TOO_LONG)
    )


def counts_said(survey: Survey | None) -> str:
    """`2 errors, 1 warning, 3 changes`: what stands in the list."""
    if survey is None:
        return "not checked"
    counts = Counter[str](each.severity for each in findings_of(survey))
    parts = [
        _many(counts[each], each if each != "security" else "security finding") for each in ROLE_OF if counts[each]
    ]
    broken = sum(each.met is False for each in survey.tried)
    if broken:
        parts.append(f"{_many(broken, 'case')} broken")
    if survey.changes is not None:
        parts.append(_many(len(survey.changes.changes), "change") if survey.changes.changes else "no change")
    return ", ".join(parts) or "nothing found"


def edited_lines(survey: Survey, before: Sequence[Tried], glyphs: Glyphs) -> Iterator[Line]:
    """All of it for the reader who types: errors, broken expectations, changes, other findings."""
    found = findings_of(survey)
    more = len(found) - _MOST_FINDINGS
    found = found[:_MOST_FINDINGS]
    yield from (finding_line(each, glyphs) for each in found if each.severity == "error")
    if survey.explanation is None:
        yield (("  What it changes is told once there are no errors.", "muted"),)
    yield from broken_lines(survey, before, glyphs)
    yield from change_lines(survey, glyphs)
    yield from (finding_line(each, glyphs) for each in found if each.severity != "error")
    if more > 0:
        yield ((f"  and {_many(more, 'finding')} more", "muted"),)


def finding_line(finding: Finding, glyphs: Glyphs) -> Line:
    """`✗ 12:7 the statement has no Action. Add … (MISSING_ACTION)`."""
    mark = glyphs.reject if finding.severity in ("error", "security") else glyphs.dot
    message = clean(f"{finding.message}.".replace("..", "."), _LONGEST)
    fix = f" {clean(finding.fix, _LONGEST)}" if finding.fix else ""
    return (
        (f"{mark} {finding.severity} {finding.line}:{finding.column} ", ROLE_OF[finding.severity]),
        (message, ""),
        (f"{fix} ({finding.code})", "muted"),
    )


def change_lines(survey: Survey, glyphs: Glyphs) -> Iterator[Line]:
    """What other requests are let through, or no longer, than by the policy in force."""
    if survey.changes is None:
        return
    from tui.policies.english_difference import change_in_words

    for change in survey.changes.changes[:_MOST_CHANGES]:
        mark, role = (glyphs.reject, "reject") if takes_away(change) else (glyphs.accept, "accept")
        yield ((f"{mark} ", role), (clean(change_in_words(change), _LONGEST), ""))
    if len(survey.changes.changes) > _MOST_CHANGES:
        yield ((f"  and {len(survey.changes.changes) - _MOST_CHANGES} more", "muted"),)
    if not survey.changes.changes:
        yield (("  It lets through what the policy in force lets through.", "muted"),)
    for limit in survey.changes.limits:
        yield ((f"  There may be other changes: {clean(limit, _LONGEST)}.", "lagging"),)


def differs(survey: Survey | None) -> str:
    """`2 newly allowed, 1 no longer allowed`: what going over to a text would change."""
    if survey is None or survey.changes is None:
        return "is no policy that can be compared"
    counts = Counter[str](each.kind.value for each in survey.changes.changes)
    return ", ".join(f"{counts[kind]} {words}" for kind, words in WORDS if counts[kind]) or "nothing"


def takes_away(change: Change) -> bool:
    """Whether requests are refused that were not."""
    return change.kind.value in ("no-longer-allowed", "now-only-if")


def broken_lines(survey: Survey, before: Sequence[Tried], glyphs: Glyphs) -> Iterator[Line]:
    """The cases that are not met; `before` tells which were not met before either."""
    already = [each.expectation for each in before if each.met is False]  # not hashable: their context is a mapping
    for each in survey.tried:
        if each.met is not False:
            continue
        wanted = each.expectation
        request = wanted.request
        name = f"{wanted.name}: " if wanted.name else ""
        must = "must be allowed" if wanted.allowed else "must not be allowed"
        what = f"{name}{request.caller.text} {request.action} on {request.resource} {must}"
        since = ", as it is not now either" if wanted in already else ""
        said = f"case broken{since}: {what}; {each.verdict.because or 'no statement allows it'}."
        yield ((f"{glyphs.reject} ", "reject"), (clean(said, _LONGEST), "lagging" if since else "reject"))


def different_lines(
    survey: Survey | None, text: str, was: str, before: Sequence[Tried], glyphs: Glyphs
) -> Iterator[Line]:
    """What a text changes, for the page where it is confirmed; `was` is the text in force."""
    if survey is None:
        yield (("It could not be checked here; the log has the details.", "stalled"),)
    else:
        yield (("What will be different", "heading"), (f": {differs(survey)}" if survey.changes else "", "title"))
        yield from change_lines(survey, glyphs)
        yield from headed("Cases that break", broken_lines(survey, before, glyphs))
    yield from headed("Line by line", line_difference(was, text))
    if (sent := to_send(text)) != text:
        yield ((f"  It is sent without white space, {len(sent):,} characters: else it would be too long.", "lagging"),)
    if survey is not None:
        found = (each for each in findings_of(survey) if each.severity != "suggestion")
        yield from headed("Findings", (finding_line(each, glyphs) for each in found))


def line_difference(old: str, new: str) -> Iterator[Line]:
    """The two texts line by line, both laid out alike, with a line around each change."""
    from tui.policies.spacing import laid_out, minified

    if minified(old) == minified(new):
        yield (("  Only white space is different.", "muted"),)
        return
    before, after = (laid_out(minified(text)).splitlines() for text in (old, new))
    count = 0
    for line in difflib.unified_diff(before, after, lineterm="", n=1):
        if line.startswith(("---", "+++")):
            continue
        count += 1
        if count > _MOST_LINES:
            yield (("  and more", "muted"),)
            return
        role = {"+": "accept", "-": "reject", "@": "muted"}.get(line[:1], "")
        yield ((f"  {clean(line, _LONGEST)}", role),)


def headed(heading: str, lines: Iterator[Line]) -> Iterator[Line]:
    """Lines below a heading; nothing where there are none."""
    told = list(lines)
    if told:
        yield (BLANK_LINE)
        yield ((heading, "heading"),)
        yield from told


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
