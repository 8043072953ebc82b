"""What let a flow through, and what its records tell of why it may not work all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui.network.verdict.finding import Finding, find
from tui.network.verdict.judge_end import also, cannot_tell, verdict_of
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.network.verdict.past import versions
from tui.network.verdict.place import Place
from tui.network.verdict.role import RST, is_reverse, is_same, role_of
from tui.network.verdict.rulebook import Rulebook
from tui.network.verdict.words import moment, sentence

_SOON = 120  # seconds within which a reset is the answer to an opening


def explain_accept(flow: Flow, place: Place, book: Rulebook, history: Sequence[Flow]) -> Verdict:
    """The rule that lets it through; never that a rule refuses it, since none did."""
    interface, egress, _ = place
    role = role_of(flow, interface.id, history, egress=egress)
    for version in versions(flow, interface, book):
        for is_reply in (role.is_reply,) if role.sure else (role.is_reply, not role.is_reply):
            found = find(flow, interface, version.book, egress=egress, is_reply=is_reply)
            if isinstance(found, str):
                return replace(cannot_tell(found, interface.id, egress=egress), evidence=(flow,))
            if not found.passes:
                continue
            sure = is_reply == role.is_reply and (role.sure or not is_reply)
            verdict = verdict_of(found, version.book, None if sure else Confidence.LIKELY)
            notes = [
                *_since(found, book, version.since[0].at if version.since else None),
                *outcome(flow, place, history),
            ]
            return replace(also(verdict, *notes), evidence=_evidence(flow, history))
    return _against_the_rules(flow, place, book, is_reply=role.is_reply and role.sure)


def _since(found: Finding, book: Rulebook, changed: float | None) -> list[str]:
    """That today's rules would refuse it."""
    if changed is None:
        return []
    now = find(found.flow, found.interface, book, egress=found.egress, is_reply=found.is_reply)
    if isinstance(now, str) or now.passes is not False:
        return []
    return [f"The rules changed at {moment(changed)} UTC, and today's would refuse it: {sentence(now, book)}"]


def _against_the_rules(flow: Flow, place: Place, book: Rulebook, *, is_reply: bool) -> Verdict:
    """It was let through, though the rules as they are known refuse it, or nobody can tell."""
    found = find(flow, place.interface, book, egress=place.egress, is_reply=is_reply)
    assert isinstance(found, Finding)
    if found.passes is None:
        verdict = verdict_of(found, book)
        return replace(verdict, evidence=(flow,), sentence=f"It was let through. {verdict.sentence}")
    why = "it was let through, and the rules that are known would refuse it"
    verdict = also(
        cannot_tell(why, place.interface.id, egress=place.egress),
        sentence(found, book),
        "The rules changed before they were first read, or since they were last read, or the connection is older than them",
    )
    return replace(
        verdict, ruling=Ruling.UNKNOWN, evidence=(flow,), fix_note="There is nothing to mend: it was let through."
    )


def outcome(flow: Flow, place: Place, history: Sequence[Flow]) -> list[str]:
    """What the records of the other direction, and of the other end, tell of a flow that was let through.

    ACCEPT says that groups and ACL let it through, not that anybody took it.
    """
    interface, egress, _ = place
    here = [each for each in history if each.interface in {"", interface.id}]
    elsewhere = [each for each in history if each.interface not in {"", interface.id}]
    refused = next((each for each in elsewhere if is_same(each, flow) and each.action == "REJECT"), None)
    if refused is not None:
        return [f"It left here and was refused at {refused.interface}: its record tells why"] if egress else []
    back = [each for each in here if is_reverse(each, flow)]
    stopped = next((each for each in (*back, *elsewhere) if is_reverse(each, flow) and each.action == "REJECT"), None)
    if stopped is not None:
        return [f"The reply was refused at {stopped.interface or interface.id}: its record tells why"]
    if not back:
        return _unanswered(place, history, flow)
    reset = next((each for each in back if (each.flags or 0) & RST and _is_soon(each, flow)), None)
    if reset is not None:
        return [
            "It was answered with RST: nothing listens on the port, or the application closed it; the network is fine"
        ]
    return []


def _unanswered(place: Place, history: Sequence[Flow], flow: Flow) -> list[str]:
    if not history:
        return []  # nobody looked
    if place.interface.kind.lower() in {"nat_gateway", "natgateway"} and not place.egress:
        return ["A NAT gateway drops what nobody inside asked for: ACCEPT here does not say that anybody got it"]
    if flow.protocol != 6 or (flow.flags or 0) & 18 != 2:
        return []
    if place.egress:
        return [
            "No reply was seen: the other end drops it (its rules, its host firewall), or the way there or back is broken"
        ]
    return ["No reply left the interface: a host firewall or the process drops it silently"]


def _is_soon(one: Flow, other: Flow) -> bool:
    return one.start is None or other.start is None or 0 <= one.start - other.start <= _SOON


def _evidence(flow: Flow, history: Sequence[Flow]) -> tuple[Flow, ...]:
    others = [each for each in history if is_reverse(each, flow) or (is_same(each, flow) and each.action == "REJECT")]
    return (flow, *sorted(others, key=lambda each: each.start or 0)[:3])
