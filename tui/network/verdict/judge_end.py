"""Whether a packet may pass one interface, by its security groups and the network ACL of its subnet."""

from __future__ import annotations

from dataclasses import replace

from tui.network.inventory import Inventory
from tui.network.place import Interface
from tui.network.verdict.closest import closest
from tui.network.verdict.finding import Finding, find
from tui.network.verdict.fix import fix
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.network.verdict.rulebook import Rulebook
from tui.network.verdict.words import moment, sentence, short, steps


def judge(flow: Flow, inventory: Inventory, interface: Interface, egress: bool, is_reply: bool) -> Verdict:
    """What the rules as they are now make of a flow, whether there is one or not, at one of its ends.

    Args:
        flow: one direction of a conversation; for a reply the direction of the reply. A reply whose `target_port` is
            None goes to whatever port its client calls from, and passes if all of these do.
        inventory: what is known.
        interface: the end.
        egress: whether the flow leaves it.
        is_reply: whether it answers what was let through: security groups keep state and let it pass, ACLs do not.

    Returns:
        ALLOWED, NO_RULE, ACL_ENTRY, ACL_RETURN or UNKNOWN.
    """
    book = inventory.rulebook
    found = find(flow, interface, book, egress=egress, is_reply=is_reply)
    if isinstance(found, str):
        return cannot_tell(found, interface.id, egress=egress)
    return verdict_of(found, book)


def verdict_of(finding: Finding, book: Rulebook, confidence: Confidence | None = None) -> Verdict:
    """A finding as a verdict; `confidence` if something else than the rules makes it less than certain."""
    gone = finding.interface.gone
    because = [_capital(each) for each in steps(finding, book)]
    if gone is not None:
        because.append(f"{finding.interface.id} is gone since {moment(gone)} UTC: what it had last is judged.")
    if finding.passes is not None:
        because += [_capital(each) for each in finding.doubts]
    unsure = gone is not None or (finding.passes is not None and _weak(finding)) or finding.acl.partly
    if finding.passes is None:
        sure = Confidence.UNKNOWN
    else:
        sure = confidence or (Confidence.LIKELY if unsure else Confidence.CERTAIN)
    near = closest(finding, book)
    command, note = fix(finding, book, near)
    return Verdict(
        finding.ruling,
        sure,
        short(finding),
        sentence(finding, book),
        finding.way,
        finding.interface.id,
        _deciding(finding),
        tuple(because)
        if finding.passes is not None
        else tuple(map(_capital, (*finding.doubts, *steps(finding, book)))),
        closest=near.text if near else "",
        fix=command,
        fix_note=note,
    )


def cannot_tell(why: str, interface: str = "", *, egress: bool | None = None) -> Verdict:
    """The verdict that there is none, and why."""
    way = "" if egress is None else "out" if egress else "in"
    return Verdict(
        Ruling.UNKNOWN,
        Confidence.UNKNOWN,
        "cannot tell",
        f"Nobody can tell: {why.rstrip('.')}.",
        way,
        interface,
        because=(_capital(why),),
        fix_note="What refused it is not known.",
    )


def also(verdict: Verdict, *steps_more: str) -> Verdict:
    """The verdict with more steps that led to it."""
    return replace(verdict, because=(*verdict.because, *map(_capital, steps_more)))


def _weak(finding: Finding) -> bool:
    """Whether a doubt is about what decided: a doubted group does not matter where the ACL denies."""
    if finding.groups.passes is False:
        return bool(finding.groups.doubts)
    if finding.acl.passes is False:
        return bool(finding.acl.doubts)
    return bool(finding.doubts)


def _deciding(finding: Finding) -> str:
    """What decided, by id."""
    answer = finding.acl
    if finding.groups.passes is False:
        return " ".join(finding.groups.groups)
    if answer.passes is False and answer.acl is not None:
        return f"{answer.acl.id} {answer.entry.number if answer.entry else 32_767}"
    if finding.passes is None:
        return ""
    if finding.groups.rule is not None:
        return finding.groups.rule.id or finding.groups.rule.group
    return f"{answer.acl.id} {answer.entry.number}" if answer.acl and answer.entry else ""


def _capital(text: str) -> str:
    """As a sentence; an id at the beginning stays as it is."""
    first = text.split(" ", 1)[0]
    start = text if "-" in first or any(character.isdigit() for character in first) else text[:1].upper() + text[1:]
    return start.rstrip(".") + "."
