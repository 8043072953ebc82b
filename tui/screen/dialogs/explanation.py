"""Why a flow was refused, whole: the answer first, then how sure it is, what led to it, and what would mend it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.cache.rejected import Explanation, RejectRow, Section
from tui.flows.clean import clean
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.screen import format as fmt
from tui.screen.panes.cell import Look
from tui.screen.panes.reject_line import mark_of, moment, rate_text, trend_of
from tui.screen.widgets.drawn import BLANK_LINE, Line

JUDGING: tuple[Line, ...] = ((("Asking the rules.", "muted"),),)
GONE: tuple[Line, ...] = ((("The records of this flow have left the cache.", "skipped"),),)
NO_RULES = (
    "There is no inventory to judge by: security groups and network ACLs are read beside the records, with "
    "ec2:DescribeNetworkInterfaces, DescribeSecurityGroups, DescribeSecurityGroupRules and DescribeNetworkAcls."
)
SURE = {
    Confidence.CERTAIN: "certain",
    Confidence.LIKELY: "likely: the steps below say what is doubted",
    Confidence.UNKNOWN: "cannot tell: the steps below say why",
}
STRANGER = "  It came from outside, and nobody here asked for it: let it in only if you know who it is."
WAYS = {"in": "coming in", "out": "going out"}
MOST = 40  # steps, records and changes of each kind
LONGEST = 2_000
_OPTION = " --"


def explanation_lines(explanation: Explanation | None, look: Look, row: RejectRow | None = None) -> list[Line]:
    """The page; `row` is what it was opened from, where that is a row of the Rejects pane."""
    if explanation is None:
        return list(GONE)
    verdict = explanation.verdict
    lines: list[Line] = []
    if verdict is None:
        lines.append(((NO_RULES, "skipped"),))
    else:
        lines += answer_lines(verdict, look)
    if row is not None:
        lines += [BLANK_LINE, *course_lines(row, look)]
    if verdict is not None:
        lines += [
            *_listed("Because", verdict.because),
            *decision_lines(verdict),
            *_changes(explanation.changes, verdict, look),
            *fix_lines(verdict, is_noise=row is not None and row.section is Section.NOISE),
            *_evidence(verdict.evidence, look),
        ]
    if explanation.line:
        lines += [
            BLANK_LINE,
            (("The record that was judged, as it came", "heading"),),
            ((explanation.line[:LONGEST], ""),),
        ]
    return lines


def answer_lines(verdict: Verdict, look: Look) -> list[Line]:
    """The whole answer, and how sure it is."""
    mark, role = mark_of(verdict.ruling, look.glyphs)
    sure = SURE[verdict.confidence]
    if verdict.ruling is Ruling.UNKNOWN:
        sure = SURE[Confidence.UNKNOWN]
    return [((f"{mark} ", role), (clean(verdict.sentence, LONGEST), "title")), ((f"  {sure}", "muted"),)]


def course_lines(row: RejectRow, look: Look) -> list[Line]:
    """How much, since when, and how it went."""
    least = look.glyphs.least if row.is_partial else ""
    records = f"{least}1 record" if row.count == 1 else f"{least}{fmt.count(row.count)} records"
    rate = f", {rate_text(row.rate, look.glyphs)} a minute now" if row.rate else ", none lately"
    bars = trend_of(row.trend, len(row.trend), look.glyphs)
    return [
        ((f"{records} refused{rate}, first {moment(row.first, look)}, last {moment(row.last, look)}", ""),),
        ((f"  the last {len(row.trend)} minutes ", "muted"), (bars, "reject")),
    ]


def decision_lines(verdict: Verdict) -> list[Line]:
    """What decided, where, and what nearly let it through."""
    lines: list[Line] = []
    if verdict.rule:
        where = " ".join(part for part in (WAYS.get(verdict.direction, ""), _at(verdict.interface)) if part)
        lines += [
            BLANK_LINE,
            (("Decided by", "heading"),),
            ((f"  {clean(verdict.rule, 400)}", ""), (f"  {where}", "muted")),
        ]
    if verdict.closest:
        lines += _listed("The rule that nearly allows it", (verdict.closest,))
    return lines


def _at(interface: str) -> str:
    return f"at {clean(interface, 40)}" if interface else ""


def _changes(changes: Sequence[tuple[float, str]], verdict: Verdict, look: Look) -> list[Line]:
    """What the answer and its steps do not tell already."""
    said = " ".join((verdict.sentence, *verdict.because))
    told = [f"{moment(at, look)}  {what}" for at, what in changes[-MOST:] if what not in said]
    return _listed("These rules changed lately", told)


def fix_lines(verdict: Verdict, *, is_noise: bool = False) -> list[Line]:
    """The command that would allow exactly this flow, an option a line, and what it does."""
    note = clean(verdict.fix_note, LONGEST)
    if not verdict.fix:
        return [BLANK_LINE, (("What would mend it", "heading"),), ((f"  {note}", ""),)] if note else []
    lines: list[Line] = [
        BLANK_LINE,
        (("What would let it through ", "heading"), ("(vpctop never runs it; c copies it)", "muted")),
        *([((STRANGER, "skipped"),)] if is_noise else []),
        *([((f"  {note}", ""),)] if note else []),
    ]
    head, *options = clean(verdict.fix, LONGEST).split(_OPTION)
    parts = [head, *(f"  --{option}" for option in options)]
    return lines + [
        ((f"    {part}" + (" \\" if at < len(parts) - 1 else ""), "strong"),) for at, part in enumerate(parts)
    ]


def _evidence(evidence: Sequence[Flow], look: Look) -> list[Line]:
    if not evidence:
        return []
    return [
        BLANK_LINE,
        (("The records that show it", "heading"),),
        *(flow_line(flow, look) for flow in evidence[:MOST]),
    ]


def flow_line(flow: Flow, look: Look) -> Line:
    """A record in words: when, what became of it, who sent what to whom, and where it was seen."""
    marks = look.glyphs
    mark, role = (marks.reject, "reject") if flow.action == "REJECT" else (marks.accept, "accept")
    source = fmt.with_port(look.words.address(flow.source, flow.interface), flow.source_port)
    target = fmt.with_port(look.words.address(flow.target, flow.interface), flow.target_port)
    flags = f" {look.words.flags(flow.flags)}" if flow.flags is not None and flow.protocol == 6 else ""
    way = "" if flow.egress is None else " out" if flow.egress else " in"
    packets = (
        "" if flow.packets is None else f", {fmt.count(flow.packets)} packets" if flow.packets != 1 else ", 1 packet"
    )
    seen = f"  {clean(flow.interface, 40)}{way}" if flow.interface else way
    return (
        (f"  {moment(flow.start, look)}  ", "muted"),
        (f"{mark} {flow.action or 'asked'}  ", role),
        (f"{source} {marks.arrow} {target} {fmt.protocol(flow.protocol)}{flags}{packets}", ""),
        (seen, "muted"),
    )


def _listed(title: str, told: Sequence[str]) -> list[Line]:
    if not told:
        return []
    return [BLANK_LINE, ((title, "heading"),), *(((f"  {clean(each, LONGEST)}", ""),) for each in told[:MOST])]


def verdict_lines(explanation: Explanation | None, look: Look) -> list[Line]:
    """In one line, for the detail of a row that was refused."""
    verdict = explanation.verdict if explanation is not None else None
    if verdict is None:
        return []
    mark, role = mark_of(verdict.ruling, look.glyphs)
    doubt = "" if verdict.confidence is Confidence.CERTAIN else f" ({verdict.confidence.value})"
    said = clean(verdict.sentence, LONGEST)
    return [
        ((f"{mark} ", role), (said, "title"), (f"{doubt}  ", "muted"), ("e", "key"), (" explains", "muted")),
        BLANK_LINE,
    ]
